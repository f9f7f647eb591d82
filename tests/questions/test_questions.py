"""Asking back: one question at a kiosk for a week, a sum that nobody can look into, and only large numbers told."""

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
from governance.places.models import Kiosk
from governance.programme.accounting import differences
from governance.questions import in_languages, rules, service
from governance.questions.models import Question
from governance.questions.rounds import tell
from governance.ruling.errors import RuleRefused
from tests.factories import Founded
from tests.page import PageClient
from tests.questions.answering import ANSWERS, ASKED, OVER, TODAY, answer, do, kiosk_id

Signing = Callable[..., Any]


def a_kiosk(app: Flask, founded: Founded, place: int = 0) -> PageClient:
    _kiosk, key = places.enrol_kiosk(
        founded.session, places.places(founded.session)[place], "by the door", clock.today()
    )
    founded.session.commit()
    screen = PageClient(app)
    assert screen.submit("/kiosk/enrol", code=key).status_code == 303
    return screen


# From a member to the wall


def test_a_question_goes_from_a_member_to_the_wall(app: Flask, founded: Founded, sign_in: Signing) -> None:
    member, facilitator, other = (
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.FACILITATOR),
        sign_in(Role.BOARD_READER, sits=True),
    )
    form = member.form("/board/questions", "words")
    filled = {f"answers-{number}": each for number, each in enumerate([*ANSWERS, ""])}
    typed = {**form["fields"], **filled, "words": ASKED, "language": "en"}
    assert member.post("/board/questions", data=typed).status_code == 303
    screen = a_kiosk(app, founded)
    assert "A short question" not in screen.get("/kiosk").text
    up = facilitator.form("/board/questions", "/up")
    assert facilitator.post(up["action"], data=up["fields"]).status_code == 303
    assert "A short question" not in screen.get("/kiosk").text, "One hand puts nothing up."
    yes = other.form("/second-yes", "/agree")
    assert other.post(yes["action"], data=yes["fields"]).status_code == 303
    assert "A short question" in screen.get("/kiosk").text
    assert ASKED in screen.get("/question").text
    for _ in range(4):
        assert screen.submit("/question", answer="0").status_code == 303
        assert "The sum is on the wall after" in screen.get("/question/thanks").text
    for _ in range(3):
        screen.submit("/question", answer="1")
    for _ in range(9):
        screen.submit("/question", answer="2")
    assert ASKED not in screen.get("/").text
    assert "The sum is sealed" in member.get("/board/questions").text
    do(founded, tell)
    with clock.stopped_everywhere(OVER):
        wall = PageClient(app).get("/").text
        assert ASKED in wall
        said = re.findall(r"</span>:\s*<strong>([^<]+)</strong>", wall)
        assert said == ["4", "3", "9"]
        assert "Sum of the answers: 16." in wall
        assert "A short question" not in screen.get("/kiosk").text
        founded.session.rollback()  # It began to read before the screen's new day was noted.
        assert "What people said" in sign_in(Role.MEMBER, sits=True).get("/board/questions").text
    with clock.stopped_everywhere(OVER + rules.ON_THE_WALL):
        assert ASKED not in PageClient(app).get("/").text


@pytest.mark.on_both
def test_it_stands_at_its_own_place_and_on_no_phone(app: Flask, founded: Founded, asked: int) -> None:
    assert "A short question" in a_kiosk(app, founded).get("/kiosk").text
    phone = PageClient(app)
    for screen in (a_kiosk(app, founded, place=1), phone):
        assert "A short question" not in screen.get("/kiosk").text
        assert screen.get("/question").status_code == 303
    founded.session.execute(update(Kiosk).values(revoked_on=TODAY))
    founded.session.commit()
    assert service.up_at_kiosk(founded.session, kiosk_id(founded), TODAY) is not None
    kiosk = a_kiosk(app, founded)
    founded.session.execute(update(Kiosk).values(revoked_on=TODAY))
    founded.session.commit()
    assert kiosk.get("/question").status_code == 303


def test_it_can_be_skipped_and_nothing_is_chosen_ahead(app: Flask, founded: Founded, asked: int) -> None:
    screen = a_kiosk(app, founded)
    page = screen.get("/question").text
    assert "checked" not in page
    assert re.search(r'href="/kiosk"[^>]*>.*?<span>Skip</span>', page, re.DOTALL)
    token = screen.form("/question", "csrf_token")["fields"]
    for wrong in ("", "3", "-1", "x"):
        token = screen.form("/question", "csrf_token")["fields"]
        assert screen.post("/question", data={**token, "answer": wrong}).status_code == 422
    with pytest.raises(RuleRefused):
        service.answer(founded.session, founded.keys, kiosk_id(founded), 3, TODAY)


def test_enter_on_an_answer_sends_nothing(app: Flask, founded: Founded, asked: int) -> None:
    kiosk = a_kiosk(app, founded)
    said = {**kiosk.form("/question", "csrf_token")["fields"], "answer": "1"}
    stayed = kiosk.post("/question", data={**said, "go": "stay"})
    assert (stayed.status_code, "It is not sent yet." in stayed.text) == (200, True)
    assert stayed.page.forms[-1]["fields"]["answer"] == "1"
    assert kiosk.post("/question", data={**said, "go": ""}).location == "/question/thanks"


# The ledger and the by-laws


