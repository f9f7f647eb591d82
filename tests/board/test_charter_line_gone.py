"""An older charter rules nothing where somebody took the newest one away: its row, and what its line says.

Nor is the board held up by it for good: what was signed is brought back, and what is lost is taken on anew, in public.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.models import CharterVersion
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger import service as ledger
from governance.ledger.models import Head, Leaf, Log
from governance.ledger.service import growing
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, SMALL_BOARD, a_board


@pytest.fixture
def newest(session: Session, keys: KeyFolder) -> Any:
    """Which line has the second charter, in force since just now."""
    a_board(session, keys, SMALL_BOARD)
    service.adopt_charter(session, replace(service.charter(session), least_yes=4), DAY, "2026-001")
    ledger.publish_head(session, keys, "decisions", DAY)
    ledger.keep_heads(session, keys)
    session.commit()
    service.check_charter_as_published(session)
    last = max(number for number, facts in ledger.leaves(session, "decisions") if facts["kind"] == "charter")
    return (Leaf.log == "decisions") & (Leaf.number == last)


@pytest.mark.parametrize("spoiled", [{"body": "{}"}, {"body": "no line"}, {"hash": bytes(32)}])
def test_an_older_charter_does_not_pass_for_the_newest(session: Session, newest: Any, spoiled: dict[str, Any]) -> None:
    session.execute(update(Leaf).where(newest).values(spoiled))
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))
    session.commit()
    assert service.charter(session).least_yes != 4
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        service.check_charter_as_published(session)


def test_nor_does_it_where_the_line_is_gone(session: Session, newest: Any) -> None:
    session.execute(delete(Leaf).where(newest))
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))
    session.commit()
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        service.check_charter_as_published(session)


def the_line(session: Session, keys: KeyFolder, newest: Any, **changed: Any) -> None:
    session.execute(update(Leaf).where(newest).values(**changed))


def the_line_and_its_hash(session: Session, keys: KeyFolder, newest: Any) -> None:
    the_line(session, keys, newest, body="{}", hash=rules.leaf_hash(b"{}"))


def the_line_alone(session: Session, keys: KeyFolder, newest: Any) -> None:
    the_line(session, keys, newest, body="{}")


def no_line(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(delete(Leaf).where(newest))


def the_line_and_the_row(session: Session, keys: KeyFolder, newest: Any) -> None:
    the_line_alone(session, keys, newest)
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))


def the_row(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(update(CharterVersion).where(CharterVersion.number == 2).values(record=None))


def no_row(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(delete(CharterVersion).where(CharterVersion.number == 2))


def another_row(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(insert(CharterVersion).values(number=99, settings={"least_yes": 3}, adopted_on=DAY))


def the_root_of_the_log(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(update(Log).where(Log.name == "decisions").values(root=bytes(32), frontier=[]))


def the_signed_head(session: Session, keys: KeyFolder, newest: Any) -> None:
    session.execute(update(Head).values(note="", root=bytes(32), frontier=[]))


BY_THE_ROW = [the_line_alone, the_row, no_row, another_row, the_root_of_the_log, the_signed_head]
BY_A_COPY = [no_line, the_line_and_its_hash, the_line_and_the_row]


def check(session: Session, keys: KeyFolder) -> None:
    """Refuse what holds up a vote: the charter, or a head that cannot be signed."""
    service.check_charter_as_published(session)
    assert not ledger.check(session, keys, "decisions")


def bring_back(session: Session, keys: KeyFolder, copy: list[bytes]) -> list[int]:
    session.expire_all()
    found = ledger.to_bring_back(session, keys, "decisions", copy, service.texts_of_lines(session))
    back = ledger.bring_back(session, found, DAY).back
    service.bring_back_charters(session)
    session.commit()
    return back


@pytest.mark.on_both
@pytest.mark.parametrize("attack", BY_THE_ROW + BY_A_COPY)
def test_whatever_one_statement_spoils_of_the_charter_comes_back_as_it_was_signed(
    session: Session, keys: KeyFolder, newest: Any, attack: Any
) -> None:
    copy = [line.encode() for _, line, _ in ledger_rows(session)]
    attack(session, keys, newest)
    session.commit()
    session.expire_all()
    with pytest.raises((RuleRefused, AssertionError)):
        check(session, keys)
    back = bring_back(session, keys, copy if attack in BY_A_COPY else [])
    check(session, keys)
    assert service.charter(session).least_yes == 4
    assert [line.encode() for _, line, _ in ledger_rows(session)][: len(copy)] == copy
    told = [facts for _, facts in ledger.leaves(session, "decisions") if facts["kind"] == "mended"]
    assert [facts["lines"] for facts in told] == ([back] if back else []), "what was brought back is told in public"


@pytest.mark.on_both
def test_nothing_comes_in_that_was_not_signed(session: Session, keys: KeyFolder, newest: Any) -> None:
    """Neither from a false copy, nor from a row that was put in with the hash of its line."""
    copy = [line.encode() for _, line, _ in ledger_rows(session)]
    false = CharterVersion(number=2, settings={"least_yes": 3}, adopted_on=DAY)
    text = ledger.canonical("decisions", "charter", service.facts_of(false))
    the_line(session, keys, newest, body="{}", hash=rules.leaf_hash(text))
    session.execute(update(CharterVersion).where(CharterVersion.number == 2).values(settings={"least_yes": 3}))
    session.execute(update(CharterVersion).where(CharterVersion.number == 2).values(record=None))
    session.commit()
    for given in ([], [*copy[:-1], text], [text, *copy[1:]]):
        with pytest.raises(ledger.LedgerBroken, match="do not lead to what was signed"):
            bring_back(session, keys, given)
        session.rollback()
    bring_back(session, keys, copy)
    check(session, keys)
    assert service.charter(session).least_yes == 4


@pytest.mark.on_both
def test_where_nobody_has_the_line_the_board_goes_on_with_the_charter_that_is_whole(
    session: Session, keys: KeyFolder, newest: Any
) -> None:
    the_line_and_the_row(session, keys, newest)
    session.commit()
    session.expire_all()
    assert ledger.to_bring_back(session, keys, "decisions", [], service.texts_of_lines(session)).left == [
        (lost := ledger.changed_lines(session, "decisions"))[0]
    ]
    another_row(session, keys, newest)
    names = ledger.state_gap(session, keys, "A line is lost.", DAY, {}, ["decisions"], ["decisions"])
    again = service.go_on_with_what_is_whole(session, DAY)
    session.commit()
    ledger.take_names(keys, names)
    assert ledger.publish_head(session, keys, "decisions", DAY)
    check(session, keys)
    assert again
    assert again.number == 100
    assert service.charter(session) == service.charter_numbered(session, 1)
    said = dict(ledger.leaves(session, "decisions"))
    assert said[lost[0]]["kind"] == "lost"
    assert next(each for each in said.values() if each["kind"] == "gap")["logs"][0]["lost"] == lost
    assert service.go_on_with_what_is_whole(session, DAY) is None


def ledger_rows(session: Session) -> list[tuple[int, str, bytes]]:
    return list(growing.rows(session, "decisions", 0))
