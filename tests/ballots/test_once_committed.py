"""The secrets of a vote go when its end is committed, and no sooner: no rollback brings a file back."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

import governance
from governance.ballots import service
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import NOW, Vote, a_vote

# Where a secret is destroyed, and why no rollback can miss it there.
DESTROYS = {
    "ballots/box/forgetting.py": "what a vote that was called off left, in a later round",
    "ballots/box/once_committed.py": "once its end is committed",
    "ballots/passes/co_signing.py": "when a vote of another programme has closed, of which we keep no row",
    "commands/recover.py": "what an old copy of the escrow brought back",
    "commands/restore.py": "what a restore brought back",
    "keys/keyfolder.py": "clears a folder of which nothing was founded",
    "ledger/service/gaps.py": "once the new name is committed",
    "people/service/intake_keys.py": "its time is over: the next round says so, where this one came to nothing",
    "people/service/recovery_shares.py": "once what was claimed is committed",
    "questions/rounds.py": "once the sum is committed",
}


def ends_it(vote: Vote) -> None:
    """Call the vote off, which is not committed yet."""
    service.cancel(vote.session, vote.keys, vote.ballot, "The words change.", NOW)


def held(keys: KeyFolder) -> list[str]:
    return sorted(keys.names("ballot-1."))


@pytest.fixture
def called(session: Session, keys: KeyFolder) -> Vote:
    """A vote that was called, and is committed."""
    vote = a_vote(session, keys)
    session.commit()
    assert held(keys)
    return vote


def test_they_go_when_it_is_committed(called: Vote) -> None:
    ends_it(called)
    assert held(called.keys), "it may still come to nothing"
    called.session.commit()
    assert held(called.keys) == []


@pytest.mark.parametrize("way", ["rollback", "close", "fails"])
def test_what_comes_to_nothing_leaves_them_and_so_does_what_is_committed_next(called: Vote, way: str) -> None:
    def full(session: Session) -> None:
        raise OSError("No space left on device")

    before = held(called.keys)
    ends_it(called)
    if way == "fails":
        event.listen(called.session, "before_commit", full)
        with pytest.raises(OSError, match="No space"):
            called.session.commit()
        event.remove(called.session, "before_commit", full)
        called.session.rollback()
    else:
        getattr(called.session, way)()
    service.by_number(called.session, 1)
    called.session.commit()
    assert held(called.keys) == before


def test_a_part_that_was_committed_within_takes_none_of_them(called: Vote) -> None:
    before = held(called.keys)
    with called.session.begin_nested():
        ends_it(called)
    assert held(called.keys) == before
    called.session.commit()
    assert held(called.keys) == []


def test_what_a_server_that_was_cut_short_left_goes_in_a_round(called: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_short(_: KeyFolder, name: str) -> None:
        raise OSError(name)

    ends_it(called)
    with monkeypatch.context() as broken:
        broken.setattr(KeyFolder, "destroy", cut_short)
        called.session.commit()
    assert held(called.keys)
    service.destroy_left(called.session, called.keys)
    assert held(called.keys) == []


def test_the_round_leaves_those_of_a_vote_that_goes_on(called: Vote) -> None:
    before = held(called.keys)
    service.destroy_left(called.session, called.keys)
    assert held(called.keys) == before


def test_each_place_that_destroys_a_secret_says_why_no_rollback_misses_it() -> None:
    root = Path(governance.__file__).parent
    found = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "destroy":
                found.add(file.relative_to(root).as_posix())
    assert found == DESTROYS.keys()
