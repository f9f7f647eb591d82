"""What needs me now, of places: help cards on the day before, on and after each of their two days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.board.needs import Rank
from governance.places.needs import Checked, needs

TODAY = date(2026, 11, 23)


def checked(days_ago: int | None, card_id: int = 7) -> Checked:
    return Checked(card_id, "When life hurts too much", None if days_ago is None else TODAY - timedelta(days_ago))


@pytest.mark.parametrize(
    ("days_ago", "word"),
    [(0, None), (59, None), (60, "To check"), (119, "To check"), (120, "Not shown"), (None, "Not shown")],
)
def test_a_card_is_asked_for_from_the_sixtieth_day_and_missed_from_the_hundred_and_twentieth(
    days_ago: int | None, word: str | None
) -> None:
    assert [each.word for each in needs([checked(days_ago)], TODAY)] == ([word] if word else [])


def test_the_line_leads_to_the_card_and_says_when_it_goes() -> None:
    (line,) = needs([checked(100)], TODAY)
    assert (line.page, line.at) == ("places.help_card", {"card_id": 7})
    assert str(line.why).endswith("Without that it goes on 2026-12-13.")


def test_what_people_do_not_see_comes_first() -> None:
    lines = needs([checked(60, 1), checked(120, 2)], TODAY)
    assert [(each.at["card_id"], each.rank) for each in lines] == [(2, Rank.SAFETY), (1, Rank.THE_BOARD)]
