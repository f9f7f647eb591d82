"""What a count comes to: quorum, the counting rule, and the second check, each with its sum in words.

Sources: `docs/design.md` 6; `docs/domain.md` 2.2. Quorum and the majority of lived or living experience seats come
from the roll, never from the box, so that nobody's ballot is unmasked by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.ballots.rules import Roll
from governance.board.charter import Charter
from governance.board.quorum import quorum
from governance.counting.account import Account
from governance.counting.equal import is_equal
from governance.counting.explained import steps
from governance.counting.rule import Rule
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence


class SecondCheck(StrEnum):
    """Whether most of the lived or living experience votes are known to be for an item about participants."""

    NOT_NEEDED = "not_needed"
    PASSED = "passed"
    NOT_SHOWN = "not_shown"


def second_check(in_favour: int, roll: Roll) -> SecondCheck:
    """Return the second check without unmasking anybody (docs/design.md 6): the worst case is taken.

    Say every other seat that took a pass was in favour. If what is left is still more than half of the passes taken
    by lived or living experience seats, most of those are for it. If not, it may be so, but it is not shown.
    """
    surely_lived = in_favour - roll.other_passes
    return SecondCheck.PASSED if 2 * surely_lived > roll.lived_passes else SecondCheck.NOT_SHOWN


def _second_check_in_words(check: SecondCheck, in_favour: int, roll: Roll) -> Sentence:
    if check is SecondCheck.PASSED:
        words = N_(
            "Second check: {yes} in favour, less {other} from other seats at most, leaves {left}. "
            "That is more than half of {lived} lived or living experience seats. Passed."
        )
    else:
        words = N_(
            "Second check: {yes} in favour, less {other} from other seats at most, leaves {left}. "
            "That is not more than half of {lived} lived or living experience seats. "
            "Those seats vote once more, alone."
        )
    left = max(0, in_favour - roll.other_passes)
    return Sentence(words, yes=in_favour, other=roll.other_passes, left=left, lived=roll.lived_passes)


class Result(StrEnum):
    """What a ballot came to."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_QUORUM = "no_quorum"
    NEEDS_SECOND_BALLOT = "needs_second_ballot"
    BLOCKED = "blocked"
    NEEDS_VOTE = "needs_vote"
    CHOSEN = "chosen"
    HEARD = "heard"
    EQUAL = "equal"


DECIDED = frozenset({Result.ADOPTED, Result.NOT_ADOPTED, Result.CHOSEN})
# The words can go back to the talk, for a second try.
UNDECIDED = frozenset({Result.NO_QUORUM, Result.BLOCKED, Result.EQUAL})

RESULT_WORDS = {
    Result.ADOPTED: N_("The board said yes."),
    Result.NOT_ADOPTED: N_("The board did not say yes. It can talk again and try once more."),
    Result.NO_QUORUM: N_("Not enough people took part to decide. Nothing is decided."),
    Result.NEEDS_SECOND_BALLOT: N_(
        "One more vote comes before it counts. The lived or living experience seats vote, alone."
    ),
    Result.BLOCKED: N_("Someone blocked it. A small group works on it. It comes back once."),
    Result.NEEDS_VOTE: N_("Not all of us could say yes. So the same words go to a vote."),
    Result.CHOSEN: N_("The board has chosen."),
    Result.HEARD: N_("This only asked how people feel. It decides nothing."),
    Result.EQUAL: N_("It was equal, so nothing is chosen. It goes back to the talk. The board chose that before."),
}


@dataclass(frozen=True)
class VoteOutcome:
    """What a ballot came to, and every sum that led there, as sentences for those who may see the numbers."""

    result: Result
    quorum_met: bool
    second_check: SecondCheck
    in_words: tuple[Sentence, ...]


