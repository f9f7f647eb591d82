"""The files a person brought: everything in a folder, and in the archives in it, by digest. Nothing is unpacked."""

from __future__ import annotations

import hashlib
import tarfile
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
LARGEST = 200_000_000  # bytes of one file that are read
PATIENCE = 60  # seconds an address may say nothing


def digest(content: bytes) -> str:
    """SHA-256 of *content* with plain line ends, so that a checkout that changes them is the same file."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def download(addresses: list[str], folder: Path) -> list[str]:
    """Put the file behind each of *addresses* into *folder*; return a sentence for each that could not be had."""
    failed = []
    for address in addresses:
        folder.mkdir(parents=True, exist_ok=True)
        name = Path(urllib.parse.unquote(urllib.parse.urlsplit(address).path)).name or "download"
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                content = answer.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            failed.append(f"{address} could not be had: {getattr(error, 'reason', error)}.")
            continue
        if len(content) > LARGEST:
            failed.append(f"{address} is larger than {LARGEST} bytes.")
            continue
        (folder / name).write_bytes(content)
    return failed


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every file in *folder*, and of every file in an archive there."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.name.lower().endswith(ARCHIVES):
            try:
                yield from _archived(path)
            except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError):
                continue
        elif path.stat().st_size <= LARGEST:
            yield path.name, path.read_bytes()


def _archived(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            for each in packed.infolist():
                if not each.is_dir() and each.file_size <= LARGEST:
                    yield Path(each.filename).name, packed.read(each)
        return
    with tarfile.open(path) as unrolled:
        for member in unrolled:
            opened = unrolled.extractfile(member) if member.isfile() and member.size <= LARGEST else None
            if opened:
                yield Path(member.name).name, opened.read()
