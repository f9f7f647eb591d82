"""What every rule gives back: winners in order of election, and everything the count did on the way.

The page, the JSON and the words (`explained.py`, above this file) are all made from an `Account`; nothing is counted
twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from governance.counting.lot import Lot, Tie

Number = int | Fraction
VOTES_MOVE = frozenset({"first", "surplus", "exclusion", "round", "fill"})


def shown(value: Number, unit: int = 1) -> int | str:
    """Return *value* exactly, as JSON may hold it: whole votes as numbers, parts of votes as text, never a float.

    *unit* is how many make one vote, a power of ten; a Fraction that is not whole is written `2/3`.
    """
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    if unit == 1:
        return value
    places = len(str(unit)) - 1
    sign, whole = ("-" if value < 0 else ""), abs(value)
    return f"{sign}{whole // unit}.{whole % unit:0{places}d}"


@dataclass(frozen=True)
class Stage:
    """One step of a count, and how things stood at its end.

    *action*: what was done (`first`, `surplus`, `exclusion`, `runoff`, `lock` …); *of*: the options it was done to.
    *tallies* has a value for each option. *transfers*: what each gained. *non_transferable*: what ended here, and
    *lost*: what rounding took, both in this stage. *elected* and *excluded* in the order in which it happened.
    *notes*: further figures of this stage (a quota that moves, a transfer value), already plain data.
    """

    action: str
    tallies: Mapping[int, Number]
    of: tuple[int, ...] = ()
    transfers: Mapping[int, Number] = field(default_factory=dict)
    non_transferable: Number = 0
    lost: Number = 0
    elected: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    notes: Mapping[str, object] = field(default_factory=dict)

    def to_json(self, number: int, names: Sequence[str], unit: int) -> dict[str, object]:
        """Return the stage as plain data, options by name."""
        return {
            "number": number,
            "action": self.action,
            "of": [names[each] for each in self.of],
            "tallies": {names[each]: shown(value, unit) for each, value in self.tallies.items()},
            "transfers": {names[each]: shown(value, unit) for each, value in self.transfers.items()},
            "non_transferable": shown(self.non_transferable, unit),
            "lost_to_rounding": shown(self.lost, unit),
            "elected": [names[each] for each in self.elected],
            "excluded": [names[each] for each in self.excluded],
            **self.notes,
        }


@dataclass(frozen=True)
class Account:
    """A finished count.

    *parameters* is the rule's manifest. *winners* are names in order of election. *ballots* is how many papers count
    (valid), *invalid* how many do not. *quota* in units of which *unit* make a vote, or None. *passed* answers rules
    that ask yes or no, None for the others. *depth_read*: for each group, how many ranks the count read (one more than
    there are means that the end was read). *details*: further plain data, such as who beats whom.
    """

    parameters: Mapping[str, object]
    choices: tuple[str, ...]
    winners: tuple[str, ...]
    seats: int
    ballots: int
    invalid: int
    stages: tuple[Stage, ...]
    ties: tuple[Tie, ...]
    depth_read: tuple[int, ...]
    lot: Mapping[str, str] | None
    unit: int = 1
    quota: int | None = None
    passed: bool | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def without_ballots(self) -> Account:
        """Return what is left of the account when no ballot counts: nobody is chosen by a lot that nobody asked for."""
        answer = None if self.passed is None else False
        fixed = {name: self.details[name] for name in ("counts", "in_favour") if name in self.details}
        return replace(self, winners=(), stages=(), ties=(), lot=None, quota=None, passed=answer, details=fixed)

    @property
    def rule(self) -> str:
        """The rule's name."""
        return str(self.parameters["rule"])

    @property
    def counts(self) -> dict[str, int]:
        """How often each word of a rule with fixed words was marked; nothing for other rules."""
        counts = self.details.get("counts", {})
        return dict(counts) if isinstance(counts, Mapping) else {}

    @property
    def in_favour(self) -> int:
        """How many ballots are for it, under a rule with fixed words."""
        return int(str(self.details.get("in_favour", 0)))

    @property
    def blocked(self) -> bool:
        """Whether somebody blocked it, and by that stopped it."""
        return self.passed is False and self.counts.get("block", 0) > 0

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data, whole numbers and text alone: the same count always gives the same bytes."""
        return {
            "rule": self.rule,
            "parameters": dict(self.parameters),
            "choices": list(self.choices),
            "seats": self.seats,
            "ballots": self.ballots,
            "invalid": self.invalid,
            "quota": None if self.quota is None else shown(self.quota, self.unit),
            "winners": list(self.winners),
            "passed": self.passed,
            "stages": [self._stage(number, stage) for number, stage in enumerate(self.stages, 1)],
            "ties": [tie.to_json() for tie in self.ties],
            "lot": dict(self.lot) if self.lot else None,
            "details": dict(self.details),
        }

    def _stage(self, number: int, stage: Stage) -> dict[str, object]:
        """The stage as plain data. Where votes pass from one to the next, it also says how many are with nobody by now,
        those lost to rounding among them, which is the last line of most official tables.
        """
        told = stage.to_json(number, self.choices, self.unit)
        if stage.action in VOTES_MOVE:
            held = sum((value for value in stage.tallies.values()), start=0)
            told["with_nobody"] = shown(self.ballots * self.unit - held, self.unit)
        return told


def lot_used(lot: Lot) -> dict[str, str] | None:
    """Return which lot was drawn, or None when there was no need."""
    return {"seed": lot.seed.hex(), "source": lot.source} if lot.drawn else None
