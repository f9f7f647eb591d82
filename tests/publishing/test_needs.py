"""What needs me now, of drug alerts."""

import pytest

from governance.publishing.needs import AlertToRead, needs
from governance.publishing.rules import AlertState


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("wrote_it", [False, True])
@pytest.mark.parametrize("read_it", [False, True])
def test_an_alert_waits_for_who_neither_wrote_nor_read_it(state: AlertState, *, wrote_it: bool, read_it: bool) -> None:
    found = needs([AlertToRead("Fentanyl in blue pills", state, wrote_it=wrote_it, read_it=read_it)])
    waits = state is AlertState.WAITING and not wrote_it and not read_it
    assert [each.title for each in found] == (["Fentanyl in blue pills"] if waits else [])
