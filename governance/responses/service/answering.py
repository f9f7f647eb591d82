"""Writing an answer, and each later version of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.ledger import service as ledger
from governance.responses import commitments, rules
from governance.responses.commitments import Level
from governance.responses.models import Commitment, Duty, Response
from governance.responses.service import ledger_lines as lines
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import together
from governance.storage.text import one_line, plain


@dataclass(frozen=True)
class AnswerFields:
    """What staff write. *short* is one line for the wall; *level* says who a second look goes to."""

    answer: rules.Answer
    words: str
    short: str = ""
    reasons: frozenset[rules.Reason] = frozenset()
    would_change: str = ""
    instead: str = ""
    push_back: str = ""
    commitments: tuple[rules.CommitmentFacts, ...] = ()
    more_facts_by: date | None = None
    level: Level = Level.MANAGER


def answer(
    session: Session, duty: Duty, fields: AnswerFields, role_name: str, today: date, *, account_id: int | None = None
) -> Response:
    """Publish an answer under *role_name*. A later one is a new version, and what was promised before still stands.

    Raises RuleRefused with everything the answer lacks. The ledger leaf is in the same transaction.
    """
    session.flush()
    session.refresh(duty, with_for_update=True)
    before = versions(session, duty)
    rules.check_may_answer(fields.answer, ended=duty.answered_on is not None)
    _check_complete(session, duty, fields, today)
    aliases = board.member_names(session).values()
    for role in (role_name, *(each.who for each in fields.commitments)):
        rules.check_role_only(role, aliases)
    _check_names_nobody(session, fields)
    row = _row(duty, fields, role_name, today, len(before) + 1)
    row.account_id = account_id
    kind = "correction" if duty.answered_on else "response"
    session.add(row)
    session.flush()
    promised = [_promise(duty, row, each, today) for each in fields.commitments]
    session.add_all(promised)
    facts = {**lines.ref_of(session, duty), **lines.answer(duty, row, promised)}
    row.leaf = ledger.append(session, "decisions", kind, facts)
    if rules.ends_the_duty(fields.answer) and duty.answered_on is None:
        duty.answered_on = today
    if duty.first_word_on is None:
        duty.first_word_on = today  # An answer is more than a first word.
    session.flush()
    return row


def versions(session: Session, duty: Duty) -> Sequence[Response]:
    """Return every version of the answer, the newest first."""
    mine = select(Response).where(Response.duty_id == duty.id)
    return session.scalars(mine.order_by(Response.version.desc())).all()


def _check_complete(session: Session, duty: Duty, fields: AnswerFields, today: date) -> None:
    """Refuse an answer that lacks something. What was promised in an earlier version counts as promised."""
    earlier = [
        rules.CommitmentFacts(row.text, row.who, row.due_on, already_done=True)
        for row in session.scalars(select(Commitment).where(Commitment.duty_id == duty.id))
    ]
    facts = rules.AnswerFacts(
        answer=fields.answer,
        words=fields.words,
        reasons=fields.reasons,
        what_would_change_it=fields.would_change,
        how_to_push_back=fields.push_back,
        commitments=(*earlier, *fields.commitments),
        more_on=fields.more_facts_by,
    )
    problems = rules.problems_with_answer(facts, today)
    if problems:
        raise RuleRefused(together(problems))


def _check_names_nobody(session: Session, fields: AnswerFields) -> None:
    """Refuse an answer with the name of a member or of a seat in its words, or in what it promises."""
    texts = (fields.words, fields.short, fields.would_change, fields.instead, fields.push_back)
    board.check_names_nobody(session, *texts, *(each.what for each in fields.commitments))


def _row(duty: Duty, fields: AnswerFields, role_name: str, today: date, version: int) -> Response:
    """Return an answer as it is kept, cut to the lengths that the rules allow."""
    body = plain(fields.words.strip(), rules.LONGEST_BODY)
    return Response(
        duty_id=duty.id,
        version=version,
        answer=fields.answer,
        short=plain(one_line(fields.short), rules.LONGEST_LINE),
        body=body,
        reasons=[reason.value for reason in rules.Reason if reason in fields.reasons],
        would_change=plain(fields.would_change.strip(), rules.LONGEST_TEXT),
        instead=plain(fields.instead.strip(), rules.LONGEST_TEXT),
        push_back=plain(fields.push_back.strip(), rules.LONGEST_TEXT),
        role_name=plain(one_line(role_name), rules.LONGEST_LINE),
        level=fields.level,
        answered_on=today,
        more_facts_by=fields.more_facts_by,
    )


def _promise(duty: Duty, row: Response, facts: rules.CommitmentFacts, today: date) -> Commitment:
    assert facts.by is not None  # noqa: S101 - `_check_complete` has just refused an answer without it.
    return Commitment(
        duty_id=duty.id,
        response_id=row.id,
        text=plain(facts.what.strip(), rules.LONGEST_TEXT),
        who=plain(one_line(facts.who), rules.LONGEST_LINE),
        due_on=facts.by,
        state=commitments.Commitment.REPORTED_DONE if facts.already_done else commitments.Commitment.PROMISED,
        done_before=facts.already_done,
        reported_on=min(facts.by, today) if facts.already_done else None,
    )
