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
    idea alone could lead to who spoke. So where there is nothing else it waits until the theme *stands_before_all*: on
    the agenda because five said so, asked of staff, or named by a proposal, where everybody reads its title. Where
    somebody said the same to all readers too, the theme stays as it was: one that is gone would tell that such a word
    came. A theme without a message says nothing of anybody.
    """
    return stands_before_all or Audience.EVERYONE in audiences


def counts(audience: str, *, stands_before_all: bool) -> bool:
    """Whether a message of *audience* is among what members read of its theme: its number, and its shown words.

    That a proposal names the theme is not enough: a member alone writes one, and could take it back at once.
    """
    return stands_before_all or audience == Audience.EVERYONE


def how_many(messages: int) -> Sentence:
    """Return how many *messages* say so, in steps: fewer than 3, or as many as the last step that was reached."""
    if messages < FLOOR:
        return Sentence(N_("Fewer than {floor} messages say so"), floor=FLOOR)
    return Sentence(N_("{step} messages or more say so"), step=max(step for step in STEPS if step <= messages))
