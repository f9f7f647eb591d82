"""Whatever is done to the past of a log is found, and nothing is signed that does not continue what was signed."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules, service
from governance.ledger.models import Head, Leaf, Log, Words
from governance.ledger.service import growing
from governance.ledger.service.names import origin
from tests.examples import examples
from tests.ledger.test_service import MONDAY, TUESDAY, grow, record

Tamper = Callable[[Session], object]


@pytest.fixture
def ledger(session: Session, keys: KeyFolder) -> Session:
    """Three signed heads, of 4, 6 and 9 entries, and two entries not yet signed."""
    for more in (4, 2, 3):
        grow(session, more)
        service.publish_head(session, keys, "decisions", MONDAY)
    grow(session, 2)
    session.commit()
    assert service.check(session, keys, "decisions") == []
    return session


def rewrite(number: int, body: str) -> Tamper:
    """What somebody careful would do: change the entry and its hash."""
    changed = {"body": body, "hash": rules.leaf_hash(body.encode())}
    return lambda session: session.execute(update(Leaf).where(Leaf.number == number).values(changed))


def swap(session: Session) -> None:
    """Exchange two entries by giving each the other's number."""
    for old, new in ((2, 99), (3, 2), (99, 3)):
        session.execute(update(Leaf).where(Leaf.number == old).values(number=new))


def put_in_between(session: Session) -> None:
    """Move the later entries up and put a new one at 4."""
    for number in range(10, 3, -1):
        session.execute(update(Leaf).where(Leaf.number == number).values(number=number + 1))
    body = '{"kind":"record","v":1}'
    forged = {"log": "decisions", "number": 4, "body": body, "hash": rules.leaf_hash(body.encode())}
    session.execute(insert(Leaf).values(forged))


def restore_old_backup(session: Session) -> None:
    """Put back the leaves and the log of before, while the heads are still those of today."""
    session.execute(delete(Leaf).where(Leaf.number >= 4))
    old = session.query(Head).filter_by(size=4).one()
    session.execute(update(Log).values(size=4, root=old.root, frontier=old.frontier))


SIGNED_OTHERWISE = "The first 4 entries are not those that were signed on 2026-11-23."
TAMPERING: dict[str, tuple[Tamper, str]] = {
    "edit the text": (
        lambda s: s.execute(text("UPDATE leaf SET body = '{}' WHERE number = 1")),
        "Entry 1 does not say",
    ),
    "edit text and hash": (rewrite(1, "{}"), SIGNED_OTHERWISE),
    "delete one": (lambda s: s.execute(delete(Leaf).where(Leaf.number == 2)), "Entry 2 is missing."),
    "delete some": (lambda s: s.execute(delete(Leaf).where(Leaf.number.in_([2, 3]))), "Entries 2 to 3 are missing."),
    "delete the last": (
        lambda s: s.execute(delete(Leaf).where(Leaf.number > 7)),
        "A signed head counts 9 entries, but only 8",
    ),
    "delete what is not signed": (
        lambda s: s.execute(delete(Leaf).where(Leaf.number > 8)),
        "The log counts 11 entries",
    ),
    "reorder": (swap, SIGNED_OTHERWISE),
    "insert": (put_in_between, "The first 6 entries are not those"),
    "restore an old backup": (restore_old_backup, "A signed head counts 6 entries, but only 4"),
    "edit a head": (
        lambda s: s.execute(update(Head).where(Head.size == 6).values(root=b"x" * 32)),
        "row of the head of 6",
    ),
    "forge a head": (
        lambda s: s.execute(update(Head).where(Head.size == 4).values(note="a\n\n- b\n")),
        "not signed by this ledger",
    ),
    "edit the log": (lambda s: s.execute(update(Log).values(root=b"x" * 32)), "The log counts 11 entries"),
    "delete the log's growth": (lambda s: s.execute(update(Log).values(frontier=[])), "The log counts 11 entries"),
}


@pytest.mark.parametrize("way", TAMPERING)
def test_a_check_reports_whatever_was_done_to_the_past(ledger: Session, keys: KeyFolder, way: str) -> None:
    tamper, sentence = TAMPERING[way]
    tamper(ledger)
    ledger.commit()
    problems = service.check(ledger, keys, "decisions")
    assert any(sentence in problem for problem in problems), problems
    assert all(problem.endswith(".") for problem in problems)


