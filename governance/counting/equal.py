"""A count in which only a lot could say who wins, where the board chose beforehand that it goes back to the talk.

It was equal where another lot would have come to others. Then nothing is chosen, also not what had won before: the
board talks again about all of it. A lot that changes nothing (who of two that both win comes first) sends nothing back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from governance.counting.account import Account
from governance.counting.grouped import Ballots
from governance.counting.lot import BY_LOT, EARLIER_THEN_TALK, TALK, Lot, Tie

if TYPE_CHECKING:
    from governance.counting.rule import Rule

OTHER_LOTS = 32  # Of two that are equal, all of these put the same one first once in four thousand million votes.
IN_TURN = frozenset({"irv", "scottish-stv", "meek-stv"})  # Rules whose later steps follow from a lot in an earlier one.


def counted(rule: Rule, ballots: Ballots, lot: Lot) -> Account:
    """Count *ballots* by *rule*. Where the rule sends back what is equal, and it was, nothing is chosen.

    Whoever counts again looks at what each of the lots asks for: so deep an order of such a vote is read.
    """
    account = rule.count(ballots, lot)
    if rule.ties != EARLIER_THEN_TALK or not any(tie.broken_by == BY_LOT for tie in account.ties):
        return account
    others = [rule.count(ballots, other) for other in _other_lots(lot)]
    depths = [each.depth_read for each in (account, *others)]
    account = replace(account, depth_read=tuple(map(max, zip(*depths, strict=True))))
    every_time = [frozenset(each.winners) for each in (account, *others)]
    doubtful = frozenset[str]().union(*every_time) - every_time[0].intersection(*every_time)
    return _back_to_talk(account, doubtful) if doubtful else account


def is_equal(account: Account) -> bool:
    """Whether this count goes back to the talk because it was equal."""
    return any(tie.broken_by == TALK for tie in account.ties)


def _other_lots(lot: Lot) -> Iterator[Lot]:
    for number in range(OTHER_LOTS):
        yield Lot(hashlib.sha256(b"real-voice other lot\x00" + lot.seed + bytes([number])).digest(), lot.source)


def _back_to_talk(account: Account, doubtful: frozenset[str]) -> Account:
    """Return *account* up to the first tie whose lot said who wins, with nothing chosen.

    *doubtful*: the options that win by some lots and not by others.
    """
    by_lot = [place for place, tie in enumerate(account.ties) if tie.broken_by == BY_LOT]
    at = next((place for place in by_lot if _counts(account, account.ties[place], doubtful)), by_lot[-1])
    before, tie = account.ties[:at], account.ties[at]
    stages = [replace(stage, elected=()) for stage in account.stages]
    step = _step(tie)
    if account.rule in IN_TURN and step:
        last = stages[step - 1]
        gone = tuple(each for each in last.excluded if account.choices[each] not in tie.between)
        stages = [*stages[: step - 1], replace(last, excluded=gone)]
    equal = replace(tie, broken_by=TALK, order=tie.between)
    lot = account.lot if any(each.broken_by == BY_LOT for each in before) else None
    details = {name: value for name, value in account.details.items() if name not in ("left", "spent")}
    return replace(account, winners=(), stages=tuple(stages), ties=(*before, equal), lot=lot, details=details)


def _counts(account: Account, tie: Tie, doubtful: frozenset[str]) -> bool:
    """Whether a tie can say who wins: it is between the doubtful, or who goes out had something to pass on.

    Which of those with nothing goes out first changes nothing, unless one of them takes a seat that is left.
    """
    if doubtful.intersection(tie.between):
        return True
    if tie.purpose != "exclusion":
        return False
    tallies = account.stages[_step(tie) - 1].tallies
    return any(tallies.get(account.choices.index(name), 0) for name in tie.between)


def _step(tie: Tie) -> int:
    """Return the number of the step that was equal; 0 where the tie is of the whole count."""
    first = tie.stage.split()[0]
    return int(first) if first.isdigit() else 0
