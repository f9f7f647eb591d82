"""A question in more than one language: each person reads theirs; the sum, the two people and the ledger are one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from governance import clock
from governance.ledger.models import Leaf
from governance.permissions.roles import Role
from governance.places import service as places
from governance.programme.accounting import differences
from governance.questions import in_languages, service
from governance.questions.models import Question
from governance.questions.rounds import tell
from governance.ruling.errors import RuleRefused
from tests.factories import Founded
from tests.page import PageClient
from tests.questions.answering import ANSWERS, ASKED, OVER, TODAY, do

Signing = Callable[..., Any]
SPANISH, IN_SPANISH = "¿Vendrá la furgoneta los domingos?", ["Sí", "No", "Me da igual"]


@pytest.fixture
def proposed(founded: Founded) -> int:
    """The number of a question that nobody was asked yet."""
    number = service.propose(founded.session, ASKED, ANSWERS, "en", founded.account("Ash"), TODAY).id
    founded.session.commit()
    return number


def said_in(founded: Founded, number: int, words: str = SPANISH, answers: list[str] | None = None) -> None:
    writer = in_languages.Writer(founded.account("Ash"), runs_the_board=True)
    answers = IN_SPANISH if answers is None else answers
    there = in_languages.other(founded.session.get_one(Question, number), "es")
    opened_with = in_languages.mark_of(there) if there else ""
    in_languages.say_in(founded.session, founded.keys, number, writer, "es", words, answers, TODAY, opened_with)


def screen_in(app: Flask, founded: Founded, language: str) -> PageClient:
    _kiosk, key = places.enrol_kiosk(founded.session, places.places(founded.session)[0], "by the door", clock.today())
    founded.session.commit()
    screen = PageClient(app)
    assert screen.submit("/kiosk/enrol", code=key).status_code == 303
    assert screen.submit("/language", language=language).status_code == 303
    return screen


def test_each_person_reads_theirs_and_the_answers_are_one_sum(
    app: Flask, founded: Founded, sign_in: Signing, proposed: int
) -> None:
    member, facilitator, other = (
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.FACILITATOR),
        sign_in(Role.BOARD_READER, sits=True),
    )
    page = f"/board/questions/{proposed}/languages"
    filled = {f"answers-{number}": each for number, each in enumerate(IN_SPANISH)}
    form = member.form(page, "words")
    assert "answers-3" not in form["fields"], "as many as the question has"
    kept = member.post(page, data={**form["fields"], **filled, "words": SPANISH, "language": "es"})
    assert kept.status_code == 303
    assert SPANISH in facilitator.get("/board/questions").text, "who puts it up reads it"
    up = facilitator.form("/board/questions", "/up")
    assert facilitator.post(up["action"], data=up["fields"]).status_code == 303
    yes = other.form("/second-yes", "/agree")
    assert other.post(yes["action"], data=yes["fields"]).status_code == 303
    spanish, french = screen_in(app, founded, "es"), screen_in(app, founded, "fr")
    shown = spanish.get("/question").text
    assert f'lang="es" dir="auto">{SPANISH}' in shown
    assert "Me da igual" in shown
    assert f'lang="en" dir="auto">{ASKED}' in french.get("/question").text, "where there is none, the first, marked"
    for screen in (spanish, french):
        for answer in "001122222":
            assert screen.submit("/question", answer=answer).status_code == 303
    do(founded, tell)
    with clock.stopped_everywhere(OVER):
        wall = spanish.get("/").text
        assert SPANISH in wall
        assert ASKED not in wall
        assert re.findall(r">([^<>]+)</span>:\s*<strong>(\d+)<", wall) == list(
            zip(IN_SPANISH, ["4", "4", "10"], strict=True)
        )


@pytest.mark.on_both
def test_the_ledger_holds_each_language_and_finds_what_is_changed(founded: Founded, proposed: int) -> None:
    session = founded.session
    said_in(founded, proposed)
    service.put_up(session, founded.keys, proposed, places.places(session)[0].id, TODAY)
    session.commit()
    line = session.scalars(select(Leaf.body).where(Leaf.body.contains("furgoneta"))).one()
    assert '"language":"en"' in line
    assert wrong(founded) == []
    session.execute(update(Question).values(others={"es": {"words": "¿No?", "answers": IN_SPANISH}}))
    session.commit()
    assert any(f"Question {proposed} is not what line" in each for each in wrong(founded))


def wrong(founded: Founded) -> list[str]:
    found = [each for each in differences(founded.session, founded.keys, TODAY) if "uestion" in each]
    founded.session.rollback()
    return found


def test_the_same_limits_hold_in_each_language(founded: Founded, proposed: int) -> None:
    for words, answers, why in (
        (SPANISH, IN_SPANISH[:2], "each of the 3 answers"),
        (SPANISH, [*IN_SPANISH, "Otra"], "each of the 3 answers"),
        (SPANISH, ["Sí", "sí", "No"], "Two answers are the same"),
        ("\u202e", IN_SPANISH, "Write the question"),
        ("¿Que siga Dogwood?", IN_SPANISH, "A name of a member or a seat"),
    ):
        with pytest.raises(RuleRefused, match=why):
            said_in(founded, proposed, words, answers)
        founded.session.rollback()
    writer = in_languages.Writer(founded.account("Ash"), runs_the_board=True)
    with pytest.raises(RuleRefused, match="in this language already"):
        in_languages.say_in(founded.session, founded.keys, proposed, writer, "en", "So?", ANSWERS, TODAY)
    service.put_up(founded.session, founded.keys, proposed, places.places(founded.session)[0].id, TODAY)
    with pytest.raises(RuleRefused, match="People have been asked this"):
        said_in(founded, proposed)
    founded.session.rollback()
