"""What somebody typed is shown again when a request fails after its view, where no view can catch it."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from flask.typing import ResponseReturnValue

from governance.frame.error_log import log_surprise


def show_again(page: Callable[[str, int], ResponseReturnValue]) -> None:
    """Have *page*, called with a sentence and a status, give back what was typed if this request fails from here on.

    The commit comes after the view, and a disk may be full only then: no view can catch that by itself.
    """
    g.again = page


def typed_again(sentence: str, status: int) -> ResponseReturnValue | None:
    """Return the page that the view has named, with everything that was typed, or None when it named none."""
    page = g.pop("again", None)
    if page is None:
        return None
    try:
        return page(sentence, status)
    except Exception as error:
        log_surprise(error)
        return None
