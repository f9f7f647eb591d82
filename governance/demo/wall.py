"""What stands on the wall besides answers: a drug alert two members read first, and the board's own order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from governance.demo import cast
from governance.demo.answers import DemoAnswers
from governance.demo.cast import Cast
from governance.demo.story import MEETING, NOON, Story, data
from governance.publishing import service as publishing

Facts = Mapping[str, Any]
READ_IT_FIRST = (cast.BOARD_READER, cast.SECOND_BOARD_READER)


class Wall:
    """The alert of the demo and the order of its wall."""

    def __init__(self, story: Story, people: Cast, answers: DemoAnswers) -> None:
        self.story, self.people, self.answers = story, people, answers

    def rehearse(self) -> None:
        """Plan the alert, and the order of the wall."""
        for facts in data("alerts")["alert"]:
            self.story.plan(facts["day"], NOON, partial(self._warn, facts))
        self.story.plan(data("alerts")["wall"]["day"], MEETING, self._put_in_order)

    def _warn(self, facts: Facts, session: Session) -> None:
        """Write the alert; it goes up when two board members have read it."""
        today, writer = self.story.day(facts["day"]), self.people.account(cast.STAFF_READER)
        texts = {name: text for name, text in facts.items() if isinstance(text, str)}
        alert = publishing.write_alert(session, writer, texts, self.story.day(facts["ends"]), today)
        for alias in READ_IT_FIRST:
            account, roles = self.people.account(alias), self.people.roles[alias]
            publishing.board_reads(session, self.story.keys, alert.id, account, roles, today)

    def _put_in_order(self, session: Session) -> None:
        for name in reversed(data("alerts")["wall"]["first"]):
            publishing.put_first(session, self.answers.duty(session, name).id)
