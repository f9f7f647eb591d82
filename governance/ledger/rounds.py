"""What the ledger does by itself: its heads are signed, and kept outside the database too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.rounds import Duty, Moment, Needs


def publish(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Sign the heads of both ledgers."""
    for log in ("decisions", "intake"):
        ledger.publish_head(session, keys, log, moment.today)


def keep_heads(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Keep what was signed last in the key folder too, once it is committed and before a witness sees it."""
    ledger.keep_heads(session, keys)


DUTIES = (Duty("publish", publish), Duty("keep heads", keep_heads, needs=Needs.NO_CLOCK))
