"""What the board's pages ask for."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from governance.board import charter as charters
from governance.board.rules import SEAT_CLASS_WORDS, AgendaState, SeatClass

METHOD_LABELS = {
    charters.Method.CONSENSUS_THEN_VOTE: _("A yes from all; if stuck, a vote"),
    charters.Method.CONSENSUS_ONLY: _("A yes from all, never a vote"),
    charters.Method.VOTE_ONLY: _("A vote"),
}


class ShareField(Field):
    """A part of a whole, typed as "51%" or "2/3" and kept as an exact fraction."""

    widget = TextInput()
    data: Fraction | None

    def _value(self) -> str:
        """Return what stands in the box: what was typed, else the share in words."""
        if self.raw_data:
            return str(self.raw_data[0])
        return charters.in_words(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read "51%", "51 %" or "2/3". Anything else asks again."""
        typed = "".join(str(valuelist[0]).split()) if valuelist else ""
        self.data = None
        try:
            self.data = Fraction(typed[:-1]) / 100 if typed.endswith("%") else Fraction(typed)
        except (ValueError, ZeroDivisionError):
            raise ValueError(gettext("Write a share like 1/2 or 2/3.")) from None


class CharterForm(FlaskForm):
    """The board's own numbers. The fields come from the charter itself, in `charter.RANGES`."""

    lived_seats = IntegerField(_("Seats kept for lived or living experience"), validators=[InputRequired()])
    method = SelectField(
        _("How we decide"), choices=[SelectChoice(k.value, label) for k, label in METHOD_LABELS.items()]
    )
    second_check = BooleanField(
        _("Do a second check of rules for participants. Most lived or living experience seats must say yes too.")
    )
    votes_by_name = BooleanField(
        _("Vote by name, as some public bodies must. Everyone can then read how each member voted."),
        description=_("Ask a lawyer first. Tell people before they take a seat. A vote that is open stays as it is."),
    )
    record = SelectField(
        _("Which decision changed the charter?"),
        description=_("The board votes first. The numbers here are those of its record."),
        validators=[DataRequired(_("Choose the decision. Without one the charter stays as it is."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each box, then the numbers together."""
        if not super().validate(extra_validators):
            return False
        self.form_errors = [said.translated(gettext) for said in charters.problems(self.typed())]
        return not self.form_errors

    def typed(self) -> charters.Charter:
        """Return the charter as typed. Only after the boxes were checked."""
        typed = {field.name: self[field.name].data for field in fields(charters.Charter)}
        return charters.Charter(**{**typed, "method": charters.Method(typed["method"])})


_kinds = {field.name: field.default for field in fields(charters.Charter)}
for _each in charters.RANGES:
    if _each.name in _kinds:
        _field = ShareField if isinstance(_kinds[_each.name], Fraction) else IntegerField
        _hint = f"{charters.in_words(_each.low)} – {charters.in_words(_each.high)}"
        setattr(CharterForm, _each.name, _field(_(_each.words), validators=[InputRequired()], description=_hint))


class SeatForm(FlaskForm):
    """A new seat at the table."""

    label = StringField(
        _("Label for the room"),
        description=_("Like: Seat 4. It is never shown to the public."),
        validators=[DataRequired(), Length(max=60)],
    )
    seat_class = SelectField(
        _("Kind of seat"), choices=[SelectChoice(k.value, _(w)) for k, w in SEAT_CLASS_WORDS.items()]
    )
    alternate = BooleanField(_("This is an alternate's seat"))

    @property
    def chosen_class(self) -> SeatClass:
        """The kind of seat chosen."""
        return SeatClass(self.seat_class.data)


class SeatMemberForm(FlaskForm):
    """Who sits here now."""

    account_id = SelectField(_("Member"), coerce=int)
    begins = DateField(_("From"), validators=[DataRequired()])


class PauseForm(FlaskForm):
    """Until when a seat rests. Nothing else is asked."""

    until = DateField(
        _("Rest until"),
        description=_("The seat is kept, and starts again on this day. Nobody asks why."),
        validators=[DataRequired()],
    )


class AgendaForm(FlaskForm):
    """Something a member wants the board to talk about."""

    title = StringField(
        _("What should we talk about?"),
        description=_("One line. Your name is not kept with it."),
        validators=[DataRequired(), Length(max=120)],
    )


class AgendaStateForm(FlaskForm):
    """Where an item goes."""

    state = SelectField(_("Move to"), choices=[SelectChoice(state.value, state.value) for state in AgendaState])


class MakeRoomForm(FlaskForm):
    """Which item of the next meeting is parked, so that another can be there."""

    park = RadioField(
        _("Which one can wait?"), coerce=int, validators=[InputRequired(_("Choose the one that can wait."))]
    )
