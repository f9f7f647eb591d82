"""The program loads without Python looking for rubbish meanwhile: that took a fifth of the time to start.

It begins as soon as this is imported, and `governance/__init__.py` imports it before all that is large.
"""

from __future__ import annotations

import gc

_LOOKED = gc.isenabled()
gc.disable()


def done() -> None:
    """Look again, at what comes from now on: what was loaded stays until the end."""
    gc.freeze()
    if _LOOKED:
        gc.enable()
