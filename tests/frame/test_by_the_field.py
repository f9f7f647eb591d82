"""A rule's no stands where it is read: by the field it names, else by the button; and it is in sight on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from governance.frame import filling
from governance.frame.by_the_field import No, saying
from tests.demo.served import Demo
from tests.frame.refused_forms import (
    NO,
    Found,
    h1,
    saying_no,
    sent,
)
from tests.page import Page, PageClient

TEMPLATES = Path(__file__).parents[2] / "templates"
SECRET_OR_FILE = {"password", "file"}


def seen_fields(html: str, address: str, form: dict[str, Any]) -> list[filling.Control]:
    """The controls of a form that a person sees, one for each name."""
    path = urlsplit(form["action"] or address).path
    found = filling.form_to(html, urlsplit(address).path, path, [*form["fields"].items()])
    assert found, address
    one_each = {one.name: one for one in reversed(found.controls) if one.name}
    return [one for one in one_each.values() if one.kind not in ("hidden", "option", *filling.PRESSED)]


@pytest.fixture
def every_rule_names_a_field(demo_to_spoil: Demo, work_forms: Found) -> Iterator[dict[str, filling.Control]]:
    """Have each form refused for the last of its fields, the one that is furthest from its top."""
    views, named = demo_to_spoil.app.view_functions, {}
    for endpoint, (person, address, form) in work_forms.items():
        fields = seen_fields(person.get(address).text, address, form)
        if fields:
            named[endpoint] = max(fields, key=lambda one: one.start)
    before = dict(views)
    views.update({endpoint: saying_no(before[endpoint], one.name) for endpoint, one in named.items()})
    yield named
    views.update(before)


def refused(person: PageClient, address: str, form: dict[str, Any]) -> Page:
    """Send the form and return the page that says no."""
    before = Page(person.get(address).text)
    answer = person.post(form["action"] or address, data=sent(before, form))
    assert answer.status_code == 409, (address, answer.status_code)
    assert h1(Page(answer.text)) == h1(before)
    return Page(answer.text)


def what_is_wrong(page: Page, name: str) -> str:
    """Whether the field says what was refused, is where one is, and is led to from above its form."""
    here = [facts for tag, facts in page.tags if "autofocus" in facts]
    if [facts.get("name") for facts in here] != [name]:
        return f"one is not in the field: {here}"
    about = [facts for _, facts in page.tags if "-refused" in facts.get("aria-describedby", "")]
    if len(about) != 1:
        return f"it is told by {len(about)}"
    line = next(each for each in about[0]["aria-describedby"].split() if each.endswith("-refused"))
    if f'id="{line}"' not in page.html or NO not in page.html[page.html.index(f'id="{line}"') :]:
        return "the field does not name the sentence"
    links = [facts for tag, facts in page.tags if tag == "a" and facts.get("href") == f"#{here[0]['id']}"]
    return "" if links and page.html.count(NO) == 2 else "nothing leads there"


def test_a_no_stands_by_the_field_it_names(
    work_forms: Found, every_rule_names_a_field: dict[str, filling.Control]
) -> None:  # fmt: skip
    named = every_rule_names_a_field
    wrong = {each: said for each, one in named.items() if (said := what_is_wrong(refused(*work_forms[each]), one.name))}
    assert wrong == {}
    assert len(named) > 25


def test_without_a_field_it_stands_right_above_the_button(work_forms: Found, every_rule_says_no: None) -> None:
    wrong = []
    for endpoint, about in work_forms.items():
        page = refused(*about)
        (here,) = [facts for _, facts in page.tags if "autofocus" in facts]
        said = page.html.index(NO)
        button = page.html.index("autofocus")
        between = page.html[said:button]
        if here.get("aria-describedby", "").split()[-1:] != ["refused-here"] or "</form>" in between:
            wrong.append(endpoint)
        if re.search(r"<(input(?![^>]*hidden)|textarea|select)\b", between):
            wrong.append(f"{endpoint}: a field stands between")
    assert wrong == []


IN_SIGHT = """(no) => [...document.querySelectorAll("main *")].filter(
  (one) => !one.children.length && one.textContent.includes(no) && one.checkVisibility()
).some((one) => {
  const box = one.getBoundingClientRect();
  const seen = document.elementFromPoint(Math.max(box.left + 4, 1), box.top + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth + 1 && one.closest("body") && seen
    && (seen.contains(one) || one.contains(seen));
})"""


# With one of the first frames after a page is loaded a browser puts the cursor where it says, and scrolls there.
FOCUSED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"""


THERE = """(path) => [...document.querySelectorAll("main form[method=post]")]
  .some((form) => new URL(form.getAttribute("action") || location.href, location.href).pathname === path)"""


def sent_by_hand(tab: Tab, url: str, address: str, form: dict[str, Any], values: dict[str, str]) -> bool:
    """Open the page, fill the form in, and send it as a browser without scripts would. False where it is not there."""
    tab.goto(url + address)
    path = urlsplit(form["action"] or address).path
    if not tab.evaluate(THERE, path):
        return False
    with tab.expect_navigation():
        tab.evaluate(
            """([path, hidden, values]) => {
          const fits = (form) => hidden.filter(([name, value]) => form.elements[name]?.value === value).length;
          const all = [...document.querySelectorAll("main form[method=post]")]
            .filter((form) => new URL(form.getAttribute("action") || location.href, location.href).pathname === path);
          const form = all.sort((a, b) => fits(b) - fits(a))[0];
          for (const [name, value] of Object.entries(values)) {
            const one = form.elements[name];
            if (one?.tagName === "TEXTAREA" || one?.type === "text") one.value = value;
          }
          form.noValidate = true;
          HTMLFormElement.prototype.submit.call(form);
        }""",
            [path, [*form["fields"].items()], values],
        )
    return True


@pytest.mark.parametrize("names_a_field", [False, True])
def test_on_a_phone_the_sentence_is_in_sight(
    demo_to_spoil: Demo, work_forms: Found, browser: Browser, request: pytest.FixtureRequest, names_a_field: bool
) -> None:
    """Measured at 360 by 640, in the page as it comes back."""
    named = request.getfixturevalue("every_rule_names_a_field" if names_a_field else "every_rule_says_no")
    unseen, looked_at = [], 0
    phones: dict[PageClient, Tab] = {}
    for endpoint in named or work_forms:  # No other form is sent: it would do what it says.
        person, address, form = work_forms[endpoint]
        if person not in phones:
            phones[person] = a_phone(browser, demo_to_spoil, person)
        tab = phones[person]
        values = sent(Page(person.get(address).text), form)
        if not sent_by_hand(tab, demo_to_spoil.url, address, form, values) or NO not in tab.content():
            continue
        looked_at += 1
        tab.evaluate(FOCUSED)
        if not tab.evaluate(IN_SIGHT, NO):
            unseen.append(endpoint)
    for tab in phones.values():
        tab.context.close()
    assert not unseen, str(unseen)
    assert looked_at > 25


def a_phone(browser: Browser, demo: Demo, person: PageClient) -> Tab:
    """A page on a phone that this person is signed in on."""
    cookie = person.get_cookie(demo.app.config["SESSION_COOKIE_NAME"])
    assert cookie
    context = browser.new_context(viewport={"width": 360, "height": 640})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": demo.url}])
    return context.new_page()


def test_a_form_of_a_template_has_a_place_for_its_no() -> None:
    """What says its mistakes above says beside its button what a rule refused; or its button is in the foot."""
    without = []
    for template in TEMPLATES.rglob("*.html"):
        words = template.read_text(encoding="utf-8")
        for found in re.finditer(r"forms\.errors\((\w+)\)", words):
            end = words.find("</form>", found.end())  # A page of bare buttons ends with the page.
            rest = words[found.end() : end if end >= 0 else None]
            if not re.search(rf"form={found.group(1)}\)|forms\.no\({found.group(1)}\)", rest):
                without.append(template.name)
    assert without == ["_forms.html"], "its own comment alone"


PAGE = """<main><form method="post" action="/rows" class="stack"><input type="hidden" name="row" value="3">
<div class="field"><label for="why">Why</label><p class="hint" id="why-hint">Say.</p>
<textarea id="why" name="why" aria-describedby="why-hint"></textarea></div>
<fieldset class="field"><legend>Days</legend><div class="choices"><label><input type="checkbox" name="days" value="1"
id="days-0"></label></div></fieldset>
<div class="actions"><a href="/">Back</a><button name="go" value="one">One</button><button name="go" value="two">Two
</button></div></form></main>"""


def said(fields: filling.Fields, field: str) -> str:
    form = filling.forms_of(PAGE)[0]
    return saying(PAGE, form, fields, No(NO, field, typed=True))[0]


@pytest.fixture
def words(demo_to_spoil: Demo) -> Iterator[None]:
    """The words of a page."""
    with demo_to_spoil.app.test_request_context("/"):
        yield


def test_a_field_keeps_its_hint(words: None) -> None:
    page = said([("row", "3")], "why")
    assert 'aria-describedby="why-hint why-refused" aria-invalid="true"' in page.replace('autofocus="" ', "")
    assert page.index(NO) < page.index("<label"), "the link above"
    assert page.index('id="why-hint"') < page.index('id="why-refused"') < page.index("<textarea")
    assert 'class="field is-wrong"' in page


def test_a_group_of_choices_says_it_above_all_of_them(words: None) -> None:
    page = said([], "days")
    assert '<fieldset class="field" aria-describedby="days-0-refused">' in page
    assert page.index("</legend>") < page.index('id="days-0-refused"') < page.index('class="choices"')


@pytest.mark.parametrize(("pressed", "words_of"), [([], "One"), ([("go", "two")], "Two"), ([("go", "x")], "One")])
def test_it_stands_by_the_button_that_was_pressed(words: None, pressed: filling.Fields, words_of: str) -> None:
    for field in ("", "row", "gone"):
        page = said(pressed, field)
        (button,) = re.findall(r"<button[^>]*autofocus[^>]*>(\w+)", page)
        assert button == words_of
        assert page.index("</fieldset>") < page.index(NO) < page.index('class="actions"')
