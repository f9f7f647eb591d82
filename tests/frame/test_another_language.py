"""The switch of languages is on every screen of a participant, and the same screen comes back with what was typed.

Walked over whatever a participant is shown, the answers to a form too. What was shown is held against the templates:
a screen that nobody walks to here fails.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, template_rendered
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from governance import assets, clock
from governance.ballots import service as ballots
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.frame.languages import LANGUAGES
from governance.keys.keyfolder import KeyFolder
from governance.places import service as places
from governance.places.models import Kiosk
from governance.questions import service as questions
from tests.ballots.factories import some_issuers
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import Page, PageClient, read
from tests.proposals.factories import frozen

# Its pages alone: the services behind them run on both in tests/ballots, tests/feedback and tests/questions.

VOTING = NOW + timedelta(hours=2)
SWITCHED_ELSEWHERE = {
    "feedback/cleared.html",  # It has every name at once: tests/promises/test_03_language.py.
    "feedback/offline.html",  # The browser changes it, without a network: tests/feedback/test_without_network.py.
}
OTHERS = [code for code in LANGUAGES if code != "en"]
Typed = dict[str, Any]


@dataclass
class Screen:
    """What somebody sees, what they have typed or picked on it and not sent, and the marks it is known by."""

    seen: TestResponse
    typed: Typed = field(default_factory=dict)
    shows: tuple[str, ...] = ()


@dataclass
class Walk:
    """Somebody who comes to every screen, and at each one changes the language and back."""

    client: PageClient
    drawn: list[str] = field(default_factory=list)
    walked: set[str] = field(default_factory=set)

    def at(self, seen: TestResponse, *shows: str, **typed: Any) -> TestResponse:
        """Look at a screen: change to another language and back, with what is *typed* on it. Return it as it is then.

        *shows*: what must stand on it in any language.
        """
        here = self.drawn[-1]
        self.walked.add(here)
        names = read(seen).text
        assert remembering(seen) == [], here
        assert all(any(LANGUAGES[code].name in part for part in names) for code in offered(seen)), here
        assert len(offered(seen)) == len(OTHERS), f"{here} offers {offered(seen)}"
        for code in ("fr", "en"):
            seen = self.pick(seen, code, typed)
            assert self.drawn[-1] == here, f"{here} became {self.drawn[-1]}"
            assert f'<html lang="{code}"' in seen.text, here
            for mark in shows:
                assert mark in seen.text, f"{here} lost {mark} in {code}"
            assert holds(seen, typed), f"{here} lost what was typed, in {code}: {typed}"
        return seen

    def pick(self, seen: TestResponse, code: str, typed: Typed) -> TestResponse:
        """Press a language by its own name."""
        button = next(facts for facts in buttons(seen) if facts.get("value") == f"in-{code}")
        form = form_of(seen, button["form"])
        return self.sent(button.get("formaction") or form["action"], {**form["fields"], **typed, "go": f"in-{code}"})

    def go(self, seen: TestResponse, go: str, **typed: Any) -> TestResponse:
        """Press one of the screen's own buttons."""
        form = form_of(seen, "step")
        return self.sent(form["action"] or seen.request.path, {**form["fields"], **typed, "go": go})

    def sent(self, address: str, fields: Typed) -> TestResponse:
        answer = self.client.post(address, data=fields)
        assert "?" not in answer.request.url
        return self.client.get(answer.location) if answer.status_code == 303 else answer

    def looks(self, address: str) -> None:
        """Open a screen that holds nothing: its switch leads to the page of languages, and back."""
        seen = self.client.get(address)
        here = self.drawn[-1]
        self.walked.add(here)
        assert remembering(seen) == [], here
        link = next(
            facts for tag, facts in read(seen).tags if tag == "a" and "/language?next=" in facts.get("href", "")
        )
        assert link["href"].endswith(f"next={address}")
        for code in ("fr", "en"):
            self.client.submit(link["href"], language=code)
            assert f'<html lang="{code}"' in self.client.get(address).text
            assert self.drawn[-1] == here


def remembering(seen: TestResponse) -> list[str]:
    """The forms of a screen, and its fields to type in, in which a browser may offer what somebody before had there."""
    tags = read(seen).tags
    forms = [facts for tag, facts in tags if tag == "form" and facts.get("autocomplete") != "off"]
    typed = [facts for tag, facts in tags if tag == "textarea" or (tag, facts.get("type", "text")) == ("input", "text")]
    return [str(facts) for facts in [*forms, *(each for each in typed if each.get("autocomplete") != "off")]]


def buttons(seen: TestResponse) -> list[dict[str, str]]:
    return [facts for tag, facts in read(seen).tags if tag == "button" and facts.get("value", "").startswith("in-")]


