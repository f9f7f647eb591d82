"""The staff's desk and the board's page of promises, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service as decisions
from governance.feedback.models import Quote
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.responses import rules, service
from governance.responses.commitments import Commitment
from tests.ballots.factories import AFTER
from tests.decisions.factories import WHOLE, a_draft
from tests.factories import an_open_programme
from tests.frame.test_page_cache import a_message
from tests.page import Page
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, a_decision_duty, a_site, a_theme, a_theme_duty
from tests.second_yes import agree, waiting

pytestmark = pytest.mark.usefixtures("ledger_last")

SignIn = Callable[..., Any]
LONG_AGO = timedelta(days=60)


@pytest.fixture(autouse=True)
def at_the_site() -> Iterator[None]:
    """Stand the clock where the factories' vote has just been counted."""
    with clock.stopped_at(AFTER):
        yield


def token_of(person: Any) -> dict[str, str]:
    """A form token of this person's, for a form no page shows them."""
    return {"csrf_token": Page(person.get("/account").text).forms[0]["fields"]["csrf_token"]}


def typed(**more: str | list[str]) -> dict[str, Any]:
    promised = clock.today() + timedelta(days=7)
    return {
        "answer": "yes",
        "words": "You are right. Wait in the hall.",
        "short": "The hall is open.",
        "what_1": "Open the hall",
        "who_1": "the opening worker",
        "by_1": promised.isoformat(),
        **more,
    }


def test_staff_answer_report_and_the_board_says_done(session: Session, sign_in: SignIn, client: Any) -> None:
    duty = a_theme_duty(session, today=clock.today())
    staff, member = sign_in(Role.MANAGER), sign_in(Role.MEMBER, sits=True)
    desk = f"/desk/answers/{duty.id}"

    assert "Let us wait inside" in staff.get("/desk/answers").text
    assert staff.submit(desk, "first-word", first_word="We have read it.").status_code == 303
    assert "We have read it." in client.get("/").text
    assert staff.submit(desk, "role_name", **typed()).status_code == 303
    wall = client.get("/").text
    assert "The hall is open." in wall
    assert "Done" not in wall
    assert staff.submit(desk, "/done/").status_code == 303
    assert "Done" not in client.get("/").text
    assert "Staff say it is done" in member.get("/board/commitments").text
    assert "Staff say it is done" in member.get("/board").text
    assert member.submit("/board/commitments", "/not-done").status_code == 303
    assert staff.submit(desk, "/done/").status_code == 303
    assert member.submit("/board/commitments", "/done").status_code == 303
    assert waiting(sign_in(Role.MEMBER, sits=True)) == [], "the second one has a duty on the board"
    assert "Done" not in client.get("/").text
    assert agree(sign_in(Role.TELLER)).status_code == 303
    session.rollback()
    assert service.commitments_of(session, [duty.id])[duty.id][0].state is Commitment.DONE
    assert "Done" in client.get("/").text


def test_words_are_looked_at_before_they_go_out_and_only_advised_on(session: Session, sign_in: SignIn) -> None:
    duty = a_theme_duty(session, today=clock.today())
    staff = sign_in(Role.MANAGER, alias="Fern")
    form = staff.form(f"/desk/answers/{duty.id}", "role_name")
    words = "Fern says: the addicts can utilize the accommodation."

    looked = staff.post(form["action"], data={**form["fields"], **typed(words=words), "check": "1"})

    assert looked.status_code == 200
    assert "Advice on the words" in looked.text
    assert "addicts" in looked.text.split("Advice on the words")[1]
    assert "is also what someone is called here" in looked.text
    assert words in looked.text
    assert service.owed(session, clock.today())
    session.rollback()
    assert staff.post(form["action"], data={**form["fields"], **typed(words=words)}).status_code == 303


def test_what_lacks_is_said_and_nothing_typed_is_lost(session: Session, sign_in: SignIn) -> None:
    duty = a_theme_duty(session, today=clock.today())
    staff = sign_in(Role.DIRECTOR)
    page = staff.submit(f"/desk/answers/{duty.id}", "role_name", answer="no", words="The lease.", what_1="A van")
    assert page.status_code == 409
    assert "Choose at least one reason from the list." in page.text
    assert "The lease." in page.text
    assert "A van" in page.text
    empty = staff.submit(f"/desk/answers/{duty.id}", "role_name", words="The lease.", by_1="soon")
    assert empty.status_code == 422
    assert "soon" in empty.text


def test_a_day_that_was_typed_goes_out_with_whichever_answer(session: Session, sign_in: SignIn) -> None:
    """It stays in sight then (test_answer_browser), so whoever changes their mind sees it and can take it out."""
    duty, later = a_theme_duty(session, today=clock.today()), (clock.today() + timedelta(days=9)).isoformat()
    staff, desk = sign_in(Role.MANAGER), f"/desk/answers/{duty.id}"
    past = typed(more_facts_by=clock.today().isoformat())
    refused = staff.submit(desk, "role_name", **past)
    assert refused.status_code == 409
    assert "Give the day by which you will say more." in refused.text
    assert past["more_facts_by"] in refused.text, "what was typed is still there"
    assert staff.submit(desk, "role_name", **typed(more_facts_by=later)).status_code == 303
    asked = typed(more_facts_by=later, reasons="needs_more_facts")
    assert staff.submit(desk, "role_name", **asked).status_code == 303
    days = [each.more_facts_by for each in service.versions(session, duty)]
    assert [day and day.isoformat() for day in days] == [later, later]


