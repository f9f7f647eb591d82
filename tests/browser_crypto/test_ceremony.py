"""The key of the box: made in the browser, printed in three parts, and put together again to open what was sealed."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlsplit

from click.testing import CliRunner
from flask import render_template_string
from playwright.sync_api import Page, Request, Route, expect
from werkzeug.test import EnvironBuilder

from governance import cli, sealing
from governance.permissions.roles import Role
from governance.sealing import Share, edwards, signed_seal
from tests.browser_crypto.conftest import Run
from tests.live import Live

TOKEN = bytes(range(32))
INFO = b"real-voice ballot v2 a-programme/ballot-7"
HOLDER = """{% extends "_work.html" %}{% import "_parts.html" as parts %}{% from "_icons.html" import icon %}
{% block head %}<script type="module" src="{{ static('ballots/open-box.js') }}"></script>{% endblock %}
{% block content %}<h1>Box</h1>{% set box_url, opened_url = "/test/box.json", "/test/opened" %}
{% include "ballots/_open_box.html" %}{% endblock %}"""


def page_of(live: Live, template: str) -> str:
    """A page of the program made of *template*, as the views that include these parts will make it."""
    with live.app.test_request_context("/"):
        live.app.preprocess_request()
        return render_template_string(template)


def serve(page: Page, live: Live, address: str, body: str) -> None:
    """Answer *address* with *body* under the program's own headers."""
    headers = page.request.get(live.url + "/").headers
    policy = {"content-security-policy": headers["content-security-policy"]}
    page.route(live.url + address, lambda route: route.fulfill(body=body, content_type="text/html", headers=policy))


def test_the_key_is_made_printed_and_never_sent(page: Page, live: Live) -> None:
    sent: list[Request] = []
    serve(page, live, "/board/ceremony", page_of(live, '{% extends "ballots/ceremony.html" %}'))
    page.goto(live.url + "/board/ceremony")
    page.on("request", lambda request: sent.append(request))
    page.get_by_role("button", name="Make the key").press("Enter")
    expect(page.get_by_label("The public half")).to_be_visible()
    public = page.get_by_label("The public half").input_value()
    printed = [" ".join(each.locator("li").all_inner_texts()) for each in page.locator("[data-ceremony-share]").all()]
    secrets = {
        sealing.join_secret([Share.from_text(one), Share.from_text(other)])
        for one, other in zip(printed, printed[1:] + printed[:1], strict=True)
    }
    (secret,) = secrets
    sealed = sealing.seal(bytes.fromhex(public), b"a ballot", INFO)
    assert sealing.open_sealed(secret, sealed, INFO) == b"a ballot"
    assert set(page.locator("[data-ceremony-mark]").all_inner_texts()) == {public[:8]}
    assert {urlsplit(request.url).path for request in sent} <= {f"{live.app.static_url_path}/favicon.svg"}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.emulate_media(media="print")
    assert page.locator(".share-card").nth(1).evaluate("(card) => getComputedStyle(card).breakBefore") == "page"
    expect(page.get_by_label("The public half")).to_be_hidden()
    page.goto(live.url + "/healthz")
    page.go_back()
    expect(page.locator("[data-ceremony-share] li")).to_have_count(0)


