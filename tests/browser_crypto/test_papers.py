"""Papers of every form in real Chromium: what can be marked on them, and that Python reads what they seal."""

from __future__ import annotations

import base64
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import render_template
from playwright.sync_api import Page, Route, expect

from governance import sealing
from governance.ballots.calling.kinds import Kind, Settings, rule_for
from governance.ballots.forms import PassForm, how_to, paper_of, questions
from governance.ballots.papers import choices, envelope, ranking
from governance.ballots.papers.fixed_words import FixedWords
from governance.ballots.passes.credential import new_code
from governance.board.charter import Charter
from governance.counting import Rule
from governance.sealing import signed_seal
from governance.storage.text import formatted
from tests.browser_crypto.conftest import Run
from tests.browser_crypto.test_both_sides import BOTH_WAYS, ELECTION, INFO
from tests.browser_crypto.test_ceremony import serve
from tests.live import Live

OPTIONS = ("Later hours", "A drying room", "Soup")
ASKED = Settings(options=OPTIONS, prices=(300, 200, 100), budget=300, dots=3)
CARD = new_code()
NO_TOKEN = {"csrf": False}
Open = Callable[[Kind], None]


class Box:
    """The box behind the page: it takes what is sealed to it, and opens it again."""

    def __init__(self) -> None:
        self.pair = sealing.new_pair()
        self.sealed: list[str] = []
        self.rule: Rule | None = None

    @property
    def ballot(self) -> dict[str, Any]:
        """The one ballot, its signature checked, and that it can be counted."""
        plain = signed_seal.opener(self.pair.private, INFO)(base64.b64decode(self.sealed[-1]))
        ballot = envelope.read(plain, ELECTION)
        assert self.rule
        if "ranks" in ballot:
            assert choices.ranking(ranking.ranked(ballot["ranks"]), OPTIONS)
        else:
            assert choices.paper(self.rule, list(OPTIONS), ballot["choice"])
        return ballot


@pytest.fixture
def box(page: Page, live: Live) -> Box:
    """A box that takes what the page posts."""
    box = Box()

    def take(route: Route) -> None:
        box.sealed.append((route.request.post_data_json or {})["sealed"])
        route.fulfill(status=204)

    page.route(live.url + "/vote/7", take)
    return box


@pytest.fixture
def opened(page: Page, live: Live, box: Box) -> Open:
    """Open the paper of a vote of one kind, with a card typed in."""

    def opened(kind: Kind) -> None:
        box.rule = rule_for(kind, Charter(), ASKED)
        serve(page, live, "/test/vote", _paper(live, box))
        page.goto(live.url + "/test/vote")
        page.get_by_label("The letters on your card or pass").locator("visible=true").fill(CARD)
        go(page, "Next")

    return opened


def _paper(live: Live, box: Box) -> str:
    assert box.rule
    manifest = {"election": ELECTION, "question": "What first?", "options": choices.options_of(box.rule, OPTIONS)}
    own = SimpleNamespace(number=7, question="What first?", manifest=manifest, public_key=box.pair.public)
    with live.app.test_request_context("/"):
        live.app.preprocess_request()
        paper = paper_of({**manifest, "rule": box.rule.to_manifest()})(formdata=None, meta=NO_TOKEN)
        return render_template(
            "ballots/ask_for_pass.html", ballot=None, form=PassForm(formdata=None, meta=NO_TOKEN), own=own, paper=paper,
            how_to=how_to(paper), questions=questions(paper), steps=5, info=INFO.hex(), seal=envelope.SIGNED_SEAL,
            words=FixedWords(formatted("Let us choose."), is_short=True, replaces="", charter_lines=[]),
        )  # fmt: skip


def go(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).press("Enter")


def offered(page: Page) -> list[str]:
    """What can be marked on this screen."""
    return [" ".join(each.split()) for each in page.locator("label.ballot-option:visible").all_inner_texts()]


