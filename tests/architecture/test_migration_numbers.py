"""A migration's number is the hour in which it was begun, so that two people cannot give one number twice."""

from __future__ import annotations

import importlib.util
import re
from datetime import UTC, datetime
from types import ModuleType

import pytest

from governance.assets import folder
from tests.architecture.house import HOUSE

# Those before the rule, and two evenings on which numbers were given by hand. They stay: databases know them.
BEFORE_THE_RULE = re.compile(r"000\d_|2026112[89](3[0-2]|[46]0)_|202611(30|31)\d0_")


def tool() -> ModuleType:
    """`.ci/migration.py`, which `make migration` runs."""
    spec = importlib.util.spec_from_file_location("migration", HOUSE.parent / ".ci" / "migration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HOUSE.parent / ".ci"))
        spec.loader.exec_module(module)
    return module


def is_an_hour(name: str) -> bool:
    """Whether the first ten digits of a file's name are a day and an hour there was."""
    try:
        return bool(datetime.strptime(name[:10], "%Y%m%d%H").replace(tzinfo=UTC)) and name[10] == "_"
    except ValueError:
        return False


def test_each_number_is_an_hour() -> None:
    names = [each.name for each in (folder("migrations") / "versions").glob("*.py")]
    assert sorted(name for name in names if not is_an_hour(name) and not BEFORE_THE_RULE.match(name)) == []


@pytest.mark.parametrize("name", ["2026113290_x.py", "2026120125_x.py", "2026120_x.py", "20261201130_x.py"])
def test_what_is_no_hour_would_be_found(name: str) -> None:
    assert not is_an_hour(name)
    assert not BEFORE_THE_RULE.match(name)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Seats have terms", "2026120109_seats_have_terms"),
        ("where a theme was first heard by us", "2026120109_where_a_theme_was"),
        ("x" * 40, "2026120109_" + "x" * 21),
    ],
)
def test_the_tool_gives_the_hour_and_as_many_words_as_fit(name: str, number: str) -> None:
    given = tool().number(name, datetime(2026, 12, 1, 9, 59, tzinfo=UTC))
    assert given == number
    assert len(given) <= 32
