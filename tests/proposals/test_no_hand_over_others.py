"""What is another's stays theirs: their proposal, their concern, the list of voters, the end of a vote.

Whoever runs the board acts on it with a second person, or in sight of every member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals import rules, service
from governance.proposals.models import Proposal, Remark
from governance.proposals.rules import RemarkKind, Status
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import Page, PageClient
from tests.people.factories import told_to_members
from tests.proposals.factories import frozen, in_talk
from tests.second_yes import agree, waiting

Enter = Callable[[str], PageClient]


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


@pytest.fixture
def proposal(session: Session, founded: Founded) -> Proposal:
    """What Elder wrote, while the board talks about it."""
    found = in_talk(session, founded.account("Elder"))
    session.commit()
    return found


def status(session: Session, proposal: Proposal) -> Status:
    session.expire_all()
    found = proposal.status
    session.rollback()
    return found


# Taking back


def test_one_hand_buries_nothing_that_another_wrote(session: Session, proposal: Proposal, enter: Enter) -> None:
    page = "/board/proposals/1/take-back"
    assert enter("Cedar").submit(page).status_code == 303
    assert status(session, proposal) is Status.DISCUSSION, "it was asked for, and no more"
    elder = enter("Elder")
    assert waiting(elder, "is taken back") == []
    assert "It is about you" in elder.get("/board").text
    assert agree(enter("Fern"), about="Proposal 1 is taken back").status_code == 303
    assert status(session, proposal) is Status.WITHDRAWN
    assert told_to_members(session, 1)[0].endswith("Elder wrote it. Cedar asked, Fern agreed.")


def test_nobody_else_takes_it_back_and_its_writer_does_alone(
    session: Session, proposal: Proposal, enter: Enter
) -> None:
    page = "/board/proposals/1/take-back"
    assert enter("Fern").get(page).status_code == 403
    assert enter("Elder").submit(page).status_code == 303
    assert status(session, proposal) is Status.WITHDRAWN


def test_a_no_keeps_it_and_members_read_who_asked(session: Session, proposal: Proposal, enter: Enter) -> None:
    enter("Cedar").submit("/board/proposals/1/take-back")
    device = enter("Fern")
    form = waiting(device, "is taken back")[0]
    device.post(form["action"].replace("/agree", "/refuse"), data=form["fields"])
    assert status(session, proposal) is Status.DISCUSSION
    assert told_to_members(session, 1)[0].startswith("Not done: Proposal 1 is taken back")


def test_fixed_words_are_not_asked_away(session: Session, founded: Founded, enter: Enter) -> None:
    frozen(session, founded.account("Elder"))
    session.commit()
    assert enter("Cedar").submit("/board/proposals/1/take-back").status_code == 409


# Concerns


def concern(session: Session, founded: Founded, proposal: Proposal) -> Remark:
    raised = service.remark(session, proposal, founded.account("Gorse"), "It is far away.", TODAY, RemarkKind.CONCERN)
    session.commit()
    return raised


def test_who_raised_a_concern_is_told_that_another_called_it_met_and_can_raise_it_again(
    session: Session, founded: Founded, proposal: Proposal, enter: Enter
) -> None:
    concern(session, founded, proposal)
    gorse, facilitator, line = enter("Gorse"), enter("Cedar"), "said that your concern is met"
    assert line not in gorse.get("/board").text
    assert facilitator.submit("/board/proposals/1", "/concerns/1").status_code == 303
    page = gorse.get("/board/proposals/1").text
    assert "Cedar said that this is met." in page
    assert line in gorse.get("/board").text
    assert line not in enter("Fern").get("/board").text
    assert gorse.submit("/board/proposals/1", "/concerns/1/again").status_code == 303
    assert service.has_open_concerns(session, proposal)
    session.rollback()
    assert line not in gorse.get("/board").text
    assert "Who raised it raised it again" in facilitator.get("/board/proposals/1").text
    token = {"csrf_token": facilitator.form("/language")["fields"]["csrf_token"]}
    assert facilitator.post("/board/proposals/1/concerns/1", data=token).status_code == 409, "once, and not for ever"
    assert gorse.submit("/board/proposals/1", "/concerns/1").status_code == 303


def test_a_yes_of_who_raised_it_settles_it(
    session: Session, founded: Founded, proposal: Proposal, enter: Enter
) -> None:
    concern(session, founded, proposal)
    enter("Cedar").submit("/board/proposals/1", "/concerns/1")
    gorse = enter("Gorse")
    yes = next(form for form in Page(gorse.get("/board/proposals/1").text).forms if form["action"].endswith("/1"))
    assert gorse.post(yes["action"], data=yes["fields"]).status_code == 303
    assert "said that your concern is met" not in gorse.get("/board").text
    assert "Cedar said" not in gorse.get("/board/proposals/1").text


@pytest.mark.parametrize(
    ("raiser", "runs_board", "raised_again", "may"),
    [(True, False, True, True), (False, True, False, True), (False, True, True, False), (False, False, False, False)],
)
def test_who_may_call_a_concern_met(raiser: bool, runs_board: bool, raised_again: bool, may: bool) -> None:
    try:
        rules.check_may_settle(raiser=raiser, runs_board=runs_board, raised_again=raised_again)
    except RuleRefused:
        assert not may
    else:
        assert may


def test_nobody_raises_what_is_not_theirs_again(session: Session, founded: Founded, proposal: Proposal) -> None:
    raised = concern(session, founded, proposal)
    with pytest.raises(RuleRefused, match="can raise it again"):
        service.raise_again(session, proposal, raised.id, founded.account("Gorse"))
    service.settle_concern(session, proposal, raised.id, founded.account("Cedar"), runs_board=True)
    with pytest.raises(RuleRefused, match="can raise it again"):
        service.raise_again(session, proposal, raised.id, founded.account("Elder"))


def test_once_the_vote_is_called_nobody_else_says_that_a_concern_is_met_and_its_raiser_has_the_last_word(
    session: Session, founded: Founded, proposal: Proposal
) -> None:
    raised, cedar = concern(session, founded, proposal), founded.account("Cedar")
    service.settle_concern(session, proposal, raised.id, cedar, runs_board=True)
    proposal.status = rules.Status.BALLOT
    assert [each.id for _, each in service.settled_by_others(session, raised.account_id)] == [raised.id]
    service.raise_again(session, proposal, raised.id, raised.account_id)
    assert service.has_open_concerns(session, proposal)
    with pytest.raises(RuleRefused, match="talk on this is not open"):
        service.settle_concern(session, proposal, raised.id, cedar, runs_board=True)
    proposal.status = rules.Status.DECIDED
    service.settle_concern(session, proposal, raised.id, raised.account_id, runs_board=False)
    with pytest.raises(RuleRefused, match="its concerns stay as they are"):
        service.raise_again(session, proposal, raised.id, raised.account_id)


# Voters


def test_every_member_is_told_of_an_alternate_who_votes(
    session: Session, keys: KeyFolder, founded: Founded, proposal: Proposal, enter: Enter
) -> None:
    stool = board.add_seat(session, "Stool", SeatClass.LIVED, alternate=True)
    board.pause(session, 6, TODAY, TODAY + timedelta(days=30))
    card = people.new_account(session, keys, alias="Bramble", roles={Role.MEMBER}, own_words=True)
    board.seat_member(session, stool.id, card.account_id, TODAY)
    session.commit()
    assert enter("Cedar").submit("/board/proposals/1", "call-in", seat_id=str(stool.id)).status_code == 303
    told = "Stool votes on proposal 1, in the place of somebody who cannot. Cedar called them in."
    assert told_to_members(session, 1)[0] == told
    session.rollback()
    assert told in enter("Fern").get("/board").text
