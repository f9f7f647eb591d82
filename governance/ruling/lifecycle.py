"""A life cycle is a table of steps: from each state, the states that may follow.

What people decide is a `StrEnum` and such a table. What dates decide (open, closed, late) is computed
from `now` and never stored, so it has no table.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

State = TypeVar("State", bound=StrEnum)

NOT_THAT_STEP = N_("This cannot be done at this point. Someone may have just changed it. Look at the page again.")


def check_step(
    steps: Mapping[State, frozenset[State]], here: State, there: State, refusal: str | Sentence | None = None
) -> None:
    """Refuse the step from *here* to *there* unless *steps* has it.

    Raises RuleRefused with *refusal*, or with a sentence that fits every life cycle.
    """
    if there not in steps[here]:
        raise RuleRefused(refusal or NOT_THAT_STEP)


def endings(steps: Mapping[State, frozenset[State]]) -> frozenset[State]:
    """Return the states from which no step leads on."""
    return frozenset(state for state, following in steps.items() if not following)


def reachable(steps: Mapping[State, frozenset[State]], start: State) -> frozenset[State]:
    """Return every state that can be reached from *start*, itself included."""
    seen = {start}
    waiting = [start]
    while waiting:
        new = steps[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return frozenset(seen)
