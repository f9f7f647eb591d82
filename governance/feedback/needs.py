"""What needs me now, of messages: those that are not sorted yet, and those somebody asks to hide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.feedback.hiding import HideReason
from governance.feedback.rules import Audience
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class AskedToHide:
    """A message that somebody asks to hide, and why."""

    message_id: uuid.UUID
    reason: HideReason


@dataclass(frozen=True)
class Unsorted:
    """How many messages to one group of readers none of them has sorted. *more*: there are more than were counted."""

    audience: Audience
    number: int
    more: bool = False


def unsorted(boxes: Iterable[Unsorted]) -> list[Need]:
    """Return a line for each box with something new in it: how many, and never what it says or when it came."""
    return [_unsorted(each) for each in boxes if each.number]


BOXES = {
    Audience.URGENT: N_("Someone may be hurt. Read this first."),
    Audience.EVERYONE: N_("Read what is there, and sort it."),
    Audience.GRIEVANCE: N_("Something wrong was done, or it is about a worker. Read it soon."),
    Audience.MANAGER: N_("It may be about the manager. Read it soon."),
}


def _unsorted(box: Unsorted) -> Need:
    urgent = box.audience is Audience.URGENT
    title = N_("{num} new message") if box.number == 1 else N_("{num} new messages")
    return Need(
        Rank.SAFETY if urgent else Rank.AN_ANSWER,
        Sentence(N_("More than {num} new messages") if box.more else title, num=box.number),
        BOXES[box.audience],
        N_("Urgent") if urgent else N_("New"),
        "late" if urgent else "new",
        "feedback.desk",
        {"box": box.audience.value},
    )


def needs(asked: Iterable[AskedToHide]) -> list[Need]:
    """Return a line for each message that waits for this reader's yes or no. None tells what the message says."""
    why, word = N_("A reader of the other side asks to hide a message. Read it, then say yes or no."), N_("Hide?")
    return [
        Need(
            Rank.AN_ANSWER,
            Sentence(each.reason.words),
            why,
            word,
            "open",
            "feedback.message",
            {"message_id": each.message_id},
        )
        for each in asked
    ]
