"""Two at the same moment: two tellers, two tabs with one pass, one member asking twice. Threads, both databases."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.models import Ballot, Box, Count, Roll
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.storage import database
from tests.ballots.factories import AFTER, NOW, VOTING, Vote, a_vote
from tests.people.factories import open_with

Work = Callable[[Session], object]


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    made = a_vote(session, keys)
    session.commit()
    return made


def at_once(session: Session, *works: Work) -> list[object]:
    """Run each work in its own thread and transaction, begun together; return what each came to."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    own = create_engine(engine.url)
    database.prepare(own)
    together, came_to = Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Work) -> None:
        with database.writing(), Session(own) as mine:
            together.wait()
            try:
                came_to[place] = work(mine)  # type: ignore[call-overload]
                mine.commit()
            except (RuleRefused, IntegrityError) as refused:
                came_to[place] = refused  # type: ignore[call-overload]

    threads = [Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    session.rollback()  # SQLite's write lock is the test's until here.
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own.dispose()
    return list(came_to)


@pytest.mark.on_both
def test_two_tellers_at_once_open_the_box_once(vote: Vote, keys: KeyFolder) -> None:
    vote.cast("yes", "yes", "yes", "no", "abstain")
    vote.session.commit()
    number = vote.ballot.number
    tellers = [open_with(vote.session, keys, card) for card in vote.tellers]
    vote.session.commit()

    def hand_in(teller: object) -> Work:
        return lambda mine: service.hand_in_part(mine, keys, service.by_number(mine, number), teller, AFTER) is not None  # type: ignore[arg-type]

    assert sorted(at_once(vote.session, *(hand_in(teller) for teller in tellers))) == [False, True]  # type: ignore[type-var]
    vote.session.expire_all()
    assert vote.session.scalar(select(func.count()).select_from(Count)) == 1
    assert vote.session.scalars(select(Count)).one().counts == {"yes": 3, "no": 1, "abstain": 1}


@pytest.mark.on_both
def test_one_member_in_two_tabs_gets_one_pass(vote: Vote, keys: KeyFolder) -> None:
    member, ballot_id = vote.members[0], vote.ballot.id

    def take(mine: Session) -> object:
        return service.take_pass(mine, keys, mine.get_one(Ballot, ballot_id), member, VOTING)

    came_to = at_once(vote.session, take, take)
    assert sum(isinstance(each, str) for each in came_to) == 1
    assert sum(isinstance(each, RuleRefused) for each in came_to) == 1
    vote.session.expire_all()
    assert vote.session.scalar(select(func.count()).select_from(Roll).where(Roll.has_pass)) == 1


@pytest.mark.on_both
def test_one_pass_in_two_tabs_leaves_one_ballot_in_the_box(vote: Vote, keys: KeyFolder) -> None:
    ballot_id = vote.ballot.id
    held = service.take_pass(vote.session, keys, vote.ballot, vote.members[0], VOTING)
    vote.session.commit()

    def drop(choice: str) -> Work:
        return lambda mine: service.drop(mine, keys, mine.get_one(Ballot, ballot_id), held, {"choice": choice}, VOTING)

    one, other = at_once(vote.session, drop("yes"), drop("no"))
    assert one == other, "both are told the tracker of the one ballot"
    vote.session.expire_all()
    assert vote.session.scalar(select(func.count()).select_from(Box)) == 1


@pytest.mark.on_both
def test_two_votes_on_one_text_are_not_called_at_once(vote: Vote, keys: KeyFolder) -> None:
    """Two members press "call the vote" together: one ballot stands."""
    vote.session.commit()
    assert vote.session.scalar(select(func.count()).select_from(Ballot)) == 1
    with pytest.raises(RuleRefused):
        service.call_vote(
            vote.session, keys, vote.proposal, kind="majority", opens_at=vote.ballot.opens_at,
            closes_at=vote.ballot.closes_at, tellers=[card.account_id for card in vote.tellers], now=VOTING,
        )  # fmt: skip


def acts_after_the_root(vote: Vote, keys: KeyFolder) -> dict[str, Callable[[], object]]:
    """All that changes a box, its roll or its time, as somebody whose clock stands in the time of the vote does it."""
    session, ballot, member, card = vote.session, vote.ballot, vote.members[4], vote.cards[0]
    teller, yes, later = vote.tellers[0].account_id, {"choice": "yes"}, AFTER + timedelta(days=1)
    mine = from_code(card, (ballot.manifest or {})["election"])
    plain = envelope.signed(mine, (ballot.manifest or {})["election"], yes)
    blob = base64.b64encode(seals.seal(ballot.manifest or {}, plain, mine.drop_token)).decode()
    return {
        "drop": lambda: service.drop(session, keys, ballot, card, yes, VOTING),
        "drop sealed": lambda: vote.drop_sealed(mine.drop_token.hex(), "[]", blob),
        "paper": lambda: service.enter_paper(session, keys, ballot, card, yes, teller, VOTING),
        "take out papers": lambda: service.take_out_papers(session, ballot, teller, VOTING),
        "take a pass": lambda: service.take_pass(session, keys, ballot, member, VOTING),
        "sign for a card": lambda: service.sign_for(session, ballot, member, VOTING),
        "sign at the table": lambda: service.sign_for(session, ballot, member, VOTING, at_the_table=True),
        "make cards": lambda: service.make_cards(session, keys, ballot, NOW),
        "more time": lambda: service.extend(session, ballot, later, VOTING),
        "call off": lambda: service.cancel(session, keys, ballot, "We changed our mind.", VOTING),
        "a partner": lambda: service.add_partner(session, keys, ballot, {}, NOW),
    }


@pytest.mark.on_both
def test_once_the_root_is_fixed_nothing_changes_the_box_whatever_the_clock_says(vote: Vote, keys: KeyFolder) -> None:
    """Seen once: a clock that stepped back after the first teller let ballots in, and the vote was never counted."""
    vote.cast("yes", "yes", "yes", "no")
    first, second = (open_with(vote.session, keys, card) for card in vote.tellers)
    service.hand_in_part(vote.session, keys, vote.ballot, first, AFTER)
    vote.session.commit()
    assert vote.ballot.box_leaf is not None

    for act in acts_after_the_root(vote, keys).values():
        with pytest.raises(RuleRefused):
            act()
        vote.session.rollback()
    count = service.hand_in_part(vote.session, keys, vote.ballot, second, VOTING)
    assert count
    assert count.counts == {"yes": 3, "no": 1, "abstain": 0}


@pytest.mark.on_both
def test_the_same_acts_are_let_through_before_the_root_is_fixed(vote: Vote, keys: KeyFolder) -> None:
    """The control: most of them are refused above for the root alone."""
    let_through = set()
    for name, act in acts_after_the_root(vote, keys).items():
        try:
            act()
        except RuleRefused:
            continue
        finally:
            vote.session.rollback()
        let_through.add(name)
    assert let_through >= {"drop", "drop sealed", "paper", "take a pass", "sign for a card", "more time", "call off"}


@pytest.mark.on_both
def test_a_ballot_that_waits_for_the_lock_while_the_root_is_fixed_is_in_before_it_or_refused(
    vote: Vote, keys: KeyFolder
) -> None:
    """Its clock was read in time. Either it is counted, or its voter is told that the vote has closed."""
    vote.cast("yes", "yes", "yes", "no")
    service.sign_for(vote.session, vote.ballot, vote.members[4], VOTING)
    first, second = (open_with(vote.session, keys, card) for card in vote.tellers)
    vote.session.commit()
    number, card = vote.ballot.number, vote.cards[0]

    def found(mine: Session) -> Ballot:
        return service.by_number(mine, number)  # type: ignore[return-value]

    dropped, _ = at_once(
        vote.session,
        lambda mine: service.drop(mine, keys, found(mine), card, {"choice": "yes"}, VOTING),
        lambda mine: service.hand_in_part(mine, keys, found(mine), first, AFTER),
    )
    vote.session.expire_all()
    count = service.hand_in_part(vote.session, keys, vote.ballot, second, AFTER)
    assert count
    assert sum(count.counts.values()) == (4 if isinstance(dropped, RuleRefused) else 5)
