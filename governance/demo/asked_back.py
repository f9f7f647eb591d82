"""What the board asks back: a kiosk, a question that was told, one that is up, and one that a member brought up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.demo import cast
from governance.demo.cast import Cast
from governance.demo.story import MEETING, MORNING, NOON, Story, data
from governance.places import service as places
from governance.questions import service as questions

Facts = Mapping[str, Any]


class AskedBack:
    """The board's questions at the first place of the demo."""

    def __init__(self, story: Story, people: Cast) -> None:
        self.story, self.people = story, people
        self.numbers: dict[str, int] = {}
        self.kiosk = ""

    def rehearse(self) -> None:
        """Plan the kiosk, the questions, and what people choose."""
        told = data("questions")
        self.story.plan(told["kiosk"]["day"], MORNING, partial(self._enrol, told["kiosk"]["name"]))
        for facts in told["question"]:
            self.story.plan(facts["proposed"], NOON, partial(self._propose, facts))
            if "up" in facts:
                self.story.plan(facts["up"], MEETING, partial(self._put_up, facts))
                for after, chosen in enumerate(facts["chosen"], start=1):
                    self.story.plan(facts["up"] + after, NOON, partial(self._answer, chosen, facts["up"] + after))

    def _enrol(self, name: str, session: Session) -> None:
        kiosk, _key = places.enrol_kiosk(session, places.places(session)[0], name, clock.today())
        self.kiosk = str(kiosk.id)

    def _propose(self, facts: Facts, session: Session) -> None:
        writer, today = self.people.account(cast.BOARD_READER), self.story.day(facts["proposed"])
        question = questions.propose(session, facts["words"], facts["answers"], "en", writer, today)
        self.numbers[facts["words"]] = question.id

    def _put_up(self, facts: Facts, session: Session) -> None:
        here, today = places.places(session)[0].id, self.story.day(facts["up"])
        questions.put_up(session, self.story.keys, self.numbers[facts["words"]], here, today)

    def _answer(self, chosen: list[int], day: int, session: Session) -> None:
        for number, times in enumerate(chosen):
            for _ in range(times):
                questions.answer(session, self.story.keys, self.kiosk, number, self.story.day(day))
