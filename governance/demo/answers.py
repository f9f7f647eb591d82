"""What staff answered: the first word, the answer, promises reported and checked, and what the board asked again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from governance.demo import cast
from governance.demo.cast import Cast
from governance.demo.messages import Messages
from governance.demo.records import Records
from governance.demo.story import MEETING, NOON, Story, data
from governance.responses import commitments, rules
from governance.responses import service as responses
from governance.responses.models import Commitment, Duty
from governance.responses.service import AnswerFields

Facts = Mapping[str, Any]
ANSWERS_FOR = {"manager": cast.MANAGER, "director": cast.DIRECTOR}
CHECKS = cast.BOARD_READER  # The member who looks whether something is done.


class DemoAnswers:
    """The duties of the demo, each on a decision or on a theme."""

    def __init__(self, story: Story, people: Cast, messages: Messages, records: Records) -> None:
        self.story, self.people, self.messages, self.records = story, people, messages, records

    def rehearse(self) -> None:
        """Plan each answer from its first word to the day the board checked what was promised."""
        for facts in data("answers")["answer"]:
            if "opened" in facts:
                self.story.plan(facts["opened"], NOON, partial(self._open, facts))
            self.story.plan(facts["first_word"]["day"], NOON, partial(self._first_word, facts))
            if facts.get("day") == "due":  # Whatever day that is, between the first word and a month later.
                for day in range(facts["first_word"]["day"] + 1, facts["first_word"]["day"] + 31):
                    self.story.plan(day, MEETING, partial(self._answer_when_due, facts, day))
            elif "day" in facts:
                self.story.plan(facts["day"], MEETING, partial(self._answer, facts, facts["day"]))
            for place, promise in enumerate(facts.get("commitment", ())):
                self._plan_promise(facts, place, promise)
            for day in facts.get("asked_again", ()):
                self.story.plan(day, NOON, partial(self._ask_again, facts, day))
            if "second_look" in facts:
                self.story.plan(facts["second_look"]["day"], NOON, partial(self._second_look, facts))

    def _plan_promise(self, facts: Facts, place: int, promise: Facts) -> None:
        if "reported" in promise:
            self.story.plan(promise["reported"], MEETING, partial(self._report, facts, place, promise["reported"]))
        if "done" in promise:
            self.story.plan(promise["done"], MEETING, partial(self._check, facts, place, promise["done"]))

    def duty(self, session: Session, name: str) -> Duty:
        """Return the duty called *name*: that of a proposal's newest record, or that of a theme."""
        today = self.story.day(0)
        theme = self.messages.themes.get(name)
        found = (
            responses.duty_of(session, today, theme_id=theme)
            if theme
            else responses.duty_of(session, today, record_id=self.records.newest(name))
        )
        if found is None:
            raise LookupError(name)
        return found.duty

    def _open(self, facts: Facts, session: Session) -> None:
        theme = self.messages.themes[facts["to"]]
        responses.start_duty_for_theme(session, theme, self.story.day(facts["opened"]))

    def _first_word(self, facts: Facts, session: Session) -> None:
        said = facts["first_word"]
        responses.say_first_word(session, self.duty(session, facts["to"]), said["words"], self.story.day(said["day"]))

    def _answer_when_due(self, facts: Facts, day: int, session: Session) -> None:
        if self.duty(session, facts["to"]).answer_due == self.story.day(day):
            self._answer(facts, day, session)

    def _answer(self, facts: Facts, day: int, session: Session) -> None:
        """Publish one answer of staff from the story's *facts*, on this *day* of it."""
        account = self.people.account(ANSWERS_FOR[facts["level"]])
        fields = AnswerFields(
            answer=rules.Answer(facts["answer"]),
            words=self._with_days(facts["body"]),
            short=facts["short"],
            reasons=frozenset(rules.Reason(reason) for reason in facts.get("reasons", ())),
            would_change=facts.get("would_change", ""),
            instead=self._with_days(facts.get("instead", "")),
            push_back=facts["push_back"],
            commitments=tuple(self._promise(promise) for promise in facts.get("commitment", ())),
            level=commitments.Level(facts["level"]),
        )
        duty, today = self.duty(session, facts["to"]), self.story.day(day)
        responses.answer(session, duty, fields, facts["by"], today, account_id=account)

    def _promise(self, facts: Facts) -> rules.CommitmentFacts:
        by = self.story.day(facts["due"])
        return rules.CommitmentFacts(facts["what"], facts["who"], by, facts.get("already_done", False))

    def _with_days(self, text: str) -> str:
        """Return *text* with the days in it written out."""
        return re.sub(r"\{(-?\d+)\}", lambda found: spoken(self.story.day(int(found[1]))), text)

    def _report(self, facts: Facts, place: int, day: int, session: Session) -> None:
        responses.report_done(session, self._promised(session, facts, place), self.story.day(day))

    def _check(self, facts: Facts, place: int, day: int, session: Session) -> None:
        """A member of the board looked, and it is done."""
        roles, today = self.people.roles[CHECKS], self.story.day(day)
        responses.mark_done(session, self._promised(session, facts, place), roles, today)

    def _promised(self, session: Session, facts: Facts, place: int) -> Commitment:
        duty = self.duty(session, facts["to"])
        kept = responses.commitments_of(session, [duty.id])[duty.id]
        return next(each for each in kept if each.text == facts["commitment"][place]["what"])

    def _ask_again(self, facts: Facts, day: int, session: Session) -> None:
        responses.ask_again(session, self.duty(session, facts["to"]), self.story.day(day))

    def _second_look(self, facts: Facts, session: Session) -> None:
        asked, roles = facts["second_look"], self.people.roles[CHECKS]
        today = self.story.day(asked["day"])
        responses.ask_second_look(session, self.duty(session, facts["to"]), asked["words"], roles, today)


def spoken(day: date) -> str:
    """Return a day as people say it: October 3."""
    return f"{day:%B} {day.day}"
