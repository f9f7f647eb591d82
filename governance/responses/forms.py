"""What the pages of answers and promises ask for."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from governance.responses import commitments, rules
from governance.responses.rules import LONGEST_BODY, LONGEST_LINE, LONGEST_NOTE, LONGEST_TEXT

PROMISES = (1, 2, 3)


def _text(label: object, hint: object = "") -> TextAreaField:
    return TextAreaField(label, description=hint, validators=[Length(max=LONGEST_TEXT)])


class FirstWordForm(FlaskForm):
    """The first word: we have heard it."""

    first_word = TextAreaField(
        _("The first word"),
        description=_("We have heard it. This is what we do next. Write roles, never names. It stays."),
        validators=[DataRequired(_("Say a word or two.")), Length(max=LONGEST_NOTE)],
    )


class MoreTimeForm(FlaskForm):
    """Why an answer takes the longer time."""

    why_longer = TextAreaField(
        _("Why does it take longer?"),
        description=_("This goes on the wall, and stays. You can do this once. Write roles, never names."),
        validators=[DataRequired(_("Say why. Everyone can read it.")), Length(max=LONGEST_NOTE)],
    )


class AnswerForm(FlaskForm):
    """The answer, in plain words, with what is promised."""

    answer = RadioField(
        _("What is your answer?"),
        choices=[SelectChoice(answer.value, _(words)) for answer, words in rules.ANSWER_WORDS.items()],
        validators=[InputRequired(_("Choose one."))],
    )
    words = TextAreaField(
        _("Say it in plain words"),
        description=_("Short is good. Write roles, never names. What you publish stays. You can add to it."),
        validators=[DataRequired(_("Say it in plain words.")), Length(max=LONGEST_BODY)],
    )
    short = StringField(
        _("One line for the wall"),
        description=_("Like: The hall is open at 10:45. Without one, your first sentence stands there."),
        validators=[Length(max=LONGEST_LINE)],
    )
    reasons = SelectMultipleField(
        _("Why? Needed for “no” and “partly”"),
        choices=[SelectChoice(reason.value, _(words)) for reason, words in rules.REASON_WORDS.items()],
        option_widget=CheckboxInput(),
    )
    would_change = _text(_("What would change this answer?"), _("Needed for “no” and “partly”."))
    instead = _text(_("What will you do instead?"))
    push_back = _text(_("How can people push back?"), _("Needed for “no” and “partly”."))
    more_facts_by = DateField(
        _("When will you say more?"),
        description=_("Needed for “not yet”, or when you need to find out more."),
        validators=[Optional()],
    )
    role_name = StringField(
        _("Who answers?"),
        description=_("A role. Never a name."),
        validators=[DataRequired(_("Say which role answers.")), Length(max=LONGEST_LINE)],
    )

    def promises(self) -> Iterator[dict[str, object]]:
        """Yield the fields of each promise, for the page."""
        for number in PROMISES:
            yield {"number": number, **{part: self[f"{part}_{number}"] for part in ("what", "who", "by", "past")}}

    def commitments(self) -> tuple[rules.CommitmentFacts, ...]:
        """Return what was promised; a row that was left empty is no promise."""
        rows = [{part: self[f"{part}_{n}"].data for part in ("what", "who", "by", "past")} for n in PROMISES]
        return tuple(
            rules.CommitmentFacts(row["what"] or "", row["who"] or "", row["by"], bool(row["past"]))
            for row in rows
            if any((row["what"], row["who"], row["by"]))
        )


for _number in PROMISES:
    setattr(AnswerForm, f"what_{_number}", StringField(_("What will be done?"), validators=[Length(max=LONGEST_TEXT)]))
    setattr(
        AnswerForm,
        f"who_{_number}",
        StringField(_("Which role?"), validators=[Length(max=LONGEST_LINE)]),
    )
    setattr(AnswerForm, f"by_{_number}", DateField(_("By when?"), validators=[Optional()]))
    setattr(AnswerForm, f"past_{_number}", BooleanField(_("It is done already")))


class SecondLookForm(FlaskForm):
    """Why the board wants a second look."""

    asked = TextAreaField(
        _("What should they look at again?"),
        description=_("The board's words. They go on top, and everyone can read them."),
        validators=[DataRequired(_("Say what they should look at again.")), Length(max=LONGEST_TEXT)],
    )


class SecondLookAnswerForm(FlaskForm):
    """What a second look came to."""

    outcome = RadioField(
        _("What did the second look come to?"),
        choices=[SelectChoice(outcome.value, _(words)) for outcome, words in commitments.OUTCOME_WORDS.items()],
        validators=[InputRequired(_("Choose one."))],
    )
    why = TextAreaField(
        _("Why, in plain words?"),
        description=_("Write roles, never names. What you publish stays."),
        validators=[DataRequired(_("Say why, in plain words.")), Length(max=LONGEST_TEXT)],
    )
