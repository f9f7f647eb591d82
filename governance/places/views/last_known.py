"""Help cards and the legal limit, which are shown even while the database does not answer: as they were last known.

A card that was pulled for its age stays pulled, since its own day of checking is remembered with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import get_locale
from sqlalchemy.orm import Session

from governance import clock
from governance.frame import outage
from governance.places import rules, service
from governance.places.models import HelpCard, LegalLimit
from governance.places.service import CardOnPage
from governance.storage.database import db

CARDS, LIMITS = "help-cards", "legal-limits"
WORDS = ("language", "title", "text", "phone", "country", "hours", "run_by", "cost", "spoken", "position", "pictures")


@dataclass(frozen=True)
class HelpOnPage:
    """The cards to show; in an outage the *day* they were last known, and whether nothing is *known* at all."""

    cards: Sequence[CardOnPage]
    day: date | None = None
    known: bool = True


def help_on_page() -> HelpOnPage:
    """Return the help cards for this reader: just read, or as they were last known."""
    language, today = str(get_locale()), clock.today()
    if not outage.noticed():
        try:
            return HelpOnPage(service.shown_to(remember_help(db.session), language, today))
        except outage.SILENT as error:
            outage.notice(error)
    last = outage.recall(CARDS)
    if last is None:
        return HelpOnPage([], known=False)
    return HelpOnPage(service.shown_to([_card(facts) for facts in last.facts], language, today), last.day)


def remember_help(session: Session) -> list[HelpCard]:
    """Read every help card, and keep it for an outage."""
    cards = service.help_cards(session)
    outage.remember(CARDS, [_facts(card) for card in cards])
    return cards


def limit_on_page() -> LegalLimit | None:
    """Return the site's own words on what must be reported: just read, or as they were last known, or None."""
    limits = None
    if not outage.noticed():
        try:
            limits = remember_limits(db.session)
        except outage.SILENT as error:
            outage.notice(error)
    if limits is None and (last := outage.recall(LIMITS)):
        limits = last.facts
    language = next((each for each in (str(get_locale()), "en") if each in (limits or {})), None)
    return LegalLimit(language=language, text=limits[language]) if limits and language else None


def remember_limits(session: Session) -> dict[str, str]:
    """Read the legal limit in every language, and keep it for an outage."""
    limits = {limit.language: limit.text for limit in session.query(LegalLimit)}
    outage.remember(LIMITS, limits)
    return limits


def _facts(card: HelpCard) -> dict[str, Any]:
    checked = card.checked_on.isoformat() if card.checked_on else None
    return {name: getattr(card, name) for name in WORDS} | {"kind": card.kind.value, "checked_on": checked}


def _card(facts: dict[str, Any]) -> HelpCard:
    checked = date.fromisoformat(facts["checked_on"]) if facts["checked_on"] else None
    return HelpCard(**facts | {"kind": rules.Help(facts["kind"]), "checked_on": checked})
