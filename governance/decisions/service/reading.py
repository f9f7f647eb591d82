"""Finding records. The list and a page cost the same with ten records and with a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, not_, select, tuple_
from sqlalchemy.orm import Session, aliased

from governance.ballots import service as ballots
from governance.ballots.calling.kinds import CHOOSES_MEMBERS
from governance.ballots.models import Ballot, Count, Roll
from governance.ballots.result.outcome import DECIDED
from governance.decisions.models import Dissent, Outcome, Record, State
from governance.decisions.service import published
from governance.decisions.service.came_of_it import is_over, was_replaced
from governance.decisions.service.looking_again import ShownLook, day_after, newest_looks_by_record
from governance.decisions.service.replacing import Replacement, replacements
from governance.feedback.models import Theme
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalTheme
from governance.proposals.rules import ASKS_NO_STAFF, Kind, Status
from governance.ruling.errors import RuleRefused
from governance.storage.leaves import NOT_AS_PUBLISHED


class Key(NamedTuple):
    """Where a page of the list goes on: after the record of this day and row."""

    adopted_on: date
    id: int


class Found(NamedTuple):
    """A record in a list, the number of the newest correction of it, if there is one, and any doubt in its words.

    *look_again_on*: the day on which the board looks at it again, by what was made public. *replaced_by*: the number
    of the decision that took its place. *is_over*: so it is then, and where the board said so when it looked again.
    """

    record: Record
    corrected_by: str | None
    doubt: str = ""
    look_again_on: date | None = None
    replaced_by: str = ""
    is_over: bool = False


def by_number(session: Session, number: str) -> Record | None:
    """Return the record of this number ("2026-014"), draft or published, or None."""
    return session.scalars(select(Record).where(Record.number == number)).one_or_none()


def as_published(session: Session, number: str) -> Record | None:
    """Return the published record of this number; None where there is none.

    Raises RuleRefused where its words are not those of its line: what is handed out as a file says what the page says.
    """
    mine = select(Record).where(Record.number == number, Record.state == State.ADOPTED)
    row = session.execute(published.line_on(mine)).one_or_none()
    if row is None:
        return None
    if published.shown(*row).doubt == NOT_AS_PUBLISHED:
        raise RuleRefused(NOT_AS_PUBLISHED)
    return row[0]


class Vote(NamedTuple):
    """The vote a record was drafted from: its number, and whether everybody may see its ballots and count them."""

    number: int
    everyone_sees: bool


def vote_of(session: Session, record: Record) -> Vote | None:
    """Return the vote that *record* tells of, if it was decided by one that is kept."""
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    if ballot is None:
        return None
    bundle = ballots.bundle_of(session, ballot)
    return Vote(ballot.number, bundle is not None and ballots.everyone_sees(bundle))


def adopted_on(session: Session, ballot: Ballot) -> Record | None:
    """Return the published record of *ballot*, before any correction; None while there is none."""
    first = (Record.ballot_id == ballot.id) & Record.corrects_id.is_(None)
    return session.scalars(select(Record).where(first, Record.state == State.ADOPTED)).first()


def decided(session: Session, kind: Kind, theme_id: int | None = None) -> list[Record]:
    """Return the published records by which the board said yes to a proposal of this *kind*, the newest first.

    *theme_id*: only those whose proposal names this theme, as it did when its words were fixed for the vote.
    """
    said_yes = select(Record, Proposal).join(Proposal, Proposal.id == Record.proposal_id).where(
        Proposal.kind == kind, Record.outcome == Outcome.ADOPTED, Record.state == State.ADOPTED,
        Record.corrects_id.is_(None),
    )  # fmt: skip
    if theme_id is not None:
        named = select(ProposalTheme.proposal_id).where(ProposalTheme.theme_id == theme_id)
        said_yes = said_yes.where(Proposal.id.in_(named))
    found = session.execute(said_yes.order_by(Record.leaf.desc())).all()
    return [record for record, proposal in found if theme_id is None or proposals.closes_as_fixed(session, proposal)]


def without_a_record(session: Session) -> list[Ballot]:
    """Return the votes that decided and of which no record was begun, the oldest first."""
    begun = select(Record.id).where(Record.ballot_id == Ballot.id)
    found = select(Ballot).join(Count, Count.ballot_id == Ballot.id).join(Proposal, Proposal.id == Ballot.proposal_id)
    waits = (Count.result.in_(DECIDED), Proposal.status == Status.BALLOT, ~begun.exists())
    return list(session.scalars(found.where(*waits).order_by(Ballot.number)))


def themes_to_close(session: Session) -> list[Theme]:
    """Return the open themes of which a public record says that the board closes them, the oldest first."""
    said_yes = select(Record.id).join(Proposal, Proposal.id == Record.proposal_id).join(
        ProposalTheme, ProposalTheme.proposal_id == Proposal.id
    ).where(
        ProposalTheme.theme_id == Theme.id, Proposal.kind == Kind.CLOSING_THEMES, Record.corrects_id.is_(None),
        Record.outcome == Outcome.ADOPTED, Record.state == State.ADOPTED,
    )  # fmt: skip
    still_open = select(Theme).where(Theme.closed_on.is_(None), said_yes.exists())
    found = session.scalars(still_open.order_by(Theme.id)).all()
    return [theme for theme in found if decided(session, Kind.CLOSING_THEMES, theme.id)]


def choices_decided(session: Session) -> list[tuple[Record, Ballot]]:
    """Return the published records of the votes that chose among members, each with its vote, the newest first."""
    chose = select(Record, Ballot).join(Ballot, Ballot.id == Record.ballot_id).where(
        Ballot.kind.in_(CHOOSES_MEMBERS), Record.state == State.ADOPTED, Record.corrects_id.is_(None)
    )  # fmt: skip
    return [(row.Record, row.Ballot) for row in session.execute(chose.order_by(Record.leaf.desc()))]


def has_decided(session: Session) -> bool:
    """Whether a decision of this board is public."""
    return session.scalars(select(Record.id).where(Record.state == State.ADOPTED).limit(1)).first() is not None


def asks_staff(session: Session, record: Record) -> bool:
    """Whether staff owe an answer: not where the board chose among its members, or put its own house in order."""
    if ballots.chose_members(session, record.ballot_id):
        return False
    return session.get_one(Proposal, record.proposal_id).kind not in ASKS_NO_STAFF


def listed(
    session: Session, search: str = "", after: Key | None = None, limit: int = 30,
    such: ColumnElement[bool] | None = None,
) -> list[Found]:  # fmt: skip
    """Return published records, the newest first, from behind *after* on.

    *search*: words in title or result. *such*: a condition that they meet.
    """
    query = select(Record, _corrected_by()).where(Record.adopted_on.is_not(None))
    if such is not None:
        query = query.where(such)
    if search:
        query = query.where(
            Record.title.icontains(search, autoescape=True) | Record.result.icontains(search, autoescape=True)
        )
    if after:
        query = query.where(tuple_(Record.adopted_on, Record.id) < (after.adopted_on, after.id))
    newest = published.line_on(query.order_by(Record.adopted_on.desc(), Record.id.desc()).limit(limit))
    found = [(published.shown(record, line), by) for record, by, line in session.execute(newest)]
    rows = {shown.record.first_id for shown, _ in found}
    looks, taken = newest_looks_by_record(session, rows), replacements(session, rows)
    return [
        _found(shown, by, looks.get(shown.record.first_id), taken.get(shown.record.first_id)) for shown, by in found
    ]


def _found(shown: published.ShownRecord, by: str | None, look: ShownLook | None, taken: Replacement | None) -> Found:
    day = day_after(look, shown.record.review_on, taken)
    replaced_by = taken.number if taken and was_replaced(look, taken) else ""
    return Found(shown.record, by, shown.doubt, day, replaced_by, is_over(look, taken))


def _corrected_by() -> ScalarSelect[str]:
    later = aliased(Record)
    same = later.corrects_id == func.coalesce(Record.corrects_id, Record.id)
    return select(func.max(later.number)).where(same, later.leaf > Record.leaf).correlate(Record).scalar_subquery()


def desk(session: Session, limit: int = 100) -> Sequence[Record]:
    """Return drafts first, then the newest published ones: for the board's own list."""
    newest = (Record.adopted_on.is_not(None), Record.leaf.desc(), Record.id.desc())
    query = select(Record).order_by(*newest).limit(limit)
    return session.scalars(query).all()


