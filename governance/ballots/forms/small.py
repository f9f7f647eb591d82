"""The small forms of the ballot pages: calling off, more time, a card's code, a pass to sign, an opened box."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from governance.ballots import rules
from governance.ballots.forms.calling import moment_field

PASS_LETTERS = Length(max=4000, message=_("This is longer than a card or a pass."))
ASKED_LETTERS = Length(max=20_000, message=_("This is longer than the text from a vote."))


class CallOffForm(FlaskForm):
    """Why a vote is called off."""

    reason = StringField(
        _("Why is it called off?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=rules.LONGEST_QUESTION)],
    )


class EndForm(CallOffForm):
    """Why a vote ends that nobody counted."""

    reason = StringField(
        _("Why does it end?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=rules.LONGEST_QUESTION)],
    )


class HurryForm(FlaskForm):
    """Why a vote cannot wait for the end of its notice."""

    reason = StringField(
        _("Why can it not wait?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=rules.LONGEST_QUESTION)],
    )


class LongerForm(FlaskForm):
    """A later time to close."""

    closes_at = moment_field(_("Closes"))


class PassForm(FlaskForm):
    """A card's code or a pass, typed from paper or carried here by a button."""

    pass_ = StringField(
        _("The letters on your card or pass"),
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


class CoSignForm(FlaskForm):
    """What a member brings from another organisation's vote."""

    asked = TextAreaField(
        _("The text from your vote"),
        description=_("If you came here by the link, it is here already."),
        validators=[DataRequired(_("Put in the text from your vote first.")), ASKED_LETTERS],
    )
