"""The second look: the board asks one level up, with a clock, and somebody new answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.decisions.models import Outcome, Record
from governance.feedback.models import Theme
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind
from governance.responses import commitments
from governance.responses.models import Duty, Response, SecondLook
from governance.responses.rules import LONGEST_TEXT
from governance.responses.service import ledger_lines as lines
from governance.responses.service.answering import versions
from governance.responses.service.duties import calendar, clocks, lock
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import plain


def second_looks(session: Session, duty: Duty) -> Sequence[SecondLook]:
    """Return the second looks at a duty's answer, the newest first.

    Each one is asked for once the one before is answered, so the line of the ledger says which came after which. The
    number of a row says nothing: whoever owns the database can change that one.
    """
    mine = select(SecondLook).where(SecondLook.duty_id == duty.id)
    return session.scalars(mine.order_by(SecondLook.leaf.desc())).all()


def open_second_look(session: Session, duty: Duty) -> SecondLook | None:
    """Return the second look that waits for its answer, if one does."""
    return next((look for look in second_looks(session, duty) if look.answered_on is None), None)


def need_open_second_look(session: Session, duty: Duty) -> SecondLook:
    """Return the second look that waits for its answer. Raises RuleRefused when none does."""
    look = open_second_look(session, duty)
    if look is None:
        raise RuleRefused(N_("No second look waits for an answer here. Look at the page again."))
    return look


def ask_second_look(session: Session, duty: Duty, words: str, roles: Set[Role], today: date) -> SecondLook:
    """Ask the level above for a second look, in the board's *words*. It must answer in 20 working days.

    Above the director it takes a decision of the board by two thirds, made since the answer was given.
    """
    if not roles & commitments.BOARD:
        raise RuleRefused(N_("Only the board can ask for a second look."))
    lock(session, duty)
    newest = next(iter(versions(session, duty)), None)
    if newest is None or duty.answered_on is None:
        raise RuleRefused(commitments.ONLY_AN_ANSWER)
    if open_second_look(session, duty):
        raise RuleRefused(N_("The board asked for a second look already. It waits for its answer."))
    if not words.strip():
        raise RuleRefused(N_("Say what they should look at again. Your words go on top."), field="asked")
    board.check_names_nobody(session, words, field="asked")
    level = commitments.second_look_goes_to(_last_level(session, duty, newest))
    if commitments.second_look_needs_two_thirds(level) and not _board_voted(session, duty, newest.answered_on):
        raise RuleRefused(commitments.NEEDS_TWO_THIRDS)
    look = SecondLook(
        duty_id=duty.id,
        response_id=newest.id,
        asked_on=today,
        level=level,
        words=plain(words.strip(), LONGEST_TEXT),
        due_on=commitments.second_look_due(today, calendar(session), clocks(session, today)),
    )
    look.leaf = _append(session, duty, lines.asked(look))
    session.add(look)
    session.flush()
    return look


def may_give(session: Session, look: SecondLook, account_id: int, roles: Set[Role]) -> bool:
    """Whether this person may write down the second look: the director's own, or what the directors' board said.

    Never somebody who wrote the answer that is looked at.
    """
    mine = select(SecondLook.id).where(SecondLook.id == look.id, _may_be_given_by(account_id, roles))
    return session.scalar(mine) is not None


def second_looks_for(session: Session, account_id: int, roles: Set[Role]) -> list[tuple[SecondLook, str]]:
    """Return the second looks that this person may give, the first due first, each with what it is about. One query."""
    query = (
        select(SecondLook, func.coalesce(Theme.title, Record.title))
        .join(Duty, Duty.id == SecondLook.duty_id)
        .outerjoin(Theme, Theme.id == Duty.theme_id)
        .outerjoin(Record, Record.id == Duty.record_id)
        .where(SecondLook.answered_on.is_(None), _may_be_given_by(account_id, roles))
        .order_by(SecondLook.due_on, SecondLook.id)
    )
    return [(look, title) for look, title in session.execute(query)]


def _may_be_given_by(account_id: int, roles: Set[Role]) -> ColumnElement[bool]:
    wrote = exists().where(Response.duty_id == SecondLook.duty_id, Response.account_id == account_id)
    at_level = true() if Role.DIRECTOR in roles else SecondLook.level == commitments.Level.DIRECTORS_BOARD
    return and_(at_level, ~wrote)


def answer_second_look(
    session: Session, look: SecondLook, outcome: commitments.Outcome, words: str, account_id: int, roles: Set[Role],
    today: date,
) -> None:  # fmt: skip
    """Write down what the second look came to. If the answer changes, the new answer is given as its next version."""
    session.flush()
    session.refresh(look, with_for_update=True)
    commitments.check_may_give_second_look(took_part_in_first=not may_give(session, look, account_id, roles))
    if look.answered_on:
        raise RuleRefused(N_("This second look has its answer already."))
    if not words.strip():
        raise RuleRefused(N_("Say why, in plain words."), field="why")
    board.check_names_nobody(session, words, field="why")
    look.answered_on, look.outcome, look.body = today, outcome, plain(words.strip(), LONGEST_TEXT)
    duty = session.get_one(Duty, look.duty_id)
    look.leaf = _append(session, duty, lines.looked(look))
    session.flush()


def _append(session: Session, duty: Duty, facts: Mapping[str, object]) -> int:
    return ledger.append(session, "decisions", "response", {**lines.ref_of(session, duty), **facts})


def _last_level(session: Session, duty: Duty, newest: Response) -> commitments.Level:
    """Return who spoke last on it: whoever gave the newest answer, or a second look since."""
    looks = [look for look in second_looks(session, duty) if look.response_id == newest.id]
    return looks[0].level if looks else newest.level


def answers_above(session: Session) -> list[tuple[str, str]]:
    """Return the answers that only somebody above the director can look at again: the name of each, and its title."""
    found = []
    for duty in session.scalars(select(Duty).where(Duty.answered_on.is_not(None)).order_by(Duty.id.desc())):
        level = _last_level(session, duty, versions(session, duty)[0])
        if commitments.ONE_UP.get(level) is commitments.Level.DIRECTORS_BOARD and not open_second_look(session, duty):
            found.append((_name(session, duty), _title(session, duty)))
    return found


def _name(session: Session, duty: Duty) -> str:
    """Return how a proposal names the answer that it is about: "decision 2026-010", or "theme 3"."""
    return " ".join(str(part) for pair in lines.ref_of(session, duty).items() for part in pair)


def _title(session: Session, duty: Duty) -> str:
    if duty.record_id:
        record = session.get_one(Record, duty.record_id)
        return f"{record.number}: {record.title}"
    return session.get_one(Theme, duty.theme_id).title


def _board_voted(session: Session, duty: Duty, since: date) -> bool:
    """Whether the board decided, since that day, to ask above the director about this answer and no other."""
    query = select(Record.id).join(Proposal, Proposal.id == Record.proposal_id)
    asked = query.where(Proposal.kind == Kind.SECOND_LOOK_ABOVE_DIRECTOR, Record.outcome == Outcome.ADOPTED)
    asked = asked.where(Proposal.about_answer == _name(session, duty))
    return session.scalars(asked.where(Record.adopted_on >= since)).first() is not None
