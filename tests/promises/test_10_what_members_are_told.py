"""Promise 10, against whoever owns the database: a notice to members is one that the program made, and none is missing.

Each attack is one that SQL alone can do. It is named by the audit, a member's first page says it and shows nothing
false, and then the marks are taken out, and the same attack must pass unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.service import notice_marks
from governance.programme import accounting
from governance.ruling.sentences import Sentence
from tests.databases import on_both
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.laid_out import laid_out

CHANGED_BY_HAND = "was changed by hand"
HIDDEN = "A message was hidden. Ash asked, Juniper agreed."
Enter = Callable[[str], Any]


@laid_out
def five_were_told(session: Session, keys: KeyFolder) -> Founded:
    """Tell members four things without a line in the ledger, and one with a line."""
    founded = an_open_programme(session, keys)
    for words in ("Vote 1 is called off.", HIDDEN, "New can read what people say.", "Not done: a card."):
        people.tell(session, keys, Sentence(words), TODAY)
    people.tell_of_accounts(session, keys, Sentence("Elder is a teller."), TODAY, [founded.account("Elder")])
    session.commit()
    return founded


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme whose members were told five things."""
    with clock.stopped_at(NOW):
        yield five_were_told(session, keys)


def names(session: Session) -> list[int]:
    return list(session.execute(text("SELECT id FROM told ORDER BY id")).scalars())


def the_one(session: Session) -> int:
    found = session.execute(text("SELECT id FROM told WHERE CAST(said AS TEXT) LIKE '%message was hidden%'")).scalar()
    assert isinstance(found, int)
    return found


def change(session: Session, **to: Any) -> None:
    for column, value in to.items():
        session.execute(
            text(f"UPDATE told SET {column} = :value WHERE id = :id"), {"value": value, "id": the_one(session)}
        )


def copied(session: Session, said: str, number: int, mark: bytes | None) -> None:
    """A row of one's own, with all that a real one has."""
    session.execute(
        text(
            "INSERT INTO told (id, area, facts, said, salt, day, leaf, number, mark) "
            "SELECT :id, area, facts, :said, salt, day, leaf, :number, :mark FROM told WHERE id = :like"
        ),
        {"id": max(names(session)) + 1, "said": said, "number": number, "mark": mark, "like": the_one(session)},
    )


FORGED = '{"template": "The manager may read all of it.", "values": {}}'


def forge(session: Session) -> None:
    copied(session, FORGED, len(names(session)) + 1, b"x" * 64)


def forge_without_a_mark(session: Session) -> None:
    """As one of an older version would look."""
    copied(session, FORGED, len(names(session)) + 1, None)


def forge_with_the_mark_of_another(session: Session) -> None:
    mark = session.execute(text("SELECT mark FROM told WHERE id = :id"), {"id": the_one(session)}).scalar_one()
    copied(session, FORGED, len(names(session)) + 1, mark)


def change_words(session: Session) -> None:
    change(session, said='{"template": "Nothing was hidden.", "values": {}}')


def change_kind(session: Session) -> None:
    change(session, area="themes")


def change_subject(session: Session) -> None:
    change(session, facts='{"theme 1": "2026-01-01"}')


def move_its_day_back(session: Session) -> None:
    """So that it is too old for a first page."""
    change(session, day=(TODAY - timedelta(days=3000)).isoformat())


def move_the_first_days_back(session: Session) -> None:
    session.execute(
        text("UPDATE told SET day = :day WHERE id <= :id"),
        {"day": TODAY - timedelta(days=3000), "id": the_one(session)},
    )


def move_every_day_back(session: Session) -> None:
    session.execute(text("UPDATE told SET day = :day"), {"day": TODAY - timedelta(days=3000)})


def name_a_line(session: Session) -> None:
    change(session, leaf=0)


def delete_one(session: Session) -> None:
    session.execute(text("DELETE FROM told WHERE id = :id"), {"id": the_one(session)})


def delete_one_and_close_the_gap(session: Session) -> None:
    number = session.execute(text("SELECT number FROM told WHERE id = :id"), {"id": the_one(session)}).scalar_one()
    delete_one(session)
    for row in names(session):  # In their order: no two may have one number.
        session.execute(
            text("UPDATE told SET number = number - 1 WHERE id = :id AND number > :number"),
            {"id": row, "number": number},
        )


def delete_the_newest(session: Session) -> None:
    session.execute(text("DELETE FROM told WHERE id = :id"), {"id": names(session)[-1]})


