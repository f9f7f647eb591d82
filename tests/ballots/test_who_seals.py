"""Where another than the voter's device signs and seals, it can seal another vote, and no check sees it.

So each such way into the box has its line in what a count trusts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import governance.ballots
from governance.ballots import service
from governance.ballots.box.dropping import put_in, seal_ahead
from governance.ballots.bundle import trust
from governance.ballots.bundle.trust import Trust
from governance.ballots.bundle.verdict import report
from governance.ballots.service import Read
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import VOTING, Vote, a_vote
from tests.ballots.test_named import a_named_vote
from tests.ballots.test_named import cast as cast_by_name
from tests.ballots.test_paper import read

MARKED, SWAPPED = "no", "yes"


def on_the_server(session: Session, keys: KeyFolder) -> Vote:
    """Everyone else voted yes; the one who marked no sent it without JavaScript, and the server seals a yes."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes", SWAPPED)
    return vote


def on_paper(session: Session, keys: KeyFolder) -> Vote:
    """Both tellers type yes from a paper that says no."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes")
    service.sign_for(session, vote.ballot, vote.members[4], VOTING)
    card = vote.cards.pop()
    assert read(vote, 0, card, SWAPPED) is Read.WAITS
    assert read(vote, 1, card, SWAPPED) is Read.IN_THE_BOX
    return vote


def by_name(session: Session, keys: KeyFolder) -> Vote:
    """A member marked no, signed in, and the server seals a yes with their name."""
    vote = a_named_vote(session, keys)
    cast_by_name(vote, "yes", "yes", "yes", "yes", SWAPPED)
    return vote


# Each function that seals for a voter, how it seals something else, and what is trusted not to.
WAYS: dict[str, tuple[Callable[[Session, KeyFolder], Vote], Trust]] = {
    "drop": (on_the_server, trust.SEALED_HERE),
    "enter_paper": (on_paper, trust.PAPERS),
    "vote_by_name": (by_name, trust.NAMES_SEALED_HERE),
}


def who_calls(name: str) -> set[str]:
    """The functions of this package that call *name*."""
    found = set()
    for file in Path(governance.ballots.__path__[0]).rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(each, ast.FunctionDef) and any(
                isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == name
                for call in ast.walk(each)
            ):
                found.add(each.name)
    return found


def test_each_way_in_which_somebody_else_seals_is_one_of_these() -> None:
    assert who_calls(put_in.__name__) == set(WAYS)
    assert who_calls("signed") & who_calls("seal") == {"_sealed"}, "nothing else signs and seals"
    assert who_calls("_sealed") == {put_in.__name__, seal_ahead.__name__}, (
        "the second for `drop` alone, before its lock"
    )


@pytest.mark.parametrize("way", sorted(WAYS))
def test_what_was_sealed_in_place_of_what_was_marked_holds_and_the_check_says_who_is_trusted(
    session: Session, keys: KeyFolder, way: str
) -> None:
    swapped, trusted = WAYS[way]
    vote = swapped(session, keys)
    assert MARKED not in {each for each, number in vote.count().counts.items() if number}
    session.commit()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    holds, lines = report(bundle.whole or bundle.public)
    assert holds, "no check can see it"
    assert trusted.said in lines
