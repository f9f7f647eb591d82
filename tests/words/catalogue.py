"""The words of the program: the English ones as they stand in the source now, and a language's catalogue of them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from governance import assets
from governance.frame.placeholders import PLACEHOLDER as PLACEHOLDER

CATALOGUES = assets.PACKAGE / "translations"
ROOT = assets.PACKAGE.parent


def _of_the_house(name: str) -> Any:
    """Return a module of `.ci`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


their_words, screens = _of_the_house("their_words"), _of_the_house("screens")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path.suffix == ".pot" else path.parts[-3])


@cache
def english(target: Path) -> Catalog:
    """Collect every string of the source into *target*, as `.ci/translations.py` does, and return them."""
    pybabel = Path(sys.executable).with_name("pybabel")
    command = [
        pybabel,
        "--quiet",
        "extract",
        "-F",
        "pyproject.toml",
        "-k",
        "lazy_gettext",
        "-k",
        "vital",
        "-o",
        target,
        ".",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return read(target)


def of(language: str) -> Catalog:
    """Return the catalogue of *language*, as it is kept."""
    return read(CATALOGUES / language / "LC_MESSAGES" / "messages.po")


def messages(catalogue: Catalog) -> list[Message]:
    """Every message but the header."""
    return [message for message in catalogue if message.id]


def forms(text: object) -> tuple[str, ...]:
    """The one form of a plain message, or each form of one that counts."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def found_at(message: Message) -> str:
    return ", ".join(path for path, _ in message.locations)


def compile_what_is_newer() -> None:
    """Compile each catalogue that changed since, as `make setup` does, for somebody who runs pytest alone."""
    for words in CATALOGUES.glob("*/LC_MESSAGES/*.po"):
        compiled = words.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime > words.stat().st_mtime:
            continue
        draft = compiled.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read(words))
        draft.replace(compiled)
