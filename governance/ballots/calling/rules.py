"""What it takes to call a vote: what must be there first, and which kinds of vote are strong enough for the item.

Sources: `docs/design.md` 6; `docs/domain.md` 2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from governance.ballots.calling.kinds import ASK_YES_OR_NO, BY_CONSENSUS, Kind
from governance.ballots.rules import TELLERS
from governance.board.charter import Charter, Method
from governance.board.rules import ByClass, SeatClass
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# What a form for a vote begins with. Passes are collected in the first of these, before anybody votes.
COLLECTING = timedelta(days=1)
USUALLY_OPEN_FOR = timedelta(days=6)


@dataclass(frozen=True)
class Times:
    """When a ballot opens and closes, and when that is asked for."""

    opens_at: datetime
    closes_at: datetime
    now: datetime


def moment_of(typed: datetime, zone: ZoneInfo, field: str) -> datetime:
    """Return the moment that people of this *zone* mean by what they *typed*, without a zone, into *field*.

    Refuses an hour that is left out in the night in which the clocks are changed, and one that comes twice: a vote
    that closes an hour sooner than somebody thinks loses ballots.
    """
    both = {typed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    there = [each for each in both if each.astimezone(zone).replace(tzinfo=None) == typed]
    if not there:
        raise RuleRefused(N_("The clocks are changed then, and that hour is left out. Choose another."), field=field)
    if len(there) > 1:
        raise RuleRefused(N_("The clocks are changed then, and that hour comes twice. Choose another."), field=field)
    return typed.replace(tzinfo=zone)


@dataclass(frozen=True)
class BallotFacts:
    """What is known of a ballot before it is called.

    *may_not_decide*: why the board as it sits may not decide, in sentences (`board/rules.py`). The roll is fixed with
    the ballot, so what holds for it here holds when it is counted.
    """

    question: str
    text_is_frozen: bool
    times: Times
    tellers: int
    active: ByClass
    binding: bool = True
    may_not_decide: Sequence[Sentence] = ()


def missing_before_calling(facts: BallotFacts, charter: Charter) -> list[Sentence]:
    """Return what must be done before this ballot can be called; an empty list when it is ready."""
    active = sum(facts.active.values())
    needs = (
        (bool(facts.question.strip()), N_("Write the question.")),
        (facts.text_is_frozen, N_("Freeze the text, so that everyone votes on the same words.")),
        (
            facts.times.opens_at < facts.times.closes_at,
            N_("Choose a time to close that is after the time to open."),
        ),
        (facts.times.closes_at > facts.times.now, N_("Choose a time to close that is still to come.")),
        (facts.tellers == TELLERS, N_("Name {tellers} tellers. They open the box together.")),
        (
            active >= charter.fewest_to_decide or not facts.binding,
            N_("{active} seats are active. It takes {fewest} to decide. Until then the board can give advice."),
        ),
        (
            2 * facts.active.get(SeatClass.LIVED, 0) > active or not facts.binding,
            N_("More than half of the active seats must be lived or living experience seats. Fill an open seat first."),
        ),
    )
    values = {"tellers": TELLERS, "active": active, "fewest": charter.fewest_to_decide}
    missing = [Sentence(words, **values) for is_there, words in needs if not is_there]
    return [*missing, *(facts.may_not_decide if facts.binding else ())]


# Notice: nobody is voted past. What is asked hangs in public for the days of the charter before a vote on it opens.


def first_day(stands_since: date, charter: Charter) -> date:
    """Return the first day on which a vote may open on what has stood in public since *stands_since*."""
    return stands_since + timedelta(days=charter.notice_days)


def goes_before_meeting(stands_since: date, charter: Charter) -> date:
    """Return the day from which on items of the next meeting hold no vote on what has stood since *stands_since*.

    Who fills each meeting holds a vote for its days of notice once more, and not for ever.
    """
    return first_day(stands_since, charter) + timedelta(days=charter.notice_days)


def check_notice(opens_on: date, stands_since: date, charter: Charter) -> None:
    """Refuse a vote that opens before the days of notice are over, and say from which day on it may."""
    first = first_day(stands_since, charter)
    if opens_on < first:
        words = N_(
            "Our charter gives people {days} days to read it first. So the vote can open on {day} or later. "
            "Choose a later day to open."
        )
        raise RuleRefused(Sentence(words, days=charter.notice_days, day=first), field="opens_at")


A_CONCERN_HOLDS = N_(
    "One of us has a concern, so this is no small matter. The vote waits until they say that it is met. "
    "Or take it back to the talk."
)
THE_DAYS_HOLD = N_(
    "The words of a small matter are fixed at once. So the vote can be called on {day} or later. "
    "Until then anyone of the board can raise a concern or step out."
)


def what_holds_small(first_day: date | None, today: date, *, open_concerns: bool) -> Sentence | None:
    """Return why no vote that decides can be called today on a small matter, or None.

    Once a vote is called nobody can step out. The words of a small matter are fixed at once, so for it the days of
    notice, over on *first_day*, come before the call. A concern holds it: it is not small to them. One that comes
    after the call, before the vote opens, calls it off (`before_opening.py`).
    """
    if open_concerns:
        return Sentence(A_CONCERN_HOLDS)
    return Sentence(THE_DAYS_HOLD, day=first_day) if first_day is not None and today < first_day else None


@dataclass(frozen=True)
class KindFacts:
    """What decides which kinds of vote an item may have.

    *needed*: what the proposal takes, "majority" or "two_thirds". *second_check*: whether it makes a rule about
    participants that must show most of their votes. *own_house*: whether its record alone does something: it takes a
    seat, closes themes or changes the charter. *is_small*: it is a small matter of the board's own. *binding*: whether
    the vote decides, or only asks. *rounds*: how many consensus votes of the whole board on this proposal were counted.
    """

    needed: str
    second_check: bool = False
    binding: bool = True
    rounds: int = 0
    own_house: bool = False
    is_small: bool = False


def check_kind_fits(kind: Kind, item: KindFacts, charter: Charter) -> None:
    """Refuse a kind of vote that is weaker than the item needs, or that the charter does not know.

    Consensus is never weaker: one block stops it. A vote that only asks may be of any kind.
    """
    if not item.binding or kind is Kind.SENSE_CHECK:
        return
    if item.needed == "two_thirds" and kind not in {Kind.TWO_THIRDS, *BY_CONSENSUS}:
        raise RuleRefused(N_("This is one of the big items. It needs two thirds, or consensus."), field="kind")
    if kind in BY_CONSENSUS and charter.method is Method.VOTE_ONLY:
        raise RuleRefused(N_("Our charter says that we vote. Choose majority or two thirds."), field="kind")
    if kind not in (Kind.CONSENSUS, Kind.ELECT) and charter.method is Method.CONSENSUS_ONLY:
        raise RuleRefused(N_("Our charter says that we look for a yes from all. Choose consensus."), field="kind")
    if item.second_check and kind not in ASK_YES_OR_NO:
        raise RuleRefused(
            N_("This makes a rule for participants, so it takes a yes or a no. Or mark that the vote only asks."),
            field="kind",
        )
    if item.is_small and kind is Kind.BUDGET:
        raise RuleRefused(N_("Money is no small matter. To share it out, write a whole proposal."), field="kind")
    if item.own_house and kind not in ASK_YES_OR_NO:
        raise RuleRefused(
            N_("This puts the board's own house in order, so it takes a yes or a no. Or mark that the vote only asks."),
            field="kind",
        )
    if kind is Kind.CONSENSUS_THEN_VOTE and item.rounds + 1 < charter.consensus_rounds:
        words = N_("Our charter asks for {rounds} rounds of consensus before a vote. Choose consensus.")
        raise RuleRefused(Sentence(words, rounds=charter.consensus_rounds))
