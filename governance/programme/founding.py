"""Founding a programme: the same steps for `init` and for the demo.

A plan says the names, places, seats and people. Founding makes the keys, the board's recovery
shares, the accounts with their cards, and the readers' chain. The cards it returns exist nowhere else:
they are printed once. The shares lie sealed until three people take them.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from governance import sealing
from governance.board import charter as charters
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.feedback import rules as feedback_rules
from governance.feedback import service as feedback
from governance.frame.languages import LANGUAGES
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.people import service as people
from governance.people import share_rules
from governance.people.rules import alias_key, check_roles, reads_for_board
from governance.permissions.roles import Role
from governance.places import place_rules, places_by_day
from governance.places.models import Place, Programme
from governance.ruling.errors import NotReady, RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage import database

SECRETS = ("pepper", "held.key", "ledger-decisions.key", "ledger-intake.key")
READING = frozenset({Role.BOARD_READER, Role.STAFF_READER, Role.MANAGER, Role.DIRECTOR})


@dataclass(frozen=True)
class Person:
    """Somebody who gets a card: a chosen name, roles, and the seat they hold, if any."""

    alias: str
    roles: frozenset[Role]
    seat: str = ""


@dataclass(frozen=True)
class SeatPlan:
    """A seat of the board."""

    label: str
    seat_class: SeatClass
    alternate: bool = False


@dataclass(frozen=True)
class Plan:
    """What a site decides before it begins."""

    name: str
    place_name: str
    board_name: str
    places: Sequence[tuple[str, str]]
    seats: Sequence[SeatPlan]
    people: Sequence[Person]
    charter: charters.Charter = field(default_factory=charters.Charter)
    timezone: str = "UTC"
    release_hour: int = 18
    working_days: Sequence[int] = (0, 1, 2, 3, 4)
    closed_days: Sequence[str] = ()
    languages: Sequence[str] = ("en",)


@dataclass(frozen=True)
class Founded:
    """What is printed once and kept nowhere: the cards. The board's recovery shares, of an invented programme alone."""

    cards: Sequence[people.Card]
    shares: Sequence[sealing.Share]


def read_plan(facts: Mapping[str, Any]) -> Plan:
    """Return the plan in *facts*, as read from a TOML file. Raises NotReady naming what is wrong."""
    try:
        programme = facts["programme"]
        return Plan(
            name=_text(programme, "name"),
            place_name=_text(programme, "place_name"),
            board_name=_text(programme, "board_name"),
            places=[(_text(place, "name"), str(place.get("hours", ""))) for place in facts["places"]],
            seats=[
                SeatPlan(_text(seat, "label"), SeatClass(seat["class"]), bool(seat.get("alternate", False)))
                for seat in facts["seats"]
            ],
            people=[person_in(person) for person in facts["people"]],
            charter=_charter(facts["seats"], facts.get("charter", {})),
            timezone=programme.get("timezone", "UTC"),
            release_hour=_one_of(range(24), programme.get("release_hour", 18), "release_hour"),
            working_days=[_one_of(range(7), day, "working_days") for day in programme.get("working_days", range(5))],
            closed_days=[date.fromisoformat(str(day)).isoformat() for day in programme.get("closed_days", [])],
            languages=_languages(programme.get("languages", ["en"])),
        )
    except KeyError as missing:
        raise NotReady(f"The plan has no {missing}. The README shows a whole plan.") from missing
    except (TypeError, ValueError) as wrong:
        raise NotReady(f"The plan has a mistake: {wrong}.") from wrong


