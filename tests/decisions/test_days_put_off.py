"""Whoever puts the day of a look off in the database alone: the list, the page and the duty go by the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.decisions.models import LookedAgain, Record
from governance.decisions.rules import Upshot
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.storage import leaves
from tests.decisions.factories import a_record
from tests.decisions.test_looking_again import AGAIN, NEXT, STANDS, THE_DAY, TO_CHANGE, at, words_of

SignIn = Callable[..., Any]


@pytest.fixture
def decided(session: Session, keys: KeyFolder) -> Record:
    record, _ = a_record(session, keys)
    return record


@pytest.mark.on_both
@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("by_hand", [date(2060, 1, 1), None])
def test_no_row_changed_by_hand_takes_the_lateness_off_the_list_or_the_duty_off_a_first_page(
    session: Session, decided: Record, client: Any, sign_in: SignIn, by_hand: date | None, *, looked: bool
) -> None:
    the_day = THE_DAY
    if looked:
        service.look_again(session, decided, STANDS, THE_DAY)
        the_day = NEXT
    session.commit()
    assert late(session, client, sign_in, the_day, 40) == (True, True, [the_day]), "the control: nothing changed yet"

    session.execute(update(LookedAgain).values(next_on=by_hand) if looked else update(Record).values(review_on=by_hand))
    session.commit()

    assert late(session, client, sign_in, the_day, 41) == (True, True, [the_day])


@pytest.mark.on_both
def test_whoever_puts_the_day_off_in_all_that_the_row_holds_takes_it_off_no_list(
    session: Session, decided: Record, client: Any, sign_in: SignIn
) -> None:
    """The published text goes with it. Then nothing but the line is left to go by, so it is looked at today."""
    today, far = THE_DAY - timedelta(days=90), date(2060, 1, 1)
    assert late(session, client, sign_in, today, 0) == (False, False, []), "the control: its day has not come"
    text = str(decided.published).replace(THE_DAY.isoformat(), far.isoformat())
    assert text != decided.published
    session.execute(update(Record).values(review_on=far, published=text))
    session.commit()
    assert late(session, client, sign_in, today, 0) == (False, True, [today])
    with clock.stopped_at(at(today)):
        assert leaves.NOT_AS_PUBLISHED in words_of(client.get("/decisions/2026-001"))


def test_a_look_that_is_not_as_published_moves_no_day_and_ends_no_duty(
    session: Session, decided: Record, client: Any, sign_in: SignIn
) -> None:
    service.look_again(session, decided, TO_CHANGE, THE_DAY)
    session.commit()
    assert late(session, client, sign_in, NEXT, 40) == (True, True, [NEXT])
    for days, leaf in ((41, 0), (42, 10_000)):  # A line of something else, and none.
        made_up = LookedAgain(
            record_id=decided.id, upshot=Upshot.STANDS, why="Fine.", looked_on=NEXT, next_on=date(2060, 1, 1), leaf=leaf
        )  # fmt: skip
        session.add(made_up)
        session.commit()
        assert late(session, client, sign_in, NEXT, days) == (True, True, [NEXT])
        assert service.to_change(session) == [decided]
        assert service.day_of(session, decided) == NEXT
        with clock.stopped_at(at(NEXT + timedelta(days=days))):
            page = words_of(client.get("/decisions/2026-001"))
        assert leaves.NOT_AS_PUBLISHED in page
        assert f"We are {days} days late." in page


def late(
    session: Session, client: Any, sign_in: SignIn, due: date, days: int
) -> tuple[bool, bool, list[date]]:  # fmt: skip
    """Whether the list and a member's first page say so many days after it was *due*, and the days it was due on."""
    today = due + timedelta(days=days)
    with clock.stopped_at(at(today)):
        listed = f"Look again: {days} days late" in words_of(client.get("/decisions"))
        on_first_page = AGAIN in words_of(sign_in(Role.MEMBER).get("/board"))
    session.rollback()
    return listed, on_first_page, [on for _, on in service.to_look_at_again(session, today)]
