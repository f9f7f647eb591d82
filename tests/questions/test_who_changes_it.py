"""Who changes a language of a question, what becomes of a second yes that was asked for, and two at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.orm import Session

from governance.ledger.models import Leaf
from governance.people.models import Asked, Told
from governance.people.rules import A_DAY
from governance.permissions.roles import Role
from governance.places import service as places
from governance.questions import in_languages, rules, service
from governance.questions.models import Question
from governance.ruling.errors import RuleRefused
from governance.storage import database
from tests.factories import Founded
from tests.page import PageClient
from tests.questions.answering import ANSWERS, ASKED, TODAY

Signing = Callable[..., Any]
SPANISH, IN_SPANISH = "¿Vendrá la furgoneta los domingos?", ["Sí", "No", "Me da igual"]
ANOTHER = "¿Vendrá la furgoneta los lunes?"


@pytest.fixture
def author(sign_in: Signing) -> PageClient:
    """The member who brought the question up."""
    member: PageClient = sign_in(Role.MEMBER, sits=True)
    return member


@pytest.fixture
def proposed(founded: Founded, author: Any) -> int:
    """The number of a question that nobody was asked yet."""
    number = service.propose(founded.session, ASKED, ANSWERS, "en", author.card.account_id, TODAY).id
    founded.session.commit()
    return number


def write(client: Any, number: int, words: str, code: str = "es", *, change: bool = False) -> Any:
    page = f"/board/questions/{number}/languages" + (f"?language={code}" if change else "")
    typed = {f"answers-{place}": each for place, each in enumerate(IN_SPANISH)}
    return client.post(page, data={**client.form(page, "words")["fields"], **typed, "words": words, "language": code})


def press(client: Any, page: str, button: str) -> Any:
    form = client.form(page, button)
    return client.post(form["action"], data=form["fields"])


def waiting(founded: Founded) -> int:
    found = len(founded.session.scalars(select(Asked)).all())
    founded.session.rollback()  # SQLite's write lock is the test's until here.
    return found


def told(founded: Founded) -> str:
    said = str([each.said for each in founded.session.scalars(select(Told))])
    founded.session.rollback()
    return said


# While a second yes is waited for


def test_a_member_cannot_stop_a_question_by_another_language_while_it_waits(
    founded: Founded, sign_in: Signing, proposed: int
) -> None:
    facilitator, member, other = (
        sign_in(Role.FACILITATOR),
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.BOARD_READER, sits=True),
    )
    assert press(facilitator, "/board/questions", "/up").status_code == 303
    no = write(member, proposed, SPANISH)
    assert no.status_code == 409
    assert "waits for a second yes" in no.text
    assert press(other, "/second-yes", "/agree").status_code == 303
    founded.session.rollback()
    assert founded.session.scalars(select(Question.first_day)).all() == [TODAY]


def test_a_change_ends_the_request_members_are_told_and_it_is_asked_for_anew(
    founded: Founded, sign_in: Signing, author: Any, proposed: int
) -> None:
    facilitator, other = sign_in(Role.FACILITATOR), sign_in(Role.BOARD_READER, sits=True)
    assert press(facilitator, "/board/questions", "/up").status_code == 303
    open_page = other.form("/second-yes", "/agree")
    assert write(author, proposed, SPANISH).status_code == 303
    assert waiting(founded) == 0
    assert "The second yes is asked for no more" in told(founded)
    assert author.card.alias in told(founded)
    assert other.post(open_page["action"], data=open_page["fields"]).status_code == 409
    assert press(facilitator, "/board/questions", "/up").status_code == 303
    asked = other.get("/second-yes").text
    for each in (ASKED, *ANSWERS, SPANISH, *IN_SPANISH):
        assert each in asked, "the second person reads every language"
    assert press(other, "/second-yes", "/agree").status_code == 303


def test_nobody_is_worn_out_by_asking_anew_and_no_first_page_is_filled(
    founded: Founded, sign_in: Signing, author: Any, proposed: int
) -> None:
    """Who brought it up corrects it as often as another one asks to put it up; the fourth time members hear no more."""
    facilitator = sign_in(Role.FACILITATOR)
    for number in range(A_DAY + 1):
        assert press(facilitator, "/board/questions", "/up").status_code == 303
        assert write(author, proposed, f"{SPANISH} {number}", change=number > 0).status_code == 303
        assert waiting(founded) == 0
    assert told(founded).count("The second yes is asked for no more") == A_DAY


@pytest.mark.on_both
def test_a_language_that_is_taken_out_and_a_question_taken_back_end_it_too(
    founded: Founded, sign_in: Signing, author: Any, proposed: int
) -> None:
    facilitator = sign_in(Role.FACILITATOR)
    assert write(author, proposed, SPANISH).status_code == 303
    for button in ("/out", "/drop"):
        assert press(facilitator, "/board/questions", "/up").status_code == 303
        assert waiting(founded) == 1
        assert press(author, "/board/questions", button).status_code == 303
        assert waiting(founded) == 0
    assert "took back the question" in told(founded)


def test_a_change_that_nothing_waits_for_is_told_to_nobody(founded: Founded, author: Any, proposed: int) -> None:
    before = told(founded)
    assert write(author, proposed, SPANISH).status_code == 303
    assert told(founded) == before


def test_a_request_for_words_that_changed_stops_no_new_one(founded: Founded, sign_in: Signing, proposed: int) -> None:
    """As where somebody agreed at the very moment of the change: they held the request, so it stayed."""
    facilitator = sign_in(Role.FACILITATOR)
    assert press(facilitator, "/board/questions", "/up").status_code == 303
    again = press(facilitator, "/board/questions", "/up")
    assert "asked for this already" in again.text, "the control: the same words are asked for once"
    founded.session.execute(update(Question).values(words="Should the van come on Mondays?"))
    founded.session.commit()
    assert press(facilitator, "/board/questions", "/up").status_code == 303
    assert waiting(founded) == 1


# Whoever asks has read what stands there


def test_whoever_asks_first_asks_for_what_their_page_has_shown(
    founded: Founded, sign_in: Signing, author: Any, proposed: int
) -> None:
    facilitator = sign_in(Role.FACILITATOR)
    up = facilitator.form("/board/questions", "/up")
    assert write(author, proposed, SPANISH).status_code == 303
    no = facilitator.post(up["action"], data=up["fields"])
    assert no.status_code == 409
    assert rules.CHANGED in no.text
    assert waiting(founded) == 0
    assert press(facilitator, "/board/questions", "/up").status_code == 303


def test_a_request_from_before_is_done_as_it_was_asked(founded: Founded, proposed: int) -> None:
    """Rows of other languages without who wrote them, as an older program kept them."""
    old = {"es": {"words": SPANISH, "answers": IN_SPANISH}}
    founded.session.execute(update(Question).values(others=old))
    read = [ASKED, *ANSWERS, SPANISH, *IN_SPANISH]
    in_languages.check_as_read(founded.session, proposed, read)
    service.put_up(founded.session, founded.keys, proposed, places.places(founded.session)[0].id, TODAY)
    question = founded.session.get_one(Question, proposed)
    assert in_languages.of_others(question) == {"language": "en", "others": old}


# Whose words they are


def test_each_language_says_who_wrote_it_and_they_alone_change_it(
    founded: Founded, sign_in: Signing, author: Any, proposed: int
) -> None:
    writer, other, facilitator = (
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.MEMBER, sits=True),
        sign_in(Role.FACILITATOR),
    )
    assert write(writer, proposed, SPANISH).status_code == 303
    page = other.get("/board/questions").text
    assert f"{writer.card.alias}, on" in page
    assert f"{author.card.alias}, on" in page
    assert "/out" not in page
    for client in (other, author):
        no = write(client, proposed, ANOTHER, change=True)
        assert no.status_code == 409
        assert "Somebody else wrote it" in no.text
    out = writer.form("/board/questions", "/out")
    token = other.form("/board/questions", "/board/questions")["fields"]
    assert other.post(out["action"], data=token).status_code == 409
    opened = writer.form(f"/board/questions/{proposed}/languages?language=es", "words")["fields"]
    assert opened["words"] == SPANISH, "the form opens with what stands there"
    assert [opened[f"answers-{place}"] for place in range(3)] == IN_SPANISH
    assert write(writer, proposed, ANOTHER, change=True).status_code == 303
    assert write(facilitator, proposed, SPANISH, change=True).status_code == 303
    assert f"{facilitator.card.alias}, on" in other.get("/board/questions").text
    assert press(facilitator, "/board/questions", "/out").status_code == 303
    assert SPANISH not in other.get("/board/questions").text


def test_a_form_that_is_old_writes_over_nothing(founded: Founded, sign_in: Signing, proposed: int) -> None:
    facilitator, writer = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
    page = f"/board/questions/{proposed}/languages"
    early = facilitator.form(page, "words")["fields"]
    assert write(writer, proposed, SPANISH).status_code == 303
    typed = {f"answers-{place}": each for place, each in enumerate(IN_SPANISH)}
    no = facilitator.post(page, data={**early, **typed, "words": ANOTHER, "language": "es"})
    assert no.status_code == 409
    assert rules.CHANGED in no.text
    assert SPANISH in writer.get("/board/questions").text


def test_the_ledger_holds_the_words_and_no_account(founded: Founded, author: Any, proposed: int) -> None:
    assert write(author, proposed, SPANISH).status_code == 303
    founded.session.rollback()
    service.put_up(founded.session, founded.keys, proposed, places.places(founded.session)[0].id, TODAY)
    line = founded.session.scalars(select(Leaf.body).where(Leaf.body.contains("furgoneta"))).one()
    assert "account" not in line
    founded.session.rollback()


# Two at one moment


@contextmanager
def another(session: Session) -> Iterator[Session]:
    """A second session on the same database, as a second worker has it."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    own = create_engine(engine.url)
    database.prepare(own)
    with database.writing(), Session(own) as mine:
        yield mine
    own.dispose()


