"""What tests of questions do again and again: answer at a kiosk, let a round go by, look at the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from governance import clock
from governance.clockwork.rounds import Moment
from governance.places import service as places
from governance.questions import service
from governance.questions.models import Question
from tests.factories import NOW, Founded

TODAY, OVER = NOW.date(), NOW + timedelta(days=7)
ASKED, ANSWERS = "Should the van come on Sundays?", ["Yes", "No", "I do not mind"]


def kiosk_id(founded: Founded) -> str:
    _kiosk, _key = places.enrol_kiosk(founded.session, places.places(founded.session)[0], "another", clock.today())
    founded.session.commit()
    return str(_kiosk.id)


def answer(founded: Founded, kiosk: str, *numbers: int) -> None:
    for number in numbers:
        service.answer(founded.session, founded.keys, kiosk, number, TODAY)
    founded.session.commit()


def do(founded: Founded, duty: Callable[..., Any], moment: Any = OVER) -> None:
    founded.session.rollback()
    for _again in range(2):  # A key goes in the round after its sum.
        for piece in duty(founded.session, founded.keys, Moment(moment, moment.date(), True)):
            piece(founded.session)
            founded.session.commit()


def row(founded: Founded, number: int) -> Question:
    founded.session.rollback()
    founded.session.expire_all()
    found = founded.session.get_one(Question, number)
    founded.session.refresh(found)
    founded.session.rollback()
    return found