def test_who_answers_sees_words_they_answer_without_a_tap(session: Session, sign_in: SignIn, keys: KeyFolder) -> None:
    """What is in view is what stands outside of any fold; long words begin there, and are whole inside."""
    an_open_programme(session, keys)
    duty, message_id = a_theme_duty(session, today=clock.today()), a_message(session, keys)
    shown = Quote(message_id=message_id, theme_id=duty.theme_id, text="We stand in the rain.", language="en")
    session.add(shown)
    session.commit()
    staff, desk = sign_in(Role.MANAGER), f"/desk/answers/{duty.id}"
    asked = re.compile("What was asked.*?</section>", re.DOTALL)

    def in_view() -> tuple[str, str]:
        found = asked.search(staff.get(desk).text)
        assert found
        return found[0].partition("<details")[0], found[0].partition("<details")[2]

    assert "We stand in the rain." in in_view()[0]
    assert in_view()[1] == "", "there is no more of it to unfold"
    shown.text = "We stand in the rain. " * 20
    session.commit()
    before, within = in_view()
    assert "We stand in the rain." in before
    assert shown.text.strip() not in before
    assert shown.text.strip() in within
    shown.text, shown.withdrawn = "", True
    session.commit()
    assert "quote" not in "".join(in_view()), "words that were taken back"


def test_a_late_answer_is_asked_for_again_in_public(session: Session, sign_in: SignIn, client: Any) -> None:
    duty = a_theme_duty(session, today=clock.today() - LONG_AGO)
    member = sign_in(Role.MEMBER, sits=True)
    assert member.submit("/board/commitments", "ask-again").status_code == 303
    wall = client.get("/").text
    assert "days late" in wall
    assert "The board asked again on" in wall
    assert "ask-again" not in member.get("/board/commitments").text
    assert client.get(f"/answers/{duty.id}").status_code == 200


@pytest.mark.on_both
def test_the_board_asks_for_a_second_look(session: Session, keys: KeyFolder, sign_in: SignIn, client: Any) -> None:
    duty, record = a_decision_duty(session, keys, clock.today())
    service.answer(session, duty, A_NO, MANAGER, clock.today())
    session.commit()
    member, director = sign_in(Role.MEMBER, sits=True), sign_in(Role.DIRECTOR)

    assert "Board said yes. Staff said no." in client.get("/").text
    asked = member.submit(f"/board/commitments/{duty.id}/second-look", asked="A side door would do.")
    assert asked.status_code == 303
    assert "A side door would do." in client.get(f"/decisions/{record.number}").text
    desk = f"/desk/answers/{duty.id}"
    assert director.submit(desk, "second-look", outcome="stays", why="The lease is one lock.").status_code == 303
    assert "The lease is one lock." in client.get(f"/decisions/{record.number}").text


def test_adopting_a_record_on_its_page_starts_the_clock(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    a_site(session)
    record, _ = a_draft(session, keys)
    decisions.complete(session, record, WHOLE)
    session.commit()
    facilitator = sign_in(Role.FACILITATOR)
    page = facilitator.submit(f"/board/decisions/{record.number}", "adopt")
    assert page.status_code == 303
    assert service.owed(session, clock.today()) == []
    session.rollback()
    assert agree(sign_in(Role.MEMBER, sits=True)).status_code == 303
    assert service.owed(session, clock.today())[0].state is rules.DutyState.WAITING_FIRST_WORD


@pytest.mark.on_both
def test_a_reader_starts_the_clock_of_a_theme(session: Session, sign_in: SignIn) -> None:
    a_site(session)
    theme = a_theme(session, today=clock.today())
    session.commit()
    reader = sign_in(Role.BOARD_READER, sits=True)
    started = reader.submit(f"/desk/themes/{theme.id}", f"/desk/themes/{theme.id}/answer")
    assert started.status_code == 303
    assert reader.post("/desk/themes/999/answer", data=token_of(reader)).status_code == 409
    assert reader.get(started.location).status_code == 200


@pytest.mark.on_both
def test_staff_cannot_say_done_and_members_cannot_answer(session: Session, sign_in: SignIn) -> None:
    duty = a_theme_duty(session, today=clock.today())
    service.answer(session, duty, AN_ANSWER, MANAGER, clock.today())
    promise = service.commitments_of(session, [duty.id])[duty.id][0]
    service.report_done(session, promise, clock.today())
    session.commit()
    staff, member = sign_in(Role.MANAGER), sign_in(Role.MEMBER, sits=True)
    token = token_of(staff)
    assert staff.post(f"/board/commitments/{duty.id}/{promise.id}/done", data=token).status_code == 403
    token = token_of(member)
    assert member.post(f"/desk/answers/{duty.id}/answer", data={**token, **typed()}).status_code == 403
    assert member.post(f"/board/commitments/{duty.id}/999999/done", data=token).status_code == 409
    assert "Publish the answer" not in member.get(f"/desk/answers/{duty.id}").text
    assert "You are right." in member.get(f"/desk/answers/{duty.id}").text


def test_who_answers_for_nobody_reads_once_that_staff_have_not_answered(session: Session, sign_in: SignIn) -> None:
    duty = a_theme_duty(session, today=clock.today())
    service.say_first_word(session, duty, "We have read it.", clock.today())
    session.commit()
    assert sign_in(Role.MEMBER).get(f"/desk/answers/{duty.id}").text.count("We have read it.") == 1