def test_a_head_of_the_other_ledger_is_no_head_of_this_one(ledger: Session, keys: KeyFolder) -> None:
    service.append(ledger, "intake", "batch", {"day": "2026-11-23", "commit": "ab" * 32})
    other = service.publish_head(ledger, keys, "intake", MONDAY)
    assert other is not None
    ledger.execute(update(Head).where(Head.size == 9).values(note=other.note))
    ledger.commit()
    assert any("not signed by this ledger" in problem for problem in service.check(ledger, keys, "decisions"))


BEFORE_SIGNING = {
    "an entry since the last head": rewrite(9, "{}"),
    "the log's growth": lambda s: s.execute(update(Log).values(size=12, frontier=["ab" * 32] * 2)),
    "the log's growth, impossibly": lambda s: s.execute(update(Log).values(frontier=["ab"])),
    "the last head": lambda s: s.execute(update(Head).where(Head.size == 9).values(note="no note")),
    "the last head's edge": lambda s: s.execute(update(Head).where(Head.size == 9).values(frontier=["ab" * 32] * 2)),
    "one in between": lambda s: s.execute(delete(Leaf).where(Leaf.number == 9)),
    "the end": lambda s: s.execute(delete(Leaf).where(Leaf.number == 10)),
    "an older log": restore_old_backup,
}


@pytest.mark.parametrize("way", BEFORE_SIGNING)
def test_nothing_is_signed_that_does_not_continue_what_was_signed(ledger: Session, keys: KeyFolder, way: str) -> None:
    BEFORE_SIGNING[way](ledger)
    ledger.commit()
    ledger.expire_all()
    with pytest.raises(service.LedgerBroken, match=r"doctor|signed"):
        service.publish_head(ledger, keys, "decisions", TUESDAY)
    ledger.rollback()
    assert service.head(ledger, "decisions").size == 9  # type: ignore[union-attr]


def test_a_head_that_says_the_name_of_another_ledger_is_none_of_ours(ledger: Session, keys: KeyFolder) -> None:
    signed = service.head(ledger, "decisions")
    assert signed is not None
    other = note.Checkpoint("real-voice/others/decisions", signed.size, signed.root)
    signed.note = note.sign(other.text(), origin(keys, "decisions"), keys.need("ledger-decisions.key"))
    with pytest.raises(note.NoteBroken, match="another ledger"):
        growing.opened(keys, signed)


def test_whoever_begins_a_log_second_takes_the_one_that_is_there(session: Session) -> None:
    service.append(session, "decisions", *record(1))
    session.commit()
    session.expunge_all()  # As for somebody who looked before it was there.
    assert growing._begun(session, "decisions").size == 1


def test_a_closed_log_is_signed_under_its_own_name_and_never_as_one_that_grows(keys: KeyFolder) -> None:
    name, ours = "real-voice/test/elections/1", origin(keys, "decisions")
    text = note.Checkpoint(name, 0, rules.EMPTY_ROOT).text()
    key = note.read_key(service.closed_key(keys, name))
    assert note.open_note(service.sign_closed(keys, text), key.name, key.public) == text
    with pytest.raises(ValueError, match="a log that grows"):
        service.sign_closed(keys, text.replace(name, ours))


def test_a_log_whose_growth_was_broken_takes_no_entry(ledger: Session) -> None:
    ledger.execute(update(Log).values(frontier=["no hex"]))
    ledger.commit()
    with pytest.raises(service.LedgerBroken, match="changed by hand"):
        service.append(ledger, "decisions", *record(1))


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.integers(1, 9), st.just("sign")), max_size=12), data=st.data())
def test_in_any_history_a_change_under_a_signed_head_is_found(
    session: Session, keys: KeyFolder, steps: list[int | str], data: st.DataObject
) -> None:
    session.rollback()  # Whatever ended the example before, each history begins with an empty ledger.
    for step in steps:
        if step == "sign":
            service.publish_head(session, keys, "decisions", MONDAY)
        else:
            grow(session, int(step))
    assert service.check(session, keys, "decisions") == []
    signed = service.head(session, "decisions")
    if signed:
        number = data.draw(st.integers(0, signed.size - 1))
        rewrite(number, json.dumps({"changed": number}))(session)
        assert service.check(session, keys, "decisions") != []


def test_bytes_put_in_the_place_of_a_text_are_read_and_are_not_what_was_signed() -> None:
    assert Words().process_result_value(b'{"v":1\xff', SQLiteDialect()) == '{"v":1\ufffd'
