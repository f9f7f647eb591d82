"""The one shape of all rules: a frozen dataclass whose fields are the parameters, every one of them in the manifest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

from governance.counting.account import Account, Stage, lot_used
from governance.counting.grouped import Ballots
from governance.counting.lot import EARLIER_THEN_TALK, TIE_RULES, Lot, Ties
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

SelfRule = TypeVar("SelfRule", bound="Rule")


@dataclass(frozen=True)
class Rule(ABC):
    """What all rules share. *ties* says what a tie comes to: `earlier_then_lot` or `lot` (see `lot.py`), or
    `earlier_then_talk`: what no earlier stage breaks goes back to the talk (see `equal.py`).

    A subclass sets `name`, `title` (N_) and `how` it is counted (N_; or it overrides `in_words`, where the words hang
    on a parameter), says in `ALLOWED` which words a parameter may have, what its ballots hold in `papers` (`ranking`,
    `scores` or `approvals`), whether it always has `one_winner`, and counts in `count`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    how: ClassVar[str]
    ALLOWED: ClassVar[Mapping[str, frozenset[str]]] = {}
    papers: ClassVar[str] = "ranking"
    one_winner: ClassVar[bool] = False
    ties: str = "earlier_then_lot"

    def __post_init__(self) -> None:
        for parameter, words in {**self.ALLOWED, "ties": TIE_RULES}.items():
            if getattr(self, parameter) not in words:
                raise _unknown(parameter)
        for each in fields(self):
            least = 1 if each.name in ("seats", "highest", "dots") else 0
            value = getattr(self, each.name)
            if each.type == "int" and (type(value) is not int or value < least):
                raise _unknown(each.name)

    def to_manifest(self) -> dict[str, Any]:
        """Return the name and every parameter as plain data."""
        return {"rule": self.name, **{each.name: _plain(getattr(self, each.name)) for each in fields(self)}}

    @classmethod
    def from_manifest(cls: type[SelfRule], manifest: Mapping[str, Any]) -> SelfRule:
        """Return the rule. Raises RuleRefused when a parameter is missing, too many, or not understood."""
        wanted = {each.name for each in fields(cls)}
        given = {key: value for key, value in manifest.items() if key != "rule"}
        for parameter in sorted(wanted ^ given.keys()):
            raise _unknown(parameter)
        try:
            return cls(**given)
        except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise RuleRefused(N_("The settings of this way to count cannot be read.")) from error

    @property
    def in_words(self) -> Sentence:
        """What it takes, or how it is counted, in a sentence for a page."""
        return Sentence(self.how)

    @property
    def when_equal(self) -> Sentence | None:
        """What is fixed for the case that it is equal, in a sentence for a page; None where that chooses nothing."""
        if self.ties == EARLIER_THEN_TALK:
            return Sentence(N_("If it is equal, nothing is chosen. It goes back to the talk."))
        return Sentence(N_("If it is equal and nothing else tells them apart, a lot decides."))

    def check(self, choices: Sequence[str]) -> None:
        """Refuse what cannot be counted, in a plain sentence. Raises RuleRefused."""
        if not choices:
            raise RuleRefused(N_("There must be an option to vote for."))
        if len(set(choices)) < len(choices):
            raise RuleRefused(N_("Two options have the same name. Give each its own."))
        if getattr(self, "seats", 1) > len(choices):
            raise RuleRefused(N_("There are more seats than options. Add an option, or ask for fewer seats."))

    @abstractmethod
    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count *ballots*, in whatever order they lie; *lot* breaks what nothing else does."""

    def made(
        self, ballots: Ballots, ties: Ties, winners: Sequence[int], stages: Sequence[Stage], valid: int, **more: Any
    ) -> Account:
        """Put an account together. When no ballot counts it names no winner, whatever the rule found."""
        account = Account(
            parameters=self.to_manifest(),
            choices=ballots.choices,
            winners=tuple(ballots.choices[each] for each in winners),
            seats=more.pop("seats", getattr(self, "seats", 1)),
            ballots=valid,
            invalid=ballots.total - valid,
            stages=tuple(_standing_only(each, ballots) for each in stages),
            ties=tuple(ties.broken),
            depth_read=more.pop("depth_read", None) or ballots.whole_depths(),
            lot=lot_used(ties.lot),
            **more,
        )
        return account if valid else account.without_ballots()

    def begin(self, ballots: Ballots, lot: Lot) -> Ties:
        """Check that all can be counted, and return what will settle the ties."""
        self.check(ballots.choices)
        return Ties(lot.fresh(), ballots.choices, self.ties)


def top(rule: Rule, ballots: Ballots, ties: Ties, action: str, tallies: Mapping[int, int]) -> tuple[list[int], Stage]:
    """Return the first `seats` options by *tallies*, and the stage that says so."""
    standing = {each: tallies[each] for each in ballots.standing}
    winners = ties.first(f"1 {action}", "order", standing, getattr(rule, "seats", 1))
    return winners, Stage(action, tallies, elected=tuple(winners))


def _standing_only(stage: Stage, ballots: Ballots) -> Stage:
    tallies = {each: value for each, value in stage.tallies.items() if each not in ballots.withdrawn}
    return stage if len(tallies) == len(stage.tallies) else replace(stage, tallies=tallies)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):  # Pairs of an option and its number: the costs of a budget.
        return dict(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _unknown(parameter: str) -> RuleRefused:
    return RuleRefused(
        Sentence(N_("This setting of the count is missing or not known: {parameter}."), parameter=parameter)
    )
