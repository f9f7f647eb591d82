"""What some people of a story do without a screen, beside others who do the same on the pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select

from governance import clock
from governance.ballots import service as ballots
from governance.feedback import service as feedback
from governance.people.models import Account
from governance.storage import database
from tests.journeys.conftest import Town


def say(town: Town, *words: str) -> None:
    """Let somebody say each of *words*: to the reader it is as if they had stood at the kiosk."""
    with town.live.app.app_context(), database.transaction() as session:
        for each in words:
            said = feedback.Submission(token=secrets.token_bytes(16), words=each)
            feedback.take(session, town.live.founded.keys, said, clock.today())


def vote(town: Town, address: str, box: list[str], choices: Mapping[str, str]) -> None:
    """Let each member draw a card from the *box* of the vote at *address*, and drop their choice at once."""
    with town.live.app.app_context(), database.transaction() as session:
        ballot = ballots.by_number(session, int(address.rpartition("/")[2]))
        assert ballot
        for alias, choice in choices.items():
            account = session.scalars(select(Account.id).where(Account.alias == alias)).one()
            ballots.sign_for(session, ballot, account, clock.now())
            ballots.drop(session, town.live.founded.keys, ballot, box.pop(), {"choice": choice}, clock.now())
