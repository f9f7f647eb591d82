"""Looking through a list: the rule keeps what was asked for, whatever the words; each list of the work pages has it."""

from __future__ import annotations

import base64
import logging
import uuid
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import clock
from governance.feedback import rules
from governance.feedback.service import OpenMessage
from governance.feedback.views.message_page import _told
from governance.frame.narrowing import Wanted, folded
from governance.permissions.access import LOOKED_FOR
from governance.privacy import retention
from tests.demo.served import Demo
from tests.page import Page, PageClient

texts = st.text(max_size=40)
states = st.sets(st.sampled_from(["open", "late", "closed"]))

# Each list, who opens it, and a word and a state that are in the demo.
IN_THE_ADDRESS = {
    "/proposals": ("", "bans", "decided"),
    "/board/proposals": ("Cricket", "bans", "decided"),
    "/board/decisions": ("Cricket", "bans", "adopted"),
    "/board/ballots": ("Cricket", "the", "opened"),
    "/board/commitments": ("Cricket", "the", "late"),
    "/desk/answers": ("Alder", "the", "answered"),
    "/places/recordings/en": ("Yarrow", "help", ""),
}
IN_THE_BODY = {
    "/desk": ("Alder", "the", ""),
    "/desk/themes": ("Alder", "the", "suggestion"),
    "/board/themes": ("Cricket", "the", "suggestion"),
    "/accounts": ("Yarrow", "mo", "member"),
    "/board/seats/looked-for": ("Cricket", "seat", "lived"),
}


@given(texts, states)
def test_nothing_asked_for_is_everything(text: str, there: set[str]) -> None:
    assert not Wanted()
    assert Wanted().fits(text, there)
    assert Wanted("  ").fits(text, there)


@given(texts, texts, texts, states, st.sampled_from(["open", "late", ""]))
def test_more_words_leave_no_more_rows(text: str, words: str, more: str, there: set[str], state: str) -> None:
    if Wanted(f"{words} {more}", state).fits(text, there):
        assert Wanted(words, state).fits(text, there)
        assert Wanted(state=state).fits(text, there)


@given(texts)
def test_a_row_is_found_by_each_of_its_own_words(text: str) -> None:
    for word in text.split():
        assert Wanted(word).fits(text)
        assert Wanted(word.upper()).fits(word.upper())


@given(texts, st.sampled_from(["open", "late"]))
def test_a_row_that_is_not_in_the_state_is_left_out(text: str, state: str) -> None:
    assert not Wanted(state=state).fits(text, {"closed"})


def test_case_and_marks_on_letters_do_not_count() -> None:
    assert Wanted("cafe NUIT").fits("La nuit au Café")
    assert not Wanted("cafe jour").fits("La nuit au Café")
    assert folded("Straße") == "strasse"


def looked_for(person: PageClient, address: str, words: str, state: str, private: bool) -> Page:
    """Open the list, and look for words as its own form does."""
    given = {"q": words, "state": state}
    if not private:
        return Page(person.get(address, query_string=given).text)
    (form,) = [form for form in Page(person.get(address).text).forms if "q" in form["fields"]]
    answer = person.post(form["action"], data={**form["fields"], **given})
    assert answer.status_code == 303
    return Page(person.get(answer.headers["Location"]).text)


def told(page: Page) -> tuple[int, int]:
    """How many of how many the page says that it shows."""
    words = " ".join("".join(page.text).split())
    before, _, after = words.partition(" are shown.")
    assert after, "it does not say how many"
    shown, _, of_all = " ".join(before.split()[-3:]).partition(" of ")
    return int(shown), int(of_all)


LISTS = [
    *[(address, False, *about) for address, about in IN_THE_ADDRESS.items()],
    *[(address, True, *about) for address, about in IN_THE_BODY.items()],
]


@pytest.mark.parametrize(("address", "private", "alias", "word", "state"), LISTS)
def test_a_list_is_looked_through(
    demo: Demo, address: str, private: bool, alias: str, word: str, state: str
) -> None:  # fmt: skip
    start = address if address != "/desk" else "/desk?box=everyone&lane=suggestion"
    person = demo.as_somebody(alias)
    shown, every = told(looked_for(person, start, word, "", private))
    assert 0 < shown <= every
    nothing = looked_for(person, start, "kqzx", "", private)
    assert told(nothing) == (0, every)
    assert "Nothing found" in nothing.html
    assert "Show all" in nothing.html, "and what to do"
    if state:
        by_state, of_all = told(Page(person.get(start, query_string={"state": state}).text))
        assert 0 < by_state < of_all == every


@pytest.mark.parametrize(("address", "about"), sorted(IN_THE_BODY.items()))
def test_a_word_that_could_tell_of_somebody_is_in_no_address_and_no_log(
    demo: Demo, caplog: pytest.LogCaptureFixture, address: str, about: tuple[str, str, str]
) -> None:
    start = address if address != "/desk" else "/desk?box=everyone&lane=suggestion"
    person = demo.as_somebody(about[0])
    with caplog.at_level(logging.DEBUG):
        page = looked_for(person, start, "kqzxword", "", private=True)
    assert "kqzxword" in page.html, "it stands in the field, to be mended"
    addresses = [value for _, facts in page.tags for name, value in facts.items() if name in ("href", "action")]
    assert not [each for each in addresses if "kqzxword" in each]
    assert "kqzxword" not in caplog.text
    other = demo.as_somebody(about[0])
    in_address = Page(other.get(f"{start}{'&' if '?' in start else '?'}q=kqzxword").text)
    assert "kqzxword" not in in_address.html, "a word in the address looks for nothing here"


