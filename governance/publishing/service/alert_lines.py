"""Drug alerts as they went up: the line of the ledger that holds each word of one, and what a page shows of it.

Those that an older version put up get their lines once. That this was done stands in the key folder as well, where the
owner of the database cannot take it away: else a row put in by hand would get an honest line, as one of before.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from governance.clockwork.rounds import DutyDone
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.publishing.models import Alert
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED

KIND = "alert"  # Of the line in the ledger.
WORDS = ("title", "place", "told", "tested", "how_sure", "what_helps", "where_to_check", "who_says")
LANGUAGE = "language"
ALL_TOLD = "tell the alerts"  # The duty of a programme that comes from an older version, and the row that it is done.
NOTE = "alerts-told"  # In the key folder.
# How the text of a line begins: canonical JSON has its names in their order, so the last day stands in one place.
LOST = '{"kind":"lost"'  # What stands in the place of a line that the board let go of begins so.
BEGINS, ENDS_AT, DAY = {1: '{"day":"', 19: '","ends":"'}, 29, 10


def line_of(alert: Alert) -> dict[str, Any]:
    """Return what the ledger holds of an alert that went up: each word of it, its language, the day and the last day.

    Of one without a language, the line says none: so do the lines of an older version.
    """
    day = alert.posted_on.isoformat() if alert.posted_on else None
    words = {name: getattr(alert, name) for name in WORDS} | ({LANGUAGE: alert.language} if alert.language else {})
    return {**words, "day": day, "ends": alert.ends_on.isoformat()}


def tell(session: Session, alert: Alert) -> None:
    """Write the line of an alert that goes up."""
    alert.leaf = ledger.append(session, "decisions", KIND, line_of(alert))
    session.flush()


def is_noted(keys: KeyFolder) -> bool:
    """Whether the key folder says that each alert has its line."""
    return bool(keys.noted(NOTE))


def note_all_told(keys: KeyFolder, today: date) -> None:
    """Say in the key folder that each alert has its line. Call it when `tell_those_of_before` is committed."""
    with keys.noting(NOTE) as noted:
        noted.setdefault("day", today.isoformat())


def all_are_told(session: Session, keys: KeyFolder) -> bool:
    """Whether each alert that went up has its line: those of an older version, which wrote none, are told once.

    The row says so too, for a key folder that was lost and came back from the escrow, without the note.
    """
    return is_noted(keys) or session.get(DutyDone, ALL_TOLD) is not None


def tell_those_of_before(session: Session, today: date) -> None:
    """Write the line of each alert that went up before the program wrote any. Safe to do twice."""
    without = select(Alert).where(Alert.posted_on.is_not(None), Alert.leaf.is_(None)).with_for_update()
    for alert in session.scalars(without.order_by(Alert.posted_on, Alert.id)):
        tell(session, alert)
    session.merge(DutyDone(name=ALL_TOLD, day=today))
    session.flush()


def is_up_by(line: type[Leaf], today: date) -> ColumnElement[bool]:
    """Return the condition that *line* is that of an alert whose last day is not over."""
    return and_(_is_of_an_alert(line), ledger.part_of(line, ENDS_AT, DAY) >= today.isoformat())


def _is_of_an_alert(line: type[Leaf]) -> ColumnElement[bool]:
    begins = [ledger.part_of(line, at, len(text)) == text for at, text in BEGINS.items()]
    return and_(ledger.has(line, f'"kind":"{KIND}"'), *begins)


def without_row(line: type[Leaf]) -> ColumnElement[bool]:
    """Return the condition that no alert names *line*, which is one of the decisions: its row was taken out."""
    return and_(line.log == "decisions", line.number.not_in(select(Alert.leaf).where(Alert.leaf.is_not(None))))


def taken_out(session: Session, limit: int) -> list[Alert]:
    """Return alerts that went up and whose rows were taken out, as their lines hold them, the newest first."""
    lines = select(Leaf).where(without_row(Leaf), _is_of_an_alert(Leaf))
    return [of_line(line) for line in session.scalars(lines.order_by(Leaf.number.desc()).limit(limit))]


def is_up(alert: type[Alert], line: type[Leaf], today: date) -> ColumnElement[bool]:
    """Return the condition that *alert* is up: by the last day in its *line*, and by its row where it names none.

    One whose line is gone, is another's or is not what was hashed stays up, with a doubt, until the line is brought
    back: nobody can know its last day, and nobody takes a warning down by spoiling a line. Where the board let go of
    that line in public, no line comes back: its row alone says until when it stays up, with the same doubt.
    """
    its_own, by_line = _is_of_an_alert(line), is_up_by(line, today)
    let_go = and_(ledger.has(line, LOST), ledger.part_of(line, 1, len(LOST)) == LOST)
    spoilt = and_(alert.leaf.is_not(None), or_(line.number.is_(None), ~its_own & ~let_go))
    by_row = and_(or_(alert.leaf.is_(None), let_go), alert.posted_on.is_not(None), alert.ends_on >= today)
    return or_(by_line, spoilt, by_row)


def comes_last(line: type[Leaf]) -> ColumnElement[int]:
    """Return 1 where the number of *line* says nothing of when the alert that names it went up, else 0.

    There is no line, or it is a sound one of something else; or it was spoilt, while a sound line of an alert is named
    by none, so that the row may be hooked to another than its own. Else an old alert could be put before the newest.
    """
    bare = aliased(Leaf)
    is_any_bare = exists().where(without_row(bare), _is_of_an_alert(bare))
    own = (_is_of_an_alert(line), 0)
    return case((line.number.is_(None), 1), own, (or_(ledger.is_held(line), is_any_bare), 1), else_=0)


def shown(session: Session, keys: KeyFolder, alert: Alert, line: Leaf | None) -> tuple[Alert, str]:
    """Return an alert in the words that went up, and what is doubtful about its row, or "".

    One that waits for its readers names no line, and is shown to the board and its helpers alone. Nor does one of an
    older version, until the first round after the upgrade.
    """
    if alert.leaf is None and (alert.posted_on is None or not all_are_told(session, keys)):
        return alert, ""
    held = line.facts if line else {}
    if held.get("kind") != KIND:
        return alert, NOT_AS_PUBLISHED
    if line_of(alert).items() <= held.items() and held.get(LANGUAGE) == alert.language:
        return alert, ""
    return _restored(alert, held), CHANGED_SINCE


def is_own(line: Leaf | None) -> bool:
    """Whether *line* is a sound one of an alert."""
    return line is not None and line.facts.get("kind") == KIND


def of_line(line: Leaf) -> Alert:
    """Return the alert that *line* holds, where no row is left. It belongs to no session and is never stored."""
    return Alert(leaf=line.number, **_words_in(line.facts))


def _restored(alert: Alert, held: dict[str, Any]) -> Alert:
    """Return a copy of *alert* that says what went up. It belongs to no session and is never stored."""
    columns = {column.key: getattr(alert, column.key) for column in Alert.__table__.columns}
    return Alert(**columns | _words_in(held))


def _words_in(held: dict[str, Any]) -> dict[str, Any]:
    days = {"posted_on": date.fromisoformat(held["day"]), "ends_on": date.fromisoformat(held["ends"])}
    return {name: held[name] for name in WORDS} | {LANGUAGE: held.get(LANGUAGE)} | days
