"""Heads, tiles and proofs as they leave the database, on both: whole, the same from every server, never one alone."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, policy, rounds, rules, service, tiles, verifying
from governance.ledger.models import Cosignature, Head, Leaf, TileRow
from governance.ledger.service import tiling
from governance.ledger.verifying import Trust
from governance.ledger.witness import Memory
from governance.ruling.errors import NotReady

MONDAY = date(2026, 11, 23)
NOW = 1_790_000_000


def grow(session: Session, keys: KeyFolder, count: int) -> None:
    """Add *count* entries and sign a head."""
    service.append_many(session, "decisions", [("record", {"number": str(number)}) for number in range(count)])
    service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()


def test_the_tiles_of_a_large_day_are_kept_in_pieces_before_its_head_is_signed(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SOME", 300)
    service.append_many(session, "decisions", [("record", {"number": str(number)}) for number in range(700)])
    session.commit()
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    pieces = list(rounds.publish(session, keys, Moment(noon, MONDAY, release_hour_has_come=True)))
    assert len(pieces) == 4  # Two of tiles, and a head for each ledger.
    for at, piece in enumerate(pieces):
        assert service.head(session, "decisions") is None or at > 2
        piece(session)
        session.commit()
    signed = service.head(session, "decisions")
    assert signed is not None
    assert signed.size == 700


def files(session: Session, size: int) -> dict[tiles.Tile, bytes]:
    """Return what the pure writer makes of the first *size* entries."""
    writer, made = tiles.Writer(), {}
    bodies = session.scalars(select(Leaf.body).where(Leaf.number < size).order_by(Leaf.number))
    for body in bodies:
        made.update(writer.add(body.encode()))
    return made | dict(writer.rest())


def test_every_tile_of_every_signed_size_is_served(session: Session, keys: KeyFolder) -> None:
    sizes = []
    for count in (1, 254, 1, 1, 300, 256 * 2 + 7):
        grow(session, keys, count)
        sizes.append(sum(sizes[-1:]) + count)
    for size in sizes:
        for tile, content in files(session, size).items():
            assert service.tile_content(session, "decisions", tile.path) == content, tile.path
    assert service.check(session, keys, "decisions") == []


def test_what_no_head_covers_is_not_served(session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 3)
    service.append_many(session, "decisions", [("record", {"number": "x"})] * 300)
    for path in ("tile/0/000", "tile/0/000.p/4", "tile/entries/000", "tile/1/000.p/1", "tile/63/000.p/1", "checkpoint"):
        assert service.tile_content(session, "decisions", path) is None
    assert service.tile_content(session, "intake", "tile/0/000.p/1") is None


def test_tiles_and_head_are_one_commit(session: Session, keys: KeyFolder) -> None:
    service.append_many(session, "decisions", [("record", {"number": "x"})] * 600)
    session.commit()
    service.publish_head(session, keys, "decisions", MONDAY)
    session.rollback()
    assert session.scalars(select(TileRow)).all() == []
    assert session.scalars(select(Head)).all() == []
    grow(session, keys, 1)
    assert service.publish_head(session, keys, "decisions", MONDAY) is None
    assert sorted(session.scalars(select(TileRow.number).where(TileRow.level == 0))) == [0, 1]


def test_a_ledger_signed_before_tiles_were_kept_serves_them_all_the_same(session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 600)
    session.execute(delete(TileRow))
    for tile, content in files(session, 600).items():
        assert service.tile_content(session, "decisions", tile.path) == content
    grow(session, keys, 1)
    assert len(session.scalars(select(TileRow)).all()) == 2


def test_a_changed_tile_is_found(session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 300)
    session.execute(update(TileRow).values(root=bytes(32)))
    assert service.check(session, keys, "decisions") == ["The tile tile/0/000 does not fit the entries it stands for."]


def test_the_root_of_every_span_of_a_proof_is_right(session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 777)
    leaves = list(session.scalars(select(Leaf.hash).order_by(Leaf.number)))
    for number in (0, 1, 255, 256, 500, 767, 776):
        for span in rules.inclusion_spans(number, 777):
            assert tiling.root_of_span(session, "decisions", span) == rules.root_of(leaves[slice(*span)])


def test_a_proof_leads_to_the_newest_head(session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 300)
    grow(session, keys, 5)
    for number in (0, 255, 256, 304):
        text = service.proof_of(session, keys, "decisions", number)
        assert text is not None
        found = verifying.check_proof(text, Trust(note.read_key(service.verifier_key(keys, "decisions"))))
        assert "one of 305 that were signed" in found[0]
    assert service.proof_of(session, keys, "decisions", 305) is None


def test_a_static_copy_is_what_is_served_and_holds(session: Session, keys: KeyFolder, tmp_path: Path) -> None:
    grow(session, keys, 300)
    for _ in range(2):
        assert service.export(session, keys, tmp_path / "copy") == {"decisions": 300}
        copy = verifying.folder(tmp_path / "copy" / "decisions")
        assert "300 entries" in verifying.check_log(copy, Trust())[0]
        kept = service.checkpoint(session, service.head(session, "decisions"))
    grow(session, keys, 300)
    service.export(session, keys, tmp_path / "copy")
    assert "continues the 300 entries" in verifying.check_log(copy, Trust(kept=kept))[-1]
    session.execute(update(Leaf).where(Leaf.number == 7).values(body="{}"))
    session.commit()
    with pytest.raises(service.LedgerBroken):
        service.export(session, keys, tmp_path / "copy")
    assert "600 entries" in copy("checkpoint").decode().replace("\n600\n", " 600 entries ")


# As a visitor gets them


def test_the_addresses_of_the_specification(client: Any, session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 300)
    expected = files(session, 300)
    session.rollback()
    for tile, content in expected.items():
        answer = client.get(f"/ledger/decisions/{tile.path}")
        assert (answer.status_code, answer.data) == (200, content)
        assert answer.content_type == "application/octet-stream"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    checkpoint = client.get("/ledger/decisions/checkpoint")
    assert checkpoint.content_type == "text/plain; charset=utf-8"
    assert checkpoint.headers["Cache-Control"] == "public, max-age=5"
    assert note.read_key(client.get("/ledger/decisions/key").text).name == "real-voice/test-programme/decisions"
    assert policy.read(client.get("/ledger/policy").text).quorum == "none"
    proof = client.get("/ledger/decisions/299.tlog-proof")
    assert verifying.check_proof(proof.text, Trust())
    assert "decisions-299.tlog-proof" in proof.headers["Content-Disposition"]


def test_a_bundle_is_packed_for_whoever_can_unpack_it(client: Any, session: Session, keys: KeyFolder) -> None:
    service.append_many(session, "decisions", [("record", {"number": "x"})] * 40)
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))
    session.commit()
    address = "/ledger/decisions/tile/entries/000.p/40"
    plain, packed, refused = (
        client.get(address, headers={"Accept-Encoding": said}) for said in ("identity", "br, gzip", "gzip;q=0")
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert len(packed.data) < len(plain.data) / 2
    assert {each.headers["Vary"] for each in (plain, packed, refused)} == {"Accept-Encoding"}
    hashes = client.get("/ledger/decisions/tile/0/000.p/40", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in hashes.headers


ABSENT = """
decisions/tile/0/001 decisions/tile/0/000.p/0 decisions/tile/0/000.p/4 decisions/tile/64/000 decisions/tile/0/0
decisions/tile/0/../0/000 decisions/tile/0/x999/x999/x999/x999/x999/x999/999 decisions/tile/-1/000 decisions/tile/
decisions/tile/entries/x000/001 decisions/tile/0/%D9%A0%D9%A0%D9%A0 gossip/tile/0/000 decisions/3.tlog-proof
decisions/-1.tlog-proof decisions/99999999999999999999.tlog-proof decisions/x.tlog-proof decisions/%D9%A0.tlog-proof
gossip/0.tlog-proof gossip/key intake/key intake/checkpoint intake/tile/0/000 decisions/tile/0/x4611/686/018/427/387/904
"""


def test_what_is_not_there_is_a_plain_404(client: Any, session: Session, keys: KeyFolder) -> None:
    grow(session, keys, 3)
    for address in ABSENT.split():
        assert client.get(f"/ledger/{address}").status_code == 404, address


# Witnessed


@pytest.fixture
def witness(session: Session, keys: KeyFolder, tmp_path: Path) -> Memory:
    """A witness of ours that knows our ledger."""
    memory = Memory(tmp_path / "partner")
    service.add_witness(session, "partner", str(memory.begin("witness.example.org")), "https://witness.example.org/")
    memory.trust(service.verifier_key(keys, "decisions"))
    session.commit()
    return memory


def carry(session: Session, witness: Memory) -> list[str]:
    """Carry each open question to the witness, and its answer back."""
    named = []
    for asked in service.questions(session):
        request = service.request_text(session, asked.log, asked.size, asked.old_size)
        answer = witness.add_checkpoint(request, NOW)
        named += service.accept(session, asked.log, asked.size, answer.text)
    session.commit()
    return named


def test_a_head_is_witnessed_once_more_than_half_have_signed(
    session: Session, keys: KeyFolder, witness: Memory
) -> None:
    grow(session, keys, 300)
    signed = service.head(session, "decisions")
    assert not service.is_witnessed(session, keys, signed)
    assert carry(session, witness) == ["partner"]
    assert service.is_witnessed(session, keys, signed)
    assert service.questions(session) == []
    assert [(each.witness, each.size, each.at.timestamp()) for each in service.seen_by(session, "decisions")] == [
        ("partner", 300, NOW)
    ]
    others = [Memory(witness.path.parent / name) for name in ("b", "c")]
    for other in others:
        service.add_witness(session, other.path.parent.name, str(other.begin("x.example")), "")
    assert not service.is_witnessed(session, keys, signed)


def test_each_head_continues_what_the_witness_saw(session: Session, keys: KeyFolder, witness: Memory) -> None:
    for count in (1, 6, 249, 1, 300):
        grow(session, keys, count)
        assert carry(session, witness) == ["partner"]
    text = service.checkpoint(session, service.head(session, "decisions"))
    proof = service.proof_of(session, keys, "decisions", 0)
    for each in (text, proof):
        assert "\n— witness.example.org " in each
    ours = policy.read(service.policy_text(session, keys))
    assert "seen it" in verifying.check_proof(proof, Trust(policy=ours))[-1]


def test_a_forked_ledger_is_refused_and_an_old_copy_says_so(session: Session, keys: KeyFolder, witness: Memory) -> None:
    grow(session, keys, 300)
    carry(session, witness)
    forked = [f"other {number}".encode() for number in range(301)]
    head = note.Checkpoint(
        "real-voice/test-programme/decisions", 301, rules.root_of(rules.leaf_hash(each) for each in forked)
    )
    signed = note.sign(head.text(), head.origin, keys.need("ledger-decisions.key"))
    hashes = service.request_text(session, "decisions", 300, 0).split("\n\n")[0]
    assert witness.add_checkpoint(f"{hashes.replace('old 0', 'old 300')}\n\n{signed}", NOW).status == 422
    with pytest.raises(NotReady, match="old copy"):
        service.request_text(session, "decisions", 300, 400)


def test_only_signatures_of_our_witnesses_on_this_head_are_taken_in(
    session: Session, keys: KeyFolder, witness: Memory
) -> None:
    grow(session, keys, 3)
    text, _ = note.split(service.head(session, "decisions").note)
    stranger = note.cosign(text, "witness.example.org", bytes(32), NOW)
    for answer in ("", "— x\n" * 500, stranger, "\x00", stranger.replace("witness", "w"), "— " * 9000):
        assert service.accept(session, "decisions", 3, answer) == []
    assert service.accept(session, "decisions", 2, "x") == []
    assert session.scalars(select(Cosignature)).all() == []


def test_what_cannot_be_a_witness_is_refused(session: Session, witness: Memory) -> None:
    for name, key, url in (
        ("w", "x", ""), ("two words", "", ""), ("none", "", ""), ("", "", ""), ("w", "", "file:///x"),
        ("other", "", ""),
    ):  # fmt: skip
        with pytest.raises(NotReady):
            service.add_witness(session, name, key or str(witness.key()), url)
    assert [each.name for each in service.witnesses(session)] == ["partner"]


def test_a_new_key_of_a_witness_leaves_nothing_of_the_old_one(
    session: Session, keys: KeyFolder, witness: Memory
) -> None:
    grow(session, keys, 3)
    carry(session, witness)
    service.add_witness(session, "partner", str(witness.retire()), "")
    assert session.scalars(select(Cosignature)).all() == []
    service.remove_witness(session, "partner")
    with pytest.raises(NotReady, match="no witness called"):
        service.remove_witness(session, "partner")
