"""Somebody with a browser, over a real connection: a cookie, the forms of the page, no JavaScript."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.page import Page


@dataclass
class Answer:
    """One answer, received in full. Names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def page(self) -> Page:
        return Page(self.text)


@dataclass
class Visitor:
    """Keeps one cookie jar; every request is a connection of its own, as behind many proxies."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    patience: float = 20.0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request and read the whole answer. Raises OSError or HTTPException when it was cut short."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            sent["Cookie"] = f"{sent['Cookie']}; {jar}" if "Cookie" in sent else jar
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
            for line in response.headers.get_all("Set-Cookie", []):
                self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
            return answer
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        """Fetch a page, following one redirect."""
        return self._followed(self.ask("GET", path))

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """Send a form, following one redirect."""
        body = urlencode(fields, doseq=True).encode()
        answer = self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")
        if answer.status == 307:  # The same once more, where it is told to.
            return self.post(urlsplit(answer.headers["location"]).path, fields)
        return self._followed(answer)

    def _followed(self, answer: Answer) -> Answer:
        if answer.status in (302, 303):
            address = urlsplit(answer.headers["location"])
            return self.ask("GET", address.path + (f"?{address.query}" if address.query else ""))
        return answer


def posting_form(page: Page, path: str, holding: str = "") -> tuple[str, dict[str, Any]]:
    """Return where the page's form goes and its fields: the form that has *holding*, or the last that posts."""
    forms = [form for form in page.forms if form["method"].lower() == "post"]
    wanted = [form for form in forms if not holding or holding in form["fields"]]
    assert wanted, f"No form with {holding!r} at {path}."
    return wanted[-1]["action"] or path, dict(wanted[-1]["fields"])