def say(session: Session, founded: Founded, number: int, code: str, words: str = SPANISH) -> None:
    writer = in_languages.Writer(founded.cards["Ash"].account_id, runs_the_board=True)
    in_languages.say_in(session, founded.keys, number, writer, code, words, IN_SPANISH, TODAY)


def in_hand_and_changed_by_another(founded: Founded, number: int) -> Question:
    """The test's session has the question in hand as it was; another one has since added Spanish."""
    session = founded.session
    session.expire_on_commit = False
    question = session.get_one(Question, number)
    session.commit()
    with another(session) as second:
        say(second, founded, number, "es")
        second.commit()
    assert question.others is None, "the control: an old row is in hand"
    return question


def test_two_who_write_lose_none_of_each_others_words(founded: Founded, proposed: int) -> None:
    question = in_hand_and_changed_by_another(founded, proposed)
    say(founded.session, founded, proposed, "fr", "Oui ?")
    founded.session.commit()
    assert sorted(question.others or {}) == ["es", "fr"]


@pytest.mark.on_both
def test_of_two_at_one_moment_one_waits_for_the_other(founded: Founded, proposed: int) -> None:
    session = founded.session

    def in_french() -> None:
        with another(session) as second:
            say(second, founded, proposed, "fr", "Oui ?")
            second.commit()

    with ThreadPoolExecutor(1) as pool:
        say(session, founded, proposed, "es")
        theirs = pool.submit(in_french)
        with pytest.raises(TimeoutError):
            theirs.result(timeout=0.5)
        session.commit()
        theirs.result()
    session.expire_all()
    assert sorted(session.get_one(Question, proposed).others or {}) == ["es", "fr"]


