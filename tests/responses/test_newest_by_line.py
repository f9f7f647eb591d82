"""Which second look is the newest, and which try a thread tells of, says the ledger: no number of a row does.

Each attack exchanges the numbers of two rows. The audit finds nothing, since no line holds such numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind, Status
from governance.publishing.service import thread
from governance.responses import service
from governance.responses.commitments import Commitment as StepOf
from governance.responses.commitments import Outcome
from governance.responses.models import Commitment, Duty, Response, SecondLook
from governance.storage.leaves import NOT_AS_PUBLISHED, SOME_LINE, TAKEN_OUT
from tests.ballots.factories import AFTER
from tests.board.factories import a_member
from tests.decisions.factories import held_to_no_vote
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, TODAY, a_decision_duty, a_theme_duty

NO = ("no", "no", "no", "yes", "abstain")
MEMBER, DIRECTOR = frozenset({Role.MEMBER}), frozenset({Role.DIRECTOR})
SPARE = 1_000_000


def turned_round(session: Session, table: Any, ids: tuple[int, int]) -> None:
    """Exchange the numbers of two rows by hand."""
    for before, after in ((ids[0], SPARE), (ids[1], ids[0]), (SPARE, ids[1])):
        by_hand = update(table).where(table.id == before).values(id=after)
        session.execute(by_hand, execution_options={"synchronize_session": False})
    session.commit()
    session.expunge_all()


@pytest.fixture
def looked_twice(session: Session, keys: KeyFolder) -> Duty:
    """An answer at which somebody above looked and said that it stays; the board has asked once more since."""
    duty, director = a_theme_duty(session), a_member(session, keys, "Larch", Role.DIRECTOR)
    service.answer(session, duty, A_NO, MANAGER, TODAY, account_id=a_member(session, keys, "Kelp", Role.MANAGER))
    first = service.ask_second_look(session, duty, "The van could stay.", MEMBER, TODAY)
    service.answer_second_look(session, first, Outcome.STAYS, "It stays.", director, DIRECTOR, TODAY)
    _, record = a_decision_duty(session, keys)
    voted = session.get_one(Proposal, record.proposal_id)
    voted.kind, voted.about_answer = Kind.SECOND_LOOK_ABOVE_DIRECTOR, f"theme {duty.theme_id}"
    session.flush()
    service.ask_second_look(session, duty, "And the cold?", MEMBER, TODAY)
    session.commit()
    return duty


@pytest.mark.on_both
def test_no_older_second_look_comes_out_on_top(session: Session, keys: KeyFolder, looked_twice: Duty) -> None:
    number = looked_twice.id
    told = [each for each in accounting.differences(session, keys, TODAY) if "second look" in each]
    first, second = session.scalars(select(SecondLook.id).order_by(SecondLook.id))
    turned_round(session, SecondLook, (first, second))
    lines = list(session.scalars(select(SecondLook.leaf).order_by(SecondLook.id)))
    assert lines == sorted(lines, key=lambda line: line or 0, reverse=True), (
        "the control: by their numbers the older one is on top"
    )
    assert [each for each in accounting.differences(session, keys, TODAY) if "second look" in each] == told == []

    duty = session.get_one(Duty, number)
    assert [each.words for each in service.second_looks(session, duty)] == ["And the cold?", "The van could stay."]
    now = service.duty_now(session, number, TODAY)
    assert now
    shown = [each.words for each in service.answers_of(session, now).second_looks]
    assert shown == ["And the cold?", "The van could stay."]


@pytest.mark.on_both
def test_a_thread_tells_of_the_newest_try(session: Session, keys: KeyFolder) -> None:
    _, failed = a_decision_duty(session, keys, choices=NO)
    again = Record(**{
        column.key: getattr(failed, column.key)
        for column in Record.__table__.columns
        if column.key not in ("id", "number", "adopted_on", "published", "leaf", "state", "outcome")
    }, number="2099-001", outcome="adopted")  # fmt: skip
    session.add(again)
    proposal = session.get_one(Proposal, failed.proposal_id)
    proposal.status = Status.BALLOT
    session.flush()
    with held_to_no_vote():
        service.adopt_and_start_clock(session, keys, again, TODAY + timedelta(days=20))
    session.commit()
    number = proposal.id
    assert told_of(session, number) == "2099-001"
    session.execute(delete(Duty))
    session.execute(update(Record).where(Record.id == again.id).values(id=0))
    session.commit()
    session.expire_all()
    assert told_of(session, number) == "2099-001"


def told_of(session: Session, proposal_id: int) -> str:
    """The number of the decision to which the thread of this proposal leads."""
    stops = thread.of_proposal(session, session.get_one(Proposal, proposal_id), AFTER, TODAY)
    (link,) = [stop.link for stop in stops if stop.name == "Decision" and stop.link]
    return str(link[1]["number"])


def _older_answer_alone(session: Session, duty: Duty) -> None:
    session.execute(delete(Response).where(Response.duty_id == duty.id, Response.version == 2))


def _no_answer_at_all(session: Session, duty: Duty) -> None:
    session.execute(delete(SecondLook))
    session.execute(delete(Commitment))
    session.execute(delete(Response))
    session.execute(update(Duty).values(answered_on=None))


def _promise_where_it_stood_before(session: Session, duty: Duty) -> None:
    session.execute(update(Commitment).values(state=StepOf.PROMISED, reported_on=None, leaf=None))


def _no_second_look(session: Session, duty: Duty) -> None:
    session.execute(delete(SecondLook))


def _second_look_as_it_was_asked(session: Session, duty: Duty) -> None:
    lines = ledger.lines_with(session, "decisions", '"asked":')
    back = {"answered_on": None, "outcome": None, "body": "", "leaf": next(iter(lines))}
    session.execute(update(SecondLook).values(**back))


def _no_first_word(session: Session, duty: Duty) -> None:
    session.execute(update(Duty).values(first_word="", first_word_on=TODAY))


def _older_answer_alone_and_its_line_spoilt(session: Session, duty: Duty) -> None:
    line = session.scalars(select(Response.leaf).where(Response.duty_id == duty.id, Response.version == 2)).one()
    _older_answer_alone(session, duty)
    session.execute(text("UPDATE leaf SET body = '{}' WHERE log = 'decisions' AND number = :n"), {"n": line})


def _older_answer_alone_and_a_look_hooked_to_its_line(session: Session, duty: Duty) -> None:
    line = session.scalars(select(Response.leaf).where(Response.duty_id == duty.id, Response.version == 2)).one()
    _older_answer_alone(session, duty)
    there = session.scalars(select(Response).where(Response.duty_id == duty.id)).one()
    days = {"asked_on": TODAY, "due_on": TODAY}
    session.add(SecondLook(duty_id=duty.id, response_id=there.id, level=there.level, words="Again.", leaf=line, **days))


def _older_answer_alone_and_hooked_to_its_line(session: Session, duty: Duty) -> None:
    line = session.scalars(select(Response.leaf).where(Response.duty_id == duty.id, Response.version == 2)).one()
    _older_answer_alone(session, duty)
    session.execute(update(Response).where(Response.duty_id == duty.id).values(leaf=line))


UNHOOKED = [
    _older_answer_alone, _no_answer_at_all, _promise_where_it_stood_before, _no_second_look,
    _second_look_as_it_was_asked, _no_first_word, _older_answer_alone_and_its_line_spoilt,
    _older_answer_alone_and_a_look_hooked_to_its_line, _older_answer_alone_and_hooked_to_its_line,
]  # fmt: skip


# Where a row says that it has a line that is another's, what is here is not what was made public.
OTHERWISE_TOLD = {
    _older_answer_alone_and_its_line_spoilt: SOME_LINE,
    _older_answer_alone_and_a_look_hooked_to_its_line: NOT_AS_PUBLISHED,
    _older_answer_alone_and_hooked_to_its_line: NOT_AS_PUBLISHED,
}
# Of these the wall knows as well: in its row an older word would stand.
ON_THE_WALL = [
    _older_answer_alone, _no_answer_at_all, _promise_where_it_stood_before, _no_second_look,
    _second_look_as_it_was_asked, _older_answer_alone_and_a_look_hooked_to_its_line,
    _older_answer_alone_and_hooked_to_its_line,
]  # fmt: skip


@pytest.mark.parametrize("unhook", [None, *UNHOOKED])
def test_no_older_word_passes_for_the_newest_once_that_was_taken_out(
    session: Session, keys: KeyFolder, unhook: Callable[[Session, Duty], None] | None
) -> None:
    """The first one is the control: nothing was taken out."""
    duty, director = a_theme_duty(session), a_member(session, keys, "Larch", Role.DIRECTOR)
    service.say_first_word(session, duty, "We heard you.", TODAY)
    manager = a_member(session, keys, "Kelp", Role.MANAGER)
    service.answer(session, duty, AN_ANSWER, MANAGER, TODAY, account_id=manager)
    service.report_done(session, session.scalars(select(Commitment)).one(), TODAY)
    look = service.ask_second_look(session, duty, "The van could stay.", MEMBER, TODAY)
    service.answer_second_look(session, look, Outcome.STAYS, "It stays.", director, DIRECTOR, TODAY)
    service.answer(session, duty, A_NO, MANAGER, TODAY, account_id=manager)
    session.commit()
    number = duty.id
    if unhook:
        unhook(session, duty)
        session.commit()
    session.expire_all()
    now = service.duty_now(session, number, TODAY)
    assert now is not None
    told = OTHERWISE_TOLD.get(unhook, TAKEN_OUT)
    assert service.answers_of(session, now).doubt == (told if unhook else "")
    is_spoilt = told == SOME_LINE
    assert service.missing(session) == (TAKEN_OUT if unhook in ON_THE_WALL else SOME_LINE if is_spoilt else "")
