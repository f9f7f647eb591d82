"""Promise 10, against whoever owns the database: the newest notice decides, also where it was unhooked.

What members were told of seats, cards, shares and themes is a row with a line of the ledger. Each attack makes the rows
say what they said before. Of every area it is named by the audit, and what asks for the truth knows nothing, rather
than the older one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.people.models import Told
from governance.people.service import notice_marks
from governance.people.service.notices import told_last, vouched_last
from governance.ruling.sentences import Sentence
from governance.storage.leaves import Books
from tests.factories import TODAY

AREAS = sorted([board.SEATS, people.ACCOUNTS, people.SHARES, feedback.THEMES])
OLDER, NEWER = {"row 1": "may"}, {"row 1": "may not"}
Attack = Callable[[Session, Told, Told], None]


def sql(session: Session, words: str, **values: Any) -> None:
    session.execute(text(words), values)


def taken_out(session: Session, older: Told, newer: Told) -> None:
    sql(session, "DELETE FROM told WHERE id = :id", id=newer.id)


def unhooked(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET leaf = NULL WHERE id = :id", id=newer.id)


def of_another_area(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET area = 'other' WHERE id = :id", id=newer.id)


def hooked_to_the_older_line(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET leaf = :leaf WHERE id = :id", leaf=older.leaf, id=newer.id)


def lines_swapped(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET leaf = :leaf WHERE id = :id", leaf=newer.leaf, id=older.id)
    sql(session, "UPDATE told SET leaf = :leaf WHERE id = :id", leaf=older.leaf, id=newer.id)


def older_said_again(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET facts = (SELECT facts FROM told WHERE id = :o) WHERE id = :n", o=older.id, n=newer.id)


def turned_by_their_ids(session: Session, older: Told, newer: Told) -> None:
    sql(session, "UPDATE told SET id = id + 9999 WHERE id = :id", id=older.id)


def row_and_line_taken_out(session: Session, older: Told, newer: Told) -> None:
    taken_out(session, older, newer)
    sql(session, "DELETE FROM leaf WHERE log = 'decisions' AND number = :leaf", leaf=newer.leaf)


def row_taken_out_and_line_spoilt(session: Session, older: Told, newer: Told) -> None:
    taken_out(session, older, newer)
    sql(session, "UPDATE leaf SET body = '{}' WHERE log = 'decisions' AND number = :leaf", leaf=newer.leaf)


ATTACKS: list[Attack] = [
    taken_out, unhooked, of_another_area, hooked_to_the_older_line, lines_swapped, older_said_again,
    turned_by_their_ids, row_and_line_taken_out, row_taken_out_and_line_spoilt,
]  # fmt: skip


def told_twice(session: Session, keys: KeyFolder, area: str) -> tuple[Told, Told]:
    """Tell of *area* what is over since, and then what holds."""
    rows = [people.tell(session, keys, Sentence(words), TODAY, area, facts)
            for words, facts in (("It may.", OLDER), ("It may not.", NEWER))]  # fmt: skip
    session.commit()
    return rows[0], rows[1]


def named(session: Session, keys: KeyFolder, area: str) -> list[str]:
    """What the audit names where the rows were put back to what they were before."""
    session.expire_all()
    lines = ledger.lines_with(session, "decisions", f'"{area}":')
    found = people.not_as_told(Books(session, keys, TODAY, lines), area, OLDER)
    return [*found, *(f"Line {number} was spoilt." for number in ledger.spoilt(session, "decisions"))]


def test_the_newest_notice_decides(session: Session, keys: KeyFolder) -> None:
    """The control: what nobody touched is known, and the rows as they were before are named."""
    for area in AREAS:
        told_twice(session, keys, area)
        assert vouched_last(session, keys, area) == told_last(session, area) == NEWER
        assert named(session, keys, area) == ["The row “row 1” is not what members were told last."]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_unhooked_notice_brings_back_no_older_one(session: Session, keys: KeyFolder, attack: Attack) -> None:
    """Within a transaction that writes as well: what looks after a newer commit waits for no lock of its own."""
    told = {area: told_twice(session, keys, area) for area in AREAS}
    for older, newer in told.values():
        attack(session, older, newer)
    session.commit()
    session.expire_all()
    for area in AREAS:
        assert vouched_last(session, keys, area) in ({}, NEWER), area
        assert named(session, keys, area), area


def test_a_line_that_was_spoilt_takes_no_truth_away_while_the_marks_hold(session: Session, keys: KeyFolder) -> None:
    """Else whoever spoils one line would stop what the board decided from being said."""
    _, newer = told_twice(session, keys, people.ACCOUNTS)
    sql(session, "UPDATE leaf SET body = '{}' WHERE log = 'decisions' AND number = :leaf", leaf=newer.leaf)
    session.commit()
    assert notice_marks.are_whole(session, keys)
    assert vouched_last(session, keys, people.ACCOUNTS) == NEWER


def test_of_what_is_told_after_a_doubt_all_is_known(session: Session, keys: KeyFolder) -> None:
    taken_out(session, *told_twice(session, keys, people.ACCOUNTS))
    people.tell(session, keys, Sentence("Another."), TODAY, people.ACCOUNTS, {"row 2": "may"})
    session.commit()
    assert vouched_last(session, keys, people.ACCOUNTS) == {"row 2": "may"}
