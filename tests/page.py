"""A test client that checks every page it fetches, with the standard library alone.

One h1, headings in order, labels on every field, unique ids, a language, no inline script or style,
nothing from another address, strict headers: a page that breaks one of these fails the test that
fetched it, whatever that test was about.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
NEEDS_LABEL = frozenset({"input", "select", "textarea"})
NAMES_AN_ID = frozenset({"aria-describedby", "aria-labelledby", "for"})
SUBMITS_BY_ENTER = frozenset({"text", "radio", "checkbox", "tel", "number", "password", "search"})
STAYS = ("go", "stay")  # The button of `templates/_kiosk.html` that shows the same screen again.
HANDS_IN = frozenset({("go", "send"), ("go", "drop"), ("wants_code", "y")})  # What sends or drops (name, value).
ADDRESSES = frozenset({"src", "href", "action", "formaction", "poster", "data", "srcset"})


# A tag with its attributes, a comment, or the line that begins a page. Our templates close and quote what they write,
# so this is enough for our pages; html.parser, which reads everybody's, took a tenth of the whole run.
PIECE = re.compile(r"""<(?:!--.*?--|![^>]*|(/?)([a-zA-Z][^\s/>]*)((?:[^>"']++|"[^"]*"|'[^']*')*+))>""", re.DOTALL)
ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")


class Page:
    """What the checks need to know of one page; also its forms, for tests that submit them."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.labels: set[str] = set()
        self.wrapped: set[int] = set()
        self.forms: list[dict[str, Any]] = []
        self.controls: list[tuple[str, str, dict[str, str]]] = []
        self.text: list[str] = []
        self.faults: list[str] = []
        self._select: str | None = None
        self._textarea: tuple[str, list[str]] | None = None
        self._read(html)
        if self.open:
            self.faults.append(f"not closed: {self.open}")

    def _read(self, html: str) -> None:
        words, *pieces = PIECE.split(html)
        self._say(words)
        for closing, tag, attributes, words in zip(pieces[::4], pieces[1::4], pieces[2::4], pieces[3::4], strict=True):
            if closing:
                self._close(tag)
            elif tag:
                self._begin(tag, attributes)
            if words:
                self._say(words)

    def _begin(self, tag: str, attributes: str) -> None:
        found = ATTRIBUTE.findall(attributes)
        facts = {name: unescape(quoted or single or bare) for name, quoted, single, bare in found}
        if len(facts) != len(found):
            self.faults.append(f"<{tag}> has an attribute twice: {attributes}")
        self.tags.append((tag, facts))
        if "label" in self.open:
            self.wrapped.add(len(self.tags) - 1)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels.add(facts.get("for", ""))
        if tag not in VOID:
            self.open.append(tag)
        self._collect(tag, facts)
        if tag in ("input", "button"):
            around = f"form {len(self.forms)}" if "form" in self.open else ""
            self.controls.append((facts.get("form") or (self.forms[-1]["id"] if around else "") or around, tag, facts))
        if tag not in VOID and attributes.endswith("/"):
            self._close(tag)

    def _collect(self, tag: str, facts: dict[str, str]) -> None:
        if tag == "form":
            sent = {"action": facts.get("action", ""), "method": facts.get("method", "get")}
            self.forms.append({**sent, "id": facts.get("id", ""), "fields": {}})
        fields = self.forms[-1]["fields"] if self.forms and "form" in self.open else None
        name = facts.get("name", "")
        if fields is None or not name:
            if tag == "option" and self._select and fields is not None and "selected" in facts:
                fields[self._select] = facts.get("value", "")
            elif tag == "option" and self._select and fields is not None:
                fields.setdefault(self._select, facts.get("value", ""))
            return
        kind = facts.get("type", "text")
        if tag == "input" and (kind not in ("checkbox", "radio", "submit", "file") or "checked" in facts):
            fields[name] = facts.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = (name, [])

    def _close(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            if tag in self.open:
                while self.open and self.open[-1] != tag:
                    self.open.pop()
        if self.open:
            self.open.pop()
        if tag == "select":
            self._select = None
        if tag == "textarea" and self._textarea and self.forms:
            name, said = self._textarea
            self.forms[-1]["fields"][name] = "".join(said).replace("\r\n", "\n").removeprefix("\n")
            self._textarea = None

    def _say(self, words: str) -> None:
        if "<" in words:
            self.faults.append(f"a < that begins no tag: {words.strip()[:80]}")
        data = unescape(words)
        if self._textarea:
            self._textarea[1].append(data)
        self.text.append(data)

    def check(self) -> list[str]:
        """Return what is wrong with the page, in words."""
        return [*self.faults, *self._structure(), *self._fields(), *self._enter(), *self._nothing_foreign()]

    def _structure(self) -> list[str]:
        wrong = []
        html = next((facts for tag, facts in self.tags if tag == "html"), {})
        if not html.get("lang") or html.get("dir") not in ("ltr", "rtl"):
            wrong.append("the page does not say its language and direction")
        if self.headings.count(1) != 1:
            wrong.append(f"{self.headings.count(1)} h1 headings")
        steps = zip(self.headings, self.headings[1:], strict=False)
        wrong += [f"h{above} is followed by h{below}" for above, below in steps if below > above + 1]
        ids = [facts["id"] for _, facts in self.tags if "id" in facts]
        known = set(ids)
        if len(known) < len(ids):
            wrong += [f"id {name!r} stands twice" for name in known if ids.count(name) > 1]
        for _tag, facts in self.tags:
            for attribute in NAMES_AN_ID & facts.keys():
                wrong += [f"{attribute} names no id: {n}" for n in facts[attribute].split() if n not in known]
        if not any(tag == "title" for tag, _ in self.tags):
            wrong.append("the page has no title")
        return wrong

    def _fields(self) -> list[str]:
        wrong = []
        for number, (tag, facts) in enumerate(self.tags):
            if tag not in NEEDS_LABEL or facts.get("type") in ("hidden", "submit", "button"):
                continue
            labelled = facts.get("id") in self.labels or "aria-label" in facts or "aria-labelledby" in facts
            if not labelled and number not in self.wrapped:
                wrong.append(f"<{tag} name={facts.get('name')}> has no label")
        wrong += ["a form posts without its token" for form in self.forms
                  if form["method"].lower() == "post" and "csrf_token" not in form["fields"]]  # fmt: skip
        return wrong

    def _enter(self) -> list[str]:
        """On a participant's screen, say where Enter on a choice or a line of text hands something in.

        It presses the first button of the form (HTML Living Standard, "Implicit submission"; Chromium steps over one
        that is disabled). So that is one that can be seen there and does not send, or the one that stays.
        """
        if not any("kiosk-main" in facts.get("class", "").split() for _, facts in self.tags):
            return []
        wrong = []
        for owner in sorted({owner for owner, _, _ in self.controls}):
            mine = [(tag, facts) for its, tag, facts in self.controls if its == owner]
            asks = [facts for tag, facts in mine if tag == "input" and facts.get("type", "text") in SUBMITS_BY_ENTER]
            buttons = [facts for tag, facts in mine if tag == "button" and facts.get("type", "submit") == "submit"]
            if not buttons or all(facts.get("name") == "trap" for facts in asks):
                continue
            pressed = (buttons[0].get("name"), buttons[0].get("value"))
            if pressed == STAYS and "disabled" not in buttons[0]:
                continue
            seen = [b for b in buttons if "only-heard" not in b.get("class", "").split()]
            if pressed not in [(b.get("name"), b.get("value")) for b in seen]:
                wrong.append(f"Enter presses {pressed}, which no button of {owner} says")
            if pressed in HANDS_IN:
                wrong.append(f"Enter hands in {owner}: {pressed}")
        return wrong

    def _nothing_foreign(self) -> list[str]:
        wrong = []
        for tag, facts in self.tags:
            wrong += [f"<{tag}> has {name}" for name in facts if name.startswith("on") or name == "style"]
            if tag == "style" or (tag == "script" and "src" not in facts):
                wrong.append(f"inline <{tag}>")
            for name in ADDRESSES & facts.keys():
                address = facts[name]
                link_out = tag == "a" and name == "href"
                if "//" in address and not link_out:
                    wrong.append(f"<{tag} {name}> leads elsewhere: {address}")
                if address.lower().startswith(("javascript:", "data:")):
                    wrong.append(f"<{tag} {name}> is not an address")
        return wrong


def read(response: TestResponse) -> Page:
    """Return what a page says, as it was read when it was checked."""
    return getattr(response, "page", None) or Page(response.text)


class PageClient(FlaskClient):
    """Fetches pages as a person would, and checks each one."""

    card: Any = None

    def __init__(self, app: Flask) -> None:
        from werkzeug.wrappers import Response

        super().__init__(app, app.response_class or Response, use_cookies=True)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, and check what came back when it is a page."""
        response = super().open(*args, **kwargs)
        if response.status_code == 307:  # A browser sends the same once more, where it is told to.
            return self.open(response.location, **{**kwargs, "method": response.request.method})
        # On a phone: what a code opens, and what came of the letters of a ballot.
        if response.status_code == 303 and response.location.endswith(("/code/opened", "/check")):
            return self.open(response.location, method="GET")
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            response.page = Page(response.text)
            faults = response.page.check()
            assert not faults, f"{response.request.path}: {faults}"
        return response

    def form(self, address: str, holding: str = "") -> dict[str, Any]:
        """Return the posting form at *address* (the one with a field called *holding*, or the last one)."""
        page = read(self.get(address))
        posting = [form for form in page.forms if form["method"].lower() == "post" and "sign-out" not in form["action"]]
        wanted = [form for form in posting if not holding or holding in form["fields"] or holding in form["action"]]
        assert wanted, f"no form with {holding!r} at {address}"
        return {**wanted[-1], "action": wanted[-1]["action"] or address}

    def submit(self, address: str, _holding: str = "", **typed: Any) -> TestResponse:
        """Fetch the form at *address*, fill in what is *typed*, and send it."""
        is_first = address == "/sign-in" and not self._cookies and self._is_at_the_top()
        form = self._card_form() if is_first else self.form(address, _holding)
        return self.post(form["action"], data={**form["fields"], **typed})

    def _is_at_the_top(self) -> bool:
        """Whether the site has its host for itself: the cookie of one in a folder comes with its pages alone."""
        return str(self.application.config["SESSION_COOKIE_PATH"]) == "/"

    def _card_form(self) -> dict[str, Any]:
        """The form of the sign-in as a new device gets it, without its page: of ten pages of a run it was one."""
        token = "of a device that comes for the first time"
        with self.session_transaction() as kept:
            kept["csrf_token"] = token
        signed = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token").dumps(token)
        return {"action": "/sign-in", "fields": {"csrf_token": signed, "device": "shared"}}
