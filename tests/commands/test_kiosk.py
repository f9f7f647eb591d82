"""`governance kiosk add`: a code for a new screen at the terminal, by whoever could make it on a page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from governance import clock
from governance.places import service as places
from governance.places.models import Kiosk
from tests.commands.conftest import Run
from tests.factories import NOW, TODAY, Founded
from tests.page import PageClient


def card_of(founded: Founded, alias: str) -> str:
    return f"{alias}\n{founded.cards[alias].passphrase}\n"


def kiosks(founded: Founded) -> int:
    founded.session.rollback()
    found = founded.session.scalar(select(func.count()).select_from(Kiosk)) or 0
    founded.session.rollback()
    return found


@pytest.mark.parametrize("in_a_van", [False, True])
def test_the_code_makes_a_screen_of_the_place(founded: Founded, run: Run, app: Flask, in_a_van: bool) -> None:
    more = ["--goes-without"] if in_a_van else []
    status, said = run("kiosk", "add", "Drop-in", "--name", "by the door", *more, typed=card_of(founded, "Moss"))
    found = re.search(r"^  ([\d ]{14})$", said, re.MULTILINE)
    assert (status, bool(found)) == (0, True), said
    assert found
    screen = PageClient(app)
    with clock.stopped_everywhere(NOW):
        screen.submit("/kiosk/enrol", code=found[1])
    kiosk = founded.session.scalars(select(Kiosk)).one()
    assert (kiosk.name, kiosk.goes_without) == ("by the door", in_a_van)
    assert places.place_of_kiosk(founded.session, str(kiosk.id)) == "Drop-in"
    with screen.session_transaction() as cookie:
        assert cookie["kiosk"] == str(kiosk.id)


@pytest.mark.parametrize(
    ("place", "alias", "sentence"),
    [
        ("Van", "Moss", "No open place here is called 'Van'. There is: Drop-in."),
        ("Drop-in", "Ash", "It takes somebody who keeps the places. No code was made."),
    ],
)
def test_nobody_else_gets_one_and_no_place_that_is_not_there(
    founded: Founded, run: Run, place: str, alias: str, sentence: str
) -> None:
    status, said = run("kiosk", "add", place, typed=card_of(founded, alias))
    assert (status, said.splitlines()[-1].endswith(sentence)) == (1, True)
    assert kiosks(founded) == 0


def test_an_operator_sees_which_screen_has_died(founded: Founded, run: Run, app: Flask) -> None:
    assert run("kiosk", "list") == (0, "There is no screen yet. Add one: governance kiosk add PLACE")
    here = places.open_places(founded.session)[0]
    for name in ("by the door", "in the yard", "lost"):
        places.enrol_kiosk(founded.session, here, name, clock.today())
    by_name = {kiosk.name: kiosk for kiosk in founded.session.scalars(select(Kiosk))}
    by_name["by the door"].seen_on = date(2026, 5, 3)
    places.revoke_kiosk(founded.session, by_name["lost"], TODAY)
    founded.session.commit()
    said = "Drop-in  by the door: Last seen on 2026-05-03\nDrop-in  in the yard: Not seen yet\n"
    assert run("kiosk", "list") == (0, f"{said}Drop-in  lost: Key taken away")
