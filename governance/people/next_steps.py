"""What may a reader do now on the readers' page, and anybody with a recovery share of the board.

A reader signs for somebody, as the first or the second of two: nobody signs twice, and nobody for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from governance.people.gates import RequestKind
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind


@dataclass(frozen=True)
class OfRequest:
    """What waits for a second person. *number*: of the request. *alias*, *language*: of the person it is about."""

    number: int
    kind: RequestKind
    alias: str
    language: str
    is_mine: bool


SECOND = {
    RequestKind.ENROL: (N_("Sign: yes, they may read"), "key", "people.confirm_enrolment"),
    RequestKind.REVOKE: (N_("Sign: they stop reading"), "key", "people.confirm_removal"),
    RequestKind.CARD: (N_("Agree and make the card"), "card", "people.agree_to_card"),
}  # What the second person presses: its words, its icon and where it leads.


def of_request(asked: OfRequest) -> list[Step]:
    """Return what can be done with what somebody asked for: whoever asked can only take it back."""
    at = {"enrolment_id": asked.number}
    back = Step(StepKind.POST, N_("Take it back"), "cross", page="people.drop_request", at=at, is_quiet=True)
    if asked.is_mine:
        return [back]
    words, icon, page = SECOND[asked.kind]
    sends = {"alias": asked.alias, "language": asked.language} if asked.kind is RequestKind.CARD else {}
    return [Step(StepKind.POST, words, icon, page=page, at=at, sends=sends, is_main=True), back]


def of_unsigned(account_id: int, alias: str, *, is_me: bool) -> list[Step]:
    """Return what can be done for this account, whose card says that it may read and for whom nobody signed."""
    words = Sentence(N_("Sign for {name}"), name=alias)
    return [] if is_me else [Step(StepKind.POST, words, "key", page="people.sign_for", at={"account_id": account_id})]


def of_reader(account_id: int, alias: str, *, is_me: bool) -> list[Step]:
    """Return what can be done about this account, which reads."""
    words, at = Sentence(N_("{name} should stop reading"), name=alias), {"account_id": account_id}
    stop = Step(StepKind.POST, words, "cross", page="people.remove", at=at, is_quiet=True, is_small=True)
    return [] if is_me else [stop]


# A recovery share


class Form(StrEnum):
    """What the page shows for a step: `people/shares.html` draws it."""

    HOW = "how"


def to_take(*, is_mine: bool, one_waits: bool, refused: Sentence | str) -> list[Step]:
    """Return what is said of taking a share: how, and the button. *is_mine*: one was shown to whoever looks.

    *one_waits*: for somebody to take it. *refused*: why that cannot be they, or "".
    """
    if not (is_mine or one_waits):
        return []
    if refused and not is_mine:
        return [Step(StepKind.TEXT, refused)]
    again = N_("A share was shown to you. Here it is again, until you say that it is on paper.")
    how = Step(StepKind.FORM, "", state=Form.HOW)
    take = Step(StepKind.POST, N_("Show me my share"), "key", page="people.take_share", is_main=True)
    return [*([Step(StepKind.TEXT, again)] if is_mine else []), how, take]
