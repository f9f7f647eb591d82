"""A copy of the ledger in a folder holds exactly what its names say: no other file, and no byte beside a file's own.

`verifying` checks what was signed. Here is the rest: what lies beside it, keys as they are spelled, tiles of an earlier
size, the policy with its signature, and whoever signed a head.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from governance.ledger import note, policy, rules, tiles
from governance.ledger.tiles import ENTRIES, Tile

POLICY = "policy"
OF_A_LOG = ("checkpoint", "key")
SIGNED_POLICY = "real-voice policy\n"  # Before the text that is signed, so that it never passes for a head.
MARK = "# "  # Before the line of signature in the file: for whoever reads it as a policy, a remark.


def signed_policy(text: str, name: str, private: bytes) -> str:
    """Return the policy *text* with the signature of the log called *name* as its last line."""
    return f"{text}{MARK}{note.sign(SIGNED_POLICY + text, name, private).splitlines()[-1]}\n"


def check_copy(folder: Path) -> list[str]:
    """Check what lies in a copy of a programme's logs, each of which was checked; say what is missing that may be.

    Raises note.NoteBroken with the first thing that does not belong there.
    """
    _check_names(folder, {POLICY, *rules.LOGS})
    logs = [log for log in rules.LOGS if (folder / log / "checkpoint").is_file()]
    for log in logs:
        check_log_copy(folder / log)
    if not (folder / POLICY).is_file():
        return ["No policy lies here: whose witnesses to ask, you must know another way."]
    keys = [note.read_key(_read(folder / log / "key")) for log in logs if (folder / log / "key").is_file()]
    read = _check_policy(folder / POLICY, keys)
    for log in logs:
        _check_signers(folder / log, read)
    return []


def check_log_copy(folder: Path, given: note.Key | None = None) -> None:
    """Check what lies in the folder of one log, which was checked. *given*: the key it was checked with, if any.

    Raises note.NoteBroken with the first thing that does not belong there.
    """
    _check_names(folder, {*OF_A_LOG, "tile"})
    if (folder / "key").exists():
        written = _read(folder / "key")
        if written != f"{note.read_key(written)}\n":
            raise note.NoteBroken(f"{folder / 'key'} holds more than a key.")
        if given and written != f"{given}\n":
            raise note.NoteBroken(f"{folder / 'key'} is another key than the one you gave.")
    text, lines = note.split(_read(folder / "checkpoint"))
    if len(set(note.signers(lines))) < len(lines):
        raise note.NoteBroken(f"Under {folder / 'checkpoint'} somebody has signed twice.")
    size = note.read_checkpoint(text).size
    for path in _files(folder / "tile"):
        tile = tiles.read_path(path.relative_to(folder).as_posix())
        if tile is None or not tiles.is_within(tile, size):
            raise _stray(path)
        if not tile.full and path.read_bytes() != _cut(folder, tile, size):
            raise note.NoteBroken(f"{path} does not hold what the ledger had then.")


def _cut(folder: Path, tile: Tile, size: int) -> bytes | None:
    """Return what *tile* holds by what lies in the widest one of its place, which the signed head covers."""
    width = min(tiles.WIDTH, tiles.hashes_at(tile.level, size) - tile.start)
    for widest in (Tile(tile.level, tile.number, width), Tile(tile.level, tile.number)):
        if (folder / widest.path).is_file():
            content = (folder / widest.path).read_bytes()
            if tile.level == ENTRIES:
                return tiles.bundle(tiles.read_bundle(content)[: tile.width])
            return content[: tile.width * rules.HASH_LENGTH]
    return None


def _check_policy(path: Path, keys: list[note.Key]) -> policy.Policy:
    """Return the policy at *path*, which a log beside it has signed and which names all of them."""
    written = _read(path)
    text, mark, line = written.rpartition(f"\n{MARK}")
    key = next((each for each in keys if line.startswith(f"{note.MARK}{each.name} ")), None)
    if not mark or key is None:
        raise note.NoteBroken(f"{path} is not signed by this ledger. Take a new copy: governance ledger export")
    note.open_note(f"{SIGNED_POLICY}{text}\n\n{line}", key.name, key.public)
    read = policy.read(written)
    if not {str(each) for each in keys} <= {str(each) for each in read.logs}:
        raise note.NoteBroken(f"{path} does not name the ledgers that lie here.")
    return read


def _check_signers(folder: Path, read: policy.Policy) -> None:
    """Refuse a line under a head by nobody that the policy names, or one that does not fit."""
    text, lines = note.split(_read(folder / "checkpoint"))
    own = f"{note.MARK}{text.partition(chr(10))[0]} "
    theirs = [line for line in lines if not line.startswith(own)]
    seen = [name for name, key in read.witnesses.items() if note.cosigned_at(text, theirs, key) is not None]
    if len(seen) != len(theirs) or len(lines) - len(theirs) != 1:
        raise note.NoteBroken(f"Under {folder / 'checkpoint'} stands a line of nobody that the policy names.")


def _check_names(folder: Path, names: set[str]) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in names or path.is_symlink() or path.is_dir() != (path.name in {*rules.LOGS, "tile"}):
            raise _stray(path)


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file below *folder*, and every empty folder, which has no place there either."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            yield path


def _stray(path: Path) -> note.NoteBroken:
    return note.NoteBroken(f"{path} has no place here. A copy holds the ledger and nothing else.")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")  # Line ends as they are.
    except UnicodeDecodeError:
        raise note.NoteBroken(f"{path} is not text.") from None
    except OSError:
        raise note.NoteBroken(f"{path} cannot be read.") from None