def delete_all(session: Session) -> None:
    session.execute(text("DELETE FROM told"))


def swap_two(session: Session) -> None:
    """Two of them change places, words and marks and all but their numbers."""
    one, other = (
        session.execute(
            text("SELECT id, CAST(said AS TEXT) AS said, salt, mark FROM told WHERE id = :id"), {"id": each}
        )
        .mappings()
        .one()
        for each in (the_one(session), the_one(session) + 1)
    )
    for here, there in ((one, other), (other, one)):
        session.execute(
            text("UPDATE told SET said = :said, salt = :salt, mark = :mark WHERE id = :id"),
            {"said": here["said"], "salt": here["salt"], "mark": here["mark"], "id": there["id"]},
        )


def take_every_mark_away(session: Session) -> None:
    """As if an older version had told them all: then any other words could stand there."""
    change_words(session)
    session.execute(text("UPDATE told SET mark = NULL"))


def delete_some_and_make_up_the_number(session: Session) -> None:
    """Of as many rows as before, those that were taken away stand with numbers that nothing has, long ago."""
    first, last = session.execute(text("SELECT min(number), max(number) FROM told")).one()
    gone = last - 1 - first + 1
    session.execute(text("DELETE FROM told_seen"))
    session.execute(text("DELETE FROM told WHERE number < :last"), {"last": last})
    for each in range(gone):
        session.execute(
            text(
                "INSERT INTO told (area, facts, said, salt, day, leaf, number, mark) "
                "SELECT area, facts, said, salt, :day, NULL, :number, mark FROM told WHERE number = :last"
            ),
            {"day": date(2020, 1, 1), "number": -each, "last": last},
        )


ATTACKS = [
    delete_some_and_make_up_the_number,
    forge, forge_without_a_mark, forge_with_the_mark_of_another, change_words, change_kind, change_subject,
    move_its_day_back, move_the_first_days_back, move_every_day_back, name_a_line, delete_one,
    delete_one_and_close_the_gap, delete_the_newest, delete_all, swap_two, take_every_mark_away,
]  # fmt: skip


def wrong(session: Session, keys: KeyFolder) -> list[str]:
    found = [each for each in accounting.differences(session, keys, TODAY) if "otice" in each or "told" in each]
    session.rollback()
    return found


def first_page(enter: Enter, alias: str = "Dogwood") -> str:
    return str(enter(alias).get("/board").text)