@pytest.mark.on_both
def test_the_ledger_holds_what_was_asked_and_told_and_finds_what_is_changed(founded: Founded, asked: int) -> None:
    answer(founded, kiosk_id(founded), *[0] * 5, *[1] * 4, *[2] * 3)
    do(founded, tell)
    lines = founded.session.scalars(select(Leaf.body).where(Leaf.body.contains('"kind":"question"'))).all()
    assert len(lines) == 2
    assert ASKED in lines[0]
    assert '"told":[5,4,3]' in lines[1]
    assert wrong(founded) == []
    founded.session.execute(update(Question).values(words="Should it not?", told={"answers": [9, 9, 9], "all": 27}))
    founded.session.commit()
    said = " ".join(wrong(founded))
    assert f"Question {asked} is not what line" in said
    assert f"What people said to question {asked} is not what line" in said


def wrong(founded: Founded) -> list[str]:
    found = [each for each in differences(founded.session, founded.keys, TODAY) if "uestion" in each]
    founded.session.rollback()
    return found


def test_one_question_at_a_place_and_each_once(founded: Founded, asked: int) -> None:
    session, account, here = founded.session, founded.cards["Ash"].account_id, places.places(founded.session)
    again = service.propose(session, "Another?", ["a", "b"], "en", account, TODAY)
    with pytest.raises(RuleRefused):
        service.put_up(session, founded.keys, again.id, here[0].id, TODAY)
    with pytest.raises(RuleRefused):
        service.put_up(session, founded.keys, asked, here[1].id, TODAY)
    with pytest.raises(RuleRefused):
        service.put_up(session, founded.keys, again.id, 999, TODAY)
    service.put_up(session, founded.keys, again.id, here[1].id, TODAY)
    with pytest.raises(RuleRefused):
        service.drop(session, founded.keys, again.id, account, runs_the_board=True, today=TODAY)
    session.rollback()


@pytest.mark.on_both
def test_nobody_agrees_to_another_question_than_they_read(founded: Founded, sign_in: Signing) -> None:
    """A number may be given a second time once its question was taken back."""
    facilitator, other, account = (
        sign_in(Role.FACILITATOR),
        sign_in(Role.MEMBER, sits=True),
        founded.cards["Ash"].account_id,
    )
    service.propose(founded.session, ASKED, ANSWERS, "en", account, TODAY)
    founded.session.commit()
    up = facilitator.form("/board/questions", "/up")
    assert facilitator.post(up["action"], data=up["fields"]).status_code == 303
    founded.session.execute(update(Question).values(words="Who of you uses alone?"))
    founded.session.commit()
    yes = other.form("/second-yes", "/agree")
    assert other.post(yes["action"], data=yes["fields"]).status_code == 409
    founded.session.rollback()
    assert founded.session.scalars(select(Question.first_day)).all() == [None]


def test_its_words_and_answers_are_cleaned_as_titles_are(founded: Founded) -> None:
    member = founded.account("Juniper")
    said = ("What\u202e of\n this?", ["Yes,\u2066  all\n of it", "No"])
    question = service.propose(founded.session, *said, "en", member, TODAY)
    assert in_languages.as_read(question) == ["What of this?", "Yes, all of it", "No"]
    with pytest.raises(RuleRefused, match="Write the question"):
        service.propose(founded.session, "\u202e", ["Yes", "No"], "en", member, TODAY)


@pytest.mark.parametrize("answers", [["one"], ["", " "], ["Yes", "yes "], ["Yes", "\u202eYes"], ["Yes", "\u2066"]])
def test_a_question_takes_two_different_answers(founded: Founded, sign_in: Signing, answers: list[str]) -> None:
    member = sign_in(Role.MEMBER, sits=True)
    form = member.form("/board/questions", "words")
    filled = {f"answers-{number}": each for number, each in enumerate(answers)}
    page = member.post(
        "/board/questions", data={**form["fields"], **filled, "words": "What of this?", "language": "en"}
    )
    assert page.status_code == 409
    assert "What of this?" in page.text


def test_no_question_names_a_member_or_a_seat(founded: Founded, asked: int) -> None:
    """It would stand at a kiosk, on the wall and in the ledger for good (promise 6)."""
    for words, answers in (("Should Dogwood stay?", ANSWERS), (ASKED, ["Dogwood", "Nobody"])):
        with pytest.raises(RuleRefused, match="A name of a member or a seat stands in it"):
            service.propose(founded.session, words, answers, "en", founded.account("Ash"), TODAY)
    there = service.propose(founded.session, ASKED, ANSWERS, "en", founded.account("Ash"), TODAY)
    there.words = "Should Dogwood stay?"  # As where somebody takes a seat after it was brought up.
    founded.session.flush()
    place = places.places(founded.session)[0].id
    with pytest.raises(RuleRefused, match="A name of a member or a seat stands in it"):
        service.check_may_put_up(founded.session, there.id, place, OVER)


def test_whoever_brought_it_up_takes_it_back(founded: Founded, sign_in: Signing) -> None:
    member, other, facilitator = (
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.FACILITATOR),
    )
    for _ in range(2):
        service.propose(founded.session, ASKED, ANSWERS, "en", member.card.account_id, TODAY)
    founded.session.commit()
    assert "/drop" not in other.get("/board/questions").text
    form = member.form("/board/questions", "/drop")
    assert other.post(form["action"], data=other.form("/board/questions", "words")["fields"]).status_code == 409
    assert member.post(form["action"], data=form["fields"]).status_code == 303
    form = facilitator.form("/board/questions", "/drop")
    assert facilitator.post(form["action"], data=form["fields"]).status_code == 303
    assert "No question waits" in member.get("/board/questions").text


def test_a_field_with_a_number_that_is_none_breaks_nothing(founded: Founded, sign_in: Signing) -> None:
    member = sign_in(Role.MEMBER, sits=True)
    form = member.form("/board/questions", "words")
    for name in ("answers-²", "answers-" + "9" * 5000):
        typed = {**form["fields"], name: "x", "words": "What of this?", "language": "en"}
        assert member.post("/board/questions", data=typed).status_code in (409, 422)
