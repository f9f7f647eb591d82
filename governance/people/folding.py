"""What stands at the top of a list that others write: the newest of each kind, so that one hand fills it with nothing.

Whoever does the same thing again and again would else push what moved power out of sight, below the first lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Line = TypeVar("Line")
AT_FIRST = 5  # lines


def folded(
    lines: Sequence[Line], kind_of: Callable[[Line], Hashable], at_first: int = AT_FIRST
) -> tuple[list[tuple[Line, int]], list[Line]]:
    """Return the first of each kind of *lines*, at most *at_first*, each with how many more of its kind there are; and
    all other lines. Both keep their order. Room that is left over goes to the next ones, as they come.
    """
    kinds = [kind_of(line) for line in lines]
    newest = [at for at, kind in enumerate(kinds) if kinds.index(kind) == at][:at_first]
    others = [at for at in range(len(lines)) if at not in newest]
    shown = sorted(newest + others[: at_first - len(newest)])
    rest = [at for at in others if at not in shown]
    more = Counter(kinds[at] for at in rest)
    last = {kinds[at]: at for at in shown}
    return [(lines[at], more[kinds[at]] if last[kinds[at]] == at else 0) for at in shown], [lines[at] for at in rest]
