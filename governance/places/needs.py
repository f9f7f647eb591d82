"""What needs me now, of places: help cards whose last check is old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from governance.board.needs import Need, Rank
from governance.places.rules import PULLED_AFTER_DAYS, Freshness, freshness
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Checked:
    """A help card, and the day somebody last called its number, if anybody did."""

    card_id: int
    title: str
    checked_on: date | None


def needs(cards: Iterable[Checked], today: date) -> list[Need]:
    """Return a line for each card that is to be checked: those that are not shown any more come first."""
    lines = [line for each in cards for line in _of_card(each, today)]
    return sorted(lines, key=lambda line: line.rank)


def _of_card(card: Checked, today: date) -> list[Need]:
    fresh, at = freshness(card.checked_on, today), {"card_id": card.card_id}
    if fresh is Freshness.PULLED:
        why = N_("People do not see this card. Call the number, then save the card.")
        return [Need(Rank.SAFETY, card.title, why, N_("Not shown"), "late", "places.help_card", at)]
    if fresh is Freshness.AMBER and card.checked_on:
        goes_on = card.checked_on + timedelta(days=PULLED_AFTER_DAYS)
        why_now = Sentence(N_("Call the number, then save the card. Without that it goes on {day}."), day=goes_on)
        return [Need(Rank.THE_BOARD, card.title, why_now, N_("To check"), "not-yet", "places.help_card", at)]
    return []