@pytest.mark.parametrize("attack", on_both(ATTACKS, [delete_one, change_words, move_every_day_back]))
def test_members_and_auditors_are_told_that_notices_do_not_fit(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, attack: Callable[[Session], None]
) -> None:
    assert wrong(session, keys) == []
    before = first_page(enter)
    assert CHANGED_BY_HAND not in before
    assert HIDDEN in before, "the control: nobody did anything"
    attack(session)
    session.commit()
    assert wrong(session, keys) != []
    for page in (first_page(enter), str(enter("Dogwood").get("/second-yes").text)):
        assert CHANGED_BY_HAND in page
        assert "The manager may read all of it." not in page
        assert "Nothing was hidden." not in page


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ATTACKS)
def test_without_the_marks_each_passes_on_the_page(
    session: Session, founded: Founded, enter: Enter, attack: Callable[[Session], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the page goes by the rows alone, as it did before there were marks."""
    monkeypatch.setattr(notice_marks, "has_begun", lambda session, keys: False)
    monkeypatch.setattr(notice_marks, "all_here", lambda session, keys: True)
    attack(session)
    session.commit()
    assert CHANGED_BY_HAND not in first_page(enter)


@pytest.mark.of_one_database
def test_a_restored_copy_does_not_cry_once_the_board_said_what_is_missing(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    """An older copy of the database lacks what was told since. `governance restore` and `gap` go on from there."""
    delete_the_newest(session)
    session.commit()
    assert wrong(session, keys) != []
    people.go_on_from_here(session, keys)
    assert [each for each in wrong(session, keys) if "Notice" in each or "things" in each] == []
    people.tell(session, keys, Sentence("And on it goes."), TODAY)
    session.commit()
    page = first_page(enter)
    assert CHANGED_BY_HAND not in page
    assert "And on it goes." in page


@pytest.mark.parametrize("attack", on_both([delete_one, change_words, forge, swap_two], [delete_one]))
def test_going_on_from_a_copy_forgives_nothing_else(
    session: Session, keys: KeyFolder, founded: Founded, attack: Callable[[Session], None]
) -> None:
    attack(session)
    people.go_on_from_here(session, keys)
    assert wrong(session, keys) != []


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", [delete_the_newest, delete_all])
def test_what_is_told_afterwards_does_not_cover_it_up(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, attack: Callable[[Session], None]
) -> None:
    attack(session)
    for _ in range(3):
        people.tell(session, keys, Sentence("Something else."), TODAY)
    session.commit()
    assert CHANGED_BY_HAND in first_page(enter)
    assert wrong(session, keys) != []


@pytest.mark.of_one_database
def test_what_was_rolled_back_is_not_missed(session: Session, keys: KeyFolder, founded: Founded, enter: Enter) -> None:
    people.tell(session, keys, Sentence("It came to nothing."), TODAY)
    session.rollback()
    assert wrong(session, keys) == []
    people.tell(session, keys, Sentence("It was told."), TODAY)
    session.commit()
    assert wrong(session, keys) == []
    assert CHANGED_BY_HAND not in first_page(enter)


@pytest.mark.of_one_database
def test_a_note_that_a_server_was_too_late_for_comes_with_the_next_round(
    session: Session, keys: KeyFolder, founded: Founded
) -> None:
    with keys.noting(notice_marks.NOTE) as noted:
        before = dict(noted)
    people.tell(session, keys, Sentence("And then the power went."), TODAY)
    session.commit()
    with keys.noting(notice_marks.NOTE) as noted:
        noted |= before
    assert not people.newest_is_noted(session, keys)
    people.mark_and_note(session, keys)
    session.commit()
    assert people.newest_is_noted(session, keys)
    delete_the_newest(session)
    session.commit()
    assert wrong(session, keys) != []


@pytest.mark.of_one_database
def test_a_notice_that_somebody_says_she_has_read_stays_until_she_has(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    who = {"told": the_one(session), "account": founded.account("Dogwood")}
    session.execute(text("INSERT INTO told_seen (told_id, account_id) VALUES (:told, :account)"), who)
    session.commit()
    dogwood = enter("Dogwood")
    assert HIDDEN in dogwood.get("/board").text
    dogwood.submit("/board", "/board/read")
    page = dogwood.get("/board").text
    assert HIDDEN not in page
    assert CHANGED_BY_HAND not in page


@pytest.mark.of_one_database
def test_a_member_says_she_has_read_what_is_left(session: Session, founded: Founded, enter: Enter) -> None:
    """What looks for the newest of them asks in a transaction of its own, and waits for no lock that this one holds."""
    dogwood = enter("Dogwood")
    dogwood.get("/board")
    delete_the_newest(session)
    session.commit()
    assert dogwood.submit("/board", "/board/read").status_code == 303
    assert HIDDEN not in dogwood.get("/board").text


def test_what_an_older_version_told_is_taken_over_once(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter
) -> None:
    enter("Elder").submit("/board", "/board/read")
    session.execute(text("UPDATE told SET mark = NULL"))
    session.execute(text("UPDATE told_seen SET mark = NULL"))
    session.commit()
    (keys.path / f".{notice_marks.NOTE}").unlink()
    assert wrong(session, keys) == []
    assert HIDDEN in first_page(enter)
    session.rollback()
    people.mark_and_note(session, keys)
    session.commit()
    assert wrong(session, keys) == []
    assert HIDDEN in first_page(enter)
    assert HIDDEN not in first_page(enter, "Elder"), "who has read it before has read it"
    forge_without_a_mark(session)
    session.commit()
    people.mark_and_note(session, keys)
    session.commit()
    assert wrong(session, keys) != []
    assert CHANGED_BY_HAND in first_page(enter)


@pytest.mark.parametrize(
    "column",
    on_both(
        ["said = 'no JSON'", "day = 'infinity'", "number = 'many'", "mark = 'text'", "facts = '1e999'"],
        ["day = 'infinity'"],
    ),
)
def test_what_nobody_can_read_is_left_out_and_said(
    session: Session, founded: Founded, enter: Enter, column: str
) -> None:
    """SQLite takes any text in any column. PostgreSQL refuses each of these."""
    session.execute(text(f"UPDATE told SET {column} WHERE id = {the_one(session)}"))
    session.commit()
    page = first_page(enter)
    assert CHANGED_BY_HAND in page
    assert "Vote 1 is called off." in page
