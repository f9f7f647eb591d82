"""The kinds of vote a facilitator can call: what each asks, how it is counted unless told otherwise, what it decides.

Sources: `docs/design.md` 6; `docs/domain.md` 2.2. Every number that a rule needs comes from the charter or from the
form that calls the vote; all of it stands in the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from governance.board.charter import Charter
from governance.counting.budget import Budget
from governance.counting.choosing import Approval, Phragmen, Plurality
from governance.counting.decided import Consensus, Consent, SenseCheck, YesNo
from governance.counting.files.look_alikes import seen_as, taken_for
from governance.counting.irv import InstantRunoff
from governance.counting.judgment import MajorityJudgment
from governance.counting.lot import EARLIER_THEN_TALK
from governance.counting.meek import MeekStv
from governance.counting.ranked_pairs import RankedPairs
from governance.counting.rule import Rule
from governance.counting.schulze import Schulze
from governance.counting.scoring import Dots, Score, Star
from governance.counting.scottish import ScottishStv
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


class Kind(StrEnum):
    """What a facilitator chooses among."""

    MAJORITY = "majority"
    TWO_THIRDS = "two_thirds"
    CONSENSUS = "consensus"
    CONSENSUS_THEN_VOTE = "consensus_then_vote"
    CONSENT = "consent"
    SENSE_CHECK = "sense_check"
    CHOOSE_ONE = "choose_one"
    CHOOSE_SEVERAL = "choose_several"
    SCORE = "score"
    DOTS = "dots"
    BUDGET = "budget"
    RANKED = "ranked"
    ELECT = "elect"


KIND_WORDS = {
    Kind.MAJORITY: N_("Majority"),
    Kind.TWO_THIRDS: N_("Two thirds"),
    Kind.CONSENSUS: N_("Consensus"),
    Kind.CONSENSUS_THEN_VOTE: N_("Consensus. If someone blocks, we vote"),
    Kind.CONSENT: N_("Consent: can we live with it?"),
    Kind.SENSE_CHECK: N_("A sense check"),
    Kind.CHOOSE_ONE: N_("Choose one"),
    Kind.CHOOSE_SEVERAL: N_("Choose as many as you like"),
    Kind.SCORE: N_("Give each a score"),
    Kind.DOTS: N_("Share out dots"),
    Kind.BUDGET: N_("Share out money"),
    Kind.RANKED: N_("Put them in order"),
    Kind.ELECT: N_("Elect chairs or seats"),
}

KIND_HINTS = {
    Kind.CONSENSUS_THEN_VOTE: N_("First all look for a yes. If there is none, a vote on the same words follows."),
    Kind.SENSE_CHECK: N_("It only asks how people feel. It decides nothing, and the talk goes on."),
    Kind.CHOOSE_ONE: N_("Each marks one option. The one with the most marks wins."),
    Kind.CHOOSE_SEVERAL: N_("Each marks all they could live with. The one with the most marks wins."),
    Kind.SCORE: N_("Each gives every option a number. The highest sum wins."),
    Kind.DOTS: N_("Each has a few dots, and puts them where they like."),
    Kind.BUDGET: N_("Each option has a price. Each marks what should be paid."),
    Kind.RANKED: N_("First choice, second choice, and so on. The last one goes out, until one has more than half."),
    Kind.ELECT: N_("Each puts names in order. Seats are shared out fairly."),
}

GROUPS = {
    N_("Yes or no"): (
        Kind.MAJORITY, Kind.TWO_THIRDS, Kind.CONSENSUS, Kind.CONSENSUS_THEN_VOTE, Kind.CONSENT, Kind.SENSE_CHECK,
    ),
    N_("Choose among options"): (Kind.CHOOSE_ONE, Kind.CHOOSE_SEVERAL, Kind.SCORE, Kind.RANKED),
    N_("Share out"): (Kind.DOTS, Kind.BUDGET),
    N_("Elect"): (Kind.ELECT,),
}  # fmt: skip

ASK_YES_OR_NO = frozenset(GROUPS["Yes or no"])
BY_CONSENSUS = frozenset({Kind.CONSENSUS, Kind.CONSENSUS_THEN_VOTE})
MOST_OPTIONS = 20
LONGEST_OPTION = 100
MOST_SEATS = 10
MOST_DOTS = 20
BEST_SCORES = (3, 5, 10)


@dataclass(frozen=True)
class ForSeats:
    """The seats that whoever is chosen takes, and the day from which on."""

    seats: tuple[int, ...]
    begins: date


@dataclass(frozen=True)
class ForRole:
    """The role that whoever is chosen has, and the day from which on."""

    role: Role
    begins: date


@dataclass(frozen=True)
class Settings:
    """What the form adds to the charter. *count_by*: the name of a rule, "" for the usual one of the kind.

    *prices*: one for each option, whole numbers of the programme's money. *objections*: the part that may object.
    *equal_to_talk*: what is equal goes back to the talk, and no lot is drawn. None: as the charter says.
    *for_seats*, or *for_role*: what whoever is chosen among members gets.
    """

    options: tuple[str, ...] = ()
    prices: tuple[int, ...] = ()
    count_by: str = ""
    seats: int = 1
    dots: int = 5
    highest: int = 5
    budget: int = 0
    objections: Fraction = Fraction(0)
    equal_to_talk: bool | None = None
    for_seats: ForSeats | None = None
    for_role: ForRole | None = None


CHOOSES_MEMBERS = frozenset({Kind.ELECT})  # What stands for choice are people: their names are never public.
AMONG_OPTIONS = frozenset(Kind) - ASK_YES_OR_NO
# For each setting the kinds that need it; the others take what is usual.
NEEDED_BY = {
    "options": AMONG_OPTIONS,
    "seats": AMONG_OPTIONS - {Kind.BUDGET},
    "dots": frozenset({Kind.DOTS}),
    "highest": frozenset({Kind.SCORE}),
    "budget": frozenset({Kind.BUDGET}),
    "objections": frozenset({Kind.CONSENT}),
}
AN_EXAMPLE = Settings(options=("A", "B"), prices=(1, 1), budget=1)

PRICES = N_("Each option needs a price. Write it after the name, like: New chairs = 200")

Maker = Callable[[Charter, Settings], Rule]

RULES_OF: dict[Kind, dict[str, Maker]] = {
    Kind.MAJORITY: {"yes-no": lambda charter, _: YesNo(at_least_yes=charter.least_yes)},
    Kind.TWO_THIRDS: {"yes-no": lambda charter, _: YesNo(threshold=charter.two_thirds, at_least_yes=charter.least_yes)},
    Kind.CONSENSUS: {"consensus": lambda charter, _: Consensus(at_least_agree=charter.least_yes)},
    Kind.CONSENSUS_THEN_VOTE: {"consensus": lambda charter, _: Consensus(at_least_agree=charter.least_yes)},
    Kind.CONSENT: {
        "consent": lambda charter, asked: Consent(
            objections_at_most=asked.objections, at_least_consent=charter.least_yes
        )
    },
    Kind.SENSE_CHECK: {"sense-check": lambda _, __: SenseCheck()},
    Kind.CHOOSE_ONE: {"plurality": lambda _, asked: Plurality(seats=asked.seats)},
    Kind.CHOOSE_SEVERAL: {
        "approval": lambda _, asked: Approval(seats=asked.seats),
        "phragmen": lambda _, asked: Phragmen(seats=asked.seats),
    },
    Kind.SCORE: {
        "score": lambda _, asked: Score(highest=asked.highest, seats=asked.seats),
        "star": lambda _, asked: Star(highest=asked.highest),
        "majority-judgment": lambda _, asked: MajorityJudgment(highest=asked.highest, seats=asked.seats),
    },
    Kind.DOTS: {"dots": lambda _, asked: Dots(dots=asked.dots, seats=asked.seats)},
    Kind.BUDGET: {
        "greedy": lambda _, asked: _budget(asked, "greedy"),
        "equal_shares": lambda _, asked: _budget(asked, "equal_shares"),
    },
    Kind.RANKED: {
        "irv": lambda _, __: InstantRunoff(),
        "schulze": lambda _, asked: Schulze(seats=asked.seats),
        "ranked-pairs": lambda _, asked: RankedPairs(seats=asked.seats),
    },
    Kind.ELECT: {
        "scottish-stv": lambda _, asked: ScottishStv(seats=asked.seats),
        "meek-stv": lambda _, asked: MeekStv(seats=asked.seats),
    },
}

COUNT_BY_WORDS = {
    "approval": N_("Choose as many as you like: the most marks win"),
    "phragmen": N_("Choose as many as you like: share the seats fairly (Phragmén)"),
    "score": N_("Score: the highest sum wins"),
    "star": N_("Score: then the best two meet (STAR)"),
    "majority-judgment": N_("Score: the one whose middle score is the best wins (majority judgment)"),
    "greedy": N_("Money: the most wanted first, while it lasts"),
    "equal_shares": N_("Money: each ballot pays with an equal share"),
    "irv": N_("Order: the last one goes out (instant runoff)"),
    "schulze": N_("Order: each against each (Schulze)"),
    "ranked-pairs": N_("Order: each against each (ranked pairs)"),
    "scottish-stv": N_("Seats: as in Scotland (STV)"),
    "meek-stv": N_("Seats: Meek's rules (STV)"),
}


def _budget(asked: Settings, method: str) -> Budget:
    costs = tuple(sorted(zip(asked.options, asked.prices, strict=True)))
    return Budget(budget=asked.budget, costs=costs, method=method)


def kind_named(name: str) -> Kind:
    """Return the kind of vote called *name*. Raises RuleRefused if there is none."""
    if name not in set(Kind):
        raise RuleRefused(N_("There is no such way to vote. Choose one on the list."), field="kind")
    return Kind(name)


def options_in(text: str, *, priced: bool) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the options that stand in *text*, one on each line, and their prices: "New chairs = 200".

    Raises RuleRefused for a price that is no whole number.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    rows = [line.rpartition("=") if priced else ("", "", line) for line in lines if line]
    if not priced:
        return tuple(name for _, _, name in rows), ()
    if not all(name.strip() and re.fullmatch(r" *[0-9]{1,9} *", price) for name, _, price in rows):
        raise RuleRefused(PRICES, field="options")
    return tuple(name.strip() for name, _, _ in rows), tuple(int(price) for _, _, price in rows)


def check_settings(kind: Kind, asked: Settings) -> None:
    """Refuse what a vote of this kind cannot be held with, in a sentence that says what to do."""
    if kind in ASK_YES_OR_NO:
        return
    if not 2 <= len(asked.options) <= MOST_OPTIONS or not all(map(seen_as, asked.options)):
        words = N_("Write two options or more, one on each line, and {most} at most.")
        raise RuleRefused(Sentence(words, most=MOST_OPTIONS), field="options")
    if any(len(each) > LONGEST_OPTION for each in asked.options):
        raise RuleRefused(
            Sentence(N_("An option has {most} letters at most. Make it shorter."), most=LONGEST_OPTION), field="options"
        )
    if len({key for each in asked.options for key in taken_for(each)}) < 2 * len(asked.options):
        raise RuleRefused(N_("Two options have the same name. Give each its own."), field="options")
    if not 1 <= asked.seats < min(len(asked.options), MOST_SEATS + 1):
        raise RuleRefused(
            N_("There must be more options than can win. Add an option, or let fewer win."), field="options"
        )
    if asked.seats > 1 and (asked.count_by or next(iter(RULES_OF[kind]))) in ("irv", "star"):
        raise RuleRefused(
            N_("In this way to count one option wins. For more, choose: Elect chairs or seats."), field="count_by"
        )
    if not 1 <= asked.dots <= MOST_DOTS or asked.highest not in BEST_SCORES:
        raise RuleRefused(N_("Choose how many dots, or how high a score goes."))
    if kind is Kind.BUDGET:
        _check_money(asked)


def _check_money(asked: Settings) -> None:
    if len(asked.prices) != len(asked.options) or not all(0 < each < 10**9 for each in asked.prices):
        raise RuleRefused(PRICES, field="options")
    if not min(asked.prices) <= asked.budget < 10**9:
        raise RuleRefused(
            N_("There is too little money for any of these. Look at the sum and the prices."), field="budget"
        )


def rule_for(kind: Kind, charter: Charter, asked: Settings) -> Rule:
    """Return the counting rule of a vote, every parameter in it. Raises RuleRefused for settings that do not fit."""
    check_settings(kind, asked)
    makers = RULES_OF[kind]
    if asked.count_by and asked.count_by not in makers:
        raise RuleRefused(
            N_("This way to count does not go with this kind of vote. Choose the usual one."), field="count_by"
        )
    rule = makers[asked.count_by or next(iter(makers))](charter, asked)
    to_talk = charter.equal_to_talk if asked.equal_to_talk is None else asked.equal_to_talk
    return replace(rule, ties=EARLIER_THEN_TALK) if to_talk and kind in AMONG_OPTIONS else rule
