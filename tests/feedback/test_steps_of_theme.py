"""What a reader may do with a theme: to close what people brought takes a vote of the board."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.feedback.next_steps import ONLY_A_VOTE, OfTheme, of_request, steps_of_member, steps_of_theme
from governance.ruling.steps import StepKind

BROUGHT = OfTheme(7)


def can_do(facts: OfTheme) -> list[str]:
    return [str(each.words) for step in steps_of_theme(facts) for each in step.row if each.kind is not StepKind.SMALL]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({}, ["Ask staff for an answer"]),
        ({"writes": True}, ["Write a proposal", "Ask staff for an answer"]),
        ({"is_empty": True}, ["Ask staff for an answer", "Ask to close it for good"]),
        ({"decided": ["2026-001"]}, ["Ask staff for an answer", "Ask to close it, by record 2026-001"]),
        (
            {"decided": ["2026-001", "2026-004"], "is_empty": True, "writes": True},
            [
                "Write a proposal", "Ask staff for an answer",
                "Ask to close it, by record 2026-001", "Ask to close it, by record 2026-004",
            ],
        ),
    ],
)  # fmt: skip
def test_a_theme_says_in_one_row_what_can_be_done(change: dict[str, object], row: list[str]) -> None:
    assert can_do(replace(BROUGHT, **change)) == row


def test_what_people_brought_and_no_vote_decided_says_what_closes_it() -> None:
    assert [str(step.words) for step in steps_of_theme(BROUGHT)][1:] == [ONLY_A_VOTE]
    for change in ({"is_empty": True}, {"decided": ["2026-001"]}):
        assert len(steps_of_theme(replace(BROUGHT, **change))) == 1


def test_it_is_closed_by_the_record_that_its_button_names() -> None:
    close = steps_of_theme(replace(BROUGHT, decided=["2026-001"]))[0].beside[0]
    assert (close.page, close.at, close.sends) == ("feedback.close_theme", {"theme_id": 7}, {"record": "2026-001"})
    assert close.is_quiet


def test_with_a_closed_theme_nothing_is_to_do() -> None:
    assert steps_of_theme(OfTheme(7, is_closed=True, is_empty=True, decided=["2026-001"], writes=True)) == []


@pytest.mark.parametrize(
    ("facts", "keeps_themes", "pages"),
    [
        (BROUGHT, False, []),
        (replace(BROUGHT, writes=True), False, ["proposals.new"]),
        (replace(BROUGHT, writes=True), True, ["proposals.new", "feedback.theme"]),
        (replace(BROUGHT, writes=True, is_closed=True), True, ["feedback.theme"]),
    ],
)
def test_a_member_writes_from_a_theme_that_is_open(facts: OfTheme, pages: list[str], *, keeps_themes: bool) -> None:
    assert [step.page for step in steps_of_member(facts, keeps_themes=keeps_themes)] == pages


def test_a_request_to_hide_waits_for_who_did_not_ask() -> None:
    assert (of_request(mine=True), of_request(mine=False)) == ("You asked", "Read it, then agree or leave it shown")


def test_closing_for_good_stands_back() -> None:
    (row,) = [step.row for step in steps_of_theme(replace(BROUGHT, is_empty=True)) if step.kind is not StepKind.SMALL]
    assert {str(each.words): each.is_quiet for each in row} == {
        "Ask staff for an answer": False,
        "Ask to close it for good": True,
    }
