"""The by-laws of a ballot: when it is open and who may do what. What it takes to call it stands in `calling/rules.py`,
and what the count comes to in `result/outcome.py`.

Sources: `docs/design.md` 6; `docs/domain.md` 2.2; `docs/voting.md`.
Quorum and the majority of lived or living experience seats come from the roll (who took a pass), never from the box.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from governance.board.rules import ByClass, SeatClass
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# Stages


class Stage(StrEnum):
    """Where a ballot is. Computed from the clock and from what people did; never stored."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    CANCELLED = "cancelled"


OVER = frozenset({Stage.OPENED, Stage.CANCELLED})  # Nobody has anything to do with the vote itself any more.
STAGE_WORDS = {
    Stage.SCHEDULED: N_("Not open yet"),
    Stage.OPEN: N_("Open for votes"),
    Stage.CLOSED: N_("Closed, not counted yet"),
    Stage.OPENED: N_("Counted"),
    Stage.CANCELLED: N_("Called off"),
}


def stage(
    now: datetime, opens_at: datetime, closes_at: datetime, *, cancelled: bool, opened: bool, box_is_shut: bool
) -> Stage:
    """Return where a ballot is at *now*. It is open from *opens_at* until just before *closes_at*.

    Once the root of its box stands in the ledger it is closed whatever the clock says: a clock that goes back, or was
    read a moment too early, opens no box again.
    """
    if cancelled:
        return Stage.CANCELLED
    if opened:
        return Stage.OPENED
    if box_is_shut:
        return Stage.CLOSED
    if now < opens_at:
        return Stage.SCHEDULED
    return Stage.OPEN if now < closes_at else Stage.CLOSED


TELLERS = 2
LONGEST_QUESTION = 200
LONGEST_REASON = 400  # Letters in which a block names its harm or its rule.


# Acts

NOT_NOW = {
    Stage.SCHEDULED: N_("This vote is not open yet. Come back when it opens."),
    Stage.OPEN: N_("This vote is still open. Wait until it closes."),
    Stage.CLOSED: N_("This vote has closed."),
    Stage.OPENED: N_("This vote has been counted. The result is on its page."),
    Stage.CANCELLED: N_("This vote ended without a result. Its page says why."),
}


def check_stage(here: Stage, *allowed: Stage) -> None:
    """Refuse an act outside of the stages that it has, and say when it is possible."""
    if here not in allowed:
        raise RuleRefused(NOT_NOW[here])


BY_NAME = N_("This vote is by name. Each member votes on its page, signed in, and needs no card and no pass.")


SECRET = N_("This vote is secret. Draw a card, or take a pass.")


def check_is_secret(*, named: bool) -> None:
    """Refuse cards, passes and paper in a vote by name: a ballot that bears none would not count."""
    if named:
        raise RuleRefused(BY_NAME)


