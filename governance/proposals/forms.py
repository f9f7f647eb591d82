"""What the proposal pages ask for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from governance.board.forms import CharterFields
from governance.board.rules import TIE_WORDS
from governance.proposals import rules
from governance.proposals.rules import LONGEST_LINE, LONGEST_REMARK, LONGEST_TEXT


def _text(label: object, hint: object) -> TextAreaField:
    return TextAreaField(label, description=hint, validators=[Length(max=LONGEST_TEXT)])


def _yes_or_no(label: object) -> RadioField:
    """A question that a small matter answers with a no."""
    return RadioField(
        label,
        choices=[SelectChoice("no", _("No")), SelectChoice("yes", _("Yes"))],
        validators=[InputRequired(_("Choose yes or no.")), AnyOf(["no"], _("Then it takes a whole proposal."))],
    )


class ProposalForm(CharterFields):
    """A proposal in plain words. Only the first two are needed to begin."""

    title = StringField(
        _("Short title"), validators=[DataRequired(_("Give it a short title.")), Length(max=LONGEST_LINE)]
    )
    ask = TextAreaField(
        _("What do you ask for?"),
        description=_("Say it as you would say it to a friend. Short is good."),
        validators=[DataRequired(_("Say what you ask for.")), Length(max=LONGEST_TEXT)],
    )
    why = _text(_("Why?"), _("What happens now? What did people tell us?"))
    still_open = _text(
        _("What is still open?"), _("What can the board still choose? If nothing, do not ask the board.")
    )
    gets_better = _text(_("What gets better in people's lives?"), _("One thing we could see or count later."))
    could_go_wrong = _text(_("What could go wrong?"), _("And what we would do then."))
    who_could_this_hurt = _text(_("Who could this hurt? Who is missing?"), _("Think of who is not in the room."))
    principles = SelectMultipleField(
        _("Which principles does it serve?"),
        coerce=int,
        option_widget=CheckboxInput(),
        choices=[SelectChoice(each.number, _(each.name)) for each in rules.PRINCIPLES.values()],
    )
    power = RadioField(
        _("Who has the last word?"),
        choices=[SelectChoice(power.value, _(words)) for power, words in rules.POWER_WORDS.items()],
        validators=[Optional()],
    )
    kind = SelectField(
        _("Is it one of these? Most need two thirds."),
        choices=[SelectChoice(kind.value, _(words)) for kind, words in rules.KIND_WORDS.items()],
        default=rules.Kind.ORDINARY.value,
    )
    about_answer = SelectField(_("If it asks for a second look: which answer is it about?"), default="")
    about_term = SelectField(
        _("If it takes away a seat: whose?"),
        description=_(
            "Only the board and its helpers see it, and the person is told when the talk begins. "
            "Keep the name out of all other boxes. "
            "It is for violence, broken trust, or hidden or stolen money. It is never for using drugs, or for stopping."
        ),
        coerce=int,
        default=0,
    )
    about_participants = BooleanField(_("It makes a rule for participants"))
    starts_on = DateField(
        _("Starts on"), description=_("Leave it empty if it starts after the vote."), validators=[Optional()]
    )
    changes_record = SelectField(
        _("Does it change a decision that the board looked at again?"),
        description=_("If the board says yes, this takes its place. So write all that goes on here."),
        default="",
    )
    themes = SelectMultipleField(
        _("Which themes did it come from?"),
        description=_("What people told us. Choose none if it came up in talk."),
        coerce=int,
        option_widget=CheckboxInput(),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each box, and that numbers of the charter stand in an item that changes it: none is lost in silence."""
        if not super().validate(extra_validators):
            return False
        if self.numbers() and self.kind.data != rules.Kind.CHARTER_CHANGE.value:
            self.kind.errors = [gettext("You filled in a number of the charter. So choose “It changes our charter”.")]
            return False
        return True


class SmallForm(FlaskForm):
    """A small matter of the board's own: a title, and a few words."""

    title = StringField(
        _("What is it about?"),
        description=_("Like: The day we meet in May."),
        validators=[DataRequired(_("Give it a short title.")), Length(max=LONGEST_LINE)],
    )
    ask = TextAreaField(
        _("What do you ask for?"),
        description=_("One or two sentences. Everyone can read them, so leave names out."),
        validators=[DataRequired(_("Say what you ask for.")), Length(max=LONGEST_TEXT)],
    )
    for_participants = _yes_or_no(_("Is it about the people who come here, or a rule for them?"))
    takes_means = _yes_or_no(_("Does it need money or staff?"))


class RevisionForm(ProposalForm):
    """New words in the talk: they need a reason."""

    reason = StringField(
        _("Why do the words change?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why the words change. One sentence is enough.")), Length(max=LONGEST_LINE)],
    )


class RemarkForm(FlaskForm):
    """A thought or a concern."""

    text = TextAreaField(
        _("What do you think?"), validators=[DataRequired(_("Write a word or two first.")), Length(max=LONGEST_REMARK)]
    )
    kind = RadioField(
        _("What is it?"),
        choices=[SelectChoice(kind.value, _(words)) for kind, words in rules.REMARK_WORDS.items()],
        default=rules.RemarkKind.REMARK.value,
    )


class ParkForm(FlaskForm):
    """Why a proposal is put aside for later."""

    reason = StringField(
        _("Why is it put aside?"),
        description=_("One sentence. Every member reads it, with your name."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=LONGEST_LINE)],
    )


class ReasonForm(FlaskForm):
    """Why fixed or parked words are opened again."""

    reason = StringField(
        _("Why does it go back to the talk?"),
        description=_("One sentence. Everyone can read it, so leave names out."),
        validators=[DataRequired(_("Say why. One sentence is enough.")), Length(max=LONGEST_LINE)],
    )


class StepOutForm(FlaskForm):
    """The kind of tie. There is no box for a story."""

    tie = RadioField(
        _("What is the tie?"),
        choices=[SelectChoice(tie.value, _(words)) for tie, words in TIE_WORDS.items()],
        validators=[InputRequired(_("Choose the kind of tie."))],
    )
    part = StringField(
        _("Only one part?"),
        description=_("Leave it empty to step out of all of it. Else write the part, like: B"),
        validators=[Length(max=20)],
    )


class CallInForm(FlaskForm):
    """Which alternate is called in."""

    seat_id = SelectField(_("Alternate"), coerce=int)
