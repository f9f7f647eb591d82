"""A small matter of the board's own: a vote without a whole proposal, and what is too much for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling.kinds import Kind as KindOfVote
from governance.ballots.calling.kinds import Settings
from governance.ballots.calling.rules import KindFacts, check_kind_fits
from governance.board import service as board
from governance.board.rules import Tie
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service
from governance.proposals.models import Proposal
from governance.proposals.rules import (
    Kind,
    Power,
    ProposalFacts,
    RemarkKind,
    Status,
    holds_the_opening,
    is_open_to_talk,
    missing_before_freezing,
)
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS
from tests.board.factories import a_board
from tests.people.factories import a_card

pytestmark = pytest.mark.of_one_database  # But for the kind of the row, which the migration's tests look at on both.

SMALL = ProposalFacts(title="The day in May", ask="When do we meet?", power=Power.BOARD, kind=Kind.SMALL)
DAYS = Settings(options=("Monday", "Friday"))


def test_a_title_and_what_it_asks_are_enough() -> None:
    assert missing_before_freezing(SMALL) == []
    assert len(missing_before_freezing(replace(SMALL, kind=Kind.ORDINARY))) > 4
    assert missing_before_freezing(replace(SMALL, ask=" ")) == ["Say what you ask for."]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"about_participants": True}, "rule for participants"),
        ({"themes": 1}, "what people told us"),
        ({"changes_record": "2026-001"}, "changes a decision"),
        ({"power": Power.SHARED}, "the board decides"),
        ({"power": None}, "the board decides"),
    ],
)
def test_what_is_more_than_that_takes_a_whole_proposal(more: dict[str, Any], says: str) -> None:
    (lacks,) = missing_before_freezing(replace(SMALL, **more))
    assert says in lacks


def a_small_one(session: Session, keys: KeyFolder, author: int) -> Proposal:
    """Return a small matter whose words are fixed, as the page makes it."""
    proposal = service.draft(session, author, service.small("The day in May", "When do we meet?"), NOW.date())
    service.start_discussion(session, keys, proposal, NOW.date())
    service.freeze(session, proposal)
    return proposal


def calls(session: Session, keys: KeyFolder, proposal: Proposal, **more: Any) -> Any:
    """Call the vote on the first day on which that may be."""
    tellers = [a_card(session, keys, Role.TELLER) for _ in range(2)]
    notice = timedelta(days=board.charter(session).notice_days)
    opens = OPENS + notice
    fixed: dict[str, Any] = {
        "kind": KindOfVote.CHOOSE_ONE, "settings": DAYS, "opens_at": opens, "closes_at": CLOSES + (opens - OPENS),
        "now": NOW + notice, "tellers": [each.account_id for each in tellers],
    }  # fmt: skip
    return ballots.call_vote(session, keys, proposal, **{**fixed, **more})


def test_it_is_voted_on_after_its_notice_and_its_record_asks_no_staff_answer(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    with pytest.raises(RuleRefused, match="can be called on"):
        calls(session, keys, proposal, now=NOW)
    with pytest.raises(RuleRefused, match="nobody cuts them short"):
        ballots.check_may_hurry(session, proposal, "It is near.", NOW.date())
    ballot = calls(session, keys, proposal)
    assert ballot.binding
    assert not decisions.asks_staff(session, Record(proposal_id=proposal.id, ballot_id=ballot.id))
    proposal.kind = Kind.ORDINARY
    assert decisions.asks_staff(session, Record(proposal_id=proposal.id, ballot_id=ballot.id)), "the control"


def test_a_concern_makes_it_no_small_matter(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    service.remark(session, proposal, members[1], "Mondays are bad.", NOW.date(), RemarkKind.CONCERN)
    with pytest.raises(RuleRefused, match="no small matter"):
        calls(session, keys, proposal)
    calls(session, keys, proposal, binding=False)


CALLED = timedelta(hours=1)  # After the call: passes are taken, and nobody votes.


@pytest.mark.parametrize(
    ("kind", "remark", "holds"),
    [
        (Kind.SMALL, RemarkKind.CONCERN, True),
        (Kind.SMALL, RemarkKind.REMARK, False),
        (Kind.ORDINARY, RemarkKind.CONCERN, False),
        (Kind.LOSING_ACCESS, RemarkKind.CONCERN, False),
    ],
)
def test_what_holds_an_opening_is_what_holds_a_call(kind: Kind, remark: RemarkKind, *, holds: bool) -> None:
    assert holds_the_opening(kind, remark) is holds


@pytest.mark.parametrize(
    ("status", "opens_later", "is_open"),
    [
        (Status.DISCUSSION, False, True), (Status.FROZEN, False, True), (Status.BALLOT, True, True),
        (Status.BALLOT, False, False), (Status.DECIDED, True, False), (Status.DRAFT, True, False),
    ],
)  # fmt: skip
def test_the_talk_is_open_until_the_vote_opens(status: Status, *, opens_later: bool, is_open: bool) -> None:
    assert is_open_to_talk(status, opens_later=opens_later) is is_open


def a_board_with(session: Session, keys: KeyFolder, account_id: int) -> list[int]:
    """Return the accounts of a board in which this one has a seat, and a vote."""
    members = a_board(session, keys, day=NOW.date())
    seat = board.seat_of(session, members[1], NOW.date())
    assert seat
    board.end_term(session, seat.seat_id, NOW.date())
    board.seat_member(session, seat.seat_id, account_id, NOW.date())
    return members


def test_a_vote_opens_later_until_it_opens_or_is_called_off(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    assert ballots.opens_later(session, proposal, NOW) is None
    ballot = calls(session, keys, proposal)
    assert ballots.opens_later(session, proposal, ballot.opens_at - CALLED) is ballot
    assert ballots.opens_later(session, proposal, ballot.opens_at) is None
    by, before = members[1], ballot.opens_at - CALLED
    assert ballots.hold_opening(session, keys, proposal, by, lambda: ballot.opens_at) is None, (
        "who has begun to vote goes on"
    )
    assert ballots.hold_opening(session, keys, proposal, by, lambda: before) is ballot
    assert ballot.cancelled_reason == "One of us has a concern, so this is no small matter."
    assert proposal.status is Status.DISCUSSION
    assert ballots.opens_later(session, proposal, ballot.opens_at - CALLED) is None


def test_until_it_is_called_anyone_can_step_out_and_a_concern_is_its_raisers_alone(
    session: Session, keys: KeyFolder
) -> None:
    """Who wrote it, and calls the vote, cannot do that in the same minute, nor settle what somebody has against it."""
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    service.step_out(session, proposal, members[2], Tie.MONEY_OR_JOB, NOW.date())
    concern = service.remark(session, proposal, members[1], "Mondays are bad.", NOW.date(), RemarkKind.CONCERN)
    with pytest.raises(RuleRefused, match="Only who raised a concern"):
        service.settle_concern(session, proposal, concern.id, members[0], runs_board=True)
    service.settle_concern(session, proposal, concern.id, members[1], runs_board=False)
    assert [each.account_id for each in service.recusals(session, proposal)] == [members[2]]
    service.step_back_in(session, proposal, members[2])
    assert calls(session, keys, proposal)


def test_money_is_shared_out_by_no_small_vote(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    money = Settings(options=("Socks", "Tea"), prices=(10, 20), budget=20)
    with pytest.raises(RuleRefused, match="Money is no small matter"):
        calls(session, keys, proposal, kind=KindOfVote.BUDGET, settings=money)
    check_kind_fits(KindOfVote.BUDGET, KindFacts("majority"), board.charter(session))  # The control.


def test_from_the_boards_page_to_the_page_that_calls_the_vote(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(AFTER):
        a_board(session, keys, day=AFTER.date())
        session.commit()
        facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
        assert "/board/proposals/small" in facilitator.get("/board").text
        assert "/board/proposals/small" not in member.get("/board").text
        assert member.get("/board/proposals/small").status_code == 403
        words = {"title": "The day in May", "ask": "When do we meet?", "for_participants": "no", "takes_means": "no"}
        for question in ("for_participants", "takes_means"):
            weighs = facilitator.submit("/board/proposals/small", "ask", **{**words, question: "yes"})
            assert "Then it takes a whole proposal." in weighs.text
        sent = facilitator.submit("/board/proposals/small", "ask", **words)
        assert sent.status_code == 303
        assert "Call the vote" not in facilitator.get(sent.location).text
        assert "The words of a small matter are fixed at once." in facilitator.get(sent.location).text
        assert "Call the vote" not in facilitator.get("/board").text
        named = facilitator.submit("/board/proposals/small", "ask", **{**words, "ask": "May Chair1 open?"})
        assert named.status_code == 409
        assert "Chair1" in named.text
        proposal = session.get_one(Proposal, 1)
        assert (proposal.status, proposal.kind) == (Status.FROZEN, Kind.SMALL)
        session.rollback()
        concern = {"text": "Mondays are bad.", "kind": "concern"}
        assert member.submit(sent.location, "/talk", **concern).status_code == 303
        days = board.charter(session).notice_days
    with clock.stopped_at(AFTER + timedelta(days=days)):
        facilitator = sign_in(Role.FACILITATOR)
        assert "One of us has a concern" in facilitator.get(sent.location).text
        for page in (sent.location, "/board"):
            assert "Call the vote" not in facilitator.get(page).text
        (raised,) = service.remarks(session, proposal)
        service.settle_concern(session, proposal, raised.id, member.card.account_id, runs_board=False)
        session.commit()
        assert "Call the vote" in facilitator.get(sent.location).text


@pytest.mark.parametrize("kind", ["remark", "concern"])
def test_between_the_call_and_the_opening_a_concern_holds_the_vote(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any], client: Any, kind: str
) -> None:
    """A thought does not; and once the vote is open nobody says anything more."""
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        members = a_board_with(session, keys, member.card.account_id)
        proposal = a_small_one(session, keys, members[0])
        ballot = calls(session, keys, proposal)
        opens = ballot.opens_at
        session.commit()
    said = {"text": "Mondays are bad.", "kind": kind}
    with clock.stopped_at(opens - CALLED):
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        answer = member.submit("/board/proposals/1", "/talk", **said)
        assert answer.status_code == 303
        page = member.get("/board/proposals/1").text
        assert "Mondays are bad." in page
        assert ("Your concern holds the vote." in page) is (kind == "concern")
        assert ("One of us has a concern" in client.get("/ballots/1").text) is (kind == "concern")
    session.expire_all()
    assert proposal.status is (Status.DISCUSSION if kind == "concern" else Status.BALLOT)
    session.rollback()
    if kind == "remark":
        with clock.stopped_at(opens):
            assert "Say what you think of it" not in member.get("/board/proposals/1").text


@pytest.mark.parametrize("has_opened", [False, True])
def test_a_concern_that_is_raised_again_holds_the_vote_as_a_new_one_does(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any], *, has_opened: bool
) -> None:
    """Once the vote is open it stands in the record, and the vote goes on."""
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        members = a_board_with(session, keys, member.card.account_id)
        proposal = a_small_one(session, keys, members[0])
        mine = member.card.account_id
        concern = service.remark(session, proposal, mine, "Mondays are bad.", NOW.date(), RemarkKind.CONCERN)
        service.settle_concern(session, proposal, concern.id, mine, runs_board=False)
        ballot = calls(session, keys, proposal)
        opens, again = ballot.opens_at, f"/board/proposals/1/concerns/{concern.id}/again"
        session.commit()
    with clock.stopped_at(opens if has_opened else opens - CALLED):
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        token = member.form("/language")["fields"]["csrf_token"]
        assert member.post(again, data={"csrf_token": token}).status_code == 303
        assert ("Your concern holds the vote." in member.get("/board/proposals/1").text) is not has_opened
    session.expire_all()
    assert proposal.status is (Status.BALLOT if has_opened else Status.DISCUSSION)
    assert not concern.resolved


def test_a_concern_of_whoever_stepped_out_leaves_the_vote_as_it_is(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    """Their form lay open. It is refused, and the vote can still be taken part in."""
    with clock.stopped_at(NOW):
        member, members = sign_in(Role.MEMBER, sits=True), a_board(session, keys, day=NOW.date())
        proposal = a_small_one(session, keys, members[0])
        service.step_out(session, proposal, member.card.account_id, Tie.MONEY_OR_JOB, NOW.date())
        ballot = calls(session, keys, proposal)
        opens, held = ballot.opens_at, sorted(keys.names("ballot-1."))
        session.commit()
    with clock.stopped_at(opens - CALLED):
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        token = {"csrf_token": member.form("/language")["fields"]["csrf_token"]}
        said = {**token, "text": "Mondays are bad.", "kind": "concern"}
        assert member.post("/board/proposals/1/talk", data=said).status_code == 409
    session.expire_all()
    assert ballot.cancelled_reason is None
    assert held
    assert sorted(keys.names("ballot-1.")) == held


WITHOUT_A_VOTE = {
    "runs the board and has no seat": (Role.FACILITATOR, "none"),
    "was voted out and has the card": (Role.MEMBER, "left"),
    "sits in for nobody": (Role.MEMBER, "stool"),
}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("who", sorted(WITHOUT_A_VOTE))
def test_whoever_has_no_vote_on_it_calls_off_no_vote_by_a_concern(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any], who: str, *, again: bool
) -> None:
    """It is said, and stands in the record; those who vote on it go on."""
    role, seat = WITHOUT_A_VOTE[who]
    with clock.stopped_at(NOW):
        speaker = sign_in(role, sits=seat == "stool")
        mine = speaker.card.account_id
        members = a_board_with(session, keys, mine) if seat == "left" else a_board(session, keys, day=NOW.date())
        if seat == "left":
            here = board.seat_of(session, mine, NOW.date())
            assert here
            board.end_term(session, here.seat_id, NOW.date())
            board.seat_member(session, here.seat_id, members[1], NOW.date())
        proposal = a_small_one(session, keys, members[0])
        concern = service.remark(session, proposal, mine, "Mondays are bad.", NOW.date(), RemarkKind.CONCERN)
        concern.resolved, concern.settled_by = True, members[0]
        ballot = calls(session, keys, proposal)
        opens, number = ballot.opens_at, concern.id
        session.commit()
    with clock.stopped_at(opens - CALLED):
        speaker.submit("/sign-in", alias=speaker.card.alias, passphrase=speaker.card.passphrase)
        said = {"csrf_token": speaker.form("/language")["fields"]["csrf_token"]}
        at = f"/board/proposals/1/concerns/{number}/again" if again else "/board/proposals/1/talk"
        said |= {} if again else {"text": "Fridays are bad too.", "kind": "concern"}
        assert speaker.post(at, data=said).status_code == 303
    session.expire_all()
    assert ballot.cancelled_reason is None
    assert proposal.status is Status.BALLOT
    assert service.has_open_concerns(session, proposal)


def test_whoever_stepped_out_raises_no_concern_again(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, day=NOW.date())
    proposal = a_small_one(session, keys, members[0])
    concern = service.remark(session, proposal, members[1], "Mondays are bad.", NOW.date(), RemarkKind.CONCERN)
    concern.resolved, concern.settled_by = True, members[0]
    service.step_out(session, proposal, members[1], Tie.MONEY_OR_JOB, NOW.date())
    with pytest.raises(RuleRefused, match="You stepped out of this one"):
        service.raise_again(session, proposal, concern.id, members[1])
    service.step_back_in(session, proposal, members[1])
    service.raise_again(session, proposal, concern.id, members[1])
    assert not concern.resolved
