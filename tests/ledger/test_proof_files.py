"""Files that hold by themselves: proofs, policies, keys and cosignatures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import note, policy, rules, verifying
from governance.ledger.proof import Proof
from governance.ledger.verifying import Trust
from tests.ledger import logs
from tests.ledger.test_verifying import ENTRIES

# Proof files


def proof(number: int, entries: list[bytes] = ENTRIES) -> Proof:
    hashes = rules.inclusion_proof([rules.leaf_hash(each) for each in entries], number)
    return Proof(entries[number].decode(), str(logs.KEY), number, tuple(hashes), logs.checkpoint(entries))


@pytest.mark.parametrize("number", [0, 1, 255, 256, 299])
def test_a_proof_file_holds_by_itself(number: int) -> None:
    found = verifying.check_proof(proof(number).text(), Trust())
    assert found[:2] == [
        f"This is entry {number} of {logs.NAME}, one of 300 that were signed:",
        ENTRIES[number].decode(),
    ]


def test_a_proof_is_held_against_a_kept_checkpoint() -> None:
    text = proof(7).text()
    same = verifying.check_proof(text, Trust(kept=logs.checkpoint(ENTRIES)))
    assert same[-1] == "It says the same as the checkpoint that you kept."
    for entries in (ENTRIES[:9], [*ENTRIES, b"more"]):
        assert "only the ledger itself" in verifying.check_proof(text, Trust(kept=logs.checkpoint(entries)))[-1]
    with pytest.raises(note.NoteBroken, match="prove that the history was rewritten"):
        verifying.check_proof(text, Trust(kept=logs.checkpoint([*ENTRIES[:-1], b"other"])))
    with pytest.raises(note.NoteBroken, match="no signed head of this ledger"):
        verifying.check_proof(text, Trust(kept="letter"))


def test_another_entry_under_the_same_proof_does_not() -> None:
    good = proof(5)
    for bad in (
        Proof("{}", good.key, 5, good.hashes, good.checkpoint),
        Proof(good.entry, good.key, 6, good.hashes, good.checkpoint),
        Proof(good.entry, good.key, 5, good.hashes[:-1], good.checkpoint),
        Proof(good.entry, good.key, 5, good.hashes, logs.checkpoint(ENTRIES[:299])),
    ):
        with pytest.raises(note.NoteBroken, match="not the one in this file"):
            verifying.check_proof(bad.text(), Trust())


@given(st.integers(0, 2000), st.binary(max_size=3))
def test_a_broken_proof_file_is_refused_and_nothing_else_happens(at: int, put: bytes) -> None:
    text = proof(3).text()
    at %= len(text)
    broken = text[:at] + put.decode("latin-1") + text[at + 1 :]
    try:
        found = verifying.check_proof(broken, Trust(logs.KEY))
    except note.NoteBroken:
        return
    assert found[1] == ENTRIES[3].decode()


@given(st.text())
def test_any_text_is_a_proof_or_refused(text: str) -> None:
    with pytest.raises(note.NoteBroken):
        verifying.check_proof(f"c2sp.org/tlog-proof@v1\n{text}", Trust())


# Policies


def witness_key(number: int) -> note.Key:
    return note.Key(f"w{number}", note.COSIGNATURE, note.public_key(bytes([number]) * 32))


def test_a_policy_counts_its_witnesses() -> None:
    head = logs.checkpoint(ENTRIES[:3])
    text, _ = note.split(head)
    named = "".join(f"witness W{number} {witness_key(number)}\n" for number in (1, 2, 3))
    ours = policy.read(f"# ours\n\n{named}group two 2 W1 W2 W3\n quorum\ttwo\n")
    lines = [note.cosign(text, f"w{number}", bytes([number]) * 32, 5) for number in (1, 2, 3)]
    assert not ours.holds(text, [])
    assert not ours.holds(text, [lines[0]] * 3)
    assert ours.holds(text, lines[1:])
    assert not ours.holds(text.replace("3\n", "4\n"), lines)


@pytest.mark.parametrize(
    "lines",
    [
        "", "quorum", "quorum nobody", "quorum none\nquorum none", f"witness W {logs.KEY}\nquorum W",
        f"log {witness_key(1)}\nquorum none", f"witness W {witness_key(1)}\nwitness V {witness_key(1)}\nquorum W",
        f"witness none {witness_key(1)}\nquorum none", f"witness W {witness_key(1)}\ngroup g 2 W\nquorum g",
        f"witness W {witness_key(1)}\ngroup g all W\ngroup h all W\nquorum h", "group g any\nquorum g",
        f"witness W {witness_key(1)}\ngroup g 0 W\nquorum g", "witness W w+00000000+AAAA\nquorum W", "quorum none\x00",
        f"log {logs.KEY}\nlog {logs.KEY}\nquorum none", "something else\nquorum none",
    ],
)  # fmt: skip
def test_a_policy_that_says_something_else_is_refused(lines: str) -> None:
    with pytest.raises(note.NoteBroken):
        policy.read(lines + "\n")


# Keys and cosignatures


def test_the_example_of_the_specification_has_its_shape() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    line = note.cosign(text, "witness.example.com/w1", bytes(32), 1679315147)
    assert (
        note.cosigned_at(text, [line], note.Key("witness.example.com/w1", note.COSIGNATURE, note.public_key(bytes(32))))
        == 1679315147
    )
    assert len(line.split(" ")[2]) == len(
        "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    )


@pytest.mark.parametrize(
    "word", ["", "x", "a+b", "a+00000000+AQ==", f"{logs.KEY}x", f" {logs.KEY.name}", "a+b+c+d", "+++"]
)
def test_what_is_no_key_is_refused(word: str) -> None:
    with pytest.raises(note.NoteBroken):
        note.read_key(word)
    unknown = note.Key("a", b"\x06", bytes(32))
    with pytest.raises(note.NoteBroken, match="kind that is not known"):
        note.read_key(str(unknown))