def read_back(page: Page) -> list[str]:
    """The lines of the review."""
    return [" ".join(each.split()) for each in page.locator("[data-cast-chosen] p").all_inner_texts()]


def drop(page: Page) -> None:
    go(page, "Put it in the box")
    expect(page.get_by_role("heading", name="It is in the box.")).to_be_visible()


@BOTH_WAYS
def test_a_ranking_signed_in_the_browser_is_read_here_and_shows_no_more_than_it_must(run: Run, plain: bool) -> None:
    pair = sealing.new_pair()
    marked = {
        f"p{place}": option for place, option in enumerate(("10", "0", "3", "2", "1", "4", "5", "6", "7", "8"), 1)
    }
    made = run(
        """async (code, election, choice, to, info, own) =>
          BallotPass.cast(await BallotPass.fromCode(code, election), choice, u(to), u(info), 2, own)""",
        CARD, ELECTION, marked, pair.public, INFO, plain,
    )  # fmt: skip
    inside = signed_seal.opener(pair.private, INFO)(base64.b64decode(made["fields"]["sealed"]))
    ballot = envelope.read(inside, ELECTION)
    assert ranking.ranked(ballot["ranks"]) == list(marked.values())
    assert len({salt for _, salt in ballot["ranks"]}) == len(marked) + 1
    envelope.check({**ballot, "ranks": ranking.cut(ballot["ranks"], 2)}, ELECTION)


@pytest.mark.parametrize("ranked", [["0"], ["2", "11", "0"]])
def test_the_head_of_a_chain_is_the_same_on_both_sides(run: Run, ranked: list[str]) -> None:
    chain = ranking.links(ranked)
    assert run("(chain) => BallotPass.rankHead(chain)", chain) == ranking.head(chain)


def test_an_order_offers_what_is_left_and_ends_where_one_likes(page: Page, opened: Open, box: Box) -> None:
    opened(Kind.RANKED)
    go(page, "Next")
    expect(page.get_by_text("Choose first, please.")).to_be_visible()
    page.get_by_role("radio", name="Soup").press("Space")
    go(page, "Next")
    assert offered(page) == ["Later hours", "A drying room", "No more: leave the rest out"]
    expect(page.get_by_text("3 of 5")).to_be_visible()
    assert page.locator(".progress:visible .dot").count() == 5
    assert page.locator(".progress:visible .dot-done").count() == 2
    page.get_by_role("radio", name="Later hours").press("Space")
    go(page, "Next")
    page.get_by_role("radio", name="A drying room").press("Space")
    go(page, "Back")
    go(page, "Back")
    page.get_by_role("radio", name="Later hours").press("Space")
    go(page, "Next")
    assert page.locator("label.ballot-option:visible :checked").count() == 0, "it was the first choice since"
    page.get_by_role("radio", name="No more").press("Space")
    go(page, "Read it back to me")
    assert read_back(page) == ["1 Later hours"]
    go(page, "Change it")
    page.get_by_role("radio", name="Soup").press("Space")
    go(page, "Next")
    page.get_by_role("radio", name="No more").press("Space")
    go(page, "Read it back to me")
    assert read_back(page) == ["1 Later hours", "2 Soup"]
    drop(page)
    assert ranking.ranked(box.ballot["ranks"]) == ["0", "2"]
    assert set(box.ballot["choice"]) == {"ranks"}


def test_nobody_puts_more_dots_than_there_are(page: Page, opened: Open, box: Box) -> None:
    opened(Kind.DOTS)
    page.get_by_role("radio", name="2").press("Space")
    expect(page.locator(".ballot-dots:visible")).to_have_text("Dots left: 1")
    go(page, "Next")
    assert offered(page) == ["0", "1"]
    page.get_by_role("radio", name="1").press("Space")
    go(page, "Next")
    assert offered(page) == ["0"]
    go(page, "Back")
    go(page, "Back")
    assert offered(page) == ["0", "1", "2"]
    page.get_by_role("radio", name="0").press("Space")
    go(page, "Next")
    go(page, "Next")
    go(page, "Read it back to me")
    assert read_back(page) == ["0 Later hours", "1 A drying room", "– Soup"]
    drop(page)
    assert box.ballot["choice"] == {"o0": "0", "o1": "1"}


