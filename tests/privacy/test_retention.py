"""How long each thing is kept, number by number: longer is a promise broken (docs/domain.md R-PRIV-07, R-ID-04)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.privacy import retention


@pytest.mark.parametrize(
    ("kept", "longest"),
    [
        ("WORDS", {"days": 90}),
        ("URGENT_WORDS", {"days": 30}),
        ("SENT_FORMS", {"days": 1}),
        ("OPEN_FORM", {"hours": 12}),
        ("TAKEN_FROM_TABLETS", {"days": 431}),
        ("FLOOD_MARKS", {"days": 14}),
        ("SAID_ON_A_PHONE", {"minutes": 30}),
        ("MARKS_ON_A_PHONE", {"minutes": 30}),
        ("CALLS", {"minutes": 15}),
        ("ON_THE_WAY", {"minutes": 5}),
        ("BALLOTS", {"days": 90}),
        ("TYPED_BEFORE_SIGN_IN", {"hours": 12}),
        ("DRAFTS", {"days": 14}),
        ("SIGN_IN_WITHOUT_A_TOUCH", {"minutes": 15}),
        ("SIGN_IN", {"hours": 12}),
        ("SIGN_IN_ROWS", {"days": 2}),
        ("FAILED_TRIES", {"hours": 1}),
        ("DAILY_FIGURES", {"days": 14}),
        ("TOKEN_OF_NOBODY", {"hours": 1}),
        ("BACKUP_BEFORE_UPGRADE", {"days": 14}),
        ("LAST_COPY", {"days": 2}),
        ("OPENED_BY_CODE", {"minutes": 20}),
        ("LOOKED_FOR", {"minutes": 20}),
        ("ASKED_FOR", {"days": 14}),
        ("ITS_WEEK", {"days": 7}),
        ("NOTICES", {"days": 14}),
        ("ENROLLED", {"days": 400}),
    ],
)
def test_nothing_is_kept_longer_than_was_promised(kept: str, longest: dict[str, int]) -> None:
    assert getattr(retention, kept) == timedelta(**longest)


def test_every_number_of_the_house_is_held_above() -> None:
    held = next(mark for mark in test_nothing_is_kept_longer_than_was_promised.pytestmark if mark.name == "parametrize")
    kept = {name for name, value in vars(retention).items() if isinstance(value, timedelta)}
    assert {name for name, _ in held.args[1]} == kept


def test_what_stands_in_a_form_is_known_for_longer_than_any_form_is_open() -> None:
    assert retention.OPEN_FORM < retention.SENT_FORMS


def test_what_a_tablet_brought_is_known_for_as_long_as_it_could_bring_it_again() -> None:
    """Only the month is kept, so the last day of a month counts as its first."""
    assert retention.TAKEN_FROM_TABLETS - timedelta(days=30) > retention.ENROLLED


def test_the_rows_of_a_sign_in_are_there_as_long_as_it_may_last() -> None:
    assert retention.SIGN_IN_WITHOUT_A_TOUCH < retention.SIGN_IN < retention.SIGN_IN_ROWS
