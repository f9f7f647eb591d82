"""What members bring to the board: written, talked about, changed, fixed, and voted on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.rules import AgendaKind, AgendaState, Tie
from governance.decisions.models import Record
from governance.demo.cast import Cast
from governance.demo.messages import Messages
from governance.demo.story import MEETING, NOON, Story, data
from governance.proposals import rules
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.service import ProposalFields

Facts = Mapping[str, Any]


class Proposals:
    """The proposals of the demo, and the number each one got."""

    def __init__(self, story: Story, people: Cast, messages: Messages) -> None:
        self.story, self.people, self.messages = story, people, messages
        self.brought: list[Facts] = data("proposals")["proposal"]
        self.numbers: dict[str, int] = {}

    def of(self, session: Session, name: str) -> Proposal:
        """Return the proposal the demo calls *name*, such as P04."""
        proposal = proposals.by_number(session, self.numbers[name])
        if proposal is None:
            raise LookupError(name)
        return proposal

    def rehearse(self) -> None:
        """Plan each proposal from its draft to the day its words are fixed."""
        for facts in self.brought:
            self.story.plan(facts["drafted"], NOON, partial(self._draft, facts))
            self.story.plan(facts["talk"], NOON, partial(self._begin_talk, facts))
            for remark in facts.get("remark", ()):
                self.story.plan(remark["day"], NOON, partial(self._remark, facts, remark))
            for out in facts.get("stepping_out", ()):
                self.story.plan(out["day"], NOON, partial(self._step_out, facts, out))
            for sits_in in facts.get("sits_in", ()):
                self.story.plan(sits_in["day"], NOON, partial(self._call_in, facts, sits_in))
            for part in (facts, facts.get("again", {})):
                if "frozen" in part:
                    self.story.plan(part["frozen"], MEETING, partial(self._freeze, facts))
            if "again" in facts:
                self.story.plan(facts["again"]["day"], NOON, partial(self._change_words, facts))
        for item in data("proposals")["agenda"]:
            self.story.plan(item["day"], MEETING, partial(self._bring_up, item))

    def _fields(self, facts: Facts, words: Facts) -> ProposalFields:
        """Return the fields of a proposal; *words* hold what its first version says differently."""
        said = {**facts, **words}
        themes = tuple(self.messages.themes[name] for name in facts["themes"] if name in self.messages.themes)
        texts = ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt")
        return ProposalFields(
            **{name: said[name] for name in texts},
            principles=tuple(facts["principles"]),
            power=rules.Power(facts["power"]),
            kind=rules.Kind(facts.get("kind", rules.Kind.ORDINARY)),
            about_participants=facts["about_participants"],
            themes=themes,
        )

    def _draft(self, facts: Facts, session: Session) -> None:
        author, today = self.people.account(facts["author"]), self.story.day(facts["drafted"])
        fields = replace(self._fields(facts, facts.get("first", {})), about_answer=self._about(session, facts))
        made = proposals.draft(session, author, fields, today)
        self.numbers[facts["id"]] = made.number

    def _about(self, session: Session, facts: Facts) -> str:
        """Return the answer that a second look above the director is asked for: that to a decision, by its number."""
        if "about_answer_to" not in facts:
            return ""
        decided = select(Record.number).where(Record.proposal_id == self.of(session, facts["about_answer_to"]).id)
        return f"decision {session.scalars(decided.order_by(Record.id.desc()).limit(1)).one()}"

    def _begin_talk(self, facts: Facts, session: Session) -> None:
        proposal, day = self.of(session, facts["id"]), self.story.day(facts["talk"])
        proposals.start_discussion(session, self.story.keys, proposal, day)

    def _remark(self, facts: Facts, remark: Facts, session: Session) -> None:
        kind = rules.RemarkKind(remark.get("kind", rules.RemarkKind.REMARK))
        account, today = self.people.account(remark["by"]), self.story.day(remark["day"])
        proposals.remark(session, self.of(session, facts["id"]), account, remark["words"], today, kind)

    def _step_out(self, facts: Facts, out: Facts, session: Session) -> None:
        account, today = self.people.account(out["by"]), self.story.day(out["day"])
        proposals.step_out(session, self.of(session, facts["id"]), account, Tie(out["tie"]), today)

    def _call_in(self, facts: Facts, sits_in: Facts, session: Session) -> None:
        """Let an alternate vote on this in the place of a seat that rests."""
        today = self.story.day(sits_in["day"])
        seat = board.seat_of(session, self.people.account(sits_in["alternate"]), today)
        if seat:
            board.call_in(session, seat.seat_id, self.of(session, facts["id"]).matter, today)

    def _freeze(self, facts: Facts, session: Session) -> None:
        proposals.freeze(session, self.of(session, facts["id"]))

    def _change_words(self, facts: Facts, session: Session) -> None:
        """Write better words after a vote that did not pass: a new version, with the reason."""
        again, proposal = facts["again"], self.of(session, facts["id"])
        fields, day = self._fields(facts, {}), self.story.day(again["day"])
        proposals.revise(session, self.story.keys, proposal, fields, again["reason"], day)

    def _bring_up(self, item: Facts, session: Session) -> None:
        """Take a proposal into the next meeting."""
        ref = str(self.numbers[item["of"]])
        waiting = next(each for each in board.agenda(session) if (each.kind, each.ref) == (AgendaKind.PROPOSAL, ref))
        board.set_agenda_state(session, waiting.id, AgendaState.TODAY)
