"""What opens a kiosk, when a help card may be shown, and what must be there before the first word is taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# A change of the plan. What was sent later waits three days at most (`LONGEST_WAIT` in feedback/rules.py), so the
# fourth day is after all of it.
AFTER_WHAT_IS_HELD = timedelta(days=4)
NEXT_DAY = timedelta(days=1)
CODE_DIGITS = 12  # Of the code that opens a screen once: 40 bits, for two days. They can be typed on any keyboard.
FURTHEST = timedelta(days=400)  # A year ahead with some weeks to spare: the closed days of a whole year.
AMBER_AFTER_DAYS = 60
PULLED_AFTER_DAYS = 120
NOTED_AGAIN = timedelta(minutes=10)  # After the database did not take that a kiosk was seen.
RECORDING_SECONDS = 30  # Of one line read aloud. The longest of the program takes a little over twenty.


def in_steps(text: str) -> tuple[str, list[str]]:
    """Return what stands before numbered steps, and the steps without their numbers: all of *text* and [] without any.

    "Stay calm. 1. Shake them. 2. Call." has two. Only numbers that count up from 1 are steps; one alone is none.
    """
    parts = re.split(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+", text)
    numbers, steps = parts[1::2], [step.strip() for step in parts[2::2]]
    if len(steps) < 2 or numbers != [str(number) for number in range(1, len(steps) + 1)]:
        return text, []
    return parts[0].strip(), steps


class Picture(StrEnum):
    """What can be drawn beside a step of a help card: `step-…` of templates/_icons.html."""

    SHAKE = "shake"
    CALL = "call"
    NALOXONE = "naloxone"
    BREATHING = "breathing"
    BREATHS = "breaths"
    SIDE = "side"
    STAY = "stay"
    WAIT = "wait"
    AMBULANCE = "ambulance"
    TOGETHER = "together"


PICTURE_WORDS = {
    Picture.SHAKE: N_("Shake and shout"),
    Picture.CALL: N_("Call"),
    Picture.NALOXONE: N_("Spray naloxone in the nose"),
    Picture.BREATHING: N_("Are they breathing?"),
    Picture.BREATHS: N_("Give breaths"),
    Picture.SIDE: N_("Lay on the side"),
    Picture.STAY: N_("Stay with them"),
    Picture.WAIT: N_("Wait, or look at the clock"),
    Picture.AMBULANCE: N_("Ambulance"),
    Picture.TOGETHER: N_("Two together"),
}


def pictured(text: str, chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the steps of *text*, each with its picture or ''. *chosen*: pictures by the words of their step.

    By its words, so that a step which was written anew has no picture until somebody has chosen one again.
    """
    known = set(Picture)
    return [(step, chosen[step] if chosen.get(step) in known else "") for step in in_steps(text)[1]]


def dialled(phone: str) -> str:
    """Return what a phone dials for a number as people write it, or '' for what is more than one number."""
    digits = "".join(sign for sign in phone if sign not in " -.()")
    return digits if digits.removeprefix("+").isdecimal() and digits.isascii() else ""


class Help(StrEnum):
    """The kinds of help card (R-SAFE-03)."""

    EMERGENCY = "emergency"
    OVERDOSE = "overdose"
    NEVER_USE_ALONE = "never_use_alone"
    CRISIS = "crisis"
    VIOLENCE = "violence"
    YOUTH = "youth"
    POISON = "poison"
    LEGAL_AID = "legal_aid"


HELP_LABELS = {
    Help.EMERGENCY: N_("Emergency"),
    Help.OVERDOSE: N_("Overdose"),
    Help.NEVER_USE_ALONE: N_("Someone with you on the phone"),
    Help.CRISIS: N_("Someone to talk to"),
    Help.VIOLENCE: N_("Someone hurts you"),
    Help.YOUTH: N_("Young people"),
    Help.POISON: N_("Poison line"),
    Help.LEGAL_AID: N_("Legal help"),
}

