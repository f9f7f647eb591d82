"""Paper cards: their sheets, the numbers of their boxes, and who may type one in.

Whoever types a card reads it. So it is typed in by somebody who may have it on the screen too (`rules.audience_for`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from governance.feedback import rules
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, Worded

# A card that is printed keeps its numbers for as long as it lies in somebody's pocket. What is new comes at the end.
_IN_ORDER: tuple[tuple[str, str], ...] = (
    *(("lane", lane.value) for lane in rules.LANE_WORDS),
    *(("about", about.value) for about in rules.ABOUT_WORDS),
    *(("topics", topic) for topic in rules.COMMON_TOPICS),
    *(("face", face.value) for face in rules.FACE_WORDS),
    *(("consent", consent.value) for consent in rules.CONSENT_WORDS),
)
BOXES: Mapping[int, tuple[str, str]] = dict(enumerate(_IN_ORDER, start=1))


class Paper(Worded):
    """What a sheet is called by the printer."""

    A4 = "a4", N_("A4")
    LETTER = "us-letter", N_("US letter")


TWO_BOXES = N_("Two boxes are ticked where one is meant. Leave both out, and type the words.")


def number_of(group: str, value: str) -> int:
    """Return the number that stands beside the box for *value* of a *group* of boxes ("lane", "topics" ...)."""
    return next(number for number, box in BOXES.items() if box == (group, value))


@dataclass(frozen=True)
class Ticked:
    """What the numbers of a card say; '' or nothing where no box of a group is ticked."""

    lane: str = ""
    about: str = ""
    topics: tuple[str, ...] = ()
    face: str = ""
    consent: str = ""


def ticked(typed: str) -> Ticked:
    """Return what the numbers in *typed* stand for, as they were typed: "2 7, 14". Digits of any script will do.

    Raises RuleRefused for a number that no box has, and for two boxes where a card has one answer.
    """
    found: dict[str, list[str]] = {}
    for number in (int(digits) for digits in re.findall(r"\d+", typed)):
        if number not in BOXES:
            raise RuleRefused(Sentence(N_("No box on the card has the number {number}."), number=number), field="ticks")
        group, value = BOXES[number]
        if value not in found.setdefault(group, []):
            found[group].append(value)
    if any(len(values) > 1 for group, values in found.items() if group not in ("topics", "consent")):
        raise RuleRefused(TWO_BOXES, field="ticks")
    narrowest = [rules.Consent(each) for each in found.get("consent", ())]
    consent = functools.reduce(rules.narrower, narrowest) if narrowest else ""
    one = {group: values[0] for group, values in found.items() if group in ("lane", "about", "face")}
    return Ticked(**one, topics=tuple(found.get("topics", ())), consent=consent)


NO_BOX = "none"  # Said where the card ticks no box for whom it is about.
WHOM_WORDS: Mapping[str, str] = {
    **{str(about): words for about, words in rules.ABOUT_WORDS.items()},
    NO_BOX: N_("No box is ticked for this"),
}

NOT_A_WORKER = N_("This card is a complaint, or is about a worker. Give it to a manager or to a reader from the board.")
NOT_THE_MANAGER = N_("This card may be about the manager. Give it to the director or to a reader from the board.")
OTHER_ABOUT = N_("On the card another box is ticked for whom it is about. Go back and say that first.")


def about_of(lane: rules.Lane, said: str) -> rules.About:
    """Return whom a card is about, by what was *said* of its boxes; without a box the lane decides, as on a screen."""
    return rules.about_of(lane, "" if said == NO_BOX else said)


def why_not(lane: rules.Lane, about: rules.About, roles: Set[Role]) -> str:
    """Return why somebody with *roles* does not type in a card, or '' where they may.

    Not whom it may be about, and not who would not be shown it on the screen either. What is urgent is kept from nobody
    who holds the card already: it is to be acted on.
    """
    audience = rules.audience_for(lane, about)
    if audience in (rules.Audience.EVERYONE, rules.Audience.URGENT) or audience in rules.audiences_for(roles):
        return ""
    return NOT_THE_MANAGER if audience is rules.Audience.MANAGER else NOT_A_WORKER


def check_may_type(lane: rules.Lane, about: rules.About, roles: Set[Role]) -> None:
    """Refuse whoever is not to type in a card: `why_not`."""
    if refusal := why_not(lane, about, roles):
        raise RuleRefused(refusal)


def check_same_about(said: str, on_the_card: str) -> None:
    """Refuse a card whose ticked box names another than was *said* before it was typed in; "" names none."""
    if on_the_card and on_the_card != said:
        raise RuleRefused(OTHER_ABOUT, field="ticks")
