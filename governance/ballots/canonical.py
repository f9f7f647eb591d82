"""Canonical JSON (RFC 8785) for what a ballot is made of: text, whole numbers, lists and objects.

Written with the standard library alone, so that the verifier in one file needs nothing else for it.
"""

from __future__ import annotations

import json


def canonical(value: object) -> bytes:
    """Return *value* as canonical JSON. Raises ValueError for a float, a key that is no ASCII, or a lone surrogate."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value: object) -> None:
    """Refuse what two programs could write in two ways. Of ASCII keys, every order of letters is the same order."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise ValueError("A name in canonical JSON is made of ASCII letters here.")
        for each in value.values():
            _check(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check(each)
    elif isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise ValueError("A number in canonical JSON has at most 53 bits.")
    elif not (value is None or isinstance(value, str)):
        raise ValueError("Canonical JSON here holds text, whole numbers, lists and objects.")
