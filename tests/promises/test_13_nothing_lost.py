"""Promise 13, the part of the pulled plug: a message that was answered with thanks is kept once, whatever happens.

People send while every process of the server is killed with SIGKILL at a random moment, twice over (three times with
`--every-combination`). Then a reader opens what is there.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.rules import LONGEST_WAIT, Audience
from governance.storage import database
from tests.factories import Founded
from tests.pairs import in_full
from tests.promises.conftest import Served
from tests.promises.participant import come_to_words, thanked
from tests.visitor import Visitor

ROUNDS, PEOPLE, AT_LEAST = in_full(3, 2), 4, 5
PATIENCE = 60.0


@dataclass
class Said:
    """What was sent, and what was answered with thanks: the page received in full."""

    sent: set[str] = field(default_factory=set)
    thanked: set[str] = field(default_factory=set)
    enough: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    wanted: int = AT_LEAST

    def speak(self, port: int) -> None:
        """Send one message after another, until the plug is pulled."""
        while not self.over.is_set():
            words = f"the kettle {secrets.token_hex(8)}"
            try:
                visit = come_to_words(Visitor(port))
                self.sent.add(words)
                if thanked(visit.send(words)):
                    self.thanked.add(words)
            except (OSError, HTTPException):
                return  # The plug was pulled while this one was under way.
            if len(self.thanked) >= self.wanted:
                self.enough.set()


def wrong_with(kept: Iterable[str], said: Said) -> list[str]:
    """Return every promise that *kept* breaks: lost words, words kept twice, words nobody sent."""
    times = Counter(kept)
    wrong = [f"lost: {words}" for words in sorted(said.thanked) if not times[words]]
    wrong += [f"kept {count} times: {words}" for words, count in times.items() if count > 1]
    return wrong + [f"nobody sent: {words}" for words in times if words not in said.sent]


def one_round(served: Served, said: Said) -> None:
    """Let people send, pull the plug at a moment nobody chose, and start again."""
    said.over.clear()
    said.enough.clear()
    said.wanted = len(said.thanked) + AT_LEAST + random.randrange(8)
    people = [threading.Thread(target=said.speak, args=(served.port,)) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    assert said.enough.wait(PATIENCE), "Too few messages were taken to prove anything."
    served.installation.kill()
    said.over.set()
    for person in people:
        person.join(PATIENCE)
    served.installation.start()


def kept_by(founded: Founded) -> list[str]:
    """Return the words of every message, as a reader opens them once all are let out: also of what lies apart, since
    it came in a flood.
    """
    with database.writing():
        founded.session.rollback()
        feedback.release(founded.session, founded.keys, clock.today() + LONGEST_WAIT)
        founded.session.commit()
    ring = feedback.Keyring(founded.session, founded.keys, founded.reader("Ash"))
    return [words for apart in (False, True) for words in _listed(ring, apart=apart)]


def _listed(ring: feedback.Keyring, *, apart: bool) -> Iterator[str]:
    after = ""
    while True:
        page = ring.inbox(Audience.EVERYONE, after=after, apart=apart)
        yield from (message.words for message in page.messages)
        after = page.after
        if not after:
            return


def test_a_pulled_plug_loses_no_message_and_doubles_none(served: Served) -> None:
    said = Said()
    for _ in range(ROUNDS):
        one_round(served, said)
    served.installation.stop()
    assert len(said.thanked) >= ROUNDS * AT_LEAST
    assert wrong_with(kept_by(served.founded), said) == []


def test_the_check_sees_a_lost_a_doubled_and_an_invented_message() -> None:
    said = Said(sent={"a", "b", "c"}, thanked={"a", "b"})
    assert wrong_with(["a", "b"], said) == []
    assert wrong_with(["a", "b", "c"], said) == []  # c may be there: its thanks were cut off on the way.
    assert wrong_with(["a"], said) == ["lost: b"]
    assert wrong_with(["a", "b", "b"], said) == ["kept 2 times: b"]
    assert wrong_with(["a", "b", "d"], said) == ["nobody sent: d"]
