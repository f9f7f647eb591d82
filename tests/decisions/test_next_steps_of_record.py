"""What comes next with a record: a draft is completed and adopted by two, a published one is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from governance.decisions.next_steps import (
    WAITS,
    Facts,
    Form,
    Mine,
    Published,
    RecordRequest,
    next_steps,
    of_public_page,
    to_complete,
    to_disagree,
)
from governance.ruling.steps import StepKind

DRAFT = Facts("2026-001")
DAY = date(2027, 3, 1)
PRESSED = (StepKind.LINK, StepKind.POST)


def can_do(facts: Facts) -> list[str]:
    return [str(each.words) for step in next_steps(facts) for each in step.row if each.kind in PRESSED]


def said(facts: Facts) -> list[str]:
    return [str(step.words) for step in next_steps(facts) if step.kind not in PRESSED]


def published(*, runs_board: bool = False, **known: object) -> Facts:
    return Facts("2026-001", Published(**known), runs_board=runs_board)


# A draft


def test_a_draft_says_what_is_missing_and_nothing_else() -> None:
    only = next_steps(replace(DRAFT, missing=["Say why."], asked="They wait.", writes=True))
    assert [(step.kind, step.words) for step in only] == [(StepKind.LIST, "Before it can be published")]
    assert [each.words for each in only[0].beside] == ["Say why."]


@pytest.mark.parametrize(("runs_board", "page"), [(True, "responses.adopt"), (False, "responses.adopt_left_lying")])
def test_a_whole_draft_is_to_be_adopted_by_who_writes_it(page: str, *, runs_board: bool) -> None:
    ask = next_steps(replace(DRAFT, writes=True, runs_board=runs_board))[1]
    assert (ask.words, ask.page, ask.at) == ("Ask to adopt and publish", page, {"number": "2026-001"})
    assert ask.is_main


def test_others_read_that_nothing_is_missing() -> None:
    assert can_do(DRAFT) == []
    assert len(said(DRAFT)) == 1


def test_while_the_words_wait_for_a_yes_nobody_asks_again() -> None:
    facts = replace(DRAFT, asked="They wait.", writes=True, runs_board=True)
    assert can_do(facts) == []
    assert said(facts)[1:] == ["They wait."]


def forms(facts: Facts) -> list[str]:
    return [step.state for step in to_complete(facts) if step.kind is StepKind.FORM]


def test_a_draft_is_written_by_who_may_until_its_words_wait_for_a_yes() -> None:
    writer = replace(DRAFT, writes=True, runs_board=True)
    assert forms(writer) == [Form.COMPLETE]
    assert forms(DRAFT) == forms(replace(writer, asked="They wait.")) == []
    assert forms(replace(writer, asked="They wait.", refused=True)) == [Form.COMPLETE], "what was typed is not lost"
    assert forms(replace(writer, published=Published())) == []


def test_who_writes_it_because_it_lay_too_long_reads_so() -> None:
    assert [step.kind for step in to_complete(replace(DRAFT, writes=True))] == [StepKind.NOTE, StepKind.FORM]
    assert [step.kind for step in to_complete(replace(DRAFT, writes=True, asked="They wait."))] == [StepKind.NOTE]


# A published record

SEE, SAY, CORRECT = "See it as the public does", "Say what came of it", "Write a correction"


@pytest.mark.parametrize(
    ("facts", "row"),
    [
        (published(), [SEE]),
        (published(is_near=True), [SEE, SAY]),
        (published(is_near=True, replaced_by="2026-004"), [SEE, "Take it up again"]),
        (published(runs_board=True), [SEE, CORRECT]),
        (published(runs_board=True, is_near=True), [SEE, SAY, CORRECT]),
        (published(runs_board=True, is_near=True, waits=RecordRequest.LOOK), [SEE]),
        (published(runs_board=True, is_near=True, waits=RecordRequest.CORRECTION), [SEE, SAY]),
    ],
)
def test_a_published_record_says_in_one_row_what_can_be_done(facts: Facts, row: list[str]) -> None:
    assert can_do(facts) == row


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (published(), []),
        (published(look_on=DAY), ["We look again on 2027-03-01."]),
        (published(look_on=DAY, replaced_by="2026-004"), ["It is over. Decision 2026-004 took its place."]),
        (published(look_on=DAY, waits=RecordRequest.LOOK, replaced_by="2026-004"), [WAITS[RecordRequest.LOOK]]),
        (published(look_on=DAY, waits=RecordRequest.CORRECTION), [WAITS[RecordRequest.CORRECTION]]),
    ],
)
def test_and_one_thing_of_where_it_stands(facts: Facts, words: list[str]) -> None:
    assert said(facts) == words


def test_a_replaced_decision_that_can_be_taken_up_again_says_how() -> None:
    over, how = said(published(is_near=True, replaced_by="2026-004"))
    assert over == "It is over. Decision 2026-004 took its place."
    assert how == "Say that it stands, and it counts again too. Another of the board must say yes."


def test_only_the_newest_version_is_corrected_from_its_public_page() -> None:
    (correct,) = of_public_page("2026-001", runs_board=True, is_newest=True)
    assert (correct.page, correct.at) == ("decisions.correct", {"number": "2026-001"})
    assert of_public_page("2026-001", runs_board=True, is_newest=False) == []
    assert of_public_page("2026-001", runs_board=False, is_newest=True) == []


# Disagreement in a draft


def disagreement(mine: Mine | None = None, *, votes: bool = True, speaks_for: int = 0) -> list[tuple[StepKind, str]]:
    steps = to_disagree("2026-001", votes=votes, mine=mine, speaks_for=speaks_for)
    return [(each.kind, str(each.words)) for step in steps for each in step.row]


def test_a_member_who_said_nothing_so_far_is_asked_once() -> None:
    asked, say = to_disagree("2026-001", votes=True, mine=None, speaks_for=0)
    assert (asked.kind, say.words, say.page) == (StepKind.TEXT, "I disagreed", "decisions.dissent")


CHOSEN = (StepKind.TEXT, "You chose: My words.")
CHANGE = [(StepKind.LINK, "Change it"), (StepKind.POST, "Take it back")]


def test_who_said_how_can_change_it_or_take_it_back() -> None:
    assert disagreement(Mine("My words")) == [CHOSEN, *CHANGE]
    assert disagreement(Mine("My words", "It will be long.")) == [CHOSEN, (StepKind.FORM, "It will be long."), *CHANGE]


def test_who_waits_for_the_facilitators_words_reads_so_until_they_are_there() -> None:
    asked = Mine("My words", facilitator_speaks=True)
    assert [kind for kind, _ in disagreement(asked)] == [StepKind.TEXT, StepKind.NOTE, StepKind.LINK, StepKind.POST]
    assert disagreement(replace(asked, text="They worry."))[1] == (StepKind.FORM, "They worry.")


def test_who_has_no_vote_is_asked_nothing_and_the_facilitator_speaks_for_others() -> None:
    assert disagreement(votes=False) == disagreement(Mine("My words"), votes=False) == []
    speak = (StepKind.FORM, "Someone asks you to say it for them")
    assert disagreement(votes=False, speaks_for=2) == [speak]
    assert disagreement(speaks_for=1)[-1] == speak


def test_what_is_seldom_wanted_stands_back() -> None:
    (row,) = [step.row for step in next_steps(published(runs_board=True)) if step.kind is StepKind.LINK]
    assert {str(each.words): each.is_quiet for each in row} == {SEE: False, CORRECT: True}
    *_, change = to_disagree("2026-001", votes=True, mine=Mine("My words"), speaks_for=0)
    assert [each.is_quiet for each in change.row] == [False, True]