def offered(seen: TestResponse) -> list[str]:
    return [facts["value"].removeprefix("in-") for facts in buttons(seen)]


def form_of(seen: TestResponse, name: str) -> dict[str, Any]:
    page = read(seen)
    ids = [facts.get("id", "") for tag, facts in page.tags if tag == "form"]
    return {**page.forms[ids.index(name)], "action": page.forms[ids.index(name)]["action"] or seen.request.path}


def holds(seen: TestResponse, typed: Typed) -> bool:
    """Whether the form would send again what was typed, as it is."""
    fields = form_of(seen, "step")["fields"]
    return all(fields.get(name) == value for name, value in typed.items())


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme with a kiosk that workers come to, and a question of the week."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        places.let_workers_come(session, wanted=True)
        ash = founded.account("Ash")
        asked = questions.propose(session, "Sundays?", ["Yes", "No"], "en", ash, TODAY)
        questions.put_up(session, keys, asked.id, places.places(session)[0].id, TODAY)
        session.commit()
        yield founded


@pytest.fixture
def walk(app: Flask, founded: Founded) -> Iterator[Walk]:
    """Somebody on their own phone."""
    walk = Walk(PageClient(app))

    def note(sender: Flask, template: Any, **_: Any) -> None:
        if template.name in screens():
            walk.drawn.append(template.name)

    with template_rendered.connected_to(note, app):
        yield walk


def screens() -> set[str]:
    """Every template that is a screen of a participant: it stands in their frame, and no other stands in it."""
    folder = assets.folder("templates")
    stands_in = {
        path.relative_to(folder).as_posix(): found[1]
        for path in folder.rglob("*.html")
        if (found := re.search(r'{%-? extends "([^"]+)"', path.read_text(encoding="utf-8")))
    }
    inside = {"_kiosk.html"}
    while more := {name for name, frame in stands_in.items() if frame in inside} - inside:
        inside |= more
    return inside - set(stands_in.values())


def to_kiosk(walk: Walk, founded: Founded) -> None:
    _, key = places.enrol_kiosk(founded.session, places.places(founded.session)[0], "by the door", clock.today())
    founded.session.commit()
    walk.client.submit("/kiosk/enrol", code=key)


def give_feedback(walk: Walk, address: str) -> None:
    seen = walk.at(walk.client.get(address), lane="grievance")
    seen = walk.at(walk.go(seen, "next", lane="grievance"), about="worker")
    seen = walk.at(walk.go(seen, "next", about="worker"))
    seen = walk.at(walk.go(seen, "next"), face="good")
    seen = walk.at(walk.go(seen, "next", face="good"), words="the door")
    seen = walk.at(walk.go(seen, "next", words="the door"), consent="private")
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        seen = walk.at(walk.go(seen, "send"))
        form = form_of(seen, "step")
        seen = walk.sent(form["action"], {**form["fields"], "go": "code"})
        words = re.findall(r"<li>([a-z]+)</li>", seen.text)
        assert len(words) == 5
        walk.at(seen, *words)


def say_when(walk: Walk) -> None:
    seen = walk.go(walk.client.get("/kiosk"), "next", lane="urgent")
    while walk.drawn[-1] != "feedback/when.html":
        seen = walk.go(seen, "next")
    walk.at(seen, route="now")


def with_a_helper(walk: Walk, address: str) -> None:
    seen = walk.at(walk.go(walk.client.get(address), "helper"))
    seen = walk.at(walk.go(seen, "next"), lane="thanks")
    for _ in range(3):
        seen = walk.go(seen, "next")
    seen = walk.at(seen, words="the door")
    seen = walk.at(walk.go(seen, "next", words="the door"))
    seen = walk.at(walk.go(seen, "alone"))
    assert "the door" in walk.go(seen, "keep").text


def follow_up(walk: Walk, founded: Founded) -> None:
    code = feedback.prepare_code(founded.keys, b"one form token", "en")
    said = feedback.Submission(token=secrets.token_bytes(16), words="The door", code=code, consent=rules.Consent.WORDS)
    feedback.take(founded.session, founded.keys, said, TODAY)
    founded.session.commit()
    seen = walk.at(walk.client.get("/code"), code="half of it")
    seen = walk.at(walk.go(seen, "show", code="half of it"), code="another half")
    seen = walk.at(walk.go(seen, "show", code=code.code.words), words="one more thing")
    too_long = walk.go(seen, "send", words="x" * 3000)
    assert too_long.status_code == 409
    seen = walk.at(too_long, words="shorter")
    walk.at(walk.go(seen, "send", words="shorter"))


