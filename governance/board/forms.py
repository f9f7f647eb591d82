"""What the board's pages ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from governance.board import charter as charters
from governance.board.charter_pages import METHODS, NUMBERS, how_far, value_of
from governance.board.rules import SEAT_CLASS_WORDS, AgendaState, SeatClass


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


OF_THE_CHARTER = "charter_"  # What the name of each of its fields begins with.
YES, NO = "yes", "no"


class CharterFields(FlaskForm):
    """The numbers of the charter that are to change, each empty where it stays. The fields come from its pages."""

    @property
    def charter_fields(self) -> list[Field]:
        """The fields of the numbers, in the order of their pages."""
        return [self[OF_THE_CHARTER + each.name] for each in NUMBERS]

    def numbers(self) -> tuple[tuple[str, Any], ...]:
        """Return what was typed: each number by its name, as it is stored."""
        typed = ((each.name, self[OF_THE_CHARTER + each.name].data) for each in NUMBERS)
        return tuple((name, _stored(name, value)) for name, value in typed if value not in (None, ""))

    def say_how_it_is(self, charter: charters.Charter) -> None:
        """Say beside each number what it is now, and how far it may go."""
        for each in NUMBERS:
            now, far = value_of(charter, each.name).translated(gettext), how_far(each.name)
            said = gettext("Now: %(value)s", value=now)
            if far:
                said += " · " + gettext("It can be from %(low)s to %(high)s.", low=far[0], high=far[1])
            self[OF_THE_CHARTER + each.name].description = said


def filled_in(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields hold of *numbers* that are stored."""
    return {OF_THE_CHARTER + name: _typed(name, value) for name, value in numbers.items()}


def _stored(name: str, value: Any) -> Any:
    if name in charters.TWO_WAYS:
        return value == YES
    return str(value) if isinstance(value, Fraction) else value


def _typed(name: str, value: Any) -> Any:
    if name in charters.TWO_WAYS:
        return YES if value else NO
    return Fraction(value) if isinstance(_defaults[name], Fraction) else value


def _field(name: str, title: str) -> Any:
    as_it_is = SelectChoice("", _("It stays as it is"))
    if name in charters.TWO_WAYS:
        choices = [SelectChoice(YES if each else NO, _(words)) for each, words in charters.TWO_WAYS[name].items()]
        return SelectField(_(title), choices=[as_it_is, *choices], default="")
    if name == "method":
        choices = [SelectChoice(each.value, _(words)) for each, words in METHODS.items()]
        return SelectField(_(title), choices=[as_it_is, *choices], default="")
    kind = ShareField if isinstance(_defaults[name], Fraction) else IntegerField
    return kind(_(title), validators=[Optional()])


_defaults = asdict(charters.Charter())
for _each in NUMBERS:
    setattr(CharterFields, OF_THE_CHARTER + _each.name, _field(_each.name, _each.title))


class InForceForm(FlaskForm):
    """Which decision is to be put in force. What it changes stands in its record, and nobody types it."""

    record = HiddenField(validators=[InputRequired()])


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


class PutAsideForm(FlaskForm):
    """Why an item is put aside."""

    state = HiddenField()
    reason = StringField(
        _("Why is it put aside?"),
        description=_("One sentence. Every member reads it, with your name."),
        validators=[Length(max=120)],
    )


class MakeRoomForm(FlaskForm):
    """Which item of the next meeting is parked, so that another can be there."""

    park = RadioField(
        _("Which one can wait?"), coerce=int, validators=[InputRequired(_("Choose the one that can wait."))]
    )
    reason = StringField(
        _("Why can it wait?"),
        description=_(
            "Say it of a proposal, and of what many people said. One sentence. Every member reads it, with your name."
        ),
        validators=[Length(max=120)],
    )
