"""An account in words: each sentence made from the account alone, for a page to translate and to show."""

from __future__ import annotations

from governance.ballots.counting.account import Account, Stage, shown
from governance.sentences import N_, Sentence

MOVES = {
    "surplus": N_("Step {number}: {of} had more votes than needed. The rest went to the next choices."),
    "exclusion": N_("Step {number}: {of} had the fewest votes and went out. Those votes went to the next choices."),
    "runoff": N_("Step {number}: the last two were {of}. Each ballot went to the one it likes more."),
}


def explained(account: Account) -> list[Sentence]:
    """Return what happened: ballots, what it took, each step, each tie, and the outcome."""
    if not account.ballots:
        told = [Sentence(N_("There were no ballots to count."))]
    else:
        told = [Sentence(N_("Ballots that count: {ballots}."), ballots=account.ballots)]
    if account.invalid:
        told.append(Sentence(N_("Ballots with no clear choice: {invalid}."), invalid=account.invalid))
    if account.quota is not None:
        words = N_("To be sure of a seat takes this many votes: {quota}.")
        told.append(Sentence(words, quota=shown(account.quota, account.unit)))
    for number, stage in enumerate(account.stages, 1):
        told += _stage(account, number, stage)
    for tie in account.ties:
        names = ", ".join(tie.between)
        if tie.broken_by == "lot":
            told.append(
                Sentence(N_("There was a tie: {names}. A lot that anyone can draw again broke it."), names=names)
            )
        else:
            told.append(Sentence(N_("There was a tie: {names}. How they stood before broke it."), names=names))
    return [*told, _outcome(account)]


def _stage(account: Account, number: int, stage: Stage) -> list[Sentence]:
    names = account.choices
    told = []
    if stage.action in MOVES:
        told.append(Sentence(MOVES[stage.action], number=number, of=", ".join(names[each] for each in stage.of)))
    if stage.tallies:
        standing = ", ".join(f"{names[each]} {shown(value, account.unit)}" for each, value in stage.tallies.items())
        told.append(Sentence(N_("Step {number}: {standing}."), number=number, standing=standing))
    if stage.elected and account.passed is None:
        elected = ", ".join(names[each] for each in stage.elected)
        told.append(Sentence(N_("Step {number}: {elected} won."), number=number, elected=elected))
    return told


def _outcome(account: Account) -> Sentence:
    if account.passed is not None:
        return Sentence(N_("It passed.") if account.passed else N_("It did not pass."))
    if not account.winners:
        return Sentence(N_("Nothing won."))
    return Sentence(N_("The outcome: {winners}."), winners=", ".join(account.winners))
