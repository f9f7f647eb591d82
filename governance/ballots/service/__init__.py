"""Opening a ballot, passes and the box, closing and counting: the narrow seam that a stronger cast can replace."""

from governance.ballots.service.counting import count_of, hand_in_part, parts_handed_in, public_numbers, sentences_of
from governance.ballots.service.opening import (
    ballots_of,
    by_number,
    cancel,
    extend,
    listed,
    open_ballot,
    open_second_ballot,
    roll_of,
    stage_of,
)
from governance.ballots.service.passes import drop, pass_in_words, pass_is_good, read_pass, take_pass

__all__ = [
    "ballots_of", "by_number", "cancel", "count_of", "drop", "extend", "hand_in_part", "listed", "open_ballot",
    "open_second_ballot", "parts_handed_in", "pass_in_words", "pass_is_good", "public_numbers", "read_pass", "roll_of",
    "sentences_of", "stage_of", "take_pass",
]  # fmt: skip
