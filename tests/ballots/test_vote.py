"""A vote from the fixed words to the count, on both databases."""

from __future__ import annotations

import json
from base64 import b32decode, b32encode
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.models import Ballot, Box, CardDrop, CardKey, KeyPart, Roll
from governance.ballots.passes import tickets
from governance.ballots.passes.card_letters import Fault, can_be_read
from governance.ballots.passes.credential import from_code
from governance.ballots.result.outcome import Result
from governance.ballots.rules import Stage
from governance.board import service as board
from governance.board.rules import Tie
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.proposals import service as proposals
from governance.proposals.rules import Kind, Status
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import ABOUT_PEOPLE, AFTER, CLOSES, NOW, OPENS, VOTING, a_vote
from tests.board.factories import a_board
from tests.people.factories import a_card, open_with
from tests.proposals.factories import WHOLE, frozen, in_talk

BLOCK = {"choice": "block", "ground": "harm", "named": "People would be shut out at night."}


def test_a_vote_goes_from_fixed_words_to_a_count_that_members_can_read(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    assert vote.proposal.status is Status.BALLOT
    vote.cast("yes", "yes", "yes", "no", "abstain")

    count = vote.count()

    assert count.result is Result.ADOPTED
    assert count.counts == {"yes": 3, "no": 1, "abstain": 1}
    said = [str(sentence) for sentence in service.sentences_of(count)]
    assert said[0].startswith("5 active seats, 5 here, 3 of 5 hold lived or living experience seats")
    assert "3 yes, 1 no, 1 did not choose." in said
    assert said[-1] == "The board said yes."
    assert service.stage_of(session, vote.ballot, AFTER) is Stage.OPENED


def test_what_is_in_the_ledger_tells_no_number_of_the_count(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "no")
    vote.count()

    leaves = [json.loads(leaf.body) for leaf in ledger.newest(session, "decisions", 3)]

    assert [leaf["kind"] for leaf in leaves] == ["result", "box", "manifest"]
    assert set(leaves[0]) == {"v", "kind", "ballot", "result", "box", "closed", "digest", "public", "numbers"}
    assert set(leaves[1]) == {"v", "kind", "ballot", "root", "issued", "sums", "voided"}
    assert len(leaves[0]["numbers"]) == 64, "the count stands there as a salted hash alone"
    assert len(leaves[1]["sums"]) == 64, "the sums by kind of seat stand there as a salted hash alone"
    assert len(leaves[1]["voided"]) == 64, "and so do the cards that were handed back"
    assert ledger.check(session, keys, "decisions") == []


def test_the_last_ballot_dropped_with_a_pass_is_the_one_that_counts(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("no", "yes", "yes")
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[3], VOTING)
    for choice in ("no", "abstain", "yes"):
        service.drop(session, keys, vote.ballot, pass_, {"choice": choice}, VOTING)

    assert vote.count().counts == {"yes": 3, "no": 1, "abstain": 0}


def test_every_sealed_ballot_is_of_one_length(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, "consensus")
    long = {**BLOCK, "named": "é" * 400}
    vote.cast("agree", "worry", "aside", BLOCK, long)

    assert len({len(sealed) for sealed in session.scalars(select(Box.sealed))}) == 1
    assert vote.count().counts == {"agree": 1, "worry": 1, "aside": 1, "block": 2}


def test_a_pass_is_typed_from_paper_with_slips_and_still_fits(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[0], NOW)
    printed = service.pass_in_words(pass_)

    assert printed.count(" ") == 9
    slips = printed.lower().replace("o", "0").replace("i", "1").replace(" ", "-")
    assert service.ticket(session, keys, vote.ballot, f"  {slips} ") == service.ticket(
        session, keys, vote.ballot, pass_
    )
    assert service.ticket(session, keys, vote.ballot, pass_)
    for wrong in ("", "é" * 40, "A" * 40, printed[:-1], printed + "A", "\x00", "²" * 40, "A" * 20, vote.cards[0][1:]):
        assert service.ticket(session, keys, vote.ballot, wrong) is None


def test_a_pass_of_one_vote_opens_no_other(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[0], NOW)
    other = service.call_vote(
        session, keys, frozen(session, vote.members[0]), kind="majority", opens_at=OPENS, closes_at=CLOSES, now=NOW,
        tellers=[teller.account_id for teller in vote.tellers],
    )  # fmt: skip

    with pytest.raises(RuleRefused, match="no card or pass for this vote"):
        service.drop(session, keys, other, pass_, {"choice": "yes"}, VOTING)


def test_one_pass_for_each_member_who_may_vote(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    first, second, *_ = vote.members
    service.take_pass(session, keys, vote.ballot, first, VOTING)
    seat = board.seat_of(session, second, NOW.date())
    assert seat
    board.pause(session, seat.seat_id, NOW.date(), NOW.date() + timedelta(days=20))

    for account_id, why in ((first, "already"), (second, "paused"), (vote.tellers[0].account_id, "active voting seat")):
        with pytest.raises(RuleRefused, match=why):
            service.take_pass(session, keys, vote.ballot, account_id, VOTING)
    with pytest.raises(RuleRefused, match="closed"):
        service.take_pass(session, keys, vote.ballot, vote.members[2], AFTER)


def test_who_stepped_out_is_not_on_the_roll_and_leaves_both_sides_of_the_sum(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = frozen(session, members[0])
    proposals.step_out(session, proposal, members[3], Tie.MONEY_OR_JOB, NOW.date())
    tellers = [a_card(session, keys).account_id for _ in range(2)]

    with pytest.raises(RuleRefused, match="4 seats are active"):
        service.call_vote(
            session, keys, proposal, kind="majority", opens_at=OPENS, closes_at=CLOSES, tellers=tellers, now=NOW
        )


@pytest.mark.parametrize("choice", [{}, {"choice": "agree"}, {"choice": "maybe"}, {"choice": ""}])
def test_what_could_not_be_counted_never_gets_into_the_box(
    session: Session, keys: KeyFolder, choice: dict[str, str]
) -> None:
    vote = a_vote(session, keys)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[0], VOTING)

    with pytest.raises(RuleRefused, match="Mark one"):
        service.drop(session, keys, vote.ballot, pass_, choice, VOTING)
    assert session.scalars(select(Box)).all() == []


@pytest.mark.parametrize("choice", [{"choice": "block"}, {**BLOCK, "named": "  "}, {**BLOCK, "ground": "mood"}])
def test_a_block_names_a_harm_or_a_rule(session: Session, keys: KeyFolder, choice: dict[str, str]) -> None:
    vote = a_vote(session, keys, "consensus")
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[0], VOTING)

    with pytest.raises(RuleRefused, match="must name the harm"):
        service.drop(session, keys, vote.ballot, pass_, choice, VOTING)


def test_the_box_stays_shut_before_close_to_one_teller_and_to_anybody_else(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes")
    teller, stranger = open_with(session, keys, vote.tellers[0]), open_with(session, keys, a_card(session, keys))

    with pytest.raises(RuleRefused, match="still open"):
        service.hand_in_part(session, keys, vote.ballot, teller, VOTING)
    with pytest.raises(RuleRefused, match="hold no part"):
        service.hand_in_part(session, keys, vote.ballot, stranger, AFTER)
    assert service.hand_in_part(session, keys, vote.ballot, teller, AFTER) is None
    assert service.hand_in_part(session, keys, vote.ballot, teller, AFTER) is None, "the same part twice is one part"
    assert vote.parts_handed_in == 1


@pytest.mark.on_both
def test_after_the_count_no_part_of_the_key_lies_about(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    vote.count()

    assert set(session.scalars(select(KeyPart.handed_in))) == {None}
    with pytest.raises(RuleRefused, match="has been counted"):
        vote.count()


def test_a_teller_with_a_new_card_is_told_so(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    again = people.new_card(session, keys, vote.tellers[0].account_id, today=NOW.date())

    with pytest.raises(RuleRefused, match="Your card was made after this vote"):
        service.hand_in_part(session, keys, vote.ballot, open_with(session, keys, again), AFTER)


def test_the_second_check_that_is_not_shown_leads_to_a_vote_of_the_lived_seats_alone(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys, fields=ABOUT_PEOPLE)
    vote.cast("yes", "no", "no", "yes", "yes")
    assert vote.count().result is Result.NEEDS_SECOND_BALLOT
    assert service.waits_for_next_ballot(session, vote.proposal) == vote.ballot

    first, tellers = vote.ballot, [teller.account_id for teller in vote.tellers]
    vote.ballot = service.call_next_vote(
        session, keys, first, opens_at=OPENS, closes_at=CLOSES, tellers=tellers, now=NOW
    )
    vote.print_cards()
    assert len(session.scalars(select(Roll).where(Roll.ballot_id == vote.ballot.id)).all()) == 3
    with pytest.raises(RuleRefused, match="does not need"):
        service.call_next_vote(session, keys, first, opens_at=OPENS, closes_at=CLOSES, tellers=tellers, now=NOW)
    vote.cast("yes", "yes", "no")
    count = vote.count()

    assert count.result is Result.ADOPTED
    assert {str(shown.text) for shown in service.public_numbers(vote.ballot, count).values()} == {"not shown"}


def test_too_few_passes_decide_nothing_and_the_words_go_back_to_the_talk(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    with pytest.raises(RuleRefused, match="not counted yet"):
        service.back_to_talk(session, vote.ballot, AFTER.date())
    vote.cast("yes", "yes")
    assert vote.count().result is Result.NO_QUORUM

    service.back_to_talk(session, vote.ballot, AFTER.date())

    assert vote.proposal.status is Status.DISCUSSION
    assert session.scalars(select(Box)).all() == []


def test_a_block_that_names_a_harm_decides_nothing(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, "consensus")
    vote.cast("agree", "agree", "agree", "agree", BLOCK)

    assert vote.count().result is Result.BLOCKED


def test_a_vote_is_called_off_with_a_reason_and_its_box_is_emptied(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes")
    with pytest.raises(RuleRefused, match="Say why"):
        service.cancel(session, keys, vote.ballot, " ", VOTING)

    service.cancel(session, keys, vote.ballot, "A cost was left out.", VOTING)

    assert service.stage_of(session, vote.ballot, VOTING) is Stage.CANCELLED
    assert vote.proposal.status is Status.DISCUSSION
    assert session.scalars(select(Box)).all() == session.scalars(select(KeyPart)).all() == []
    with pytest.raises(RuleRefused, match="ended without a result"):
        service.take_pass(session, keys, vote.ballot, vote.members[1], VOTING)


def test_a_vote_can_be_made_longer_and_never_shorter(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    service.extend(session, vote.ballot, CLOSES + timedelta(days=1), VOTING)

    assert service.stage_of(session, vote.ballot, AFTER) is Stage.OPEN
    with pytest.raises(RuleRefused, match="never shorter"):
        service.extend(session, vote.ballot, CLOSES, VOTING)
    with pytest.raises(RuleRefused, match="is over"):
        service.extend(session, vote.ballot, CLOSES + timedelta(days=9), CLOSES + timedelta(days=2))


def test_a_ballot_that_is_not_ready_is_refused_with_all_that_is_missing(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    talked_about = in_talk(session, members[0])
    late = {"opens_at": NOW - timedelta(days=2), "closes_at": NOW - timedelta(days=1), "now": NOW}

    with pytest.raises(RuleRefused) as refused:
        service.call_vote(session, keys, talked_about, kind="majority", tellers=[members[0], members[0]], **late)  # type: ignore[arg-type]

    for words in ("Freeze the text", "Name 2 tellers", "still to come"):
        assert words in str(refused.value.sentence)
    assert session.scalars(select(Ballot)).all() == []


def test_words_are_voted_on_once_at_a_time_and_big_items_by_two_thirds(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, "two_thirds", replace(WHOLE, kind=Kind.LOSING_ACCESS))
    tellers = [teller.account_id for teller in vote.tellers]
    more = {"opens_at": OPENS, "closes_at": CLOSES, "tellers": tellers, "now": NOW}

    with pytest.raises(RuleRefused, match="needs two thirds"):
        service.call_vote(session, keys, vote.proposal, kind="majority", **more)  # type: ignore[arg-type]
    with pytest.raises(RuleRefused, match="a vote on these words already"):
        service.call_vote(session, keys, vote.proposal, kind="two_thirds", **more)  # type: ignore[arg-type]
    with pytest.raises(RuleRefused, match="no such way"):
        service.call_vote(session, keys, vote.proposal, kind="dice", **more)  # type: ignore[arg-type]


def test_a_pass_with_more_letters_that_look_alike_than_are_looked_at_is_drawn_again(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = a_vote(session, keys)
    alike, *draws = drawn = [b32decode(letters * 20)[:16] for letters in ("IL", "AA", "CC", "DD")]
    monkeypatch.setattr(tickets.secrets, "token_bytes", lambda size: drawn.pop(0) if size == 16 else bytes(size))
    pass_ = tickets.take_pass(session, keys, vote.ballot, vote.members[0], VOTING)
    assert b32decode(pass_)[:16] in draws
    assert not can_be_read(b32encode(alike).decode())
    assert can_be_read(pass_)


def test_a_slip_in_a_card_or_a_pass_is_found_and_a_card_of_before_still_votes(
    session: Session, keys: KeyFolder
) -> None:
    """Neither check letters nor hints let anything in: what is no card of the vote stays none."""
    vote = a_vote(session, keys)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[0], VOTING)
    wrong = pass_[:17] + ("A" if pass_[17] != "A" else "C") + pass_[18:]
    assert service.ticket(session, keys, vote.ballot, wrong) is None
    assert service.fault_of(keys, vote.ballot, wrong) == Fault("letter", group=5)
    assert service.ticket(session, keys, vote.ballot, pass_.replace("I", "l").replace("O", "0").replace("B", "8"))
    before = from_code("OIBL234567OIBL234567", (vote.ballot.manifest or {})["election"])
    session.add_all(
        table(ballot_id=vote.ballot.id, tag=tag)
        for table, tag in ((CardDrop, before.drop_tag), (CardKey, before.key_tag))
    )
    session.flush()
    for typed in ("OIBL 2345 67OI BL23 4567", "0l8l-2345-67oi-8123-4567"):
        mine = service.ticket(session, keys, vote.ballot, typed)
        assert mine is not None, typed
        assert mine.credential.tracker == before.tracker
