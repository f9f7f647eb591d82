"""The rules of counting are a library of their own: they need two small files of the house, and no package."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import governance
from governance.counting import RULES

HOUSE = Path(governance.__file__).parent
COUNTING = HOUSE / "counting"
OF_THE_HOUSE = ("governance.ruling.errors", "governance.ruling.sentences")
FILES = sorted(COUNTING.rglob("*.py"))
WARD = '3 2\n4 1 2 0\n3 2 3 0\n2 3 0\n0\n"Ann"\n"Ben"\n"Cas"\n"Ward 1"\n'


def imported(path: Path) -> set[str]:
    """The modules that *path* imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(COUNTING).as_posix())
def test_it_imports_the_standard_library_and_two_files_of_the_house(path: Path) -> None:
    theirs = {
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("governance.counting")
    }
    assert theirs <= set(OF_THE_HOUSE)


def test_the_lines_of_its_own_page_count_a_blt_file_with_nothing_else_there(tmp_path: Path) -> None:
    shutil.copytree(COUNTING, tmp_path / "governance" / "counting", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "governance" / "ruling").mkdir()
    for name in OF_THE_HOUSE:
        file = f"ruling/{name.rpartition('.')[2]}.py"
        shutil.copy(HOUSE / file, tmp_path / "governance" / file)
    (tmp_path / "ward.blt").write_text(WARD, encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", (COUNTING / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    alone = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{example}"
    # -I and -S: nothing of this checkout, of its packages or of the environment is found.
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", alone], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[0] == "Ann, Ben"
    assert run.stdout.splitlines()[-1] == "The outcome: Ann, Ben."


def test_its_page_names_every_rule_and_every_file() -> None:
    page = (COUNTING / "README.md").read_text(encoding="utf-8")
    unnamed = [name for name in RULES if f"`{name}`" not in page]
    there = {path.name for path in COUNTING.glob("*.py")} - {"__init__.py", "pairwise.py", "piles.py"}
    assert unnamed == []
    assert [name for name in sorted(there) if f"`{name}`" not in page] == []
