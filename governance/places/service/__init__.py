"""What people do with places: fill help cards, write the legal limit, enrol a kiosk, open intake."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places import rules
from governance.places.models import HelpCard, Kiosk, LegalLimit, Place, Programme
from governance.places.service.calls import (
    Call,
    call_worker,
    calls,
    calls_are_over,
    forget_calls,
    go_there,
    let_workers_come,
)
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together

__all__ = ["Call", "call_worker", "calls", "calls_are_over", "forget_calls", "go_there", "let_workers_come"]

AUDIENCES = ("everyone", "grievance", "manager", "urgent")


def programme(session: Session) -> Programme | None:
    """Return the programme, read once per session, or None before `init`."""
    found = session.get(Programme, 1)
    session.info["programme"] = found  # Held on to: a session forgets what nobody else holds, and asks again.
    return found


def day_of(session: Session, moment: datetime) -> date:
    """Return the calendar day of *moment* at the site, by whose days people count; in UTC before `init`."""
    found = programme(session)
    return moment.astimezone(ZoneInfo(found.timezone if found else "UTC")).date()


def intake_is_open(session: Session) -> bool:
    """Whether the programme takes feedback; False before `init`."""
    found = programme(session)  # The page that answers needs it too, and asks no more then.
    return bool(found and found.intake_open)


@dataclass(frozen=True)
class CardOnPage:
    """A help card as the page shows it: *amber* when its check is old, *fallback* when it is in English instead."""

    card: HelpCard
    amber: bool
    fallback: bool

    @property
    def dialled(self) -> str:
        """What a tap on its number dials, or ''."""
        return rules.dialled(self.card.phone)

    @property
    def in_steps(self) -> tuple[str, list[tuple[str, str]]]:
        """Its words: what stands before numbered steps, and the steps, each with its picture or ''."""
        return rules.in_steps(self.card.text)[0], self.card.steps


def help_cards(session: Session) -> list[HelpCard]:
    """Return every help card, in the order of the page."""
    return list(session.scalars(select(HelpCard).order_by(HelpCard.position, HelpCard.id)))


def shown_to(cards: Iterable[HelpCard], language: str, today: date) -> list[CardOnPage]:
    """Return those of *cards* that may be shown, in *language* where there is one, else in English and marked so.

    What to do when somebody does not wake up stands first: its minutes count most.
    """
    shown: dict[rules.Help, list[CardOnPage]] = {}
    for card in cards:
        fresh = rules.freshness(card.checked_on, today)
        if fresh is rules.Freshness.PULLED or card.language not in (language, "en"):
            continue
        fallback = card.language != language
        kept = shown.setdefault(card.kind, [])
        if not fallback:
            kept[:] = [other for other in kept if not other.fallback]
        if not fallback or not kept or kept[0].fallback:
            kept.append(CardOnPage(card, fresh is rules.Freshness.AMBER, fallback))
    first = sorted(shown, key=lambda kind: kind != rules.Help.OVERDOSE)  # The others as the site has put them.
    return [card for kind in first for card in shown[kind]]


def save_help_card(session: Session, card: HelpCard, today: date) -> HelpCard:
    """Keep a help card whose facts the site has just checked."""
    card.checked_on = today
    session.add(card)
    session.flush()
    return card


def choose_pictures(session: Session, card: HelpCard, pictures: Sequence[str]) -> None:
    """Keep the picture of each step of *card*, in their order; '' for none."""
    steps = rules.in_steps(card.text)[1]
    card.pictures = {step: picture for step, picture in zip(steps, pictures, strict=True) if picture}
    session.flush()


def write_legal_limit(session: Session, language: str, text: str) -> None:
    """Keep the legal limit the site wrote with a lawyer."""
    session.merge(LegalLimit(language=language, text=text.strip()))
    session.flush()


def missing_before_opening(session: Session, keys: KeyFolder, today: date) -> list[str | Sentence]:
    """Return what stands between this programme and its first word: cards, legal text, readers, shares."""
    written = words_missing(session, today)
    return [*written, *people.missing_readers(session, keys, AUDIENCES, today), *people.missing_shares(session, keys)]


def words_missing(session: Session, today: date) -> list[Sentence]:
    """Return what the site itself must still write: help cards, and what workers must report by law."""
    here = session.get_one(Programme, 1)
    cards = [rules.CardFacts(c.kind, c.language, c.checked_on) for c in session.scalars(select(HelpCard))]
    limits = {limit.language: limit.text for limit in session.scalars(select(LegalLimit))}
    return rules.missing_before_opening(cards, limits, here.languages, today)


def open_intake(session: Session, keys: KeyFolder, today: date) -> None:
    """Let the programme take its first word. Refuses with the list of what is missing."""
    missing = missing_before_opening(session, keys, today)
    if missing:
        raise RuleRefused(Sentence(N_("We cannot open feedback yet. {missing}"), missing=together(missing)))
    here = session.get_one(Programme, 1)
    here.intake_open = True
    ledger.append(session, "decisions", "programme", {"intake": "open", "day": today.isoformat()})
    session.flush()


def calendar(session: Session) -> tuple[frozenset[int], frozenset[date]]:
    """Return the site's working weekdays (Monday is 0) and the days it is closed."""
    here = session.get_one(Programme, 1)
    return frozenset(here.working_days), frozenset(date.fromisoformat(day) for day in here.closed_days)


