"""The board's records: drafted from the count, completed, with each disagreement as its owner chose, and adopted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.decisions.rules import DissentChoice, Upshot
from governance.decisions.service import LookFields, RecordFields
from governance.demo.cast import Cast
from governance.demo.story import ADOPTING, NOON, Story, data
from governance.demo.votes import Vote
from governance.responses import service as responses

Facts = Mapping[str, Any]


class Records:
    """The records of the demo, one for each vote."""

    def __init__(self, story: Story, people: Cast, votes: list[Vote]) -> None:
        self.story, self.people, self.votes = story, people, votes
        self.written: dict[str, int] = {}

    def rehearse(self) -> None:
        """Plan each record for the evening of its vote."""
        for facts in data("records")["record"]:
            vote = [vote for vote in self.votes if vote.name == facts["of"]][facts["ballot"] - 1]
            day = vote.facts["day"]
            self.story.plan(day, ADOPTING, partial(self._draft, facts, vote))
            for dissent in facts.get("dissent", ()):
                self.story.plan(day, ADOPTING, partial(self._disagree, facts, dissent))
            self.story.plan(day, ADOPTING, partial(self._complete, facts, day))
            self.story.plan(day, ADOPTING, partial(self._adopt, facts, day))
            if "correction" in facts:
                self.story.plan(facts["correction"]["day"], NOON, partial(self._correct, facts, day))
            if "looked_again" in facts:
                self.story.plan(facts["looked_again"]["day"], NOON, partial(self._look_again, facts))

    def newest(self, name: str) -> int:
        """Return the newest record of the proposal called *name*."""
        return self.written[name]

    def to_count_again(self, session: Session) -> list[str]:
        """Return the numbers of the records whose vote everybody may count again, by the program's own floor."""
        written = [session.get_one(Record, record_id) for record_id in self.written.values()]
        votes = [(record.number, decisions.vote_of(session, record)) for record in written]
        return [number for number, vote in votes if vote and vote.everyone_sees]

    def _record(self, session: Session, facts: Facts) -> Record:
        return session.get_one(Record, self.written[facts["of"]])

    def _draft(self, facts: Facts, vote: Vote, session: Session) -> None:
        today = self.story.day(vote.facts["day"])
        self.written[facts["of"]] = decisions.draft_record(session, vote.ballot(session), today).id

    def _disagree(self, facts: Facts, dissent: Facts, session: Session) -> None:
        account, choice = self.people.account(dissent["by"]), DissentChoice(dissent["choice"])
        decisions.say_dissent(session, self._record(session, facts), account, choice, dissent.get("words", ""))

    def _fields(self, facts: Facts, day: int) -> RecordFields:
        review_on = self.story.day(day) + timedelta(days=facts["look_again"])
        return RecordFields(facts["result"], facts["why"], facts["gets_better"], review_on)

    def _complete(self, facts: Facts, day: int, session: Session) -> None:
        decisions.complete(session, self._record(session, facts), self._fields(facts, day))

    def _adopt(self, facts: Facts, day: int, session: Session) -> None:
        """Adopt the record, which publishes it and starts the clock of the staff's answer."""
        record = self._record(session, facts)
        responses.adopt_and_start_clock(session, self.story.keys, record, self.story.day(day))

    def _correct(self, facts: Facts, day: int, session: Session) -> None:
        """Publish the record once more with what changed since. Both stay readable."""
        new, record = facts["correction"], self._record(session, facts)
        fields = self._fields({**facts, "result": new["result"]}, day)
        decisions.correct(session, record, fields, new["words"], self.story.day(new["day"]))

    def _look_again(self, facts: Facts, session: Session) -> None:
        """Say what came of it on its day. The next day is counted from that one."""
        said = facts["looked_again"]
        today = self.story.day(said["day"])
        fields = LookFields(Upshot(said["upshot"]), said["words"], today + timedelta(days=said["look_again"]))
        decisions.check_look(session, fields, today)
        decisions.look_again(session, self._record(session, facts), fields, today)
