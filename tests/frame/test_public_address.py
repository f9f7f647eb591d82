"""A site in a folder of an HTTPS address: every link, form, square, feed and cookie begins there, whoever asks how."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import segno
from flask import Flask
from werkzeug.test import TestResponse

from governance import create_app
from governance.frame.public_address import below
from tests.crawl import walk
from tests.demo.served import CAST, Demo
from tests.live import let_go
from tests.page import ADDRESSES, Page, PageClient

FOLDER = "/programme"
ADDRESS = f"https://voice.example.org{FOLDER}"
NO_ADDRESS = ("http://www.w3.org/", "http://127.0.0.1:8000/sign-in")  # XML's own names, and the sample on /style.

A_KEY = "data-typed-key"  # Base64, of which one in 64 begins with a "/".


def leads_elsewhere(text: str, mimetype: str, page: Page | None = None) -> list[str]:
    """What in an answer does not begin with the public address. *page*: the same, where it was read already."""
    addresses = re.findall(r"""https?://[^\s"'<>)]+""", text)
    wrong = [each for each in addresses if each.startswith("http://") and not each.startswith(NO_ADDRESS)]
    wrong += [each for each in addresses if "example.org" in each and not each.startswith(ADDRESS)]
    if mimetype == "text/html":
        for tag, facts in (page or Page(text)).tags:
            mine = {name: value for name, value in facts.items() if name != A_KEY}
            there = [value for name, value in mine.items() if name in ADDRESSES or name.startswith("data-")]
            wrong += [f"<{tag}> {each}" for each in there if each.startswith("/") and not is_inside(each)]
    return wrong


def is_inside(path: str) -> bool:
    return path == FOLDER or path.startswith(FOLDER + "/")


class Outsider(PageClient):
    """Comes under a made-up host, notes what leads elsewhere, and shows pages without the folder."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.wrong: list[str] = []
        self.kinds: set[str] = set()

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        path = args[0] if is_inside(args[0]) else FOLDER + args[0]
        answer = super().open(path, *args[1:], base_url="http://made-up.example", **kwargs)
        self.kinds.add(answer.mimetype)
        if (there := answer.headers.get("Location")) and not is_inside(there):
            self.wrong.append(f"{path} leads to {there}")
        if not answer.mimetype.startswith(("text/", "application/json", "application/atom")):
            return answer
        text, page = answer.get_data(as_text=True), getattr(answer, "page", None)
        self.wrong += [f"{path}: {each}" for each in leads_elsewhere(text, answer.mimetype, page)]
        answer.__dict__.pop("text", None)  # It was read already.
        answer.set_data(text.replace(f'"{FOLDER}/', '"/').replace(f'"{FOLDER}"', '"/"'))
        if page:
            take_the_folder_out(page)
        return answer


def take_the_folder_out(page: Page) -> None:
    """Show the tags and forms of a *page* as they would be without the folder."""
    facts = [facts for _, facts in page.tags] + page.forms
    for each in facts:
        each |= {
            name: value.removeprefix(FOLDER) or "/"
            for name, value in each.items() if isinstance(value, str) and is_inside(value)
        }  # fmt: skip


@pytest.fixture
def squares(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what stands in each square that is made."""
    made: list[str] = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: (made.append(text), make(text, **how))[1])
    return made


@pytest.fixture
def site(demo: Demo) -> Iterator[Flask]:
    """The demo behind HTTPS, in a folder."""
    home = str(demo.app.config["SETTINGS"].home)
    secret = demo.app.config["SETTINGS"].secret
    app = create_app({
        "GOVERNANCE_MODE": "demo", "GOVERNANCE_HOME": home, "GOVERNANCE_SECRET": secret, "GOVERNANCE_ADDRESS": ADDRESS,
    })  # fmt: skip
    app.testing = True
    yield app
    let_go(app)


