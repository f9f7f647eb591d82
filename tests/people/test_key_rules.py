"""The names of intake keys."""

from __future__ import annotations

from datetime import date

from governance.people.key_rules import base_period, key_order, next_key, still_used


def test_a_key_changed_within_its_period_is_counted_up() -> None:
    assert next_key(["2026-11"]) == "2026-11.2"
    assert next_key(["2026-11", "2026-11.10", "2026-11.9"]) == "2026-11.11"
    assert sorted(["2026-12", "2026-11.10", "2026-11.2", "2026-11"], key=key_order) == [
        "2026-11", "2026-11.2", "2026-11.10", "2026-12",
    ]  # fmt: skip
    assert base_period("2026-W48.3") == "2026-W48"


def test_a_key_is_used_until_its_period_ends() -> None:
    assert still_used("2026-11.2", date(2026, 11, 30))
    assert not still_used("2026-11.2", date(2026, 12, 1))
    assert still_used("2026-W48", date(2026, 11, 29))
    assert not still_used("2026-W48", date(2026, 11, 30))
