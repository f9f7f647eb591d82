"""What the pages of the record ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from governance.decisions.rules import (
    DISSENT_WORDS,
    LONGEST_DISSENT,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_WHY_OF_A_LOOK,
    DissentChoice,
    Upshot,
)


class RecordForm(FlaskForm):
    """What the facilitator writes. It can be kept half done."""

    result = TextAreaField(  # One line is kept of it; on a phone a sentence takes more.
        _("What was decided?"),
        description=_("One sentence that anyone can read on the wall."),
        validators=[Length(max=LONGEST_LINE)],
    )
    why = TextAreaField(
        _("Why?"), description=_("What the board heard, and what weighed most."), validators=[Length(max=LONGEST_TEXT)]
    )
    gets_better = TextAreaField(
        _("What gets better in people's lives?"),
        description=_("One thing we can see or count when we look again."),
        validators=[Length(max=LONGEST_TEXT)],
    )
    review_on = DateField(_("When do we look at it again?"), validators=[Optional()])


class CorrectionForm(RecordForm):
    """The same words, put right, and what was wrong. The day to look again is no part of it.

    *read*: the number of the version that the page has shown.
    """

    review_on = None
    read = HiddenField()
    correction = TextAreaField(
        _("What was wrong?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say what was wrong, in one sentence.")), Length(max=LONGEST_LINE)],
    )


class LookAgainForm(FlaskForm):
    """What came of looking at a record again, why, and when the board looks the next time.

    *read*: the number of the version that the page has shown.
    """

    read = HiddenField()
    upshot = RadioField(
        _("What came of it?"),
        choices=[SelectChoice(upshot.value, _(upshot.words)) for upshot in Upshot],
        validators=[InputRequired(_("Choose one."))],
    )
    why = TextAreaField(
        _("Why?"),
        description=_("Did it get better for people? A sentence or two. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why, in a sentence or two.")), Length(max=LONGEST_WHY_OF_A_LOOK)],
    )
    next_on = DateField(
        _("When do we look the next time?"),
        description=_("If it is over, leave this empty."),
        validators=[Optional()],
    )


class DissentForm(FlaskForm):
    """How somebody who disagreed wants the record to say so."""

    choice = RadioField(
        _("How should the record say it?"),
        choices=[SelectChoice(choice.value, _(words)) for choice, words in DISSENT_WORDS.items()],
        validators=[InputRequired(_("Choose one."))],
    )
    text = TextAreaField(
        _("Your words"),
        description=_("Only for “Show my words”. People who know you may know how you talk."),
        validators=[Length(max=LONGEST_DISSENT)],
    )

    def validate_text(self, field: Field) -> None:
        """My words need words."""
        if self.choice.data == DissentChoice.MY_WORDS and not (field.data or "").strip():
            raise ValidationError(_("Write your words first, or choose another way."))


class SpeakForm(FlaskForm):
    """The facilitator's words for somebody who asked for that."""

    dissent_id = HiddenField()
    text = TextAreaField(
        _("Your words for them"),
        validators=[DataRequired(_("Write what they want to be said.")), Length(max=LONGEST_DISSENT)],
    )
    read_back = BooleanField(
        _("I read these words to the person, and they said yes."),
        validators=[InputRequired(_("Read the words to the person first."))],
    )
