"""The smallest true vote for a seat: a board of five with two open seats, and members who have none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.calling.kinds import ForSeats, Kind, Settings
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import CLOSES, NOW, OPENS, Vote
from tests.board.factories import LIVED, a_board, a_member
from tests.people.factories import a_card
from tests.proposals.factories import frozen

FROM = CLOSES.date() + timedelta(days=10)
NEW = ("Teal", "Moss", "Fern")


def open_seats(session: Session, *classes: SeatClass) -> list[int]:
    """Add open seats to the table."""
    return [board.add_seat(session, f"Stool {place}", each).id for place, each in enumerate(classes, 1)]


def an_election(
    session: Session, keys: KeyFolder, *, options: tuple[str, ...] = NEW, seats: int = 1, begins: date = FROM,
    **more: Any,
) -> tuple[Vote, dict[str, int], list[int]]:  # fmt: skip
    """Return the vote, the accounts of who may be chosen by alias, and the open seats it is for."""
    members = a_board(session, keys, day=NOW.date())
    offered = open_seats(session, LIVED, LIVED)[:seats]
    accounts = {alias: a_member(session, keys, alias) for alias in NEW}
    tellers = [a_card(session, keys, Role.TELLER) for _ in range(2)]
    proposal = frozen(session, members[0])
    given = ForSeats(tuple(offered), begins)
    fixed: dict[str, Any] = {
        "kind": Kind.ELECT, "settings": Settings(options=options, for_seats=given), "opens_at": OPENS,
        "closes_at": CLOSES, "now": NOW, "tellers": [each.account_id for each in tellers],
    }  # fmt: skip
    ballot = service.call_vote(session, keys, proposal, **{**fixed, **more})
    vote = Vote(session, keys, ballot, proposal, members, tellers, [])
    vote.print_cards()
    session.commit()
    return vote, accounts, offered


def ranked(ballot: Ballot, *names: str) -> dict[str, str]:
    """Return the paper of somebody who puts these names in this order."""
    options = (ballot.manifest or {})["options"]
    letters = {name: letter for letter, name in ballot.who_stands.items()}
    return {f"p{place}": str(options.index(letters[name])) for place, name in enumerate(names, 1)}
