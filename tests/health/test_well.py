"""The person who runs it reads on one page whether all is well, what is not, what that means and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from governance import clock
from governance.health import the_database
from governance.health.models import DailyFigure
from governance.permissions.roles import Role
from governance.programme import schedule
from tests.factories import NOW, TODAY, Founded
from tests.page import PageClient

# Its page alone: every look runs on both in tests/commands/test_every_line.

SignIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def tables_of_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of these tests come from the models, and no migration has made them."""
    monkeypatch.setattr(the_database, "revision", the_database.newest_revision)


@pytest.fixture(autouse=True)
def evening(app: Flask, founded: Founded) -> Iterator[None]:
    """An evening on which every duty was done."""
    founded.session.rollback()
    with clock.stopped_everywhere(NOW + timedelta(hours=7)):
        schedule.tick(app)
        yield


def text_of(page: Any) -> str:
    return " ".join(page.text.split())


def test_when_all_is_well_it_says_yes(sign_in: SignIn) -> None:
    page = text_of(sign_in(Role.ADMIN).get("/desk/well"))
    # The tests' own PostgreSQL keeps a log of errors.
    forgets = "The database keeps what it should, and nothing else." in page
    assert ("Yes, all is well" in page) is forgets
    assert forgets or "The database&#39;s log_min_error_statement is error." in page
    assert "Messages were last let out on Nov 23, 2026." in page
    assert "The key folder is complete." in page


def test_what_is_wrong_stands_first_with_what_it_means_and_what_to_do(sign_in: SignIn, founded: Founded) -> None:
    (founded.keys.path / "period-everyone-2026-11").unlink()
    page = text_of(sign_in(Role.ADMIN).get("/desk/well"))
    told = [page.index(each) for each in (
        "To mend", "The key period-everyone-2026-11 is gone.", "No one can send a word.", "Run: governance recover",
        "What is well",
    )]  # fmt: skip
    assert told == sorted(told)
    assert "Yes, all is well" not in page


def test_it_tells_roughly_how_the_last_day_went(sign_in: SignIn, founded: Founded) -> None:
    day = TODAY - timedelta(days=1)
    numbers = {"held": 37, "sign-in refused": 4, "error NotReady": 2, "error OSError": 9}
    founded.session.add_all(DailyFigure(day=day, what=what, number=number) for what, number in numbers.items())
    founded.session.commit()
    page = text_of(sign_in(Role.ADMIN).get("/desk/well"))
    for said in (
        "There were 10 messages or more to let out.",
        "Fewer than 10 sign-ins were refused.",
        "10 things or more failed.",
    ):
        assert said in page


def test_a_door_leads_there_for_whoever_runs_it_and_for_nobody_else(sign_in: SignIn) -> None:
    assert 'href="/desk/well"' in sign_in(Role.ADMIN).get("/places").text
    for role in set(Role) - {Role.ADMIN, Role.VISITOR, Role.KIOSK}:
        assert sign_in(role).get("/desk/well").status_code == 403, role


def test_it_stands_in_spanish_too(sign_in: SignIn, founded: Founded) -> None:
    founded.keys.escrow_file.unlink()
    admin = sign_in(Role.ADMIN)
    admin.submit("/language", language="es")
    page = text_of(admin.get("/desk/well"))
    assert "¿Está todo bien?" in page
    assert "The " not in page
