"""A proposal from draft to decided: its words, its versions, its place on the agenda."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.rules import AgendaState, Tie
from governance.keys.keyfolder import KeyFolder
from governance.proposals import rules, service
from governance.proposals.rules import RemarkKind, Status
from governance.proposals.service import ProposalFields
from governance.ruling.errors import RuleRefused
from tests.board.factories import a_board, a_member
from tests.people.factories import told_to_members
from tests.proposals.factories import DAY, NO_KEYS, WHOLE, a_draft, frozen, in_talk

LATER = DAY + timedelta(days=3)


@pytest.mark.on_both
def test_a_title_and_one_sentence_begin_a_proposal_and_only_members_see_it(session: Session, keys: KeyFolder) -> None:
    writer = a_member(session, keys, "Cricket")

    proposal = a_draft(session, writer, ProposalFields(title="A bench", ask="Put a bench outside."))

    assert (proposal.number, proposal.status, proposal.opened_on) == (1, Status.DRAFT, None)
    assert service.listed(session, list(Status), public_only=True) == []
    assert [each.words.title for each in service.listed(session, list(Status))] == ["A bench"]


def test_a_draft_is_written_over_by_its_writer_and_by_nobody_else(session: Session, keys: KeyFolder) -> None:
    writer, other = a_member(session, keys, "Cricket"), a_member(session, keys, "Rook")
    proposal = a_draft(session, writer)

    service.revise(session, NO_KEYS, proposal, replace(WHOLE, title="Fridays"), "", DAY, account_id=writer)
    with pytest.raises(RuleRefused, match="somebody else's"):
        service.revise(session, NO_KEYS, proposal, WHOLE, "mine now", DAY, account_id=other)
    with pytest.raises(RuleRefused, match="somebody else's"):
        service.start_discussion(session, NO_KEYS, proposal, DAY, account_id=other)
    service.revise(
        session, NO_KEYS, proposal, replace(WHOLE, title="Fridays, 2 to 6"), "", DAY, account_id=other, runs_board=True
    )

    assert [version.title for version in service.versions(session, proposal)] == ["Fridays, 2 to 6"]


def test_in_the_talk_any_member_changes_the_words_with_a_reason_and_the_old_ones_stay(
    session: Session, keys: KeyFolder
) -> None:
    writer, other = a_member(session, keys, "Cricket"), a_member(session, keys, "Rook")
    proposal = in_talk(session, writer)

    with pytest.raises(RuleRefused, match="Say why the words change"):
        service.revise(session, NO_KEYS, proposal, WHOLE, "  ", LATER, account_id=other)
    service.revise(session, NO_KEYS, proposal, replace(WHOLE, title="Fridays"), "Shorter.", LATER, account_id=other)

    kept = [(each.version, each.title, each.reason) for each in service.versions(session, proposal)]
    assert kept == [(2, "Fridays", "Shorter."), (1, "Drug checking on Fridays", "")]
    assert service.current(session, proposal).title == "Fridays"
    assert [item.title for item in board.agenda(session)] == ["Fridays"]


def test_words_are_fixed_only_when_nothing_is_missing_and_the_refusal_says_what_is(
    session: Session, keys: KeyFolder
) -> None:
    writer = a_member(session, keys, "Cricket")
    proposal = in_talk(session, writer, ProposalFields(title="A bench", ask="Put a bench outside."))

    with pytest.raises(RuleRefused, match="Say what could go wrong"):
        service.freeze(session, proposal)
    assert len(service.missing(session, proposal)) == 6
    service.revise(session, NO_KEYS, proposal, WHOLE, "All of it.", LATER)
    service.freeze(session, proposal)

    assert (proposal.status, service.missing(session, proposal)) == (Status.FROZEN, [])
    with pytest.raises(RuleRefused, match="words are fixed"):
        service.revise(session, NO_KEYS, proposal, WHOLE, "One more thing.", LATER)


def test_fixed_words_go_back_to_the_talk_with_a_reason_everyone_can_read(session: Session, keys: KeyFolder) -> None:
    proposal = frozen(session, a_member(session, keys, "Cricket"))

    with pytest.raises(RuleRefused, match="Say why"):
        service.back_to_discussion(session, proposal, " ", LATER)
    service.back_to_discussion(session, proposal, "The room is too small.", LATER)

    newest, first = service.versions(session, proposal)
    assert (newest.reason, newest.ask, proposal.status) == ("The room is too small.", first.ask, Status.DISCUSSION)


def test_a_proposal_that_did_not_pass_is_tried_again_and_then_decided(session: Session, keys: KeyFolder) -> None:
    proposal = frozen(session, a_member(session, keys, "Cricket"))
    service.mark_in_ballot(session, proposal)

    service.try_again(session, proposal, "It left out trans women.", LATER)
    service.freeze(session, proposal)
    service.mark_in_ballot(session, proposal)
    service.mark_in_ballot(session, proposal)
    service.mark_decided(session, proposal)

    assert (proposal.status, board.agenda(session)) == (Status.DECIDED, [])
    with pytest.raises(RuleRefused):
        service.withdraw(session, proposal)


def test_parking_and_taking_back_are_seen_on_the_agenda(session: Session, keys: KeyFolder) -> None:
    proposal = in_talk(session, a_member(session, keys, "Cricket"))
    assert [item.state for item in board.agenda(session)] == [AgendaState.WAITING]

    with pytest.raises(RuleRefused, match="Say why"):
        service.park(session, keys, proposal, " ", LATER, by="Cricket")
    service.park(session, keys, proposal, "The hall is shut.", LATER, by="Cricket")
    (told,) = told_to_members(session, 9)
    assert "Cricket parked" in told
    assert "Why: The hall is shut." in told
    assert [item.state for item in board.agenda(session)] == [AgendaState.PARKED]
    service.back_to_discussion(session, proposal, "", LATER)
    assert [item.state for item in board.agenda(session)] == [AgendaState.WAITING]
    with pytest.raises(RuleRefused, match="Only who wrote it"):
        service.withdraw(session, proposal, account_id=a_member(session, keys, "Rook"))
    service.withdraw(session, proposal)

    assert (board.agenda(session), proposal.status) == ([], Status.WITHDRAWN)
    assert [each.proposal.number for each in service.listed(session, [Status.WITHDRAWN], public_only=True)] == [1]


def test_what_began_before_the_board_was_asked_is_labelled_and_what_began_after_is_not(
    session: Session, keys: KeyFolder
) -> None:
    writer = a_member(session, keys, "Cricket")
    begun = in_talk(session, writer, replace(WHOLE, starts_on=DAY - timedelta(days=1)))
    planned = frozen(session, writer, replace(WHOLE, starts_on=DAY + timedelta(days=30)))
    service.mark_in_ballot(session, planned)
    service.mark_decided(session, planned)

    assert service.label_already_decided(begun, LATER) == rules.ALREADY_DECIDED
    assert service.label_already_decided(planned, DAY + timedelta(days=90)) is None


def test_a_big_item_takes_two_thirds(session: Session, keys: KeyFolder) -> None:
    writer = a_member(session, keys, "Cricket")

    assert a_draft(session, writer).rule == "majority"
    assert a_draft(session, writer, replace(WHOLE, kind=rules.Kind.LOSING_ACCESS)).rule == "two_thirds"


@pytest.mark.on_both
def test_the_list_goes_on_below_a_number(session: Session, keys: KeyFolder) -> None:
    writer = a_member(session, keys, "Cricket")
    for _ in range(5):
        in_talk(session, writer)

    first = service.listed(session, [Status.DISCUSSION], limit=2)
    second = service.listed(session, [Status.DISCUSSION], after=first[-1].proposal.number, limit=2)

    assert [each.proposal.number for each in (*first, *second)] == [5, 4, 3, 2]


@pytest.mark.on_both
def test_in_the_talk_a_concern_is_met_when_who_raised_it_says_so(session: Session, keys: KeyFolder) -> None:
    raiser, other = a_member(session, keys, "Cricket"), a_member(session, keys, "Rook")
    proposal = in_talk(session, raiser)
    concern = service.remark(session, proposal, raiser, "The line is <b>long</b>.", DAY, RemarkKind.CONCERN)

    with pytest.raises(RuleRefused, match="Ask them"):
        service.settle_concern(session, proposal, concern.id, other, runs_board=False)
    service.settle_concern(session, proposal, concern.id, raiser, runs_board=False)

    assert [(each.text, each.resolved) for each in service.remarks(session, proposal)] == [
        ("The line is <b>long</b>.", True)
    ]
    assert "<b>" not in concern.html


@pytest.mark.on_both
def test_nobody_talks_before_the_talk_or_after_stepping_out(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys)
    proposal = a_draft(session, members[0])
    with pytest.raises(RuleRefused, match="not open now"):
        service.remark(session, proposal, members[1], "Yes!", DAY)
    service.start_discussion(session, NO_KEYS, proposal, DAY)

    service.step_out(session, proposal, members[1], Tie.OUTSIDE_ASKER, DAY)

    with pytest.raises(RuleRefused, match="You stepped out"):
        service.remark(session, proposal, members[1], "Yes!", DAY)
    assert members[1] not in dict(board.voting_roll(session, DAY, proposal.matter))
    service.step_back_in(session, proposal, members[1])
    assert members[1] in dict(board.voting_roll(session, DAY, proposal.matter))


def test_once_the_vote_has_begun_the_roll_stays_as_it_is(session: Session, keys: KeyFolder) -> None:
    members = a_board(session, keys, alternates=1)
    proposal = frozen(session, members[0])
    service.mark_in_ballot(session, proposal)
    spare = board.seat_of(session, members[-1], DAY)
    assert spare

    with pytest.raises(RuleRefused, match="The vote has begun"):
        service.step_out(session, proposal, members[1], Tie.OWN_CASE, DAY)
    with pytest.raises(RuleRefused, match="The vote has begun"):
        service.call_in(session, keys, proposal, spare.seat_id, DAY, by="Cricket")


def test_somebody_without_a_seat_has_no_vote_to_step_out_of(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys)
    proposal = in_talk(session, a_member(session, keys, "Cricket"))

    with pytest.raises(RuleRefused, match="no seat"):
        service.step_out(session, proposal, proposal.author_account_id, Tie.OWN_CASE, DAY)


def test_advice_points_at_words_names_and_missing_facts_and_stops_nothing(session: Session, keys: KeyFolder) -> None:
    writer = a_member(session, keys, "Cricket")
    harsh = replace(WHOLE, why="Addicts were banned. Cricket said so.")
    proposal = frozen(session, writer, harsh)

    found = service.wording(service.current(session, proposal), "en", ["Cricket", "Rook"])

    assert [each.found for each in found.advice] == ["Addicts", "banned"]
    assert list(found.names) == ["Cricket"]
    assert found.grade
    assert found.missing_facts
    assert proposal.status is Status.FROZEN


@pytest.mark.on_both
def test_a_theme_is_linked_once_and_unlinked_by_choosing_others(session: Session, keys: KeyFolder) -> None:
    from governance.feedback import service as feedback
    from governance.feedback.rules import Lane

    first = feedback.start_theme(session, "Fridays", "", Lane.SUGGESTION, DAY)
    second = feedback.start_theme(session, "Long lines", "", Lane.SUGGESTION, DAY)
    proposal = a_draft(session, a_member(session, keys, "Cricket"), replace(WHOLE, themes=(first.id,)))

    service.link_theme(session, proposal, first.id)
    service.link_theme(session, proposal, second.id)
    assert [theme.title for theme in service.sources(session, proposal)] == ["Fridays", "Long lines"]
    service.revise(session, NO_KEYS, proposal, replace(WHOLE, themes=(second.id,)), "", DAY)

    assert [theme.title for theme in service.sources(session, proposal)] == ["Long lines"]
    assert {theme.title for theme in service.theme_choices(session, proposal)} == {"Fridays", "Long lines"}
