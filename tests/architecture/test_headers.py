"""Strict headers on every answer: pages, error pages, static files. Parsed, never compared as strings."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.architecture.test_access import addresses
from tests.page import PageClient

pytestmark = pytest.mark.of_one_database  # What is sent along with an answer comes of no row.

DIRECTIVE = re.compile(r"^[a-z-]+( ('self'|'none'))+$")
FEATURE = re.compile(r"^[a-z-]+=\(\)$")
COOP = {"same-origin", "same-origin-allow-popups", "unsafe-none"}
COEP = {"require-corp", "credentialless", "unsafe-none"}
CORP = {"same-origin", "same-site", "cross-origin"}


def check_headers(response: TestResponse, static: bool) -> None:
    headers = response.headers
    directives = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert all(DIRECTIVE.match(part.strip()) for part in headers["Content-Security-Policy"].split(";"))
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert "report-uri" not in directives
    assert "report-to" not in directives
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert all(FEATURE.match(part.strip()) for part in headers["Permissions-Policy"].split(","))
    assert {"camera=()", "microphone=()", "geolocation=()"} <= {
        p.strip() for p in headers["Permissions-Policy"].split(",")
    }
    assert headers["Cross-Origin-Opener-Policy"] in COOP - {"unsafe-none"}
    assert headers["Cross-Origin-Embedder-Policy"] in COEP - {"unsafe-none"}
    assert headers["Cross-Origin-Resource-Policy"] in CORP - {"cross-origin"}
    caching = {part.strip().split("=")[0] for part in headers["Cache-Control"].split(",")}
    if static:
        assert "immutable" in caching
    else:
        assert "no-store" in caching
        assert "ETag" not in headers
        assert "Last-Modified" not in headers
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def test_every_route_and_error_page_has_them(app: Flask, client: PageClient) -> None:
    for method, address, endpoint in addresses(app):
        if endpoint != "static":
            check_headers(client.open(address, method=method), static=False)
    for address, method in (("/no-such-page", "GET"), ("/", "DELETE"), ("/decisions/%00", "GET"), ("/%ff%fe", "GET")):
        check_headers(client.open(address, method=method), static=False)
    check_headers(client.post("/say", data=b"x" * 100_000, content_type="text/plain"), static=False)


def test_static_files_have_them_and_may_be_kept(app: Flask, client: PageClient) -> None:
    with client.get(f"{app.static_url_path}/site.css") as response:
        assert response.status_code == 200
        check_headers(response, static=True)
    for address in ("/static/site.css", "/static/000000000000/site.css", f"{app.static_url_path}/none.css"):
        check_headers(client.get(address), static=False)


def test_no_answer_with_a_cookie_may_be_kept_between_here_and_its_reader(app: Flask, client: PageClient) -> None:
    client.get("/kiosk")
    seen = 0
    for _, address, _ in addresses(app):
        answer = client.get(address)
        if "Set-Cookie" in answer.headers:
            seen += 1
            assert answer.headers["Cache-Control"] == "no-store", address
    assert seen


def test_no_address_has_ones_own_phone_forget_the_pass_that_lies_in_its_storage(app: Flask, client: PageClient) -> None:
    """It is the only one: whoever holds the phone for a moment, or a page of somebody else, could take a vote away."""
    own = {address: app.test_client().get(address).headers.get("Clear-Site-Data") for _, address, _ in addresses(app)}
    assert own["/leave"] == '"cache"'
    assert {address for address, told in own.items() if told and "storage" in told} == set()
    client.get("/kiosk")
    assert "storage" in client.get("/kiosk/cleared").headers["Clear-Site-Data"], "the control: a shared screen"


def test_reading_pages_set_no_cookie(app: Flask, client: PageClient) -> None:
    for address in ("/", "/decisions", "/proposals", "/principles", "/promises", "/measures", "/removed", "/help-now"):
        assert "Set-Cookie" not in client.get(address).headers, address
