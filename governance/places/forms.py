"""What the pages about places ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import RadioField, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput

from governance.places import plan_rules
from governance.places.plan_rules import What
from governance.places.rules import HELP_LABELS, PICTURE_WORDS
from governance.storage.text import one_line


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
    country = StringField(
        _("Country"),
        description=_("Where this number works, and where its hours are meant."),
        validators=[Length(max=80)],
    )
    hours = StringField(_("When it is open"), validators=[Length(max=80)])
    run_by = StringField(_("Who runs it"), validators=[Length(max=80)])
    cost = StringField(_("What it costs"), validators=[Length(max=80)])


def step_pictures_form(steps: Sequence[tuple[str, str]]) -> FlaskForm:
    """Return the form that asks for the picture of each of *steps*, which come with the one they have or ''."""
    choices = [SelectChoice(each.value, _(words)) for each, words in PICTURE_WORDS.items()]
    choices.append(SelectChoice("", _("No picture")))
    boxes = {
        f"step_{number}": RadioField(f"{number}. {step}", choices=choices, default=picture)
        for number, (step, picture) in enumerate(steps, 1)
    }
    made: FlaskForm = type("StepPicturesForm", (FlaskForm,), boxes)()
    return made


class LegalLimitForm(FlaskForm):
    """What workers must report by law, in the site's words."""

    language = StringField(_("Language code, like en or es"), validators=[DataRequired(), Length(min=2, max=8)])
    text = TextAreaField(_("What we may have to report"), validators=[DataRequired(), Length(max=600)])


class KioskForm(FlaskForm):
    """A new kiosk."""

    place = SelectField(_("Place"), coerce=int)
    name = StringField(_("Name for this screen"), validators=[DataRequired(), Length(max=60)])
    goes_without = BooleanField(
        _("It may be without a network, like in a van"),
        description=_("Then it keeps what people say, locked, until it has one. Only for a screen that is ours."),
    )


class EnrolForm(FlaskForm):
    """Typed on the kiosk itself, once."""

    code = StringField(_("Code for this screen"), validators=[DataRequired(), Length(max=80)])


class RecordingForm(FlaskForm):
    """One line, said by a person."""

    file = FileField(
        _("The recording"),
        description=_("Any sound file where scripts run. Else a WAV file with 16 bits. Thirty seconds at most."),
    )


# The plan of the site


class PlanForm(FlaskForm):
    """One thing of the plan, and from which day on it is otherwise."""

    begins = DateField(_("From which day on?"), validators=[DataRequired()])

    @staticmethod
    def filled(value: Any) -> dict[str, Any]:
        """Return what stands in the boxes for *value*."""
        return {}

    def value(self) -> Any:
        """Return what was typed: the name of each box of one line, and what stands in it.

        A form with other boxes reads them itself, and raises RuleRefused for what cannot be read.
        """
        return {box.name: one_line(box.data or "") for box in self if type(box) is StringField}


class ClosedDaysForm(PlanForm):
    """Days to come on which nobody is there: staff's days to answer do not count them."""

    days = TextAreaField(
        _("Closed days to come"),
        description=_("One on each line, like 2027-12-25. Staff's days to answer do not count them."),
        validators=[Length(max=4000)],
    )

    @staticmethod
    def filled(value: Sequence[str]) -> dict[str, Any]:
        """Return the days, one on each line."""
        return {"days": "\n".join(value)}

    def value(self) -> list[str]:
        """Return the days."""
        return plan_rules.read_days(self.days.data or "")


class WorkingDaysForm(PlanForm):
    """The days of the week on which staff work."""

    days = SelectMultipleField(
        _("Days of the week"),
        coerce=int,
        option_widget=CheckboxInput(),
        choices=[SelectChoice(number, _(word)) for number, word in enumerate(plan_rules.WEEKDAYS)],
    )

    @staticmethod
    def filled(value: Sequence[int]) -> dict[str, Any]:
        """Return the days that are ticked."""
        return {"days": list(value)}

    def value(self) -> list[int]:
        """Return the days by their number; Monday is 0."""
        return sorted(set(self.days.data or ()))


class ReleaseHourForm(PlanForm):
    """The hour at which words are let out, once a day."""

    hour = IntegerField(_("Hour of the day, from 0 to 23"), validators=[InputRequired(), NumberRange(min=0, max=23)])

    @staticmethod
    def filled(value: int) -> dict[str, Any]:
        """Return the hour."""
        return {"hour": value}

    def value(self) -> int:
        """Return the hour."""
        return int(self.hour.data or 0)


class TimeZoneForm(PlanForm):
    """Where the site's clock goes."""

    timezone = StringField(
        _("Time zone"),
        description=_("Write it like this: America/New_York."),
        validators=[DataRequired(), Length(max=60)],
    )

    @staticmethod
    def filled(value: str) -> dict[str, Any]:
        """Return the zone."""
        return {"timezone": value}

    def value(self) -> str:
        """Return the zone."""
        return one_line(self.timezone.data or "")


class NamesForm(PlanForm):
    """What the program, the town and the board are called."""

    name = StringField(_("Name of the program"), validators=[DataRequired(), Length(max=120)])
    place_name = StringField(_("Town or quarter"), validators=[DataRequired(), Length(max=120)])
    board_name = StringField(_("Name of the board"), validators=[DataRequired(), Length(max=120)])

    @staticmethod
    def filled(value: Mapping[str, str]) -> dict[str, Any]:
        """Return the three names."""
        return dict(value)


class PlaceForm(PlanForm):
    """A new place, and its hours."""

    name = StringField(_("Name of the place"), validators=[DataRequired(), Length(max=120)])
    hours = StringField(_("When it is open"), validators=[Length(max=120)])


class HoursForm(PlanForm):
    """When a place is open."""

    hours = StringField(_("When it is open"), validators=[Length(max=120)])

    @staticmethod
    def filled(value: Mapping[str, str]) -> dict[str, Any]:
        """Return its hours."""
        return {"hours": value["hours"]}


class PlaceNameForm(PlanForm):
    """Another name for a place."""

    name = StringField(
        _("Its new name"),
        description=_("What people wrote and said there before keeps the old name."),
        validators=[DataRequired(), Length(max=120)],
    )

    @staticmethod
    def filled(value: Mapping[str, str]) -> dict[str, Any]:
        """Return the name it has, to be put right."""
        return {"name": value["name"]}


class PlaceOpenForm(PlanForm):
    """Close a place, or open it again."""

    state = RadioField(
        _("From that day on it is"),
        choices=[SelectChoice("closed", _("Closed")), SelectChoice("open", _("Open"))],
        validators=[InputRequired(_("Choose one."))],
    )

    @staticmethod
    def filled(value: Mapping[str, bool]) -> dict[str, Any]:
        """Return what it is not: that is what somebody comes here for."""
        return {"state": "closed" if value["open"] else "open"}

    def value(self) -> dict[str, bool]:
        """Return whether it is open."""
        return {"open": self.state.data == "open"}


PLAN_FORMS: Mapping[What, type[PlanForm]] = {
    What.CLOSED_DAYS: ClosedDaysForm,
    What.WORKING_DAYS: WorkingDaysForm,
    What.RELEASE_HOUR: ReleaseHourForm,
    What.TIME_ZONE: TimeZoneForm,
    What.NAMES: NamesForm,
    What.PLACE: PlaceForm,
    What.PLACE_NAME: PlaceNameForm,
    What.PLACE_OPEN: PlaceOpenForm,
}
