"""What one reader may do alone with a message that others have, or look at in another place. It leaves a mark."""

from __future__ import annotations

from governance.ruling.sentences import N_, Worded


class Move(Worded):
    """The kinds of such a move, and their words."""

    PASSED_ON = "passed_on", N_("Passed on to other readers")
    SORTED_AGAIN = "sorted_again", N_("Put with another kind of word")
    TAKEN_OUT = "taken_out", N_("Taken out of a theme")
