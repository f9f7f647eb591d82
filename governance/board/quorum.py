"""Quorum: may the people who are here decide? Summed here, and nowhere else.

Source: `docs/domain.md` 2.2 and R-GOV-05. Every number is the charter's (`charter.py`), but for one: no charter
can take the majority of those here away from the seats of lived or living experience.
"""

from dataclasses import dataclass
from math import ceil

from governance.board.charter import Charter
from governance.board.rules import ByClass, SeatClass
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Sum:
    """The sum that says whether a board may decide an item now. All numbers are seats."""

    active: int
    here: int
    lived_here: int
    stepped_out: int
    reasons: tuple[Sentence, ...]

    @property
    def met(self) -> bool:
        """Whether the item can be decided."""
        return not self.reasons

    @property
    def in_words(self) -> Sentence:
        """The whole sum in one line, for people in the room. The public sees the safe form (docs/domain.md R-ID-02)."""
        return Sentence(
            N_(
                "{active} active seats, {here} here, {lived} of {here} hold lived or living experience seats, "
                "{out} stepped out"
            ),
            active=self.active,
            here=self.here,
            lived=self.lived_here,
            out=self.stepped_out,
        )


def quorum(active: ByClass, here: ByClass, stepped_out: ByClass, charter: Charter, *, lived_alone: bool = False) -> Sum:
    """Return the sum for one item: may the people who are here decide it?

    *active*: active seats by class. *here*: who takes part in this item. *stepped_out*: who left for this item
    because of a tie; they are not among those here, and they leave both sides of the sum.
    *lived_alone*: the seats of lived or living experience decide, and all others are left out. Then the size of the
    board does not count: the share of these seats that must be here does, and that somebody is here.
    Raises RuleRefused when more people are counted than seats are active.
    """
    classes = [SeatClass.LIVED] if lived_alone else list(SeatClass)
    for each in classes:
        if here.get(each, 0) + stepped_out.get(each, 0) > active.get(each, 0):
            raise RuleRefused(N_("More people are counted here than there are active seats. Check the roll."))
    all_active, all_here, out = (sum(side.get(each, 0) for each in classes) for side in (active, here, stepped_out))
    lived = here.get(SeatClass.LIVED, 0)
    reasons = _why_not(all_active, all_here, lived, out, charter, whole_board=not lived_alone)
    return Sum(all_active, all_here, lived, out, tuple(reasons))


def _why_not(active: int, here: int, lived: int, out: int, charter: Charter, *, whole_board: bool) -> list[Sentence]:
    """Return each part of the quorum rule that is not met, as a sentence."""
    needed = ceil((active - out) * charter.quorum_share)
    parts = (
        (
            active >= charter.fewest_to_decide or not whole_board,
            N_("{active} seats are active. With fewer than {fewest}, the board can give advice but cannot decide."),
        ),
        (here >= needed, N_("At least {needed} must be here. {here} are here.")),
        (
            2 * lived > here,
            N_("More than half of those here must hold lived or living experience seats. {lived} of {here} do."),
        ),
        (
            here >= charter.left_after_stepping_out or not out or not whole_board,
            N_("After people step out, at least {left} must be left. {here} are left."),
        ),
    )
    values = {
        "active": active,
        "fewest": charter.fewest_to_decide,
        "needed": needed,
        "here": here,
        "lived": lived,
        "left": charter.left_after_stepping_out,
    }
    return [Sentence(words, **values) for is_met, words in parts if not is_met]
