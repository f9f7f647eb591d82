"""Canonical JSON (RFC 8785) for what a ballot is made of: text, whole numbers, lists and objects.

Written with the standard library alone, so that the verifier in one file needs nothing else for it.
"""

from __future__ import annotations

import json


def canonical(value: object) -> bytes:
    """Return *value* as canonical JSON. Raises ValueError for a float, a key that is no text, or a lone surrogate."""
    _check(value)
    return json.dumps(_in_order(value), ensure_ascii=False, separators=(",", ":")).encode()


def _in_order(value: object) -> object:
    """Return *value* with the names of each object in the order of their UTF-16 code units (RFC 8785 section 3.2.3)."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value, key=_code_units)}
    return [_in_order(each) for each in value] if isinstance(value, list | tuple) else value


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be")


def _check(value: object) -> None:
    """Refuse what two programs could write in two ways."""
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("A name in canonical JSON is text.")
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
