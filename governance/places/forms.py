"""What the pages about places ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from governance.places.rules import HELP_LABELS


class LanguageForm(FlaskForm):
    """Choose the language of the pages."""

    language = StringField(_("Language"), validators=[DataRequired(), Length(max=8)])


class HelpCardForm(FlaskForm):
    """One help card. The person who saves it says that they have just checked it."""

    kind = SelectField(
        _("What it is for"), choices=[SelectChoice(k.value, _(label)) for k, label in HELP_LABELS.items()]
    )
    language = StringField(_("Language code, like en or es"), validators=[DataRequired(), Length(min=2, max=8)])
    title = StringField(_("Title"), validators=[DataRequired(), Length(max=80)])
    text = TextAreaField(_("What to say or do"), validators=[DataRequired(), Length(max=1000)])
    phone = StringField(_("Phone number"), validators=[Length(max=40)])
    hours = StringField(_("When it is open"), validators=[Length(max=80)])
    run_by = StringField(_("Who runs it"), validators=[Length(max=80)])
    cost = StringField(_("What it costs"), validators=[Length(max=80)])


class LegalLimitForm(FlaskForm):
    """What workers must report by law, in the site's words."""

    language = StringField(_("Language code, like en or es"), validators=[DataRequired(), Length(min=2, max=8)])
    text = TextAreaField(_("What we may have to report"), validators=[DataRequired(), Length(max=600)])


class KioskForm(FlaskForm):
    """A new kiosk."""

    place = SelectField(_("Place"), coerce=int)
    name = StringField(_("Name for this screen"), validators=[DataRequired(), Length(max=60)])


class EnrolForm(FlaskForm):
    """Typed on the kiosk itself, once."""

    key = StringField(_("Key for this screen"), validators=[DataRequired(), Length(max=80)])
