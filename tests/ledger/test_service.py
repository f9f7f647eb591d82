"""Growing, signing and checking a ledger, on both databases."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules, service
from governance.ledger.models import Log
from governance.ruling.errors import NotReady, RuleRefused
from tests.ledger.logs import consistency_proof

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def record(number: int) -> tuple[str, dict[str, object]]:
    return "record", {"number": f"2026-{number:03}"}


def grow(session: Session, count: int) -> None:
    service.append_many(session, "decisions", [record(number) for number in range(count)])


def test_entries_are_numbered_from_nought_and_kept_as_canonical_json(session: Session) -> None:
    assert service.append(session, "decisions", "record", {"why": "Café “ok”", "b": 1, "a": [True, None]}) == 0
    assert service.append_many(session, "decisions", [record(1), record(2)]) == [1, 2]
    session.commit()
    first = service.leaf(session, "decisions", 0)
    assert first is not None
    assert first.body == '{"a":[true,null],"b":1,"kind":"record","v":1,"why":"Café “ok”"}'
    assert first.hash == rules.leaf_hash(first.body.encode())
    assert [leaf.number for leaf in service.newest(session, "decisions", 2)] == [2, 1]
    assert service.leaf(session, "decisions", 3) is None


def test_a_log_has_as_many_entries_as_were_added_signed_or_not(session: Session) -> None:
    assert service.size(session, "decisions") == 0
    service.append_many(session, "decisions", [("record", {})] * 3)
    assert (service.size(session, "decisions"), service.size(session, "intake")) == (3, 0)


def test_each_log_grows_by_itself(session: Session) -> None:
    service.append(session, "decisions", *record(1))
    batch: dict[str, object] = {"day": "2026-11-23", "commit": "ab" * 32}
    assert service.append_many(session, "intake", [("batch", batch)] * 8) == list(range(8))
    assert service.newest(session, "intake", 1)[0].body == f'{{"commit":"{"ab" * 32}","day":"2026-11-23","v":1}}'


def test_the_root_kept_while_growing_is_the_root_of_all_entries(session: Session) -> None:
    hashes: list[bytes] = []
    for number in range(40):
        service.append(session, "decisions", *record(number))
        leaf = service.leaf(session, "decisions", number)
        assert leaf is not None
        hashes.append(leaf.hash)
        assert session.get_one(Log, "decisions").root == rules.root_of(hashes)


def test_nothing_added_changes_nothing(session: Session) -> None:
    assert service.append_many(session, "decisions", []) == []
    assert session.get(Log, "decisions") is None


def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_gap(session: Session, keys: KeyFolder) -> None:
    grow(session, 2)
    session.commit()
    service.append(session, "decisions", *record(7))
    session.rollback()
    assert service.append(session, "decisions", *record(3)) == 2
    session.commit()
    assert service.check(session, keys, "decisions") == []


def test_an_entry_too_long_is_refused_before_anything_is_written(session: Session) -> None:
    with pytest.raises(RuleRefused, match="too long"):
        service.append(session, "decisions", "record", {"text": "ä" * 33_000})
    assert session.get(Log, "decisions") is None


@pytest.mark.parametrize("fact", [2**53, float("nan"), MONDAY, {1: "a"}, "\ud800"])
def test_a_fact_that_json_cannot_hold_exactly_is_a_mistake_in_the_program(session: Session, fact: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the wording is the library's
        service.append(session, "decisions", "record", {"fact": fact})
    assert session.get(Log, "decisions") is None


def test_there_are_no_other_logs(session: Session, keys: KeyFolder) -> None:
    with pytest.raises(ValueError, match="no kind"):
        service.append(session, "gossip", "record", {})
    with pytest.raises(ValueError, match="no ledger"):
        service.publish_head(session, keys, "gossip", MONDAY)


def test_appending_to_a_large_log_reads_and_writes_a_few_rows(session: Session) -> None:
    """Twenty hashes stand for a million leaves; the leaves themselves are not touched."""
    edge = rules.Edge(999_999, [rules.leaf_hash(bytes([n])) for n in range((999_999).bit_count())])
    session.add(Log(name="decisions", size=edge.size, root=edge.root(), frontier=[h.hex() for h in edge.hashes]))
    session.commit()
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: said.append(call[2]))
    assert service.append(session, "decisions", *record(1)) == 999_999
    assert len([statement for statement in said if statement.startswith(("SELECT", "INSERT", "UPDATE"))]) == 3
    assert session.get_one(Log, "decisions").size == 1_000_000


def test_a_head_is_signed_as_a_checkpoint_that_the_public_key_opens(session: Session, keys: KeyFolder) -> None:
    grow(session, 5)
    signed = service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()
    assert signed is not None
    name, public = "real-voice/test-programme/decisions", note.public_key(keys.need("ledger-decisions.key"))
    said = note.read_checkpoint(note.open_note(signed.note, name, public))
    hashes = [leaf.hash for leaf in reversed(service.newest(session, "decisions", 5))]
    assert said == note.Checkpoint(name, 5, rules.root_of(hashes))
    assert (signed.root, signed.day, service.head(session, "decisions")) == (said.root, MONDAY, signed)
    assert service.verifier_key(keys, "decisions").startswith(f"{name}+")


def test_a_head_is_signed_only_when_something_was_added(session: Session, keys: KeyFolder) -> None:
    assert service.publish_head(session, keys, "decisions", MONDAY) is None
    grow(session, 1)
    assert service.head(session, "decisions") is None
    assert service.publish_head(session, keys, "decisions", MONDAY) is not None
    assert service.publish_head(session, keys, "decisions", TUESDAY) is None
    grow(session, 1)
    second = service.publish_head(session, keys, "decisions", TUESDAY)
    assert second is not None
    assert service.head(session, "decisions") is second


def test_without_its_key_no_ledger_is_signed(session: Session, keys: KeyFolder) -> None:
    keys.destroy("ledger-decisions.key")
    grow(session, 1)
    with pytest.raises(NotReady, match=r"ledger-decisions\.key"):
        service.publish_head(session, keys, "decisions", MONDAY)


def test_heads_of_every_size_prove_that_they_grew_out_of_each_other(session: Session, keys: KeyFolder) -> None:
    heads = []
    for number in range(12):
        service.append(session, "decisions", *record(number))
        heads.append(service.publish_head(session, keys, "decisions", MONDAY))
    hashes = [leaf.hash for leaf in reversed(service.newest(session, "decisions", 12))]
    for old in heads:
        for new in heads:
            assert old is not None
            assert new is not None
            if old.size <= new.size:
                proof = consistency_proof(hashes[: new.size], old.size)
                assert rules.verify_consistency(old.size, new.size, proof, old.root, new.root)
