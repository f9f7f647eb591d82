"""What some people of a story do without a screen, beside others who do the same on the pages."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.decisions import service as decisions
from governance.decisions.service import RecordFields
from governance.feedback import service as feedback
from governance.people.models import Account
from governance.people.service import Card
from governance.programme import founding
from governance.proposals import service as proposals
from governance.responses import service as responses
from governance.storage import database
from tests.journeys.conftest import Town


@contextmanager
def the_program(town: Town) -> Iterator[Session]:
    """Ask the program of the town itself, in one transaction."""
    with town.live.app.app_context(), database.transaction() as session:
        yield session


def say(town: Town, *words: str) -> None:
    """Let somebody say each of *words*: to the reader it is as if they had stood at the kiosk."""
    with the_program(town) as session:
        for each in words:
            said = feedback.Submission(token=secrets.token_bytes(16), words=each)
            feedback.take(session, town.live.founded.keys, said, clock.today())


def vote(town: Town, address: str, box: list[str], choices: Mapping[str, str]) -> None:
    """Let each member draw a card from the *box* of the vote at *address*, and drop their choice at once."""
    with the_program(town) as session:
        ballot = ballots.by_number(session, number_in(address))
        assert ballot
        for alias, choice in choices.items():
            ballots.sign_for(session, ballot, account(session, alias), clock.now())
            ballots.drop(session, town.live.founded.keys, ballot, box.pop(), {"choice": choice}, clock.now())


def decide(town: Town, proposal: str, choices: Mapping[str, str], tellers: Sequence[Card], said: RecordFields) -> str:
    """Fix the words, let all vote within ten days, open the box, put the record out. Return the record's address."""
    keys, called = town.live.founded.keys, clock.now()
    with the_program(town) as session:
        words = proposals.by_number(session, number_in(proposal))
        assert words
        proposals.freeze(session, words)
        ballot = ballots.call_vote(
            session, keys, words, kind="majority", tellers=[account(session, each.alias) for each in tellers],
            opens_at=called + timedelta(days=4), closes_at=called + timedelta(days=9), now=called,
        )  # fmt: skip
        address, cards = f"/ballots/{ballot.number}", ballots.make_cards(session, keys, ballot, called)
    town.clock_goes_to(called + timedelta(days=4, hours=1))
    vote(town, address, cards, choices)
    town.clock_goes_to(called + timedelta(days=10, hours=6))
    with the_program(town) as session:
        counted = ballots.by_number(session, number_in(address))
        assert counted
        for teller in tellers:
            opened = founding.open_with_card(session, keys, teller, clock.now())
            ballots.hand_in_part(session, keys, counted, opened, clock.now())
        record = decisions.draft_record(session, counted, clock.today())
        decisions.complete(session, record, said)
        responses.adopt_and_start_clock(session, keys, record, clock.today())
        return f"/decisions/{record.number}"


def number_in(address: str) -> int:
    return int(address.rpartition("/")[2])


def account(session: Session, alias: str) -> int:
    return session.scalars(select(Account.id).where(Account.alias == alias)).one()