class DraftFor(NamedTuple):
    """A draft, and whether a member may disagree in it and has not said how so far."""

    record: Record
    may_disagree: bool


def drafts_for(session: Session, account_id: int) -> list[DraftFor]:
    """Return the drafts that are being written, the oldest first, as they are for one member. A correction has no
    disagreement of its own: that of the record stays.
    """
    votes = select(Roll.ballot_id).where(Roll.account_id == account_id, Roll.ballot_id == Record.ballot_id)
    said = select(Dissent.id).where(Dissent.record_id == Record.id, Dissent.account_id == account_id)
    may_disagree = and_(votes.exists(), Record.corrects_id.is_(None), not_(said.exists()))
    drafts = select(Record, may_disagree).where(Record.state == State.DRAFT).order_by(Record.id)
    return [DraftFor(record, may) for record, may in session.execute(drafts)]


@dataclass(frozen=True)
class Versions:
    """A record with its corrections: *all* of them, the first one first, and the proposal it is about."""

    record: Record
    all: Sequence[Record]
    proposal: Proposal
    doubt: str = ""  # What is wrong with the words of the record that was asked for.

    @property
    def first(self) -> Record:
        """The record itself, before any correction."""
        return self.all[0]

    @property
    def newest(self) -> Record:
        """The version that holds."""
        return self.all[-1]

    def __post_init__(self) -> None:
        if self.record not in self.all:
            raise ValueError("A record is one of its own versions.")


def versions(session: Session, number: str) -> Versions | None:
    """Return a published record of this number with all its corrections, in one query; None when there is none."""
    asked = aliased(Record)
    first_id = (
        select(asked.corrects_id, asked.id).where(asked.number == number, asked.state == State.ADOPTED).subquery()
    )
    family = select(Record, Proposal).join(Proposal, Proposal.id == Record.proposal_id)
    family = family.join(
        first_id,
        (Record.id == first_id.c.id) | (Record.id == first_id.c.corrects_id)
        | (Record.corrects_id == first_id.c.id) | (Record.corrects_id == first_id.c.corrects_id),
    )  # fmt: skip
    family = published.line_on(family.where(Record.state == State.ADOPTED).order_by(Record.leaf))
    rows = session.execute(family).all()
    if not rows:
        return None
    all_ = [published.shown(row.Record, row.line_of_record) for row in rows]
    asked_for = next(each for each in all_ if each.record.number == number)
    return Versions(asked_for.record, [each.record for each in all_], rows[0].Proposal, asked_for.doubt)
