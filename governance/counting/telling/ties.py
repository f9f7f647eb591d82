"""Ties in plain words: who was equal, and what broke it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from governance.counting.lot import TALK
from governance.counting.telling.numbers import exact
from governance.ruling.sentences import N_, Sentence

LOT_IN_WORDS = N_(
    "The lot comes from all the sealed ballots together. So no one can know it before, and anyone can draw it again."
)
OTHERS = {
    "best scores": N_("{names} were equal. Who got the best score most often came first."),
    "head to head": N_("{names} were equal. Who lost to fewest of the others came first."),
}


def told(account: Mapping[str, Any]) -> list[Sentence]:
    """Return each tie of an account in a sentence, and after them one on what the lot is, if it was drawn.

    Options that went out by lot with nothing are told together: each such tie would name all of them but one again.
    """
    empty = [tie for tie in account["ties"] if _had_nothing(tie, account["stages"])]
    found = [_told(tie) for tie in account["ties"] if tie not in empty]
    if empty:
        names = ", ".join(dict.fromkeys(name for tie in empty for name in tie["between"]))
        found.append(Sentence(N_("{names} had 0. A lot said in which order they went out."), names=names))
    drawn = any(tie["broken_by"] == "lot" for tie in account["ties"])
    return [*dict.fromkeys(found), *([Sentence(LOT_IN_WORDS)] if drawn else [])]


def lot_decided(account: Mapping[str, Any]) -> bool:
    """Whether a lot put an option before another that had as much. Not where all of them had nothing."""
    stages = account.get("stages", [])
    return any(tie["broken_by"] == "lot" and not _had_nothing(tie, stages) for tie in account.get("ties", []))


def won_by_lot(account: Mapping[str, Any]) -> list[str]:
    """Return the options that won because a lot put them before one that had as much and did not win, in their order.

    None where the lot only said in which order options won or went out.
    """
    won, stages = account.get("winners", []), account.get("stages", [])
    drawn = [
        set(tie["between"])
        for tie in account.get("ties", [])
        if tie["broken_by"] == "lot" and not _had_nothing(tie, stages) and not set(tie["between"]) <= set(won)
    ]
    return [each for each in won if any(each in between for between in drawn)]


def _had_nothing(tie: Mapping[str, Any], stages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the lot chose among options that had 0, which of them goes out."""
    if tie["purpose"] != "exclusion" or tie["broken_by"] != "lot":
        return False
    tallies = stages[int(tie["stage"].split()[0]) - 1]["tallies"]
    return not any(exact(tallies.get(name, 0)) for name in tie["between"])


def _told(tie: Mapping[str, Any]) -> Sentence:
    """Say of one tie, as the account has it, who was equal and what broke it."""
    values = {"names": ", ".join(tie["between"]), "first": tie["order"][0], "last": tie["order"][-1]}
    how = tie["broken_by"]
    if how in OTHERS:
        return Sentence(OTHERS[how], names=values["names"])
    if how == TALK:
        words = N_("{names} were equal. The board chose before the vote that it goes back to the talk then.")
        return Sentence(words, names=values["names"])
    if how != "lot":
        words = N_("{names} were equal. How they stood in step {step} broke the tie.")
        return Sentence(words, names=values["names"], step=how.removeprefix("stage "))
    if tie["stage"] == "pairs":
        return Sentence(N_("Some wins were equal. A lot said which of them counts first."))
    if tie["purpose"] == "exclusion":
        return Sentence(N_("{names} were equal, and one had to go out. By lot it was {last}."), **values)
    return Sentence(N_("{names} were equal. A lot put {first} first."), **values)