def vote(walk: Walk, founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    tellers = [founded.account("Ash"), founded.account("Birch")]
    votes = [
        ballots.call_vote(
            session, keys, frozen(session, founded.account("Cedar")), kind="majority", now=NOW, tellers=tellers,
            opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(days=5), issuers=some_issuers(),
        )
        for _ in range(2)
    ]  # fmt: skip
    card = ballots.make_cards(session, keys, votes[0], NOW)[0]
    session.commit()
    walk.looks("/vote/1")
    not_yet = walk.client.post("/vote/1", data={"csrf_token": walk.client.form("/language")["fields"]["csrf_token"]})
    assert "/language?next=/vote/1" in not_yet.text, "the answer to a form of a vote that is not open"
    with clock.stopped_everywhere(VOTING):
        walk.at(walk.client.get("/vote"), **{"pass": "AAAA"})
        seen = walk.at(walk.client.get("/vote/1"), **{"pass": "AAAA"})
        seen = walk.at(walk.go(seen, "pass", **{"pass": "AAAA"}), **{"pass": card})
        seen = walk.at(walk.go(seen, "pass", **{"pass": card}), choice="no")
        seen = walk.at(walk.go(seen, "review", choice="no"), card)
        seen = walk.go(seen, "drop")
        letters = re.findall(r"<li>(\w{5})</li>", seen.text)
        assert len(letters) == 2
        seen = walk.at(seen, *letters)
        walk.at(walk.go(walk.go(walk.client.get("/vote/1"), "pass", **{"pass": card}), "pass"), choice="yes")
        walk.looks("/ballots/1/check")


def the_rest(walk: Walk, founded: Founded) -> None:
    walk.at(walk.client.get("/question"), answer="1")
    seen = walk.go(walk.client.get("/question"), "send")
    assert seen.status_code == 422
    seen = walk.at(seen, answer="0")
    form = walk.client.form("/kiosk", "/kiosk/worker")
    walk.at(walk.sent("/kiosk/worker", form["fields"]))
    for address in ("/help-now", "/question/thanks"):
        walk.looks(address)
    kiosk = founded.session.scalars(select(Kiosk)).one()
    places.revoke_kiosk(founded.session, kiosk, TODAY)
    founded.session.commit()
    walk.looks("/kiosk")  # Its screen is closed now.


def test_every_screen_of_a_participant_has_the_switch_and_comes_back_with_what_was_typed(
    walk: Walk, founded: Founded
) -> None:
    give_feedback(walk, "/say")
    with_a_helper(walk, "/say")
    follow_up(walk, founded)
    vote(walk, founded)
    to_kiosk(walk, founded)
    give_feedback(walk, "/kiosk")
    say_when(walk)
    with_a_helper(walk, "/kiosk")
    the_rest(walk, founded)
    assert screens() - walk.walked == SWITCHED_ELSEWHERE


def test_a_screen_whose_switch_forgets_would_be_seen(walk: Walk) -> None:
    """The control: the link that a screen without a form has drops what was typed."""
    seen = walk.client.get("/kiosk")
    assert holds(walk.pick(seen, "fr", {"lane": "thanks"}), {"lane": "thanks"})
    walk.client.submit("/language", language="es")
    assert not holds(walk.client.get("/kiosk"), {"lane": "thanks"})


def test_a_screen_in_which_a_browser_remembers_would_be_seen(client: PageClient) -> None:
    """The control: the page of languages has a form in which nothing is typed, and does not say so."""
    assert remembering(client.get("/language"))


def test_only_a_language_that_is_offered_is_picked(walk: Walk) -> None:
    seen = walk.at(walk.client.get("/code"), code="half")
    for go in ("in-xx", "in-", "fr", ""):
        answer = walk.go(seen, go, code="half of it")
        assert answer.status_code == 422, "it is taken for the code that was sent"
        assert '<html lang="en"' in answer.text


def test_the_letters_of_a_vote_come_back_to_nobody_else(walk: Walk, founded: Founded, app: Flask) -> None:
    """What the page of the box brings along opens on this vote alone, and on a shared screen in its visit alone."""
    to_kiosk(walk, founded)
    vote(walk, founded)
    with clock.stopped_everywhere(VOTING):
        seen = walk.client.get("/vote/2")
        token = form_of(seen, "step")["fields"]["csrf_token"]
        for held in ("", "bm9uc2Vuc2U=", "é"):
            again = walk.client.post("/vote/2", data={"csrf_token": token, "in_the_box": held, "go": "in-fr"})
            assert (again.status_code, again.location) == (303, "/vote/2")


def test_the_switch_sends_nothing_into_an_address(walk: Walk) -> None:
    seen = walk.client.get("/code")
    page = Page(seen.text)
    assert form_of(seen, "step")["method"] == "post"
    assert not any("next=" in facts.get("href", "") for _, facts in page.tags)
