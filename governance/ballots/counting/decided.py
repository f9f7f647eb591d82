"""Rules that answer yes or no, in the shape of all rules: consent, consensus, and yes or no against a threshold.

A paper is the one option it marks; the options are fixed words. `Account.passed` is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from governance.ballots.counting.account import Account, Stage
from governance.ballots.counting.consensus import Level
from governance.ballots.counting.grouped import PASS_OVER, STOP, Ballots
from governance.ballots.counting.lot import Lot
from governance.ballots.counting.rule import Rule
from governance.ballots.counting.yes_no import HALF, Choice, YesNoRule
from governance.errors import RuleRefused
from governance.sentences import N_, Sentence


@dataclass(frozen=True)
class Decided(Rule):
    """What the three share: the words a paper may mark, and the count of each."""

    words: ClassVar[tuple[str, ...]] = ()

    def check(self, choices: Sequence[str]) -> None:
        """Refuse other options than the rule's own words, in whatever order."""
        super().check(choices)
        if not {each.casefold() for each in choices} <= set(self.words):
            raise RuleRefused(
                Sentence(N_("The options of this way to count are: {words}."), words=", ".join(self.words))
            )

    def passes(self, counts: dict[str, int]) -> bool:
        """Whether these numbers pass. *counts* has every word."""
        raise NotImplementedError

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count the words and decide."""
        ties = self.begin(ballots, lot)
        tallies = dict.fromkeys(range(len(ballots.choices)), 0)
        for (_, number), ranking in zip(ballots.groups, ballots.flat(STOP, PASS_OVER), strict=True):
            if len(ranking):
                tallies[ranking[0]] += number
        counts = dict.fromkeys(self.words, 0)
        for each, number in tallies.items():
            counts[ballots.choices[each].casefold()] += number
        passed = self.passes(counts)
        won = [each for each, name in enumerate(ballots.choices) if name.casefold() == self.words[0]] if passed else []
        valid = sum(tallies.values())
        stage = Stage("votes", tallies, elected=tuple(won))
        return self.made(ballots, ties, won, [stage], valid, passed=passed, details={"counts": counts})


@dataclass(frozen=True)
class YesNo(Decided):
    """Yes, no or abstain. *threshold*: the part of yes and no together that must be yes, 1/2 (more than half) to 1.

    *at_least_yes*: the fewest yes votes. See `yes_no.YesNoRule`.
    """

    name: ClassVar[str] = "yes-no"
    title: ClassVar[str] = N_("Yes or no")
    words: ClassVar[tuple[str, ...]] = tuple(each.value for each in Choice)
    threshold: Fraction = HALF
    at_least_yes: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "threshold", Fraction(self.threshold))
        YesNoRule(self.threshold, self.at_least_yes)

    def passes(self, counts: dict[str, int]) -> bool:
        """As `YesNoRule.passes`."""
        return YesNoRule(self.threshold, self.at_least_yes).passes(counts[Choice.YES], counts[Choice.NO])


@dataclass(frozen=True)
class Consensus(Decided):
    """Agree, agree with a worry, stand aside, block. *at_least_agree*: the fewest who agree; nobody may block.

    See `consensus.ConsensusRule`; whether a block names what it stands on is settled before it is counted.
    """

    name: ClassVar[str] = "consensus"
    title: ClassVar[str] = N_("Consensus")
    words: ClassVar[tuple[str, ...]] = tuple(each.value for each in Level)
    at_least_agree: int = 1

    def passes(self, counts: dict[str, int]) -> bool:
        """No block, and enough who agree, with or without a worry."""
        return not counts[Level.BLOCK] and counts[Level.AGREE] + counts[Level.WORRY] >= self.at_least_agree


@dataclass(frozen=True)
class Consent(Decided):
    """Consent, object, block, or abstain. Consent is not "do I want it" but "can I live with it".

    *blocks_allowed*: how many blocks still let it pass (0). *objections_at_most*: the largest part of all who did not
    abstain that may object or block (0 means no one). *at_least_consent*: the fewest who consent. Source: sociocratic
    consent, with the thresholds many groups add (C. T. Butler and A. Rothstein, On Conflict and Consensus, 1987).
    """

    name: ClassVar[str] = "consent"
    title: ClassVar[str] = N_("Consent")
    words: ClassVar[tuple[str, ...]] = ("consent", "object", "block", "abstain")
    blocks_allowed: int = 0
    objections_at_most: Fraction = Fraction(0)
    at_least_consent: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "objections_at_most", Fraction(self.objections_at_most))
        if self.blocks_allowed < 0 or not 0 <= self.objections_at_most < 1:
            raise ValueError("Blocks are 0 or more; objections are a part from 0 up to, but not, 1.")

    def passes(self, counts: dict[str, int]) -> bool:
        """Few enough blocks, few enough objections, enough consent."""
        against = counts["object"] + counts["block"]
        return (
            counts["block"] <= self.blocks_allowed
            and against <= self.objections_at_most * (counts["consent"] + against)
            and counts["consent"] >= self.at_least_consent
        )
