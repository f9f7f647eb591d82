"""What may I do now: every stage of a vote, for everyone who looks at its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import product

import pytest

from governance.ballots.next_steps import next_steps, to_a_vote, to_change_its_end, to_the_partner
from governance.ballots.now.facts import Facts, HalfAgreed, Looker
from governance.ballots.result.outcome import DECIDED, Result
from governance.ballots.rules import Stage
from governance.proposals.rules import Status
from governance.ruling.steps import Step, StepKind

SCHEDULED, OPEN, CLOSED, OPENED, CANCELLED = (
    Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED, Stage.OPENED, Stage.CANCELLED,
)  # fmt: skip

READER = Looker()
MEMBER = Looker(votes=True, on_roll=True)
SIGNED = replace(MEMBER, has_pass=True)
OUT = replace(MEMBER, stepped_out=True)
FACILITATOR = Looker(runs_board=True)
TELLER = Looker(opens_boxes=True, is_teller=True)
OTHER_TELLER = Looker(opens_boxes=True)  # A teller, but not one of the two of this vote.


def facts(stage: Stage, looker: Looker = READER, **known: object) -> Facts:
    return Facts(number=7, proposal=4, stage=stage, looker=looker, **known)  # type: ignore[arg-type]


def can_do(asked: Facts) -> list[str]:
    """What can be pressed, in its order; the main action with a star."""
    rows = [step.row for step in next_steps(asked)]
    pressed = [each for row in rows for each in row if each.kind in (StepKind.LINK, StepKind.POST, StepKind.FORM)]
    return [f"{'* ' if each.is_main else ''}{each.words or 'Take a pass here'}" for each in pressed]


def reads(asked: Facts) -> str:
    return " ".join(str(step.words) for step in next_steps(asked))


DOES = [
    # A secret vote, before and while it runs
    (facts(SCHEDULED), []),
    (facts(OPEN), ["I have a card or a pass"]),
    (facts(SCHEDULED, FACILITATOR), ["* Ask for the cards", "Ask for them as a PDF", "Paper to vote on"]),
    (facts(SCHEDULED, FACILITATOR, begun=True), ["Paper to vote on"]),
    (facts(SCHEDULED, FACILITATOR, cards_asked=True), ["Paper to vote on"]),
    (facts(SCHEDULED, FACILITATOR, cards=True, cards_asked=True), ["* Who drew a card?", "Paper to vote on"]),
    (facts(SCHEDULED, MEMBER, blind=True, cards_asked=True), []),
    (
        facts(SCHEDULED, FACILITATOR, cards=True),
        ["* Who drew a card?", "Ask for new cards in their place", "Paper to vote on"],
    ),
    (facts(SCHEDULED, FACILITATOR, cards=True, begun=True), ["* Who drew a card?", "Paper to vote on"]),
    (
        facts(OPEN, FACILITATOR, cards=True, begun=True),
        ["* Who drew a card?", "Paper to vote on", "I have a card or a pass"],
    ),
    (facts(SCHEDULED, MEMBER), ["* Take my pass"]),
    (facts(SCHEDULED, MEMBER, cards=True), ["* I drew a card", "Take my pass"]),
    (facts(SCHEDULED, MEMBER, blind=True), ["* Take a pass here"]),
    (facts(SCHEDULED, MEMBER, cards=True, blind=True), ["* I drew a card", "Take a pass here"]),
    (facts(OPEN, MEMBER, cards=True, blind=True), ["* I drew a card", "Take my pass", "I have a card or a pass"]),
    (facts(OPEN, MEMBER, cards=True, blind=True, partner=True), ["* I drew a card", "I have a card or a pass"]),
    (facts(SCHEDULED, SIGNED), []),
    (facts(SCHEDULED, SIGNED, blind=True), ["Take a pass here"]),
    (facts(OPEN, SIGNED), ["* I have a card or a pass"]),
    (facts(OPEN, OUT), ["I have a card or a pass"]),
    (facts(OPEN, replace(MEMBER, votes=False)), ["I have a card or a pass"]),
    (facts(OPEN, TELLER), ["I have a card or a pass", "Paper ballots"]),
    (facts(OPEN, replace(TELLER, opens_boxes=False)), ["I have a card or a pass"]),
    (facts(OPEN, OTHER_TELLER), ["I have a card or a pass"]),
    (
        facts(OPEN, replace(MEMBER, runs_board=True), cards=True, begun=True),
        ["* Who drew a card?", "Paper to vote on", "I drew a card", "Take my pass", "I have a card or a pass"],
    ),
    (
        facts(OPEN, replace(SIGNED, runs_board=True), cards=True, begun=True),
        ["* Who drew a card?", "Paper to vote on", "I have a card or a pass"],
    ),
    (facts(OPEN, replace(SIGNED, runs_board=True), begun=True), ["Paper to vote on", "* I have a card or a pass"]),
    # A vote by name
    (facts(SCHEDULED, MEMBER, named=True), []),
    (facts(OPEN, MEMBER, named=True), ["* Vote by name"]),
    (facts(OPEN, SIGNED, named=True), ["* Vote again"]),
    (facts(OPEN, OUT, named=True), []),
    (facts(OPEN, FACILITATOR, named=True), []),
    (facts(OPEN, replace(MEMBER, votes=False), named=True), []),
    # Closed, and the key of the box is here
    (facts(CLOSED), []),
    (facts(CLOSED, MEMBER), []),
    (facts(CLOSED, FACILITATOR), ["Who drew a card?"]),
    (facts(CLOSED, FACILITATOR, cards=True), ["Who drew a card?", "Cards left over"]),
    (facts(CLOSED, FACILITATOR, cards=True, box_is_shut=True), ["Cards left over"]),
    (facts(CLOSED, FACILITATOR, box_is_shut=True), []),
    (facts(CLOSED, TELLER), ["The sheet", "Paper ballots", "* Hand in my part"]),
    (facts(CLOSED, TELLER, parts_in=1), ["The sheet", "* Hand in my part"]),
    (facts(CLOSED, replace(TELLER, part_is_in=True), parts_in=1), ["The sheet"]),
    (facts(CLOSED, OTHER_TELLER), []),
    (facts(CLOSED, replace(TELLER, opens_boxes=False)), []),
    # Closed, and the key of the box was made away from this server
    (facts(CLOSED, TELLER, key_apart=True), ["The sheet", "Paper ballots", "* Close the box for good"]),
    (facts(CLOSED, TELLER, key_apart=True, box_is_shut=True), ["The sheet", "* Open the box"]),
    (facts(CLOSED, OTHER_TELLER, key_apart=True), []),
    (facts(CLOSED, FACILITATOR, key_apart=True, cards=True), ["Who drew a card?", "Cards left over"]),
    # Counted
    (facts(OPENED, FACILITATOR, result=Result.NEEDS_SECOND_BALLOT, next_waits=True), ["* Call the second vote"]),
    (facts(OPENED, FACILITATOR, result=Result.NEEDS_SECOND_BALLOT), []),
    (facts(OPENED, MEMBER, result=Result.NEEDS_SECOND_BALLOT, next_waits=True), []),
    (facts(OPENED, FACILITATOR, result=Result.NEEDS_VOTE, next_waits=True), ["* Call the vote"]),
    (facts(OPENED, MEMBER, result=Result.NEEDS_VOTE, next_waits=True), []),
    (facts(OPENED, READER, result=Result.HEARD), ["* Go to the talk"]),
    (facts(OPENED, FACILITATOR, result=Result.NO_QUORUM, words_wait=True), ["* Back to the talk"]),
    (facts(OPENED, FACILITATOR, result=Result.BLOCKED, words_wait=True), ["* Back to the talk"]),
    (facts(OPENED, FACILITATOR, result=Result.BLOCKED), []),
    (facts(OPENED, MEMBER, result=Result.BLOCKED, words_wait=True), []),
    (facts(CANCELLED, FACILITATOR), []),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "steps"), DOES)
def test_each_stage_says_what_whoever_looks_can_do(asked: Facts, steps: list[str]) -> None:
    assert can_do(asked) == steps


READS = [
    (facts(SCHEDULED, READER), "You have no vote on this one."),
    (facts(SCHEDULED, OUT), "You stepped out of this one."),
    (facts(SCHEDULED, FACILITATOR), "Ask for the cards first."),
    (facts(SCHEDULED, FACILITATOR, begun=True), "So this vote has none."),
    (facts(SCHEDULED, MEMBER, blind=True), "If only one member votes with such a pass"),
    (facts(OPEN, MEMBER, blind=True, partner=True), "the time for a pass is over"),
    (facts(OPEN, MEMBER, blind=True), "This server can make you a pass. You must trust it"),
    (facts(OPEN, SIGNED), "Whoever finds it could vote with it."),
    (facts(SCHEDULED, MEMBER, named=True), "It is not open yet."),
    (facts(OPEN, OUT, named=True), "You stepped out of this one."),
    (facts(OPEN, READER, named=True), "This vote is by name."),
    (facts(CLOSED), "0 of 2 tellers have handed in their part."),
    (facts(CLOSED, parts_in=1), "1 of 2 tellers has handed in their part."),
    (facts(CLOSED, replace(TELLER, part_is_in=True), parts_in=1), "Your part is in."),
    (facts(CLOSED, TELLER, key_apart=True), "After this nothing can be added."),
    (facts(CLOSED, TELLER, cards=True), "Are cards left over?"),
    (facts(CLOSED, key_apart=True), "The key of the box is not on this server."),
    (facts(OPENED, result=Result.NEEDS_SECOND_BALLOT), "One more vote comes before it counts."),
    (facts(OPENED, result=Result.NEEDS_VOTE), "the same words go to a vote"),
    (facts(OPENED, result=Result.HEARD), "This only asked how people feel."),
    (facts(OPENED, result=Result.NO_QUORUM), "This vote decided nothing."),
    (facts(CANCELLED, why_cancelled="The date was wrong."), "Why: The date was wrong."),
]


@pytest.mark.parametrize(("asked", "words"), READS)
def test_each_stage_says_where_the_vote_is(asked: Facts, words: str) -> None:
    assert words in reads(asked)


@pytest.mark.parametrize("looker", [FACILITATOR, TELLER])
def test_of_cards_nothing_is_said_where_there_are_none(looker: Looker) -> None:
    assert "Are cards left over?" in reads(facts(CLOSED, looker, cards=True))
    assert "Are cards left over?" not in reads(facts(CLOSED, looker))


def everyone() -> Iterator[Looker]:
    for answers in product((False, True), repeat=len(fields(Looker))):
        yield Looker(*answers)


def every_vote(looker: Looker) -> Iterator[Facts]:
    for cards, begun, blind, partner in product((False, True), repeat=4):
        for stage, named in product((SCHEDULED, OPEN), (False, True)):
            yield facts(stage, looker, cards=cards, begun=begun, blind=blind, partner=partner, named=named)
    for cards, shut, apart, parts_in in product((False, True), (False, True), (False, True), (0, 1)):
        yield facts(CLOSED, looker, cards=cards, box_is_shut=shut, key_apart=apart, parts_in=parts_in)
    for result, waits in product(Result, (False, True)):
        yield facts(OPENED, looker, result=result, next_waits=waits, words_wait=waits)


def test_no_screen_has_two_main_actions_and_nobody_is_shown_what_their_role_forbids() -> None:
    for looker in everyone():
        for asked in every_vote(looker):
            row = [each for step in next_steps(asked) for each in step.row]
            assert sum(each.is_main for each in row) <= 1, asked
            pages = {each.page for each in row}
            assert looker.runs_board or not pages & {"ballots.print_cards", "ballots.void", "ballots.back"}, asked
            assert looker.keeps_the_box or not pages & {"ballots.enter_paper", "ballots.hand_in_part"}, asked
            assert looker.votes or not pages & {"ballots.drew_card", "ballots.take_pass", "ballots.by_name"}, asked


def test_whatever_happens_the_page_says_something_until_the_record_takes_over() -> None:
    for asked in every_vote(MEMBER):
        assert bool(next_steps(asked)) is (asked.result not in DECIDED)


def test_every_step_is_marked_for_the_catalogue_and_leads_somewhere() -> None:
    for looker in (MEMBER, SIGNED, FACILITATOR, TELLER):
        for asked in every_vote(looker):
            for step in next_steps(asked):
                assert_whole(step)


def assert_whole(step: Step) -> None:
    for each in step.row:
        assert each.words or each.kind is StepKind.FORM
        assert bool(each.page) is (each.kind in (StepKind.LINK, StepKind.POST))


def test_a_proposal_leads_to_a_vote_once_its_text_is_frozen_and_to_a_question_while_it_is_talked_about() -> None:
    led = {
        (status, runs): [(str(step.words), step.is_main) for step in to_a_vote(4, status, runs_board=runs)]
        for status in Status
        for runs in (True, False)
    }
    assert {key: steps for key, steps in led.items() if steps} == {
        (Status.FROZEN, True): [("Call the vote", True)],
        (Status.DISCUSSION, True): [("Ask how people feel", False)],
    }


def test_new_cards_are_the_quiet_way_beside_the_main_one() -> None:
    row = [each for step in next_steps(facts(SCHEDULED, FACILITATOR, cards=True)) for each in step.row]
    assert [str(each.words) for each in row if each.is_quiet] == ["Ask for new cards in their place"]


@pytest.mark.parametrize(
    ("half", "pressed", "read"),
    [
        ({"mine_to_agree": True}, ["Say yes or no"], ""),
        ({"mine_to_finish": True}, ["Make the cards now"], ""),
        ({"is_mine": True}, [], "It waits for a second yes."),
        ({}, [], "Nothing has changed yet."),
    ],
)
def test_what_one_person_asked_for_waits_where_whoever_looks_can_do_their_part(
    half: dict[str, bool], pressed: list[str], read: str
) -> None:
    asked = facts(SCHEDULED, half_agreed=(HalfAgreed("Call this vote off.", "Teal", **half),))
    assert can_do(asked) == pressed
    assert "Teal asks for this: Call this vote off." in reads(asked)
    assert read in reads(asked)


def test_of_several_things_asked_for_one_that_is_mine_is_enough() -> None:
    waiting = (HalfAgreed("Call this vote off.", "Teal", is_mine=True), HalfAgreed("Make it longer.", "Moss"))
    assert "It waits for a second yes." in reads(facts(SCHEDULED, half_agreed=waiting))


def test_whoever_runs_the_board_changes_the_end_of_a_vote_until_it_has_closed() -> None:
    for stage, looker in product(Stage, (*everyone(), FACILITATOR)):
        asked = facts(stage, looker)
        theirs = looker.runs_board and stage in (SCHEDULED, OPEN)
        ends = [(str(step.words), step.page, step.is_quiet) for step in to_change_its_end(asked)]
        assert ends == ([LONGER, CALL_OFF] if theirs else [])
        assert [str(step.words) for step in to_the_partner(asked, "Harbour")] == (
            ["The file for Harbour"] if theirs else []
        )


LONGER, CALL_OFF = ("Make it longer", "ballots.longer", False), ("Call it off", "ballots.call_off", True)
