"""The tree against published vectors, exhaustively while it is small, and by hypothesis beyond."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import rules
from governance.ruling.errors import RuleRefused
from tests.ledger.logs import consistency_proof

# The eight leaves and nine roots of the Certificate Transparency reference implementation.
VECTOR_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
VECTOR_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
TO_FORTY = range(41)


def leaves(size: int) -> list[bytes]:
    return [rules.leaf_hash(str(number).encode()) for number in range(size)]


LEAVES = leaves(40)
ROOTS = [rules.root_of(LEAVES[:size]) for size in TO_FORTY]


def root_as_the_rfc_says_it(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word and slow."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    halves = root_as_the_rfc_says_it(entries[:k]) + root_as_the_rfc_says_it(entries[k:])
    return hashlib.sha256(b"\x01" + halves).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    assert rules.root_of(map(rules.leaf_hash, VECTOR_LEAVES[:size])).hex() == VECTOR_ROOTS[size]


@given(st.lists(st.binary(max_size=40), max_size=300))
def test_the_edge_gives_the_root_that_the_rfc_defines(entries: list[bytes]) -> None:
    assert rules.root_of(map(rules.leaf_hash, entries)) == root_as_the_rfc_says_it(entries)


def test_proofs_of_the_rfc_s_own_example_have_its_shape() -> None:
    """RFC 6962 section 2.1.3: seven leaves d0 to d6, with the nodes a to l drawn there."""
    a, b, c, d, e, f, j = (rules.leaf_hash(str(n).encode()) for n in range(7))
    g, h, i = rules.node_hash(a, b), rules.node_hash(c, d), rules.node_hash(e, f)
    k, last = rules.node_hash(g, h), rules.node_hash(i, j)
    seven = leaves(7)
    assert rules.inclusion_proof(seven, 0) == [b, h, last]
    assert rules.inclusion_proof(seven, 3) == [c, g, last]
    assert rules.inclusion_proof(seven, 4) == [f, j, k]
    assert rules.inclusion_proof(seven, 6) == [i, k]
    assert consistency_proof(seven, 3) == [c, d, g, last]
    assert consistency_proof(seven, 4) == [last]
    assert consistency_proof(seven, 6) == [i, j, k]


def test_every_leaf_of_every_tree_to_forty_proves_its_place_and_no_other() -> None:
    for size in TO_FORTY:
        for number in range(size):
            proof = rules.inclusion_proof(LEAVES[:size], number)
            for place in range(size):
                fits = rules.verify_inclusion(LEAVES[number], place, size, proof, ROOTS[size])
                assert fits == (place == number)


def test_every_growth_to_forty_proves_itself() -> None:
    for size in TO_FORTY:
        for old in range(size + 1):
            proof = consistency_proof(LEAVES[:size], old)
            assert rules.verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])


def test_no_growth_to_forty_passes_with_anything_altered() -> None:
    for size in TO_FORTY:
        for old in range(1, size):
            proof = consistency_proof(LEAVES[:size], old)
            broken = [[*proof, LEAVES[0]], proof[:-1]]
            broken += [[*proof[:n], flipped(proof[n]), *proof[n + 1 :]] for n in range(len(proof))]
            assert not any(rules.verify_consistency(old, size, bad, ROOTS[old], ROOTS[size]) for bad in broken)
            assert not rules.verify_consistency(old, size, proof, flipped(ROOTS[old]), ROOTS[size])
            assert not rules.verify_consistency(old, size, proof, ROOTS[old], flipped(ROOTS[size]))


def test_no_leaf_to_forty_passes_with_anything_altered() -> None:
    for size in TO_FORTY:
        for number in range(size):
            proof = rules.inclusion_proof(LEAVES[:size], number)
            broken = [[*proof, LEAVES[0]], *([proof[:-1]] if proof else [])]
            broken += [[*proof[:n], flipped(proof[n]), *proof[n + 1 :]] for n in range(len(proof))]
            for bad in broken:
                assert not rules.verify_inclusion(LEAVES[number], number, size, bad, ROOTS[size])
            assert not rules.verify_inclusion(flipped(LEAVES[number]), number, size, proof, ROOTS[size])
            assert not rules.verify_inclusion(LEAVES[number], number, size, proof, flipped(ROOTS[size]))


@given(st.data())
def test_larger_trees_prove_their_leaves_and_their_growth(data: st.DataObject) -> None:
    size = data.draw(st.integers(41, 1200))
    number, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    tree = leaves(size)
    root, old_root = rules.root_of(tree), rules.root_of(tree[:old])
    inclusion, consistency = rules.inclusion_proof(tree, number), consistency_proof(tree, old)
    assert len(inclusion) <= size.bit_length()
    assert rules.verify_inclusion(tree[number], number, size, inclusion, root)
    assert rules.verify_consistency(old, size, consistency, old_root, root)


@given(st.data())
def test_a_history_that_was_rewritten_never_proves_itself(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 200))
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    honest, forged = leaves(size), leaves(size)
    forged[changed] = rules.leaf_hash(b"something else")
    proof = consistency_proof(forged, old)
    assert not rules.verify_consistency(old, size, proof, rules.root_of(honest[:old]), rules.root_of(forged))


@given(
    st.integers(-2, 70), st.integers(-2, 70),
    st.lists(st.binary(max_size=33) | st.binary(min_size=32, max_size=32), max_size=9),
    st.binary(min_size=31, max_size=33),
)  # fmt: skip
def test_made_up_proofs_are_refused_without_a_surprise(number: int, size: int, proof: list[bytes], root: bytes) -> None:
    assert not rules.verify_inclusion(LEAVES[0], number, size, proof, root)
    assert not rules.verify_consistency(number, size, proof, LEAVES[0], root)


def test_huge_numbers_are_refused_at_once() -> None:
    assert not rules.verify_inclusion(LEAVES[0], 2**64, 2**64 + 1, [LEAVES[0]] * 3, LEAVES[0])
    assert not rules.verify_consistency(2**64, 2**64 + 1, [LEAVES[0]] * 3, LEAVES[0], LEAVES[0])


def test_a_proof_of_nothing_proves_only_what_is_so() -> None:
    leaf, empty = LEAVES[0], rules.EMPTY_ROOT
    assert rules.verify_inclusion(leaf, 0, 1, [], leaf)
    assert not rules.verify_inclusion(leaf, 1, 1, [], leaf)
    for size in (1, 3):
        assert rules.verify_consistency(0, size, [], empty, ROOTS[size])
        assert not rules.verify_consistency(0, size, [], leaf, ROOTS[size])
        assert not rules.verify_consistency(0, size, [], empty, b"short")
        assert not rules.verify_consistency(0, size, [leaf], empty, ROOTS[size])
        assert not rules.verify_consistency(size, size, [leaf], ROOTS[size], ROOTS[size])
        assert not rules.verify_consistency(size, size, [], flipped(ROOTS[size]), ROOTS[size])


def test_what_is_not_in_a_tree_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        rules.inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="larger"):
        consistency_proof(LEAVES[:3], 4)


def test_an_edge_can_be_put_down_and_taken_up_again() -> None:
    edge = rules.Edge()
    for number, leaf in enumerate(LEAVES):
        edge = rules.Edge(edge.size, edge.hashes)
        edge.add(leaf)
        assert (edge.size, edge.root()) == (number + 1, ROOTS[number + 1])


NO_EDGES = [(1, []), (2, LEAVES[:2]), (-1, LEAVES[:1]), (1, [b"short"]), (0, LEAVES[:1])]


@pytest.mark.parametrize(("size", "hashes"), NO_EDGES)
def test_an_edge_that_cannot_be_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="edge"):
        rules.Edge(size, hashes)


def test_an_entry_names_its_kind_and_version() -> None:
    assert rules.entry("decisions", "record", {"number": "7"}) == {"v": 1, "kind": "record", "number": "7"}


def test_entries_of_the_intake_log_all_look_alike() -> None:
    facts: dict[str, object] = {"day": "2026-11-23", "commit": "ab" * 32}
    assert rules.entry("intake", "batch", facts) == {"v": 1, "day": "2026-11-23", "commit": "ab" * 32}


@pytest.mark.parametrize(
    ("log", "kind", "facts"),
    [
        ("decisions", "gossip", {}),
        ("intake", "record", {}),
        ("gossip", "record", {}),
        ("decisions", "record", {"v": 2}),
    ],
)
def test_an_entry_that_has_no_place_is_a_mistake_in_the_program(log: str, kind: str, facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"kind|itself"):
        rules.entry(log, kind, facts)


def test_an_entry_may_be_as_long_as_a_tile_allows_and_no_longer() -> None:
    rules.check_size(b"x" * 65_535)
    with pytest.raises(RuleRefused, match="Make it shorter"):
        rules.check_size(b"x" * 65_536)


@pytest.mark.parametrize("log", rules.LOGS)
def test_every_kind_of_entry_is_said_in_plain_words(log: str) -> None:
    for kind, words in rules.KINDS[log].items():
        assert rules.words_of(log, json.dumps(rules.entry(log, kind, {"day": "2026-11-23"}))) == words


def test_the_three_lives_of_a_key_are_told_apart() -> None:
    said = {
        rules.words_of("decisions", json.dumps({"kind": "key", fact: "x"})) for fact in ("made", "destroyed", "ballot")
    }
    assert len(said) == 3


def test_a_manifest_with_cards_is_told_apart_from_the_first_one() -> None:
    first, cards, odd = (
        rules.words_of("decisions", json.dumps({"kind": "manifest", "cards": each}))
        for each in ({"drops": rules.EMPTY_ROOT.hex()}, {"drops": "07" * 32}, 7)
    )
    assert first == odd == rules.KINDS["decisions"]["manifest"] != cards


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '{"kind": ["x"], "day": 7}', '{"kind": "gossip"}'])
def test_an_entry_that_cannot_be_read_is_still_an_entry(body: str) -> None:
    assert rules.words_of("decisions", body) == "An entry."


def flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def test_a_log_that_began_again_is_known_by_its_first_name() -> None:
    first = rules.origin("test", "intake")
    again = rules.origin_after_a_loss("test", "intake", "k7f2")
    assert (first, again) == ("real-voice/test/intake", "real-voice/test/intake~k7f2")
    assert rules.first_origin(first) == rules.first_origin(again) == first


@pytest.mark.parametrize("body", ["{", "[" * 100_000, "[1]", "7"])
def test_an_entry_that_somebody_made_unreadable_says_nothing(body: str) -> None:
    assert rules.facts_in(body) == {}
    assert rules.facts_in('{"seq":1}') == {"seq": 1}


def test_an_entry_whose_text_is_not_what_was_hashed_says_nothing() -> None:
    body = '{"seq":1}'
    assert rules.facts_held(body, rules.leaf_hash(body.encode())) == {"seq": 1}
    assert rules.facts_held('{"seq":2}', rules.leaf_hash(body.encode())) == {}
    assert rules.facts_held(body, None) == {}
