"""Giving feedback, screen by screen, as a person meets it: no scripts, and nothing that has to be answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback.models import FollowUp, Held
from governance.feedback.rules import Audience
from governance.places import service as places
from governance.storage import database
from tests.factories import NOW, Founded
from tests.feedback.factories import Walk, messages
from tests.page import Page, PageClient, read

LATER = NOW + timedelta(minutes=1)


# Its screens alone: what they hand in is taken on both in test_must_be_asked and test_payload.
pytestmark = pytest.mark.usefixtures("at_noon")


def test_somebody_says_it_all_and_the_board_reads_every_part_of_it(phone: Walk, founded: Founded) -> None:
    phone.next(lane="suggestion")
    phone.next(topics=["wait", "hours"], more_topics="van")
    phone.next(face="bad")
    phone.next(words="Stood in the rain 40 min.\r\nWhy cant we wait in the hall")
    with clock.stopped_at(LATER):
        assert "Thank you. It is in." in phone.send("send", consent="words").text
    (message,) = messages(founded, Audience.EVERYONE)
    assert message.words == "Stood in the rain 40 min.\nWhy cant we wait in the hall"
    assert (message.lane, message.face, message.topics) == (rules.Lane.SUGGESTION, "bad", ("wait", "hours", "van"))
    assert (message.consent, message.via, message.place) == (rules.Consent.WORDS, "phone", "")


def test_it_can_be_sent_as_it_is_from_every_screen_with_nothing_filled_in(client: PageClient, founded: Founded) -> None:
    for screens in range(5):
        kiosk = Walk(client, "/kiosk")
        for _ in range(screens):
            kiosk.next()
        assert "Thank you. It is in." in kiosk.send("send").text
    said = messages(founded, Audience.EVERYONE)
    assert [(m.words, m.topics, m.face) for m in said] == [("", (), "")] * 5
    assert {m.consent for m in said} == {rules.Consent.IDEA}


def test_unless_they_choose_only_the_idea_is_shared_and_it_goes_later(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next(words="The tap drips")
    assert kiosk.fields["consent"] == "idea"
    assert {"route", "wants_code"}.isdisjoint(kiosk.fields), "one question a screen"
    kiosk.send("send")
    held = session.scalars(select(Held)).one()
    assert (held.route, held.consent) == (rules.Route.LATER, rules.Consent.IDEA)
    assert session.scalars(select(FollowUp)).all() == []


def test_sending_now_says_what_it_costs(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next()
    assert "Staff may guess it was you." in kiosk.send("when").text
    assert kiosk.fields["route"] == "later", "whoever only looks has chosen nothing"
    kiosk.send("send", route="now")
    assert session.scalars(select(Held)).one().route is rules.Route.NOW


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
@pytest.mark.parametrize("lane", ["suggestion", "urgent"])
def test_what_enter_sends_on_the_last_screen_hands_nothing_in(
    client: PageClient, founded: Founded, session: Session, address: str, lane: str
) -> None:
    """What was picked is kept, and the same screen stands there and says so. "next": a page of before."""
    walk = Walk(client, address)
    walk.to_words(lane=lane)
    walk.next(words="The tap drips")
    while 'value="stay"' not in walk.seen.text:
        walk.next()
    asks, value = ("consent", "words") if lane == "suggestion" else ("route", "now")
    for go in ("stay", "next"):
        assert "It is not sent yet." in walk.send(go, **{asks: value}).text
    assert (walk.fields[asks], session.scalars(select(Held)).all()) == (value, [])
    with clock.stopped_at(LATER):
        assert "Thank you. It is in." in walk.send("send", **{asks: value}).text


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
def test_who_goes_back_from_when_it_goes_finds_it_as_it_was_left(
    client: PageClient, founded: Founded, address: str
) -> None:
    """There is one screen more then, and its question is asked nowhere else. Another kind of word begins anew."""
    walk = Walk(client, address)
    walk.to_words(lane="suggestion")
    walk.next()
    assert "Send it as it is" not in walk.seen.text, "the last screen"
    walk.send("when", consent="private")
    walk.back(route="now")
    assert (walk.fields["consent"], "route" in walk.fields) == ("private", False)
    assert "Send it as it is" in walk.seen.text
    walk.next()
    assert walk.fields["route"] == "now"
    assert walk.send("send", route="").status_code == 422, "a form that answers nothing is asked again"
    assert "When should it go?" in walk.seen.text
    while "lane" not in walk.fields:
        walk.back()
    walk.to_words(lane="thanks")
    walk.next()
    assert "Send it as it is" not in walk.seen.text


def test_back_keeps_every_answer(kiosk: Walk) -> None:
    kiosk.next(lane="thanks")
    kiosk.next(topics="wait")
    kiosk.next(face="good")
    kiosk.next(words="Good soup")
    kiosk.back(consent="private")
    assert kiosk.fields["words"] == "Good soup"
    kiosk.back()
    assert kiosk.fields["face"] == "good"
    kiosk.back()
    assert kiosk.fields["topics"] == "wait"
    kiosk.back()
    assert kiosk.fields["lane"] == "thanks"
    kiosk.to_words()
    kiosk.next()
    assert kiosk.fields["consent"] == "private"


def questions_on(page: str) -> set[str]:
    """Return the names of what is asked on a screen, but for what no person sees. Topics are one question in two."""
    tags = [facts for tag, facts in Page(page).tags if tag in ("input", "textarea", "select") and "name" in facts]
    asked = {facts["name"] for facts in tags if facts.get("type") != "hidden"} - {"trap"}
    return {name.removeprefix("more_") for name in asked}


@pytest.mark.parametrize("lane", ["", *sorted(rules.Lane)])
def test_each_screen_asks_one_question_and_choosing_nothing_takes_no_longer(
    client: PageClient, founded: Founded, lane: str
) -> None:
    """Alone and with a helper. The questions that cannot be left out are the only ones that are asked of everybody."""
    must = {"grievance": ["about"], "urgent": ["route"], "alert": ["route"]}.get(lane, [])
    kiosk = Walk(client, "/kiosk")
    kiosk.send("send", lane=lane)
    assert [*questions_on(kiosk.seen.text)] == must
    for company in ("next", "helper"):
        walk, asked = Walk(client, "/kiosk"), []
        walk.send(company, lane=lane)
        for _ in range(9):
            asked.append(questions_on(walk.seen.text))
            if "Send, with a code" in walk.seen.text:
                break
            walk.next(**dict.fromkeys(asked[-1] & {"about"}, "worker"))
        walk.send("when")
        asked.append(questions_on(walk.seen.text))
        assert [each for each in asked if len(each) > 1] == []
        assert {"words", "route"} <= set.union(*asked)


@pytest.mark.parametrize(
    ("about", "audience", "reader"),
    [
        ("nobody", Audience.GRIEVANCE, "Kelp"),
        ("worker", Audience.GRIEVANCE, "Kelp"),
        ("manager", Audience.MANAGER, "Larch"),
        ("unknown", Audience.MANAGER, "Larch"),
    ],
)
def test_whom_a_grievance_is_about_decides_who_can_open_it(
    kiosk: Walk, founded: Founded, about: str, audience: Audience, reader: str
) -> None:
    assert "Who is it about?" in kiosk.next(lane="grievance").text
    kiosk.to_words(about=about)
    kiosk.send("send", words="They laughed at me")
    assert [m.words for m in messages(founded, audience, reader)] == ["They laughed at me"]
    assert messages(founded, Audience.EVERYONE) == []


def test_other_words_are_not_asked_whom_they_are_about(kiosk: Walk, founded: Founded) -> None:
    kiosk.next(lane="grievance")
    kiosk.next(about="manager")
    kiosk.back()
    assert kiosk.fields["about"] == "manager"
    kiosk.back()
    assert "Who is it about?" not in kiosk.next(lane="thanks").text
    kiosk.to_words()
    kiosk.send("send", words="Thank you")
    assert len(messages(founded, Audience.EVERYONE)) == 1


def test_a_code_is_shown_once_in_words_and_digits_and_opens_the_answer(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next(words="More pipes")
    page = kiosk.send("", wants_code="y").text  # What the second button sends, and it alone.
    assert "Here is your code." in page
    assert len(session.scalars(select(FollowUp)).all()) == 1


def rows(session: Session) -> dict[str, int]:
    session.rollback()
    counts = {name: select(func.count()).select_from(table) for name, table in database.db.metadata.tables.items()}
    return {name: session.scalar(count) or 0 for name, count in counts.items()}


@pytest.mark.on_both
def test_until_it_is_sent_no_row_of_it_is_kept(kiosk: Walk, session: Session) -> None:
    before = rows(session)
    kiosk.to_words(lane="suggestion")
    kiosk.next(words="The lift is out")
    kiosk.back()
    assert rows(session) == before
    kiosk.send("send", words="The lift is out")
    assert rows(session) != before, "the control"


def test_the_first_screen_says_who_reads_what_is_never_done_and_what_nobody_can_promise(kiosk: Walk) -> None:
    page = kiosk.seen.text
    for sentence in (
        "What do you want to say?", "People on The Table read this. So do staff. They read it at the same time.",
        "We do not want your name.", "uses no camera", "What you say here will not change what you can get.",
        "a camera in the room or a worker may see you", "Not touched for 45 seconds?",
    ):  # fmt: skip
        assert sentence in page


def test_help_is_in_every_screen_and_needs_no_other_page(kiosk: Walk) -> None:
    pages = [kiosk.seen, kiosk.next(lane="urgent"), *(kiosk.next() for _ in range(4)), kiosk.next(route="now")]
    for page in pages:
        assert 'href="#help"' in page.text
        assert "555-0100" in page.text


def test_what_must_be_reported_stands_before_the_words(kiosk: Walk) -> None:
    assert "We may have to report harm to a child." in kiosk.to_words().text


def test_the_thanks_show_help_at_once_to_whoever_said_that_someone_may_be_hurt(kiosk: Walk) -> None:
    kiosk.next(lane="urgent")
    kiosk.send("send")
    main = kiosk.send("send", route="now").text.partition("</main>")[0]
    assert "555-0100" in main


def test_the_thanks_keep_help_one_tap_away_for_everybody_else(kiosk: Walk) -> None:
    page = kiosk.send("send").text
    assert "555-0100" not in page.partition("</main>")[0]
    assert "Nothing is sent by this." not in page


def test_a_second_click_thanks_again_with_the_same_code_and_keeps_one_message(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next()
    same = {**kiosk.fields, "go": "send", "wants_code": "y"}
    first, second = (kiosk.client.post("/kiosk", data=same).text for _ in range(2))
    shown = [each.split("Here is your code.")[1].split("<form")[0] for each in (first, second)]
    assert shown[0] == shown[1]
    assert shown[0].count("<li>") == 5
    assert len(session.scalars(select(Held)).all()) == len(session.scalars(select(FollowUp)).all()) == 1


def test_a_code_asked_for_only_the_second_time_is_not_shown_since_it_would_open_nothing(kiosk: Walk) -> None:
    kiosk.to_words()
    kiosk.next()
    same = {**kiosk.fields, "go": "send"}
    kiosk.client.post("/kiosk", data=same)
    again = kiosk.client.post("/kiosk", data={**same, "wants_code": "y"}).text
    assert "Thank you. It is in." in again
    assert "Here is your code." not in again


@pytest.mark.parametrize("is_outbox", [False, True])
def test_an_enrolled_kiosk_gives_its_place_and_a_revoked_one_says_that_it_is_closed(
    client: PageClient, founded: Founded, session: Session, is_outbox: bool
) -> None:
    """Its first page takes nothing more. Whoever is in the middle goes on, and no word is lost."""
    kiosk, key = places.enrol_kiosk(
        session, places.places(session)[0], "By the door", clock.today(), goes_without=is_outbox
    )
    session.commit()
    client.submit("/kiosk/enrol", code=key)
    without = "So what you said goes without the name of this place."
    assert without not in Walk(client, "/kiosk").send("send").text
    begun = Walk(client, "/kiosk")
    begun.to_words()
    with database.writing():
        places.revoke_kiosk(session, kiosk, NOW.date())
        session.commit()
    before = "You can go back and write where you are."
    assert before not in begun.seen.text
    assert before in begun.next(words="The heater smokes").text, "while it can still be written"
    thanked = begun.send("send").text
    assert "Thank you. It is in." in thanked
    assert without in thanked
    assert sorted(m.place for m in messages(founded, Audience.EVERYONE)) == ["", "Drop-in"]
    page = read(client.get("/kiosk"))
    said = " ".join(" ".join(page.text).split())
    assert "This screen is closed." in said
    assert "http://localhost/say" in said
    assert ("a", "/where") in {(tag, facts.get("href", "")) for tag, facts in page.tags}
    assert not [each for each in page.forms if "so_far" in each["fields"]]
    assert ("data-outbox" in page.html) == is_outbox, "what it still has it brings"
    assert "This screen is closed." in client.post("/kiosk", data={"so_far": "of another visit"}).text


def test_the_thanks_in_another_language_say_what_was_so_when_it_was_sent(
    client: PageClient, founded: Founded, session: Session
) -> None:
    kiosk, key = places.enrol_kiosk(session, places.places(session)[0], "By the door", clock.today())
    session.commit()
    client.submit("/kiosk/enrol", code=key)
    walk = Walk(client, "/kiosk")
    walk.send("send")
    with database.writing():
        places.revoke_kiosk(session, kiosk, NOW.date())
        session.commit()
    in_spanish = walk.send("in-es").text
    assert "Gracias" in in_spanish
    assert "sin el nombre de este lugar" not in in_spanish, "it went with it"


def test_before_feedback_is_open_the_first_screen_says_so(
    client: PageClient, founded: Founded, session: Session
) -> None:
    places.programme(session).intake_open = False  # type: ignore[union-attr]
    session.commit()
    page = client.get("/say").text
    assert "Feedback is not open here yet." in page
    assert "Send it as it is" not in page


def test_if_it_closes_meanwhile_the_words_are_kept_on_the_screen(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next(words="Still mine")
    places.programme(session).intake_open = False  # type: ignore[union-attr]
    session.commit()
    refused = kiosk.send("send")
    assert refused.status_code == 409
    assert "Feedback is not open here yet." in refused.text
    kiosk.back()
    assert kiosk.fields["words"] == "Still mine"


def test_what_was_answered_cannot_be_read_in_the_page_and_its_size_tells_little(kiosk: Walk) -> None:
    """Few words, and a few hundred letters, give a page of one size. `test_say_trouble.py` has the others."""
    kiosk.to_words()
    little = len(kiosk.fields["so_far"])
    page = kiosk.next(words="SENTINEL" * 60).text
    assert "SENTINEL" not in page
    assert len(kiosk.fields["so_far"]) == little


def test_help_begins_with_an_overdose_and_its_numbers_can_be_tapped(kiosk: Walk) -> None:
    for page in (kiosk.seen.text, kiosk.client.get("/help-now").text):
        cards = page.split('<section class="help-card">')[1:]
        assert "Help: overdose" in cards[0]
        assert all('href="tel:5550100"' in card for card in cards)


def test_the_language_can_be_changed_on_every_screen_and_keeps_what_was_picked_and_typed(kiosk: Walk) -> None:
    picked = {
        "lane": "grievance",
        "about": "worker",
        "topics": "wait",
        "face": "bad",
        "words": "La fila",
        "consent": "private",
        "route": "now",
    }
    seen = []
    while not seen or seen[-1] != "route":
        step = next((name for name in picked if f'name="{name}"' in kiosk.seen.text), "")
        seen.append(step)
        kiosk.send("in-es", **{step: picked[step]})
        assert 'lang="es"' in kiosk.seen.text
        assert kiosk.fields[step] == picked[step]
        kiosk.send("in-en")
        assert kiosk.fields[step] == picked[step]
        kiosk.send("when" if step == "consent" else "in-es" if step == "route" else "next")
    assert seen == [*picked]
    assert "Gracias" in kiosk.send("send").text
