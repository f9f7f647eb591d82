"""Pages that stretch words (Argon2id) go one after the other in a lane of their own, so no other page waits for them.

The lane has few places. Whoever finds none is told so at once, in a sentence, with what was typed still there
(`governance/frame/gateway.py` leads requests here; without it, as under a test, every page has room).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from governance.frame.public_address import below, folder_of
from governance.ruling.sentences import N_

View = TypeVar("View", bound=Callable[..., object])
PLACES = 8  # In each process, at about a quarter of a second each: nobody in the lane waits longer than two seconds.
NO_ROOM = "governance.no_room"
FULL = N_("Many people are trying at once. Nothing was looked at yet. Wait a few seconds and press again.")
BEHIND_OTHERS = 10  # The nice value of the lane's thread: where all cores are busy, other pages go first.


def slow(view: View) -> View:
    """Mark *view*: what is sent to it goes through the lane."""
    view.is_slow = True  # type: ignore[attr-defined]
    return view


def is_slow(app: Flask, path: str) -> bool:
    """Whether what is sent to *path* goes through the lane."""
    try:
        endpoint, _ = app.url_map.bind("").match(below(folder_of(app.config["SETTINGS"]), path), method="POST")
    except HTTPException:
        return False
    return is_marked(app.view_functions[endpoint])


def is_marked(view: Callable[..., object]) -> bool:
    """Whether *view* is one of those that go through the lane."""
    return bool(getattr(view, "is_slow", False))


def is_full() -> bool:
    """Whether this request found no place in the lane. Then a view stretches nothing."""
    return NO_ROOM in request.environ


def one_thread() -> ThreadPoolExecutor:
    """Return the thread of the lane."""
    return ThreadPoolExecutor(1, thread_name_prefix="slow", initializer=_behind_others)


def _behind_others() -> None:
    """Let other pages go first, where the system allows it: a lane that may not stand back is still a lane.

    Whatever this raised would end the thread, and with it every page of the lane for as long as the process lives.
    """
    if sys.platform == "linux":  # Elsewhere a thread has no priority of its own to give away.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND_OTHERS)
