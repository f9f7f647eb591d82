"""One word, one thing: the names of files keep to `docs/words.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import governance

HOUSE = Path(governance.__file__).parent
WORDS = (HOUSE.parent / "docs/words.md").read_text(encoding="utf-8")
NAMES = WORDS.partition("## Names of files")[2]
PLACES: dict[str, list[str]] = {
    row[1]: re.findall(r"`([^`]+)`", row[2]) for row in re.finditer(r"^\| `(\w+)` \| (.+?) \|", NAMES, re.MULTILINE)
}
FORBIDDEN = set(re.findall(r"`(\w+)`", NAMES.partition("**No file is called**")[2].partition(":")[0]))


def modules() -> list[PurePosixPath]:
    return [
        PurePosixPath(path.relative_to(HOUSE).as_posix())
        for path in HOUSE.rglob("*.py")
        if path.name not in {"__init__.py", "__main__.py"}
    ]


def misplaced(paths: Iterable[PurePosixPath], places: Mapping[str, list[str]], forbidden: set[str]) -> list[str]:
    """What is wrong with the names of *paths*, in sentences."""
    packages: dict[str, set[str]] = {}
    wrong = []
    for path in paths:
        packages.setdefault(path.stem, set()).add(path.parts[0] if len(path.parts) > 1 else "")
        if forbidden & set(path.with_suffix("").parts):
            wrong.append(f"{path} has a name that docs/words.md does not allow")
        if path.stem in places and not any(fnmatch(str(path), place) for place in places[path.stem]):
            wrong.append(f"{path}: docs/words.md gives that name another place")
    for name, found in packages.items():
        if len(found) > 1 and name not in places:
            wrong.append(f"{name}.py is in {', '.join(sorted(found))}: say in docs/words.md that it means one thing")
    return wrong


def test_a_name_in_two_packages_means_one_thing() -> None:
    assert misplaced(modules(), PLACES, FORBIDDEN) == []


def test_the_list_of_names_is_not_older_than_the_house() -> None:
    stems = {path.stem for path in modules()}
    assert set(PLACES) <= stems


def test_it_would_find_a_word_with_two_meanings() -> None:
    house = [PurePosixPath(name) for name in ("clock.py", "responses/clock.py", "people/utils.py", "board/door.py")]
    found = " ".join(misplaced(house, {"door": ["*/views/door.py"]}, {"utils"}))
    assert "clock.py is in" in found
    assert "people/utils.py has a name" in found
    assert "board/door.py: docs/words.md gives" in found


def test_a_term_is_explained_once() -> None:
    terms = [
        term
        for first in re.findall(r"^\| ([a-z][^|`]*) \|", WORDS.partition("## Names of files")[0], re.MULTILINE)
        for term in first.split(", ")
    ]
    assert len(terms) == len(set(terms)) >= 40
