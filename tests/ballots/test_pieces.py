"""Reading canonical JSON piece by piece: the same as reading it whole, and as strict, wherever a window ends."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.bundle import pieces
from governance.ballots.bundle.canonical import canonical

LONG = frozenset({"list", "part.list"})
WINDOWS = st.integers(1, 40)
SIGNS = st.characters(codec="utf-8")
WHOLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(SIGNS, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=8,
)
LISTS = st.lists(WHOLE, max_size=8)
OBJECTS = st.fixed_dictionaries(
    {}, optional={"a": WHOLE, "list": LISTS, "part": st.fixed_dictionaries({}, optional={"list": LISTS, "z": WHOLE})}
)


def read(body: bytes, window: int) -> tuple[Any, str]:
    """What is in *body*, long lists gone through twice, and its digest; windows are made small to be met."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "WINDOW", window)
        document = pieces.read(io.BytesIO(body), LONG)
        return whole(document.parts), document.digest()


def whole(found: Any) -> Any:
    if isinstance(found, pieces.LongList):
        first = list(found)
        assert len(first) == len(found)
        assert list(found) == first
        return first
    return {name: whole(each) for name, each in found.items()} if isinstance(found, dict) else found


def refused(work: Callable[..., object], *given: Any) -> bool:
    try:
        work(*given)
    except ValueError:
        return True
    return False


def is_canonical(body: bytes) -> bool:
    try:
        found = json.loads(body)
        return isinstance(found, dict) and canonical(found) == body
    except (ValueError, RecursionError):
        return False


@given(OBJECTS, WINDOWS, st.sampled_from([" ", "\n", "\r\n", "\t"]))
def test_it_reads_what_json_reads_and_nothing_around_it(value: dict[str, Any], window: int, around: str) -> None:
    body = canonical(value)

    assert read(body, window) == (value, hashlib.sha256(body).hexdigest())
    assert refused(read, around.encode() + body, window)
    assert refused(read, body + around.encode(), window)


@given(OBJECTS, WINDOWS, st.data())
def test_it_refuses_whatever_is_not_canonical(value: dict[str, Any], window: int, data: st.DataObject) -> None:
    """One byte is changed, put in or left out; what is canonical still is read as JSON reads it."""
    body = bytearray(canonical(value))
    at = data.draw(st.integers(0, len(body)))
    new = data.draw(st.sampled_from([b"", b" ", b",", b"[", b"]", b"}", b'"', b"0", b"1.5", b"\xff", b"\\u0061"]))
    body[at : at + data.draw(st.integers(0, 2))] = new
    if is_canonical(bytes(body)):
        assert read(bytes(body), window)[0] == json.loads(body)
    else:
        assert refused(read, bytes(body), window)


@pytest.mark.parametrize(
    "body",
    [
        b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"list":[1,]}', b'{"list":[,1]}', b'{"list":[1 ,2]}', b'{"list":[1,2}',
        b'{"list":[1.0]}', b'{"list":[NaN]}', b'{"list":["\\u0061"]}', b'{"list":[{"b":1,"a":1}]}', b'{"a":1,}',
        b'{"part":{"z":1,"list":[]}}', b'{"list":[1]}{}', b'{"\xc3\xa9":1,"a":2}', b'{"a":"\xe9"}',
        b'{"a":9007199254740993}',
        b'\xef\xbb\xbf{"a":1}', b'{"a":1', b"", b"[]", b"7", b'{"a":"\\ud800"}', b'{"list":["\x85"]}', b'{1:1}',
    ],
)  # fmt: skip
def test_it_refuses_each_other_way_to_write_it(body: bytes) -> None:
    assert not is_canonical(body)
    for window in (1, 7, 1 << 20):
        assert refused(read, body, window)


def test_a_piece_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LONGEST_PIECE", 1000)
    assert read(canonical({"a": "x" * 800, "list": ["x" * 800] * 9}), 64)[0]["a"] == "x" * 800
    for body in (canonical({"a": "x" * 5000}), canonical({"list": ["x" * 5000]}), b'{"list":[1,\x00' + b"x" * 5000):
        with pytest.raises(ValueError, match="too long"):
            read(body, 64)


def alone(body: bytes) -> list[Any]:
    return list(pieces.elements(io.BytesIO(body)))


def test_one_list_is_read_alone() -> None:
    assert alone(b' [ "a",\n{"b" : "\xc3\xa9"} ,3 ] \n') == alone(b'["a",{"b":"\xc3\xa9"},3]') == ["a", {"b": "é"}, 3]
    assert alone(b"[]") == alone(b"[ ]") == []
    for body in (b"", b"{}", b"[1", b"[1]2", b"[1,", b"[1,]", b"[1 2]", b"[,1]"):
        assert refused(alone, body)


def test_what_flows_in_from_elsewhere_is_read_too() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert pieces.opened(Pipe(b"{}")).read() == b"{}"
