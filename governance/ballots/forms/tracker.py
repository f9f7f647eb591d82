"""The letters a voter noted, to look for their own ballot in the list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, ValidationError

NO_LETTERS = _("Type the letters first.")


def some_letter(form: FlaskForm, field: Field) -> None:
    """Refuse what has no letter and no number in it, such as signs that nobody sees."""
    if not any(sign.isalnum() for sign in field.data):
        raise ValidationError(NO_LETTERS)


class TrackerForm(FlaskForm):
    """The tracker of a ballot, as it was shown when the ballot went into the box."""

    tracker = StringField(
        _("The letters you noted"),
        description=_("Ten letters and numbers. Big or small, with spaces or without. We do not keep them."),
        validators=[
            DataRequired(NO_LETTERS),
            some_letter,
            Length(max=100, message=_("These are more than ten letters.")),
        ],
    )
