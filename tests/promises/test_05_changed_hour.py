"""Promise 5 holds when the release hour moves: what waits already goes out when its writer was told it would."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Duty
from governance.feedback import service as feedback
from governance.feedback.rules import LONGEST_WAIT
from governance.keys.keyfolder import KeyFolder
from governance.places import changing_plan, plan_rules, rules
from governance.places.plan_rules import What
from governance.programme import schedule
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import held_count, send

OLD_HOUR, NEW_HOUR = 18, 23
DAILY = Duty("let out", lambda session, keys, moment: (), daily=True)


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    return an_open_programme(session, keys)


def goes_out(founded: Founded) -> datetime:
    """Send one message, let an hour pass at a time, and return when it is let out."""
    session, at = founded.session, NOW
    send(founded, "the light by the door is broken", TODAY)
    session.commit()
    last = None
    for _ in range(24 * 10):
        at += timedelta(hours=1)
        with clock.stopped_at(at):
            moment = schedule.moment_at(session)
            assert moment
            changing_plan.let_begin(session, moment.today)
            if schedule.is_due(DAILY, moment, last):
                feedback.release(session, founded.keys, moment.today)
                last = moment.today
        if held_count(session) == 0:
            return at
    raise AssertionError("it never went out")


def the_hour_moves(founded: Founded) -> None:
    begins = plan_rules.first_day(What.RELEASE_HOUR, TODAY)
    changing_plan.change_plan(founded.session, What.RELEASE_HOUR, NEW_HOUR, begins, TODAY)


AS_TOLD = NOW.replace(hour=OLD_HOUR) + LONGEST_WAIT


@pytest.mark.of_one_database
def test_what_waits_goes_out_by_the_old_hour(founded: Founded) -> None:
    assert rules.AFTER_WHAT_IS_HELD > LONGEST_WAIT
    the_hour_moves(founded)
    assert goes_out(founded) == AS_TOLD
    with clock.stopped_at(NOW + rules.AFTER_WHAT_IS_HELD):
        changing_plan.let_begin(founded.session, clock.today())
        assert changing_plan.value_now(founded.session, What.RELEASE_HOUR) == NEW_HOUR, "and then it has moved"


@pytest.mark.of_one_database
def test_without_the_days_between_it_would_wait_for_longer(founded: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_rules, "AFTER_WHAT_IS_HELD", timedelta(days=1))
    the_hour_moves(founded)
    assert goes_out(founded) == NOW.replace(hour=NEW_HOUR) + LONGEST_WAIT
