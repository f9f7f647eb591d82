"""What goes out by itself: lines of drug alerts that an older version put up, and a year to look back on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.board import service as board
from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.publishing.service import alert_lines
from governance.publishing.service.looking_back import to_look_back_on


def tell_alerts(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Say once in the ledger which alerts went up, where a programme comes from an older version."""
    if not alert_lines.all_are_told(session, keys):
        yield lambda writing: alert_lines.tell_those_of_before(writing, moment.today)
    if not alert_lines.is_noted(keys):
        yield lambda writing: alert_lines.note_all_told(keys, moment.today)


def look_back(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Put on the board's agenda that it looks back on the year that has just ended."""
    year = to_look_back_on(session, moment.today)
    if year is not None:
        yield lambda writing: board.look_back_on(writing, year, moment.today)


DUTIES = (
    Duty(alert_lines.ALL_TOLD, tell_alerts, needs=Needs.NO_CLOCK),  # A line holds the day that its row names.
    Duty("look back", look_back),
)
