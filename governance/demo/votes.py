"""Votes: members draw cards from a box, ballots are dropped in no order, two tellers count."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling.kinds import Settings
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.demo.cast import Cast
from governance.demo.proposals import Proposals
from governance.demo.story import COUNTING, VOTING, Story
from governance.people.service import OpenReader
from governance.permissions.roles import Role

OPEN_FOR = timedelta(hours=1)

_dice = secrets.SystemRandom()


class Vote:
    """One ballot: who draws a card is known, and what was voted is known, and nothing ties the two."""

    def __init__(
        self, story: Story, people: Cast, proposals: Proposals, tellers: list[OpenReader], name: str,
        facts: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.story, self.people, self.proposals, self.tellers = story, people, proposals, tellers
        self.name, self.facts = name, facts
        self.number = 0
        self.box: list[str] = []
        self.drawn: list[str] = []

    def rehearse(self) -> None:
        """Plan the vote: opened, cards drawn, ballots dropped, and counted when it has closed."""
        day = self.facts["day"]
        choices = self._choices()
        _dice.shuffle(choices)
        self.story.plan(day, VOTING, self._open)
        drawing = self.people.with_role(Role.MEMBER)
        for alias in drawing[: self.facts.get("cards", len(drawing))]:
            self.story.plan(day, VOTING, partial(self._draw, alias))
        for choice in choices:
            self.story.plan(day, VOTING, partial(self._drop, choice))
        for teller in self.tellers if not self.stays_open else []:
            self.story.plan(day, COUNTING, partial(self._hand_in, teller))

    @property
    def stays_open(self) -> bool:
        """Whether it is open when the demo is loaded: then nobody of the demo votes, and its cards are printed."""
        return "open_for" in self.facts

    def _choices(self) -> list[dict[str, str]]:
        """Return what is dropped: one word each, or an order such as "Water > Socks"."""
        words = [{"choice": word} for word, count in self.facts.get("votes", {}).items() for _ in range(count)]
        orders = self.facts.get("orders", {}).items()
        return words + [self._order(order) for order, count in orders for _ in range(count)]

    def _order(self, order: str) -> dict[str, str]:
        options = self.facts["options"]
        return {f"p{place}": str(options.index(name)) for place, name in enumerate(order.split(" > "), 1)}

    def ballot(self, session: Session) -> Ballot:
        """Return the ballot of this vote."""
        ballot = ballots.by_number(session, self.number)
        if ballot is None:
            raise LookupError(self.name)
        return ballot

    def _open(self, session: Session) -> None:
        made = ballots.call_vote(
            session, self.story.keys, self.proposals.of(session, self.name),
            kind=self.facts["rule"], opens_at=clock.now(), closes_at=clock.now() + self._open_for(),
            tellers=[teller.account_id for teller in self.tellers], now=clock.now(),
            question=self.facts.get("question", ""), binding=self.facts.get("binding", True),
            settings=Settings(options=tuple(self.facts.get("options", ()))),
        )  # fmt: skip
        self.number = made.number
        self.box = ballots.make_cards(session, self.story.keys, made, clock.now())
        _dice.shuffle(self.box)

    def _open_for(self) -> timedelta:
        return timedelta(days=self.facts["open_for"]) if self.stays_open else OPEN_FOR

    def _draw(self, alias: str, session: Session) -> None:
        """Let one member sign and draw a card, if they are on the roll today."""
        card, today = self.people.cards.get(alias), self.story.day(self.facts["day"])
        matter = self.proposals.of(session, self.name).matter
        if card and card.account_id in dict(board.voting_roll(session, today, matter)):
            ballots.sign_for(session, self.ballot(session), card.account_id, clock.now())
            self.drawn.append(self.box.pop())

    def _drop(self, choice: dict[str, str], session: Session) -> None:
        """Drop a ballot with one of the cards: which member's it was, is drawn by lot."""
        _dice.shuffle(self.drawn)
        ballots.drop(session, self.story.keys, self.ballot(session), self.drawn.pop(), choice, clock.now())

    def _hand_in(self, teller: OpenReader, session: Session) -> None:
        ballots.hand_in_part(session, self.story.keys, self.ballot(session), teller, clock.now())


def votes_of(story: Story, people: Cast, proposals: Proposals, tellers: list[OpenReader]) -> list[Vote]:
    """Return every vote of the demo."""
    return [
        Vote(story, people, proposals, tellers, facts["id"], ballot)
        for facts in proposals.brought
        for ballot in facts.get("ballot", ())
    ]
