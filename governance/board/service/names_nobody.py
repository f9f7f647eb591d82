"""What everybody will read names no member and no seat. Asked when somebody writes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board.models import Seat, Term
from governance.board.named import stands_in
from governance.board.service.seats import member_names
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

NAMED = N_("“{name}” is the name of a member or of a seat, and everyone can read this. Say it without the name.")
IN_THE_QUESTION = N_(
    "“{name}” is the name of a member or of a seat, and the question is public. Ask it without the name."
)
NAMES_SOMEBODY = N_("A name of a member or a seat stands in it. Take it out, and say what the person does.")


def named_in(session: Session, *texts: str) -> str:
    """Return the name of a member or of a seat that stands in one of *texts*, or "" where there is none."""
    seated = select(Term.account_id).distinct()
    seated_ever = set(session.scalars(seated))
    names = [alias for account, alias in member_names(session).items() if account in seated_ever]
    names += session.scalars(select(Seat.label)).all()
    return next((name for name in names if any(stands_in(name, text) for text in texts)), "")


def check_names_nobody(session: Session, *texts: str, field: str = "", words: str = NAMED) -> None:
    """Refuse *texts* that everybody will read where the name of a member or of a seat stands in them.

    It is asked when somebody writes, and of what they write alone: nothing that was decided or is public already waits
    for it. *field*: where a form shows the refusal. *words*: how it is said to the board, with a place for the name.
    Whoever may not open the board's pages is told no name: else trying words would tell who sits there.
    Raises RuleRefused. Source: docs/domain.md R-ID-01.
    """
    if found := named_in(session, *texts):
        raise RuleRefused(NAMES_SOMEBODY, field=field, to_the_board=Sentence(words, name=found))
