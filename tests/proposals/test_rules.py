"""The by-laws of a proposal."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from governance.proposals.rules import (
    ASKS_NO_STAFF,
    BEFORE_THE_VOTE,
    LONGEST_LINE,
    LONGEST_REMARK,
    LONGEST_TEXT,
    OPEN_TO_TALK,
    OWN_HOUSE,
    PRINCIPLES,
    STATUS_WORDS,
    STEPS,
    Kind,
    Power,
    ProposalFacts,
    Status,
    already_decided,
    became_of_concern,
    check_back_to_discussion,
    check_may_begin_talk,
    check_may_change_words,
    check_may_raise_again,
    check_may_step_out,
    check_may_take_back,
    check_open_to_talk,
    missing_before_discussion,
    missing_before_freezing,
    needs_two_thirds,
)
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

WHOLE = ProposalFacts(
    title="A fair rule for bans",
    ask="Every ban has an end date.",
    still_open="How long the longest ban is.",
    gets_better="People know when they can come back.",
    could_go_wrong="Someone who was hurt may meet the person too soon.",
    who_it_could_hurt="People who were hurt in the room. We have not asked them yet.",
    principles=frozenset({4, 8}),
    power=Power.SHARED,
)

EMPTY = {"principles": frozenset(), "power": None}


def test_a_whole_proposal_misses_nothing() -> None:
    assert missing_before_discussion(WHOLE) == []
    assert missing_before_freezing(WHOLE) == []


NOT_ALWAYS = (
    "kind", "about_answer", "about_seat", "lacks_numbers", "themes", "about_participants", "changes_record",
)  # fmt: skip
ALWAYS_SAID = [each.name for each in fields(ProposalFacts) if each.name not in NOT_ALWAYS]


@pytest.mark.parametrize("name", ALWAYS_SAID)
def test_each_thing_a_proposal_must_say_has_its_own_sentence(name: str) -> None:
    lacking = replace(WHOLE, **{name: EMPTY.get(name, "  ")})
    assert len(missing_before_freezing(lacking)) == 1


def test_a_change_of_the_charter_says_which_number_and_other_items_need_not() -> None:
    change = replace(WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD)
    assert missing_before_freezing(change) == []
    (lacks,) = missing_before_freezing(replace(change, lacks_numbers=True))
    assert "Say which number of the charter changes" in lacks
    assert missing_before_freezing(replace(WHOLE, lacks_numbers=True)) == []


def test_a_second_look_above_the_director_names_the_answer_it_is_about() -> None:
    above = replace(WHOLE, kind=Kind.SECOND_LOOK_ABOVE_DIRECTOR)
    assert len(missing_before_freezing(above)) == 1
    assert missing_before_freezing(replace(above, about_answer="decision 2026-010")) == []


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        (Kind.REMOVAL, {"about_seat": True}, "whose seat"),
        (Kind.CLOSING_THEMES, {"themes": 2}, "the themes that it closes"),
    ],
)
def test_what_the_board_does_in_its_own_house_names_what_it_is_about(
    kind: Kind, more: dict[str, Any], says: str
) -> None:
    own = replace(WHOLE, kind=kind, power=Power.BOARD)
    (lacks,) = missing_before_freezing(own)
    assert says in lacks
    assert missing_before_freezing(replace(own, **more)) == []


@pytest.mark.parametrize("kind", sorted(OWN_HOUSE))
def test_nobody_else_has_the_last_word_in_the_boards_own_house(kind: Kind) -> None:
    own = replace(WHOLE, kind=kind, about_seat=True, themes=1)
    for power in (Power.SHARED, Power.ADVICE):
        assert len(missing_before_freezing(replace(own, power=power))) == 1
    assert missing_before_freezing(replace(own, power=Power.BOARD)) == []


def test_anyone_can_start_with_a_title_and_an_ask() -> None:
    assert missing_before_discussion(ProposalFacts(title="Water", ask="Fix the fountain.")) == []
    assert missing_before_discussion(ProposalFacts()) == ["Give it a short title.", "Say what you ask for."]


def test_a_principle_there_is_not_does_not_count() -> None:
    assert missing_before_freezing(replace(WHOLE, principles=frozenset({9}))) == [
        "Choose at least one principle it serves."
    ]


def test_fixed_words_open_again_only_with_a_reason() -> None:
    for here in (Status.FROZEN, Status.BALLOT):
        check_back_to_discussion(here, "It said women only. That would turn people away.")
        with pytest.raises(RuleRefused, match="Say why"):
            check_back_to_discussion(here, " ")
    check_back_to_discussion(Status.PARKED, "")


@pytest.mark.parametrize("here", [Status.DECIDED, Status.WITHDRAWN])
def test_what_is_decided_or_taken_back_stays_so(here: Status) -> None:
    assert STEPS[here] == frozenset()
    with pytest.raises(RuleRefused):
        check_back_to_discussion(here, "Try again.")


def test_nothing_is_voted_on_before_its_words_are_fixed() -> None:
    assert [here for here in Status if Status.BALLOT in STEPS[here]] == [Status.FROZEN]
    assert [here for here in Status if Status.DECIDED in STEPS[here]] == [Status.BALLOT]


def test_what_began_before_the_board_was_asked_is_marked() -> None:
    today = date(2026, 11, 23)
    assert already_decided(date(2026, 11, 23), today) == "Already decided"
    assert already_decided(date(2026, 11, 24), today) is None
    assert already_decided(None, today) is None


def test_losing_a_service_a_seat_or_a_charter_rule_takes_two_thirds() -> None:
    assert [kind for kind in Kind if not needs_two_thirds(kind)] == [
        Kind.ORDINARY, Kind.CLOSING_THEMES, Kind.SMALL,
    ]  # fmt: skip


def test_there_are_eight_principles_each_in_one_sentence_or_two() -> None:
    assert list(PRINCIPLES) == list(range(1, 9))
    assert all(each.number == number and each.sentence.endswith(".") for number, each in PRINCIPLES.items())


@pytest.mark.parametrize(("writer", "runs_board"), [(True, False), (False, True), (True, True)])
def test_a_draft_is_its_writers_and_the_facilitators(writer: bool, runs_board: bool) -> None:
    with let_through():
        check_may_change_words(Status.DRAFT, "", writer=writer, runs_board=runs_board)
        check_may_begin_talk(writer=writer, runs_board=runs_board)
        check_may_take_back(writer=writer, by_two=not writer)


def test_a_draft_is_nobody_elses() -> None:
    with pytest.raises(RuleRefused, match="somebody else's"):
        check_may_change_words(Status.DRAFT, "Shorter", writer=False, runs_board=False)
    with pytest.raises(RuleRefused, match="somebody else's"):
        check_may_begin_talk(writer=False, runs_board=False)
    with pytest.raises(RuleRefused, match="Only who wrote it"):
        check_may_take_back(writer=False, by_two=False)


@pytest.mark.parametrize("here", [each for each in Status if each is not Status.DRAFT])
def test_in_the_talk_everybody_may_change_the_words_and_says_why(here: Status) -> None:
    if here is Status.DISCUSSION:
        check_may_change_words(here, "Shorter", writer=False, runs_board=False)
    with pytest.raises(RuleRefused, match="Say why" if here is Status.DISCUSSION else "fixed now"):
        check_may_change_words(here, "  ", writer=True, runs_board=True)


@pytest.mark.parametrize("here", Status)
def test_the_talk_and_stepping_out_have_their_time(here: Status) -> None:
    for act, allowed, why in (
        (lambda: check_open_to_talk(here, stepped_out=False), OPEN_TO_TALK, "not open now"),
        (lambda: check_may_step_out(here), BEFORE_THE_VOTE, "vote has begun"),
    ):
        if here in allowed:
            act()
        else:
            with pytest.raises(RuleRefused, match=why):
                act()


def test_who_stepped_out_is_out_of_the_talk() -> None:
    with pytest.raises(RuleRefused):
        check_may_raise_again(Status.BALLOT, stepped_out=True)
    with pytest.raises(RuleRefused, match="stepped out"):
        check_open_to_talk(Status.DISCUSSION, stepped_out=True)


def test_a_paper_is_no_longer_than_a_tired_person_reads() -> None:
    assert (LONGEST_LINE, LONGEST_REMARK, LONGEST_TEXT) == (120, 2000, 3000)


def test_staff_answer_whatever_is_not_the_boards_own() -> None:
    assert {Kind.CHARTER_CHANGE, Kind.REMOVAL, Kind.CLOSING_THEMES, Kind.SMALL} == ASKS_NO_STAFF


@pytest.mark.parametrize("status", list(Status))
def test_what_became_of_a_concern(status: Status) -> None:
    assert became_of_concern(status, met=True) == "Met"
    became = {Status.DISCUSSION: "Still open", Status.FROZEN: "Still open", Status.DECIDED: "Decided, not met"}
    assert became_of_concern(status, met=False) == became.get(status, STATUS_WORDS[status])


@pytest.mark.parametrize("status", list(Status))
def test_a_concern_is_raised_again_until_it_is_decided(status: Status) -> None:
    may = status in {Status.DISCUSSION, Status.FROZEN, Status.BALLOT}
    with let_through() if may else pytest.raises(RuleRefused):
        check_may_raise_again(status, stepped_out=False)
