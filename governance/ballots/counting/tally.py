"""What every counting rule gives back: the numbers, whether it passed, and the account in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.sentences import Sentence


@dataclass(frozen=True)
class Tally:
    """A finished count.

    *rule* is the name the manifest fixed before voting. *counts* has a number for every choice, zeros too.
    *in_favour* is the number the second check works with. *account* is exact: it is for those who may see the
    ballots; the public sees it through `privacy`.
    """

    rule: str
    counts: Mapping[str, int]
    in_favour: int
    passed: bool
    blocked: bool
    account: tuple[Sentence, ...]

    @property
    def ballots(self) -> int:
        """How many ballots were counted."""
        return sum(self.counts.values())
