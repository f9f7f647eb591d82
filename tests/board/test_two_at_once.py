"""Two act at one moment, each by a connection of their own: the second waits, and reads what is so by then.

On PostgreSQL a row that nobody locked may be another one by the time it is written, so each case runs on both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.charter import Charter
from governance.board.models import Pause, Seat, Term
from governance.board.rules import AgendaState
from governance.board.views import ending_terms, seats  # noqa: F401 - they say what is done after a second yes.
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.publishing.models import WallOrder
from governance.publishing.service import put_first
from governance.responses import commitments
from governance.responses import service as responses
from governance.responses.models import Duty
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from governance.storage import database
from tests.board.factories import DAY, LIVED, a_board, a_member
from tests.board.test_agenda import full_meeting
from tests.people.factories import told_to_members
from tests.responses.factories import A_NO, MANAGER, a_theme_duty

Work = Callable[[Session], object]
MOMENT = 0.25  # Seconds of the machine's own: so long the second one is given to get past whoever does not hold it.
LATE = DAY + timedelta(days=90)


def second_comes(url: str, first: Work, second: Work) -> object:
    """Let *first* act and not commit yet, and *second* come meanwhile; return what came of the second, or its refusal.

    The second one waits until the first has committed: it gets past nothing before.
    """
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    came: list[object] = []

    def run() -> None:
        try:
            with database.writing(), Session(engine) as mine, mine.begin():
                came.append(second(mine))
        except Exception as error:  # What it was stands in what is returned.
            came.append(error)

    follows = Thread(target=run)
    with database.writing(), Session(engine) as one, one.begin():
        first(one)
        one.flush()
        follows.start()
        follows.join(timeout=MOMENT)
        assert follows.is_alive(), f"the second one did not wait: {came}"
    follows.join(timeout=30)
    engine.dispose()
    return came[0]


def agreed(keys: KeyFolder, act: str, day: date = DAY, **values: Any) -> Work:
    """What two people agreed to, as it is done once the second one says yes."""

    def does(mine: Session) -> object:
        return people.DOINGS[act](people.Agreed(mine, keys, values, Sentence("So."), frozenset(), day, None))

    return does


def fill(keys: KeyFolder, seat: int, account: int) -> Work:
    return agreed(keys, "board.seat_member", seat=seat, account=account, begins=DAY.isoformat())


@pytest.fixture
def table(session: Session, keys: KeyFolder, tables_url: str) -> Mapping[str, int]:
    """A board with two open seats, and two newcomers with none."""
    made = {"member": a_board(session, keys)[0]}
    made["taken"] = session.query(Term.seat_id).filter_by(account_id=made["member"]).scalar()
    for name in ("one", "other"):
        made[name] = service.add_seat(session, f"Seat {name}", LIVED).id
        made[f"{name}s"] = a_member(session, keys, f"New {name}")
    session.commit()
    return made


@pytest.mark.on_both
@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("one", "ones"), ("one", "others"), "Somebody sits in this seat"),
        (("one", "ones"), ("other", "ones"), "One person holds one seat"),
    ],
    ids=["two in one seat", "one in two seats"],
)
def test_of_two_who_fill_seats_at_one_moment_the_second_is_told_what_the_first_did(
    session: Session, keys: KeyFolder, tables_url: str, table: Mapping[str, int],
    first: tuple[str, str], second: tuple[str, str], why: str,
) -> None:  # fmt: skip
    acts = [fill(keys, table[seat], table[who]) for seat, who in (first, second)]
    came = second_comes(tables_url, *acts)
    assert isinstance(came, RuleRefused), came
    assert why in str(came)


@pytest.mark.on_both
def test_two_seats_at_one_moment_are_not_more_than_the_charter_has(
    session: Session, keys: KeyFolder, tables_url: str
) -> None:
    service.adopt_charter(session, replace(Charter(), alternates=1), DAY)
    service.add_seat(session, "Seat 1", LIVED)
    session.commit()
    add = [
        agreed(keys, "board.add_seat", label=label, alternate=True, **{"class": LIVED}) for label in ("Spare", "Stool")
    ]
    came = second_comes(tables_url, *add)
    assert isinstance(came, RuleRefused), came
    session.expire_all()
    assert session.query(Seat).filter_by(alternate=True).count() == 1


@pytest.mark.on_both
def test_a_seat_rests_once_whoever_asks_at_one_moment(
    session: Session, keys: KeyFolder, tables_url: str, table: Mapping[str, int]
) -> None:
    rest = agreed(
        keys, "board.pause", seat=table["taken"], until=(DAY + timedelta(days=20)).isoformat(), account=table["member"]
    )
    came = second_comes(tables_url, rest, rest)
    assert isinstance(came, RuleRefused), came
    session.expire_all()
    assert session.query(Pause).count() == 1


@pytest.mark.on_both
def test_who_left_at_this_moment_does_not_rest(
    session: Session, keys: KeyFolder, tables_url: str, table: Mapping[str, int]
) -> None:
    values = {"seat": table["taken"], "account": table["member"]}
    until = (DAY + timedelta(days=20)).isoformat()
    came = second_comes(
        tables_url, agreed(keys, "board.give_back", **values), agreed(keys, "board.pause", until=until, **values)
    )
    assert isinstance(came, RuleRefused), came
    assert "Somebody else sits" in str(came)


@pytest.mark.on_both
def test_the_last_place_of_a_meeting_goes_to_one(session: Session, tables_url: str) -> None:
    _one, _two, last = full_meeting(session)
    service.set_agenda_state(session, last, AgendaState.WAITING)
    more = service.bring_up(session, "Drug checking on Fridays", DAY).id
    session.commit()

    def choose(item_id: int) -> Work:
        def does(mine: Session) -> object:
            service.agenda(mine)  # As a page reads it before.
            return service.set_agenda_state(mine, item_id, AgendaState.TODAY)

        return does

    came = second_comes(tables_url, choose(last), choose(more))
    assert isinstance(came, RuleRefused), came
    session.expire_all()
    assert len(service.next_meeting(session)) == 3


@pytest.mark.on_both
def test_what_two_put_aside_at_one_moment_is_told_once(session: Session, keys: KeyFolder, tables_url: str) -> None:
    a_board(session, keys)
    item = service.add_agenda_item(session, "theme", "4", "Water", DAY).id
    session.commit()

    def put_aside(name: str) -> Work:
        def does(mine: Session) -> object:
            read = service.agenda(mine)  # As a page does before: what was read then is not what holds.
            service.move_in_the_open(mine, keys, item, AgendaState.PARKED, {}, reason="No time.", by=name, today=DAY)
            return [each.id for each in read]

        return does

    assert second_comes(tables_url, put_aside("Cricket"), put_aside("Mo")) == [item]
    session.expire_all()
    assert len([said for said in told_to_members(session, 20) if "Water" in str(said)]) == 1


@pytest.fixture
def late(session: Session) -> int:
    """A duty that is late."""
    duty = a_theme_duty(session, today=DAY)
    session.commit()
    return duty.id


@pytest.mark.on_both
def test_two_who_put_rows_first_at_one_moment_make_one_order(session: Session, tables_url: str, late: int) -> None:
    other = a_theme_duty(session, "Water", DAY).id
    session.commit()
    assert second_comes(tables_url, lambda mine: put_first(mine, late), lambda mine: put_first(mine, other)) is True
    session.expire_all()
    placed = session.query(WallOrder).order_by(WallOrder.position).all()
    assert [each.duty_id for each in placed] == [other, late]
    assert len({each.position for each in placed}) == 2


@pytest.mark.on_both
def test_the_board_asks_again_once_a_day(session: Session, tables_url: str, late: int) -> None:
    def ask(mine: Session) -> object:
        return responses.ask_again(mine, mine.get_one(Duty, late), LATE)

    came = second_comes(tables_url, ask, ask)
    assert isinstance(came, RuleRefused), came
    assert "asked today already" in str(came)


@pytest.mark.on_both
def test_the_board_asks_for_one_second_look(session: Session, tables_url: str, late: int) -> None:
    responses.answer(session, session.get_one(Duty, late), A_NO, MANAGER, LATE)
    session.commit()

    def ask(mine: Session) -> object:
        duty = mine.get_one(Duty, late)
        return responses.ask_second_look(mine, duty, "A side door would do.", commitments.BOARD, LATE)

    came = second_comes(tables_url, ask, ask)
    assert isinstance(came, RuleRefused), came
    assert "already" in str(came)
