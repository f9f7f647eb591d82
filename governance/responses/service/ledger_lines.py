"""What the ledger keeps of a duty: its days, each word of an answer, what was promised, and what was asked again.

Whoever writes a line takes its facts from here; so does whoever holds the rows against it (`responses/leaves.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from governance.decisions.models import Record
from governance.responses import commitments, rules
from governance.responses.models import Commitment, Duty, Response, SecondLook

Facts = dict[str, Any]


def ref_of(session: Session, duty: Duty) -> Facts:
    """Return what a duty is on, as the ledger names it: the number of a decision, or of a theme."""
    if duty.record_id:
        return {"decision": session.get_one(Record, duty.record_id).number}
    return {"theme": duty.theme_id}


def owed(duty: Duty, answer_by: date) -> Facts:
    """Return by when staff owe a first word and an answer. *answer_by*: before more time was taken, if it was."""
    first, day = duty.first_word_due.isoformat(), duty.opened_on.isoformat()
    return {"first_word_by": first, "answer_by": answer_by.isoformat(), "day": day}


def first_word(duty: Duty) -> Facts:
    """Return the first word that staff said."""
    return {"first_word": duty.first_word, "day": duty.first_word_on.isoformat() if duty.first_word_on else None}


def more_time(duty: Duty) -> Facts:
    """Return why it takes longer, and the new day."""
    return {"more_time": duty.complex_note, "due": duty.answer_due.isoformat()}


def asked_again(day: date) -> Facts:
    """Return that the board asked again."""
    return {"asked_again": day.isoformat()}


def words_of(row: Response) -> Facts:
    """Return every word of one version of an answer."""
    facts: Facts = {
        "version": row.version,
        "answer": row.answer.value,
        "short": row.short,
        "words": row.body,
        "reasons": list(row.reasons),
        "would_change": row.would_change,
        "instead": row.instead,
        "push_back": row.push_back,
        "by": row.role_name,
        "level": row.level.value,
        "day": row.answered_on.isoformat(),
    }
    return facts | ({"more_facts_by": row.more_facts_by.isoformat()} if row.more_facts_by else {})


def at_first(row: Commitment) -> commitments.Commitment:
    """Return where a promise stood when it was made: what was done before is reported, and waits for the board."""
    return commitments.Commitment.REPORTED_DONE if row.done_before else commitments.Commitment.PROMISED


def promises(promised: Sequence[Commitment]) -> list[Facts]:
    """Return what an answer promised, as it stood then."""
    return [
        {"what": row.text, "who": row.who, "by": row.due_on.isoformat(), "state": at_first(row).value}
        for row in promised
    ]


def answer(duty: Duty, row: Response, promised: Sequence[Commitment]) -> Facts:
    """Return a new answer whole: its words, what it promises, and how many days late it is, for good."""
    late = rules.days_late(duty.answer_due, row.answered_on) if duty.answered_on is None else 0
    return {**words_of(row), "commitments": promises(promised), "days_late": late}


def step(row: Commitment, there: commitments.Commitment, today: date) -> Facts:
    """Return one step of what was promised."""
    return {"commitment": row.id, "what": row.text, "state": there.value, "day": today.isoformat()}


def asked(look: SecondLook) -> Facts:
    """Return what the board wants looked at again, by whom and by when."""
    days = {"due": look.due_on.isoformat(), "day": look.asked_on.isoformat()}
    return {"second_look": look.level.value, "asked": look.words, **days}


def looked(look: SecondLook) -> Facts:
    """Return what a second look came to. It has been answered."""
    outcome = look.outcome.value if look.outcome else None
    day = look.answered_on.isoformat() if look.answered_on else None
    return {"second_look": look.level.value, "outcome": outcome, "words": look.body, "day": day}
