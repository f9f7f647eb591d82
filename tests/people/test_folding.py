"""One hand fills no first page: of what is alike the newest stands there, with how many more there are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.folding import AT_FIRST, folded
from governance.permissions.roles import Role
from governance.ruling.sentences import Sentence
from tests.people.factories import TODAY


@pytest.mark.parametrize(("lines", "shown", "rest"), [
    ("", "", ""),
    ("abc", "a0b0c0", ""),
    ("aaaaaaaab", "a0a0a0a4b0", "aaaa"),
    ("aaaaabcdef", "a4b0c0d0e0", "aaaaf"),
])  # fmt: skip
def test_the_newest_of_each_kind_stands_first(lines: str, shown: str, rest: str) -> None:
    found, others = folded(lines, lambda line: line)
    assert ("".join(f"{line}{more}" for line, more in found), "".join(others)) == (shown, rest)


@given(st.lists(st.integers(0, 8), max_size=30))
def test_no_line_is_lost_and_each_kind_that_has_room_is_in_sight(kinds: list[int]) -> None:
    lines = list(enumerate(kinds))
    shown, others = folded(lines, lambda line: line[1])
    assert sorted([line for line, _ in shown] + others) == lines
    assert [line for line, _ in shown] == sorted(line for line, _ in shown)
    assert len(shown) == min(len(lines), AT_FIRST)
    assert len({line[1] for line, _ in shown}) == min(len(set(kinds)), AT_FIRST)
    of_kinds_in_sight = [line for line in others if line[1] in {each[1] for each, _ in shown}]
    assert sum(more for _, more in shown) == len(of_kinds_in_sight)


def test_what_moved_power_is_in_sight_under_twenty_new_names(session: Session, keys: KeyFolder, sign_in: Any) -> None:
    people.tell(session, keys, Sentence("{name} has the keys of the box now.", name="Kelp"), TODAY)
    for number in range(20):
        people.tell(session, keys, Sentence("{name} calls it {title} now.", name="Mo", title=f"No. {number}"), TODAY)
    session.commit()
    page = sign_in(Role.MEMBER, sits=True).get("/board").text
    above, below = page.split("What every member is told", 1)[1].split("<summary>", 1)
    assert "Kelp has the keys of the box now." in above
    assert "16 more like it." in above
    assert "No. 0" in below