def cookie_of(person: PageClient) -> str:
    found = person.get_cookie(person.application.config["SESSION_COOKIE_NAME"])
    assert found
    return found.value


def is_narrowed(person: PageClient, address: str) -> bool:
    return " are shown." in " ".join("".join(Page(person.get(address).text).text).split())


def test_whoever_opens_a_message_and_comes_back_finds_what_was_looked_for(demo: Demo) -> None:
    """On the list, beside the message, after a reload; in no address, and not readable in the cookie."""
    person, start = demo.as_somebody("Alder"), "/desk?box=everyone&lane=suggestion"
    page = looked_for(person, start, "the", "", private=True)
    rows = [facts["href"] for name, facts in page.tags if name == "a" and "/desk/messages/" in facts.get("href", "")]
    beside = Page(person.get(rows[-1]).text)
    shown = told(page)
    assert told(beside) == shown, "beside the message the list is as it was"
    for again in (start, start):
        back = Page(person.get(again).text)
        assert told(back) == shown
        assert 'value="the"' in back.html
    every = [facts for seen in (page, beside, back) for _, facts in seen.tags]
    leading = [facts[name] for facts in every for name in ("href", "action") if name in facts]
    assert not [each for each in leading if "q=" in each or "message_id=" in each]
    held = base64.urlsafe_b64decode(cookie_of(person))
    assert b"the" not in held
    assert b"looked" not in held


@pytest.mark.parametrize("other", ["/desk?box=everyone", "/desk?box=everyone&lane=thanks", "/desk/themes"])
def test_what_was_looked_for_in_one_list_narrows_no_other(demo: Demo, other: str) -> None:
    person = demo.as_somebody("Alder")
    looked_for(person, "/desk?box=everyone&lane=suggestion", "the", "", private=True)
    assert not is_narrowed(person, other)


def test_show_all_forgets_what_was_looked_for(demo: Demo) -> None:
    person, start = demo.as_somebody("Alder"), "/desk/themes"
    page = looked_for(person, start, "the", "", private=True)
    (leads,) = [facts["href"] for name, facts in page.tags if name == "a" and "all=1" in facts.get("href", "")]
    assert is_narrowed(person, start)
    assert not is_narrowed(person, leads)
    assert not is_narrowed(person, start)


def test_it_is_gone_when_one_signs_out(demo: Demo) -> None:
    person = demo.as_somebody("Alder")
    looked_for(person, "/desk/themes", "the", "", private=True)
    token = person.form("/language")["fields"]["csrf_token"]
    assert person.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert person.submit("/sign-in", "alias", alias="Alder", passphrase=demo.cards["Alder"]).status_code == 303
    assert not is_narrowed(person, "/desk/themes")


def test_it_is_gone_when_a_sign_in_ends_by_itself(demo: Demo) -> None:
    """With the very cookie of before: whoever finds it and signs in as the same person sees no words."""
    person = demo.as_somebody("Alder")
    looked_for(person, "/desk/themes", "the", "", private=True)
    with person.session_transaction() as held:
        assert held[LOOKED_FOR]["q"] == "the"
    with clock.stopped_everywhere(clock.now() + retention.SIGN_IN + timedelta(minutes=1)):
        assert person.get("/desk/themes").status_code == 401
        with person.session_transaction() as held:
            assert LOOKED_FOR not in held
            assert "sign_in" not in held


def test_an_address_can_be_sent_to_somebody_else(demo: Demo) -> None:
    """Where the words may stand in it."""
    seen = [demo.as_somebody(alias).get("/board/proposals?q=bans") for alias in ("Cricket", "Half Moon")]
    assert told(Page(seen[0].text)) == told(Page(seen[1].text))


def test_a_form_without_words_leads_to_the_address_that_says_the_rest(demo: Demo) -> None:
    person = demo.as_somebody("Alder")
    (form,) = [form for form in Page(person.get("/desk/themes").text).forms if "q" in form["fields"]]
    answer = person.post(form["action"], data={**form["fields"], "state": "closed"})
    assert answer.status_code == 303
    there = urlsplit(answer.headers["Location"])
    assert (there.path, there.query) == ("/desk/themes", "state=closed")
    assert not is_narrowed(person, "/desk/themes"), "a state stands in the address alone"
    assert person.post(form["action"], data={"q": "tent"}).status_code == 400, "without its token"


@pytest.mark.parametrize("lane", sorted(rules.Lane))
def test_an_upsetting_message_is_not_found_by_its_words(lane: rules.Lane) -> None:
    """Its line shows none of them, so a search shows none either: whoever reads it is asked first."""
    message = OpenMessage(
        uuid.UUID(int=1), date(2026, 3, 2), rules.Audience.EVERYONE, rules.Consent.PRIVATE, rules.MessageState.LIVE,
        lane, True, words="He does not wake up",
    )  # fmt: skip
    assert Wanted("wake").fits(*_told(message)) is (lane is not rules.Lane.URGENT)
