"""Promise 7: which cards are void is fixed with the box, so nobody voids one once they know what was voted with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.box.closing import close
from governance.ballots.box.root import fix_root
from governance.ballots.bundle import trust
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.recounting import VOIDED
from governance.ballots.bundle.verdict import report
from governance.ballots.models import VoidedCard
from governance.ballots.rules import TO_COUNT
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.laid_out import laid_out
from tests.people.factories import open_with

CHANGED = "not as it was when it closed"


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    """A vote that is over: four members voted, and one card was handed back."""
    return a_closed_vote(session, keys)


@laid_out
def a_closed_vote(session: Session, keys: KeyFolder) -> Vote:
    return closed(a_vote(session, keys))


def closed(vote: Vote) -> Vote:
    vote.cast("yes", "yes", "yes")
    voted_with = vote.cards[-1]  # The next card that is drawn, by the fourth member.
    vote.members = vote.members[3:]
    vote.cast("no")
    service.void_card(vote.session, vote.keys, vote.ballot, vote.cards.pop(), AFTER)
    vote.cards = [voted_with]
    return vote


def shut(vote: Vote) -> None:
    fix_root(vote.session, vote.keys, close(vote.session, vote.ballot, AFTER), AFTER.date())
    vote.session.commit()


def void_by_hand(vote: Vote) -> None:
    """Whoever owns the database, and knows the code of a card that was voted with, calls it unused."""
    vote.session.add(VoidedCard(ballot_id=vote.ballot.id, code=vote.cards[0]))
    vote.session.commit()


def named(vote: Vote) -> list[str]:
    """What the audit says of boxes."""
    kinds = [kind for kind in accounting.every_kind() if "box" in kind.kinds]
    of_boxes = accounting.differences(vote.session, vote.keys, AFTER.date(), kinds)
    return [each for each in of_boxes if each.startswith("The box")]


def whole_of(vote: Vote) -> bytes:
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    return bundle.whole or b""


@pytest.mark.of_one_database
def test_once_the_box_is_shut_no_card_is_made_void(vote: Vote, session: Session) -> None:
    used, left_over = vote.cards[0], service.voided(session, vote.ballot)[0]
    shut(vote)
    with pytest.raises(RuleRefused, match="shut for good"):
        service.void_card(session, vote.keys, vote.ballot, left_over, AFTER)
    with pytest.raises(RuleRefused, match="Someone voted with this card"):
        service.void_card(session, vote.keys, vote.ballot, used, AFTER)


def test_a_part_that_comes_in_at_once_hides_no_card_that_was_voted_with(session: Session, keys: KeyFolder) -> None:
    """Who printed the cards votes with one that nobody drew, and a teller hands in a part the moment the vote closes.

    Whoever opens the cards that are left over, at the table, reads of that one all the same, and after the count too.
    """
    vote = a_vote(session, keys)
    stuffed, unused = vote.cards[:2]
    vote.cast("yes", None)  # The second one drew a card and rests: a name for the stuffed ballot.
    service.drop(session, keys, vote.ballot, stuffed, {"choice": "no"}, VOTING)

    def looks(card: str) -> str:
        return service.unused_card(session, keys, vote.ballot, card, AFTER)

    first, second = (open_with(session, keys, teller) for teller in vote.tellers)
    service.hand_in_part(session, keys, vote.ballot, first, AFTER)
    assert looks(unused) == unused
    with pytest.raises(RuleRefused, match="Someone voted with this card"):
        looks(stuffed)
    service.hand_in_part(session, keys, vote.ballot, second, AFTER)
    with pytest.raises(RuleRefused, match="Someone voted with this card"):
        looks(stuffed)
    assert service.voided(session, vote.ballot) == [], "to look changes nothing"
    service.keep_only_totals(session, keys, vote.proposal.id)
    session.commit()
    with pytest.raises(RuleRefused, match="has been counted"):
        looks(stuffed)  # Nothing lies in the box any more: every card would look unused.


def test_a_card_that_is_voided_by_hand_stops_the_count_and_is_named(vote: Vote) -> None:
    shut(vote)
    assert named(vote) == []
    void_by_hand(vote)
    assert [each.endswith("holds: voided.") for each in named(vote)] == [True]
    with pytest.raises(RuleRefused, match=CHANGED):
        vote.count()


@pytest.mark.of_one_database
def test_a_voided_card_that_is_taken_out_by_hand_stops_the_count_and_is_named(vote: Vote) -> None:
    shut(vote)
    vote.session.execute(delete(VoidedCard))
    vote.session.commit()
    assert [each.endswith("holds: voided.") for each in named(vote)] == [True]
    with pytest.raises(RuleRefused, match=CHANGED):
        vote.count()


@pytest.mark.of_one_database
def test_a_server_that_counts_all_the_same_makes_a_file_that_does_not_hold(
    vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut(vote)
    fixed = json.loads(ledger.newest(vote.session, "decisions", 1)[0].body)["voided"]
    vote.session.execute(delete(VoidedCard))
    monkeypatch.setattr("governance.ballots.box.tallying.check_voided", lambda *of: None)
    vote.count()
    read = json.loads(whole_of(vote))
    assert read["cards"]["voided"] == []
    assert "The box is not the one in the ledger" in check_bundle(canonical(read))[0]
    as_it_was = canonical({**read, "voided": fixed})
    assert check_bundle(as_it_was) == ["The voided cards are not those that were fixed with the box."]


@pytest.mark.of_one_database
def test_of_an_older_vote_a_ballot_is_left_out_and_the_check_says_what_it_trusts(
    session: Session, keys: KeyFolder
) -> None:
    """The control: where no voided cards are fixed, and nothing is proved of what was left out, it goes through."""
    vote = closed(a_vote(session, keys).of_an_older_version())
    shut(vote)
    void_by_hand(vote)
    vote.count()
    holds, said = report(whole_of(vote))
    read = json.loads(whole_of(vote))
    assert (holds, len(read["ballots"]), [each["reason"] for each in read["invalid"]]) == (True, 3, [VOIDED])
    assert (read["v"], "voided" in read) == (1, False)
    assert trust.VOIDED_NOT_FIXED.said in said


def test_an_honest_box_holds_before_the_count_after_it_and_once_its_ballots_are_gone(vote: Vote) -> None:
    shut(vote)
    for _ in steps_to_forgetting(vote):
        assert named(vote) == []
    assert vote.session.query(VoidedCard).count() == 0


def steps_to_forgetting(vote: Vote) -> Iterator[None]:
    yield
    vote.count()
    vote.session.commit()
    holds, said = report(whole_of(vote))
    assert holds
    assert trust.VOIDED_NOT_FIXED.said not in said
    yield
    service.keep_only_totals(vote.session, vote.keys, vote.proposal.id)
    vote.session.commit()
    yield


@pytest.mark.of_one_database
def test_a_box_that_was_shut_and_emptied_unread_raises_no_alarm(vote: Vote) -> None:
    shut(vote)
    later = AFTER + TO_COUNT + timedelta(days=1)
    service.end_without_result(vote.session, vote.keys, vote.ballot, "Both cards are lost.", later)
    vote.session.commit()
    assert named(vote) == []


@pytest.mark.of_one_database
def test_how_many_cards_are_void_shows_to_nobody_who_does_not_see_the_ballots(vote: Vote) -> None:
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    salt = json.loads(bundle.whole or b"")["roll"]["sums_salt"]
    public = json.loads(bundle.public)
    assert salt.encode() not in bundle.public
    assert public["voided"] == json.loads(bundle.whole or b"")["voided"]
    assert "cards" not in public
