"""Where the pages of a question begin, and how its numbers are said on each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask_babel import get_locale

from governance.frame.catalogue import said
from governance.questions import in_languages, rules
from governance.questions.models import Question

bp = Blueprint("questions", __name__)


@dataclass(frozen=True)
class AnswerTold:
    """One answer, and how often it was chosen, as it may be told."""

    answer: str
    number: str


@bp.app_template_filter("told")
def told(question: Question) -> list[AnswerTold]:
    """Return each answer to *question* with its number, or the words for one that is not told."""
    numbers = (question.told or {}).get("answers", [])
    return [
        AnswerTold(answer, in_words(number)) for answer, number in zip(asked(question).answers, numbers, strict=False)
    ]


@bp.app_template_filter("in_their_language")
def asked(question: Question) -> in_languages.InOne:
    """Return *question* in the reader's language, or in its own one."""
    return in_languages.in_language(question, str(get_locale()))


bp.add_app_template_filter(in_languages.in_each, "in_each")


@bp.app_template_filter("shown_mark")
def shown_mark(question: Question) -> str:
    """Return the mark of all that a page shows of *question*, for the form that asks to put it up."""
    return in_languages.mark_of(*in_languages.in_each(question))


@bp.app_template_filter("told_of_all")
def told_of_all(question: Question) -> str:
    """Return how many answers there were, or the words for a number that is not told."""
    return in_words((question.told or {}).get("all", rules.HIDDEN))


def in_words(number: rules.Told) -> str:
    """Return a number as it may be told, in the reader's language."""
    return said(rules.in_words(number)) or str(number)
