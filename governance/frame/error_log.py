"""The error log: what kind of error, on which day and line of code. Nothing of a page, and no address."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import current_app
from flask.logging import default_handler

from governance.frame import occurrences


def init_app() -> None:
    """Write lines that tell a day and no hour: the hour of a line may be the hour of somebody's visit."""
    default_handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s: %(message)s", "%Y-%m-%d"))


def log_surprise(error: BaseException | None) -> None:
    """Log the kind of *error* and the line of code: nothing of a page that a participant may have asked for."""
    place = error.__traceback__ if error else None
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    occurrences.happened(occurrences.ERROR + type(error).__name__)
    current_app.logger.error("%s at %s", type(error).__name__, where)
