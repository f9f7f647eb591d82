"""What the pages about people ask for."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from governance.frame.forms import choices_of
from governance.people.rules import DEVICE_WORDS, Device
from governance.permissions.roles import ROLE_WORDS

ALIAS_LENGTH = Length(max=80, message=_("This is longer than a name on a card."))


class SignInForm(FlaskForm):
    """The name and the words of a card. The words are never sent back to the page."""

    alias = StringField(_("Your name on the card"), validators=[DataRequired(_("Type your name.")), ALIAS_LENGTH])
    passphrase = PasswordField(
        _("The five words"),
        description=_("Small or big letters are both fine. So are dashes."),
        validators=[
            DataRequired(_("Type the five words from your card.")),
            Length(max=400, message=_("This is longer than five words.")),
        ],
    )
    # Whoever says nothing, or something else, shares the device: no choice of this field stops a sign-in.
    device = RadioField(
        _("Who uses this device?"), choices=choices_of(DEVICE_WORDS), default=Device.SHARED, validate_choice=False
    )


class OwnWordsForm(FlaskForm):
    """Some of one's new words, typed back. The field is called as at the sign-in: no page of an error carries it."""

    passphrase = StringField(
        _("Type the first word and the last word"),
        description=_("So we know that you have them. Small or big letters are both fine."),
        validators=[Length(max=400, message=_("This is longer than five words."))],
    )


class ShareForm(FlaskForm):
    """A part of one's recovery share, typed back. No page of an error carries it."""

    share = StringField(
        _("Type the first group and the last group"),
        description=_("So we know that it is on your paper. Small or big letters are both fine."),
        validators=[Length(max=400, message=_("This is longer than a share."))],
    )


class AccountForm(FlaskForm):
    """A new person with a card."""

    alias = StringField(
        _("Chosen name"),
        description=_("Any name the person likes. No legal name, phone or mail is needed, ever."),
        validators=[DataRequired(_("Type the name they chose.")), ALIAS_LENGTH],
    )
    roles = SelectMultipleField(
        _("What is this person here to do?"),
        choices=[SelectChoice(role.value, _(words)) for role, words in ROLE_WORDS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    language = SelectField(_("Language of the words on the card"))

    def validate_roles(self, field: SelectMultipleField) -> None:
        """Ask for one role or more. As a validator, `DataRequired` would make browsers demand every box."""
        if not field.data:
            raise ValidationError(gettext("Choose one or more."))


class LostCardForm(FlaskForm):
    """Who has lost a card."""

    account_id = SelectField(_("Whose card is lost?"), coerce=int)


class AgreeToCardForm(FlaskForm):
    """The second yes to a new card. Name and language come along, because the slow work comes before any query."""

    alias = HiddenField(validators=[DataRequired(), ALIAS_LENGTH])
    language = HiddenField(validators=[Length(max=8)])
