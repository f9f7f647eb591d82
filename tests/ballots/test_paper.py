"""Paper ballots: two tellers read, and only what both read the same counts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.box.closing import close
from governance.ballots.box.root import fix_root
from governance.ballots.models import Box, PaperEntry
from governance.ballots.service import Read
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote


def read(vote: Vote, teller: int, card: str, choice: str, now: Any = VOTING) -> Read:
    account = vote.tellers[teller].account_id
    return service.enter_paper(vote.session, vote.keys, vote.ballot, card, {"choice": choice}, account, now)


@pytest.mark.on_both
def test_what_two_tellers_read_the_same_counts_and_a_difference_waits(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no", "yes")
    service.sign_for(session, vote.ballot, vote.members[4], VOTING)
    card = vote.cards.pop()

    assert read(vote, 0, card, "yes") is Read.WAITS
    assert read(vote, 0, card, "yes") is Read.WAITS, "one teller twice is one teller"
    assert read(vote, 1, card, "no") is Read.DIFFERS
    with pytest.raises(RuleRefused, match="two tellers must read the same"):
        vote.count()
    assert len(session.scalars(select(Box)).all()) == 4
    assert read(vote, 1, card, "yes", AFTER) is Read.IN_THE_BOX
    assert session.scalars(select(PaperEntry)).all() == []

    assert vote.count().counts == {"yes": 4, "no": 1, "abstain": 0}
    with pytest.raises(RuleRefused, match="has been counted"):
        read(vote, 0, card, "no", AFTER)


def test_a_slip_can_be_taken_out_and_only_the_tellers_type_in_before_the_box_is_shut(
    session: Session, keys: KeyFolder
) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes")
    card = vote.cards.pop()
    assert read(vote, 0, card, "no") is Read.WAITS
    with pytest.raises(RuleRefused, match="Ask one of them"):
        service.take_out_papers(session, vote.ballot, vote.members[0], VOTING)
    assert service.papers_waiting(session, vote.ballot) == 1
    service.take_out_papers(session, vote.ballot, vote.tellers[1].account_id, AFTER)
    assert service.papers_waiting(session, vote.ballot) == 0, "the other teller may stay away for good"

    with pytest.raises(RuleRefused, match="Ask one of them"):
        service.enter_paper(session, keys, vote.ballot, card, {"choice": "no"}, vote.members[0], VOTING)
    with pytest.raises(RuleRefused, match="not a card of this vote"):
        read(vote, 0, "A" * 20, "no")
    fix_root(session, keys, close(session, vote.ballot, AFTER), AFTER.date())
    with pytest.raises(RuleRefused, match="shut for good"):
        read(vote, 0, card, "no", AFTER)


@pytest.mark.on_both
def test_a_card_that_was_made_void_does_not_come_in_as_paper(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    card, other = vote.cards[:2]
    service.void_card(session, keys, vote.ballot, card, AFTER)
    for teller in (0, 1):
        with pytest.raises(RuleRefused, match="made void"):
            read(vote, teller, service.pass_in_words(card).lower(), "yes", AFTER)
    assert service.papers_waiting(session, vote.ballot) == 0
    assert read(vote, 0, other, "yes", AFTER) is Read.WAITS


def test_what_waits_does_not_tell_the_choice_to_who_has_the_database(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    one, other = vote.cards[:2]
    for card in (one, other):
        read(vote, 0, card, "yes")
    checks = {row.check for row in session.scalars(select(PaperEntry))}
    assert len(checks) == 2, "the same choice looks different under each card"


def test_tellers_type_in_a_paper_on_their_page(session: Session, keys: KeyFolder, sign_in: Any) -> None:
    with clock.stopped_at(VOTING):
        tellers = [sign_in(Role.TELLER) for _ in range(2)]
        vote = a_vote(session, keys, tellers=[teller.card.account_id for teller in tellers])
        assert sign_in(Role.TELLER).get("/board/ballots/1/paper").status_code == 409
        typed = {"pass": vote.cards[0], "choice": "yes"}
        assert tellers[0].submit("/board/ballots/1/paper", **{**typed, "pass": "nothing"}).status_code == 409
        assert tellers[0].submit("/board/ballots/1/paper", **{"pass": vote.cards[0]}).status_code == 422
        assert tellers[0].submit("/board/ballots/1/paper", **typed).status_code == 303
        assert "1 paper waits" in tellers[0].get("/board/ballots/1/paper").text
        assert tellers[1].submit("/board/ballots/1/paper", "/paper/out").status_code == 303
        assert "papers that waited are taken out" in tellers[1].get("/board/ballots/1/paper").text
        assert tellers[0].submit("/board/ballots/1/paper", **typed).status_code == 303
        assert tellers[1].submit("/board/ballots/1/paper", "pass", **typed).status_code == 303
        assert "You both read the same" in tellers[1].get("/board/ballots/1/paper").text
        assert len(session.scalars(select(Box)).all()) == 1
