"""What the ballot pages ask for."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from governance.ballots import rules
from governance.ballots.counting import RULE_WORDS
from governance.ballots.counting.consensus import GROUND_WORDS, LEVEL_WORDS, Ground, Level
from governance.ballots.counting.yes_no import CHOICE_WORDS

ASKED_LETTERS = Length(max=20_000, message=_("This is longer than the text from a vote."))
MARK_ONE = _("Mark one of the rows first.")
PASS_LETTERS = Length(max=4000, message=_("This is longer than a card or a pass."))


def in_reach(form: FlaskForm, field: Field) -> None:
    """Refuse a year no vote could be in."""
    if field.data and not 2000 < field.data.year < 2200:
        raise ValidationError(_("Look at the year again."))


def _moment(label: object, hint: object = "") -> DateTimeLocalField:
    needed = DataRequired(_("Choose a day and a time."))
    return DateTimeLocalField(label, description=hint, validators=[needed, in_reach])


def _as_a_key(form: FlaskForm, field: Field) -> None:
    """Refuse what is no public half of a counting key: 64 letters and digits, a to f. Empty is fine."""
    field.data = "".join((field.data or "").split()).lower()
    if field.data and not re.fullmatch("[0-9a-f]{64}", field.data):
        raise ValidationError(_("The key has 64 letters and digits. Copy it whole, or leave this empty."))


class OpenForm(FlaskForm):
    """What is fixed before anyone can take a pass."""

    question = StringField(
        _("The question on the ballot"),
        description=_("Leave it empty to use the title."),
        validators=[Length(max=rules.LONGEST_QUESTION)],
    )
    rule = RadioField(
        _("How do we count?"),
        choices=[SelectChoice(name, _(words)) for name, words in RULE_WORDS.items()],
        validators=[InputRequired(_("Choose how the votes are counted."))],
    )
    opens_at = _moment(_("Opens"))
    closes_at = _moment(_("Closes"), _("You can make it longer later. You cannot make it shorter."))
    tellers = SelectMultipleField(
        _("Two tellers"),
        description=_("They open the box together, after it closes. One alone cannot."),
        coerce=int,
        option_widget=CheckboxInput(),
    )

    counting_key = StringField(
        _("The key of the box (you can leave it empty)"),
        description=_(
            "If you made a key with the tellers, put its public half here. Then this server can never open the box. "
            "Its first 8 letters stand on each share. If it is empty, the server makes the key, and you must trust it."
        ),
        validators=[_as_a_key],
    )

    def validate_tellers(self, field: Field) -> None:
        """Two, no more and no fewer."""
        if len(set(field.data or ())) != rules.TELLERS:
            raise ValidationError(_("Choose two tellers."))


class SecondForm(OpenForm):
    """The vote of the lived or living experience seats alone: the question and the rule are the first one's."""

    question = None
    rule = None


class CallOffForm(FlaskForm):
    """Why a vote is called off."""

    reason = StringField(
        _("Why is it called off?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=rules.LONGEST_QUESTION)],
    )


class LongerForm(FlaskForm):
    """A later time to close."""

    closes_at = _moment(_("Closes"))


class PassForm(FlaskForm):
    """A card's code or a pass, typed from paper or carried here by a button."""

    pass_ = StringField(
        _("The letters on your card"),
        name="pass",
        description=_("Twenty letters and numbers. Big or small, with spaces or without. A pass has forty."),
        validators=[DataRequired(_("Type the letters first.")), PASS_LETTERS],
    )


class OpenedForm(FlaskForm):
    """What came out of the box: from the browser as text, or from a computer apart as a file."""

    opened = HiddenField()
    file = FileField(_("The file with the opened ballots"))


class VoidForm(FlaskForm):
    """A card that was left over."""

    code = StringField(
        _("The letters on the card"), validators=[DataRequired(_("Type the letters first.")), PASS_LETTERS]
    )


class YesNoPaper(FlaskForm):
    """A paper ballot: yes, no, or not choosing."""

    pass_ = HiddenField(name="pass", validators=[PASS_LETTERS])
    choice = RadioField(
        choices=[SelectChoice(each.value, _(words)) for each, words in CHOICE_WORDS.items()],
        validators=[InputRequired(MARK_ONE)],
    )


class ConsensusPaper(YesNoPaper):
    """A paper ballot of four levels. A block names its harm or its rule."""

    choice = RadioField(
        choices=[SelectChoice(each.value, _(words)) for each, words in LEVEL_WORDS.items()],
        validators=[InputRequired(MARK_ONE)],
    )
    ground = RadioField(
        _("If you block: why?"),
        choices=[SelectChoice(each.value, _(words)) for each, words in GROUND_WORDS.items()],
        validators=[Optional()],
    )
    named = TextAreaField(
        _("If you block: what harm, or what rule?"),
        description=_("A few words. Leave your name out. Board members read this after the count."),
        validators=[Length(max=rules.LONGEST_REASON)],
    )

    def validate_ground(self, field: Field) -> None:
        """A block stands on something."""
        if self.choice.data == Level.BLOCK and field.data not in set(Ground):
            raise ValidationError(_("You block. Choose if it would hurt people, or if it breaks a rule."))

    def validate_named(self, field: Field) -> None:
        """And says what."""
        if self.choice.data == Level.BLOCK and not (field.data or "").strip():
            raise ValidationError(_("You block. Say what harm, or what rule, in a few words."))


class YesNoEntry(YesNoPaper):
    """What a teller reads on a paper ballot, with the card that lies with it."""

    pass_ = StringField(
        _("The letters on the card"),
        name="pass",
        validators=[DataRequired(_("Type the letters first.")), PASS_LETTERS],
    )


class ConsensusEntry(ConsensusPaper):
    """The same, of four levels."""

    pass_ = StringField(
        _("The letters on the card"),
        name="pass",
        validators=[DataRequired(_("Type the letters first.")), PASS_LETTERS],
    )


class CoSignForm(FlaskForm):
    """What a member brings from another organisation's vote."""

    asked = TextAreaField(
        _("The text from your vote"),
        description=_("If you came here by the link, it is here already."),
        validators=[DataRequired(_("Put in the text from your vote first.")), ASKED_LETTERS],
    )
