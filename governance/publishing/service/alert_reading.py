"""Who of the board has read an alert: each reading carries a mark, over the reader and each word that was read.

So a reading that somebody puts in by hand counts for nothing, nor does one of other words than those that stand now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.publishing import rules
from governance.publishing.models import Alert, AlertReader
from governance.publishing.service import alert_lines

READING = "publishing alert"  # What such a first yes is given to, in its mark.


def of(keys: KeyFolder, alert: Alert, account_id: int) -> AlertReader:
    """Return that this account has read *alert*, as it stands."""
    mark = people.mark_first(keys, READING, *_whole(alert, account_id))
    return AlertReader(alert_id=alert.id, account_id=account_id, mark=mark)


def readers(session: Session, keys: KeyFolder, alerts: Sequence[Alert], today: date) -> dict[int, set[int]]:
    """Return who has read each of these alerts, by its id. Never for a public page.

    A reading ends with the last day of the alert: the mark is over both its days. What went up has had its readers.
    """
    by_id, found = {alert.id: alert for alert in alerts}, dict[int, set[int]]()
    for row in session.scalars(select(AlertReader).where(AlertReader.alert_id.in_(by_id))):
        alert = by_id[row.alert_id]
        runs = alert.leaf is not None or alert.written_on <= today <= alert.ends_on
        if runs and _holds(keys, alert, row):
            found.setdefault(row.alert_id, set()).add(row.account_id)
    return found


def vouched_for(session: Session, keys: KeyFolder, lost: Collection[int], today: date) -> set[int]:
    """Return which of the lines *lost* an alert names that two of the board have read in the words it has.

    By such a line alone whoever owns the database could have an alert of their own pass for one that went up. One of
    an older version has readings that nothing vouches for: once its time is over, that is told of it and no more.
    """
    named = session.scalars(select(Alert).where(Alert.leaf.in_(lost))).all()
    read, found = readers(session, keys, named, today), set()
    unmarked = select(AlertReader.alert_id).where(AlertReader.alert_id.in_([each.id for each in named]))
    older = set(session.scalars(unmarked.where(AlertReader.mark.is_(None))))
    for alert in named:
        is_over = alert.id in older and alert.ends_on < today
        if alert.leaf is not None and (is_over or len(read.get(alert.id, ())) >= rules.READERS_NEEDED):
            found.add(alert.leaf)
    return found


def not_as_read(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield which alerts wait with a reading that this program did not take, or that was of other words."""
    waiting = select(Alert, AlertReader).join(AlertReader, AlertReader.alert_id == Alert.id)
    waiting = waiting.where(Alert.posted_on.is_(None), Alert.leaf.is_(None)).order_by(Alert.id, AlertReader.account_id)
    for alert, row in session.execute(waiting):
        if row.mark is not None and not _holds(keys, alert, row):
            yield f"That a board member has read the alert “{alert.title}” was put in by hand, or was of other words."


def _holds(keys: KeyFolder, alert: Alert, row: AlertReader) -> bool:
    return people.is_marked(row.mark, keys, READING, *_whole(alert, row.account_id))


def _whole(alert: Alert, account_id: int) -> tuple[int, int, int, str, str]:
    said = alert_lines.line_of(alert) | {"day": alert.written_on.isoformat()}  # The day it goes up comes later.
    return alert.id, account_id, alert.writer_account_id, rfc8785.dumps(said).decode(), alert.language or ""
