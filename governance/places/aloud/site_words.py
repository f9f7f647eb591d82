"""What a site wrote itself that can be said aloud: its help cards, step by step, and what must be reported by law."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.places import rules
from governance.places.models import HelpCard, LegalLimit


def words(session: Session, language: str) -> list[str]:
    """Return the lines of the site in a *language*, each as a page shows it."""
    cards = session.scalars(select(HelpCard).where(HelpCard.language == language).order_by(HelpCard.position))
    found = list(session.scalars(select(LegalLimit.text).where(LegalLimit.language == language)))
    for card in cards:
        before, steps = rules.in_steps(card.text)
        found += [card.title, before, *steps]
    return found
