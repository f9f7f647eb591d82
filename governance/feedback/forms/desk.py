"""What the desk asks of readers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from governance.feedback import rules
from governance.feedback.hiding import HideReason
from governance.feedback.paper_cards import WHOM_WORDS, Paper
from governance.frame.catalogue import said
from governance.frame.forms import choices_of
from governance.storage.text import TextTooLong, one_line, plain

PICK = _("Choose one.")


def _not_too_long(form: FlaskForm, field: Any) -> None:
    """Count what does not fit, and never cut it off."""
    try:
        field.data = plain(field.data or "", rules.LONGEST_WORDS)
    except TextTooLong as long:
        raise ValidationError(said(long.sentence)) from long


class SortForm(FlaskForm):
    """One press of a lane's button. *alike*: the same for the others of its week that say the same."""

    alike = BooleanField(_("The others that say the same go along"))
    lane = RadioField(_("Lane"), choices=choices_of(rules.LANE_WORDS), validators=[InputRequired(PICK)])


class MoveForm(FlaskForm):
    """To whom a message is passed on."""

    audience = RadioField(
        _("Who should read it?"), choices=choices_of(rules.AUDIENCE_WORDS), validators=[InputRequired(PICK)]
    )


class WriteBackForm(FlaskForm):
    """A private word to whoever holds the code."""

    text = TextAreaField(
        _("Your words to them"),
        description=_("Only their code opens this. Do not ask who they are."),
        validators=[DataRequired(_("Write something first.")), _not_too_long],
    )
    asks = BooleanField(_("This is a question"), description=_("They can answer with their code."))


class ThemeForm(FlaskForm):
    """A theme that is there already, or a new one in the readers' own words."""

    together = BooleanField(_("The others that say the same go along"), default=True)
    theme_id = SelectField(_("Theme"), coerce=int, validators=[Optional()])
    title = StringField(
        _("Or start a new theme"),
        description=_("Say it as people would. Name nobody."),
        validators=[Length(max=120, message=_("Make it shorter than 120 letters."))],
    )
    summary = TextAreaField(_("What people say, in short"), validators=[_not_too_long])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for one of the two."""
        if not super().validate(extra_validators):
            return False
        self.title.data = one_line(self.title.data or "")
        if self.theme_id.data or self.title.data:
            return True
        self.title.errors = [gettext("Choose a theme above, or write a new one here.")]
        return False


class QuoteForm(FlaskForm):
    """A piece of a message, exactly as it was typed, to be shown under a theme."""

    quoted_under = SelectField(_("Under which theme?"), coerce=int)
    piece = TextAreaField(
        _("The words to show"),
        description=_("Take out what could tell who wrote it. Change nothing else."),
        validators=[DataRequired(_("Copy the words to show.")), _not_too_long],
    )
    looked = BooleanField(
        _("I looked for names, nicknames, places, times and jobs. Nothing here tells who it was."),
        validators=[InputRequired(_("Look once more, then tick this."))],
    )


class HideForm(FlaskForm):
    """Why a message should be hidden. The list is closed."""

    reason = RadioField(
        _("Why?"),
        choices=choices_of({reason: reason.words for reason in HideReason}),
        validators=[InputRequired(_("Choose a reason."))],
    )


class TickForm(FlaskForm):
    """One press of a step's button."""

    step = RadioField(_("What was done"), choices=choices_of(rules.URGENT_STEP_WORDS), validators=[InputRequired(PICK)])


class PaperForm(FlaskForm):
    """A paper card, typed in by a reader just as it is written. Its boxes come by their numbers, or ticked below."""

    once = HiddenField(validators=[Regexp(r"[0-9a-f]{32}")])
    about = RadioField(
        _("Who is the card about?"),
        choices=[SelectChoice(str(each), _(words)) for each, words in WHOM_WORDS.items()],
        validators=[InputRequired(PICK)],
    )
    ticks = StringField(
        _("Numbers of the ticked boxes"),
        description=_("Each box has a small number. Type them with a space between: 1 12 20."),
        validators=[Length(max=200)],
    )
    words = TextAreaField(
        _("The words, just as they are written"),
        description=_("Do not correct anything. Leave it empty if there are no words."),
        validators=[_not_too_long],
    )
    language = SelectField(_("Language of the words"))
    place = SelectField(_("Where was the card left?"), validators=[Optional()])
    lane = RadioField(_("What kind of word is it?"), choices=choices_of(rules.LANE_WORDS), validators=[Optional()])
    topics = SelectMultipleField(
        _("Topics ticked on the card"),
        choices=[SelectChoice(topic.key, _(topic.label)) for topic in rules.TOPICS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    face = RadioField(
        _("Face on the card"), choices=[*choices_of(rules.FACE_WORDS), SelectChoice("", _("None"))],
        default="", validators=[Optional()],
    )  # fmt: skip
    consent = RadioField(
        _("What may be shown?"),
        description=_("If the card does not say: the idea, not the words."),
        choices=choices_of(rules.CONSENT_WORDS),
        default=rules.Consent.IDEA.value,
        validators=[InputRequired(PICK)],
    )


class BlankCardsForm(FlaskForm):
    """Which blank cards to print. Nothing of it is kept, and its answers stand in the address."""

    language = SelectField(_("Language of the cards"))
    paper = RadioField(
        _("Paper"),
        choices=choices_of({each: each.words for each in Paper}),
        default=Paper.A4.value,
        validators=[InputRequired(PICK)],
    )
    box = StringField(
        _("Where the box stands"),
        description=_("In the language of the cards. Left empty, there is a line to write on."),
        validators=[Length(max=60)],
    )
