"""What each screen asks of a participant. Nothing has to be answered, and nothing typed is ever corrected."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from governance.feedback import rules
from governance.frame.forms import choices_of
from governance.ruling.sentences import N_
from governance.storage.text import TextTooLong, plain

IS_CODE = N_("This is a code. Keep it to yourself. To see your answer, use “I have a code”.")
MAY_BE_CODE = N_(
    "Is this a code? Then keep it to yourself. To see your answer, use “I have a code”. If not, press once more."
)


class _Topics(SelectMultipleField):
    """Any number of topics, as boxes to tap."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class StepForm(FlaskForm):
    """One screen. *trap* is hidden from people; programs that fill in every field give themselves away by it."""

    trap = StringField(_("Leave this empty"))

    @abstractmethod
    def said(self) -> dict[str, Any]:
        """Return the answers of this screen, by their names in `carried.Answers`."""


class TogetherForm(StepForm):
    """How it goes with a helper: nothing is asked but to go on."""

    def said(self) -> dict[str, Any]:
        """Return nothing."""
        return {}


class StartForm(StepForm):
    """What kind of word it is."""

    lane = RadioField(_("What do you want to say?"), choices=choices_of(rules.LANE_WORDS), validators=[Optional()])

    def said(self) -> dict[str, Any]:
        """Return the lane, or ''."""
        return {"lane": self.lane.data or ""}


class TopicsForm(StepForm):
    """What it is about, by pictures."""

    topics = _Topics(
        _("Pick any. Or none."),
        choices=[SelectChoice(t.key, _(t.label)) for t in rules.TOPICS if t.key in rules.COMMON_TOPICS],
    )
    more_topics = _Topics(
        _("More to pick from"),
        choices=[SelectChoice(t.key, _(t.label)) for t in rules.TOPICS if t.key not in rules.COMMON_TOPICS],
    )

    def said(self) -> dict[str, Any]:
        """Return the topics."""
        return {"topics": tuple(dict.fromkeys((*(self.topics.data or ()), *(self.more_topics.data or ()))))}


class FaceForm(StepForm):
    """How it was, by faces."""

    face = RadioField(
        _("How was it?"), choices=[*choices_of(rules.FACE_WORDS), SelectChoice("", _("Skip"))], validators=[Optional()]
    )

    def said(self) -> dict[str, Any]:
        """Return the face, or ''."""
        return {"face": self.face.data or ""}


class AboutForm(StepForm):
    """Whom a complaint is about. Nothing is chosen ahead: a guess could hand it to the very person."""

    about = RadioField(_("Who is it about?"), choices=choices_of(rules.ABOUT_WORDS), validators=[Optional()])

    def said(self) -> dict[str, Any]:
        """Return whom it is about, or ''."""
        return {"about": self.about.data or ""}


class WordsForm(StepForm):
    """The words themselves, or that they wait in the browser (`static/feedback/words.js`).

    Then it says by itself how many signs are too many (*over*), and whether they look like a follow-up code.
    """

    in_tab = BooleanField()
    over = IntegerField(validators=[Optional()])
    is_code = BooleanField()
    words = TextAreaField(
        _("Your words"), description=_("Type it, or skip. Any language is fine. About 300 words fit.")
    )

    def validate_words(self, field: Any) -> None:
        """Take out only what nobody can see. What is too much is counted, never cut off."""
        if self.in_tab.data and self.is_code.data:
            raise ValidationError(gettext(MAY_BE_CODE))
        if self.in_tab.data and (self.over.data or 0) > 0:
            raise ValidationError(too_long(self.over.data))
        try:
            field.data = plain(field.data or "", rules.LONGEST_WORDS)
        except TextTooLong as long:
            raise ValidationError(too_long(long.length - long.limit)) from long

    def said(self) -> dict[str, Any]:
        """Return the words, or that they are in the tab."""
        in_tab = bool(self.in_tab.data)
        # Words that may be others now are read back once more.
        return {"in_tab": in_tab, "words": "" if in_tab else self.words.data or "", "agreed": False}

    def refuse_code(self) -> None:
        """Say that what was typed is a follow-up code, which nobody but its holder should see."""
        self.words.errors = [gettext(IS_CODE)]


class ReadBackForm(StepForm):
    """Whether what a helper typed is what they said. Yes is the button that leads on."""

    go = StringField()

    def said(self) -> dict[str, Any]:
        """Return their yes. Whoever goes back, or leaves the helper, has not said it."""
        return {"agreed": self.go.data == "next"}


def too_long(signs: int) -> str:
    """Return what is said where *signs* too many were typed: about how many words that is."""
    return _words_too_long(rules.words_over(signs))


def too_long_by_kind() -> dict[str, str]:
    """Return the same for a page that counts by itself, with {count} in it: by the kind of number (`Intl.PluralRules`),
    since many languages say "2 words" and "5 words" each in its own way.
    """
    kind_of = get_locale().plural_form
    numbers = {kind_of(number): number for number in range(100, 0, -1)}
    return {kind: _words_too_long(number).replace(str(number), "{count}") for kind, number in numbers.items()}


def _words_too_long(words: int) -> str:
    return ngettext(
        "This is about %(num)d word too long. Please make it shorter. Nothing was cut off.",
        "This is about %(num)d words too long. Please make it shorter. Nothing was cut off.",
        words,
    )


def _wants_code() -> BooleanField:
    """Return the field of the second button that sends."""
    return BooleanField(_("Send, with a code"))


class SendingForm(StepForm):
    """What may be shown. The idea alone, unless they choose. *wants_code*: they sent it by the button for that."""

    consent = RadioField(
        _("May we show it?"), choices=choices_of(rules.CONSENT_WORDS), default=rules.Consent.IDEA.value,
        validators=[Optional()],
    )  # fmt: skip
    wants_code = _wants_code()

    def said(self) -> dict[str, Any]:
        """Return what may be done with it, and whether to make a code."""
        consent = self.consent.data or rules.Consent.IDEA.value
        return {"consent": consent, "wants_code": bool(self.wants_code.data)}


class WhenForm(StepForm):
    """Now, or with the others. By itself it chooses nothing: waiting may hurt somebody, going now give them away."""

    route = RadioField(_("When should it go?"), choices=choices_of(rules.ROUTE_WORDS), validators=[Optional()])
    wants_code = _wants_code()

    def said(self) -> dict[str, Any]:
        """Return the way, or ''; and whether to make a code."""
        return {"route": self.route.data or "", "wants_code": bool(self.wants_code.data)}