def test_a_score_may_be_left_empty_but_not_all_of_them(page: Page, opened: Open, box: Box) -> None:
    opened(Kind.SCORE)
    go(page, "Next")
    go(page, "Next")
    go(page, "Read it back to me")
    expect(page.get_by_text("Choose first, please.")).to_be_visible()
    page.get_by_role("radio", name="5").press("Space")
    go(page, "Read it back to me")
    drop(page)
    assert box.ballot["choice"] == {"o2": "5"}


@pytest.mark.parametrize("kind", [Kind.CHOOSE_SEVERAL, Kind.BUDGET])
def test_none_of_these_and_a_tick_take_each_other_away(page: Page, opened: Open, box: Box, kind: Kind) -> None:
    opened(kind)
    go(page, "Read it back to me")
    expect(page.get_by_text("Choose first, please.")).to_be_visible()
    page.get_by_role("checkbox", name="Soup").press("Space")
    page.get_by_role("checkbox", name="None of these").press("Space")
    go(page, "Read it back to me")
    assert read_back(page) == ["None of these"]
    go(page, "Change it")
    page.get_by_role("checkbox", name="Soup").press("Space")
    page.get_by_role("checkbox", name="Later hours").press("Space")
    go(page, "Read it back to me")
    drop(page)
    assert box.ballot["choice"] == {"o0": "1", "o2": "1"}


def test_one_option_is_chosen_by_its_place(page: Page, opened: Open, box: Box) -> None:
    opened(Kind.CHOOSE_ONE)
    page.get_by_role("radio", name="A drying room").press("Space")
    go(page, "Read it back to me")
    assert read_back(page) == ["A drying room"]
    drop(page)
    assert box.ballot["choice"] == {"choice": "1"}


@pytest.mark.parametrize("kind", [Kind.CONSENSUS, Kind.RANKED, Kind.DOTS, Kind.BUDGET])
def test_no_screen_of_a_paper_is_a_barrier(page: Page, opened: Open, kind: Kind) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    opened(kind)
    faults = Axe().run(page).response["violations"]
    low = "(rows) => rows.filter((row) => row.getBoundingClientRect().height < 59.5).length"
    assert page.locator("label.ballot-option:visible").evaluate_all(low) == 0
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.locator("label.ballot-option:visible input").nth(0).press("Space")
    for _ in range(3):
        page.locator(".kiosk-next .button-main:visible").press("Enter")
        if page.get_by_role("heading", name="Is this right?").is_visible():
            break
        page.locator("label.ballot-option:visible input").nth(0).press("Space")
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    faults += Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in faults] == []


@pytest.mark.parametrize("kind", [Kind.RANKED, Kind.CHOOSE_SEVERAL, Kind.DOTS])
def test_one_long_word_is_broken_and_not_the_screen(page: Page, opened: Open, kind: Kind) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    opened(kind)
    longer = "(parts) => parts.forEach((part) => { part.textContent = 'w'.repeat(100); })"
    page.locator(".choice-words, .ballot-question").evaluate_all(longer)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_block_without_its_reason_is_told_what_it_lacks(page: Page, opened: Open, box: Box) -> None:
    opened(Kind.CONSENSUS)
    go(page, "Read it back to me")
    expect(page.get_by_text("Choose first, please.")).to_be_visible()
    page.locator("input[name=choice][value=block]").press("Space")
    go(page, "Read it back to me")
    expect(page.get_by_text("A block must name the harm, or the rule of the charter.")).to_be_visible()
    page.locator("input[name=choice][value=agree]").press("Space")
    go(page, "Read it back to me")
    drop(page)
    assert len(box.sealed) == 1
