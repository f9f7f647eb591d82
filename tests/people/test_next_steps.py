"""What a reader may do on the readers' page, and whoever takes a recovery share."""

from dataclasses import replace

import pytest

from governance.people.gates import RequestKind
from governance.people.next_steps import OfRequest, of_reader, of_request, of_unsigned, to_take
from governance.ruling.steps import StepKind

REQUEST = OfRequest(3, RequestKind.ENROL, "Mo", "es", is_mine=False)


@pytest.mark.parametrize("kind", list(RequestKind))
def test_whoever_asked_can_only_take_it_back(kind: RequestKind) -> None:
    agree, back = of_request(replace(REQUEST, kind=kind))
    assert (agree.is_main, back.page) == (True, "people.drop_request")
    assert of_request(replace(REQUEST, kind=kind, is_mine=True)) == [back]


def test_a_card_is_made_for_whom_the_page_named() -> None:
    card, _back = of_request(replace(REQUEST, kind=RequestKind.CARD))
    assert (card.page, card.sends) == ("people.agree_to_card", {"alias": "Mo", "language": "es"})
    assert of_request(REQUEST)[0].sends == {}


def test_nobody_signs_for_themselves_or_ends_their_own_reading() -> None:
    assert [step.words for step in of_unsigned(5, "Mo", is_me=False)] == ["Sign for Mo"]
    assert [step.words for step in of_reader(5, "Mo", is_me=False)] == ["Mo should stop reading"]
    assert of_unsigned(5, "Mo", is_me=True) == of_reader(5, "Mo", is_me=True) == []


@pytest.mark.parametrize(
    ("is_mine", "one_waits", "refused", "kinds"),
    [
        (False, False, "", []),
        (False, False, "No share waits.", []),
        (False, True, "", [StepKind.FORM, StepKind.POST]),
        (False, True, "You have one.", [StepKind.TEXT]),
        (True, False, "", [StepKind.TEXT, StepKind.FORM, StepKind.POST]),
        (True, True, "No share waits.", [StepKind.TEXT, StepKind.FORM, StepKind.POST]),
    ],
)
def test_a_share_that_was_shown_is_shown_again(
    refused: str, kinds: list[StepKind], *, is_mine: bool, one_waits: bool
) -> None:  # fmt: skip
    assert [step.kind for step in to_take(is_mine=is_mine, one_waits=one_waits, refused=refused)] == kinds


def test_one_button_of_a_page_is_the_main_one_and_taking_away_stands_back() -> None:
    assert [step.is_quiet for step in of_request(REQUEST)] == [False, True]
    (stop,) = of_reader(5, "Mo", is_me=False)
    assert (stop.is_quiet, stop.is_small) == (True, True)
    *_, take = to_take(is_mine=False, one_waits=True, refused="")
    assert take.is_main
