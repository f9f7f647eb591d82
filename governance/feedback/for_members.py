"""What every member may read of what people say, and not the readers alone: themes, and roughly how many said so."""

from __future__ import annotations

from collections.abc import Collection

from governance.people.rules import Audience
from governance.privacy import FLOOR
from governance.ruling.sentences import N_, Sentence

# From here on a number is told. A step is wide enough that whoever looks again on another day learns of no one message.
STEPS = (FLOOR, 5, 10, 20, 50, 100)


def may_read(audiences: Collection[str], *, stands_before_all: bool) -> bool:
    """Whether every member may read a theme.

    *audiences*: who holds the keys of the messages in it. What all readers may open, members may read the idea of. What
    was kept from some of them (a word about a worker, or about the manager) or is urgent comes from so few that the
    idea alone could lead to who spoke. So it waits until the theme *stands_before_all*: on the agenda because five
    said so, asked of staff, or named by a proposal. A theme without a message says nothing of anybody.
    """
    return stands_before_all or set(audiences) == {Audience.EVERYONE}


def how_many(messages: int) -> Sentence:
    """Return how many *messages* say so, in steps: fewer than 3, or as many as the last step that was reached."""
    if messages < FLOOR:
        return Sentence(N_("Fewer than {floor} messages say so"), floor=FLOOR)
    return Sentence(N_("{step} messages or more say so"), step=max(step for step in STEPS if step <= messages))