def test_every_page_leads_to_the_public_address(demo: Demo, site: Flask, squares: list[str]) -> None:
    wrong, pages, kinds = [], set(), set()
    for alias in ("", *CAST):
        person = Outsider(site)
        if alias:
            person.submit("/sign-in", "alias", alias=alias, passphrase=demo.cards[alias])
        pages |= set(walk(site, person).pages)
        wrong += person.wrong
        kinds |= person.kinds
    assert wrong == []
    assert len(pages) > 60
    assert {"text/html", "application/json", "application/atom+xml"} <= kinds
    assert [each for each in squares if "://" in each]
    assert [each for each in squares if "://" in each and not each.startswith(ADDRESS)] == []


def test_the_check_sees_a_link_that_forgets_the_folder() -> None:
    page = '<html lang="en" dir="ltr"><title>a</title><h1>a</h1><a href="{}">b</a></html>'
    assert leads_elsewhere(page.format("/programme/say"), "text/html") == []
    assert leads_elsewhere(page.format("/say"), "text/html") == ["<a> /say"]
    assert leads_elsewhere(page.format("http://voice.example.org/programme/say"), "text/html")
    assert leads_elsewhere('{"a": "https://voice.example.org/say"}', "application/json")


def test_feeds_files_and_the_ledger_name_it_whole(site: Flask) -> None:
    person = site.test_client()
    assert f'href="{ADDRESS}/decisions.atom"' in person.get(f"{FOLDER}/decisions.atom").text.replace("\n", " ")
    assert f"governance verify {ADDRESS}/ledger" in person.get(f"{FOLDER}/ledger").text


def test_a_vote_that_goes_to_a_partner_says_the_way_back(demo: Demo, site: Flask) -> None:
    person = Outsider(site)
    person.submit("/sign-in", "alias", alias="Half Moon", passphrase=demo.cards["Half Moon"])
    found = [person.get(f"/board/ballots/{number}/partner.json") for number in range(1, 9)]
    texts = [answer.text for answer in found if answer.status_code == 200]
    assert all(ADDRESS in json.dumps(json.loads(text)) for text in texts if "://" in text)


def test_the_cookie_stays_in_the_folder_and_https_is_for_a_year(site: Flask) -> None:
    answer = site.test_client().get(f"{FOLDER}/say")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-voice=")
    assert {"Secure", "HttpOnly", f"Path={FOLDER}", "SameSite=Lax"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_a_folder_the_cookie_is_bound_to_its_host(demo: Demo) -> None:
    settings = demo.app.config["SETTINGS"]
    app = create_app({
        "GOVERNANCE_MODE": "demo", "GOVERNANCE_HOME": str(settings.home), "GOVERNANCE_SECRET": settings.secret,
        "GOVERNANCE_ADDRESS": "https://voice.example.org",
    })  # fmt: skip
    cookie = app.test_client().get("/say").headers["Set-Cookie"]
    let_go(app)
    assert cookie.startswith("__Host-voice=")
    assert "Path=/" in cookie.split("; ")
    assert "Strict-Transport-Security" not in demo.app.test_client().get("/say").headers


def test_a_proxy_may_take_the_folder_away(site: Flask) -> None:
    person = site.test_client()
    for path in (f"{FOLDER}/say", "/say"):
        assert f'action="{FOLDER}/say"' in person.get(path).text, path
    assert person.get(FOLDER).status_code == 200


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/programme/say", "/say"), ("/programme", "/"), ("/programme/", "/"), ("/programmes", "/programmes"), ("/", "/")],
)
def test_what_is_below_a_folder(path: str, meant: str) -> None:
    assert below(FOLDER, path) == meant
    assert below("", path) == path


def test_made_up_hosts_make_no_page_anew(demo: Demo) -> None:
    """Where no address is said, those of the first few hosts are kept, and no other pushes them out."""
    app, kept = demo.app, "kept pages"
    app.extensions.pop(kept, None)
    app.extensions.pop("hosts", None)
    for at in range(50):
        assert app.test_client().get("/", base_url=f"http://{at}.example").status_code == 200
    assert len(app.extensions[kept]) == 4
