"""What the follow-up page and the alerts ask for."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from governance.publishing.rules import LONGEST_LINE, LONGEST_TEXT


class CodeForm(FlaskForm):
    """A follow-up code: five words or twenty digits."""

    code = StringField(
        _("Your code"),
        description=_("Five words, or 20 numbers. Small or big letters are both fine."),
        validators=[DataRequired(_("Type the words of your code.")), Length(max=400)],
    )


class HeldCodeForm(FlaskForm):
    """The code as it travels between its own pages: sealed, and only for a while."""

    held = HiddenField(validators=[DataRequired(), Length(max=2000)])


class _Typed(DataRequired):
    """Something must be typed, unless the words come sealed: then nobody can look."""

    def __call__(self, form: Any, field: Any) -> None:
        """Look at the field. Raises as DataRequired does."""
        if not form.in_tab.data:
            super().__call__(form, field)


class MoreWordsForm(HeldCodeForm):
    """More words from the same person, as text or as their browser sealed them (`static/feedback/words.js`)."""

    in_tab = BooleanField()
    over = IntegerField(validators=[Optional()])
    sealed = StringField()
    sealed_for = StringField()
    token = HiddenField(validators=[DataRequired(), Length(max=64)])
    words = TextAreaField(
        _("Say more"),
        description=_(
            "It goes to the same readers. It waits and gets mixed, like the first time. About 300 words fit."
        ),
        validators=[_Typed(_("Type a word or two first. Or leave it."))],
    )


def _text(label: object, hint: object = "", *, needed: bool = True) -> TextAreaField:
    checks = [DataRequired(_("Fill this in. Short is good."))] if needed else []
    return TextAreaField(label, description=hint, validators=[*checks, Length(max=LONGEST_TEXT)])


class AlertForm(FlaskForm):
    """A drug alert. Never a person, a seller or a corner. The first of its languages is the one staff write in."""

    language = SelectField(_("Language"), description=_("In which you write it. Pages in another one say so."))
    title = StringField(_("Title"), validators=[DataRequired(_("Give it a short title.")), Length(max=LONGEST_LINE)])
    place = StringField(
        _("Where, roughly"),
        description=_("A part of town at most. Never a corner or a house."),
        validators=[Length(max=LONGEST_LINE)],
    )
    told = _text(_("What people told us"), _("No one person's story."))
    tested = _text(_("What we tested"), _("How many, and how. If nothing, say so."))
    how_sure = _text(_("How sure are we?"))
    what_helps = _text(_("What helps"))
    where_to_check = _text(_("Where to check yours"), needed=False)
    who_says = StringField(
        _("Who says so"), description=_("A role or a group. Never a name."),
        validators=[DataRequired(_("Say who says so.")), Length(max=LONGEST_LINE)],
    )  # fmt: skip
    ends_on = DateField(_("Last day"), validators=[DataRequired(_("Choose the last day it is up."))])
