"""With a helper: how one goes on alone, that all of it is hidden first, and that none of it is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback.models import FollowUp
from governance.feedback.rules import Audience
from tests.factories import Founded
from tests.feedback.factories import Walk, messages
from tests.feedback.test_helped import LATER, WORDS, pair, sent, with_a_helper
from tests.page import Page, PageClient

__all__ = ["pair"]

ALONE = "I want to go on alone"

# All of it stands in the forms. What comes of it once it is sent `test_helped` reads from both databases.
pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
def test_every_screen_has_a_way_to_go_on_alone(client: PageClient, founded: Founded, address: str) -> None:
    pair = Walk(client, address)
    pair.send("helper")
    seen = []
    while "When should it go?" not in pair.seen.text and len(seen) < 9:
        assert ALONE in pair.seen.text
        assert "Send it as it is" not in pair.seen.text
        seen.append(pair.seen.text)
        pair.next(**({"lane": "urgent"} if "lane" in pair.seen.text else {}))
    assert len(seen) == 4, "where someone may be hurt there is no screen that can be left out"
    assert ALONE in pair.seen.text
    assert "Send, with a code" in pair.seen.text, "what is left out asks for nothing that a code needs"


def test_who_goes_on_alone_first_hides_all_of_it_and_then_says_that_it_stays(pair: Walk, founded: Founded) -> None:
    pair.next(words=WORDS)
    hidden = pair.send("alone")
    assert "Helper, please step away now." in hidden.text
    assert "They took" not in hidden.text
    if pair.address == "/say":
        for number in range(1, 8):
            assert "They took" not in pair.client.get(f"/say/{number}").text, "no address shows it meanwhile"
    kept = pair.send("keep")
    assert "Say it in your own words." in kept.text
    assert pair.fields["words"] == WORDS
    assert ALONE not in kept.text
    pair.next()
    assert "May we show it?" in pair.seen.text
    sent(pair)
    assert [m.words for m in messages(founded, Audience.EVERYONE)] == [WORDS]


ALONE_TYPED = "It was the one who sits here"


def gone_alone(pair: Walk) -> tuple[dict[str, str], dict[str, str]]:
    """They keep what was typed, type more alone, and are at the last screen: a form of before, and one of theirs."""
    pair.next(words=WORDS)
    before = pair.fields
    pair.send("alone")
    pair.send("keep")
    pair.next(words=ALONE_TYPED)
    assert "May we show it?" in pair.seen.text
    return before, pair.fields


def test_what_was_typed_alone_is_gone_from_the_screen_once_it_is_sent(pair: Walk, founded: Founded) -> None:
    """The helper may come back while the thanks still stand there."""
    before, alone = gone_alone(pair)
    thanked = sent(pair)
    assert "Give me a code" not in thanked
    for old, go in ((alone, "back"), (alone, "next"), (alone, "in-es"), (before, "back"), (before, "next")):
        answer = pair.client.post(pair.address, data={**old, "go": go}, follow_redirects=True).text
        assert ALONE_TYPED not in answer, go
        assert "They took" not in answer, go
        assert "please step away" not in answer, "it was sent long ago"
    for number in range(1, 8):
        assert ALONE_TYPED not in pair.client.get(f"/say/{number}", follow_redirects=True).text
    assert [m.words for m in messages(founded, Audience.EVERYONE)] == [ALONE_TYPED]


def test_the_control_before_it_is_sent_the_same_form_shows_what_was_typed_alone(pair: Walk) -> None:
    _, alone = gone_alone(pair)
    answer = pair.client.post(pair.address, data={**alone, "go": "back"}, follow_redirects=True).text
    assert ALONE_TYPED in answer


def test_once_the_helper_is_to_go_no_form_of_before_shows_a_word_and_none_is_lost(pair: Walk) -> None:
    typed = pair.fields
    pair.next(words=WORDS)
    read_back = pair.fields
    pair.send("alone")
    parting = pair.fields
    for old, go in ((typed, "next"), (typed, "alone"), (read_back, "back"), (read_back, "next"), (read_back, "in-es")):
        again = {**old, "go": go, **({"words": WORDS} if old is typed else {})}
        answer = pair.client.post(pair.address, data=again, follow_redirects=True)
        assert "Helper, please step away now." in answer.text, go
        assert "They took" not in answer.text, go
        hidden = next(form["fields"] for form in Page(answer.text).forms if "so_far" in form["fields"])
        kept = pair.client.post(pair.address, data={**hidden, "go": "keep"}, follow_redirects=True)
        assert "They took my tent" in kept.text, "the person who pressed Back loses nothing"
    kept = pair.client.post(pair.address, data={**parting, "go": "keep"}, follow_redirects=True)
    assert "They took my tent" in kept.text


def test_the_control_with_the_helper_still_there_the_same_form_shows_them(client: PageClient, founded: Founded) -> None:
    pair = with_a_helper(client, "/kiosk")
    pair.next(words=WORDS)
    read_back = pair.fields
    assert "They took" in client.post("/kiosk", data={**read_back, "go": "back"}).text


def test_from_the_first_screen_too_what_was_typed_is_hidden_before_they_are_alone(pair: Walk) -> None:
    pair.next(words=WORDS)
    while "Somebody helps you say it." not in pair.seen.text:
        pair.back()
    assert "Helper, please step away now." in pair.send("alone").text


@pytest.mark.parametrize("length", [2001, 40_000])
def test_words_that_are_too_long_are_hidden_as_well_and_the_fault_waits_until_they_are_alone(
    pair: Walk, length: int
) -> None:
    words = "They took" + "x" * length
    hidden = pair.send("alone", words=words)
    assert hidden.status_code == 200
    assert "Helper, please step away now." in hidden.text
    assert "They took" not in hidden.text
    assert "too long" not in hidden.text
    kept = pair.send("keep")
    assert kept.status_code == 422
    assert "too long" in kept.text
    assert pair.fields["words"] == words
    assert "May we show it?" in pair.next(words=WORDS).text


def test_an_answer_that_no_screen_offers_is_not_taken_from_who_goes_on_alone(
    client: PageClient, founded: Founded
) -> None:
    pair = Walk(client, "/kiosk")
    pair.send("helper")
    pair.next()
    assert "Helper, please step away now." in pair.send("alone", lane="of nobody").text
    assert "What do you want to say?" in pair.send("keep").text


def test_who_wants_to_begin_anew_finds_nothing_of_it_and_neither_does_the_helper(pair: Walk) -> None:
    pair.next(words=WORDS)
    before = pair.fields
    pair.send("alone")
    parting = pair.fields
    begun = pair.send("clear")
    assert "What do you want to say?" in begun.text
    assert "With a helper" in begun.text
    assert "data-rests" not in begun.text, "it clears itself: whoever comes next is not the one who sent a helper away"
    for old in (before, parting):
        answer = pair.client.post(pair.address, data={**old, "go": "back"})
        assert "They took" not in answer.text
        assert "was cleared" in answer.text


def said_anew(walk: Walk) -> tuple[str, dict[str, str]]:
    """They say it alone and send it without a code. The thanks, and what a "Give me a code" of now would send."""
    walk.to_words(lane="suggestion")
    walk.next(words=ALONE_TYPED)
    last = walk.fields
    thanked = sent(walk)
    return thanked, {**last, **walk.fields, "go": "code"}


def test_who_began_anew_and_sent_it_leaves_a_helper_who_comes_back_no_code(pair: Walk, session: Session) -> None:
    pair.next(words=WORDS)
    pair.send("alone")
    pair.send("clear")
    thanked, asks = said_anew(pair)
    assert "Thank you. It is in." in thanked
    assert "Give me a code" not in thanked
    with clock.stopped_at(LATER):
        answer = pair.client.post(f"{pair.address}/code", data=asks).text
    assert "Here is your code." not in answer
    assert session.scalars(select(FollowUp)).all() == []
    for go in ("back", "next", "in-es"):
        assert ALONE_TYPED not in pair.client.post(pair.address, data={**asks, "go": go}, follow_redirects=True).text


@pytest.mark.parametrize("address", ["/kiosk", "/say"])
def test_the_control_who_was_alone_all_along_is_offered_one(
    client: PageClient, founded: Founded, session: Session, address: str
) -> None:
    walk = Walk(client, address)
    assert ("data-rests" in client.get(address).text) is (address == "/kiosk")
    thanked, asks = said_anew(walk)
    assert "Give me a code" in thanked
    with clock.stopped_at(LATER):
        answer = client.post(f"{address}/code", data=asks).text
    assert "Here is your code." in answer
    assert len(session.scalars(select(FollowUp)).all()) == 1


def test_who_began_anew_can_ask_for_a_code_before_it_is_sent(pair: Walk) -> None:
    """It lies in its fold then, as wherever somebody helped."""
    pair.send("alone")
    pair.send("clear")
    pair.to_words(lane="suggestion")
    pair.next(words=ALONE_TYPED)
    page = sent(pair, wants_code="y")
    assert "Here is your code." in page.split('<details class="for-one holds-slip">')[1].split("</details>")[0]


def test_who_goes_back_from_the_first_screen_is_alone(client: PageClient, founded: Founded) -> None:
    for go in ("back", "alone"):
        walk = Walk(client, "/kiosk")
        walk.send("helper", lane="thanks")
        assert "With a helper" in walk.send(go).text
        assert walk.fields["lane"] == "thanks"
