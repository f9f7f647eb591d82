"""Opening a ballot, passes and the box, closing and counting: the narrow seam that a stronger cast can replace."""

from governance.ballots.service.counting import count_of, hand_in_part, parts_handed_in, public_numbers, sentences_of
from governance.ballots.service.finding import (
    ballots_of,
    by_number,
    key_parts,
    listed,
    listed_with_stage,
    roll_row,
    stage_of,
    voters,
    waits_for_second_ballot,
)
from governance.ballots.service.opening import (
    back_to_talk,
    cancel,
    empty_box,
    extend,
    keep_only_totals,
    open_ballot,
    open_second_ballot,
    roll_of,
)
from governance.ballots.service.passes import drop, pass_in_words, pass_is_good, read_pass, take_pass

__all__ = [
    "back_to_talk", "ballots_of", "by_number", "cancel", "count_of", "drop", "empty_box", "extend",
    "hand_in_part", "keep_only_totals", "key_parts", "listed", "listed_with_stage", "open_ballot", "open_second_ballot",
    "parts_handed_in", "pass_in_words", "pass_is_good", "public_numbers", "read_pass", "roll_of", "roll_row",
    "sentences_of", "stage_of", "take_pass", "voters", "waits_for_second_ballot",
]  # fmt: skip
