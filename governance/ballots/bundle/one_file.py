"""The verifier in one file: our own rules, as they are, for anybody with Python and `cryptography`.

What `verdict.py` imports is collected from the sources themselves, so the server counts and the verifier recounts with
the same lines. The file holds each source as readable text; its hash stands in every manifest.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from governance.assets import PACKAGE

START = "governance.ballots.bundle.verdict"

HEAD = '''#!/usr/bin/env python3
"""Count a vote again: python3 verifier.py BUNDLE.json

Needs Python 3.11 or newer and the package "cryptography", 38 or newer; fetches nothing and changes nothing. Below are
the program's own sources, each as it is, and at the end the few lines that load and run them.
"""

import importlib.abc
import importlib.util
import sys

if sys.version_info < (3, 11):
    sys.exit("This needs Python 3.11 or newer, and is run by %d.%d. Try: python3.11 verifier.py" % sys.version_info[:2])
if importlib.util.find_spec("cryptography") is None:
    sys.exit("This needs the package cryptography. Get it with: python3 -m pip install cryptography")
from cryptography import __version__ as found

if int(found.partition(".")[0]) < 38:
    sys.exit(
        "This needs the package cryptography, 38 or newer, and found %s. "
        "Get it with: python3 -m pip install --upgrade cryptography" % found
    )

SOURCES = {}
'''

TAIL = '''
class Inside(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the sources above, and an empty package for each folder they lie in."""

    def find_spec(self, name, path=None, target=None):
        is_package = any(each.startswith(name + ".") for each in SOURCES)
        if name in SOURCES or is_package:
            return importlib.util.spec_from_loader(name, self, is_package=is_package)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(SOURCES.get(module.__name__, ""), module.__name__, "exec"), module.__dict__)


def main(arguments):
    """Check the bundle named on the command line; return the status to end with."""
    sys.meta_path.insert(0, Inside())
    from governance.ballots.bundle.verdict import report
    from governance.ballots.bundle.progress import a_bar
    from governance.ruling.errors import NotReady

    if {"-h", "--help"} & set(arguments):
        print(__doc__.strip())
        return 0
    if len(arguments) != 1:
        print("Name one file: python3 verifier.py BUNDLE.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            holds, lines = report(file, a_bar(sys.stderr))
    except OSError as error:
        print(f"{arguments[0]}: {error.strerror}.", file=sys.stderr)
        return 2
    except NotReady as error:
        print(error, file=sys.stderr)
        return 2
    print("\\n".join(lines), file=sys.stdout if holds else sys.stderr)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''


@cache
def verifier() -> str:
    """Return the text of the verifier."""
    blocks = []
    for name in sorted(_all_from(START)):
        source = _file(name).read_text(encoding="utf-8")
        if "'''" in source or source.endswith("\\"):
            raise ValueError(f"{name} cannot be put into the verifier as it is.")
        blocks.append(f"SOURCES[{name!r}] = r'''{source}'''\n")
    return "\n".join([HEAD, *blocks]) + TAIL


@cache
def verifier_hash() -> str:
    """Return the SHA-256 of the verifier, in hexadecimal."""
    return hashlib.sha256(verifier().encode()).hexdigest()


def _all_from(start: str) -> set[str]:
    """Return the modules of ours that *start* needs, itself among them."""
    found, left = set(), [start]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _imported(name)
    return found


def _imported(name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_file(name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "governance":
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if _file(deeper).exists() else node.module


def _file(name: str) -> Path:
    """Return where the source of the module *name* lies; a package is its `__init__.py`."""
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
