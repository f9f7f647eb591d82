"""The follow-up page: what became of a word, for whoever holds its code and for nobody else."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger import verifying
from governance.ledger.verifying import Trust
from governance.publishing.views import code as code_views
from governance.publishing.views import kept_code
from governance.responses import service as responses
from governance.responses.rules import Answer, CommitmentFacts
from governance.storage.database import db
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.factories import Walk
from tests.page import Page
from tests.responses.factories import MANAGER

SAID = "the hall is empty & we stand in the rain"
RELEASED = TODAY + timedelta(days=3)


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, on the day it was founded."""
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


@pytest.fixture
def code(founded: Founded) -> str:
    """The code of one word that is held, with a yes to showing it."""
    prepared = feedback.prepare_code(founded.keys, b"one form token", "en")
    said = feedback.Submission(
        token=secrets.token_bytes(16),
        words=SAID,
        consent=rules.Consent.WORDS,
        lane=rules.Lane.SUGGESTION,
        code=prepared,
    )
    feedback.take(founded.session, founded.keys, said, TODAY)
    founded.session.commit()
    return prepared.code.words


def opened(client: Any, code: str) -> Any:
    return client.submit("/code", code=code)


def let_out(founded: Founded) -> feedback.OpenMessage:
    feedback.release(founded.session, founded.keys, RELEASED)
    reader = founded.reader("Ash")
    page = feedback.inbox(founded.session, founded.keys, reader, rules.Audience.EVERYONE)
    founded.session.commit()
    return page.messages[0]


def fields_of(page: Any, action: str) -> dict[str, str]:
    return next(form["fields"] for form in Page(page.text).forms if form["action"] == action)


def test_a_word_that_waits_says_so(code: str, client: Any) -> None:
    page = opened(client, code)
    assert page.status_code == 200
    assert "It waits to be mixed with others." in page.text
    assert SAID not in page.text, "it never shows what was written"
    assert SAID not in page.text


def test_the_holder_can_prove_that_the_word_is_in_the_record(founded: Founded, code: str, client: Any) -> None:
    let_out(founded)
    assert "Prove it" not in opened(client, code).text
    ledger.publish_head(founded.session, founded.keys, "intake", RELEASED)
    founded.session.commit()
    proof = re.search(r"<pre[^>]*><code>(.*?)</code>", opened(client, code).text, re.DOTALL)
    assert proof
    found = verifying.check_proof(unescape(proof[1]), Trust())
    assert "/intake, one of 8 that were signed:" in found[0]
    opening = re.search(r'id="opening"><code>([0-9a-f]{64})\n([0-9a-f]{64})</code>', opened(client, code).text)
    assert opening
    salt, digest = (bytes.fromhex(each) for each in opening.groups())
    assert (
        json.loads(found[1])["commit"] == sealing.commitment(salt, digest).hex() != sealing.dummy_commitment(salt).hex()
    )


def test_the_code_shows_theme_answer_and_what_is_done(founded: Founded, code: str, client: Any) -> None:
    session = founded.session
    message = let_out(founded)
    theme = feedback.start_theme(session, "Let us wait inside", "", rules.Lane.SUGGESTION, TODAY)
    feedback.put_in(session, theme, message.id, feedback.Hand(founded.keys, TODAY))
    duty = responses.start_duty_for_theme(session, theme.id, TODAY)
    feedback.write_back(session, founded.keys, message, "Which door is it?", asks=True, today=TODAY)
    session.commit()
    page = opened(client, code).text
    assert "Let us wait inside" in page
    assert "Which door is it?" in page
    assert "Your message is in the record." in page
    assert "Staff owe a first word by" in page
    promise = CommitmentFacts("Open the hall", "the opening worker", TODAY + timedelta(days=5))
    answer = responses.AnswerFields(Answer.YES, "Come in.", "The hall is open.", commitments=(promise,))
    responses.answer(session, duty, answer, MANAGER, TODAY)
    session.commit()
    page = opened(client, code).text
    assert "The hall is open." in page
    assert "Promised" in page
    assert "Checked by the board" not in page


