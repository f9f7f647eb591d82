"""One word, one thing: the names of files keep to `docs/words.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import governance
from tests.architecture.house import files, nodes_of, place_of, tree_of

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


def hides_its_name(module: str, name: str, alias: str) -> bool:
    """Whether a module of ours is called something here that tells neither its own name nor its package's."""
    package = module.split(".")[1] if "." in module else ""
    told = {name, f"{name}s", f"{package}_{name}", f"{package.removesuffix('s')}_{name}"}
    return not (alias in told or name.endswith(f"_{alias}") or (name == "service" and alias == package))


def renamed() -> Iterable[tuple[str, str, str, str]]:
    """Each module of ours that a file calls by another name: the file, where the module stands, its name, and that."""
    for path in files():
        for node in nodes_of(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "governance":
                module = node.module or ""
                here = HOUSE.parent.joinpath(*module.split("."))
                for each in node.names:
                    is_a_module = (here / f"{each.name}.py").exists() or (here / each.name / "__init__.py").exists()
                    if each.asname and is_a_module:
                        yield place_of(path), module, each.name, each.asname


def test_a_module_is_called_by_its_name() -> None:
    found = list(renamed())
    assert len(found) > 100, "the names that files give to modules are not seen"
    assert [each for each in found if hides_its_name(*each[1:])] == []
    assert hides_its_name("governance", "respectful_words", "language")
    assert hides_its_name("governance.ballots", "service", "papers")


# A word in code that once named six different things, and what it names now: nothing, where no file stands.
ONE_WORD = {"Asked": "people/models.py", "asked_for": ""}


def named(path: Path, name: str) -> bool:
    """Whether a file defines *name* as a class, a function or a method."""
    return any(isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name for node in nodes_of(path))


MOST_HOMES = 2  # Files in which a class has the same name: each more is a word that a reader cannot look up.
# What is known, and what a page asks: the same in each file that says what somebody may do now.
OF_THE_STEPS = {"Facts", "Form"}
STEPS = ("*/next_steps.py", "ballots/now/facts.py", "guide/first_week.py")


def homes(trees: Iterable[tuple[str, ast.AST]]) -> dict[str, list[str]]:
    """In which files there is a class of each name, at the top of the file. *trees*: by the place of the file."""
    found: dict[str, list[str]] = {}
    for place, tree in trees:
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(place)
    return found


def of_many_meanings(shared: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The names in *shared* that too many files give to a class, and those of the steps that stand elsewhere too."""
    elsewhere = {
        name: [place for place in places if name not in OF_THE_STEPS or not any(fnmatch(place, to) for to in STEPS)]
        for name, places in shared.items()
    }
    most = {name: 0 if name in OF_THE_STEPS else MOST_HOMES for name in shared}
    return {name: places for name, places in elsewhere.items() if len(places) > most[name]}


def test_a_class_shares_its_name_with_one_other_at_most() -> None:
    shared = homes((place_of(path), tree_of(path)) for path in files())
    assert of_many_meanings(shared) == {}
    assert max(map(len, shared.values())) > MOST_HOMES, "the classes of the house are not seen"


def test_a_name_of_many_classes_would_be_found() -> None:
    three = homes((f"{each}.py", ast.parse("class Kept:\n    class Row: ...")) for each in "abc")
    assert three == {"Kept": ["a.py", "b.py", "c.py"]} == of_many_meanings(three)
    assert of_many_meanings({"Facts": ["people/next_steps.py", "backup/making.py"]}) == {"Facts": ["backup/making.py"]}


def test_what_is_asked_for_is_one_thing() -> None:
    for name, place in ONE_WORD.items():
        assert [place_of(path) for path in files() if named(path, name)] == ([place] if place else [])


def test_a_second_thing_of_that_word_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "needs.py").write_text("class Asked:\n    def asked_for(self): ...\n")
    assert all(named(tmp_path / "needs.py", name) for name in ONE_WORD)
