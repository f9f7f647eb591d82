"""What the pages of a question ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from governance.questions import rules


class AnswerList(FieldList):
    """Some answers. A number of a field that is none is nobody's field."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        try:
            yield from super()._extract_indices(prefix, formdata)
        except ValueError:  # Digits that int() does not read, or too many of them.
            return


class ProposeForm(FlaskForm):
    """A question that a member brings up."""

    words = StringField(
        _("The question"),
        description=_("Short, and so that any answer is fine. Never ask who somebody is, or what they use."),
        validators=[
            DataRequired(_("Write the question.")),
            Length(max=rules.LONGEST_QUESTION, message=_("Make it shorter. It stands on one screen.")),
        ],
    )
    language = SelectField(_("Language of the question"))
    answers = AnswerList(
        StringField(
            _("Answer"),
            validators=[Length(max=rules.LONGEST_ANSWER, message=_("Make it shorter. It stands on one screen."))],
        ),
        label=_("Answers"), min_entries=rules.MOST, max_entries=rules.MOST,
    )  # fmt: skip


class SayInForm(ProposeForm):
    """A question in another language. *read*: the mark of what stood in the form when it was opened."""

    read = HiddenField()


class PutUpForm(FlaskForm):
    """At which place it is asked. *read*: the mark of the words that the page has shown."""

    read = HiddenField()
    place = SelectField(_("Place"), coerce=int)


class AnswerForm(FlaskForm):
    """One tap at a kiosk."""

    answer = RadioField(_("Your answer"), coerce=int, validators=[InputRequired(_("Choose one, or skip it."))])

    def offer(self, answers: list[Any]) -> None:
        """Offer these answers, by their numbers."""
        self.answer.choices = list(enumerate(answers))
