"""How often something happened to this process, by kind: in memory, for an error may be that nothing can be written.

Each minute it is written down for its day (`governance/health/figures.py`). Nothing here tells who, what or when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from flask import Flask, current_app

SIGN_IN_REFUSED = "sign-in refused"
ERROR = "error "  # Before the kind of an error.
COUNTED = "occurrences"
_turn = Lock()


def happened(what: str) -> None:
    """Count one more *what*."""
    with _turn:
        current_app.extensions.setdefault(COUNTED, Counter())[what] += 1


def taken_from(app: Flask) -> dict[str, int]:
    """Return what was counted, and begin anew."""
    with _turn:
        return dict(app.extensions.pop(COUNTED, {}))


def put_back(app: Flask, counts: Mapping[str, int]) -> None:
    """Count again what could not be written down."""
    with _turn:
        app.extensions.setdefault(COUNTED, Counter()).update(counts)
