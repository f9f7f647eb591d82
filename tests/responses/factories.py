"""The smallest true duties to answer: on a decision, and on a theme."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.feedback.rules import Lane
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.responses import rules, service
from governance.responses.models import Duty
from governance.responses.service import AnswerFields
from tests.decisions.factories import TODAY, WHOLE, YES, a_draft
from tests.laid_out import laid_out

BY_FRIDAY = TODAY + timedelta(days=4)
PROMISE = rules.CommitmentFacts("Open the hall at 10:45", "the opening worker", BY_FRIDAY)
AN_ANSWER = AnswerFields(
    answer=rules.Answer.YES, words="You are right. **Wait in the hall.**", short="The hall is open at 10:45.",
    commitments=(PROMISE,),
)  # fmt: skip
A_NO = AnswerFields(
    answer=rules.Answer.NO, words="Our lease says the doors must shut at 6.", short="No for now. Our lease says no.",
    reasons=frozenset({rules.Reason.BUILDING}), would_change="A new lease.", push_back="Ask any board member.",
)  # fmt: skip
MANAGER = "the program manager"


def a_site(session: Session) -> None:
    """Make the programme, if there is none: it gives the calendar."""
    if session.get(Programme, 1) is None:
        session.add(Programme(id=1, name="Test programme", place_name="Test town", board_name="The Table"))
        session.flush()


@laid_out
def a_decision_duty(
    session: Session, keys: KeyFolder, today: date = TODAY, choices: tuple[str, ...] = YES
) -> tuple[Duty, Record]:
    """Return the duty on a record that was adopted today, committed."""
    a_site(session)
    record, _ = a_draft(session, keys, choices)
    decisions.complete(session, record, WHOLE)
    duty = service.adopt_and_start_clock(session, keys, record, today)
    session.commit()
    return duty, record


def a_theme(session: Session, title: str = "Let us wait inside", today: date = TODAY) -> Theme:
    """Return a theme in the readers' words."""
    return feedback.start_theme(
        session, title, "People stand in the rain while the hall is empty.", Lane.SUGGESTION, today
    )


def a_theme_duty(session: Session, title: str = "Let us wait inside", today: date = TODAY) -> Duty:
    """Return the duty on a theme whose clock starts today, committed."""
    a_site(session)
    duty = service.start_duty_for_theme(session, a_theme(session, title, today).id, today)
    session.commit()
    return duty
