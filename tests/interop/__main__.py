"""Build the Go checker and let it accept our ledgers, and refuse them once one byte is changed. No network is used."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from governance.ledger import note
from tests.ledger import logs

SIZES = (1, 255, 256, 257, 300, 70_000)
SOURCES = "/usr/share/gocode"  # where Debian's golang-golang-x-mod-dev lies


def build(folder: Path) -> Path:
    """Compile the checker; return the program."""
    program = folder / "check"
    apart = {"GO111MODULE": "off", "GOPATH": SOURCES, "GOCACHE": str(folder / "cache"), "GOFLAGS": "", "GOPROXY": "off"}
    command = ["go", "build", "-o", str(program), str(Path(__file__).with_name("check.go"))]
    subprocess.run(command, check=True, env=os.environ | apart)
    return program


def accepts(program: Path, copy: Path) -> bool:
    """Whether the checker takes this copy for whole."""
    return subprocess.run([str(program), str(copy)], capture_output=True).returncode == 0


def changed(path: Path, at: int) -> bytes:
    """Change one bit of a file; return what was there."""
    before = path.read_bytes()
    after = bytearray(before)
    after[at] ^= 1
    path.write_bytes(bytes(after))
    return before


def wrong_with(program: Path, folder: Path, size: int) -> list[str]:
    """Return what the checker got wrong about a ledger of *size* entries."""
    copy = logs.write(folder / str(size), [logs.entry(number) for number in range(size)])
    head = (copy / "checkpoint").read_text(encoding="utf-8")
    line = note.cosign(note.split(head)[0], "witness.example.org", bytes([7]) * 32, 1_790_000_000)
    (copy / "checkpoint").write_text(f"{head}{line}\n", encoding="utf-8")
    wrong = [] if accepts(program, copy) else [f"{size} entries are refused"]
    hashes = next(copy.glob("tile/0/**/[0-9]*"))
    entries = next(path for path in copy.glob("tile/entries/**/*") if path.is_file())
    for path, at in (
        (hashes if hashes.is_file() else next(hashes.iterdir()), 5),
        (entries, 9),
        (copy / "checkpoint", 40),
    ):
        before = changed(path, at)
        wrong += [f"{size} entries: a changed {path.relative_to(copy)} is accepted"] if accepts(program, copy) else []
        path.write_bytes(before)
    return wrong


def main() -> None:
    """Check every size, and end with an error if anything was not as it must be."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        wrong = [each for size in SIZES for each in wrong_with(program, Path(folder), size)]
    print("\n".join(wrong) or f"Go accepts our ledgers of {', '.join(map(str, SIZES))} entries, and no altered one.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
