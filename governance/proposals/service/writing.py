"""Writing a proposal: the draft, and each new version of its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.rules import AgendaKind
from governance.keys.keyfolder import KeyFolder
from governance.proposals import rules
from governance.proposals.models import Proposal, ProposalTheme, ProposalVersion
from governance.proposals.service.reading import names_in
from governance.proposals.service.turns import lock
from governance.ruling.errors import RuleRefused
from governance.storage.text import one_line, plain


@dataclass(frozen=True)
class ProposalFields:
    """What the writer fills in. Only the title and the ask are needed to begin."""

    title: str
    ask: str
    why: str = ""
    still_open: str = ""
    gets_better: str = ""
    could_go_wrong: str = ""
    who_could_this_hurt: str = ""
    principles: tuple[int, ...] = ()
    power: rules.Power | None = None
    kind: rules.Kind = rules.Kind.ORDINARY
    about_answer: str = ""
    changes_record: str = ""
    about_term: int | None = None
    about_participants: bool = False
    starts_on: date | None = None
    themes: tuple[int, ...] = ()
    charter_numbers: tuple[tuple[str, Any], ...] = ()


def draft(session: Session, author_id: int, fields: ProposalFields, today: date) -> Proposal:
    """Begin a proposal. Only the board and its helpers see it until its talk begins.

    Raises RuleRefused for numbers that the charter's own rules do not allow.
    """
    fields = _with_numbers(session, fields)
    newest = session.scalar(select(func.max(Proposal.number))) or 0
    proposal = Proposal(number=newest + 1, author_account_id=author_id, version=1)
    _frame(proposal, fields)
    session.add(proposal)
    session.flush()
    session.add(_words(proposal, fields, today, ""))
    link_themes(session, proposal, fields.themes)
    board.ask_for_seat(session, proposal.matter, _term(fields))
    return proposal


def small(title: str, ask: str) -> ProposalFields:
    """Return what is stored of a small matter of the board's own: its title, and what it asks."""
    return ProposalFields(title=title, ask=ask, power=rules.Power.BOARD, kind=rules.Kind.SMALL)


def revise(
    session: Session,
    keys: KeyFolder,
    proposal: Proposal,
    fields: ProposalFields,
    reason: str,
    today: date,
    *,
    account_id: int | None = None,
    runs_board: bool = False,
) -> ProposalVersion:
    """Change the words. A draft is written over; in the talk it becomes a new version with its *reason*.

    *account_id* is who asks; None stands for the writer. Raises RuleRefused for the wrong person, the wrong time,
    no reason, or numbers that the charter's own rules do not allow.
    """
    fields = _with_numbers(session, fields)
    lock(session, proposal)
    writer = account_id in (None, proposal.author_account_id)
    rules.check_may_change_words(proposal.status, reason, writer=writer, runs_board=runs_board)
    in_talk = proposal.status is rules.Status.DISCUSSION
    if in_talk and (named := names_in(session, _words(proposal, fields, today, one_line(reason)))):
        raise RuleRefused(*named)
    before = _asks_for(session, proposal)
    _frame(proposal, fields)
    if in_talk:
        proposal.version += 1
        board.add_agenda_item(session, AgendaKind.PROPOSAL, str(proposal.number), one_line(fields.title), today)
    words = session.merge(_words(proposal, fields, today, one_line(reason)))
    link_themes(session, proposal, fields.themes)
    if in_talk:
        board.ask_for_seat_openly(session, keys, proposal.matter, proposal.number, _term(fields), today)
    else:
        board.ask_for_seat(session, proposal.matter, _term(fields))
    if in_talk and _asks_for(session, proposal) != before:
        proposal.stands_since, proposal.hurry = today, None
        session.flush()
    return words


