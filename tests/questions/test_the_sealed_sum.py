"""What the sum of a question tells: to whoever copies the database, nothing; to the public, no small number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text, update
from sqlalchemy.orm import Session

from governance import sealing
from governance.clockwork.rounds import Moment
from governance.privacy import FLOOR
from governance.questions import rules, service
from governance.questions.models import Question
from governance.questions.rounds import seal_anew, tell
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, Founded
from tests.questions.answering import OVER, answer, do, kiosk_id, row

# What a copy of the database tells


@pytest.mark.on_both
def test_the_sum_is_one_value_of_one_size_that_changes_each_day(founded: Founded, asked: int) -> None:
    """An answer adds no row anywhere, and a day without one looks like a day with some."""
    kiosk = kiosk_id(founded)
    before, tally = all_rows(founded.session), row(founded, asked).tally
    answer(founded, kiosk, 0, 1, 1, 2)
    after = all_rows(founded.session)
    assert {name for name in before if before[name] != after[name]} == {"question"}
    assert {name: len(rows) for name, rows in before.items()} == {name: len(rows) for name, rows in after.items()}
    answered = row(founded, asked).tally
    do(founded, seal_anew, NOW)
    quiet = row(founded, asked).tally
    assert len({tally, answered, quiet}) == 3
    assert {len(each or b"") for each in (tally, answered, quiet)} == {len(tally or b"")}


def test_without_the_key_folder_it_does_not_open_and_later_nothing_does(founded: Founded, asked: int) -> None:
    kiosk = kiosk_id(founded)
    answer(founded, kiosk, 0, 0, 0, 1)
    copy = row(founded, asked).tally or b""
    secret = founded.keys.need(service.secret_of(row(founded, asked)))
    info = sealing.context(founded.keys.programme, "question", str(asked), "sum")
    assert service.SUM.unpack(sealing.unlock(secret, copy, info)) == (3, 1, 0, 0), "The control: with its key it opens."
    do(founded, tell)
    assert founded.keys.read(service.secret_of(row(founded, asked))) is None
    assert service.secret_of(row(founded, asked)) not in founded.keys.escrow().sealed
    assert row(founded, asked).tally is None
    assert row(founded, asked).told == {"answers": ["hidden"] * 3, "all": 4, "on": OVER.date().isoformat()}


def test_the_key_goes_after_the_sum_is_kept(founded: Founded, asked: int) -> None:
    """A process that dies in between loses nothing: the sum is told first, and a key without one is not touched."""
    pieces = iter(tell(founded.session, founded.keys, Moment(OVER, OVER.date(), True)))
    next(pieces)
    assert founded.keys.read(f"question-{asked}") is not None
    founded.keys.make("question-999")
    do(founded, tell)
    assert founded.keys.read(f"question-{asked}") is None
    assert founded.keys.read("question-999") is not None


@pytest.mark.on_both
def test_a_sum_changed_by_hand_or_without_its_key_tells_nothing(founded: Founded, asked: int) -> None:
    founded.session.execute(update(Question).values(tally=bytes(60)))
    founded.session.commit()
    do(founded, tell)
    assert row(founded, asked).told["answers"] == ["hidden"] * 3  # type: ignore[index]


def test_a_lost_key_is_waited_for_a_week(founded: Founded, asked: int) -> None:
    kiosk, name = kiosk_id(founded), f"question-{asked}"
    answer(founded, kiosk, *[0] * 5, *[1] * 5)
    secret = founded.keys.need(name)
    founded.keys.destroy(name)
    with pytest.raises(RuleRefused):
        answer(founded, kiosk, 0)
    founded.session.rollback()
    do(founded, tell)
    assert row(founded, asked).told is None
    founded.keys.write(name, secret)
    do(founded, tell)
    assert row(founded, asked).told["all"] == 10  # type: ignore[index]


def all_rows(session: Session) -> dict[str, list[Any]]:
    session.rollback()
    names = inspect(session.get_bind()).get_table_names()
    found = {name: sorted(map(str, session.execute(text(f'SELECT * FROM "{name}"')))) for name in names}
    session.rollback()
    return found


# Numbers


@given(st.lists(st.integers(0, 40), min_size=rules.FEWEST, max_size=rules.MOST))
def test_no_small_number_is_told_and_none_can_be_worked_out(counts: list[int]) -> None:
    answers, every = rules.told_of(counts)
    assert all(told == count for told, count in zip(answers, counts, strict=True) if isinstance(told, int))
    assert all(told >= FLOOR for told in [*answers, every] if isinstance(told, int))
    hidden = [count for told, count in zip(answers, counts, strict=True) if not isinstance(told, int)]
    if isinstance(every, int) and hidden:
        assert len(hidden) > 1, "The rest to the sum of all would be it."
