"""An account in words: each sentence made from the account alone, for a page to translate and to show."""

from __future__ import annotations

from governance.counting.account import Account, Stage, shown
from governance.counting.lot import BY_LOT, TALK
from governance.ruling.sentences import N_, Sentence

MOVES = {
    "surplus": N_("Step {number}: {of} had more votes than needed. The rest went to the next choices."),
    "exclusion": N_("Step {number}: {of} had the fewest votes and went out. Those votes went to the next choices."),
    "runoff": N_("Step {number}: the last two were {of}. Each ballot went to the one it likes more."),
}
TO_WIN = N_("To win takes this many votes: {quota}.")
COUNTED = {
    "yes-no": N_("{yes} yes, {no} no, {abstain} did not choose."),
    "consensus": N_("{agree} agree, {worry} agree with a worry, {aside} stand aside, {block} block."),
    "consent": N_("{consent} can live with it, {object} object, {block} block, {abstain} did not choose."),
    "sense-check": N_("{good} say it looks good, {unsure} are not sure, {concern} have a concern."),
}


def explained(account: Account) -> list[Sentence]:
    """Return what happened: ballots, what it took, each step, each tie, and the outcome."""
    return [*steps(account), *_outcome(account)]


def steps(account: Account) -> list[Sentence]:
    """Return the same without the outcome: what it comes to also depends on who took part."""
    if account.rule in COUNTED:
        return _counted(account)
    if not account.ballots:
        told = [Sentence(N_("There were no ballots to count."))]
    else:
        told = [Sentence(N_("Ballots that count: {ballots}."), ballots=account.ballots)]
    if account.invalid:
        told.append(Sentence(N_("Ballots with no clear choice: {invalid}."), invalid=account.invalid))
    if account.quota is not None:
        words = TO_WIN if account.rule == "irv" else N_("To be sure of a seat takes this many votes: {quota}.")
        told.append(Sentence(words, quota=shown(account.quota, account.unit)))
    for number, stage in enumerate(account.stages, 1):
        told += _stage(account, number, stage)
    for tie in account.ties:
        names = ", ".join(tie.between)
        if tie.broken_by == TALK:
            told.append(Sentence(N_("There was a tie: {names}. So it goes back to the talk."), names=names))
        elif tie.broken_by == BY_LOT:
            told.append(
                Sentence(N_("There was a tie: {names}. A lot that anyone can draw again broke it."), names=names)
            )
        else:
            told.append(Sentence(N_("There was a tie: {names}. How they stood before broke it."), names=names))
    return told


def _counted(account: Account) -> list[Sentence]:
    """Fixed words need no steps: how often each was marked is all there is."""
    if account.ballots:
        told = [Sentence(COUNTED[account.rule], **account.counts)]
    else:
        told = [Sentence(N_("There were no ballots to count."))]
    if account.invalid:
        told.append(Sentence(N_("Ballots with no clear choice: {invalid}."), invalid=account.invalid))
    return told


def _stage(account: Account, number: int, stage: Stage) -> list[Sentence]:
    names = account.choices
    told = []
    if stage.action in MOVES:
        told.append(Sentence(MOVES[stage.action], number=number, of=", ".join(names[each] for each in stage.of)))
    if stage.tallies:
        standing = ", ".join(f"{names[each]} {shown(value, account.unit)}" for each, value in stage.tallies.items())
        told.append(Sentence(N_("Step {number}: {standing}."), number=number, standing=standing))
    if stage.elected:
        elected = ", ".join(names[each] for each in stage.elected)
        told.append(Sentence(N_("Step {number}: {elected} won."), number=number, elected=elected))
    return told


def _outcome(account: Account) -> list[Sentence]:
    if account.passed is not None:
        return [Sentence(N_("It passed.") if account.passed else N_("It did not pass."))]
    if account.rule in COUNTED:
        return []
    if not account.winners:
        return [Sentence(N_("Nothing won."))]
    return [Sentence(N_("The outcome: {winners}."), winners=", ".join(account.winners))]
