"""Finding proposals and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.proposals import rules
from governance.proposals.models import Proposal, ProposalTheme, ProposalVersion, Remark
from governance.ruling.sentences import N_, Sentence

NAMES_NO_NUMBERS = N_(
    "This vote names no number. Even if the board says yes, our charter stays as it is. "
    "A new proposal can name the numbers."
)


class Listed(NamedTuple):
    """A proposal and its newest words."""

    proposal: Proposal
    words: ProposalVersion


def by_number(session: Session, number: int) -> Proposal | None:
    """Return the proposal of this number, if there is one."""
    return session.scalars(select(Proposal).where(Proposal.number == number)).one_or_none()


def current(session: Session, proposal: Proposal) -> ProposalVersion:
    """Return the newest words of *proposal*."""
    return session.get_one(ProposalVersion, (proposal.id, proposal.version))


def versions(session: Session, proposal: Proposal) -> Sequence[ProposalVersion]:
    """Return every version of the words, the newest first."""
    mine = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    return session.scalars(mine.order_by(ProposalVersion.version.desc())).all()


def listed(
    session: Session,
    statuses: Iterable[rules.Status],
    after: int | None = None,
    limit: int = 30,
    *,
    public_only: bool = False,
) -> list[Listed]:
    """Return proposals in these *statuses*, the newest number first, from below number *after* on.

    *public_only* leaves out what has never been put up for talk: drafts, and drafts taken back.
    """
    query = select(Proposal, ProposalVersion).join(
        ProposalVersion,
        (ProposalVersion.proposal_id == Proposal.id) & (ProposalVersion.version == Proposal.version),
    )
    query = query.where(Proposal.status.in_(list(statuses)))
    if after is not None:
        query = query.where(Proposal.number < after)
    if public_only:
        query = query.where(Proposal.opened_on.is_not(None))
    rows = session.execute(query.order_by(Proposal.number.desc()).limit(limit))
    return [Listed(proposal, words) for proposal, words in rows]


def with_concerns(session: Session, account_id: int) -> list[Listed]:
    """Return what this member wrote and about which a concern is still open, while the talk goes on."""
    concern = select(Remark.id).where(
        Remark.proposal_id == Proposal.id, Remark.kind == rules.RemarkKind.CONCERN, Remark.resolved.is_(False),
        Remark.account_id != account_id,
    )  # fmt: skip
    newest = (ProposalVersion.proposal_id == Proposal.id) & (ProposalVersion.version == Proposal.version)
    mine = select(Proposal, ProposalVersion).join(ProposalVersion, newest).where(
        Proposal.author_account_id == account_id, Proposal.status.in_(rules.OPEN_TO_TALK), concern.exists()
    )  # fmt: skip
    return [Listed(*row) for row in session.execute(mine.order_by(Proposal.number))]


def sources(session: Session, proposal: Proposal) -> list[Theme]:
    """Return the themes *proposal* came from, by number."""
    theme_ids = session.scalars(select(ProposalTheme.theme_id).where(ProposalTheme.proposal_id == proposal.id))
    return list(feedback.themes_by_id(session, theme_ids))


def themes_named(session: Session) -> Sequence[int]:
    """Return the themes that a proposal came from whose talk began: everybody can read their titles in it."""
    public = select(ProposalTheme.theme_id).join(Proposal, Proposal.id == ProposalTheme.proposal_id)
    return session.scalars(public.where(Proposal.opened_on.is_not(None)).distinct()).all()


def theme_choices(session: Session, proposal: Proposal | None = None) -> list[Theme]:
    """Return the themes a writer can choose from: the open ones, and those *proposal* came from already."""
    chosen = sources(session, proposal) if proposal else []
    still_open = feedback.themes(session, open_only=True)
    return [*chosen, *(theme for theme in still_open if theme not in chosen)]


def missing(session: Session, proposal: Proposal) -> list[str | Sentence]:
    """Return what stands between *proposal* and its next step (the talk, or fixed words), in sentences."""
    words = current(session, proposal)
    is_draft = proposal.status is rules.Status.DRAFT
    lacks = rules.missing_before_discussion if is_draft else rules.missing_before_freezing
    facts = replace(
        facts_of(proposal, words),
        about_seat=board.seat_asked_for(session, proposal.matter) is not None,
        themes=len(sources(session, proposal)),
        lacks_numbers=board.lacks_numbers(session, words.charter_numbers),
    )
    # The charter may have changed since these numbers were written.
    wrong = [] if is_draft else board.wrong_with(session, words.charter_numbers or {})
    return [*lacks(facts), *wrong, *names_in(session, words)]


def charter_asked(session: Session, proposal: Proposal, words: ProposalVersion) -> list[Sentence]:
    """Return in words what this version changes in the charter, a line for each number; nothing for other kinds.

    While it is not decided, each line says what is in force now. A draft that names no number so far says nothing.
    """
    if charter_note(proposal, words):
        return [Sentence(NAMES_NO_NUMBERS)]
    numbers = words.charter_numbers
    is_about_it = proposal.kind is rules.Kind.CHARTER_CHANGE
    if numbers is None or not is_about_it or board.lacks_numbers(session, numbers):
        return []
    decided = proposal.status is rules.Status.DECIDED
    return board.numbers_in_words(numbers, None if decided else board.charter_in_force(session))


def charter_note(proposal: Proposal, words: ProposalVersion) -> str:
    """Return what to say of a vote on the charter that an older program called, before words named numbers; or "".

    It is counted like any other, and leads to no version of the charter.
    """
    is_on_it = (proposal.kind, proposal.status) == (rules.Kind.CHARTER_CHANGE, rules.Status.BALLOT)
    return NAMES_NO_NUMBERS if is_on_it and words.charter_numbers is None else ""


def names_in(session: Session, words: ProposalVersion) -> list[Sentence]:
    """Return what to do about a name of a member in words that everybody will read (docs/domain.md R-ID-01).

    It is asked while the words can be changed: once they are voted on, nothing keeps them from the public.
    """
    texts = (words.title, words.ask, words.why, words.still_open, words.gets_better)
    found = board.named_in(session, *texts, words.could_go_wrong, words.who_could_this_hurt, words.reason)
    refusal = N_("“{name}” is the name of a member or of a seat, and a proposal is public. Say it without the name.")
    return [Sentence(refusal, name=found)] if found else []


def facts_of(proposal: Proposal, words: ProposalVersion) -> rules.ProposalFacts:
    """Return what the rules need to know."""
    return rules.ProposalFacts(
        title=words.title,
        ask=words.ask,
        still_open=words.still_open,
        gets_better=words.gets_better,
        could_go_wrong=words.could_go_wrong,
        who_it_could_hurt=words.who_could_this_hurt,
        principles=frozenset(words.principles),
        power=proposal.power,
        kind=proposal.kind,
        about_answer=proposal.about_answer,
        about_participants=proposal.about_participants,
        changes_record=proposal.changes_record,
    )


def label_already_decided(proposal: Proposal, today: date) -> str | None:
    """Return the label for what began before the board was asked, else None.

    Once the board has decided, a start after the talk began is as it should be, and today no longer counts.
    """
    asked_on = proposal.opened_on if proposal.status is rules.Status.DECIDED else today
    return rules.already_decided(proposal.starts_on, asked_on or today)
