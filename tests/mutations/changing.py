"""Ways to change a file, or a folder of files: bytes flipped, lost, added, swapped; files lost, added, exchanged."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from governance.ballots.bundle.canonical import canonical

Change = Callable[[random.Random, bytes], bytes]
WHITE = (b" ", b"\n", b"\t", b"\r\n", b"\0", b"\xc2\xa0")
NAMES = ("more", "twin", "reason", "proof", "sealed")
STRAY = (".lock", "notes.txt", "checkpoint.old", "tile/0/999", "tile/entries/000.p/1", "policy2", "extra/key")


def _flip(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << dice.randrange(8))]) + content[at + 1 :]


def _lose(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + content[at + dice.randint(1, 40) :]


def _add(dice: random.Random, content: bytes) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.randbytes(dice.randint(1, 40)) + content[at:]


def _white(dice: random.Random, content: bytes) -> bytes:
    at = dice.choice((0, len(content), dice.randrange(len(content))))
    return content[:at] + dice.choice(WHITE) + content[at:]


def _again(dice: random.Random, content: bytes) -> bytes:
    begin = dice.randrange(len(content))
    piece = content[begin : begin + dice.randint(1, 200)]
    return content + piece if dice.random() < 0.5 else content[:begin] + piece + content[begin:]


def _digit(dice: random.Random, content: bytes) -> bytes:
    """Change one digit: what a number says, and a file still reads as well as before."""
    places = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    if not places:
        return _flip(dice, content)
    at = dice.choice(places)
    return content[:at] + str((content[at] - 47) % 10).encode() + content[at + 1 :]


def _line(dice: random.Random, content: bytes) -> bytes:
    """Put two lines in each other's place, or say one twice."""
    lines = content.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    return b"".join([*lines, lines[at]]) if dice.random() < 0.5 else b"".join([*lines[at:], *lines[:at]])


def _more(dice: random.Random, content: bytes) -> bytes:
    """Give one object of a JSON file a part more, or another one under its name, and write the file in its own way."""
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    objects = list(_objects(read))
    if not objects:
        return _flip(dice, content)
    dice.choice(objects)[dice.choice(NAMES)] = dice.choice(("", "x", 0, [], {}, deepcopy(dice.choice(objects))))
    return canonical(read)


def _objects(read: Any) -> Iterator[dict[str, Any]]:
    if isinstance(read, dict):
        yield read
    for each in read.values() if isinstance(read, dict) else read if isinstance(read, list) else ():
        yield from _objects(each)


CHANGES: tuple[Change, ...] = (_flip, _flip, _lose, _add, _white, _again, _digit, _line, _more)


def change(dice: random.Random, content: bytes) -> tuple[str, bytes]:
    """Return how *content* was changed, and the changed bytes, which are others."""
    while True:
        how = dice.choice(CHANGES)
        changed = how(dice, content)
        if changed != content:
            return how.__name__.strip("_"), changed


def change_folder(dice: random.Random, folder: Path) -> str:
    """Change one thing in *folder* and say what it was."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    file = dice.choice(files)
    where = file.relative_to(folder)
    match dice.randrange(10):
        case 0:
            file.unlink()
            return f"{where}: taken out"
        case 1:
            stray = folder / dice.choice(("", "decisions", "intake")) / dice.choice(STRAY)
            if stray.exists():
                return change_folder(dice, folder)
            stray.parent.mkdir(parents=True, exist_ok=True)
            stray.write_bytes(dice.choice((b"", b"here\n", file.read_bytes())))
            return f"{stray.relative_to(folder)}: put in"
        case 2:
            other = dice.choice(files)
            if other.read_bytes() == file.read_bytes():
                return change_folder(dice, folder)
            shutil.copyfile(other, file)
            return f"{where}: replaced by {other.relative_to(folder)}"
        case _:
            how, content = change(dice, file.read_bytes())
            file.write_bytes(content)
            return f"{where}: {how}"
