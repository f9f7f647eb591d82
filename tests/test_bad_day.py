"""What `make soak` holds a bad day to: that its checks see what they are there for."""

from __future__ import annotations

import base64
import random
from collections import Counter
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from governance.ballots.models import Box
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import a_vote
from tests.factories import Founded
from tests.soak.afterwards import wrong_with_the_box
from tests.soak.bad_day import Day, planned
from tests.soak.founding import Founding
from tests.soak.people import Told, leads_on
from tests.visitor import Answer

PAGE = '<h1>Busy</h1><a href="/help-now">Help</a><form><button>Send</button></form>'


@pytest.mark.parametrize(
    ("body", "kind", "does"),
    [
        (PAGE, "text/html", True),
        ("", "text/html", False),
        ("Internal Server Error", "text/plain", False),
        (PAGE.replace("<button>Send</button>", ""), "text/html", False),
        (PAGE.replace("/help-now", "/nowhere"), "text/html", False),
        ('{"said":"Not open yet."}', "application/json", True),
        ("{}", "application/json", False),
    ],
)
def test_a_page_without_a_way_on_is_seen(body: str, kind: str, does: bool) -> None:
    assert leads_on(Answer(503, {"content-type": kind}, body.encode())) is does


def test_processes_are_killed_first_and_each_fault_comes() -> None:
    for seed in range(20):
        plan = list(planned(random.Random(seed), 15))
        ending = [each.ends_processes for each in plan]
        assert ending == sorted(ending, reverse=True)
        assert len({each.name for each in plan}) == 6


def test_a_process_that_grows_is_seen() -> None:
    day: Any = Day(SimpleNamespace(), random.Random(1), 60)  # type: ignore[arg-type]
    day.sizes = {1: [(float(at), 100.0 + at) for at in range(100)], 2: [(float(at), 100.0) for at in range(50)]}
    assert day.growth() == [(99.0, 137.0, 187.0)]


@pytest.mark.parametrize(
    ("there", "told", "wrong"),
    [
        ([b"2"], (2, 2), []),
        ([b"3"], (2, 3), []),  # Its answer was cut off on the way.
        ([b"1"], (2, 2), ["was told that ballot 2 is in"]),
        ([], (1, 1), ["was told that ballot 1 is in"]),
        ([], (0, 1), []),
        ([b"1", b"2"], (2, 2), ["has 2 ballots in the box"]),
        ([b"1", b"nobody's"], (1, 1), ["1 ballots are of nobody"]),
    ],
)
def test_a_lost_an_older_a_doubled_and_an_invented_ballot_is_seen(
    session: Session, keys: KeyFolder, there: list[bytes], told: tuple[int, int], wrong: list[str]
) -> None:
    ballot = a_vote(session, keys).ballot
    for at, each in enumerate(there):
        session.add(Box(ballot_id=ballot.id, drop_tag=bytes([at]) * 32, sealed=each))
    session.flush()
    bodies = [urlencode({"sealed": base64.b64encode(b"%d" % at).decode()}).encode() for at in (1, 2, 3)]
    founding = Founding(Founded(session, keys, {}, []), ballot.number, {"voter 1": bodies}, {})
    their = Told(ballots_in=Counter({"voter 1": told[0]}), ballots_sent=Counter({"voter 1": told[1]}))
    found = list(wrong_with_the_box(session, founding, their))
    assert [any(part in each for each in found) for part in wrong] == [True] * len(wrong)
    assert len(found) == len(wrong)
