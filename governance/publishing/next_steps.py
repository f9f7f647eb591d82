"""What may one of the board do now with an alert that is not up: read it, unless it is their own."""

from __future__ import annotations

from governance.ruling.sentences import N_
from governance.ruling.steps import Step, StepKind


def of_alert(number: int, title: str, *, has_read: bool, wrote_it: bool, may_read: bool) -> list[Step]:
    """Return what can be done with the alert of this number. *title*: as it is heard beside the button.

    *has_read*, *wrote_it*: whoever looks did so. *may_read*: their reading lets it go up.
    """
    if has_read:
        return [Step(StepKind.NOTE, N_("You have read it."), state="yes")]
    if wrote_it or not may_read:
        return []
    words, at = N_("I read it. It can go up."), {"alert_id": number}
    return [Step(StepKind.POST, words, "check", page="publishing.read_alert", at=at, about=title, is_main=True)]