def test_two_shares_open_the_box_and_nothing_else_does(page: Page, live: Live) -> None:
    pair, strange = sealing.new_pair(), sealing.new_pair()
    ballots = [bytes([at]) * 4096 for at in range(3)]
    sealed = [sealing.seal(pair.public, ballots[0], INFO)]  # The test word, which goes before the ballots.
    sealed += [signed_seal.seal(pair.public, ballot, INFO, TOKEN) for ballot in ballots[1:]]
    sealed.insert(1, signed_seal.seal(strange.public, b"for another key", INFO, TOKEN))
    sealed.append(sealed[1][:-1] + bytes([sealed[1][-1] ^ 1]))
    box = {
        "programme": "a-programme",
        "info": INFO.hex(),
        "public_key": pair.public.hex(),
        "sealed": [base64.b64encode(each).decode() for each in sealed],
    }
    posted: list[dict[str, str]] = []

    def take(route: Route) -> None:
        told = {"content_type": route.request.headers["content-type"], "data": route.request.post_data_buffer}
        posted.append(EnvironBuilder(method="POST", **told).get_request().form.to_dict())
        route.fulfill(body="<h1>Opened</h1>", content_type="text/html")

    serve(page, live, "/test/open", page_of(live, HOLDER))
    page.route(live.url + "/test/box.json", lambda route: route.fulfill(json=box))
    page.route(live.url + "/test/opened", take)
    page.goto(live.url + "/test/open")
    shares, strangers = sealing.split_secret(pair.private), sealing.split_secret(strange.private)

    def give(first: str, second: str) -> None:
        page.get_by_label("First share").fill(first)
        page.get_by_label("Second share").fill(second)
        page.get_by_role("button", name="Open the box").press("Enter")

    one, two = shares[0].text, shares[2].text
    for first, second, sentence in (
        (one, one, "the same share twice"),
        (one, two[:-3], "does not add up"),
        (one, "9" + two, "a letter that cannot be"),
        (one, strangers[1].text, "do not belong together"),
        (strangers[0].text, strangers[1].text, "shares of another vote"),
    ):
        give(first, second)
        expect(page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    assert posted == []
    give(one, two.lower())
    expect(page.get_by_role("heading", name="Opened")).to_be_visible()
    (fields,) = posted
    assert set(fields) == {"csrf_token", "opened"}
    opened = json.loads(fields["opened"])
    assert base64.b64decode(opened[0]) == ballots[0]
    assert [base64.b64decode(plain) for plain, _ in opened[1:]] == [b"", ballots[1], ballots[2], b""]
    assert opened[4] == ["", ""], "of what is not signed nothing is shown"
    for whole, (plain, proof) in zip(sealed[1:4], opened[1:4], strict=True):
        found = signed_seal.read(whole, INFO)
        try:
            shown = signed_seal.open_proved(found, bytes.fromhex(proof), pair.public, INFO)
        except sealing.SealBroken:
            shown = b""
        assert shown == base64.b64decode(plain)


def test_a_ballot_of_a_signed_vote_is_opened_by_its_own_seal_alone(run: Run) -> None:
    """A copy of it in the form of a plain seal would open, and be there twice."""
    pair = sealing.new_pair()
    word, whole = sealing.seal(pair.public, b"the word", INFO), signed_seal.seal(pair.public, b"a ballot", INFO, b"")
    copied = b"\x01" + edwards.to_montgomery(whole[1:33]) + whole[65:-64]
    assert sealing.open_sealed(pair.private, copied, INFO) == b"a ballot"
    box = {"info": INFO.hex(), "public_key": pair.public.hex()}
    box["sealed"] = [base64.b64encode(each).decode() for each in (word, whole, copied)]  # type: ignore[assignment]
    shares = [share.text for share in sealing.split_secret(pair.private)[:2]]
    opened = run("(shares, box) => CountingKey.openBox(shares, box)", shares, box)
    assert (opened[0], opened[2]) == (base64.b64encode(b"the word").decode(), ["", ""])
    assert opened[1][0] == base64.b64encode(b"a ballot").decode()


def test_a_box_of_plain_seals_comes_back_as_it_did(run: Run) -> None:
    pair, strange = sealing.new_pair(), sealing.new_pair()
    info = INFO.replace(b"v2", b"v1")
    sealed = [sealing.seal(each.public, b"a ballot", info) for each in (pair, strange)]
    box = {"info": info.hex(), "public_key": pair.public.hex()}
    box["sealed"] = [base64.b64encode(each).decode() for each in sealed]  # type: ignore[assignment]
    shares = [share.text for share in sealing.split_secret(pair.private)[:2]]
    assert run("(shares, box) => CountingKey.openBox(shares, box)", shares, box) == [
        base64.b64encode(b"a ballot").decode(), "",
    ]  # fmt: skip


def test_a_box_that_cannot_be_fetched_is_said_in_a_sentence(page: Page, live: Live) -> None:
    serve(page, live, "/test/open", page_of(live, HOLDER))
    page.route(live.url + "/test/box.json", lambda route: route.abort())
    page.goto(live.url + "/test/open")
    page.get_by_role("button", name="Open the box").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="could not be opened here")).to_be_visible()


def test_the_door_is_the_facilitator_s(sign_in, client) -> None:  # type: ignore[no-untyped-def]
    assert sign_in(Role.FACILITATOR).get("/board/ceremony").status_code == 200
    assert sign_in(Role.MEMBER).get("/board/ceremony").status_code == 403
    assert client.get("/board/ceremony").status_code == 401


def test_the_command_makes_a_key_too() -> None:
    told = CliRunner().invoke(cli.commands, ["ballot", "keygen"])
    assert told.exit_code == 0
    lines = [line.strip() for line in told.output.splitlines()]
    public, printed = bytes.fromhex(lines[1]), [line for line in lines if len(line) > 70 and line.isupper()]
    assert len(printed) == 3
    secret = sealing.join_secret([Share.from_text(printed[2]), Share.from_text(printed[0])])
    assert sealing.open_sealed(secret, sealing.seal(public, b"a ballot", INFO), INFO) == b"a ballot"
