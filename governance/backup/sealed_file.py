"""The file of a backup: a line in the clear, then pieces that only the board's recovery key opens, then a hash.

In the clear stand the day, the program's version, the state of the tables, a mark of the recovery key and nothing else:
no size, no name. A fresh key is sealed to the recovery key (RFC 9180), and each piece is locked under it with its place
and whether it is the last, so that none can be left out, doubled or put elsewhere. Neither writing nor reading holds
more than a few pieces.
After the hash stands a signature over it: whoever knows the public recovery key could seal another file, and sign none.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from governance import sealing
from governance.ruling.errors import NotReady

MARK = b"real-voice backup v1\n"
INFO = b"real-voice backup key v1"
PIECE = 65_536  # Bytes before they are locked.
LARGEST_FRAME = 2 * PIECE
LONGEST_CLEAR = 1000
LONGEST_LINE = 1 << 29  # A row as it is written: the whole bundle of a vote with a million ballots fits.
LENGTH, HASH, SIGNATURE = 4, 32, 64
SIGNED = b"real-voice backup signed v1\n"
END = bytes(LENGTH)


class BackupBroken(NotReady):
    """The file is no backup, is damaged or cut short, or these shares do not open it; the sentence says which."""


def write(out: BinaryIO, recovery: bytes, signer: bytes, clear: Mapping[str, str], lines: Iterable[bytes]) -> None:
    """Write *lines* to *out*, sealed to the public half *recovery* (X25519), under what stands in the *clear*.

    *signer*: the private half (Ed25519) that signs all of it.
    """
    hashed, key = hashlib.sha256(), sealing.new_key()

    def put(content: bytes) -> None:
        hashed.update(content)
        out.write(content)

    def frame(content: bytes) -> None:
        put(len(content).to_bytes(LENGTH, "big") + content)

    head = MARK + json.dumps(dict(clear), sort_keys=True).encode() + b"\n"
    put(head)
    frame(sealing.seal(recovery, key, INFO))
    pieces = _pieces(lines)
    number, piece = 0, next(pieces)
    for after in pieces:
        frame(sealing.lock(key, piece, _place(head, number, last=False)))
        number, piece = number + 1, after
    frame(sealing.lock(key, piece, _place(head, number, last=True)))
    put(END)
    out.write(hashed.digest() + sealing.sign(signer, SIGNED + hashed.digest()))


def check(path: Path) -> dict[str, str]:
    """Return what stands in the clear in the backup at *path*, if it is whole. Opens nothing. Raises BackupBroken."""
    hashed = hashlib.sha256()
    with _opened(path) as file:
        head, clear = _head(path, file)
        hashed.update(head)
        frames = 0
        for content in _frames(path, file):
            hashed.update(len(content).to_bytes(LENGTH, "big") + content)
            frames += 1
        hashed.update(END)
        end = file.read(HASH + SIGNATURE + 1)
        if frames < 2 or end[:HASH] != hashed.digest() or len(end) != HASH + SIGNATURE:
            raise BackupBroken(f"{path} is damaged or cut short. Take another backup.")
    return clear


def is_signed_by(path: Path, public: bytes) -> bool:
    """Whether the holder of *public* (Ed25519) made the backup at *path*, which `check` found whole."""
    with _opened(path) as file:
        file.seek(-HASH - SIGNATURE, 2)
        digest, signature = file.read(HASH), file.read()
    return sealing.signature_holds(public, SIGNED + digest, signature)


def said(path: Path) -> dict[str, str]:
    """Return what stands in the clear in the backup at *path*, whole or not. Raises BackupBroken for another file."""
    with _opened(path) as file:
        return _head(path, file)[1]


def read(path: Path, private: bytes) -> Iterator[bytes]:
    """Yield the lines of the backup at *path*. Raises BackupBroken for a wrong key, and for anything that was changed.

    A line that was yielded is one that was written; that none is missing is known at the end alone.
    """
    line, length = [b""], 0  # In parts: a long one is put together once, at its end.
    for part in _unpacked(path, private):
        begun, *more = part.split(b"\n")
        line.append(begun)
        length += len(begun)
        for after in more:
            yield b"".join(line)
            line, length = [after], len(after)
        if length > LONGEST_LINE:
            raise BackupBroken(f"{path} holds more in one row than there can be. Take another backup.")
    if length:
        raise BackupBroken(f"{path} is cut short. Take another backup.")


def _unpacked(path: Path, private: bytes) -> Iterator[bytes]:
    """Yield what the pieces hold, no more than a piece's length at once however well it was packed."""
    packed = zlib.decompressobj()
    for piece in _unlocked(path, private):
        while piece:
            try:
                yield packed.decompress(piece, PIECE)
            except zlib.error as wrong:
                raise BackupBroken(f"{path} is damaged. Take another backup.") from wrong
            piece = packed.unconsumed_tail
    if not packed.eof:
        raise BackupBroken(f"{path} is cut short. Take another backup.")


def _unlocked(path: Path, private: bytes) -> Iterator[bytes]:
    """Yield what is in the file, piece by piece, each held to its place. Raises BackupBroken where one is not."""
    with _opened(path) as file:
        head, _ = _head(path, file)
        frames = _frames(path, file)
        try:
            key = sealing.open_sealed(private, next(frames, b""), INFO)
        except sealing.SealBroken:
            raise BackupBroken(
                "These shares do not open this backup: one of the two is of another programme."
            ) from None
        locked = next(frames, b"")
        number = 0
        while locked:
            after = next(frames, b"")
            try:
                yield sealing.unlock(key, locked, _place(head, number, last=not after))
            except sealing.SealBroken:
                raise BackupBroken(f"{path} is damaged. Take another backup.") from None
            number, locked = number + 1, after


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as wrong:
        raise BackupBroken(f"{path} cannot be read: {wrong.strerror}.") from wrong


def _head(path: Path, file: BinaryIO) -> tuple[bytes, dict[str, str]]:
    """Return the first two lines as they are, and what the second says."""
    mark, line = file.readline(len(MARK)), file.readline(LONGEST_CLEAR)
    try:
        clear = json.loads(line)
    except ValueError:
        clear = None
    if mark != MARK or not isinstance(clear, dict) or not line.endswith(b"\n"):
        raise BackupBroken(f"{path} is no backup of this program.")
    return mark + line, {str(name): str(value) for name, value in clear.items()}


def _frames(path: Path, file: BinaryIO) -> Iterator[bytes]:
    while (size := file.read(LENGTH)) != END:
        length = int.from_bytes(size, "big")
        content = file.read(min(length, LARGEST_FRAME))
        if len(size) < LENGTH or len(content) != length:
            raise BackupBroken(f"{path} is damaged or cut short. Take another backup.")
        yield content


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pack *lines*, and yield them in pieces: at least one, each but the last of the same length."""
    packed, waiting = zlib.compressobj(1), bytearray()
    for line in lines:
        waiting += packed.compress(line + b"\n")
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    waiting += packed.flush()
    for at in range(0, len(waiting), PIECE):
        yield bytes(waiting[at : at + PIECE])


def _place(head: bytes, number: int, *, last: bool) -> bytes:
    """Return what the lock of a piece is bound to: the lines in the clear, its number, and whether it is the last."""
    return hashlib.sha256(head).digest() + number.to_bytes(8, "big") + bytes([last])