def _charter(seats: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> charters.Charter:
    """Return the charter of a plan: the numbers of seats that it does not say are those of its own *seats*."""
    unknown = sorted(said.keys() - {each.name for each in fields(charters.Charter)})
    if unknown:
        raise ValueError(f"[charter] has {unknown[0]!r}, a number that no rule reads")
    voting = [SeatClass(seat["class"]) for seat in seats if not seat.get("alternate")]
    counted = {f"{each}_seats": voting.count(each) for each in SeatClass}
    counted["alternates"] = len(seats) - len(voting)
    few = len(voting) < charters.FEWEST_SEATS  # The others come later, up to the usual numbers.
    return board.from_settings({**({} if few else counted), **said})


def person_in(facts: Mapping[str, Any]) -> Person:
    """Return the person in *facts*. Raises KeyError or ValueError for what is missing, or no role."""
    return Person(_text(facts, "alias"), frozenset(Role(role) for role in facts["roles"]), facts.get("seat", ""))


def _text(facts: Mapping[str, Any], name: str) -> str:
    words = facts[name]
    if not isinstance(words, str) or not words.strip():
        raise ValueError(f"{name} is {words!r}, and not words between quotes")
    return words


def _languages(codes: Sequence[str]) -> list[str]:
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown or not codes:
        raise ValueError(f"languages has {unknown[0] if codes else 'none'!r}. Choose from {', '.join(LANGUAGES)}")
    return list(codes)


def _one_of(known: range, number: object, name: str) -> int:
    if not isinstance(number, int) or number not in known:
        raise ValueError(f"{name} has {number!r}. Choose from {known[0]} to {known[-1]}")
    return number


def found(
    session: Session, keys: KeyFolder, plan: Plan, now: datetime, *, invented: bool = False
) -> Founded:  # fmt: skip
    """Make the programme of *plan*. Raises NotReady when there is one already, or the plan cannot stand.

    *invented*: words and shares of an invented programme are for all to see. Nobody makes other words, and the shares
    are returned. Those of a real one are sealed until three people take them.

    Whoever commits it says `keys.end_founding()` after that: keys of a founding that was cut short are made anew.
    """
    check(session, plan)
    shares = make_secrets(keys, database.which(session.get_bind().engine))
    try:
        cards = _make_everything(session, keys, plan, now, own_words=invented)
        if not invented:
            people.keep_shares(session, keys, keys.need(RECOVERY), shares)
            said = Sentence(N_("Three recovery shares wait for three people. Nobody has seen one yet."))
            people.tell_of_shares(session, keys, said, now.astimezone(ZoneInfo(plan.timezone)).date())
    except Exception:
        keys.clear()
        raise
    return Founded(cards, shares if invented else ())


def _make_everything(
    session: Session, keys: KeyFolder, plan: Plan, now: datetime, *, own_words: bool
) -> list[people.Card]:  # fmt: skip
    """Make all that *plan* says, in this order: each step stands on the one before. Return the cards, to print once."""
    today = now.astimezone(ZoneInfo(plan.timezone)).date()
    _add_programme(session, plan)
    board.adopt_charter(session, plan.charter, today)
    cards = {
        person.alias: people.new_account(session, keys, alias=person.alias, roles=person.roles, own_words=own_words)
        for person in plan.people
    }
    _fill_seats(session, plan, cards, today)
    _begin_chain(session, keys, plan, cards, now)
    people.ensure_intake_keys(session, keys, feedback.periods_around(today))
    people.tell_how_accounts_stand(session, keys, today)
    board.tell_how_seats_stand(session, keys, today)
    places_by_day.tell_how_places_stand(session, today)
    session.flush()
    return list(cards.values())


def check(session: Session, plan: Plan) -> None:
    """Refuse a plan that could not keep the promises. Raises NotReady with every reason."""
    wrong = [str(sentence) for sentence in charters.problems(plan.charter)]
    if session.get(Programme, 1):
        wrong.append("There is a programme in this database already. If its keys are lost, run: governance recover")
    if not plan.places:
        wrong.append("Name at least one place.")
    wrong += _alike([name for name, _hours in plan.places])
    labels = [seat.label for seat in plan.seats]
    wrong += [f"There are two of the name {name!r}." for name in _twice([alias_key(p.alias) for p in plan.people])]
    wrong += [f"There are two seats {label!r}." for label in _twice(labels)]
    wrong += [f"Two people hold seat {label!r}." for label in _twice([p.seat for p in plan.people if p.seat])]
    seated = [person for person in plan.people if person.seat]
    wrong += [f"{p.alias} holds seat {p.seat!r}, which is not in the plan." for p in seated if p.seat not in labels]
    wrong += [f"{person.alias}: {refusal}" for person in plan.people if (refusal := _roles_refused(person))]
    for audience in feedback_rules.Audience:
        readers = [
            p for p in plan.people if audience in feedback_rules.audiences_for(p.roles) and Role.BOARD_READER in p.roles
        ]
        if len(readers) < 2:
            wrong.append(f"Name two board readers who may read '{audience}' messages (there are {len(readers)}).")
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        wrong.append(f"There is no time zone {plan.timezone!r}. Write it like America/New_York.")
    if wrong:
        raise NotReady(" ".join(wrong))


def _alike(places: Sequence[str]) -> list[str]:
    """Return a sentence for each place whose name is, or looks like, that of one before it."""
    before = {name: [name] for name in places}
    return [
        f"Two places are called {name!r}, or look as if they were."
        for number, name in enumerate(places)
        if place_rules.whose(name, {each: before[each] for each in places[:number]})
    ]


def _roles_refused(person: Person) -> str:
    """Return why these roles do not go together on one card, or do not go with a seat, or ""."""
    try:
        check_roles(person.roles)
    except RuleRefused as refusal:
        return str(refusal)
    cannot_vote = person.seat and Role.MEMBER not in person.roles
    return f"{person.seat!r} is theirs, and they could not vote. Write member into their roles." if cannot_vote else ""


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def make_secrets(keys: KeyFolder, database: str) -> list[sealing.Share]:
    """Make what lives outside the *database* (a hash tells which); return the recovery key in three shares.

    Two of them open the escrow. What a founding in this same database has left half done is thrown away.
    """
    keys.check_not_half_restored()
    if keys.half_founded_in(database):
        keys.clear()  # Nobody was given what it was founded with: that is printed before the programme stands.
    if any(keys.names()):
        raise NotReady(
            "The key folder holds a programme's keys, and this database holds no programme. Check GOVERNANCE_DATABASE. "
            "For a new programme choose an empty GOVERNANCE_KEYS and an empty GOVERNANCE_ESCROW."
        )
    if keys.escrow_file.exists():
        raise NotReady(
            f"{keys.escrow_path} holds a programme's escrow. Check GOVERNANCE_DATABASE and run: governance recover. "
            "For a new programme choose an empty GOVERNANCE_ESCROW."
        )
    keys.begin_founding(database)
    recovery = sealing.new_pair()
    keys.write(RECOVERY, recovery.public)
    keys.write("programme", secrets.token_hex(8).encode())
    for name in SECRETS:
        keys.make(name)
    return sealing.split_secret(recovery.private, share_rules.ALL, share_rules.ENOUGH)


def _add_programme(session: Session, plan: Plan) -> None:
    session.add(
        Programme(
            id=1, name=plan.name, place_name=plan.place_name, board_name=plan.board_name, timezone=plan.timezone,
            release_hour=plan.release_hour, working_days=list(plan.working_days), closed_days=list(plan.closed_days),
            languages=list(plan.languages),
        )
    )  # fmt: skip
    session.add_all([Place(name=name, hours=hours) for name, hours in plan.places])
    session.flush()


def _fill_seats(session: Session, plan: Plan, cards: Mapping[str, people.Card], today: date) -> None:
    holders = {person.seat: cards[person.alias].account_id for person in plan.people if person.seat}
    for seat_plan in plan.seats:
        seat = board.add_seat(session, seat_plan.label, seat_plan.seat_class, seat_plan.alternate)
        if seat_plan.label in holders:
            board.seat_member(session, seat.id, holders[seat_plan.label], today)


def _begin_chain(
    session: Session, keys: KeyFolder, plan: Plan, cards: Mapping[str, people.Card], now: datetime
) -> None:
    founders = []
    for person in plan.people:
        if person.roles & READING:
            reader = open_with_card(session, keys, cards[person.alias], now)
            audiences = sorted(str(audience) for audience in feedback_rules.audiences_for(person.roles))
            founders.append((reader, audiences, reads_for_board(person.roles)))
    people.begin_chain(session, keys, founders)


def open_with_card(session: Session, keys: KeyFolder, card: people.Card, now: datetime) -> people.OpenReader:
    """Sign in with a card just made and return its keys, unlocked, for this act alone."""
    signed_in = people.sign_in(session, card.alias, people.stretch(keys, card.alias, card.passphrase), now)
    if signed_in is None:
        raise NotReady(f"The card of {card.alias} does not open.")
    return people.open_reader(session, signed_in.who)
