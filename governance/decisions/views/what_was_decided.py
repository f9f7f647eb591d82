"""What the records decided, for the packages that act on it: numbers of the charter, seats, roles, closed themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import g, has_request_context, request

from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.board.views.door import (
    ChangeDecided,
    Chosen,
    RemovalDecided,
    RoleChosen,
    changes_decided,
    removals_decided,
    roles_decided,
    seats_decided,
)
from governance.decisions import service
from governance.decisions.models import Record
from governance.feedback.models import Theme
from governance.feedback.views.door import closings_decided
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind
from governance.storage.database import READING_METHODS, db

Found = TypeVar("Found")


@changes_decided.fill
def changes_of_the_charter() -> list[ChangeDecided]:
    """The records by which the board said yes to a change of its charter, with the numbers they were published with."""
    found = service.charter_changes(db.session)
    return [ChangeDecided(each.record.number, each.record.title, each.numbers) for each in found]


@removals_decided.fill
def seats_taken() -> list[RemovalDecided]:
    """The records by which the board said yes to taking a member's seat."""
    found = service.decided(db.session, Kind.REMOVAL)
    matters = [db.session.get_one(Proposal, record.proposal_id).matter for record in found]
    return [RemovalDecided(record.number, record.title, matter) for record, matter in zip(found, matters, strict=True)]


def _choices() -> list[tuple[Record, Ballot]]:
    """Return the published votes that chose among members."""
    return _asked_once("choices_decided", lambda: service.choices_decided(db.session))


def _asked_once(name: str, ask: Callable[[], list[Found]]) -> list[Found]:
    """Return what *ask* does. A page that is only read goes through all votes once, and keeps it under *name*."""
    if not has_request_context() or request.method not in READING_METHODS:
        return ask()
    if name not in g:
        setattr(g, name, ask())
    found: list[Found] = getattr(g, name)
    return found


@seats_decided.fill
def seats_given() -> list[Chosen]:
    """The seats that the board's votes gave, as each was fixed before it opened; the newest record first."""
    return _asked_once("seats_given", _seats_given)


def _seats_given() -> list[Chosen]:
    found = []
    for record, ballot in _choices():
        said = record.number, record.title
        for seat in ballots.to_seat(db.session, ballot):
            found.append(Chosen(*said, seat.seat_id, seat.account_id, seat.begins, seat.since))
        for other in ballots.to_name(db.session, ballot):
            found.append(Chosen(*said, other.seat_id, 0, other.begins, other.since, other.name))
    return found


@roles_decided.fill
def roles_given() -> list[RoleChosen]:
    """The roles that the board's votes gave, as each was fixed before it opened; the newest record first."""
    found = [(record, ballots.to_role(db.session, ballot)) for record, ballot in _choices()]
    return [
        RoleChosen(record.number, record.title, given.role, given.accounts, given.begins)
        for record, given in found
        if given
    ]


@closings_decided.fill
def closings_of(theme: Theme) -> list[tuple[str, str]]:
    """The records by which the board said yes to closing this theme."""
    found = service.decided(db.session, Kind.CLOSING_THEMES, theme.id)
    return [(record.number, record.title) for record in found]