def _asks_for(session: Session, proposal: Proposal) -> tuple[object, ...]:
    """Return what the board is asked for and what it takes to pass: where it changes, the days of notice begin again.

    What only explains it (why, what gets better, what could go wrong) may get better until the words are fixed.
    """
    words = session.get_one(ProposalVersion, (proposal.id, proposal.version))
    about = (proposal.about_answer, proposal.changes_record)
    frame = (proposal.power, proposal.kind, *about, proposal.about_participants)
    seat = board.seat_asked_for(session, proposal.matter)
    closes = _theme_ids(session, proposal) if proposal.kind is rules.Kind.CLOSING_THEMES else ()
    return (words.title, words.ask, words.charter_numbers, *frame, seat and seat.term_id, closes)


def _theme_ids(session: Session, proposal: Proposal) -> tuple[int, ...]:
    mine = select(ProposalTheme.theme_id).where(ProposalTheme.proposal_id == proposal.id)
    return tuple(sorted(session.scalars(mine)))


def _with_numbers(session: Session, fields: ProposalFields) -> ProposalFields:
    """Return *fields* with the numbers of the charter that they change: only an item of that kind changes any."""
    changes_it = fields.kind is rules.Kind.CHARTER_CHANGE
    return replace(fields, charter_numbers=board.numbers_asked(session, fields.charter_numbers) if changes_it else ())


def _term(fields: ProposalFields) -> int | None:
    """Return whose term is asked for: only an item that takes a seat away is about one."""
    return fields.about_term if fields.kind is rules.Kind.REMOVAL else None


def same_words_again(session: Session, proposal: Proposal, reason: str, today: date) -> None:
    """Add a version with the same words, so that the *reason* for a step back stands with them."""
    words = session.get_one(ProposalVersion, (proposal.id, proposal.version))
    kept = {column.key: getattr(words, column.key) for column in ProposalVersion.__table__.columns}
    proposal.version += 1
    session.add(
        ProposalVersion(**{**kept, "version": proposal.version, "written_on": today, "reason": one_line(reason)})
    )


def link_theme(session: Session, proposal: Proposal, theme_id: int) -> None:
    """Say that *proposal* came from this theme. Saying it twice is no error."""
    if session.get(ProposalTheme, (proposal.id, theme_id)) is None:
        session.add(ProposalTheme(proposal_id=proposal.id, theme_id=theme_id))
        session.flush()


def link_themes(session: Session, proposal: Proposal, theme_ids: Iterable[int]) -> None:
    """Let *proposal* come from these themes and no others."""
    wanted = set(theme_ids)
    session.execute(
        delete(ProposalTheme).where(ProposalTheme.proposal_id == proposal.id, ProposalTheme.theme_id.not_in(wanted))
    )
    for theme_id in sorted(wanted):
        link_theme(session, proposal, theme_id)


def _frame(proposal: Proposal, fields: ProposalFields) -> None:
    proposal.power = fields.power
    proposal.kind = fields.kind
    proposal.about_answer = fields.about_answer if fields.kind is rules.Kind.SECOND_LOOK_ABOVE_DIRECTOR else ""
    proposal.changes_record = fields.changes_record
    proposal.about_participants = fields.about_participants
    proposal.starts_on = fields.starts_on


def _words(proposal: Proposal, fields: ProposalFields, today: date, reason: str) -> ProposalVersion:
    """Return the next version of a proposal, cut to the lengths that the rules allow."""
    return ProposalVersion(
        proposal_id=proposal.id,
        version=proposal.version,
        title=plain(one_line(fields.title), rules.LONGEST_LINE),
        ask=plain(fields.ask, rules.LONGEST_TEXT),
        why=plain(fields.why, rules.LONGEST_TEXT),
        still_open=plain(fields.still_open, rules.LONGEST_TEXT),
        gets_better=plain(fields.gets_better, rules.LONGEST_TEXT),
        could_go_wrong=plain(fields.could_go_wrong, rules.LONGEST_TEXT),
        who_could_this_hurt=plain(fields.who_could_this_hurt, rules.LONGEST_TEXT),
        principles=sorted(set(fields.principles) & rules.PRINCIPLES.keys()),
        charter_numbers=dict(fields.charter_numbers) if fields.kind is rules.Kind.CHARTER_CHANGE else None,
        written_on=today,
        reason=reason,
    )
