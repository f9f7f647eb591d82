"""A run over all rules that was stopped goes on where it was, and tries again whatever is no more what was tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import remembering
from tests.mutants.remembering import Held, mark_of, remember, remembered, to_try, told

RULES, COUNT = "governance/board/rules.py", "governance/board/quorum.py"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "mutants.json"


def test_what_is_held_is_not_tried_again_and_all_of_a_stopped_run_counts(kept: Path) -> None:
    assert to_try([RULES, COUNT], lambda _: "as it is", kept) == [RULES, COUNT]
    remember(RULES, Held("as it is", 40, 2, 61.0), kept)
    assert to_try([RULES, COUNT], lambda _: "as it is", kept) == [COUNT]
    assert told([RULES, COUNT], [COUNT], kept) == (
        "1 of 2 modules held, 38 changes noticed, 2 excused, 1 min; left: 1, about 0 s, and 1 never timed"
    )
    remember(COUNT, Held("as it is", 7, 0, 150.0), kept)
    assert told([RULES, COUNT], [], kept) == "2 of 2 modules held, 45 changes noticed, 2 excused, 4 min"
    assert list(kept.parent.iterdir()) == [kept]


def test_what_was_changed_since_is_tried_again_and_told_with_the_time_it_took(kept: Path) -> None:
    remember(RULES, Held("as it was", 40, 2, 130.0), kept)
    assert to_try([RULES], lambda _: "as it is", kept) == [RULES]
    assert told([RULES], [RULES], kept).endswith("0 s; left: 1, about 2 min")


@pytest.mark.parametrize("text", ["", "{", '{"governance/board/rules.py": {"of": "a word of another day"}}', "[1]"])
def test_what_cannot_be_read_is_nothing(kept: Path, text: str) -> None:
    kept.write_text(text)
    assert remembered(kept) == {}


def test_a_module_its_tests_its_excuses_and_the_program_each_change_its_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = {
        RULES: "LEAST = 5",
        "tests/board/test_rules.py": "",
        "tests/mutants/changes.py": "",
        "tests/conftest.py": "",
    }
    for place, text in written.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    monkeypatch.setattr(remembering, "ROOT", tmp_path)

    def mark(**excused: str) -> str:
        remembering._written_in.cache_clear()
        return mark_of(RULES, ["tests/board", "-m", "pure"], excused)

    marks = [mark(), mark(why="It changes nothing.")]
    for place in written:
        (tmp_path / place).write_text("another = 1")
        marks.append(mark())
    assert len(set(marks)) == len(marks) == 6
    assert mark() == marks[-1]
    remembering._written_in.cache_clear()
