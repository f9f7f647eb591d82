"""What may a reader do now with one message, and with one theme.

With a message it follows from what its writer allowed and what was done with it; with a theme, from who brought it and
what the board decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from governance.feedback.rules import Consent
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind


class Form(StrEnum):
    """What the page asks for a step: `feedback/desk_message.html` draws each."""

    PUT_IN = "put_in"
    QUOTE = "quote"
    WRITE_BACK = "write_back"
    PASS_ON = "pass_on"  # noqa: S105 - what is passed on is a message.
    ASKED_TO_HIDE = "asked_to_hide"
    ASK_TO_HIDE = "ask_to_hide"


class Hiding(StrEnum):
    """Who asked to hide the message."""

    NOBODY = "nobody"
    ME = "me"
    SOMEBODY_ELSE = "somebody else"


@dataclass(frozen=True)
class Facts:
    """What is known of a message and its reader. *message*: as its address has it; *themes*: how many it is in.

    *may_write_back*: its writer has a code and allowed a word back. *other_readers*: to how many it can be passed on.
    """

    message: object
    consent: Consent
    has_words: bool
    themes: int
    may_write_back: bool
    other_readers: int
    hiding: Hiding


def next_steps(facts: Facts) -> list[Step]:
    """Return what a reader can do with a message, in the order of a day's work."""
    return [*_into_themes(facts), *_to_people(facts), _hiding(facts)]


def _into_themes(facts: Facts) -> Iterator[Step]:
    if facts.consent is Consent.PRIVATE:
        yield Step(StepKind.TEXT, N_("The person asked to keep this to the readers, so it joins no theme."))
        return
    yield _form(Form.PUT_IN, N_("Put it into a theme"))
    if facts.consent is Consent.WORDS and facts.has_words and facts.themes:
        yield _form(Form.QUOTE, N_("Show their words"))


def _to_people(facts: Facts) -> Iterator[Step]:
    if facts.may_write_back:
        yield _form(Form.WRITE_BACK, N_("Write back, or ask"))
    if facts.other_readers:
        yield _form(Form.PASS_ON, N_("Pass it to other readers"))


def _hiding(facts: Facts) -> Step:
    """Nobody hides alone, and whoever asked can only take it back."""
    at = {"message_id": facts.message}
    leave = "feedback.leave_shown"
    if facts.hiding is Hiding.ME:
        back = Step(StepKind.POST, N_("Take it back"), "cross", page=leave, at=at)
        return Step(StepKind.FORM, N_("Somebody asked to hide this"), state=Form.ASKED_TO_HIDE, beside=(back,))
    if facts.hiding is Hiding.SOMEBODY_ELSE:
        shown = Step(StepKind.POST, N_("Leave it shown"), "eye", page=leave, at=at, is_main=True)
        agree = Step(StepKind.POST, N_("Agree to hide it"), "hide", page="feedback.agree_to_hide", at=at)
        return Step(StepKind.FORM, N_("Somebody asked to hide this"), state=Form.ASKED_TO_HIDE, beside=(shown, agree))
    return _form(Form.ASK_TO_HIDE, N_("Ask to hide it"))


def of_request(*, mine: bool) -> str:
    """Return what is next with a request to hide, on the list of those that wait. *mine*: I asked for it."""
    return N_("You asked") if mine else N_("Read it, then agree or leave it shown")


def _form(form: Form, words: str) -> Step:
    return Step(StepKind.FORM, words, state=form)


# With a theme


@dataclass(frozen=True)
class OfTheme:
    """What is known of a theme and its reader. *is_empty*: nothing that people said is in it, or was.

    *decided*: the numbers of the records by which the board said yes to closing it. *writes*: they may write proposals.
    """

    theme: int
    is_closed: bool = False
    is_empty: bool = False
    decided: Sequence[str] = ()
    writes: bool = False


def steps_of_theme(facts: OfTheme) -> list[Step]:
    """Return what a reader can do with a theme: one row, and who alone can close it. Nothing once it is closed."""
    if facts.is_closed:
        return []
    first, *beside = _row_of_theme(facts)
    row = replace(first, beside=tuple(beside))
    return [row] if facts.is_empty or facts.decided else [row, Step(StepKind.SMALL, ONLY_A_VOTE)]


def steps_of_member(facts: OfTheme, *, keeps_themes: bool) -> list[Step]:
    """Return what a member can do with a theme, as one row. *keeps_themes*: they read its messages at the desk too."""
    found = []
    if facts.writes and not facts.is_closed:
        words, at = N_("Write a proposal from this"), {"theme": facts.theme}
        found.append(Step(StepKind.LINK, words, "pen", page="proposals.new", at=at))
    if keeps_themes:
        at = {"theme_id": facts.theme}
        found.append(Step(StepKind.LINK, N_("Read them at the desk"), "chat", page="feedback.theme", at=at))
    return found


ONLY_A_VOTE = N_("People brought it. Only a vote of the board closes it, and that begins with a proposal.")


def _row_of_theme(facts: OfTheme) -> Iterator[Step]:
    at = {"theme_id": facts.theme}
    if facts.writes:
        yield Step(StepKind.LINK, N_("Write a proposal"), "pen", page="proposals.new", at={"theme": facts.theme})
    yield Step(StepKind.POST, N_("Ask staff for an answer"), "clock", page="responses.start_for_theme", at=at)
    for record in facts.decided:
        words = Sentence(N_("Ask to close it, by record {number}"), number=record)
        yield Step(
            StepKind.POST, words, "done", page="feedback.close_theme", at=at, sends={"record": record}, is_quiet=True
        )
    if facts.is_empty and not facts.decided:
        for_good = N_("Ask to close it for good")
        yield Step(StepKind.POST, for_good, "done", page="feedback.close_empty", at=at, is_quiet=True)
