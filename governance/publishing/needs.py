"""What needs me now, of drug alerts: those that two of the board read before they go up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.publishing.rules import AlertState
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class AlertToRead:
    """An alert, as it is for whoever looks."""

    title: str
    state: AlertState
    wrote_it: bool = False
    read_it: bool = False


def needs(alerts: Iterable[AlertToRead]) -> list[Need]:
    """Return a line for each alert that waits for this reader: not their own, and not read yet."""
    why, word = N_("Two of us read it before it goes up."), N_("Alert to read")
    return [
        Need(Rank.SAFETY, each.title, why, word, "new", "publishing.board_alerts")
        for each in alerts
        if each.state is AlertState.WAITING and not each.wrote_it and not each.read_it
    ]
