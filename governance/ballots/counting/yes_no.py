"""Yes, no, or abstain, against a threshold.

Source: `reference/domain.md` 2.2. Majority: more yes than no, and yes at least 3. Two-thirds: yes at least
two thirds of yes and no together. Who abstains is counted and shown, and is not in the sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from governance.ballots.counting.tally import Tally
from governance.sentences import N_, Sentence


class Choice(StrEnum):
    """What a ballot may say."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


CHOICE_WORDS = {
    Choice.YES: N_("Yes"),
    Choice.NO: N_("No"),
    Choice.ABSTAIN: N_("I do not want to choose"),
}

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class YesNoRule:
    """Passed when there is more yes than no, yes reaches *threshold* of yes and no, and yes is *at_least_yes*.

    A threshold of one half therefore means *more* than half: a draw does not pass.
    """

    threshold: Fraction = HALF
    at_least_yes: int = 3
    name: str = "majority"

    def __post_init__(self) -> None:
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

    def passes(self, yes: int, no: int) -> bool:
        """Whether these numbers pass. All in whole numbers and fractions; nothing is rounded."""
        return yes > no and yes >= self.threshold * (yes + no) and yes >= self.at_least_yes

    def count(self, ballots: Iterable[Choice]) -> Tally:
        """Count *ballots*, in whatever order they lie."""
        cast = list(ballots)
        counts = {choice: cast.count(choice) for choice in Choice}
        yes, no, abstain = (counts[choice] for choice in Choice)
        account = Sentence(N_("{yes} yes, {no} no, {abstain} did not choose."), yes=yes, no=no, abstain=abstain)
        return Tally(
            rule=self.name,
            counts={choice.value: number for choice, number in counts.items()},
            in_favour=yes,
            passed=self.passes(yes, no),
            blocked=False,
            account=(account,),
        )


MAJORITY = YesNoRule()
TWO_THIRDS = YesNoRule(Fraction(2, 3), name="two_thirds")
