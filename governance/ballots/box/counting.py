"""The count walks one way: close, fix the root, open, tally, bundle, publish. Each step takes what the one before gave.

`handing_in.py` (the two tellers), `recovering.py` (one of them and the board) and `apart.py` (a key that was never on
the server) are entrances onto this way: they differ in who opens the box and how, and in nothing that comes after.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.ballots.box.bundling import bundle
from governance.ballots.box.forgetting import nothing_waits
from governance.ballots.box.opening import OpenedBox
from governance.ballots.box.publishing import publish
from governance.ballots.box.tallying import tally
from governance.ballots.models import Count
from governance.keys.keyfolder import KeyFolder


def count(session: Session, keys: KeyFolder, opened: OpenedBox) -> Count:
    """Count a box that was opened, and publish its result: the way from where tellers are not needed any more."""
    nothing_waits(session, opened.ballot)
    return publish(session, bundle(session, keys, tally(session, keys, opened)))
