"""The result as people meet it: numbers for who may see them, winners alone for others, one's own ballot found."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.box.publishing import commitment_to_count
from governance.ballots.bundle.canonical import canonical
from governance.ballots.calling.kinds import Settings
from governance.ballots.passes.credential import from_code
from governance.ballots.result.disclosure import Disclosure
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.ledger.rules import leaf_hash
from governance.permissions.roles import Role
from governance.privacy import retention
from tests.ballots.factories import AFTER, NOW, VOTING, Vote, a_vote
from tests.publishing.test_written import marks

SignIn = Callable[..., Any]
FOUND_IN_FRENCH = "Ton bulletin est dans la liste"
WANTED = ("Later hours", "A drying room", "Safer smoking kits")
TWELVE = (SeatClass.LIVED,) * 9 + (SeatClass.FAMILY,) * 3
# Kits go out first. Who put the hours second decides, and what they put third is read by nobody.
RANKED = (
    [{"p1": "0", "p2": "1"}] * 5 + [{"p1": "1", "p2": "0", "p3": "2"}] * 4 + [{"p1": "2", "p2": "1", "p3": "0"}] * 3
)


def words(answer: Any) -> str:
    """What stands on a page, one space between any two words."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", answer.text)).split())


def a_public_vote(session: Session, keys: KeyFolder) -> tuple[Vote, dict[str, str]]:
    """A ranked vote that everyone may see, counted; and the tracker that goes with each card that was used."""
    vote = a_vote(
        session, keys, "ranked", classes=TWELVE, settings=Settings(options=WANTED), disclosure=Disclosure.FULL
    )
    election = (vote.ballot.manifest or {})["election"]
    used = {card: from_code(card, election).tracker for card in vote.cards[-12:]}
    vote.cast(*RANKED)
    vote.count()
    session.commit()
    return vote, used


