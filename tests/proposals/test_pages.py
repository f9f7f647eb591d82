"""Proposals on their pages: written and talked about by members, read by everyone, without a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board.rules import Tie
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service
from governance.proposals.rules import RemarkKind, Status
from tests.board.factories import a_board, a_member
from tests.proposals.factories import DAY, NO_KEYS, WHOLE, a_draft, frozen, in_talk
from tests.second_yes import agree

pytestmark = pytest.mark.usefixtures("ledger_last")

# Its pages alone: the services behind them run on both in test_life.

SignIn = Callable[..., Any]
TYPED = {
    "title": "A bench outside",
    "ask": "Put a bench by the door.",
    "still_open": "Where.",
    "gets_better": "People rest.",
    "could_go_wrong": "Rain.",
    "who_could_this_hurt": "Nobody we know of.",
    "principles": ["4"],
    "power": "board",
}


def test_a_member_writes_a_proposal_and_takes_it_to_fixed_words(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    a_board(session, keys, day=clock.today())
    member, facilitator = sign_in(Role.MEMBER), sign_in(Role.FACILITATOR)

    assert (
        member.submit("/board/proposals/new", title="A bench outside", ask="Put a bench by the door.").status_code
        == 303
    )
    assert member.get("/proposals/1").status_code == 404
    assert member.submit("/board/proposals/1", "start").status_code == 303
    assert "Say what could go wrong." in member.get("/board/proposals/1").text
    assert member.submit("/board/proposals/1/edit", reason="The rest of it.", **TYPED).status_code == 303
    assert member.submit("/board/proposals/1", "text", text="I like it.").status_code == 303
    assert facilitator.submit("/board/proposals/1", "freeze").status_code == 303

    session.rollback()
    proposal = service.by_number(session, 1)
    assert proposal
    assert proposal.status is Status.FROZEN
    assert "The board decides." in member.get("/proposals").text
    assert "The rest of it." in member.get("/proposals/1").text


def test_a_mistake_loses_nothing_that_was_typed(session: Session, sign_in: SignIn) -> None:
    member = sign_in(Role.MEMBER)

    without_title = member.submit("/board/proposals/new", **{**TYPED, "title": ""}, starts_on="soon")

    assert without_title.status_code == 422
    assert "Put a bench by the door." in without_title.text
    assert "soon" in without_title.text
    assert service.listed(session, list(Status)) == []


def test_words_fixed_while_somebody_was_typing_come_back_with_the_reason(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    proposal = in_talk(session, a_member(session, keys, "Cricket"))
    session.commit()
    member = sign_in(Role.MEMBER)
    form = member.form("/board/proposals/1/edit")
    talk = member.form("/board/proposals/1", "text")
    service.freeze(session, proposal)
    service.mark_in_ballot(session, proposal)
    session.commit()

    late = member.post("/board/proposals/1/edit", data={**form["fields"], "ask": "My long work", "reason": "Better."})
    late_talk = member.post(talk["action"], data={**talk["fields"], "text": "My long thought"})

    assert (late.status_code, late_talk.status_code) == (409, 409)
    assert "My long work" in late.text
    assert "The words are fixed now" in late.text
    assert "My long thought" in late_talk.text


def test_a_change_of_words_in_the_talk_asks_why(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    in_talk(session, a_member(session, keys, "Cricket"))
    member = sign_in(Role.MEMBER)

    answer = member.submit("/board/proposals/1/edit", ask="Shorter.", reason="")

    assert answer.status_code == 422
    assert "Say why the words change" in answer.text
    assert "Shorter." in answer.text


def test_no_public_page_names_who_wrote_spoke_or_stepped_out(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    members = a_board(session, keys, day=DAY)
    writer = a_member(session, keys, "Xanthippe")
    proposal = in_talk(session, writer)
    service.revise(session, NO_KEYS, proposal, WHOLE, "Shorter.", DAY, account_id=writer)
    service.remark(session, proposal, writer, "My private doubt", DAY, RemarkKind.CONCERN)
    service.step_out(session, proposal, members[1], Tie.OWN_CASE, DAY)
    session.commit()

    public = client.get("/proposals").text + client.get("/proposals/1").text

    for hidden in ("Xanthippe", "Chair", "Seat ", "private doubt", "open case"):
        assert hidden not in public
    seen_by_members = sign_in(Role.MEMBER).get("/board/proposals/1").text
    assert "Xanthippe" in seen_by_members
    assert "My private doubt" in seen_by_members
    assert "Chair2" not in seen_by_members
    assert "An open case of one’s own" in seen_by_members


def test_the_public_list_shows_power_state_and_what_began_before_the_board_was_asked(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    writer = a_member(session, keys, "Cricket")
    in_talk(session, writer, replace(WHOLE, title="Begun already", starts_on=clock.today() - timedelta(days=1)))
    a_draft(session, writer, replace(WHOLE, title="Still a draft"))
    session.commit()

    page = client.get("/proposals").text

    assert "Begun already" in page
    assert "Already decided" in page
    assert "Shared." in page
    assert "Still a draft" not in page
    assert client.get("/proposals?after=99999999999999999999").status_code == 200
    assert client.get("/proposals?after=x").status_code == 200
    assert client.get("/proposals/99999999999999999999").status_code == 404


def test_markup_in_words_is_shown_as_words(session: Session, keys: KeyFolder, client: Any) -> None:
    in_talk(
        session,
        a_member(session, keys, "Cricket"),
        replace(WHOLE, ask="**Now** <script>x</script>", still_open="<i>a</i>"),
    )
    session.commit()

    page = client.get("/proposals/1").text

    assert "<strong>Now</strong>" in page
    assert "<script>x" not in page
    assert "&lt;i&gt;a" in page


def test_a_member_steps_out_with_a_kind_of_tie_and_comes_back(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    from governance.board import service as board

    a_board(session, keys, day=clock.today())
    member = sign_in(Role.MEMBER)
    seat = board.add_seat(session, "Seat 9", board.seats_on(session, clock.today())[0].seat_class)
    board.seat_member(session, seat.id, member.card.account_id, clock.today())
    in_talk(session, member.card.account_id)
    session.commit()

    assert member.submit("/board/proposals/1/step-out").status_code == 422
    assert member.submit("/board/proposals/1/step-out", tie="own_case").status_code == 303
    session.rollback()
    assert board.has_stepped_out(session, member.card.account_id, "proposal:1")
    session.rollback()
    assert member.submit("/board/proposals/1", "step-back-in").status_code == 303
    session.rollback()
    assert not board.recusals(session, "proposal:1")


def test_only_the_facilitator_parks_fixes_and_reopens_and_says_why(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    frozen(session, a_member(session, keys, "Cricket"))
    member, facilitator = sign_in(Role.MEMBER), sign_in(Role.FACILITATOR)

    assert member.get("/board/proposals/1/back").status_code == 403
    assert facilitator.submit("/board/proposals/1/back", reason="").status_code == 422
    assert facilitator.submit("/board/proposals/1/back", reason="Too dear.").status_code == 303
    assert facilitator.submit("/board/proposals/1/park", reason="").status_code == 422
    assert facilitator.submit("/board/proposals/1/park", reason="No room.").status_code == 303
    assert facilitator.submit("/board/proposals/1/take-back").status_code == 303
    assert agree(member).status_code == 303, "another wrote it, so it takes two"
    session.rollback()

    taken_back = service.by_number(session, 1)
    assert taken_back
    assert taken_back.status is Status.WITHDRAWN
    assert facilitator.get("/board/proposals").status_code == 200


def test_words_being_voted_on_are_not_taken_from_under_the_vote(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    service.mark_in_ballot(session, frozen(session, a_member(session, keys, "Cricket")))
    facilitator = sign_in(Role.FACILITATOR)

    assert facilitator.get("/board/proposals/1/back").status_code == 409
    assert facilitator.get("/board/proposals/1/edit").status_code == 409


def test_the_writer_reads_advice_beside_the_words(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    in_talk(session, a_member(session, keys, "Cricket"), replace(WHOLE, why="Ask the junkies. Cricket says so."))

    page = sign_in(Role.MEMBER).get("/board/proposals/1").text

    assert "junkies" in page
    assert "Equates a person with trash" in page
    assert "Is it about that person?" in page
    assert "Reading grade" in page


@pytest.mark.on_both
def test_a_theme_on_the_agenda_leads_to_a_proposal_that_names_it(
    session: Session, sign_in: SignIn, client: Any
) -> None:
    from governance.board import service as board
    from governance.feedback import service as feedback
    from governance.feedback.rules import Lane

    theme = feedback.start_theme(session, "Long lines on Fridays", "", Lane.SUGGESTION, DAY)
    theme.agenda_on = DAY
    board.add_agenda_item(session, "theme", str(theme.id), theme.title, DAY)
    session.commit()
    member = sign_in(Role.MEMBER)
    address = f"/board/proposals/new?theme={theme.id}"
    assert address in member.get("/board/agenda").text

    member.submit(address, themes=[str(theme.id)], **TYPED)
    member.submit("/board/proposals/1", "start")

    assert "Long lines on Fridays" in client.get("/proposals/1").text
    assert member.get("/board").status_code == 200
