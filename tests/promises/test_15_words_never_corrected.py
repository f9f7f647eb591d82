"""Promise 15: participants' words are never corrected, scored or hidden for their tone.

The checks of wording and reading grade live in two modules. No code that holds participants' words may
reach them, and what is stored is what was typed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

import governance
from governance.storage.text import plain

PACKAGE = Path(governance.__file__).parent
CHECKS = {"governance.wording.respectful_words", "governance.wording.reading_grade"}

# Where staff and the board write what is published under their name.
WRITERS = {"governance.proposals", "governance.decisions", "governance.responses"}


def modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in package.rglob("*.py"):
        parts = (package.name, *path.relative_to(package).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(name: str, path: Path) -> Iterator[str]:
    """Yield whatever module *path* may import, by any road: absolute, relative, inside a function, by its name."""
    home = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = home[: len(home) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield "governance" + node.value if node.value.startswith(".") else node.value


def readers_of_checks(package: Path) -> set[str]:
    """Return the modules that import a check directly."""
    return {name for name, path in modules(package).items() if CHECKS & set(imported(name, path))}


def reached_from(start: str, package: Path) -> set[str]:
    """Return every module of ours that the package *start* may load, near or far.

    The root is left out: it puts all packages together and hands none to another.
    """
    ours = modules(package)
    seen: set[str] = set()
    waiting = [name for name in ours if name == start or name.startswith(start + ".")]
    while waiting:
        name = waiting.pop()
        if name in ours and name not in seen and name != package.name:
            seen.add(name)
            waiting.extend(imported(name, ours[name]))
    return seen


def home_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_only_what_staff_and_the_board_write_can_be_checked() -> None:
    assert {home_of(name) for name in readers_of_checks(PACKAGE)} <= WRITERS


def test_the_code_that_takes_and_keeps_participants_words_reaches_no_check_near_or_far() -> None:
    reached = reached_from("governance.feedback", PACKAGE)
    assert "governance.feedback" in reached
    assert not CHECKS & reached


@pytest.mark.parametrize(
    "planted",
    [
        "import governance.wording.respectful_words",
        "import governance.wording.respectful_words as tone",
        "from governance.wording import respectful_words",
        "from governance.wording.respectful_words import advice",
        "from governance.wording.reading_grade import grade",
        "from ..wording import respectful_words",
        "from ..wording.respectful_words import advice",
        "def later():\n    from governance.wording import reading_grade",
        "import importlib\nimportlib.import_module('governance.wording.respectful_words')",
        "import importlib\nimportlib.import_module('.wording.respectful_words', 'governance')",
    ],
)
def test_a_planted_import_is_found(planted: str, tmp_path: Path) -> None:
    house = tmp_path / "governance"
    for package in ("feedback", "places", "wording"):
        (house / package).mkdir(parents=True)
        (house / package / "__init__.py").touch()
    (house / "wording" / "respectful_words.py").touch()
    (house / "wording" / "reading_grade.py").touch()
    (house / "feedback" / "service.py").write_text("from governance.places import service\n", encoding="utf-8")
    (house / "places" / "service.py").write_text(planted + "\n", encoding="utf-8")
    assert readers_of_checks(house) == {"governance.places.service"}
    assert CHECKS & reached_from("governance.feedback", house)


WORDS = (
    "junkie addict clean dirty whore bitch fuck tweaker OD'd cant wont dont u ur thier recieve alot narcan ¿qué mierda "
    "yonqui n'existe pas kreyòl می‌خواهم 清潔 👍🏽 🏳️‍🌈 😡 !!! ??? … & <b> <script> --> %s {n} ' \" “ ” \\n é e\u0301 "
    "ALLCAPS asdf ... ;-) $$$ 10/10 1st"
)
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n", "\t", ""])
SAID = st.builds(lambda gap, words: gap.join(words), GAPS, st.lists(st.sampled_from(WORDS.split())))


@given(SAID)
@example("10 points at a time is not enough when u live out past the county line. You do the math.")
@example("Im a junkie and proud of how I look out for my people. Let us help run the van.")
def test_what_people_write_is_stored_letter_for_letter(typed: str) -> None:
    assert plain(typed, len(typed)) == typed
    assert escape(plain(typed, len(typed))).unescape() == typed


def unseen(letter: str) -> bool:
    """The whole list of what may be taken out, told here once more and in another way than the code does."""
    point = ord(letter)
    return (
        (point < 32 and letter not in "\n\t")
        or 0x202A <= point <= 0x202E
        or 0x2066 <= point <= 0x2069
        or 0xD800 <= point <= 0xDFFF
        or point in (0xFFFE, 0xFFFF)
    )


ANYTHING = st.text(st.characters(exclude_categories=[]))
UNSEEN_AMONG_LETTERS = st.text(st.sampled_from("a é\r\n\t\x00\x1f\u202e\u2069\ud800\uffff"))


@given(ANYTHING | UNSEEN_AMONG_LETTERS)
def test_of_any_text_only_what_nobody_can_see_is_taken_out(typed: str) -> None:
    expected = "".join(letter for letter in "\n".join(typed.replace("\r\n", "\n").split("\r")) if not unseen(letter))
    stored = plain(typed, len(typed))
    assert stored == expected
    assert plain(stored, len(stored)) == stored