# Intake does not open without these three, in each language the site serves.
NEEDED = (Help.EMERGENCY, Help.OVERDOSE, Help.CRISIS)


class Freshness(StrEnum):
    """How old the last check of a help card is: amber at 60 days, pulled at 120 (R-SAFE-03)."""

    FRESH = "fresh"
    AMBER = "amber"
    PULLED = "pulled"


def freshness(checked_on: date | None, today: date) -> Freshness:
    """Return whether a card checked on that day may still be shown today."""
    if checked_on is None or (today - checked_on).days >= PULLED_AFTER_DAYS:
        return Freshness.PULLED
    return Freshness.AMBER if (today - checked_on).days >= AMBER_AFTER_DAYS else Freshness.FRESH


def last_seen(seen_on: date | None, today: date) -> Sentence | str:
    """Return when a kiosk was seen, in words coarser than a day: when today's first person came is nobody's."""
    if seen_on is None:
        return N_("Not seen yet")
    if is_seen_lately(seen_on, today):
        return N_("Seen in the last two days")
    return Sentence(N_("Last seen on {day}"), day=seen_on)


def is_seen_lately(seen_on: date | None, today: date) -> bool:
    """Whether a kiosk was seen today or yesterday."""
    return seen_on is not None and today - seen_on <= NEXT_DAY


def code_until(today: date) -> date:
    """Return the last day on which a screen's code made today opens it."""
    return today + NEXT_DAY


def code_typed(typed: str) -> str:
    """Return the digits of a screen's code as somebody typed it: with gaps, in any script. Raises RuleRefused."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in typed if sign.isdecimal())
    if len(digits) != CODE_DIGITS or any(sign.isalpha() for sign in typed):
        said = N_("A screen's code is {needed} digits. There are {typed} here.")
        raise RuleRefused(Sentence(said, needed=CODE_DIGITS, typed=len(digits)), field="code")
    return digits


def in_groups(code: str) -> str:
    """Return a code as people read it to each other: four digits, and four, and four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


QUARTER = timedelta(minutes=15)


def call_gone_by(now: datetime) -> datetime:
    """Return when a call for a worker made *now* is forgotten: at a whole quarter of an hour, to hide its minute."""
    return whole_quarter(now + retention.CALLS)


def whole_quarter(moment: datetime) -> datetime:
    """Return the end of the quarter of an hour that *moment* lies in, which tells no minute."""
    into = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond) % QUARTER
    return moment + (QUARTER - into if into else timedelta())


class Coming(StrEnum):
    """What a kiosk can say to somebody who asked for a worker."""

    ASKED = "asked"
    ON_THE_WAY = "on_the_way"
    NOBODY_HERE = "nobody_here"


COMING_WORDS = {
    Coming.ASKED: N_("We asked. It shows on the workers' screens. If no one comes soon, tell any worker yourself."),
    Coming.ON_THE_WAY: N_("A worker is on the way to you."),
    Coming.NOBODY_HERE: N_("No worker is signed in just now. Please tell any worker yourself."),
}


@dataclass(frozen=True)
class CardFacts:
    """What the opening rule needs to know of a help card."""

    kind: Help
    language: str
    checked_on: date | None


def missing_before_opening(
    cards: Collection[CardFacts], limits: Mapping[str, str], languages: Collection[str], today: date
) -> list[Sentence]:
    """Return what the site must still write before it may take the first word. Empty means ready."""
    missing = []
    for language in languages:
        fresh = {c.kind for c in cards if c.language == language and freshness(c.checked_on, today) is Freshness.FRESH}
        missing += [
            Sentence(
                N_("The help card “{kind}” in {language} is not filled in, or was not checked in the last 60 days."),
                kind=Sentence(HELP_LABELS[kind]),
                language=language,
            )
            for kind in NEEDED
            if kind not in fresh
        ]
        if not limits.get(language, "").strip():
            missing.append(
                Sentence(
                    N_("The text on what workers must report by law is not written in {language}."), language=language
                )
            )
    return missing
