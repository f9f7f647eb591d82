"""Whatever is left of a counted vote is forgotten in the end, however its box came to be empty."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import models, rounds, service
from governance.ballots.box import forgetting
from governance.ballots.calling.kinds import Kind
from governance.ballots.models import Box, Bundle, Count, KeyPart, PaperEntry, VoidedCard
from governance.ballots.result.outcome import Result
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, CLOSES, Vote, a_vote, some_issuers
from tests.ballots.test_if_equal import MARKS, TALK

# What stays of a vote for good, and why.
KEPT = {
    "bundle": "what everybody may see",
    "card_drop": "checks of the cards: nobody voted with one of them",
    "card_key": "checks of the cards: nobody voted with one of them",
    "count": "the totals",
    "roll": "who could vote, and took a card or a pass",
}
BLOCK = {"choice": "block", "ground": "harm", "named": "Nights."}


def daily_round(vote: Vote, now: datetime) -> None:
    """Let the program do what it does by itself each day, each part in a transaction of its own."""
    for piece in rounds.forget_ballots(vote.session, vote.keys, Moment(now, now.date(), release_hour_has_come=True)):
        piece(vote.session)
        vote.session.commit()


def left_of(vote: Vote) -> list[str]:
    """What is left of the ballots of a vote, by the names of where it lies."""
    session, here = vote.session, vote.ballot.id
    session.expire_all()
    bundle, count = session.get_one(Bundle, here), session.get_one(Count, here)
    rows = [table for table in forgetting.OF_ONE_BALLOT if session.scalar(rows_of(table, here))]
    found = [table.__tablename__ for table in rows]
    found += ["bundle.whole"] if bundle.whole not in (None, bundle.public) else []
    return found + (["count.blocks"] if count.blocks else []) + sorted(vote.keys.names(f"ballot-{vote.ballot.number}."))


def rows_of(table: Any, ballot_id: int) -> Any:
    return select(func.count()).select_from(table).where(table.ballot_id == ballot_id)


def blocked(session: Session, keys: KeyFolder) -> Vote:
    vote = a_vote(session, keys, Kind.CONSENSUS)
    vote.cast("agree", "agree", "agree", "agree", BLOCK)
    assert vote.count().result is Result.BLOCKED
    service.back_to_talk(session, vote.ballot, AFTER.date())
    return vote


def equal(session: Session, keys: KeyFolder) -> Vote:
    vote = a_vote(session, keys, Kind.CHOOSE_ONE, settings=TALK)
    vote.cast(*MARKS[Kind.CHOOSE_ONE])
    assert vote.count().result is Result.EQUAL
    service.back_to_talk(session, vote.ballot, AFTER.date())
    return vote


def without_quorum(session: Session, keys: KeyFolder) -> Vote:
    vote = a_vote(session, keys)
    vote.cast("yes")
    assert vote.count().result is Result.NO_QUORUM
    service.back_to_talk(session, vote.ballot, AFTER.date())
    return vote


def apart_and_nobody_came(session: Session, keys: KeyFolder) -> Vote:
    pair = sealing.new_pair()
    vote = a_vote(session, keys, counting_key=pair.public, issuers=some_issuers())
    unused = vote.cards[0]
    service.void_card(session, keys, vote.ballot, unused, AFTER)
    vote.session.commit()
    _taken, opened = vote.opened_apart(pair.private)
    teller, sent = vote.tellers[0].account_id, io.BytesIO(json.dumps(opened).encode())
    assert service.count_opened(session, keys, vote.ballot, teller, sent, AFTER)
    return vote


def cut_short_after_its_last_ballot(session: Session, keys: KeyFolder) -> Vote:
    vote = a_vote(session, keys, Kind.SENSE_CHECK)
    vote.cast("good", "good", "unsure")
    vote.count()
    session.commit()
    pieces = service.forget_old_in_pieces(session, keys, CLOSES + timedelta(days=91))
    next(pieces)(session)
    assert session.scalar(rows_of(Box, vote.ballot.id)) == 0
    return vote


ENDS = [blocked, equal, without_quorum, apart_and_nobody_came, cut_short_after_its_last_ballot]


@pytest.mark.on_both
@pytest.mark.parametrize("ends", ENDS)
def test_a_vote_without_a_record_keeps_its_totals_alone(
    session: Session, keys: KeyFolder, ends: Callable[[Session, KeyFolder], Vote]
) -> None:
    vote = ends(session, keys)
    session.commit()
    daily_round(vote, AFTER + timedelta(days=1))
    before = left_of(vote)
    assert before, "within its time its members may look at it"
    daily_round(vote, CLOSES + timedelta(days=91))
    assert left_of(vote) == []
    assert session.get_one(Bundle, vote.ballot.id).public


def leave_a_row(vote: Vote, table: Any) -> None:
    fields: dict[Any, dict[str, Any]] = {
        Box: {"drop_tag": b"tag", "sealed": b"sealed"},
        KeyPart: {"holder": "1", "sealed": b"sealed"},
        PaperEntry: {"drop_tag": b"tag", "teller_id": vote.tellers[0].account_id, "check": b"check"},
        VoidedCard: {"code": "code"},
    }
    vote.session.add(table(ballot_id=vote.ballot.id, **fields[table]))


def leave_blocks(vote: Vote) -> None:
    vote.session.get_one(Count, vote.ballot.id).blocks = [["harm", "Nights."]]


def leave_the_whole(vote: Vote) -> None:
    vote.session.get_one(Bundle, vote.ballot.id).whole = b"whole"


def test_each_thing_that_is_left_alone_is_found(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    vote.count()
    late = CLOSES + timedelta(days=91)
    daily_round(vote, late)
    assert left_of(vote) == []
    assert list(service.forget_old_in_pieces(session, keys, late)) == [], "what is forgotten is not gone through again"

    def leave(table: Any) -> Callable[[Vote], None]:
        return lambda vote: leave_a_row(vote, table)

    for leaves in (leave_blocks, leave_the_whole, *map(leave, forgetting.OF_ONE_BALLOT)):
        leaves(vote)
        session.commit()
        assert len(left_of(vote)) == 1
        daily_round(vote, late)
        assert left_of(vote) == []


def test_each_table_of_a_vote_is_emptied_or_says_why_it_is_kept() -> None:
    tables = [each for each in vars(models).values() if getattr(each, "__module__", "") == models.__name__]
    of_a_vote = {each.__tablename__ for each in tables if hasattr(each, "ballot_id")}
    emptied = {each.__tablename__ for each in forgetting.OF_ONE_BALLOT}
    assert of_a_vote == emptied | KEPT.keys()
    assert not emptied & KEPT.keys()
