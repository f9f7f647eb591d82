"""Whom the board chose, and who could not take it: said once, for good, in the ledger and beside the record.

Everybody reads how many they were. Who it was is sealed as who stood in the vote is, and known in the room alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import date

from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.board import roles_voted
from governance.board import service as board
from governance.decisions.models import Record
from governance.decisions.service.reading import choices_decided
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.permissions.roles import Role
from governance.ruling.sentences import N_, Sentence

COULD_NOT = N_("The board chose {name}, who could not take it.")
Choices = Sequence[tuple[Record, Ballot]]  # The records of votes that chose among members, the newest first.
Roles = Mapping[str, tuple[Role, tuple[int, ...]]]
KIND, MARK = "correction", "not_taken"  # Of the line in the ledger.


def note_not_taken(session: Session, keys: KeyFolder, today: date) -> None:
    """Say once of each who was chosen for a seat or a role that they cannot take it by that vote any more.

    What is said is signed for good, so the rows alone are not believed: the vote is as it was fixed and counted, and
    members were told what became of the card. Each letter has one seal then, so there are no more lines than chosen.
    """
    decided = choices_decided(session)
    roles = _roles(session, decided, today)
    for record, ballot in decided:
        found = _letters(session, record, ballot, roles, today)
        letters = {ballots.sealed_letter(ballot, each): each for each in found}
        new = [sealed for sealed in letters if not ledger.lines_with(session, "decisions", f'"{MARK}":"{sealed}"')]
        if new and _is_as_counted(session, ballot):
            told = people.roles_as_told(session, keys)
            for sealed in new:
                if _has_lost_it(ballot, told.get(ballot.gives["accounts"][letters[sealed]])):
                    ledger.append(session, "decisions", KIND, {"decision": record.number, MARK: sealed})


def _is_as_counted(session: Session, ballot: Ballot) -> bool:
    """Whether the vote, who stood in it and whom it chose are what the lines of the ledger hold."""
    shown = ballots.shown(session, ballot)
    return shown.count is not None and not shown.doubt and ballots.is_as_fixed(session, ballot)


def _has_lost_it(ballot: Ballot, roles: Set[Role] | None) -> bool:
    """Whether whoever carries these *roles*, as members were told, can have nothing that *ballot* gives.

    None: nobody was told of the account yet. The round of another day comes back to it.
    """
    if roles is None:
        return False
    return not (Role.MEMBER in roles if "seats" in ballot.gives else board.is_of_the_board(roles))


def how_many_not_taken(session: Session, record: Record) -> int:
    """Return how many were chosen by the vote of *record* and could not take it, as the ledger holds it."""
    return len(_lines(session, record)) if ballots.chose_members(session, record.ballot_id) else 0


def is_chosen_again(session: Session, record: Record, today: date) -> bool:
    """Whether the board still has to choose in the place of one whom the vote of *record* chose in vain."""
    decided = choices_decided(session)
    roles = _roles(session, decided, today)
    votes = [ballot for each, ballot in decided if each.number == record.number]
    return any(letter for ballot in votes for letter in _letters(session, record, ballot, roles, today))


def not_taken_in_words(session: Session, record: Record, besides: Collection[str] = ()) -> list[Sentence]:
    """Return in words who was chosen by the vote of *record* and could not take it. For members alone.

    *besides*: the names of those of whom more is said elsewhere.
    """
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    if ballot is None or not ballot.who_stands:
        return []
    said = _lines(session, record)
    found = [name for letter, name in ballot.who_stands.items() if ballots.sealed_letter(ballot, letter) in said]
    return [Sentence(COULD_NOT, name=name) for name in sorted(found) if name not in besides]


def _lines(session: Session, record: Record) -> set[str]:
    lines = ledger.lines_with(session, "decisions", f'"{MARK}":', f'"decision":"{record.number}"')
    return {facts[MARK] for facts in lines.values() if facts.get("decision") == record.number and MARK in facts}


def _roles(session: Session, decided: Choices, today: date) -> Roles:
    """Return the role that each record still gives, by its number: what a newer one gave is no matter of it."""
    given = [(record.number, role) for record, ballot in decided if (role := ballots.to_role(session, ballot))]
    left = roles_voted.still_chosen([role for _, role in given], today)
    return {number: (vote.role, accounts) for (number, vote), accounts in zip(given, left, strict=True) if accounts}


def _letters(session: Session, record: Record, ballot: Ballot, roles: Roles, today: date) -> Iterator[str]:
    """Yield the letters of those who have ended their card, so that the vote gives them nothing any more."""
    letter_of = {account: letter for letter, account in ballot.gives.get("accounts", {}).items()}
    for seat in ballots.to_seat(session, ballot):
        if board.has_no_taker(session, seat.seat_id, seat.account_id, seat.since, seat.begins, today):
            yield letter_of[seat.account_id]
    if record.number not in roles:
        return
    role, accounts = roles[record.number]
    for account_id in accounts:
        if board.role_has_no_taker(session, role, account_id, record.number):
            yield letter_of[account_id]
