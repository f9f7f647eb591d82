"""A rule's no stands where it is read: by the field it names, else by the button; and it is in sight on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route
from werkzeug.test import TestResponse

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


@contextmanager
def refusing(demo: Demo, views: dict[str, Any]) -> Iterator[None]:
    """Have these views stand in the place of the program's own, for as long as the block runs."""
    before = dict(demo.app.view_functions)
    demo.app.view_functions.update(views)
    try:
        yield
    finally:
        demo.app.view_functions.update(before)


Refused = dict[str, tuple[str, TestResponse]]


@pytest.fixture(scope="module")
def by_a_field(demo_to_spoil: Demo, work_forms: Found) -> Refused:
    """The answer to each form, refused for the last of its fields, the one furthest from its top; and its name."""
    views, named = demo_to_spoil.app.view_functions, {}
    for endpoint, (person, address, form) in work_forms.items():
        fields = seen_fields(person.get(address).text, address, form)
        if fields:
            named[endpoint] = max(fields, key=lambda one: one.start).name
    with refusing(demo_to_spoil, {endpoint: saying_no(views[endpoint], name) for endpoint, name in named.items()}):
        return {endpoint: (name, refused(*work_forms[endpoint])) for endpoint, name in named.items()}


@pytest.fixture(scope="module")
def by_its_button(demo_to_spoil: Demo, work_forms: Found) -> Refused:
    """The answer to each form, refused as a whole."""
    views = demo_to_spoil.app.view_functions
    with refusing(demo_to_spoil, {endpoint: saying_no(views[endpoint]) for endpoint in work_forms}):
        return {endpoint: ("", refused(*about)) for endpoint, about in work_forms.items()}


def refused(person: PageClient, address: str, form: dict[str, Any]) -> TestResponse:
    """Send the form and return the answer that says no."""
    before = Page(person.get(address).text)
    answer = person.post(form["action"] or address, data=sent(before, form))
    assert answer.status_code == 409, (address, answer.status_code)
    assert h1(Page(answer.text)) == h1(before)
    return answer


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


def test_a_no_stands_by_the_field_it_names(by_a_field: Refused) -> None:
    wrong = {at: said for at, (name, no) in by_a_field.items() if (said := what_is_wrong(Page(no.text), name))}
    assert wrong == {}
    assert len(by_a_field) > 25


def test_without_a_field_it_stands_right_above_the_button(by_its_button: Refused) -> None:
    wrong = []
    for endpoint, (_, answer) in by_its_button.items():
        page = Page(answer.text)
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


@pytest.mark.parametrize("refusals", ["by_its_button", "by_a_field"])
def test_on_a_phone_the_sentence_is_in_sight(
    demo_to_spoil: Demo, browser: Browser, request: pytest.FixtureRequest, refusals: str
) -> None:
    """Measured at 360 by 640, in the page as it comes back."""
    answers: Refused = request.getfixturevalue(refusals)
    unseen = []
    phone = browser.new_context(viewport={"width": 360, "height": 640}).new_page()

    def answer(route: Route) -> None:
        _, no = answers[route.request.url.rpartition("/")[2]]
        route.fulfill(status=no.status_code, headers=dict(no.headers), body=no.text)

    phone.route("**/refused/*", answer)
    for endpoint in answers:
        phone.goto(f"{demo_to_spoil.url}/refused/{endpoint}")
        phone.evaluate(FOCUSED)
        if not phone.evaluate(IN_SIGHT, NO):
            unseen.append(endpoint)
    phone.context.close()
    assert not unseen, str(unseen)
    assert len(answers) > 25


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
