"""A form of a finished page is filled in: each kind of control, several forms alike, and what has no place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.frame import filling
from tests.page import Page

PAGE = """<!doctype html><html><body><main id="main">
<details><summary>More</summary><details><summary>Even more</summary>
<form method="post" action="/here/5" class="stack">
<input type="hidden" name="csrf_token" value="token"><input type="hidden" name="row" value="5">
<input type="hidden" name="seen">
<label>Title <input name="title" value="before" required></label>
<label>Day <input type="date" name="day"></label>
<label>Words <textarea name="words" rows="3">
before &amp; after</textarea></label>
<label><input type="checkbox" name="sure" value="y" checked> Sure</label>
<label><input type="checkbox" name="tags" value="a"> A</label>
<label><input type="checkbox" name="tags" value="b"> B</label>
<label><input type="radio" name="kind" value="" checked> None</label>
<label><input type="radio" name="kind" value="x &lt; y"> Some</label>
<label>Place <select name="place">
<option value="" selected>None</option><option>The &amp; yard</option></select></label>
<button name="go" value="send">Send</button></form></details></details>
<details><summary>Another</summary><form method="post" action="/here/6"><input name="title"></form></details>
<form method="get" action="/here/5"><input name="title" value="looked for"></form>
</main></body></html>"""
TYPED = [
    ("csrf_token", "of before"), ("row", "5"), ("seen", "3"), ("title", 'A "better" <title>'), ("day", "2026-12-01"),
    ("words", "one\r\n</textarea><script>two"), ("tags", "b"), ("kind", "x < y"), ("place", "The & yard"),
    ("go", "send"),
]  # fmt: skip


def fill(page: str, fields: filling.Fields, path: str = "/here/5", above: str = "") -> str | None:
    form = filling.form_to(page, "/here", path, fields)
    assert form
    return filling.filled(page, form, fields, above)


def test_each_kind_of_control_holds_what_was_typed_or_chosen() -> None:
    page = fill(PAGE, TYPED, above='<p class="errors">No.</p>')
    assert page
    fields = Page(page).forms[0]["fields"]
    assert fields == {
        "csrf_token": "token", "row": "5", "seen": "3", "title": 'A "better" <title>', "day": "2026-12-01",
        "words": "one\n</textarea><script>two", "tags": "b", "kind": "x < y", "place": "",
    }  # fmt: skip
    assert '<option selected="">The &amp; yard' in page, "an option that has only its words"
    assert "<script>" not in page
    assert "sure" not in fields, "what was not ticked is not ticked"
    assert page.count("<details open") == 2, "it lies open, and the other one stays shut"
    assert page.index("No.") < page.index("before") if "before" in page else True
    assert Page(page).forms[1:] == Page(PAGE).forms[1:]


def test_a_page_whose_form_has_no_place_for_a_word_is_not_taken() -> None:
    for more in (("gone", "a word"), ("title", "a second one"), ("kind", "no such"), ("place", "elsewhere")):
        fields = [each for each in TYPED if each[0] not in ("kind", "place")]
        assert fill(PAGE, [*fields, more]) is None, more
    assert fill(PAGE, [*TYPED, ("gone", "")]), "what is empty is missed by nobody"


def test_in_a_list_it_is_the_row_that_was_sent() -> None:
    row = '<form method="post" action="/rows"><input type="hidden" name="row" value="{0}"><input name="why"></form>'
    page = "<main>" + "".join(row.format(at) for at in range(5)) + "</main>"
    made = fill(page, [("row", "3"), ("why", "It rains")], "/rows")
    assert made
    assert [form["fields"]["why"] for form in Page(made).forms] == ["", "", "", "It rains", ""]


@pytest.mark.parametrize("page", ["", "<form", "<form method=post action=/a>", "</form></details></select>", "<main>"])
def test_a_page_without_the_form_has_none(page: str) -> None:
    assert filling.form_to(page, "/", "/here/5", TYPED) is None


@given(st.dictionaries(st.sampled_from(["title", "words", "day"]), st.text(st.characters(exclude_characters="\r\x00"))))
def test_any_text_comes_back_as_it_was(typed: dict[str, str]) -> None:
    made = fill(PAGE, [*typed.items()])
    assert made
    fields = Page(made).forms[0]["fields"]
    assert {name: fields[name] for name in typed} == typed


def test_where_the_form_is_gone_the_top_of_the_page_says_it() -> None:
    assert filling.at_its_top(PAGE, "<p>No.</p>") == PAGE.replace('id="main">', 'id="main"><p>No.</p>')
    assert filling.at_its_top("<p>", "No.") is None