def places(session: Session) -> Sequence[Place]:
    """Return the programme's places by name."""
    return session.scalars(select(Place).order_by(Place.name)).all()


def open_places(session: Session) -> Sequence[Place]:
    """Return the places that are not closed, by name: those that can be chosen for something new."""
    return [place for place in places(session) if place.closed_on is None]


def screens(session: Session, place: Place) -> Sequence[Kiosk]:
    """Return the kiosks of a place by name, those whose key was taken away too."""
    return session.scalars(select(Kiosk).where(Kiosk.place_id == place.id).order_by(Kiosk.name)).all()


def working_screens(session: Session, place: Place) -> Sequence[Kiosk]:
    """Return the kiosks of a place whose key works, by name."""
    return [kiosk for kiosk in screens(session, place) if kiosk.revoked_on is None]


def enrol_kiosk(
    session: Session, place: Place, name: str, today: date, *, goes_without: bool = False
) -> tuple[Kiosk, str]:
    """Return a new kiosk and its code. The code is shown once, and opens one screen once.

    *goes_without*: it may be without a network, and keeps what is said on it meanwhile, sealed.
    Raises RuleRefused for a place that is closed.
    """
    session.refresh(place, with_for_update=True)
    if place.closed_on:
        raise RuleRefused(N_("This place is closed. Open it again first, or choose another one."))
    kiosk = Kiosk(place_id=place.id, name=name, goes_without=goes_without)
    session.add(kiosk)
    session.flush()
    return kiosk, new_code(session, kiosk, today)


def new_code(session: Session, kiosk: Kiosk, today: date) -> str:
    """Return a new code of a kiosk, which opens a screen once. One that was not used yet opens nothing any more.

    Raises RuleRefused for a kiosk whose key was taken away.
    """
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    given = update(Kiosk).where(Kiosk.id == kiosk.id, Kiosk.revoked_on.is_(None)).returning(Kiosk.id)
    if not session.scalar(given.values(code_hash=_hash(code), code_until=rules.code_until(today))):
        raise RuleRefused(N_("The key of this screen was taken away. Add a screen anew."))
    return code


def open_kiosk(session: Session, typed: str, today: date) -> Kiosk:
    """Return the kiosk whose code was *typed*; the code is spent with it. Raises RuleRefused for what opens none."""
    code = rules.code_typed(typed)
    spent = update(Kiosk).where(Kiosk.code_hash == _hash(code), Kiosk.code_until >= today, Kiosk.revoked_on.is_(None))
    # In one statement: of two screens that type it at once, one is opened.
    opened = session.scalars(spent.values(code_hash=None, code_until=None).returning(Kiosk)).one_or_none()
    if opened is None:
        raise RuleRefused(
            N_("This code opens no screen. Each opens one, once, by the day after it was made. Ask for a new one."),
            field="code",
        )
    return opened


def place_of_kiosk(session: Session, kiosk_id: str) -> str:
    """Return the name of the place where that kiosk stands, or '' for none, an unknown or a revoked one."""
    kiosk = session.get(Kiosk, uuid.UUID(kiosk_id)) if kiosk_id else None
    if kiosk is None or kiosk.revoked_on:
        return ""
    return session.get_one(Place, kiosk.place_id).name


def place_of_outbox(session: Session, kiosk_id: str) -> str:
    """Return the name of the place where that kiosk stands or stood: what it brings was said there, revoked or not."""
    kiosk = session.get(Kiosk, uuid.UUID(kiosk_id))
    return session.get_one(Place, kiosk.place_id).name if kiosk else ""


def is_revoked(session: Session, kiosk_id: str) -> bool:
    """Whether that kiosk's key was taken away: it was lost, or its place is closed."""
    kiosk = session.get(Kiosk, uuid.UUID(kiosk_id)) if kiosk_id else None
    return kiosk is not None and kiosk.revoked_on is not None


def goes_without_network(session: Session, kiosk_id: str) -> bool:
    """Whether that kiosk may be without a network; False for an unknown or a revoked one."""
    kiosk = session.get(Kiosk, uuid.UUID(kiosk_id)) if kiosk_id else None
    return kiosk is not None and not kiosk.revoked_on and kiosk.goes_without


def let_keep_nothing(session: Session, kiosk: Kiosk) -> None:
    """Have a kiosk keep nothing without a network any more: it brings what it has the next time it has one."""
    kiosk.goes_without = False
    session.flush()


def revoke_kiosk(session: Session, kiosk: Kiosk, today: date) -> None:
    """Refuse this kiosk's key from now on: the tablet was lost or stolen."""
    kiosk.revoked_on = today
    session.flush()


def see_kiosk(session: Session, kiosk_id: str, today: date) -> None:
    """Note the day a kiosk was seen, unless it stands there already. One whose key was taken away is not noted."""
    this = (Kiosk.id == uuid.UUID(kiosk_id), Kiosk.revoked_on.is_(None), Kiosk.seen_on.is_distinct_from(today))
    session.execute(update(Kiosk).where(*this).values(seen_on=today))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
