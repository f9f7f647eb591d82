"""What needs me now, of messages: those that a reader of the other side asks to hide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from governance.board.needs import Need, Rank
from governance.feedback.hiding import HideReason
from governance.sentences import N_, Sentence


@dataclass(frozen=True)
class AskedToHide:
    """A message that somebody asks to hide, and why."""

    message_id: uuid.UUID
    reason: HideReason


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