@pytest.mark.parametrize("typed", ["ability able aboard able able", "1" * 20])
def test_a_wrong_code_is_not_found(founded: Founded, client: Any, typed: str) -> None:
    page = opened(client, typed)
    assert page.status_code == 422
    assert "We could not find that code." in page.text
    assert typed not in page.text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("ability able aboard able", "You typed 4 of 5 words."),
        ("1234", "You typed 4 of 20 numbers."),
        ("ability able aboard able able".replace("aboard", "aboardq"), "Did you mean “aboard”?"),
        ("é", "You typed 1 of 5 words."),
    ],
)
def test_what_is_no_code_is_told_without_looking_any_up(client: Any, typed: str, hint: str) -> None:
    page = opened(client, typed)
    assert page.status_code == 422
    assert hint in page.text
    assert "We could not find that code." not in page.text


def test_an_expired_code_looks_like_a_wrong_one(founded: Founded, code: str, client: Any) -> None:
    wrong = opened(client, "ability able aboard able able").text
    let_out(founded)
    feedback.retire(founded.session, founded.keys, TODAY + timedelta(days=200))
    founded.session.commit()
    assert without_tokens(opened(client, code).text) == without_tokens(wrong)


@pytest.mark.parametrize("words", ["", "x" * 2001])
def test_a_word_that_ends_while_its_page_is_open_looks_like_a_wrong_code(
    founded: Founded, code: str, client: Any, words: str
) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    wrong = opened(client, "ability able aboard able able").text
    let_out(founded)
    feedback.retire(founded.session, founded.keys, TODAY + timedelta(days=200))
    founded.session.commit()
    page = client.post("/code/more", data={**fields, "words": words})
    assert page.status_code == 422
    assert without_tokens(page.text) == without_tokens(wrong)


def without_tokens(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


@pytest.mark.on_both
def test_the_slow_work_comes_before_any_query(
    founded: Founded, code: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_transaction = []
    true = sealing.code_keys

    def watched(number: int, pepper: bytes) -> sealing.CodeKeys:
        in_a_transaction.append(db.session.registry().in_transaction())  # type: ignore[attr-defined]
        return true(number, pepper)

    monkeypatch.setattr(code_views.sealing, "code_keys", watched)
    assert opened(client, code).status_code == 200
    assert in_a_transaction == [False]


def test_the_code_is_in_no_address_cookie_or_header(code: str, client: Any, app: Flask) -> None:
    page = opened(client, code)
    held = fields_of(page, "/code/more")["held"]
    first_word = code.split()[0]
    assert page.request.path == "/code/opened"
    assert not page.request.query_string
    assert code not in page.text
    assert first_word not in words_of(str(page.headers))
    assert held not in str(page.headers)
    assert page.headers["Cache-Control"] == "no-store"
    with client.session_transaction() as kept:
        assert held not in str(dict(kept))
        assert first_word not in words_of(str(dict(kept)))


def words_of(text: str) -> set[str]:
    """The words of a text, each whole: a drawn one may be part of another, as "location" is of a header's own."""
    return set(re.findall(r"[a-z]+", text.lower()))


def test_more_words_go_to_the_same_readers_once(founded: Founded, code: str, client: Any) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    said = {**fields, "words": "and it is cold\u202e"}
    assert "Your words are in." in client.post("/code/more", data=said).text
    assert "Your words are in." in client.post("/code/more", data=said).text
    session = founded.session
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Held)) == 2
    feedback.release(session, founded.keys, RELEASED)
    page = feedback.inbox(session, founded.keys, founded.reader("Ash"), rules.Audience.EVERYONE)
    assert sorted(message.words for message in page.messages) == ["and it is cold", SAID]


# SQLite asks what is deferred at COMMIT alone, when all else has gone well.
REFUSED_AT_COMMIT = """
CREATE TABLE elsewhere (id INTEGER PRIMARY KEY);
CREATE TABLE refused (id INTEGER REFERENCES elsewhere (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER not_today AFTER INSERT ON held BEGIN INSERT INTO refused VALUES (1); END;
"""


