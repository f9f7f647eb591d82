"""What the ledger does by itself: its heads are signed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.rounds import Duty, Moment


def publish(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Sign the heads of both ledgers."""
    for log in ("decisions", "intake"):
        ledger.publish_head(session, keys, log, moment.today)


DUTIES = (Duty("publish", publish),)
