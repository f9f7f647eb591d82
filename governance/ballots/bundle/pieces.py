"""Canonical JSON (RFC 8785) read from a file piece by piece, so that a file of any size is read in little memory.

The file holds one object. Its short parts are read whole. Of a long list only its place is kept: whoever goes through
it reads it from the file again. Each piece is compared with how it is written canonically, so the whole file is.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from governance.ballots.bundle.canonical import canonical

WINDOW = 1 << 20
LONGEST_PIECE = 16 << 20  # Bytes: an element of a list, or a part that is read whole.
SPACE = " \t\n\r"
DECODE = json.JSONDecoder().raw_decode
Watch = Callable[[int], None]


class _Text:
    """A file as text from *at* on, a window at a time.

    It is read as Latin-1, in which each byte is one sign, so that places in the text are places in the file. What is
    not ASCII is decoded from UTF-8 once it is known where it ends.
    """

    def __init__(self, file: BinaryIO, at: int = 0, watch: Watch | None = None) -> None:
        self.file, self.at, self.watch = file, at, watch
        self.window, self.place = "", 0

    @property
    def where(self) -> int:
        """The place in the file of what comes next."""
        return self.at + self.place

    def more(self) -> bool:
        """Let go of what was read, and read on. False at the end of the file. Raises ValueError for a huge piece."""
        left = self.window[self.place :]
        if len(left) > LONGEST_PIECE:
            raise ValueError("A piece of this file is too long.")
        self.at, self.place = self.where, 0
        self.file.seek(self.at + len(left))  # Others read the same file in between.
        new = self.file.read(max(WINDOW, len(left)))
        self.window = left + new.decode("latin-1")
        if self.watch:
            self.watch(self.at)
        return bool(new)

    def next(self) -> str:
        """Return the next sign without taking it; "" at the end."""
        return self.window[self.place : self.place + 1] if self.place < len(self.window) or self.more() else ""

    def take(self, expected: str) -> str:
        """Take the next sign, which is one of *expected*. Raises ValueError."""
        sign = self.next()
        if not sign or sign not in expected:
            raise ValueError(f"Expected one of {expected}")
        self.place += 1
        return sign

    def value(self, *, canonically: bool = True) -> Any:
        """Take one value, whole. Raises ValueError when it is none, or not written *canonically*."""
        while True:
            try:
                value, end = DECODE(self.window, self.place)
                if end < len(self.window):
                    break
            except ValueError:
                pass
            if not self.more():
                raise ValueError("A value breaks off.")
        written = self.window[self.place : end]
        values = _decoded([value], written)
        if canonically:
            _check(values, written)
        self.place = end
        return values[0]

    def pass_space(self) -> None:
        """Go on to what is no space."""
        while (sign := self.next()) and sign in SPACE:
            self.place += 1

    def batches(self) -> Iterator[tuple[list[Any], str]]:
        """Take a list, a window at a time: its elements, and how they are written. Raises ValueError."""
        self.take("[")
        if self.next() == "]":
            self.place += 1
            return
        ended = False
        while not ended:
            batch, end, ended = self._elements()
            if batch:
                written = self.window[self.place : end - 1]
                yield _decoded(batch, written), written
            self.place = end
            if not ended and not self.more():
                raise ValueError("A list breaks off.")

    def _elements(self) -> tuple[list[Any], int, bool]:
        """Return the elements that are whole in the window, the place after them, and whether the list ends there."""
        window, place, size = self.window, self.place, len(self.window)
        found: list[Any] = []
        while place < size:
            try:
                value, end = DECODE(window, place)
            except ValueError:
                break
            if end >= size:
                break
            found.append(value)
            place = end + 1
            if window[end] != ",":
                if window[end] != "]":
                    raise ValueError("A list has a comma between its elements.")
                return found, place, True
        return found, place, False


def _decoded(values: list[Any], written: str) -> list[Any]:
    """Return the *values* that *written* holds, with commas between; again, from UTF-8, where it is not ASCII."""
    return values if written.isascii() else list(json.loads(f"[{written.encode('latin-1').decode()}]"))


def _check(values: list[Any], written: str) -> None:
    if canonical(values) != f"[{written}]".encode("latin-1"):
        raise ValueError("This is not written canonically.")


class LongList:
    """A list that stays in its file, from byte *at* on. It can be gone through again, and is never held whole."""

    def __init__(self, file: BinaryIO, at: int, length: int) -> None:
        self._file, self.at, self._length = file, at, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        for batch, _ in _Text(self._file, self.at).batches():
            yield from batch


@dataclass(frozen=True)
class Document:
    """A file that is canonical: its *parts* by name, long lists as LongList, and from where to where it goes."""

    parts: dict[str, Any]
    file: BinaryIO
    start: int
    end: int

    def digest(self) -> str:
        """Return the SHA-256 of it, without any space around it, in hexadecimal."""
        self.file.seek(self.start)
        left, digest = self.end - self.start, hashlib.sha256()
        while left and (piece := self.file.read(min(WINDOW, left))):
            digest.update(piece)
            left -= len(piece)
        return digest.hexdigest()


def opened(source: bytes | BinaryIO) -> BinaryIO:
    """Return *source* as a file in which one can go back: bytes, and what flows in from elsewhere, are held whole."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source if source.seekable() else io.BytesIO(source.read())


def read(file: BinaryIO, long: Collection[str], watch: Watch | None = None) -> Document:
    """Return what is in *file*, one canonical object and nothing around it.

    *long* names the lists that stay in the file, as `name` or `part.name`. *watch* is told how far in the file it is.
    Raises ValueError when it is no such file.
    """
    text = _Text(file, 0, watch)
    start = text.where
    parts = _object(text, "", long)
    end = text.where
    if text.next():
        raise ValueError("Something comes after the end.")
    return Document(parts, file, start, end)


def elements(file: BinaryIO) -> Iterator[Any]:
    """Yield the elements of *file*, a JSON list and nothing else, however it is spaced. Raises ValueError."""
    text = _Text(file)
    text.pass_space()
    text.take("[")
    text.pass_space()
    ended = text.next() == "]"
    while not ended:
        yield text.value(canonically=False)
        text.pass_space()
        ended = text.next() == "]"
        if not ended:
            text.take(",")
            text.pass_space()
    text.take("]")
    text.pass_space()
    if text.next():
        raise ValueError("Something comes after the end.")


def _object(text: _Text, path: str, long: Collection[str]) -> dict[str, Any]:
    """Read an object whose names stand in their order, each once. Raises ValueError for any other."""
    text.take("{")
    found: dict[str, Any] = {}
    before = ""
    while text.next() != "}" or found:
        name = text.value()
        if not isinstance(name, str) or not name.isascii() or (found and name <= before):
            raise ValueError("The names are not in their order.")
        text.take(":")
        found[name] = _part(text, path + name, long)
        before = name
        if text.take(",}") == "}":
            return found
    text.take("}")
    return found


def _part(text: _Text, path: str, long: Collection[str]) -> Any:
    sign = text.next()
    if sign == "[" and path in long:
        at, length = text.where, 0
        for batch, written in text.batches():
            _check(batch, written)
            length += len(batch)
        return LongList(text.file, at, length)
    if sign == "{" and any(each.startswith(f"{path}.") for each in long):
        return _object(text, f"{path}.", long)
    return text.value()
