"""If it is equal: a lot, or back to the talk. It is fixed before the vote, and every count obeys it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling.kinds import AMONG_OPTIONS, Kind, Settings, rule_for
from governance.ballots.result.disclosure import Disclosure
from governance.ballots.result.outcome import Result
from governance.board import service as board
from governance.board.charter import Charter
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, NOW, VOTING, Vote, a_vote
from tests.board.factories import a_board
from tests.proposals.factories import frozen

SignIn = Callable[..., Any]
LOT = Settings(options=("A", "B", "C"))
TALK = replace(LOT, equal_to_talk=True)
FIXED = "If it is equal, nothing is chosen. It goes back to the talk."
EQUAL = "It was equal, so nothing is chosen."
MARKS = {
    Kind.CHOOSE_ONE: ("0", "0", "1", "1"),
    Kind.CHOOSE_SEVERAL: ({"o0": "1"}, {"o0": "1"}, {"o1": "1"}, {"o1": "1"}),
    Kind.SCORE: ({"o0": "5"}, {"o0": "5"}, {"o1": "5"}, {"o1": "5"}),
    Kind.DOTS: ({"o0": "5"}, {"o0": "5"}, {"o1": "5"}, {"o1": "5"}),
    Kind.BUDGET: ({"o0": "1"}, {"o0": "1"}, {"o1": "1"}, {"o1": "1"}),
    Kind.RANKED: ({"p1": "0"}, {"p1": "0"}, {"p1": "1"}, {"p1": "1"}),
    Kind.ELECT: ({"p1": "0"}, {"p1": "0"}, {"p1": "1"}, {"p1": "1"}),
}


def equal(
    session: Session, keys: KeyFolder, kind: Kind = Kind.CHOOSE_ONE, settings: Settings = TALK, **more: Any
) -> Vote:
    """Return a vote, not yet counted, in which A and B have the same."""
    money: Any = {"prices": (10, 10, 10), "budget": 10} if kind is Kind.BUDGET else {}
    vote = a_vote(session, keys, kind, settings=replace(settings, **money), **more)
    vote.cast(*MARKS[kind])
    return vote


def bundle(vote: Vote) -> Any:
    found = service.bundle_of(vote.session, vote.ballot)
    assert found
    return found


@pytest.mark.parametrize("kind", sorted(AMONG_OPTIONS))
def test_what_is_equal_goes_back_to_the_talk_and_no_lot_is_drawn(session: Session, keys: KeyFolder, kind: Kind) -> None:
    vote = equal(session, keys, kind)
    assert (vote.ballot.manifest or {})["rule"]["ties"] == "earlier_then_talk", "it is in the ledger before the vote"
    count = vote.count()

    assert count.result is Result.EQUAL
    assert count.account["winners"] == []
    assert (count.account["lot"], service.lot_decided(count)) == (None, False), "never both"
    assert not any(stage["elected"] for stage in count.account["stages"])
    assert [tie["between"] for tie in count.account["ties"] if tie["broken_by"] == "talk"] == [["A", "B"]]
    assert str(service.sentences_of(count)[-1]).startswith(EQUAL)
    assert check_bundle(bundle(vote).whole) == []
    with pytest.raises(RuleRefused, match=r"There is no decision to write down\. It was equal"):
        decisions.draft_record(session, vote.ballot, AFTER.date())
    service.back_to_talk(session, vote.ballot, AFTER.date())
    assert vote.proposal.status is Status.DISCUSSION


@pytest.mark.parametrize("kind", sorted(AMONG_OPTIONS))
def test_a_vote_that_chose_the_lot_is_drawn_as_before(session: Session, keys: KeyFolder, kind: Kind) -> None:
    """The control: the same ballots, and what an older manifest says."""
    vote = equal(session, keys, kind, LOT)
    assert (vote.ballot.manifest or {})["rule"]["ties"] == "earlier_then_lot"
    count = vote.count()
    assert count.result is Result.CHOSEN
    assert service.lot_decided(count)


def test_what_is_not_equal_is_chosen_and_who_both_win_are_no_tie(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.ELECT, settings=replace(TALK, seats=2))
    vote.cast(*MARKS[Kind.ELECT])
    count = vote.count()
    assert count.result is Result.CHOSEN
    assert sorted(count.account["winners"]) == ["A", "B"]
    record = decisions.draft_record(session, vote.ballot, AFTER.date())
    assert FIXED in json.dumps(record.how), "the record says what was fixed"


def test_where_members_learn_the_outcome_alone_they_learn_that_it_was_equal(session: Session, keys: KeyFolder) -> None:
    vote = equal(session, keys, disclosure=Disclosure.OUTCOME)
    count = vote.count()
    assert count.result is Result.EQUAL
    assert count.account == {"winners": [], "by_lot": False}


def test_a_result_that_somebody_was_drawn_into_is_found_by_the_check_and_by_the_one_file(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    vote = equal(session, keys)
    vote.count()
    (tmp_path / "verifier.py").write_text(service.verifier(), encoding="utf-8")

    def in_one_file(body: bytes) -> tuple[int, str]:
        (tmp_path / "bundle.json").write_bytes(body)
        ran = subprocess.run(
            [sys.executable, "verifier.py", "bundle.json"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    whole = bundle(vote).whole
    assert in_one_file(whole)[0] == 0
    drawn = whole.replace(b'"result":"equal"', b'"result":"chosen"')
    assert drawn != whole
    assert any("another result: equal" in each for each in check_bundle(drawn))
    status, said = in_one_file(drawn)
    assert status == 1
    assert "another result: equal" in said


def test_the_pages_say_it_before_the_vote_and_after(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.FACILITATOR)
        vote = equal(session, keys)
        session.commit()
        assert FIXED in client.get("/ballots/1").text
        assert FIXED in member.get("/board/ballots/1").text
    with clock.stopped_at(AFTER):
        vote.count()
        session.commit()
        assert EQUAL in client.get("/ballots/1").text
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        page = member.get("/board/ballots/1").text
        assert EQUAL in page
        assert "A, B were equal." in page
        assert "A lot put" not in page
        assert "Back to the talk" in page


def test_a_yes_or_no_has_nothing_to_draw(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, settings=Settings(equal_to_talk=True))
    assert (vote.ballot.manifest or {})["rule"]["ties"] == "earlier_then_lot"
    vote.cast("yes", "yes", "no", "no")
    assert vote.count().result is Result.NOT_ADOPTED


# What the charter says beforehand, and one vote that says otherwise


@pytest.mark.parametrize(
    ("to_talk", "says", "ties"),
    [
        (False, None, "earlier_then_lot"),
        (True, None, "earlier_then_talk"),
        (True, False, "earlier_then_lot"),
        (False, True, "earlier_then_talk"),
    ],
)
def test_a_vote_that_says_nothing_goes_by_the_charter(*, to_talk: bool, says: bool | None, ties: str) -> None:
    """What it goes by is fixed in its rule, which stands in the ledger before the vote."""
    charter, asked = Charter(equal_to_talk=to_talk), replace(LOT, equal_to_talk=says)
    assert rule_for(Kind.CHOOSE_ONE, charter, asked).to_manifest()["ties"] == ties
    assert rule_for(Kind.MAJORITY, charter, asked).to_manifest()["ties"] == "earlier_then_lot", "nothing to draw"


def test_the_page_that_calls_a_vote_says_what_the_charter_says(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(NOW):
        facilitator, members = sign_in(Role.FACILITATOR), a_board(session, keys, day=NOW.date())
        frozen(session, members[0])
        session.commit()
        assert "As our charter says: a lot decides" in facilitator.get("/board/ballots/new?proposal=1").text
        other = replace(board.charter(session), equal_to_talk=True)
        board.adopt_charter(session, other, NOW.date(), "2026-900")
        session.commit()
        page = facilitator.get("/board/ballots/new?proposal=1").text
        assert "As our charter says: nothing is chosen, and it goes back to the talk" in page
