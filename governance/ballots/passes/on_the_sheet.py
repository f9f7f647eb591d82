"""What may be done now with a name on the sheet of a vote: mark that they drew a card, or take a wrong mark back."""

from __future__ import annotations

from dataclasses import dataclass

from governance.ballots.rules import Stage
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind

MARKED_WHILE = frozenset({Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED})  # Who forgot to sign is marked afterwards.


@dataclass(frozen=True)
class Sheet:
    """What is known of a sheet and of whoever looks. *vote*: its number.

    *is_shut*: the root of the box is in the ledger, so the sheet stays as it is.
    """

    vote: int
    stage: Stage
    is_shut: bool
    runs_board: bool


def of_name(sheet: Sheet, account: int, name: str, *, has_one: bool) -> list[Step]:
    """Return what can be done with this *name*. *has_one*: a card or a pass is marked for this account."""
    if sheet.is_shut or not sheet.runs_board:
        return []
    at = {"number": sheet.vote, "account_id": account}
    if has_one:
        words = _of(N_("Take back"), name)
        back = Step(StepKind.POST, words, "back", page="ballots.take_mark_back", at=at, is_small=True)
        return [back] if sheet.stage is Stage.CLOSED else []
    drew = Step(StepKind.POST, _of(N_("Drew a card"), name), "check", page="ballots.sign_for", at=at)
    return [drew] if sheet.stage in MARKED_WHILE else []


def _of(words: str, name: str) -> Sentence:
    return Sentence("{words}: {name}", words=Sentence(words), name=name)
