"""What one may do on a page with a long list is found above the list: nobody scrolls past fourteen rows to find it."""

import pytest

from tests.demo.served import CAST, Demo
from tests.page import Page

MANY = 5  # Rows that one may have to pass, about a screen of a phone.
FIRST_PAGES = frozenset({"/board"})  # What waits for somebody comes first there; what they may begin has a door above.


def is_row(tag: str, facts: dict[str, str]) -> bool:
    return tag == "tr" or bool({"row-panel", "panel"} & set(facts.get("class", "").split()))


def below_the_list(page: Page) -> list[str]:
    """Return where the main acts of *page* lead that stand below many rows, with no door to them above these."""
    doors: set[str] = set()
    hidden: list[str] = []
    since: dict[str, int] = {}
    passed = 0
    for tag, facts in page.tags:
        passed += is_row(tag, facts)
        since.setdefault(f"#{facts.get('id')}", passed)
        if tag == "a" and (passed <= MANY or is_row(tag, facts)):  # A row leads where it says.
            doors.add(facts["href"])
        if "button-main" in facts.get("class", "").split() and passed > MANY:
            near = {each for each, at in since.items() if each in doors and passed - at <= MANY}
            if not near and facts.get("href") not in doors:
                hidden.append(facts.get("href", "a form"))
    return hidden


@pytest.mark.parametrize("alias", CAST)
def test_what_one_may_do_has_a_door_above_a_long_list(demo_to_spoil: Demo, alias: str) -> None:
    _, found = demo_to_spoil.walked(alias)
    assert len(found.pages) > 10
    hidden = {address: acts for address, page in found.pages.items() if (acts := below_the_list(page))}
    assert {address: acts for address, acts in hidden.items() if address not in FIRST_PAGES} == {}


def test_it_would_be_seen_where_it_is_not_so() -> None:
    form = "<section id='add'><h2>Add</h2><button class='button button-main'>Add</button></section>"
    rows = "<p class='row-panel'></p>" * (MANY + 1)
    assert below_the_list(Page(rows + form)) == ["a form"]
    assert below_the_list(Page("<a href='#add'>Add</a>" + rows + form)) == []
    assert below_the_list(Page(rows + "<a class='button-main' href='/new'>New</a>")) == ["/new"]
