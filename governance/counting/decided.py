"""Rules whose options are fixed words: consent, consensus, yes or no against a threshold, and a sense check.

A paper is the one word it marks. `Account.passed` is the answer; a sense check has none. Source, where a rule names no
other: `docs/domain.md` 2.2.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import PASS_OVER, STOP, Ballots
from governance.counting.lot import Lot
from governance.counting.rule import Rule
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

HALF = Fraction(1, 2)


class Choice(StrEnum):
    """What a yes or no ballot may say."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class ConsensusLevel(StrEnum):
    """Where a member stands in a consensus."""

    AGREE = "agree"
    WORRY = "worry"
    ASIDE = "aside"
    BLOCK = "block"


@dataclass(frozen=True)
class Decided(Rule):
    """What the four share: the words a paper may mark, and the count of each."""

    words: ClassVar[tuple[str, ...]] = ()
    in_favour: ClassVar[tuple[str, ...]] = ()  # The words that are for it: the second check works with these.
    papers: ClassVar[str] = "words"

    @property
    def when_equal(self) -> None:
        """A yes and a no that are equal do not pass. There is nothing to draw."""
        return None

    def check(self, choices: Sequence[str]) -> None:
        """Refuse other options than the rule's own words, in whatever order."""
        super().check(choices)
        if not {each.casefold() for each in choices} <= set(self.words):
            raise RuleRefused(
                Sentence(N_("The options of this way to count are: {words}."), words=", ".join(self.words))
            )

    @abstractmethod
    def passes(self, counts: Mapping[str, int]) -> bool | None:
        """Whether these numbers pass, None for a rule that does not ask. *counts* has every word."""

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
        stage = Stage("votes", tallies, elected=tuple(won))
        details = {"counts": counts, "in_favour": sum(counts[each] for each in self.in_favour)}
        return self.made(ballots, ties, won, [stage], sum(tallies.values()), passed=passed, details=details)


@dataclass(frozen=True)
class YesNo(Decided):
    """Yes, no or abstain. *threshold*: the part of yes and no together that must be yes, 1/2 (more than half) to 1.

    *at_least_yes*: the fewest yes votes. A threshold of one half means *more* than half: a draw does not pass. Who
    abstains is counted and shown, and is not in the sum.
    """

    name: ClassVar[str] = "yes-no"
    title: ClassVar[str] = N_("Yes or no")
    words: ClassVar[tuple[str, ...]] = tuple(each.value for each in Choice)
    in_favour: ClassVar[tuple[str, ...]] = (Choice.YES,)
    threshold: Fraction = HALF
    at_least_yes: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "threshold", Fraction(self.threshold))
        if not HALF <= self.threshold <= 1 or self.at_least_yes < 1:
            raise ValueError("A threshold lies from one half to one, and it takes at least one yes.")

    @property
    def in_words(self) -> Sentence:
        """What it takes to pass."""
        if self.threshold == HALF:
            words = N_("To pass: more yes than no, and at least {least} yes. Who did not choose is not in the sum.")
        else:
            words = N_(
                "To pass: {share} or more of yes and no together must be yes, and at least {least} yes. "
                "Who did not choose is not in the sum."
            )
        return Sentence(words, share=self.threshold, least=self.at_least_yes)

    def passes(self, counts: Mapping[str, int]) -> bool:
        """More yes than no, enough of both together, and enough by itself. In whole numbers; nothing is rounded."""
        yes, no = counts[Choice.YES], counts[Choice.NO]
        return yes > no and yes >= self.threshold * (yes + no) and yes >= self.at_least_yes


@dataclass(frozen=True)
class Consensus(Decided):
    """Agree, agree with a worry, stand aside, block. *at_least_agree*: the fewest who agree; nobody may block.

    Without the second part a board that stands aside as one would have agreed to something nobody wants. Whether a
    block names what it stands on is settled before it is counted (`choices.py`).
    """

    name: ClassVar[str] = "consensus"
    title: ClassVar[str] = N_("Consensus")
    words: ClassVar[tuple[str, ...]] = tuple(each.value for each in ConsensusLevel)
    in_favour: ClassVar[tuple[str, ...]] = (ConsensusLevel.AGREE, ConsensusLevel.WORRY)
    at_least_agree: int = 1

    @property
    def in_words(self) -> Sentence:
        """What it takes to agree."""
        words = N_("To agree, no one may block. And {least} or more must agree, with a worry or without.")
        return Sentence(words, least=self.at_least_agree)

    def passes(self, counts: Mapping[str, int]) -> bool:
        """No block, and enough who agree, with or without a worry."""
        return (
            not counts[ConsensusLevel.BLOCK]
            and counts[ConsensusLevel.AGREE] + counts[ConsensusLevel.WORRY] >= self.at_least_agree
        )


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
    in_favour: ClassVar[tuple[str, ...]] = ("consent",)
    blocks_allowed: int = 0
    objections_at_most: Fraction = Fraction(0)
    at_least_consent: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "objections_at_most", Fraction(self.objections_at_most))
        if self.blocks_allowed < 0 or not 0 <= self.objections_at_most < 1:
            raise ValueError("Blocks are 0 or more; objections are a part from 0 up to, but not, 1.")

    @property
    def in_words(self) -> Sentence:
        """What it takes to pass."""
        if not self.objections_at_most:
            words = N_("To pass: no one objects or blocks, and {least} or more can live with it.")
        else:
            words = N_(
                "To pass: no one blocks, at most {share} of those who choose object, "
                "and {least} or more can live with it."
            )
        return Sentence(words, least=self.at_least_consent, share=self.objections_at_most)

    def passes(self, counts: Mapping[str, int]) -> bool:
        """Few enough blocks, few enough objections, enough consent."""
        against = counts["object"] + counts["block"]
        return (
            counts["block"] <= self.blocks_allowed
            and against <= self.objections_at_most * (counts["consent"] + against)
            and counts["consent"] >= self.at_least_consent
        )


@dataclass(frozen=True)
class SenseCheck(Decided):
    """How does it feel: good, not sure, or a concern? It passes nothing and refuses nothing."""

    name: ClassVar[str] = "sense-check"
    title: ClassVar[str] = N_("Sense check")
    words: ClassVar[tuple[str, ...]] = ("good", "unsure", "concern")
    in_favour: ClassVar[tuple[str, ...]] = ("good",)

    @property
    def in_words(self) -> Sentence:
        """What it is for."""
        return Sentence(N_("This only asks how people feel about it. It decides nothing."))

    def passes(self, counts: Mapping[str, int]) -> None:
        """There is nothing to pass."""
