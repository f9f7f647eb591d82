"""Every kind of vote from the fixed words to a bundle that proves itself, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling.kinds import Kind, Settings
from governance.ballots.result.disclosure import Disclosure
from governance.ballots.result.outcome import Result
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import ABOUT_PEOPLE, CLOSES, NOW, OPENS, VOTING, Vote, a_vote
from tests.proposals.factories import WHOLE

OPTIONS = ("Later hours", "A drying room", "Soup")
THREE = Settings(options=OPTIONS, prices=(300, 200, 100), budget=300)
TWELVE = (SeatClass.LIVED,) * 9 + (SeatClass.FAMILY,) * 3


def first(place: int, *others: int) -> dict[str, str]:
    return {f"p{rank}": str(option) for rank, option in enumerate((place, *others), 1)}


VOTES: list[tuple[Kind, Settings, list[Any], Result, list[str]]] = [
    (Kind.CONSENT, Settings(), ["consent"] * 4 + ["abstain"], Result.ADOPTED, ["consent"]),
    (Kind.SENSE_CHECK, Settings(), ["good", "good", "unsure", "concern", "concern"], Result.HEARD, []),
    (Kind.CHOOSE_ONE, THREE, ["1", "1", "0", "2", "1"], Result.CHOSEN, ["A drying room"]),
    (Kind.CHOOSE_SEVERAL, THREE, [{"o0": "1", "o1": "1"}, {"o1": "1"}, {"none": "1"}, {"o1": "1"}, {"o2": "1"}],
     Result.CHOSEN, ["A drying room"]),
    (Kind.SCORE, THREE, [{"o0": "5", "o1": "3"}] * 2 + [{"o1": "5", "o2": "0"}] * 3, Result.CHOSEN, ["A drying room"]),
    (Kind.SCORE, replace(THREE, count_by="star"), [{"o0": "5", "o1": "4"}] * 3 + [{"o1": "5"}] * 2, Result.CHOSEN,
     ["Later hours"]),
    (Kind.DOTS, THREE, [{"o0": "3", "o2": "2"}] * 3 + [{"o1": "5"}] * 2, Result.CHOSEN, ["A drying room"]),
    (Kind.BUDGET, THREE, [{"o1": "1", "o2": "1"}] * 3 + [{"o1": "1"}, {"o0": "1"}], Result.CHOSEN,
     ["A drying room", "Soup"]),
    (Kind.BUDGET, replace(THREE, count_by="equal_shares"), [{"o2": "1"}] * 5, Result.CHOSEN, ["Soup"]),
    (Kind.RANKED, THREE, [first(0, 1), first(0), first(1, 2), first(1, 0), first(2, 1)], Result.CHOSEN,
     ["A drying room"]),
    (Kind.RANKED, replace(THREE, count_by="schulze"), [first(0, 1, 2)] * 3 + [first(1)] * 2, Result.CHOSEN,
     ["Later hours"]),
    (Kind.RANKED, replace(THREE, count_by="ranked-pairs"), [first(2, 1)] * 3 + [first(1)] * 2, Result.CHOSEN, ["Soup"]),
    (Kind.ELECT, replace(THREE, seats=2), [first(0, 1), first(0, 1), first(0, 1), first(2), first(1)], Result.CHOSEN,
     ["A", "B"]),
    (Kind.ELECT, replace(THREE, seats=2, count_by="meek-stv"), [first(0, 1)] * 3 + [first(2), first(1)],
     Result.CHOSEN, ["A", "B"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "settings", "cast", "result", "winners"), VOTES)
def test_a_vote_of_this_kind_is_counted_and_anyone_who_sees_the_ballots_counts_the_same(
    session: Session, keys: KeyFolder, kind: Kind, settings: Settings, cast: list[Any], result: Result,
    winners: list[str],
) -> None:  # fmt: skip
    vote = a_vote(session, keys, kind, settings=settings)
    vote.cast(*cast)
    count = vote.count()

    assert (count.result, count.account["winners"]) == (result, winners)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == check_bundle(bundle.public) == []
    assert not service.everyone_sees(bundle)
    shown = dict(service.ballots_in(bundle.whole))
    assert len(shown) == len(cast)
    for sentence in service.sentences_of(count):
        str(sentence)


ODD = ("Niño’s té — “hot”", "شاي حار", "😀 = \u00e9" + "x" * 90)


@pytest.mark.parametrize(("kind", "choice"), [
    (Kind.CHOOSE_ONE, "1"), (Kind.CHOOSE_SEVERAL, {"o1": "1"}), (Kind.SCORE, {"o0": "1", "o1": "5"}),
    (Kind.DOTS, {"o1": "5"}), (Kind.BUDGET, {"o1": "1"}), (Kind.RANKED, first(1, 0)), (Kind.ELECT, first(1, 2)),
])  # fmt: skip
def test_options_are_named_in_any_language(session: Session, keys: KeyFolder, kind: Kind, choice: Any) -> None:
    vote = a_vote(session, keys, kind, settings=replace(THREE, options=ODD))
    vote.cast(*[choice] * 5)
    first_of_all = vote.count().account["winners"][0]
    assert first_of_all == ("B" if kind is Kind.ELECT else ODD[1])
    if kind is Kind.ELECT:
        assert sorted(vote.ballot.who_stands.values()) == sorted(ODD)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"") == []


def everyone_sees_the_ballots_of(vote: Vote) -> bool:
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    return service.everyone_sees(bundle)


def test_whole_papers_that_are_as_good_as_a_signature_are_for_members(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.SCORE, settings=replace(THREE, highest=10), classes=TWELVE)
    vote.cast(*[{"o0": str(n % 11), "o1": str(1 + n % 4), "o2": "5"} for n in range(12)])
    assert not everyone_sees_the_ballots_of(vote)


def test_few_marks_choose_nothing(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, settings=THREE)
    vote.cast("1", "1", None, None, None)
    count = vote.count()
    assert count.result is Result.NO_QUORUM
    assert "To choose takes 3 ballots or more." in [str(each) for each in service.sentences_of(count)]


def forget_old(session: Session, keys: KeyFolder, now: datetime) -> None:
    for piece in service.forget_old_in_pieces(session, keys, now):
        piece(session)


@pytest.mark.on_both
def test_a_vote_without_a_record_is_forgotten_in_the_end(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.SENSE_CHECK)
    vote.cast("good", "good", "unsure")
    vote.count()
    forget_old(session, keys, CLOSES + timedelta(days=89))
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    forget_old(session, keys, CLOSES + timedelta(days=91))
    session.commit()
    assert bundle.whole is None
    assert keys.read("ballot-1.key") is None


def test_a_record_of_one_vote_leaves_one_that_goes_on_beside_it(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.SENSE_CHECK)
    service.keep_only_totals(session, keys, vote.proposal.id)
    vote.cast("good", "good", "unsure")
    assert vote.count().result is Result.HEARD


def test_a_vote_whose_manifest_is_of_the_first_form_still_says_how_it_was_counted(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys)
    for manifest in (None, {"rule": {"name": "majority", "threshold": "1/2", "at_least_yes": 3}}):
        vote.ballot.manifest = manifest
        assert "more yes than no" in str(service.rule_of(session, vote.ballot).in_words)


def test_one_ballot_by_another_way_stays_with_the_members(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, settings=THREE, classes=TWELVE)
    vote.cast(*["0"] * 6, *["1"] * 5)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[11], VOTING)
    service.drop(session, keys, vote.ballot, pass_, {"choice": "1"}, VOTING)
    assert not everyone_sees_the_ballots_of(vote)


def test_asking_is_no_round_of_consensus(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CONSENSUS, binding=False)
    vote.cast("agree", "agree", "agree")
    vote.count()
    times = {"opens_at": OPENS, "closes_at": CLOSES, "tellers": [each.account_id for each in vote.tellers], "now": NOW}
    with pytest.raises(RuleRefused, match="2 rounds of consensus"):
        service.call_vote(session, keys, vote.proposal, kind=Kind.CONSENSUS_THEN_VOTE, **times)  # type: ignore[arg-type]


def test_a_second_vote_is_on_the_words_of_the_first_or_is_none(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, fields=ABOUT_PEOPLE, disclosure=Disclosure.OUTCOME)
    vote.cast("yes", "yes", "yes", "no", "no")
    assert vote.count().result is Result.NEEDS_SECOND_BALLOT
    times = {"opens_at": OPENS, "closes_at": CLOSES, "tellers": [each.account_id for each in vote.tellers], "now": NOW}
    second = service.call_next_vote(session, keys, vote.ballot, **times)  # type: ignore[arg-type]
    assert (second.manifest or {})["disclosure"] == "outcome"
    service.cancel(session, keys, second, "The words change.", NOW)
    session.commit()
    assert keys.read("ballot-2.key") is None
    proposals.freeze(session, vote.proposal)
    with pytest.raises(RuleRefused, match="does not need"):
        service.call_next_vote(session, keys, vote.ballot, **times)  # type: ignore[arg-type]
    again = service.call_vote(session, keys, vote.proposal, kind="majority", **times)  # type: ignore[arg-type]
    assert not again.only_lived


def test_what_cannot_be_counted_never_goes_into_the_box(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.RANKED, settings=THREE)
    for choice in ({"p1": "0", "p2": "0"}, {}, {"p1": "7"}, {"choice": "yes"}):
        with pytest.raises(RuleRefused):
            vote.cast(choice or {"p1": ""})


def test_an_order_is_published_only_as_deep_as_the_count_looked(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.RANKED, settings=THREE)
    vote.cast(first(0, 2, 1), first(0, 1, 2), first(0, 2), first(1, 2, 0), first(2, 1, 0))
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle

    shown = [choice for _, choice in service.ballots_in(bundle.whole)]
    assert all(set(choice) == {"p1", "rest"} for choice in shown)
    assert sorted(choice["p1"] for choice in shown) == ["0", "0", "0", "1", "2"]
    assert check_bundle(bundle.whole or b"") == []


def test_a_tie_falls_by_the_lot_of_the_box_and_never_by_the_order_of_the_options(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, settings=THREE)
    vote.cast("0", "0", "1", "1")
    count = vote.count()

    assert count.account["ties"][0]["broken_by"] == "lot"
    box = json.loads(service.bundle_of(session, vote.ballot).whole)["box_root"]  # type: ignore[union-attr,arg-type]
    assert count.account["lot"] == {"seed": box, "source": "box_root"}


def test_everything_a_count_needs_stands_in_the_manifest(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.ELECT, settings=replace(THREE, seats=2), disclosure=Disclosure.OUTCOME)
    manifest = vote.ballot.manifest or {}

    assert manifest["vote"] == "elect"
    assert manifest["options"] == ["A", "B", "C"]
    assert manifest["rule"]["rule"] == "scottish-stv"
    assert {"seats", "quota", "precision", "equal", "skipped", "ties"} <= set(manifest["rule"])
    assert (manifest["binding"], manifest["disclosure"]) == (True, "outcome")
    leaf = json.loads(ledger.newest(session, "decisions", 1)[0].body)
    assert leaf == {"v": 1, "kind": "manifest", **manifest}
    vote.cast(first(0), first(1), first(2), first(0), first(1))
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole is None


def test_a_sense_check_leaves_the_words_in_the_talk_and_may_come_before_they_are_fixed(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys, Kind.SENSE_CHECK, ABOUT_PEOPLE)
    assert vote.proposal.status is Status.FROZEN
    vote.cast("good")
    assert vote.count().result is Result.HEARD
    assert vote.proposal.status is Status.FROZEN
    with pytest.raises(RuleRefused, match="decided something, or"):
        service.back_to_talk(session, vote.ballot, NOW.date())


def test_a_vote_that_only_asks_may_be_of_any_kind_and_is_called_off_without_moving_the_words(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys, Kind.RANKED, ABOUT_PEOPLE, settings=THREE, binding=False)
    assert vote.proposal.status is Status.FROZEN
    assert not vote.ballot.binding
    service.cancel(session, keys, vote.ballot, "A better list comes.", VOTING)
    assert vote.proposal.status is Status.FROZEN


def test_a_consensus_that_fails_is_put_to_the_vote_by_the_whole_board(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CONSENSUS)
    block = {"choice": "block", "ground": "harm", "named": "Nights."}
    vote.cast("agree", "agree", "agree", "agree", block)
    assert vote.count().result is Result.BLOCKED
    service.back_to_talk(session, vote.ballot, NOW.date())
    proposals.freeze(session, vote.proposal)
    tellers = [teller.account_id for teller in vote.tellers]
    times = {"opens_at": OPENS, "closes_at": CLOSES, "tellers": tellers, "now": NOW}
    vote.ballot = service.call_vote(session, keys, vote.proposal, kind=Kind.CONSENSUS_THEN_VOTE, **times)  # type: ignore[arg-type]
    vote.print_cards()
    vote.cast("agree", "agree", "agree", "agree", block)
    assert vote.count().result is Result.NEEDS_VOTE

    vote.ballot = service.call_next_vote(session, keys, vote.ballot, **times)  # type: ignore[arg-type]
    vote.print_cards()

    assert (vote.ballot.kind, vote.ballot.only_lived) == (Kind.MAJORITY, False)
    vote.cast("yes", "yes", "yes", "yes", "no")
    assert vote.count().result is Result.ADOPTED


def test_a_vote_is_needed_where_the_first_round_of_consensus_has_not_been(session: Session, keys: KeyFolder) -> None:
    with pytest.raises(RuleRefused, match="2 rounds of consensus"):
        a_vote(session, keys, Kind.CONSENSUS_THEN_VOTE)


@pytest.mark.parametrize(
    ("cast", "public"),
    [
        (["0"] * 7 + ["1"] * 5, True),
        (["0"] * 10 + ["1"] * 2, False),
        (["0"] * 12, False),
        (["0"] * 6 + ["1"] * 5 + ["2"], False),
        (["0"] * 4 + ["1"] * 4 + ["2"] * 4, True),
    ],
)
def test_named_options_are_public_only_where_none_is_on_a_few_ballots(
    session: Session, keys: KeyFolder, cast: list[str], public: bool
) -> None:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, WHOLE, settings=THREE, classes=TWELVE)
    vote.cast(*cast)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert service.everyone_sees(bundle) is public
    assert service.public_numbers(vote.ballot, service.count_of(session, vote.ballot)) == {}  # type: ignore[arg-type]


def test_where_only_the_outcome_is_told_the_members_see_no_number_either(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, settings=THREE, disclosure=Disclosure.OUTCOME)
    vote.cast("1", "1", "1", "0", "2")
    count = vote.count()
    assert (count.counts, count.account) == ({}, {"winners": ["A drying room"], "by_lot": False})
    assert [str(each) for each in service.sentences_of(count)] == ["The board chose: A drying room."]


def test_nobody_sees_blocks_either(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, Kind.CONSENSUS, disclosure=Disclosure.OUTCOME)
    vote.cast("agree", "agree", "agree", {"choice": "block", "ground": "harm", "named": "Nights."})
    assert vote.count().blocks == []
