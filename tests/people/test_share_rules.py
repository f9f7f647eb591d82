"""The by-law of the recovery shares: how many are enough, and what is known of them."""

from __future__ import annotations

import pytest

from governance.people import share_rules as rules
from governance.people.share_rules import HandOver, ShareFacts, ShareState
from governance.permissions.roles import Role

WAITS, OUT = ShareFacts(ShareState.WAITS), ShareFacts(ShareState.OUT)


def over(out: int, **about: object) -> HandOver:
    """A hand-over of which *out* shares are with people and the others wait."""
    shares = [OUT] * out + [WAITS] * (3 - out)
    return HandOver("mark", shares, [None] * 3, **about)  # type: ignore[arg-type]


@pytest.mark.parametrize("out", range(4))
def test_how_far_they_are(out: int) -> None:
    assert (rules.ALL, rules.ENOUGH) == (3, 2)
    assert (over(out).out, over(out).waiting) == (out, 3 - out)
    assert over(out).could_mend is (out >= 2)


@pytest.mark.parametrize("out", range(4))
def test_shares_of_another_key_mend_nothing(out: int) -> None:
    assert not over(out, is_other_key=True).could_mend


@pytest.mark.parametrize(("old", "holds"), [(None, False), (0, False), (1, False), (2, True), (3, True)])
@pytest.mark.parametrize("out", range(4))
def test_of_a_new_key_the_old_shares_count_and_printed_ones_are_not_known(
    old: int | None, holds: bool, out: int
) -> None:
    assert over(out, is_new_key=True, old_out=old).could_mend is holds


def test_somebody_has_one_share_and_nobody_else_is_refused_for_it() -> None:
    has = ShareFacts(ShareState.OUT, 1, of_board=True)
    mine = [has, WAITS, WAITS]
    assert rules.why_not(1, {Role.MEMBER}, mine).startswith("You have a share already.")
    assert rules.why_not(2, {Role.MEMBER}, mine) == ""
    shown = [ShareFacts(ShareState.SHOWN, 1, of_board=True), WAITS, WAITS]
    assert rules.why_not(1, {Role.MEMBER}, shown) == "", "whoever was shown one has none yet"
    assert rules.why_not(2, {Role.MEMBER}, [has] * 3).startswith("No share waits.")


@pytest.mark.parametrize("state", [ShareState.SHOWN, ShareState.OUT])
def test_no_two_are_with_people_of_whom_none_is_of_the_board(state: ShareState) -> None:
    gone = [ShareFacts(state, 1, of_board=False), WAITS, WAITS]
    assert rules.why_not(2, {Role.ADMIN}, gone).startswith("The shares that wait are for people of the board.")
    assert rules.why_not(2, {Role.MEMBER}, gone) == ""
    assert rules.why_not(2, {Role.ADMIN}, [ShareFacts(state, 1, of_board=True), WAITS, WAITS]) == ""
    assert rules.why_not(2, {Role.ADMIN}, [ShareFacts(ShareState.UNKNOWN), WAITS, WAITS]) == "", (
        "what nobody has binds nobody"
    )
