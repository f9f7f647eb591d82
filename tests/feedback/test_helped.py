"""With a helper, who reads aloud and types: what is read back, and what is left once it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback.models import FollowUp, Held
from governance.feedback.rules import Audience
from governance.feedback.views import carried
from governance.feedback.views.carried import Company, Frame, Progress, Step
from tests.factories import NOW, Founded
from tests.feedback.factories import Walk, messages
from tests.page import PageClient

LATER = NOW + timedelta(minutes=1)
WORDS = "They took my tent\nand my shoes"
YES = "Yes, this is what I said"

pytestmark = pytest.mark.usefixtures("at_noon")


def with_a_helper(client: PageClient, address: str, lane: str = "suggestion") -> Walk:
    """Somebody and their helper, at the screen for words."""
    walk = Walk(client, address)
    assert "Somebody helps you say it." in walk.send("helper").text
    walk.next()
    walk.to_words(lane=lane)
    return walk


@pytest.fixture(params=["/kiosk", "/say"])
def pair(request: pytest.FixtureRequest, client: PageClient, founded: Founded) -> Walk:
    return with_a_helper(client, request.param)


def sent(pair: Walk, **said: str) -> str:
    with clock.stopped_at(LATER):
        return pair.send("send", **said).text


def test_what_a_helper_types_is_read_back_and_goes_with_a_yes(pair: Walk, founded: Founded) -> None:
    assert "Helper: write what they say, in their words." in pair.seen.text
    read_back = pair.next(words=WORDS).text
    assert "Is this what you said?" in read_back
    assert f">{WORDS}</p>" in read_back
    assert YES in read_back
    pair.next()
    assert "Thank you. It is in." in sent(pair, consent="words")
    (message,) = messages(founded, Audience.EVERYONE)
    assert message.words == WORDS


@pytest.mark.parametrize("lane", ["alert", "urgent"])
def test_what_may_be_shown_is_asked_or_said_before_it_is_sent(client: PageClient, founded: Founded, lane: str) -> None:
    pair = with_a_helper(client, "/kiosk", lane=lane)
    pair.next(words=WORDS)
    asked = pair.next().text
    if lane == "alert":
        assert "May we show it?" in asked
        asked = pair.next().text
    assert "When should it go?" in asked
    assert ("We may show the idea. Not your words." in asked) is (lane == "urgent")


def test_without_a_yes_nothing_is_sent(pair: Walk, founded: Founded, session: Session) -> None:
    for go in ("send", "send", ""):
        answer = pair.send(go, words=WORDS).text
        assert "Is this what you said?" in answer, go
    assert session.scalars(select(Held)).all() == []


def test_words_that_were_changed_are_read_back_once_more(pair: Walk) -> None:
    pair.next(words=WORDS)
    pair.next()
    assert "May we show it?" in pair.seen.text
    pair.back()
    pair.back()
    assert pair.fields["words"] == WORDS
    assert "Is this what you said?" in sent(pair, words="They took my tent")


def test_a_message_with_a_helper_is_one_like_any_other(client: PageClient, founded: Founded, session: Session) -> None:
    pair = with_a_helper(client, "/kiosk")
    pair.next(words=WORDS)
    pair.next()
    sent(pair)
    alone = Walk(client, "/kiosk")
    alone.to_words(lane="suggestion")
    alone.next(words=WORDS)
    sent(alone)
    rows = [
        {name: len(value) if isinstance(value, bytes) else value for name, value in vars(row).items()}
        for row in session.scalars(select(Held))
    ]
    assert len(rows) == 2
    told = [{name: value for name, value in row.items() if name[0] != "_" and name != "id"} for row in rows]
    assert told[0] == told[1]
    one, other = messages(founded, Audience.EVERYONE)
    assert (one.words, one.via, one.place, one.language) == (other.words, other.via, other.place, other.language)


def test_once_it_is_sent_no_form_of_before_shows_a_word_of_it(pair: Walk, session: Session) -> None:
    typed = pair.fields
    pair.next(words=WORDS)
    read_back = pair.fields
    pair.next()
    last = pair.fields
    sent(pair)
    for old, go in ((typed, "next"), (read_back, "back"), (read_back, "next"), (last, "back"), (last, "alone")):
        answer = pair.client.post(pair.address, data={**old, "go": go}, follow_redirects=True)
        assert "Thank you. It is in." in answer.text
        assert "They took" not in answer.text
    for address in ("/say/1", "/say/5"):
        assert "They took" not in pair.client.get(address, follow_redirects=True).text
    answer = pair.client.post(pair.address, data={**last, "go": "next"}, follow_redirects=True)
    assert "They took" not in answer.text
    assert len(session.scalars(select(Held)).all()) == 1


def test_the_control_alone_the_same_form_shows_them_until_the_screen_is_hidden(
    client: PageClient, founded: Founded
) -> None:
    alone = Walk(client, "/kiosk")
    alone.to_words()
    alone.next(words=WORDS)
    last = alone.fields
    sent(alone)
    assert "They took" in client.post("/kiosk", data={**last, "go": "back"}).text


def test_the_thanks_to_two_put_no_empty_message_in_the_place_of_theirs(pair: Walk, founded: Founded) -> None:
    pair.next(words=WORDS)
    pair.next()
    sent(pair)
    with clock.stopped_at(LATER):
        pair.send("code")
    assert [m.words for m in messages(founded, Audience.EVERYONE)] == [WORDS]


def test_two_presses_are_one_message_and_one_code(pair: Walk, session: Session) -> None:
    pair.next(words=WORDS)
    pair.next()
    same = {**pair.fields, "go": "send", "wants_code": "y"}
    with clock.stopped_at(LATER):
        pages = [pair.client.post(pair.address, data=same).text for _ in range(2)]
    codes = [page.split("Here is your code.")[1].split("</ol>")[0] for page in pages]
    assert codes[0] == codes[1]
    assert len(session.scalars(select(Held)).all()) == len(session.scalars(select(FollowUp)).all()) == 1


def test_a_second_press_that_asks_for_a_code_shows_none_that_opens_nothing(pair: Walk, session: Session) -> None:
    """Sent without one; then back within the minute, and sent again with one. Alone it is so too (`test_say.py`)."""
    pair.next(words=WORDS)
    pair.next()
    same = {**pair.fields, "go": "send"}
    with clock.stopped_at(LATER):
        assert "Here is your code." not in pair.client.post(pair.address, data=same).text
        again = pair.client.post(pair.address, data={**same, "wants_code": "y"}).text
    assert "Thank you. It is in." in again
    assert "Here is your code." not in again
    assert session.scalars(select(FollowUp)).all() == []


@pytest.mark.parametrize("later", [timedelta(minutes=3), timedelta(hours=20), timedelta(minutes=-1)])
def test_who_sends_the_last_form_again_later_is_shown_no_code(pair: Walk, session: Session, later: timedelta) -> None:
    """It may be the helper, alone with the screen."""
    pair.next(words=WORDS)
    pair.next()
    same = {**pair.fields, "go": "send", "wants_code": "y"}
    with clock.stopped_at(LATER):
        assert "Here is your code." in pair.client.post(pair.address, data=same).text
    with clock.stopped_at(LATER + later):
        again = pair.client.post(pair.address, data=same).text
    assert "Thank you. It is in." in again
    assert "Here is your code." not in again
    assert len(session.scalars(select(FollowUp)).all()) == 1


def test_a_code_lies_in_a_fold_for_the_person_and_is_offered_no_later(pair: Walk) -> None:
    pair.next(words=WORDS)
    pair.next()
    page = sent(pair, wants_code="y")
    fold = page.split('<details class="for-one holds-slip">')[1].split("</details>")[0]
    assert "Helper, please look away." in page.split('<details class="for-one holds-slip">')[0]
    assert "Here is your code." in fold
    assert page.count("Here is your code.") == 1
    assert "open" not in page.split("<details")[1].split(">")[0]


def test_who_wanted_no_code_is_offered_none_with_the_helper_beside_them(pair: Walk) -> None:
    pair.next(words=WORDS)
    pair.next()
    page = sent(pair)
    assert "Give me a code" not in page
    assert "Nothing that was said or typed here is on this screen any more." in page
    assert 'lang="es"' in pair.send("in-es").text
    assert "Gracias" in pair.seen.text


def test_what_was_sent_with_a_helper_leaves_no_copies_in_the_browser_and_a_phone_its_pass(pair: Walk) -> None:
    pair.next(words=WORDS)
    pair.next()
    sent(pair)
    forgets = {"/kiosk": '"cache", "storage"', "/say": '"cache"'}
    assert pair.seen.headers["Clear-Site-Data"] == forgets[pair.address]
    assert pair.seen.headers["Cache-Control"] == "no-store"


def test_the_next_person_at_a_kiosk_is_not_thanked_for_it(client: PageClient, founded: Founded) -> None:
    pair = with_a_helper(client, "/kiosk")
    pair.next(words=WORDS)
    pair.next()
    last = pair.fields
    sent(pair)
    client.get("/help-now")
    answer = client.post("/kiosk", data={**last, "go": "send", "wants_code": "y"})
    assert "Thank you" not in answer.text
    assert "was cleared" in answer.text


progresses = st.builds(
    lambda lane, company, step, words, in_tab, agreed: replace(
        carried.begin(Frame.KIOSK, "visit", NOW).saying(lane=lane, words=words, in_tab=in_tab, agreed=agreed),
        company=company,
        step=step,
    ),
    st.sampled_from(["", *rules.Lane]),
    st.sampled_from(Company),
    st.sampled_from(Step),
    st.sampled_from(["", " \n", "said"]),
    st.booleans(),
    st.booleans(),
).filter(lambda so_far: so_far.step in so_far.path)


@given(progresses)
def test_wherever_one_goes_there_is_a_screen_and_alone_there_is_none_of_a_helper(so_far: Progress) -> None:
    for then in (so_far.onward(), so_far.back(), so_far.with_helper(), so_far.parting(), so_far.alone()):
        assert then.step in then.path
        assert 1 <= then.number <= len(then.path)
    assert {Step.TOGETHER, Step.READ_BACK}.isdisjoint(so_far.alone().path)
    assert so_far.with_helper().alone().back().company is Company.NONE


@given(progresses)
def test_words_typed_by_a_helper_wait_for_a_yes_and_no_others_do(so_far: Progress) -> None:
    said = so_far.answers
    typed = bool(said.in_tab or said.words.strip())
    helped = so_far.company is not Company.NONE
    assert (Step.READ_BACK in so_far.to_ask) == (helped and typed and not said.agreed)


@given(progresses)
def test_the_answers_come_back_as_they_were_with_the_company(so_far: Progress) -> None:
    key = b"k" * 32
    assert carried.opened(carried.sealed(so_far, key), key) == so_far
    packed = carried.pressed(so_far)
    assert packed
    assert carried.unpressed(packed) == so_far
