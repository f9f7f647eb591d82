"""Consensus: agree, agree with a worry, stand aside, block.

Source: `reference/domain.md` 2.2. There is consensus when nobody blocks. A block names a harm or a rule of the
charter; it goes to a small group and comes back once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from governance.ballots.counting.tally import Tally
from governance.errors import RuleRefused
from governance.sentences import N_, Sentence


class Level(StrEnum):
    """Where a member stands."""

    AGREE = "agree"
    WORRY = "worry"
    ASIDE = "aside"
    BLOCK = "block"


LEVEL_WORDS = {
    Level.AGREE: N_("I agree"),
    Level.WORRY: N_("I agree, with a worry"),
    Level.ASIDE: N_("I stand aside"),
    Level.BLOCK: N_("I block"),
}


class Ground(StrEnum):
    """What a block may stand on."""

    HARM = "harm"
    CHARTER_RULE = "charter_rule"


GROUND_WORDS = {
    Ground.HARM: N_("It would hurt people"),
    Ground.CHARTER_RULE: N_("It breaks a rule of our charter"),
}


@dataclass(frozen=True)
class Stand:
    """One ballot. *ground* and *named* (the harm or the rule, in the member's words) belong to a block."""

    level: Level
    ground: Ground | None = None
    named: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether a block names what it stands on. Every other ballot is whole as it is."""
        return self.level is not Level.BLOCK or (self.ground is not None and bool(self.named.strip()))


def check_stand(stand: Stand) -> None:
    """Refuse a block that names neither a harm nor a rule. Ask this before the ballot goes into the box."""
    if not stand.is_whole:
        raise RuleRefused(N_("A block must name the harm, or the rule of the charter. Say which. Or stand aside."))


@dataclass(frozen=True)
class ConsensusRule:
    """There is consensus when nobody blocks and *at_least_agree* agree, with or without a worry.

    Without the second part a board that stands aside as one would have agreed to something nobody wants. It is the
    charter's fewest yes votes.
    """

    at_least_agree: int = 3
    name: str = "consensus"

    @property
    def in_words(self) -> Sentence:
        """What it takes to agree."""
        return Sentence(
            N_("To agree, no one may block. And {least} or more must agree, with a worry or without."),
            least=self.at_least_agree,
        )

    def count(self, ballots: Iterable[Stand]) -> Tally:
        """Count *ballots*. A block that names nothing counts as standing aside, and the account says so."""
        cast = list(ballots)
        levels = [stand.level if stand.is_whole else Level.ASIDE for stand in cast]
        counts = {level.value: levels.count(level) for level in Level}
        agree = counts[Level.AGREE] + counts[Level.WORRY]
        return Tally(
            rule=self.name,
            counts=counts,
            in_favour=agree,
            passed=not counts[Level.BLOCK] and agree >= self.at_least_agree,
            blocked=counts[Level.BLOCK] > 0,
            account=_account(counts, unnamed=sum(not stand.is_whole for stand in cast)),
        )


def _account(counts: dict[str, int], unnamed: int) -> tuple[Sentence, ...]:
    words = N_("{agree} agree, {worry} agree with a worry, {aside} stand aside, {block} block.")
    account = [Sentence(words, **counts)]
    if unnamed:
        words = N_("Counted as standing aside, as they named no harm and no rule: {unnamed}.")
        account.append(Sentence(words, unnamed=unnamed))
    return tuple(account)