def outcome(
    account: Account, roll: Roll, rule: Rule, charter: Charter, *,
    second_check_applies: bool = False, binding: bool = True, vote_follows: bool = False,
) -> VoteOutcome:  # fmt: skip
    """Return what *account* comes to under *rule*, with *roll* for the quorum and the second check.

    *binding*: False for a vote that only asks. *vote_follows*: a consensus that fails is put to a vote next. Raises
    RuleRefused when there are more ballots than passes, or when the count was made by another rule.
    """
    _check_adds_up(account, sum(roll.passes.values()), rule)
    here = quorum(roll.active, roll.passes, roll.stepped_out, charter)
    check = SecondCheck.NOT_NEEDED
    words = [here.in_words, *here.reasons, rule.in_words, *steps(account)]
    if second_check_applies and binding and here.met and account.passed:
        check = second_check(account.in_favour, roll)
        words.append(_second_check_in_words(check, account.in_favour, roll))
    enough = account.ballots >= charter.least_yes
    if account.passed is None and binding and not enough:
        words.append(Sentence(N_("To choose takes {least} ballots or more."), least=charter.least_yes))
    result = _result(account, here.met and (enough or account.passed is not None), check, vote_follows)
    result = result if binding else Result.HEARD
    words.append(result_in_words(result, account.winners))
    return VoteOutcome(result, here.met, check, tuple(words))


def result_in_words(result: Result, winners: Sequence[str] = ()) -> Sentence:
    """Return the result in one sentence, with what was chosen."""
    if result is Result.CHOSEN:
        return Sentence(N_("The board chose: {winners}."), winners=", ".join(winners))
    return Sentence(RESULT_WORDS[result])


def _is_wanted(account: Account) -> bool:
    """Whether anybody marked anything: where all want none of these, a lot among them chooses nothing."""
    by_marks = account.rule in ("plurality", "approval", "phragmen", "score", "star", "dots")
    return not by_marks or any(account.stages[0].tallies.values())


def _result(account: Account, quorum_met: bool, check: SecondCheck, vote_follows: bool) -> Result:
    if not quorum_met:
        return Result.NO_QUORUM
    if is_equal(account) and _is_wanted(account):
        return Result.EQUAL
    if account.passed is None:
        return Result.CHOSEN if account.winners and _is_wanted(account) else Result.NOT_ADOPTED
    if vote_follows and not account.passed:
        return Result.NEEDS_VOTE
    if account.blocked:
        return Result.BLOCKED
    if not account.passed:
        return Result.NOT_ADOPTED
    return Result.NEEDS_SECOND_BALLOT if check is SecondCheck.NOT_SHOWN else Result.ADOPTED


def second_ballot_outcome(account: Account, roll: Roll, rule: Rule, charter: Charter) -> VoteOutcome:
    """Return the outcome of the second ballot, which the lived or living experience seats hold alone.

    At least the charter's share of those active seats take a pass, and more than half of the passes are in favour.
    Seats of other classes on *roll* are left out of the sum.
    """
    _check_adds_up(account, roll.lived_passes, rule)
    here = quorum(roll.active, roll.passes, roll.stepped_out, charter, lived_alone=True)
    passed = 2 * account.in_favour > roll.lived_passes and not account.counts.get("block", 0)
    result = Result.NO_QUORUM if not here.met else Result.ADOPTED if passed else Result.NOT_ADOPTED
    words = N_(
        "Lived or living experience seats alone: {active} active seats, {lived} took part, {yes} in favour. "
        "It takes more than half of those who took part."
    )
    seats = Sentence(words, active=here.active - here.stepped_out, lived=here.here, yes=account.in_favour)
    check = SecondCheck.PASSED if result is Result.ADOPTED else SecondCheck.NOT_SHOWN
    return VoteOutcome(result, here.met, check, (seats, *steps(account), Sentence(RESULT_WORDS[result])))


def _check_adds_up(account: Account, passes: int, rule: Rule) -> None:
    if account.parameters != rule.to_manifest():
        raise RuleRefused(N_("The count used another rule than the one fixed before the vote. Count again."))
    if account.ballots + account.invalid > passes:
        raise RuleRefused(
            N_(
                "There are more ballots than names marked on the sheet. "
                "Mark who drew a card too. If no one is missing, stop."
            )
        )
