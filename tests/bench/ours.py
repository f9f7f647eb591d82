"""The demo programme behind `governance serve`, and the requests whose speed is measured."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling.kinds import Kind
from governance.ballots.models import Ballot
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code, read_code
from governance.demo.cast import BOARD_READER
from governance.feedback import service as feedback
from governance.feedback.rules import Audience
from governance.feedback.views import carried
from governance.frame import cookie
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.storage import database
from tests.server import SECRET, Installation
from tests.visitor import Visitor, posting_form

FORM = "application/x-www-form-urlencoded"
WORDS = "The line at noon is long and there is nowhere to sit. Two chairs by the window would help. " * 3
IN_THE_BOX = 60  # Unsorted messages, so that the desk's first page is a full one.


@dataclass(frozen=True)
class Work:
    """One kind of request: all its forms, and what a right answer holds."""

    requests: list[bytes]
    holding: bytes
    size: int
    again: bool = False  # Whether each form works again and again.


class Ours:
    """An installation in *home*, with the demo loaded, served as an operator serves it."""

    def __init__(self, home: Path, port: int, workers: int) -> None:
        self.installation = Installation(home, port, workers=workers)
        self.port = port

    def prepare(self) -> None:
        """Load the demo and fill one box of the desk. Nothing is served yet."""
        (self.installation.home / "tmp").mkdir(parents=True)
        load = [sys.executable, "-m", "governance.cli", "demo", "--no-serve"]
        subprocess.run(load, env=self.installation.environ, check=True, stdout=subprocess.DEVNULL)
        app = self.installation.app()
        with app.app_context():
            _fill_the_box(app)
            self.vote, self.cards = _an_open_vote(app)
            database.db.engine.dispose()

    def messages(self, count: int) -> Work:
        """Return *count* forms, each at its last press: words typed, nothing sent yet. Each works once."""
        visitor = Visitor(self.port)
        form = posting_form(visitor.get("/say").page, "/say", "so_far")[1]
        key = cookie.key_from(SECRET, carried.INFO)
        begun = carried.opened(form["so_far"], key)
        assert begun
        begun = replace(begun, step=carried.Step.WORDS, begun=begun.begun - timedelta(minutes=1))
        fresh = (replace(begun, token=secrets.token_bytes(16)) for _ in range(count))
        bodies = (
            urlencode({**form, "so_far": carried.sealed(each, key), "words": WORDS, "go": "send"}).encode()
            for each in fresh
        )
        return Work([post("/say", body, FORM, visitor) for body in bodies], b"It is in.", 0)

    def ballots(self) -> Work:
        """Return what a device posts that seals by itself, one ballot for each voter: its token lets it into the box.

        Each works again and again: the same card replaces its ballot.
        """
        app = self.installation.app()
        with app.app_context():
            vote = ballots.by_number(database.db.session, self.vote)
            assert vote
            bodies = [urlencode(_sealed(vote, card)).encode() for card in self.cards]
            database.db.engine.dispose()
        nobody = Visitor(self.port)
        return Work([post(f"/vote/{self.vote}", body, FORM, nobody) for body in bodies], b" 204 ", 0, again=True)

    def ballots_without_script(self) -> Work:
        """Return the forms of a page without a script, one for each voter: the pass is checked, the choice sealed here.

        Each works again and again, as those of `ballots`.
        """
        visitor, address = Visitor(self.port), f"/vote/{self.vote}"
        form = posting_form(visitor.get(address).page, address, "pass")[1]
        bodies = (urlencode({**form, "pass": card, "choice": "good", "go": "drop"}).encode() for card in self.cards)
        return Work([post(address, body, FORM, visitor) for body in bodies], b"It is in the box", 0, again=True)

    def wall(self) -> Work:
        """Return the first page of the wall, for somebody without a cookie."""
        return self._page(Visitor(self.port), "/")

    def wall_anew(self) -> Work:
        """Return the same page as one that is never kept, because its address carries a question."""
        return self._page(Visitor(self.port), "/?anew=1")

    def decision(self) -> Work:
        """Return one decision with its answer."""
        number = re.search(r'href="(/decisions/\d{4}-\d+)"', Visitor(self.port).get("/decisions").text)
        assert number, "The demo shows no decision."
        return self._page(Visitor(self.port), number[1])

    def desk(self) -> Work:
        """Return the inbox of a board reader who has signed in: thirty messages, each opened for this page."""
        visitor = Visitor(self.port)
        cards = (self.installation.home / "cards.txt").read_text()
        words = re.search(rf"^  {BOARD_READER} +(\S.*)$", cards, re.MULTILINE)
        assert words
        form = posting_form(visitor.get("/sign-in").page, "/sign-in", "alias")[1]
        visitor.post("/sign-in", {**form, "alias": BOARD_READER, "passphrase": words[1]})
        return self._page(visitor, f"/desk?box={Audience.EVERYONE}")

    def _page(self, visitor: Visitor, path: str) -> Work:
        answer = visitor.get(path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return Work([get(path, visitor)], b"</html>", len(answer.body))


def _fill_the_box(app: Flask) -> None:
    keys = app.extensions["keyfolder"]
    for _ in range(IN_THE_BOX):
        with database.transaction() as session:
            said = feedback.Submission(token=secrets.token_bytes(16), words=WORDS)
            feedback.take(session, keys, said, clock.today())
    with database.transaction() as session:
        feedback.release(session, keys, clock.today())


def _an_open_vote(app: Flask) -> tuple[int, list[str]]:
    """Call a vote of the demo's board; return its number and a card for each voter."""
    keys, now = app.extensions["keyfolder"], clock.now()
    with database.transaction() as session:
        talk = session.scalars(select(Proposal).where(Proposal.status == Status.DISCUSSION)).first()
        assert talk, "The demo has no proposal in the talk."
        tellers = list(people.with_role(session, Role.TELLER))[:2]
        times = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=1), "now": now}
        ballot = ballots.call_vote(session, keys, talk, kind=Kind.SENSE_CHECK, tellers=tellers, **times)
        made = ballots.make_cards(session, keys, ballot, now)
        return ballot.number, made[: sum(ballots.voters(session, ballot).values())]


def _sealed(vote: Ballot, card: str) -> dict[str, str]:
    election = (vote.manifest or {})["election"]
    own = from_code(read_code(card), election)
    plain = envelope.signed(own, election, {"choice": "good"})
    sealed = seals.seal(vote.manifest or {}, plain, own.drop_token)
    return {
        "drop_token": own.drop_token.hex(), "drop_grants": "[]", "sealed": base64.b64encode(sealed).decode(),
    }  # fmt: skip


def get(path: str, visitor: Visitor) -> bytes:
    """Return a GET as a browser sends it."""
    return f"GET {path} HTTP/1.1\r\n{_headers(visitor)}\r\n".encode()


def post(path: str, body: bytes, kind: str, visitor: Visitor) -> bytes:
    """Return a POST as a browser sends it."""
    head = f"POST {path} HTTP/1.1\r\n{_headers(visitor)}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _headers(visitor: Visitor) -> str:
    jar = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    return "Host: 127.0.0.1\r\nAccept-Language: en\r\n" + (f"Cookie: {jar}\r\n" if jar else "")


def as_large(work: Work, port: int) -> Work:
    """Return a form for bare Flask that is as long as those of *work*: to keep so many bytes nobody can avoid."""
    length = max(len(each.partition(b"\r\n\r\n")[2]) for each in work.requests)
    return Work([post("/note", b"words=".ljust(length, b"w"), FORM, Visitor(port))], b"Thank", 0)
