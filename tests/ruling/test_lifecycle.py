"""Every life cycle of the product: each state is reached, and the ends are the ones we mean."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from governance.board import rules as board
from governance.proposals import rules as proposals
from governance.responses import commitments
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step, endings, reachable

LIFE_CYCLES = [
    (proposals.STEPS, proposals.Status.DRAFT, {proposals.Status.DECIDED, proposals.Status.WITHDRAWN}),
    (board.AGENDA_STEPS, board.AgendaState.WAITING, set()),  # Nobody takes a matter off the agenda for good.
    (commitments.STEPS, commitments.Commitment.PROMISED, {commitments.Commitment.DONE}),
]


@pytest.mark.parametrize(("steps", "start", "ends"), LIFE_CYCLES)
def test_a_life_cycle_names_every_state_and_each_can_be_reached(
    steps: Mapping[Any, frozenset[Any]], start: StrEnum, ends: set[StrEnum]
) -> None:
    assert set(steps) == set(type(start))
    assert reachable(steps, start) == set(type(start))
    assert endings(steps) == ends


@pytest.mark.parametrize(("steps", "start", "ends"), [cycle for cycle in LIFE_CYCLES if cycle[2]])
def test_from_every_state_an_end_can_be_reached(
    steps: Mapping[Any, frozenset[Any]], start: StrEnum, ends: set[StrEnum]
) -> None:
    assert all(reachable(steps, state) & ends for state in steps)


@pytest.mark.parametrize(("steps", "start", "ends"), LIFE_CYCLES)
def test_every_pair_of_states_is_a_step_in_the_table_or_is_refused(
    steps: Mapping[Any, frozenset[Any]], start: StrEnum, ends: set[StrEnum]
) -> None:
    for here in steps:
        for there in steps:
            if there in steps[here]:
                check_step(steps, here, there)
            else:
                with pytest.raises(RuleRefused, match="Look at the page again"):
                    check_step(steps, here, there)


def test_a_refusal_may_bring_its_own_sentence() -> None:
    with pytest.raises(RuleRefused, match=r"^Not from here\.$"):
        check_step(proposals.STEPS, proposals.Status.DECIDED, proposals.Status.DRAFT, "Not from here.")