def test_everyone_sees_the_steps_of_a_public_vote_and_finds_their_own_ballot(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    _, used = a_public_vote(session, keys)
    with clock.stopped_at(AFTER):
        page = client.get("/ballots/1")
        told = words(page)
        assert "The board chose: A drying room." in told
        assert "A drying room 4 7 +3 Won Later hours 5 5 Safer smoking kits 3 0 −3 Went out" in told
        assert "To win took more than half of what still counts: 7." in told
        assert re.search(
            r'<svg class="chart"[^>]* role="img" aria-labelledby="chart-title chart-desc"', " ".join(page.text.split())
        )
        assert "12 active seats, 12 here" in told
        assert "only the part that was counted" in told
        assert "style=" not in page.text

        tracker = list(used.values())[-1]  # The first one in: it was dropped with the last card.
        found = client.submit("/ballots/1/check", "tracker", tracker=f"{tracker[:5].lower()} {tracker[5:]}")
        assert found.status_code == 200
        assert "Yes. Your ballot is in the list" in words(found)
        assert "It says: 1. Later hours, …" in words(found)
        assert "The count read no further than this" in words(found)
        assert found.headers["Cache-Control"] == "no-store"
        assert tracker not in str(found.headers)
        in_spanish = client.post("/ballots/1/check", data={**found.page.forms[-1]["fields"], "go": "in-es"})
        assert "Sí. Tu voto está en la lista" in words(in_spanish), "the answer stays in another language"
        assert tracker not in in_spanish.text
        missing = client.submit("/ballots/1/check", "tracker", tracker="AAAAA AAAAA", go="in-en")
        assert "These letters are not in the list" not in words(missing), "what was typed was not looked for"
        missing = client.submit("/ballots/1/check", "tracker", tracker="AAAAA AAAAA")
        assert "These letters are not in the list" in words(missing)
        again = client.post("/ballots/1/check", data={**missing.page.forms[-1]["fields"], "go": "in-es"})
        assert "Estas letras no están en la lista" in words(again)
        client.submit("/ballots/1/check", "tracker", tracker="", go="in-en")
        assert "These letters are not in the list" in words(
            client.submit("/ballots/1/check", "tracker", tracker="hello")
        )
        for none in ("", "\0" * 10, " - "):
            asked = client.submit("/ballots/1/check", "tracker", tracker=none)
            assert (asked.status_code, "Type the letters first." in asked.text) == (422, True)
        assert client.submit("/ballots/1/check", "tracker", tracker="x" * 5000).status_code == 422
        in_french = client.submit("/ballots/1/check", "tracker", tracker=tracker, go="in-fr")
        assert '<html lang="fr"' in in_french.text
        assert "The board chose" not in in_french.text
        assert tracker in in_french.text, "what was typed is there, and was not looked for"
        client.submit("/ballots/1/check", "tracker", tracker="", go="in-en")
        stale = client.post("/ballots/1/check", data={"tracker": tracker})
        assert (stale.status_code, "lay open for a long time" in stale.text) == (422, True)
        assert "Your ballot is in the list" not in words(stale)

        wall = client.get("/ballots/1/wall-list")
        assert all(f"{each[:5]} {each[5:]}" in words(wall) for each in used.values())
        assert "/ballots/1/wall-list" in page.text


@pytest.mark.parametrize("shared", [False, True], ids=["phone", "kiosk"])
def test_back_and_reload_find_the_answer_on_ones_own_phone_alone(
    session: Session, keys: KeyFolder, client: Any, shared: bool
) -> None:
    """The letters lie sealed in a cookie of votes. It opens for nobody after the visit, nor after its minutes."""
    _, used = a_public_vote(session, keys)
    tracker, address = next(iter(used.values())), "/ballots/1/check"
    with clock.stopped_at(AFTER):
        if shared:
            client.get("/kiosk")
        sent = FlaskClient.open(
            client, address, method="POST", data={**client.form(address, "tracker")["fields"], "tracker": tracker}
        )
        assert sent.status_code == (200 if shared else 303)
        lies = client.get_cookie("looked-for", path="/ballots")
        assert (lies is None) is shared
        again = words(client.get(address))
        assert ("Yes. Your ballot is in the list" in again) is not shared
        if shared:
            return
        assert tracker not in f"{sent.headers}{lies.value}"
        assert lies.http_only
        missing = client.submit(address, "tracker", tracker="hello")
        assert "These letters are not in the list" in words(client.get(address))
        assert missing.page.forms[-1]["fields"]["tracker"] == "hello"
    with clock.stopped_at(AFTER + retention.LOOKED_FOR + timedelta(seconds=1)):
        assert "These letters are not in the list" not in words(client.get(address))
    with clock.stopped_at(AFTER):
        client.get("/hide")
        assert client.get_cookie("looked-for", path="/ballots") is None
        client.set_cookie("looked-for", lies.value, path="/ballots")
        assert "Your ballot is in the list" not in words(client.get(address))


@pytest.mark.parametrize("shared", [False, True], ids=["phone", "kiosk"])
def test_another_language_shows_what_was_looked_for_in_that_visit_alone(
    session: Session, keys: KeyFolder, client: Any, shared: bool
) -> None:
    """Whoever has the page of before, or its hidden letters, and not the visit, reads nothing of them."""
    _, used = a_public_vote(session, keys)
    tracker, address, pressed = next(iter(used.values())), "/ballots/1/check", {"go": "in-fr", "tracker": ""}
    with clock.stopped_at(AFTER):
        if shared:
            client.get("/kiosk")
        page = client.submit(address, "tracker", tracker=tracker).page.forms[-1]["fields"]
        assert bool(page.get("looked_for")) is shared, "a phone keeps it itself"
        again = client.post(address, data={**page, **pressed})
        assert (again.status_code, tracker in again.text) == (200, False)
        assert FOUND_IN_FRENCH in words(again), "the control"
        client.get("/kiosk" if shared else "/hide")
        old = client.post(address, data={**page, **pressed})
        fresh = client.form(address, "tracker")["fields"]["csrf_token"]
        retold = client.post(address, data={**page, **pressed, "csrf_token": fresh})
        for answer in (old, retold):
            assert tracker not in answer.text
            assert FOUND_IN_FRENCH not in words(answer)


def test_options_say_their_language_on_the_public_pages_of_a_vote_and_our_words_do_not(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    a_public_vote(session, keys)
    with clock.stopped_at(AFTER):
        for address in ("/ballots/1", "/ballots/1/wall-list"):
            there, here = (client.get(address, headers={"Accept-Language": code}).text for code in ("ar", "en"))
            assert '<html lang="ar" dir="rtl">' in there
            assert set(marks(there, "1. Later hours")) == {"en"}, address
            assert set(marks(there, "ما كان في الصندوق")) == {""}, address
            assert set(marks(here, "1. Later hours")) == {""}, address


def test_the_letters_looked_for_are_in_no_log(
    session: Session, keys: KeyFolder, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    _, used = a_public_vote(session, keys)
    with clock.stopped_at(AFTER), caplog.at_level(0):
        tracker = next(iter(used.values()))
        client.submit("/ballots/1/check", "tracker", tracker=tracker)
    assert tracker not in caplog.text
    assert tracker not in str(client.get_cookie("voice"))


FOOD = {"options": WANTED, "prices": (50, 40, 30), "budget": 100}
SMALL: dict[str, tuple[list[dict[str, str]], dict[str, Any]]] = {
    "ranked": ([{"p1": "0"}, {"p1": "0"}, {"p1": "0"}, {"p1": "1"}, {"p1": "2", "p2": "1"}], {"options": WANTED}),
    "dots": ([{"o0": "5"}, {"o0": "3", "o1": "2"}, {"o2": "1"}, {"o0": "4"}], {"options": WANTED}),
    "budget": ([{"o0": "1"}, {"o0": "1", "o1": "1"}, {"o0": "1"}, {"none": "1"}], FOOD),
}


@pytest.mark.on_both
@pytest.mark.parametrize("kind", SMALL)
def test_where_members_alone_see_the_numbers_the_public_page_does_not_change_with_them(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, kind: str
) -> None:
    """Promise 14's way: whatever the numbers are, as long as the same options won, the same page comes out."""
    choices, fixed = SMALL[kind]
    vote = a_vote(session, keys, kind, settings=Settings(**fixed))
    vote.cast(*choices)
    count = vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        before = client.get("/ballots/1")
        member = words(sign_in(Role.MEMBER).get("/board/ballots/1"))
        winners = count.account["winners"]
        other = {"stages": [], "ties": [], "ballots": 77, "quota": 77, "details": {"left": 77}}
        count.counts = dict.fromkeys(count.counts, 77)
        count.account = {**count.account, **other, "winners": winners}
        count.roll, count.sentences, count.invalid = {}, ["77"], 77
        line = session.get_one(Leaf, ("decisions", count.leaf))  # As if they had been counted: else the page says so.
        line.body = canonical({**json.loads(line.body), "numbers": commitment_to_count(count)}).decode()
        line.hash = leaf_hash(line.body.encode())
        session.commit()
        after = client.get("/ballots/1")

    told = words(before)
    assert words(after) == told
    assert "The board chose: " + ", ".join(winners) in told
    assert "The numbers are for members of the board alone." in told
    assert '<svg class="chart"' not in before.text
    assert client.get("/ballots/1/wall-list").status_code == 404
    assert "The numbers as a picture" in member
    assert "5 active seats" in member


def test_of_a_vote_for_members_the_public_page_says_that_a_ballot_is_there_and_not_what_it_says(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    vote = a_vote(session, keys, "consensus")
    tracker = from_code(vote.cards[-1], (vote.ballot.manifest or {})["election"]).tracker
    vote.cast("worry", "agree", "agree", "agree")
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        outside = words(client.submit("/ballots/1/check", "tracker", tracker=tracker))
        assert "Yes. Your ballot is in the list" in outside
        assert "What it says is for members" in outside
        assert "I agree, with a worry" not in outside
        member = sign_in(Role.MEMBER)
        assert "It says: I agree, with a worry" in words(member.submit("/board/ballots/1", "check", tracker=tracker))

        form = client.form("/ballots/1/check", "tracker")
        service.keep_only_totals(session, keys, vote.proposal.id)
        session.commit()
        assert client.post("/ballots/1/check", data={**form["fields"], "tracker": tracker}).status_code == 404
        assert "Is my ballot in it?" not in client.get("/ballots/1").text
        assert "There is no list of the ballots here to look in." in words(client.get("/ballots/1/check"))
        assert "Two. They opened the box together" in member.get("/board/ballots/1").text


def test_where_nobody_sees_the_ballots_there_are_no_steps_and_no_list(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    vote = a_vote(session, keys, "ranked", settings=Settings(options=WANTED), disclosure=Disclosure.OUTCOME)
    vote.cast(*SMALL["ranked"][0])
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        for page in (sign_in(Role.MEMBER).get("/board/ballots/1"), client.get("/ballots/1")):
            assert "The board chose: Later hours." in words(page)
            assert "Step by step" not in page.text
            assert "Is my ballot in it?" not in page.text


def test_before_a_vote_opens_its_check_page_says_when(session: Session, keys: KeyFolder, client: Any) -> None:
    a_vote(session, keys)
    session.commit()
    pages = {}
    for moment in (NOW, VOTING):
        with clock.stopped_at(moment):
            pages[moment] = " ".join(client.get("/ballots/1/check").text.split())
    assert re.search(r"The vote opens: [^.]*\d:\d\d", html.unescape(pages[NOW]))
    assert "The vote opens:" not in pages[VOTING]
