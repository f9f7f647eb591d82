"""What is known of a vote and of whoever looks, for the rule of what they may do now (`next_steps.py`)."""

from dataclasses import dataclass, field
from datetime import timedelta

from governance.ballots.result.outcome import Result
from governance.ballots.rules import Stage
from governance.ruling.sentences import Sentence


@dataclass(frozen=True)
class Looker:
    """Whoever looks: what their roles let them do, and what they have to do with this vote."""

    runs_board: bool = False
    votes: bool = False
    opens_boxes: bool = False
    on_roll: bool = False
    has_pass: bool = False
    stepped_out: bool = False
    is_teller: bool = False
    part_is_in: bool = False

    @property
    def can_sign(self) -> bool:
        """Whether a card or a pass is still theirs to take."""
        return self.on_roll and self.votes and not self.has_pass and not self.stepped_out

    @property
    def keeps_the_box(self) -> bool:
        """Whether this is one of the tellers of this vote."""
        return self.is_teller and self.opens_boxes


@dataclass(frozen=True)
class HalfAgreed:
    """What one person asked to do to a vote, as the sentence *said* tells it, until a second one says yes or no."""

    said: Sentence | str
    by: str
    is_mine: bool = False
    mine_to_agree: bool = False
    mine_to_finish: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a vote. *begun*: somebody took a card or a pass. *parts_in*: tellers' parts of the key.

    *cards_asked*: somebody asked for cards, or for new ones, that are not made yet.
    *blind*: passes are signed blind, so they are made on the member's own device. *next_waits*: another vote on the
    same words must follow. *words_wait*: the proposal still stands at its vote.
    """

    number: int
    proposal: int
    stage: Stage
    looker: Looker = field(default_factory=Looker)
    named: bool = False
    cards: bool = False
    cards_asked: bool = False
    begun: bool = False
    blind: bool = False
    partner: bool = False
    key_apart: bool = False
    box_is_shut: bool = False
    parts_in: int = 0
    result: Result | None = None
    next_waits: bool = False
    words_wait: bool = False
    uncounted_for: timedelta = timedelta()
    why_cancelled: str = ""
    half_agreed: tuple[HalfAgreed, ...] = ()
