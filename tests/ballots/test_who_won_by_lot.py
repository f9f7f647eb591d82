"""Who won by lot is said where the result is said: on the page of everybody, in the record and in its JSON.

A vote is made so that A and B have the same. The control is the same vote with one more for A.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import AMONG_OPTIONS, CHOOSES_MEMBERS, Kind, Settings
from governance.ballots.result.disclosure import Disclosure
from governance.counting.telling import ties
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.elections import NEW, an_election, ranked
from tests.ballots.factories import AFTER, Vote, a_vote
from tests.ballots.test_if_equal import MARKS
from tests.decisions.factories import WHOLE as RECORD

SignIn = Callable[..., Any]
SOMEBODY, WHO = "Some members had the same. A lot decided who was chosen.", "A lot decided for {}."
BOTH = [Disclosure.MEMBERS, Disclosure.OUTCOME]


def a_close_vote(session: Session, keys: KeyFolder, *marks: Any, kind: Kind = Kind.CHOOSE_ONE, **more: Any) -> Vote:
    money: Any = {"prices": (10, 10, 10), "budget": 10} if kind is Kind.BUDGET else {}
    vote = a_vote(session, keys, kind, settings=Settings(options=("A", "B", "C"), **money), **more)
    vote.cast(*marks)
    vote.count()
    session.commit()
    return vote


def told_in(vote: Vote, client: Any) -> dict[str, str]:
    """What everybody reads on the page of the vote, in the record and in its JSON, once that is public."""
    session = vote.session
    record = decisions.draft_record(session, vote.ballot, AFTER.date())
    decisions.complete(session, record, RECORD)
    decisions.adopt(session, vote.keys, record, AFTER.date())
    session.commit()
    with clock.stopped_at(AFTER):
        page, shown = client.get("/ballots/1").text, client.get(f"/decisions/{record.number}").text
    return {"page": page, "record": shown, "json": " ".join(json.loads(record.published or "")["how"])}


@pytest.mark.parametrize("disclosure", BOTH)
def test_page_record_and_json_name_what_a_lot_chose(
    session: Session, keys: KeyFolder, client: Any, disclosure: Disclosure
) -> None:
    vote = a_close_vote(session, keys, "0", "0", "1", "1", disclosure=disclosure)
    count = service.count_of(session, vote.ballot)
    assert count
    (won,) = count.account["winners"]
    told = told_in(vote, client)
    assert [place for place, words in told.items() if WHO.format(won) not in words] == []


@pytest.mark.parametrize("disclosure", BOTH)
def test_where_none_was_equal_no_lot_is_told(
    session: Session, keys: KeyFolder, client: Any, disclosure: Disclosure
) -> None:
    told = told_in(a_close_vote(session, keys, "0", "0", "0", "1", disclosure=disclosure), client)
    assert [place for place, words in told.items() if "A lot decided" in words or "A lot said" in words] == []


@pytest.mark.on_both
@pytest.mark.parametrize("disclosure", BOTH)
def test_in_an_election_no_name_is_told_and_no_letter(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, disclosure: Disclosure
) -> None:
    vote, *_ = an_election(session, keys, disclosure=disclosure)
    vote.cast(*[ranked(vote.ballot, "Moss"), ranked(vote.ballot, "Fern")] * 2)
    (won,) = vote.count().account["winners"]
    session.commit()
    with clock.stopped_at(AFTER):
        page = sign_in(Role.MEMBER).get("/board/ballots/1").text
    assert WHO.format(vote.ballot.who_stands[won]) in page, "members read who"
    told = told_in(vote, client)
    assert [place for place, words in told.items() if SOMEBODY not in words] == []
    assert [(name, place) for place, words in told.items() for name in NEW if name in words] == []
    assert [place for place, words in told.items() if "A lot decided for" in words] == []


@pytest.mark.parametrize("kind", sorted(AMONG_OPTIONS - CHOOSES_MEMBERS))
def test_each_kind_of_vote_names_it(session: Session, keys: KeyFolder, kind: Kind) -> None:
    vote = a_close_vote(session, keys, *MARKS[kind], kind=kind)
    count = service.count_of(session, vote.ballot)
    assert count
    assert WHO.format(count.account["winners"][0]) in str(service.lot_told(vote.ballot, count))


def tie(between: str, how: str = "lot", purpose: str = "order") -> dict[str, Any]:
    return {"stage": "1 x", "purpose": purpose, "between": list(between), "broken_by": how, "order": list(between)}


@pytest.mark.parametrize(
    ("won", "found", "by_lot"),
    [
        ("A", [tie("AB")], ["A"]),
        ("AB", [tie("AB")], []),
        ("AB", [tie("BC")], ["B"]),
        ("A", [tie("BC")], []),
        ("A", [tie("AB", "stage 1")], []),
        ("AC", [tie("AB"), tie("CD")], ["A", "C"]),
    ],
)
def test_by_lot_won_whoever_had_as_much_as_one_that_did_not_win(won: str, found: list[Any], by_lot: list[str]) -> None:
    account = {"winners": list(won), "ties": found, "stages": [{"tallies": {"A": "1", "B": "1", "C": "1"}}]}
    assert ties.won_by_lot(account) == by_lot
