"""What goes wrong while somebody gives feedback: no word is lost, nothing is refused in silence."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback.models import Held
from governance.feedback.rules import Audience
from governance.feedback.service import intake
from governance.feedback.views import carried
from tests.factories import NOW, Founded
from tests.feedback.factories import Walk, messages
from tests.page import PageClient

# Its screens alone: what they hand in is taken on both in test_must_be_asked and test_payload.
pytestmark = pytest.mark.usefixtures("at_noon")


def held(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Held)).all())


def test_too_many_letters_are_counted_and_all_of_them_kept(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    for go in ("next", "send", "back"):
        answer = kiosk.send(go, words="ä" * 2017)
        assert answer.status_code == 422
        assert "This is about 3 words too long." in answer.text
        assert kiosk.fields["words"] == "ä" * 2017
    assert held(session) == 0
    assert kiosk.next(words="ä" * 2000).status_code == 200


REFUSED_ON_A_PHONE = {
    "too many words": ("suggestion", {"words": "Why cant we wait in the hall? " * 70}, "too long"),
    "nothing chosen": ("grievance", {}, "Choose one."),
    "too quick": ("thanks", {}, "Press send once more."),
}


@pytest.mark.parametrize("why", sorted(REFUSED_ON_A_PHONE))
def test_what_a_phone_is_refused_has_an_address_with_all_that_was_typed(
    phone: Walk, session: Session, why: str
) -> None:
    """So Back and reload ask nobody to send a form again. On a shared screen it is the answer to the form alone."""
    lane, typed, sentence = REFUSED_ON_A_PHONE[why]
    if "words" in typed:
        phone.to_words(lane=lane)
    else:
        phone.next(lane=lane)
    refused = phone.client.post("/say", data={**phone.fields, "go": "send", **typed})
    assert refused.status_code == 303
    for _ in ("shown", "reloaded"):
        phone.seen = phone.client.get(refused.location)
        assert (phone.seen.status_code, sentence in phone.seen.text) == (422, True)
        assert typed.items() <= phone.fields.items()
    other = phone.client.get("/say/1")
    assert (other.status_code, sentence in other.text) == (200, False)
    assert held(session) == 0
    again = phone.send("next", words="Shorter", about="worker")
    assert (again.status_code, sentence in again.text) == (200, False)
    assert phone.client.get(refused.location).status_code == 200, "it is told until the next form"
    kiosk = Walk(phone.client, "/kiosk")
    kiosk.to_words(lane="suggestion")
    assert kiosk.client.post("/kiosk", data={**kiosk.fields, "words": "a" * 2017}).status_code == 422


def test_far_too_many_words_come_back_whole_and_the_browser_cuts_none(kiosk: Walk) -> None:
    """A page that was pasted in, in a script of four bytes a letter. The limit is said before anybody types."""
    page = kiosk.to_words().text
    assert "About 300 words fit." in page
    assert "maxlength" not in page
    pasted = "🙂" * 15_000 + " THE END IS THE POINT"
    answer = kiosk.next(words=pasted)
    assert answer.status_code == 422
    assert "Nothing was cut off." in answer.text
    assert kiosk.fields["words"] == pasted


def test_the_longest_words_fit_in_any_script(kiosk: Walk, founded: Founded) -> None:
    kiosk.to_words()
    kiosk.send("send", words="🙂" * 2000)
    kiosk.client.get("/kiosk")
    again = Walk(kiosk.client, "/kiosk")
    again.to_words()
    again.send("send", words='"\\\n' * 666)
    assert {m.words for m in messages(founded, Audience.EVERYONE)} == {"🙂" * 2000, '"\\\n' * 666}


def test_what_nobody_can_see_is_taken_out_and_nothing_else(kiosk: Walk, founded: Founded) -> None:
    kiosk.to_words()
    kiosk.send("send", words="  they sayd \u202eno\u2066 to me\x00\x07\r\nفا\u200cرسی 👩\u200d🚀  ")
    (message,) = messages(founded, Audience.EVERYONE)
    assert message.words == "  they sayd no to me\nفا\u200cرسی 👩\u200d🚀  "


def test_markup_is_words_like_any_other(kiosk: Walk) -> None:
    kiosk.to_words()
    kiosk.next(words="</textarea><script>alert(1)</script>")
    kiosk.back()
    assert kiosk.fields["words"] == "</textarea><script>alert(1)</script>"


def test_a_phone_that_lost_its_cookie_keeps_its_words_and_presses_once_more(
    phone: Walk, app: Flask, session: Session, founded: Founded
) -> None:
    phone.to_words(lane="suggestion")
    fields = phone.fields
    phone.client = PageClient(app)
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        stale = phone.client.post("/say", data={**fields, "words": "Keep this", "go": "send"})
        assert stale.status_code == 422
        assert "Please press once more." in stale.text
        assert held(session) == 0
        phone.seen = stale
        assert phone.fields["words"] == "Keep this"
        assert "Thank you" in phone.send("send").text
    assert [(m.words, m.lane) for m in messages(founded, Audience.EVERYONE)] == [("Keep this", rules.Lane.SUGGESTION)]


def test_a_form_whose_sealed_part_cannot_be_read_keeps_what_was_typed(phone: Walk, app: Flask) -> None:
    phone.to_words()
    broken = {**phone.fields, "words": "Keep this", "so_far": "no seal", "go": "next"}
    phone.client = PageClient(app)
    phone.seen = phone.client.post("/say", data=broken)
    assert phone.seen.status_code == 422
    assert phone.fields["words"] == "Keep this"


def test_a_form_of_yesterday_is_asked_about_once_more_without_losing_a_word(phone: Walk, session: Session) -> None:
    phone.to_words()
    phone.next(words="From last night")
    with clock.stopped_at(NOW + timedelta(hours=12, minutes=1)):
        assert "Please press once more." in phone.send("send").text
        assert held(session) == 0
    with clock.stopped_at(NOW + timedelta(hours=12, minutes=2)):
        assert "Thank you" in phone.send("send").text
    assert held(session) == 1


def test_a_form_that_was_begun_while_the_clock_stood_ahead_is_taken_once_when_it_is_right(
    phone: Walk, session: Session
) -> None:
    """Otherwise it would be too quick for as long as the clock had stood ahead."""
    with clock.stopped_at(NOW + timedelta(days=400)):
        phone.seen = phone.client.get("/say")
        phone.to_words()
        phone.next(words="Keep this")
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        assert "Please press once more." in phone.send("send").text
    with clock.stopped_at(NOW + timedelta(minutes=2)):
        before = dict(phone.fields)
        assert "Thank you" in phone.send("send").text
        assert "Thank you" in phone.client.post("/say", data={**before, "go": "send"}).text
    assert held(session) == 1


def test_a_program_that_is_too_quick_is_asked_again_and_a_person_only_presses_once_more(
    phone: Walk, session: Session
) -> None:
    with clock.stopped_at(NOW + timedelta(seconds=1)):
        assert "Press send once more." in phone.send("send").text
    assert held(session) == 0
    with clock.stopped_at(NOW + timedelta(seconds=3)):
        assert "Thank you" in phone.send("send").text


def test_the_trap_has_a_label_and_whoever_fills_it_is_asked_again(phone: Walk, session: Session) -> None:
    assert "Leave this empty" in phone.seen.text
    phone.to_words()
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        again = phone.send("send", words="Real words", trap="http://spam.example")
        assert (again.status_code, phone.fields["words"], phone.fields["trap"]) == (422, "Real words", "")
        assert held(session) == 0
        assert "Thank you" in phone.send("send").text


def test_a_kiosk_has_no_trap_and_no_least_time(kiosk: Walk) -> None:
    assert "trap" not in kiosk.fields
    assert "Thank you" in kiosk.send("send").text


def test_a_code_pasted_in_place_of_words_is_not_sent_to_the_readers(kiosk: Walk, session: Session) -> None:
    kiosk.to_words()
    kiosk.next()
    words = re.findall(r"<li>(\w+)</li>", kiosk.send("send", wants_code="y").text)
    assert len(words) == 5
    again = Walk(kiosk.client, "/kiosk")
    again.to_words()
    again.next(words=" ".join(words).upper())
    refused = again.send("send")
    assert refused.status_code == 422
    assert "This is a code." in refused.text
    assert held(session) == 1


def test_five_plain_words_that_only_look_like_a_code_are_sent(kiosk: Walk, founded: Founded) -> None:
    kiosk.to_words()
    kiosk.send("send", words="driver assign bug interval woods")
    assert [m.words for m in messages(founded, Audience.EVERYONE)] == ["driver assign bug interval woods"]


def test_a_busy_database_keeps_the_words_on_the_screen(kiosk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk.to_words()
    kiosk.next(words="Still mine")

    def busy(*anything: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(intake, "_first_time", busy)
        answer = kiosk.send("send")
    assert answer.status_code == 503
    assert "Nothing was kept yet." in answer.text
    assert "Thank you" in kiosk.send("send").text


def test_a_kiosk_that_was_cleared_shows_nothing_of_an_older_form(kiosk: Walk, app: Flask, session: Session) -> None:
    kiosk.to_words()
    old = {**kiosk.fields, "words": "SENTINEL"}
    kiosk.client.get("/hide")
    for go in ("next", "back", "send"):
        answer = kiosk.client.post("/kiosk", data={**old, "go": go})
        assert answer.status_code == 422
        assert "This screen was cleared." in answer.text
        assert "SENTINEL" not in answer.text
    stranger = PageClient(app).post("/kiosk", data={**old, "go": "next"})
    assert "SENTINEL" not in stranger.text
    assert held(session) == 0


def test_a_sent_form_does_not_show_its_code_to_the_next_person(kiosk: Walk) -> None:
    kiosk.to_words()
    kiosk.next()
    sent = {**kiosk.fields, "go": "send", "wants_code": "y"}
    assert "Here is your code." in kiosk.client.post("/kiosk", data=sent).text
    kiosk.client.get("/kiosk")
    assert "Here is your code." not in kiosk.client.post("/kiosk", data=sent).text


def test_a_hidden_phone_shows_nothing_of_an_older_form(phone: Walk) -> None:
    phone.to_words()
    old = {**phone.fields, "words": "SENTINEL", "go": "next"}
    phone.client.get("/hide")
    assert "SENTINEL" not in phone.client.post("/say", data=old).text


def test_hiding_keeps_a_kiosk_enrolled_and_asks_the_browser_to_forget(kiosk: Walk) -> None:
    with kiosk.client.session_transaction() as cookie:
        cookie.update(kiosk="6f1c2b52-0000-4000-8000-000000000000", language="es", sign_in={"secret": "x"})
    hidden = kiosk.client.get("/hide")
    assert (hidden.status_code, hidden.location) == (303, "/kiosk/cleared")
    cleared = kiosk.client.get("/kiosk/cleared")
    assert {part.strip() for part in cleared.headers["Clear-Site-Data"].split(",")} == {'"cache"', '"storage"'}
    with kiosk.client.session_transaction() as cookie:
        assert set(cookie) <= {"kiosk", "shared", "visit", "turn", "csrf_token"}, "its language goes with the visit"
        assert cookie["kiosk"] == "6f1c2b52-0000-4000-8000-000000000000"


def test_a_shared_screen_has_no_phones_page(kiosk: Walk) -> None:
    assert kiosk.client.get("/say").location == "/kiosk"


def test_a_phone_that_opened_the_kiosks_page_is_somebodys_own_again_at_one_tap(kiosk: Walk) -> None:
    kiosk.to_words()
    old = {**kiosk.fields, "words": "SENTINEL", "go": "next"}
    assert kiosk.client.submit("/kiosk/cleared", "own").location == "/say"
    assert kiosk.client.get("/say").status_code == 200
    assert "SENTINEL" not in kiosk.client.post("/say", data=old).text


def test_an_enrolled_kiosk_never_becomes_a_phone(kiosk: Walk) -> None:
    form = kiosk.client.form("/kiosk/cleared", "own")
    with kiosk.client.session_transaction() as cookie:
        cookie["kiosk"] = "6f1c2b52-0000-4000-8000-000000000000"
    assert "own phone" not in kiosk.client.get("/kiosk/cleared").text
    kiosk.client.post(form["action"], data=form["fields"])
    assert kiosk.client.get("/say").location == "/kiosk"


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    step=st.integers(0, 3),
    typed=st.dictionaries(
        st.sampled_from([*asdict(carried.Answers()), "more_topics", "so_far", "go", "csrf_token", "trap"]),
        ANYTHING,
    ),
)  # fmt: skip
def test_no_input_breaks_a_screen(kiosk: Walk, step: int, typed: dict[str, str]) -> None:
    walk = Walk(kiosk.client, "/kiosk")
    for _ in range(step):
        walk.next()
    assert walk.send("next", **typed).status_code in (200, 422)


@pytest.mark.parametrize(("words", "size"), [("", 0), ("é" * 500, 0), ("é" * 1500, 1), ("🏳" * 2000, 2)])
def test_the_sealed_answers_are_as_long_as_others_are(words: str, size: int) -> None:
    fresh = carried.begin(carried.Frame.PHONE, "visit", NOW)
    field = carried.sealed(fresh.saying(lane="suggestion", words=words), key := b"k" * 32)
    assert carried.opened(field, key).answers.words == words
    assert len(base64.urlsafe_b64decode(field)) == carried.SIZES[size] + 1 + 12 + 16  # Version, nonce and tag.