def test_where_they_could_not_be_written_no_page_says_later_that_they_are_in(
    founded: Founded, code: str, client: Any
) -> None:
    """What is told once comes with a cookie, and an error page would bring that too."""
    founded.session.connection().connection.executescript(REFUSED_AT_COMMIT)  # type: ignore[attr-defined]
    founded.session.commit()
    fields = fields_of(opened(client, code), "/code/more")
    refused = client.post("/code/more", data={**fields, "words": "and it is cold"})
    assert (refused.status_code, "and it is cold" in refused.text) == (409, True)
    after = client.get("/code/opened").text
    assert ("Your words are in." in after, "Type your code once more." in after) == (False, True)
    founded.session.execute(text("DROP TRIGGER not_today"))
    founded.session.commit()
    fields = fields_of(opened(client, code), "/code/more")
    assert "Your words are in." in client.post("/code/more", data={**fields, "words": "and it is cold"}).text


def test_words_that_are_too_long_come_back_whole(code: str, client: Any) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    long = "x" * 2001
    page = client.post("/code/more", data={**fields, "words": long})
    assert page.status_code == 409
    assert "About 300 words fit." in opened(client, code).text, "the limit is said before"
    assert "This is about 1 word too long. Please make it shorter. Nothing was cut off." in page.text
    assert long in page.text
    assert client.post("/code/more", data={**fields, "words": ""}).status_code == 422


@pytest.mark.on_both
def test_taking_the_yes_back_empties_the_quote_at_once(founded: Founded, code: str, client: Any) -> None:
    session = founded.session
    message = let_out(founded)
    theme = feedback.start_theme(session, "Rain", "", rules.Lane.SUGGESTION, TODAY)
    feedback.put_in(session, theme, message.id, feedback.Hand(founded.keys, TODAY))
    feedback.quote(session, message, theme, "we stand in the rain")
    responses.start_duty_for_theme(session, theme.id, TODAY)
    session.commit()
    assert "we stand in the rain" in client.get("/").text
    page = opened(client, code)
    taken = client.post("/code/take-back", data=fields_of(page, "/code/take-back"))
    assert "Your words are off the wall." in taken.text
    assert "we stand in the rain" not in client.get("/").text
    assert "take-back" not in opened(client, code).text


def test_what_travels_in_the_page_is_good_for_a_while_and_cannot_be_made_up(
    founded: Founded, code: str, client: Any
) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    for made_up in ("", "AAAA", "é", fields["held"][:-6] + "AAAAA="):
        page = client.post("/code/more", data={**fields, "held": made_up, "words": "x"})
        assert page.status_code == 422
        assert "Type your code once more." in page.text
    with clock.stopped_at(NOW + timedelta(minutes=21)):
        assert client.post("/code/take-back", data=fields).status_code == 422


def test_its_address_on_a_phone_shows_it_for_twenty_minutes_and_to_that_phone_alone(
    founded: Founded, code: str, client: Any, app: Flask
) -> None:
    assert opened(client, code).request.path == "/code/opened"
    assert "This page stays on this phone for 20 minutes." in client.get("/code/opened").text
    assert "What became of your word" not in app.test_client().get("/code/opened").text
    for waited, shown in ((timedelta(minutes=20), True), (timedelta(minutes=21), False), (-timedelta(days=1), False)):
        with clock.stopped_at(NOW + waited):
            page = client.get("/code/opened").text
        assert ("What became of your word" in page) is shown
        assert ("Type your code once more." in page) is not shown


def test_without_a_cookie_it_is_the_answer_to_the_form_itself(founded: Founded, code: str, app: Flask) -> None:
    bare = app.test_client(use_cookies=False)
    page = bare.get("/code")
    assert page.status_code == 200
    with app.test_request_context("/code", method="POST"):
        assert not kept_code.keep(kept_code.Opened(sealing.CodeKeys(b"f", b"u", b"t")))


@pytest.mark.parametrize(
    ("words", "kept"), [("Half a sentence", True), ("".join(map(chr, range(0x4E00, 0x54E0))), False)]
)
def test_words_below_it_travel_with_a_switch_of_languages_and_the_cookie_stays_small_enough(
    founded: Founded, code: str, client: Any, words: str, kept: bool
) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    page = client.post("/code/more", data={**fields, "words": words, "go": "in-es"})
    assert words in page.text
    assert (page.request.path == "/code/opened") is kept
    assert_each_cookie_is_short_enough(client)


