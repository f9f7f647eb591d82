"""What is fixed when a vote is called."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from governance.ballots import rules
from governance.ballots.calling import kinds
from governance.ballots.result.disclosure import DISCLOSURE_WORDS, Disclosure
from governance.board.roles_voted import VOTED
from governance.permissions.roles import ROLE_WORDS, Role
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


def in_reach(form: FlaskForm, field: Field) -> None:
    """Refuse a year no vote could be in."""
    if field.data and not 2000 < field.data.year < 2200:
        raise ValidationError(_("Look at the year again."))


def moment_field(label: object, hint: object = "") -> DateTimeLocalField:
    """Return the field of a day and a time that must be chosen."""
    needed = DataRequired(_("Choose a day and a time."))
    return DateTimeLocalField(label, description=hint, validators=[needed, in_reach])


def _number(label: object, low: int, high: int, usual: int) -> IntegerField:
    words = _("Type a whole number from %(low)s to %(high)s.", low=low, high=high)
    return IntegerField(label, default=usual, validators=[Optional(), NumberRange(low, high, words)])


def _kinds_counted_by(rule: str) -> str:
    return " ".join(kind for kind, makers in kinds.RULES_OF.items() if rule in makers)


OBJECTIONS = {
    "0": N_("No one"),
    "1/10": N_("One in ten"),
    "1/5": N_("One in five"),
    "1/4": N_("One in four"),
    "1/3": N_("One in three"),
}


def _as_a_key(form: FlaskForm, field: Field) -> None:
    """Refuse what is no public half of a counting key: 64 letters and digits, a to f. Empty is fine."""
    field.data = "".join((field.data or "").split()).lower()
    if field.data and not re.fullmatch("[0-9a-f]{64}", field.data):
        raise ValidationError(_("The key has 64 letters and digits. Copy it whole, or leave this empty."))


class CallForm(FlaskForm):
    """What is fixed before anyone can take a pass."""

    question = StringField(
        _("The question on the ballot"),
        description=_("Leave it empty to use the title."),
        validators=[Length(max=rules.LONGEST_QUESTION)],
    )
    kind = RadioField(
        _("What kind of vote is it?"),
        choices=[SelectChoice(kind.value, _(words)) for kind, words in kinds.KIND_WORDS.items()],
        validators=[InputRequired(_("Choose what kind of vote it is."))],
    )
    candidates = SelectMultipleField(
        _("Who stands?"),
        description=_("For somebody who has no card yet, type the name among the options. A seat waits for the card."),
        coerce=int,
        option_widget=CheckboxInput(),
    )
    for_seats = SelectMultipleField(
        _("Which seats is it for?"),
        description=_("As many win as seats are marked. Is it for no seat? Leave this empty."),
        coerce=int,
        option_widget=CheckboxInput(),
    )
    for_role = SelectField(
        _("Which role is it for?"),
        description=_("Who is chosen has it, beside what they do already."),
        default="",
        choices=[
            SelectChoice("", _("For no role")),
            *(SelectChoice(role.value, _(ROLE_WORDS[role])) for role in VOTED),
        ],
    )
    seats_from = DateField(
        _("From which day?"),
        description=_("Who is chosen has the seat or the role from this day on, once two people have noted it."),
        validators=[Optional(), in_reach],
    )
    options = TextAreaField(
        _("The options, one on each line"),
        description=_("Two or more. To share out money, write the price too, like: New chairs = 200"),
        validators=[Length(max=kinds.MOST_OPTIONS * (kinds.LONGEST_OPTION + 20))],
    )
    seats = _number(_("How many can win?"), 1, kinds.MOST_SEATS, 1)
    dots = _number(_("How many dots does each have?"), 1, kinds.MOST_DOTS, 5)
    highest = SelectField(
        _("The best score"),
        coerce=int,
        default=5,
        choices=[SelectChoice(each, str(each)) for each in kinds.BEST_SCORES],
    )
    budget = _number(_("How much money is there?"), 0, 999_999_999, 0)
    objections = SelectField(
        _("How many may object?"),
        default="0",
        choices=[SelectChoice(part, _(words)) for part, words in OBJECTIONS.items()],
    )
    count_by = SelectField(
        _("How is it counted?"),
        default="",
        choices=[
            SelectChoice("", _("The usual way for this kind")),
            *(
                SelectChoice(name, _(words), {"data-for": _kinds_counted_by(name)})
                for name, words in kinds.COUNT_BY_WORDS.items()
            ),
        ],
    )
    if_equal = SelectField(
        _("What if it is equal?"),
        description=_("It is fixed now, before anyone knows the result."),
        default="",
        choices=[
            SelectChoice("", _("As our charter says")),
            SelectChoice("lot", _("A lot decides")),
            SelectChoice("talk", _("Nothing is chosen, and it goes back to the talk")),
        ],
    )
    only_asks = BooleanField(
        _("It only asks. It decides nothing."),
        description=_("The words stay in the talk. A sense check is always like this."),
    )
    disclosure = SelectField(
        _("Who can see the ballots after the count?"),
        description=_("No name is on them. If a side is so small that it points to people, only members see them."),
        default="",
        choices=[
            SelectChoice("", _("What fits the size of the board")),
            *(SelectChoice(each.value, _(words)) for each, words in DISCLOSURE_WORDS.items()),
        ],
    )
    opens_at = moment_field(_("Opens"))
    closes_at = moment_field(_("Closes"), _("You can make it longer later. You cannot make it shorter."))
    tellers = SelectMultipleField(
        _("Two tellers"),
        description=_("They open the box together, after it closes. One alone cannot."),
        coerce=int,
        option_widget=CheckboxInput(),
    )
    cards = BooleanField(
        _("Ask for the cards with it"),
        default=True,
        description=_("So cards come first: until they are made, or the vote opens, no pass is given out."),
    )
    counting_key = StringField(
        _("The key of the box (you can leave it empty)"),
        description=_(
            "If you made a key with the tellers, put its public half here. Then this server can never open the box. "
            "Its first 8 letters stand on each share. If it is empty, the server makes the key, and you must trust it."
        ),
        validators=[_as_a_key],
    )

    @property
    def settings(self) -> kinds.Settings:
        """What was asked for beside the kind. Raises RuleRefused for a price that is no number, and a day left out."""
        if self.options is None:
            return kinds.Settings()
        needed = {name for name, by in kinds.NEEDED_BY.items() if self.kind.data in by}
        text = (self.options.data or "") if "options" in needed else ""
        names, prices = kinds.options_in(text, priced=self.kind.data == kinds.Kind.BUDGET)
        names = (*self._picked, *names)
        return kinds.Settings(
            options=names,
            prices=prices,
            count_by=self.count_by.data or "",
            seats=(self.seats.data or 1) if "seats" in needed else 1,
            dots=self.dots.data or 5,
            highest=self.highest.data or 5,
            budget=self.budget.data or 0,
            objections=Fraction(self.objections.data or "0"),
            equal_to_talk={"talk": True, "lot": False}.get(self.if_equal.data),
            for_seats=self._seats_given,
            for_role=self._role_given,
        )

    @property
    def _picked(self) -> tuple[str, ...]:
        """The names of the members who were picked to stand, where members stand at all."""
        picked = set(self.candidates.data or ()) if self.kind.data in kinds.CHOOSES_MEMBERS else set()
        return tuple(alias for account_id, alias, *_ in self.candidates.iter_choices() if account_id in picked)

    @property
    def _seats_given(self) -> kinds.ForSeats | None:
        """The seats that whoever is chosen takes, or None. Raises RuleRefused where the day is missing."""
        if not self.for_seats.data or self.kind.data not in kinds.CHOOSES_MEMBERS:
            return None
        return kinds.ForSeats(tuple(self.for_seats.data), self._from_day)

    @property
    def _role_given(self) -> kinds.ForRole | None:
        """The role that whoever is chosen has, or None. Raises RuleRefused where the day is missing."""
        if not self.for_role.data or self.kind.data not in kinds.CHOOSES_MEMBERS:
            return None
        return kinds.ForRole(Role(self.for_role.data), self._from_day)

    @property
    def _from_day(self) -> date:
        if self.seats_from.data is None:
            raise RuleRefused(N_("Say from which day on they take the seat or the role."), field="seats_from")
        day: date = self.seats_from.data
        return day

    @property
    def seen_by(self) -> Disclosure | None:
        """Who may see the ballots, or None for what is usual."""
        asked = self.disclosure.data if self.disclosure is not None else ""
        return Disclosure(asked) if asked else None

    def validate_tellers(self, field: Field) -> None:
        """Two, no more and no fewer."""
        if len(set(field.data or ())) != rules.TELLERS:
            raise ValidationError(_("Choose two tellers."))


class SecondForm(CallForm):
    """The vote of the lived or living experience seats alone: the question and the rule are the first one's."""

    question = kind = options = seats = dots = highest = budget = None
    objections = count_by = if_equal = only_asks = disclosure = candidates = for_seats = for_role = seats_from = None
