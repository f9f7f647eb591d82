"""Looking for a word everywhere a program could have left it, however it wrote it down."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text


def ways_to_write(word: str) -> dict[str, bytes]:
    """Return the bytes to look for, by the name of the encoding: plain, wide, hexadecimal, base64, percent, digests."""
    plain = word.encode()
    percent = "".join(f"%{byte:02x}" for byte in plain)
    ways = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": percent.encode(),
        "PERCENT": percent.upper().encode(),
        **{f"base64 at {place}": _base64_inside(plain, place) for place in range(3)},
    }
    for name in ("md5", "sha1", "sha256"):  # A hashed address is still an address.
        digest = hashlib.new(name, plain).digest()
        ways |= {name: digest, f"{name} in hex": digest.hex().encode()}
    return ways | _packed(word)


def _base64_inside(plain: bytes, place: int) -> bytes:
    """Return the middle of the base64 of *plain* when *place* bytes stand before it, the same whatever is around."""
    encoded = base64.b64encode(b"\0" * place + plain)
    whole = (place + len(plain)) // 3 * 4
    return encoded[4 if place else 0 : whole]


def _packed(word: str) -> dict[str, bytes]:
    try:
        packed = ipaddress.IPv6Address(word).packed
    except ValueError:
        return {}
    return {"packed": packed, "packed in hex": packed.hex().encode()}


def found_in(words: Iterable[str], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return where any of *words* stands in *places*, in any way of writing it and in small letters too."""
    looked_for = [(word, way, written) for word in words for way, written in ways_to_write(word).items()]
    hits = []
    for place, content in places:
        small = content.lower()
        for word, way, written in looked_for:  # What has no capitals stands in the small letters wherever it stands.
            if written in (small if written == written.lower() else content):
                hits.append(f"{word} ({way}) in {place}")
    return hits


def files_under(folder: Path, since: float = 0) -> Iterator[tuple[str, bytes]]:
    """Yield every file below *folder*: database, write-ahead log, logs, temporary files, keys. Its name counts too.

    *since*: those alone that were written after that moment, in seconds of the clock of files.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        try:
            if path.stat().st_mtime < since:
                continue
            yield name, name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"")
        except FileNotFoundError:
            continue  # It was there when the folder was listed, and the database has put it away since.


def rows_of(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Yield every column of every table, each value as its own bytes."""
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    yield f"{table}.{column}", _as_bytes(value)


def _as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
