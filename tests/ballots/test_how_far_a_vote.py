"""How many taps and words a vote with a card or a pass takes: the second table of docs/look.md holds to the screens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.calling.kinds import Kind, Settings
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import VOTING, a_vote
from tests.ballots.test_pages import a_pass, go_on
from tests.feedback.test_how_far import TABLE, words_shown
from tests.page import PageClient

ROW = re.compile(r"^\| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
THREE = Settings(options=("Later hours", "A drying room", "Soup"))

# What is marked on each screen after the card, then the button.
WAYS: dict[str, tuple[Kind, list[tuple[dict[str, str], str]]]] = {
    "Yes or no": (Kind.MAJORITY, [({"choice": "yes"}, "review"), ({}, "drop")]),
    "One of three": (Kind.CHOOSE_ONE, [({"choice": "1"}, "review"), ({}, "drop")]),
    "Three in an order": (
        Kind.RANKED,
        [({"p1": "1"}, "next"), ({"p2": "0"}, "next"), ({"p3": "2"}, "review"), ({}, "drop")],
    ),
}
STATED = [(name.strip(), *map(int, numbers)) for name, *numbers in ROW.findall(TABLE)]


@pytest.mark.parametrize(("name", "screens", "taps", "words"), STATED)
def test_the_table_says_how_far_a_vote_is(
    session: Session, keys: KeyFolder, client: PageClient, name: str, screens: int, taps: int, words: int
) -> None:
    kind, marks = WAYS[name]
    vote = a_vote(session, keys, kind, settings=THREE if kind is not Kind.MAJORITY else Settings())
    letters = a_pass(vote)
    with clock.stopped_at(VOTING):
        read = words_shown(client.get("/vote/1").text)
        shown, tapped = client.submit("/vote/1", "pass", **{"pass": letters, "go": "pass"}), 1
        for marked, button in marks:
            read += words_shown(shown.text)
            tapped += 1 + len(marked)
            shown = go_on(client, shown, button, **marked)
    assert "It is in the box" in shown.text
    assert (screens, taps) == (1 + len(marks), tapped)
    assert words - 20 < read <= words, f"{read} words: as few as are stated"


def test_each_way_to_vote_stands_in_the_table() -> None:
    assert [name for name, *_ in STATED] == list(WAYS)
