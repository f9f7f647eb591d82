"""What the ledger does by itself: its heads are signed, and kept outside the database too."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger

SOME = 2048  # leaves whose tiles are written in one transaction


def publish(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Sign the heads of both ledgers."""
    for log in ("decisions", "intake"):
        checked, signed = ledger.checked_edge(session, keys, log), ledger.head(session, log)
        for size in range((signed.size if signed else 0) + SOME, checked.size, SOME):
            yield partial(ledger.keep_tiles, log=log, size=size)  # Else the head would write those of a large day.
        yield partial(ledger.publish_head, keys=keys, log=log, today=moment.today, checked=checked)


def keep_heads(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Keep what was signed last in the key folder too, once it is committed and before a witness sees it."""
    yield lambda writing: ledger.keep_heads(writing, keys)


DUTIES = (Duty("publish", publish), Duty("keep heads", keep_heads, needs=Needs.NO_CLOCK))
