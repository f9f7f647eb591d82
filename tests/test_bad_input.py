"""Bad input at every form: a clear page, nothing lost, never a 500."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crawl import Walk
from tests.demo.served import CAST, Demo
from tests.page import PageClient
from tests.pairs import in_full, pairs

NASTY = st.sampled_from(
    [
        "", " ", "\x00", "\x1b[31m", "\u202eevil\u202c", "\u2066a\u2069", "\ufeff", "\ud800", "NULL",
        "-1", "0", "99999999999999999999", "1e309",
        "2026-13-45", "0000-00-00", "25:61", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n",
        "' OR 1=1 --", "../../etc/passwd",
        "x" * 5000, "é" * 2100, "🏳️‍🌈" * 300, "\r\n\r\nSet-Cookie: a=b", "http://evil.example/", "//evil.example",
    ]
)  # fmt: skip
VALUES = st.one_of(NASTY, st.text(max_size=200))


@pytest.fixture(scope="module")
def everybody(demo_to_spoil: Demo) -> list[tuple[PageClient, Walk]]:
    """A visitor and one person for each kind of work, each with all the forms they can reach."""
    return [demo_to_spoil.walked(alias) for alias in ("", *CAST)]


def encodable(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def test_the_forms_of_every_kind_of_page_are_among_them(everybody: list[tuple[PageClient, Walk]]) -> None:
    assert len(everybody[0][1].forms) >= 8
    assert len({form["action"] or address for _, found in everybody for address, form in found.forms}) >= 30


@settings(max_examples=in_full(400, 250), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_form_breaks_on_nasty_input(everybody: list[tuple[PageClient, Walk]], data: st.DataObject) -> None:
    person, found = data.draw(st.sampled_from(everybody), label="who")
    address, form = data.draw(st.sampled_from(found.forms), label="form")
    typed: dict[str, Any] = dict(form["fields"])
    for name in data.draw(st.lists(st.sampled_from(sorted(typed) or ["x"]), unique=True), label="fields"):
        if name != "csrf_token" and "sign-out" not in form["action"]:
            typed[name] = data.draw(VALUES, label=name)
    typed |= data.draw(st.dictionaries(st.sampled_from(["extra", "step", "id", "choice"]), VALUES, max_size=2))
    body = {name: encodable(value) for name, value in typed.items()}
    if "sign-out" in form["action"]:
        body["csrf_token"] = b"stale"
    response = person.post(form["action"] or address, data=body)
    assert response.status_code < 500


ADDRESSES = ("/", "/say", "/code", "/sign-in", "/decisions", "/board/proposals/new", "/desk")
QUERIES = (
    "?q=%00", "?after=%ff%fe", "?q=" + "x" * 3000, "?lane=nothing&audience=%F0%9F%92%A9", "?after=2026_x", "?page=-1",
)  # fmt: skip


def test_no_address_breaks_on_a_nasty_query(everybody: list[tuple[PageClient, Walk]]) -> None:
    for (person, _), address, query in pairs(everybody, ADDRESSES, QUERIES):
        assert person.get(address + query).status_code < 500, address + query


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\xfd", "application/x-www-form-urlencoded"),
        (b"words=%ff%fe", "application/x-www-form-urlencoded"),
        (b"{not json", "application/json"),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n', "multipart/form-data; boundary=x"),
        (b"x" * 70_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_no_body_breaks_a_page(everybody: list[tuple[PageClient, Walk]], body: bytes, kind: str) -> None:
    addresses = cycle(("/say", "/kiosk", "/code", "/sign-in", "/language"))
    for person, _ in everybody:  # Two of the five each.
        for address in islice(addresses, 2):
            response = person.post(address, data=body, content_type=kind)
            # A shared screen answers no form of an earlier visit: it hides what stood there.
            ended = response.headers.get("Location") == "/hide"
            assert ended or 400 <= response.status_code < 500, address


def test_a_stale_form_keeps_what_was_typed(demo: Demo) -> None:
    visitor = PageClient(demo.app)
    form = visitor.form("/sign-in", "alias")
    answer = visitor.post("/sign-in", data={**form["fields"], "alias": "Somebody here", "csrf_token": "old"})
    assert answer.status_code == 422
    assert "Somebody here" in answer.text


def test_a_wrong_method_says_so(demo: Demo) -> None:
    answer = PageClient(demo.app).delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
