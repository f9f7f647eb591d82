"""The error log: what kind of error, on which day and line of code. Nothing of a page, and no address.

Every line of the program and of its server has this one form. It tells a day and no hour: the hour of a line may be the
hour of somebody's visit. A traceback is not written, since what an error says may repeat what somebody typed.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import Any

from flask import current_app
from flask.logging import default_handler

from governance.frame import occurrences

UNEXPECTED = "%s at %s"


class DayLine(logging.Formatter):
    """A day, how bad it is, and the words; of an error that comes with it, its kind and place alone."""

    def __init__(self, *_: Any) -> None:
        """Whoever sets this up, as the server does, has no say in the form."""
        super().__init__("[%(asctime)s] %(levelname)s: %(message)s", "%Y-%m-%d")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of *record*."""
        error = record.exc_info[1] if record.exc_info else None
        bare = logging.makeLogRecord({**vars(record), "exc_info": None, "exc_text": None, "stack_info": None})
        return super().format(bare) + (" ({} at {})".format(*_kind_and_place(error)) if error else "")


SERVER = {
    "formatters": {name: {"()": "governance.frame.error_log.DayLine"} for name in ("generic", "access")}
}  # What granian's own settings of its log are overwritten with.


def init_app() -> None:
    """Write the lines of this program and of its libraries in the one form."""
    default_handler.setFormatter(DayLine())
    logging.getLogger().addHandler(default_handler)


def init_process() -> None:
    """Write what nobody catches in this process as one line too."""
    sys.excepthook = lambda kind, error, traceback: log_outside_pages(error)
    logging.raiseExceptions = False  # A line that cannot be written would be told with all that stood in it.
    threading.excepthook = lambda given: log_outside_pages(given.exc_value)


def log_surprise(error: BaseException | None) -> None:
    """Log the kind of *error* and the line of code: nothing of a page that a participant may have asked for."""
    occurrences.happened(occurrences.ERROR + type(error).__name__)
    current_app.logger.error(UNEXPECTED, *_kind_and_place(error))


def log_outside_pages(error: BaseException | None) -> None:
    """Log an error where there is no page around it: in the gateway, in a thread."""
    logging.getLogger("governance").error(UNEXPECTED, *_kind_and_place(error))


def tell_operator(words: str) -> None:
    """Write a line for whoever runs the program. *words* are its own: nothing that anybody typed."""
    logging.getLogger("governance").warning("%s", words)


def _kind_and_place(error: BaseException | None) -> tuple[str, str]:
    place = error.__traceback__ if error else None
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    return type(error).__name__, where
