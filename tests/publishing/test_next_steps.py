"""What one of the board may do with an alert that waits: its writer does not read it for the board."""

import itertools

import pytest

from governance.publishing.next_steps import of_alert


@pytest.mark.parametrize(("has_read", "wrote_it", "may_read"), list(itertools.product((False, True), repeat=3)))
def test_an_alert_is_read_once_by_another_of_the_board(*, has_read: bool, wrote_it: bool, may_read: bool) -> None:
    words = [step.words for step in of_alert(4, "Blue", has_read=has_read, wrote_it=wrote_it, may_read=may_read)]
    reads = ["I read it. It can go up."] if may_read and not wrote_it else []
    assert words == (["You have read it."] if has_read else reads)


def test_reading_it_is_the_main_thing_there() -> None:
    (step,) = of_alert(4, "Blue", has_read=False, wrote_it=False, may_read=True)
    assert step.is_main
