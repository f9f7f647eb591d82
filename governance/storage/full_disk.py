"""Whether a database server has just had no room for what it was to write. What its disk holds, only it can see.

All processes of the program know it from one of them: whoever asks whether the site is ready asks any of them. It lies
in memory that they share and nowhere else, for when somebody tried to say something stands in no file.
"""

from __future__ import annotations

import mmap
import struct
from datetime import timedelta

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from governance import clock

DISK_FULL = "53100"  # PostgreSQL, Appendix A: disk_full
LATELY = timedelta(minutes=1)
SECONDS = struct.Struct("d")
# Made before the processes that make pages begin, so that they have the same.
_last = mmap.mmap(-1, SECONDS.size)


def watch(engine: Engine) -> None:
    """Note whenever the server of *engine* says that its disk is full."""

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == DISK_FULL:
            _last[:] = SECONDS.pack(clock.seconds())


def was_lately() -> bool:
    """Whether a database server has said so within the last minute."""
    (last,) = SECONDS.unpack(_last[:])
    return bool(last) and 0 <= clock.seconds() - last < LATELY.total_seconds()
