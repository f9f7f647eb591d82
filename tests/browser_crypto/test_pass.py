"""Taking a pass and casting with it on pages of the program: what leaves the browser, what it keeps, what it says."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from governance import sealing
from governance.ballots.passes.credential import in_groups, new_code
from governance.sealing import blind, signed_seal
from tests.browser_crypto.test_both_sides import ELECTION, INFO, credential, read_ballot
from tests.browser_crypto.test_ceremony import HOLDER, page_of, serve
from tests.feedback.test_leaving import ELSEWHERE
from tests.live import Live
from tests.sealing.test_blind import issuer

HEAD = """{% extends "_work.html" %}{% import "_parts.html" as parts %}{% from "_icons.html" import icon %}"""
TAKE = (
    HEAD
    + """{% block head %}<script type="module" src="{{ static('ballots/take-pass.js') }}"></script>{% endblock %}
{% block content %}<h1>Pass</h1>{% set election, post_url = "a-programme/ballot-7", "/test/pass" %}
{% set keys_drop, keys_ballot = ["SPKI"], ["SPKI"] %}{% include "ballots/_take_pass.html" %}{% endblock %}"""
)
CAST = (
    HEAD
    + """{% from "ballots/_cast.html" import cast, cast_back, cast_next with context %}
{% block head %}<script type="module" src="{{ static('ballots/cast.js') }}"></script>{% endblock %}
{% block content %}<h1>Vote</h1><p data-cast-plain>No script</p>
{% call cast("a-programme/ballot-7", "KEY", "INFO", 2, "/test/vote") %}<div data-cast-question>
<label><input type="radio" name="choice" value="yes"> Yes, do it</label>
<label><input type="radio" name="choice" value="block"> Block</label>
<div data-only-with="choice=block"><label>Why <input name="named"></label></div>
</div>{% endcall %}{{ cast_back() }}{{ cast_next() }}{% endblock %}"""
)


def signed(message: str) -> str:
    """What the issuer answers to one blinded message."""
    return base64.b64encode(blind.blind_sign(issuer().private, base64.b64decode(message))).decode()


@pytest.fixture
def posted(page: Page, live: Live) -> list[dict[str, str]]:
    """What the pages sent: to the issuer, who signs it, and to the box, which takes it."""
    sent: list[dict[str, str]] = []

    def sign(route: Route) -> None:
        sent.append(dict(route.request.post_data_json or {}))
        blinded = json.loads(sent[-1]["blinded"])
        signed = {
            purpose: [
                base64.b64encode(blind.blind_sign(issuer().private, base64.b64decode(each))).decode() for each in all_
            ]
            for purpose, all_ in blinded.items()
        }
        route.fulfill(json=signed)

    def take(route: Route) -> None:
        sent.append(dict(route.request.post_data_json or {}))
        route.fulfill(status=204)

    page.route(live.url + "/test/pass", sign)
    page.route(live.url + "/test/vote", take)
    spki = base64.b64encode(issuer().public).decode()
    serve(page, live, "/test/take", page_of(live, TAKE.replace("SPKI", spki)))
    return sent


@pytest.fixture
def box(page: Page, live: Live) -> sealing.Pair:
    """The counting key of the ballot paper at /test/cast."""
    pair = sealing.new_pair()
    serve(page, live, "/test/cast", page_of(live, CAST.replace("KEY", pair.public.hex()).replace("INFO", INFO.hex())))
    return pair


def drop_in(page: Page) -> None:
    page.get_by_role("button", name="Read it back to me").press("Enter")
    page.get_by_role("button", name="Put it in the box").press("Enter")
    expect(page.get_by_role("heading", name="It is in the box.")).to_be_visible()


def test_leave_now_leaves_the_only_pass_there_is_in_its_browser(
    page: Page, live: Live, posted: list[dict[str, str]]
) -> None:
    page.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
    page.goto(live.url + "/test/take")
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_text("Your pass stays here.")).to_be_visible()
    taken = page.get_by_label("Your pass as text").input_value()
    page.goto(live.url + "/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE, wait_until="commit")
    page.goto(live.url + "/test/take")
    assert page.get_by_label("Your pass as text").input_value() == taken


def test_a_pass_is_taken_kept_cast_twice_and_forgotten(
    page: Page,
    live: Live,
    posted: list[dict[str, str]],
    box: sealing.Pair,
) -> None:
    page.goto(live.url + "/test/take")
    expect(page.get_by_text("The server signs it without seeing it")).to_be_visible()
    expect(page.get_by_text("Without JavaScript")).to_be_hidden()
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_label("Your pass as text")).to_be_visible()
    assert page.get_by_label("Your pass as text").input_value().startswith("RVPASS1 ")
    expect(page.get_by_role("button", name="Take my pass")).to_be_hidden()
    assert set(posted[0]) == {"csrf_token", "blinded"}
    for words in ("Yes, do it", "Block"):
        page.goto(live.url + "/test/cast")
        expect(page.get_by_label("Why")).to_be_hidden()
        page.get_by_label(words).check()
        if words == "Block":
            page.get_by_role("button", name="Read it back to me").press("Enter")
            expect(page.get_by_text("A block must name the harm")).to_be_visible()
            page.get_by_label("Why").fill("It would hurt people")
        drop_in(page)
        assert set(posted[-1]) == {"drop_token", "drop_grants", "sealed"}
        ballot = read_ballot(signed_seal.opener(box.private, INFO)(base64.b64decode(posted[-1]["sealed"])))
        assert ballot["seq"] == 0, "the number is published with the ballot: it would tell how often one voted"
    assert ballot["choice"] == {"choice": "block", "named": "It would hurt people"}
    key_message = hashlib.sha256(
        b"real-voice ballot key v1" + ELECTION.encode() + bytes.fromhex(ballot["key"])
    ).digest()
    assert blind.grant_holds(issuer().public, key_message, base64.b64decode(ballot["grants"][0]))
    token = bytes.fromhex(posted[-1]["drop_token"])
    drop_message = hashlib.sha256(b"real-voice drop v1" + ELECTION.encode() + token).digest()
    (drop_grant,) = json.loads(posted[-1]["drop_grants"])
    assert blind.grant_holds(issuer().public, drop_message, base64.b64decode(drop_grant))
    assert posted[-2]["drop_token"] == posted[-1]["drop_token"]
    page.goto(live.url + "/test/take")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget it on this device").press("Enter")
    expect(page.get_by_role("button", name="Take my pass")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_lost_answer_sends_the_same_messages_again(page: Page, live: Live, posted: list[dict[str, str]]) -> None:
    lost: list[dict[str, str]] = []

    def lose(route: Route) -> None:
        lost.append(dict(route.request.post_data_json or {}))
        route.abort()

    page.goto(live.url + "/test/take")
    page.route(live.url + "/test/pass", lose)
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_text("Your pass is not lost")).to_be_visible()
    page.unroute(live.url + "/test/pass", lose)
    page.reload()
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_label("Your pass as text")).to_be_visible()
    assert posted[0]["blinded"] == lost[0]["blinded"]


def test_a_refusal_is_said_in_the_server_s_words(page: Page, live: Live, posted: list[dict[str, str]]) -> None:
    page.goto(live.url + "/test/take")
    page.route(live.url + "/test/pass", lambda route: route.fulfill(status=409, json={"said": "You have your pass."}))
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_text("You have your pass.")).to_be_visible()
    expect(page.get_by_role("button", name="Take my pass")).to_be_enabled()


def test_a_card_votes_without_a_pass_and_leaves_nothing(
    page: Page,
    live: Live,
    posted: list[dict[str, str]],
    box: sealing.Pair,
) -> None:
    page.goto(live.url + "/test/cast")
    expect(page.get_by_text("No script")).to_be_hidden()
    code = page.get_by_label("The letters on your card or pass")
    code.fill("RVPASS1 ABCD")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_text("This is no card or pass for this vote.")).to_be_visible()
    code.fill("abcd efgh ijkl mnop 234")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_text("You typed 19 of 20 letters. Look at each group.")).to_be_visible()
    code.fill("abcd efgh ijkl mnop 2345")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_text("Is it the same on your card? Then press Next again.")).to_be_visible()
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_label("Yes, do it").check()
    drop_in(page)
    drop, _ = credential("ABCDEFGHIJKLMNOP2345")
    (sent,) = posted
    assert (sent["drop_token"], sent["drop_grants"]) == (drop.hex(), "[]")
    assert "ABCD" not in json.dumps({name: value for name, value in sent.items() if name != "sealed"})
    ballot = read_ballot(signed_seal.opener(box.private, INFO)(base64.b64decode(sent["sealed"])))
    tracker = base64.b32encode(hashlib.sha256(bytes.fromhex(ballot["key"])).digest()).decode()[:10]
    assert "".join(page.locator("[data-cast-tracker]").inner_text().split()) == tracker
    assert page.evaluate("localStorage.length") == 0
    assert code.input_value() == ""


def test_a_slip_on_a_card_is_said_on_the_first_screen(page: Page, live: Live, box: sealing.Pair) -> None:
    card = new_code()
    page.goto(live.url + "/test/cast")
    page.get_by_label("The letters on your card or pass").fill(f"{card[:9]}O{card[10:]}")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_text("group 3 of your card")).to_be_visible()
    expect(page.get_by_label("Yes, do it")).to_be_hidden()
    page.get_by_label("The letters on your card or pass").fill(in_groups(card).lower())
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.get_by_label("Yes, do it")).to_be_visible()


def test_a_box_that_refuses_says_so_and_the_choice_stays(page: Page, live: Live, box: sealing.Pair) -> None:
    page.route(live.url + "/test/vote", lambda route: route.fulfill(status=409, json={"said": "The vote is over."}))
    page.goto(live.url + "/test/cast")
    page.get_by_label("The letters on your card or pass").fill(new_code())
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_label("Yes, do it").check()
    page.get_by_role("button", name="Read it back to me").press("Enter")
    expect(page.locator("[data-cast-chosen]")).to_have_text("Yes, do it")
    page.get_by_role("button", name="Put it in the box").press("Enter")
    expect(page.get_by_text("The vote is over.")).to_be_visible()
    page.get_by_role("button", name="Change it").press("Enter")
    assert page.get_by_label("Yes, do it").is_checked()


def test_without_scripts_the_server_s_form_stands_there(page_without_scripts: Page, live: Live) -> None:
    page = page_without_scripts
    serve(page, live, "/test/take", page_of(live, TAKE.replace('"SPKI"', "")))
    serve(page, live, "/test/cast", page_of(live, CAST.replace("INFO", "")))
    page.goto(live.url + "/test/take")
    expect(page.get_by_text("Without JavaScript the server makes your pass.")).to_be_visible()
    expect(page.get_by_role("button", name="Take my pass")).to_be_visible()
    expect(page.get_by_label("Your pass as text")).to_be_hidden()
    page.goto(live.url + "/test/cast")
    expect(page.get_by_text("No script")).to_be_visible()
    expect(page.get_by_role("button", name="Put it in the box")).to_be_hidden()


def test_nothing_on_these_pages_is_a_barrier(
    page: Page, live: Live, posted: list[dict[str, str]], box: sealing.Pair
) -> None:
    """Axe finds nothing to mend, before and after the scripts did their work."""
    found = []

    def look() -> None:
        found.extend(Axe().run(page).response["violations"])

    page.goto(live.url + "/test/take")
    page.get_by_role("button", name="Take my pass").press("Enter")
    expect(page.get_by_label("Your pass as text")).to_be_focused()
    look()
    page.goto(live.url + "/test/cast")
    look()
    page.get_by_label("Yes, do it").check()
    drop_in(page)
    look()
    serve(page, live, "/test/open", page_of(live, HOLDER))
    page.goto(live.url + "/test/open")
    look()
    serve(page, live, "/board/ceremony", page_of(live, '{% extends "ballots/ceremony.html" %}'))
    page.goto(live.url + "/board/ceremony")
    page.get_by_role("button", name="Make the key").press("Enter")
    expect(page.get_by_role("button", name="Print the three cards")).to_be_focused()
    look()
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
