"""When a help card may still be shown, what a site needs before the first word, and how long a kiosk waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.places.rules import (
    AFTER_WHAT_IS_HELD,
    FURTHEST,
    HELP_LABELS,
    NEEDED,
    NEXT_DAY,
    NOTED_AGAIN,
    RECORDING_SECONDS,
    CardFacts,
    Freshness,
    Help,
    call_gone_by,
    code_until,
    dialled,
    freshness,
    in_steps,
    is_seen_lately,
    missing_before_opening,
    pictured,
    whole_quarter,
)
from tests.places.test_step_pictures import PICTURES, TEXT

TODAY = date(2026, 11, 28)
CARDS = [CardFacts(kind, "en", TODAY) for kind in NEEDED]
LIMITS = {"en": "Workers report danger to a child."}


@pytest.mark.parametrize(
    ("days", "seen_as"),
    [
        (0, Freshness.FRESH),
        (59, Freshness.FRESH),
        (60, Freshness.AMBER),
        (119, Freshness.AMBER),
        (120, Freshness.PULLED),
    ],
)
def test_a_card_is_amber_after_sixty_days_and_pulled_after_a_hundred_and_twenty(days: int, seen_as: Freshness) -> None:
    assert freshness(TODAY - timedelta(days=days), TODAY) is seen_as


def test_a_card_that_nobody_checked_is_not_shown() -> None:
    assert freshness(None, TODAY) is Freshness.PULLED


def test_a_site_with_fresh_cards_and_its_limits_may_open() -> None:
    assert missing_before_opening(CARDS, LIMITS, ["en"], TODAY) == []


@pytest.mark.parametrize("kind", NEEDED)
def test_one_needed_card_that_is_missing_or_old_is_named(kind: Help) -> None:
    others = [card for card in CARDS if card.kind is not kind]
    for cards in (others, [*others, CardFacts(kind, "en", TODAY - timedelta(days=60))]):
        (missing,) = missing_before_opening(cards, LIMITS, ["en"], TODAY)
        assert HELP_LABELS[kind] in str(missing)


def test_each_language_needs_its_own_cards_and_its_own_words_on_limits() -> None:
    missing = [str(each) for each in missing_before_opening(CARDS, {**LIMITS, "es": "  "}, ["en", "es"], TODAY)]
    assert len(missing) == len(NEEDED) + 1
    assert all(" es" in each for each in missing)
    assert missing[-1] == "The text on what workers must report by law is not written in es."


@pytest.mark.parametrize(
    ("text", "before", "steps"),
    [
        ("Stay calm. 1. Shake them. 2. Call. 3. Stay.", "Stay calm.", ["Shake them.", "Call.", "Stay."]),
        ("1) Shout\n2) Call", "", ["Shout", "Call"]),
        ("Give breaths, one every 5. Then wait.", "Give breaths, one every 5. Then wait.", []),
        ("1. Only this.", "1. Only this.", []),
        ("2. Second. 3. Third.", "2. Second. 3. Third.", []),
        ("", "", []),
    ],
)
def test_numbered_steps_are_told_from_other_numbers(text: str, before: str, steps: list[str]) -> None:
    assert in_steps(text) == (before, steps)


@pytest.mark.parametrize(
    ("written", "dials"),
    [
        ("911", "911"),
        ("1 (800) 555-0100", "18005550100"),
        ("+44 20.7946 0000", "+442079460000"),
        ("", ""),
        ("911 or 555-0100", ""),
        ("555-0100 #2", ""),
        ("٩١١", ""),
    ],
)
def test_a_tap_dials_what_is_one_number_and_nothing_else(written: str, dials: str) -> None:
    assert dialled(written) == dials


@pytest.mark.parametrize(
    ("minute", "second", "ends"), [(0, 0, "12:00"), (0, 1, "12:15"), (14, 59, "12:15"), (45, 1, "13:00")]
)
def test_a_quarter_of_an_hour_tells_no_minute(minute: int, second: int, ends: str) -> None:
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert whole_quarter(noon.replace(minute=minute, second=second)).strftime("%H:%M") == ends
    assert call_gone_by(noon.replace(minute=minute, second=second)) >= noon + timedelta(minutes=minute + 15)


def test_a_change_of_the_plan_begins_after_what_was_promised_to_words_that_wait() -> None:
    """Words wait three days at most, so the fourth is after all that came by the old hour."""
    assert timedelta(days=400) == FURTHEST
    assert timedelta(days=4) == AFTER_WHAT_IS_HELD
    assert timedelta(days=1) == NEXT_DAY
    assert RECORDING_SECONDS == 30


@given(st.dictionaries(st.sampled_from([*in_steps(TEXT)[1], "Run."]), st.sampled_from([*PICTURES, "", "no such"])))
def test_a_step_has_the_picture_of_its_own_words_and_no_other(chosen: dict[str, str]) -> None:
    steps = pictured(TEXT, chosen)
    assert [step for step, _picture in steps] == in_steps(TEXT)[1]
    for step, picture in steps:
        assert picture == (chosen.get(step, "") if chosen.get(step) != "no such" else "")


def test_a_screen_was_seen_lately_today_and_yesterday() -> None:
    assert [is_seen_lately(day, date(2026, 11, 23)) for day in (date(2026, 11, 22), date(2026, 11, 21), None)] == [
        True, False, False,
    ]  # fmt: skip
    assert code_until(date(2026, 11, 23)) == date(2026, 11, 24)
    assert timedelta(minutes=10) == NOTED_AGAIN