def test_of_two_questions_at_one_moment_one_place_gets_one(founded: Founded, proposed: int) -> None:
    session, place = founded.session, places.places(founded.session)[0].id
    second_one = service.propose(
        session, "And on Mondays?", ["Yes", "No"], "en", founded.cards["Ash"].account_id, TODAY
    )
    number = second_one.id
    session.commit()

    def put_up() -> None:
        with another(session) as second:
            service.put_up(second, founded.keys, number, place, TODAY)
            second.commit()

    with ThreadPoolExecutor(1) as pool:
        service.put_up(session, founded.keys, proposed, place, TODAY)
        theirs = pool.submit(put_up)
        with pytest.raises(TimeoutError):
            theirs.result(timeout=0.5)
        session.commit()
        with pytest.raises(RuleRefused, match="Another question is up"):
            theirs.result()


def test_nobody_agrees_to_what_another_adds_at_that_moment(founded: Founded, proposed: int) -> None:
    question = in_hand_and_changed_by_another(founded, proposed)
    with pytest.raises(RuleRefused, match="has changed since"):
        in_languages.check_as_read(founded.session, proposed, [ASKED, *ANSWERS])
    assert sorted(question.others or {}) == ["es"]
    founded.session.rollback()


def test_what_was_put_up_meanwhile_is_neither_changed_nor_dropped(founded: Founded, proposed: int) -> None:
    session, member, place = founded.session, founded.cards["Ash"].account_id, places.places(founded.session)[0].id
    session.expire_on_commit = False
    question = session.get_one(Question, proposed)
    session.commit()
    with another(session) as second:
        service.put_up(second, founded.keys, proposed, place, TODAY)
        second.commit()
    assert question.first_day is None, "the control: an old row is in hand"
    with pytest.raises(RuleRefused, match="People have been asked this"):
        say(session, founded, proposed, "es")
    with pytest.raises(RuleRefused, match="People have been asked this"):
        service.drop(session, founded.keys, proposed, member, runs_the_board=True, today=TODAY)
    with pytest.raises(RuleRefused, match="put up already"):
        service.put_up(session, founded.keys, proposed, place, TODAY)
    session.rollback()
