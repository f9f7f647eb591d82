"""On one's own phone the first thing on every page that somebody can come to is the way out, without scripts too."""

from __future__ import annotations

from collections.abc import Iterable

from flask.testing import FlaskClient

from tests.crawl import ENDS_A_SIGN_IN
from tests.demo.served import Demo, Loaded, Walks
from tests.page import Page

PRESSED = frozenset({"a", "button", "input", "select", "summary", "textarea"})
# A tablet of a place is enrolled at the first: it is nobody's own. The others are of another kind than a page to read.
NOT_A_PHONES = frozenset({"/kiosk/enrol", "/style"})


def without_a_way_out(client: FlaskClient, addresses: Iterable[str]) -> tuple[set[str], int]:
    """Which of *addresses* have no way out as the first thing and in their head, and how many pages were read."""
    found, read = set(), 0
    for address in addresses:
        answer = client.get(address)
        if answer.mimetype != "text/html" or answer.status_code not in (200, 404):
            continue
        page, read = Page(answer.text), read + 1
        pressed = [facts for tag, facts in page.tags if tag in PRESSED and facts.get("type") != "hidden"]
        leads = [facts for facts in pressed if "data-leave" in facts and facts["href"].endswith("/leave")]
        scripts = {facts.get("src", "").rpartition("/")[2] for tag, facts in page.tags if tag == "script"}
        if (
            pressed[:1] != leads[:1]
            or len(leads) != 2
            or leads[1].get("class") != "button"
            or "leave.js" not in scripts
        ):
            found.add(address)
    return found, read


def public(demo: Demo, walks: Walks) -> list[str]:
    """Every address without a number, and those with one that a visitor walked to."""
    rules = [rule for rule in demo.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    plain = {rule.rule for rule in rules if rule.endpoint not in ENDS_A_SIGN_IN}
    return sorted({*plain, *walks[""][1].pages, "/no-such-page"} - NOT_A_PHONES - {"/kiosk", "/hide", "/leave"})


def test_the_first_thing_on_every_page_of_a_phone_leads_away(demo: Demo, walked: tuple[Loaded, Walks]) -> None:
    found, read = without_a_way_out(demo.app.test_client(), public(demo, walked[1]))
    assert found == set()
    assert read > 30


def test_a_shared_screen_which_leads_nowhere_would_be_found(demo: Demo) -> None:
    """The control: the same pages there have another way out."""
    tablet = demo.app.test_client()
    tablet.get("/kiosk")
    assert without_a_way_out(tablet, ("/", "/code", "/decisions"))[0] == {"/", "/code", "/decisions"}