def assert_each_cookie_is_short_enough(client: Any) -> None:
    """A browser may drop one of more than 4,096 bytes, with all that it says (RFC 6265, section 6.1)."""
    for cookie in (client.get_cookie("voice"), client.get_cookie("opened", path="/code")):
        assert cookie is None or len(cookie.key) + len(cookie.value) < 4096


def test_no_cookie_is_too_long_beside_the_longest_answers_of_say(founded: Founded, code: str, client: Any) -> None:
    walk = Walk(client)
    walk.to_words(lane="suggestion")
    walk.next(words="x\u4e00\u9fa5" * 666)
    fields = fields_of(opened(client, code), "/code/more")
    words = "".join(map(chr, range(0x4E00, 0x4E00 + 500)))
    page = client.post("/code/more", data={**fields, "words": words, "go": "in-es"})
    assert (page.request.path, words in page.text) == ("/code/opened", True)
    assert_each_cookie_is_short_enough(client)
    walk.back()
    assert walk.fields["words"] == "x\u4e00\u9fa5" * 666
    assert words in client.get("/code/opened").text
    assert_each_cookie_is_short_enough(client)


NOT_A_CODE = "ability able aboard able"
ASKED = "Type the code you were given."
# What a phone sends and is refused: below what a code opened, or in the place of the code; and what it is told.
REFUSED = {
    "too few": ("code", {"code": NOT_A_CODE}, "You typed 4 of 5 words.", NOT_A_CODE),
    "a near word": ("code", {"code": "ability able aboardq able able"}, "Did you mean", "aboardq"),
    "nothing": ("code", {"code": ""}, "Type the words of your code.", ""),
    "too long": ("code", {"code": "able " * 100}, "is-wrong", "able able"),
    "no code of ours": ("code", {"code": "ability able aboard able able"}, "We could not find that code.", ""),
    "another language": ("code", {"code": NOT_A_CODE, "go": "in-es"}, "Escribe el código", NOT_A_CODE),
    "no more words": ("more", {"words": ""}, "Type a word or two first.", ""),
    "too many words": ("more", {"words": SAID + "x" * 2000}, "too long", "we stand in the rain"),
    "words that stayed behind": ("more", {"in_tab": "y", "words": ""}, "Your words did not come along.", ""),
    "a code of long ago": ("more", {"held": "AAAA", "words": "x"}, "Type your code once more.", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_has_an_address_on_a_phone_so_that_no_browser_sends_the_form_again(
    founded: Founded, code: str, client: Any, case: str
) -> None:
    """The same stands there as often as the page is loaded, with what was typed. In a browser without cookies it does
    not: there it is the answer to the form itself.
    """
    form, typed, told, kept = REFUSED[case]
    page = opened(client, code) if form == "more" else client.get("/code")
    fields = fields_of(page, "/code/more" if form == "more" else "/code")
    address = "/code/more" if form == "more" else "/code"
    answer = FlaskClient.open(client, address, data={**fields, **typed}, method="POST")
    assert (answer.status_code, answer.location) == (303, "/code/opened")
    for _ in range(2):
        shown = client.get("/code/opened")
        assert told in unescape(shown.text)
        assert unescape(kept) in unescape(shown.text)
        assert shown.status_code == (200 if "go" in typed else shown.status_code)
    with client.session_transaction() as cookie:
        assert NOT_A_CODE not in str(dict(cookie))
    client.delete_cookie("opened", path="/code")
    again = client.get("/code/opened").text
    stands_anyway = (form == "code" and "go" in typed) or told == "Type your code once more."
    assert told not in again or stands_anyway, "the control: it came from the cookie"
    assert not kept or unescape(kept) not in unescape(again)


@pytest.mark.parametrize("address", ["/code", "/code/more"])
def test_a_form_from_no_page_of_ours_is_refused_at_once_and_changes_no_cookie(
    founded: Founded, code: str, client: Any, address: str
) -> None:
    fields = fields_of(opened(client, code), "/code/more")
    kept = client.get_cookie("opened", path="/code").value
    page = client.post(address, data={**fields, "code": NOT_A_CODE, "words": "", "csrf_token": "x"})
    assert (page.status_code, page.request.path) == (422, address)
    assert client.get_cookie("opened", path="/code").value == kept


@pytest.mark.parametrize("go", ["in-es", "show"])
def test_a_whole_code_that_was_not_looked_up_waits_in_no_cookie(
    founded: Founded, code: str, client: Any, go: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_views.slow_lane, "is_full", lambda: True)
    fields = fields_of(client.get("/code"), "/code")
    page = client.post("/code", data={**fields, "code": code, "go": go})
    assert (page.request.path, page.status_code) == ("/code", 200 if go == "in-es" else 503)
    assert code in page.text
    assert client.get_cookie("opened", path="/code") is None


def test_done_forgets_what_a_code_opened_and_goes_on_to_the_wall(founded: Founded, code: str, client: Any) -> None:
    """It is the first way back on a phone. A shared screen has its own, and needs none."""
    page = opened(client, code)
    assert "“Done” does too" in page.text
    kept = client.get_cookie("opened", path="/code").value
    answer = client.post("/code/done", data={**fields_of(page, "/code/more"), "go": "done"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get_cookie("opened", path="/code") is None
    client.set_cookie("opened", kept, path="/code")
    assert ASKED in client.get("/code/opened").text, "no copy of the cookie opens it"
    client.get("/kiosk")
    assert "“Done” does too" not in opened(client, code).text


@pytest.mark.parametrize("frame", ["phone", "kiosk"])
@pytest.mark.parametrize(
    ("typed", "is_there"), [({"words": "And the lock"}, True), ({"in_tab": "1"}, False)], ids=["no scripts", "scripts"]
)
def test_done_below_words_that_were_not_sent_asks_first(
    founded: Founded, code: str, client: Any, frame: str, typed: dict[str, str], is_there: bool
) -> None:
    """On a shared screen the button says "The wall" instead. With a script the words wait in the tab, not here."""
    if frame == "kiosk":
        client.get("/kiosk")
    fields = fields_of(opened(client, code), "/code/more")
    asked = client.post("/code/done", data={**fields, **typed, "go": "done"})
    assert "Your words are not sent yet." in asked.text
    again = fields_of(asked, "/code/more")
    assert again["words"] == ("And the lock" if is_there else "")
    assert re.search(r'formaction="/code/done" name="go" value="leave"', asked.text)
    left = client.post("/code/done", data={**again, **typed, "go": "leave"})
    assert (left.status_code, left.location) == (303, "/")
    assert ASKED in client.get("/code/opened").text
    nothing = {**fields_of(opened(client, code), "/code/more"), "words": " \n"}
    assert client.post("/code/done", data={**nothing, "go": "done"}).location == "/"


def test_the_browser_drops_it_by_itself_and_no_copy_of_it_opens_anything(
    founded: Founded, code: str, client: Any, app: Flask
) -> None:
    opened(client, code)
    kept = client.get_cookie("opened", path="/code")
    assert (kept.path, kept.max_age) == ("/code", 20 * 60)
    thief = app.test_client()
    for browser, end in ((thief, "/code"), (client, "/leave"), (client, "/hide")):
        browser.get(end)
        assert browser.get_cookie("opened", path="/code") is None
        browser.set_cookie("opened", kept.value, path="/code")
        assert "What became of your word" not in browser.get("/code/opened").text
        assert "What became of your word" in opened(client, code).text
        kept = client.get_cookie("opened", path="/code")


def test_a_phone_that_was_left_without_a_signal_forgets_with_its_next_page(
    founded: Founded, code: str, client: Any
) -> None:
    walk = Walk(client)
    walk.to_words(lane="suggestion")
    walk.next(words=SAID)
    opened(client, code)
    client.set_cookie("left", "1")
    assert "Type the code you were given." in client.get("/code/opened").text
    assert client.get_cookie("left") is None
    assert client.get_cookie("opened", path="/code") is None
    assert SAID not in client.get("/say/4").text
    assert "What became of your word" in opened(client, code).text, "the mark is gone: this phone can be used"