def cards_for(voters: int) -> int:
    """Return how many cards are made: more than there are voters, so that the last one still draws blind."""
    return voters + max(5, voters // 2)


def check_may_make_cards(here: Stage, *, begun: bool) -> None:
    """Refuse new cards once the vote has begun for somebody: their card would open nothing."""
    check_stage(here, Stage.SCHEDULED, Stage.OPEN)
    if begun:
        raise RuleRefused(N_("Someone took a card or a pass. So no new cards can be made for this vote."))


def check_may_print_papers(here: Stage) -> None:
    """Refuse blank papers once the vote is over."""
    check_stage(here, Stage.SCHEDULED, Stage.OPEN)


def check_may_add_partner(*, begun: bool, has_partner: bool) -> None:
    """Refuse a partner that signs passes too once the manifest stands, and a second one."""
    if begun:
        raise RuleRefused(N_("It is too late for a partner: the vote is open, or someone took a card or a pass."))
    if has_partner:
        raise RuleRefused(N_("This vote has a partner already. Two organisations sign each pass."))


def check_may_enter_paper(here: Stage, *, is_teller: bool, box_is_shut: bool) -> None:
    """Refuse a paper ballot before the vote opens, once the box was closed for good, and by who is not its teller."""
    check_stage(here, Stage.OPEN, Stage.CLOSED)
    if not is_teller:
        raise RuleRefused(N_("The two tellers of this vote type in the paper ballots. Ask one of them."))
    if box_is_shut:
        raise RuleRefused(N_("The box is shut for good. No paper can come in now."))


def check_no_paper_waits(waiting: int) -> None:
    """Refuse to open the box while tellers have not read the same on every paper ballot."""
    if waiting:
        raise RuleRefused(N_("Some paper ballots wait: two tellers must read the same on each. Look at them first."))


def check_may_look_at_card(here: Stage, *, box_is_there: bool) -> None:
    """Refuse to tell whether a card was used before the vote closes, and once the ballots are deleted.

    It is told after the box was shut too: one teller's early part must not hide that a card left over was used.
    """
    check_stage(here, Stage.CLOSED, *([Stage.OPENED] if box_is_there else []))


def check_may_void(here: Stage, *, box_is_shut: bool) -> None:
    """Refuse to void a card before the vote closes, once the box was shut for good, and after its count."""
    check_stage(here, Stage.CLOSED)
    if box_is_shut:
        raise RuleRefused(N_("The box is shut for good. No card can be made void now."))


def check_may_take_pass(
    here: Stage, *, holds_active_seat: bool, stepped_out: bool, has_pass: bool, at_the_table: bool = False
) -> None:
    """Refuse a pass outside its time, to who has no vote on this item, and a second one. Days ahead is fine.

    *at_the_table*: who drew a card in the room can still be marked after close, until the box is opened.
    """
    check_stage(here, Stage.SCHEDULED, Stage.OPEN, *([Stage.CLOSED] if at_the_table else []))
    if not holds_active_seat:
        raise RuleRefused(N_("A pass goes with an active voting seat. If your seat is paused, ask to start it again."))
    if stepped_out:
        raise RuleRefused(N_("You stepped out of this item, so there is no pass for it. You can vote on the next one."))
    if has_pass:
        raise RuleRefused(N_("You took a card or a pass for this vote already. A lost one cannot be replaced."))


def check_may_take_blind(here: Stage) -> None:
    """Refuse a pass that is signed blind once the vote is open: who takes one and votes at once would be guessed."""
    if here is Stage.OPEN:
        raise RuleRefused(N_("The vote is open, so the time for this kind of pass is over. Draw a card."))


def check_may_drop(here: Stage, *, pass_is_good: bool) -> None:
    """Refuse a ballot outside its time or without a good pass. A good pass may drop again; the last one counts."""
    check_stage(here, Stage.OPEN)
    if not pass_is_good:
        raise RuleRefused(N_("That is no card or pass for this vote. Look at each letter."))


TO_COUNT = timedelta(days=3)
THEY_COUNT = N_(
    "This vote has closed, so it is counted. If nobody can count it in 3 days, it can end without a result."
)


def check_may_cancel(here: Stage) -> None:
    """Refuse to call off a vote that has closed: what is in the box is counted."""
    if here is Stage.CLOSED:
        raise RuleRefused(THEY_COUNT)
    check_stage(here, Stage.SCHEDULED, Stage.OPEN)


SHEET_IS_SHUT = N_("The box is closed, and so is the sheet.")
MORE_BALLOTS = N_(
    "There are more ballots than names marked on the sheet. Mark who drew a card too. The box stays as it is. "
    "If no name is missing, do not open it: after 3 days the vote can end without a result."
)


def check_no_more_ballots_than_names(ballots: int, names: int) -> None:
    """Refuse to shut a box that holds more ballots than the sheet has names: after it, no name can be added."""
    if ballots > names:
        raise RuleRefused(MORE_BALLOTS)


# Once a vote is over and its box is not open: each of these takes two people, as each could turn a result


def check_may_end_without_result(here: Stage, uncounted_for: timedelta) -> None:
    """Refuse to end a vote before its tellers had their time. *uncounted_for*: how long ago it closed.

    So no vote is stuck for good, and nobody who fears a count can be quicker than it.
    """
    check_stage(here, Stage.CLOSED)
    if uncounted_for < TO_COUNT:
        raise RuleRefused(THEY_COUNT)


def check_may_take_mark_back(here: Stage, *, box_is_shut: bool, names: int, ballots: int) -> None:
    """Refuse to take a name off the sheet while the vote goes on, as its member could then take a second pass.

    Also where a ballot in the box would then have no name, and the box could not be shut.
    """
    check_stage(here, Stage.CLOSED)
    if box_is_shut:
        raise RuleRefused(SHEET_IS_SHUT)
    if names <= ballots:
        raise RuleRefused(N_("There is a ballot for each name on the sheet, so none of the names is one too many."))


# More time, and the box


def check_may_make_longer(here: Stage) -> None:
    """Refuse more time for a vote that is over."""
    if here not in (Stage.SCHEDULED, Stage.OPEN):
        raise RuleRefused(N_("This vote is over, so it cannot be made longer."))


def check_may_open_box(here: Stage, *, tellers_here: int) -> None:
    """Refuse to open the box before the vote closes, a second time, or by fewer than two tellers."""
    check_stage(here, Stage.CLOSED)
    if tellers_here < TELLERS:
        raise RuleRefused(Sentence(N_("It takes {tellers} tellers to open the box. Ask another one."), tellers=TELLERS))


# The roll


@dataclass(frozen=True)
class Roll:
    """Seats by class when the ballot was fixed, passes taken by class, and who stepped out by class."""

    active: ByClass
    passes: ByClass
    stepped_out: ByClass = field(default_factory=dict)

    @property
    def lived_passes(self) -> int:
        """Passes taken by lived or living experience seats."""
        return self.passes.get(SeatClass.LIVED, 0)

    @property
    def other_passes(self) -> int:
        """Passes taken by all other seats."""
        return sum(self.passes.values()) - self.lived_passes
