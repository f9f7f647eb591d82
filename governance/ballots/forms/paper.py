"""The form of a ballot paper, made for the rule and the options of one vote.

Its fields are those of `choices.py`. On a tablet it is asked screen by screen (`screens.py`); two tellers see all of it
on one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from governance.ballots import rules
from governance.ballots.forms.small import PASS_LETTERS
from governance.ballots.papers import choices
from governance.ballots.papers.choices import PaperAsks
from governance.counting import rule_from
from governance.counting.decided import ConsensusLevel
from governance.counting.rule import Rule
from governance.counting.scoring import Dots
from governance.frame.forms import refused
from governance.ruling.errors import RuleRefused

END = "end"  # Marked in a ranking that goes no further.


class Paper(FlaskForm):
    """What every paper has. `of` makes the class for one vote."""

    rule: ClassVar[Rule]
    options: ClassVar[list[str]]
    pass_ = HiddenField(name="pass", validators=[PASS_LETTERS])

    @property
    def form(self) -> PaperAsks:
        """What the paper asks for."""
        return choices.form_of(self.rule)

    @property
    def marks(self) -> dict[str, str]:
        """What was marked, by field, as it travels from screen to screen. A tick counts as "1"."""
        found = {}
        for name in choices.fields(self.rule, self.options):
            data = self[name].data
            found[name] = ("1" if data else "") if isinstance(data, bool) else (data or "").strip()
        return found

    @property
    def choice_made(self) -> dict[str, str]:
        """What was marked, as it is counted: a ranking without gaps, the words of a block with a block alone."""
        found = self.marks
        if self.form is PaperAsks.RANKS:
            ranked = [option for option in found.values() if option not in ("", END)]
            return {f"p{place}": option for place, option in enumerate(ranked, 1)}
        bound = () if found.get("choice") == ConsensusLevel.BLOCK else ("ground", "named")
        return {name: "" if name in bound else value for name, value in found.items()}

    @property
    def dots_left(self) -> int | None:
        """How many dots are not put anywhere yet, or None where there are no dots."""
        if not isinstance(self.rule, Dots):
            return None
        return max(0, self.rule.dots - sum(map(as_number, self.marks.values())))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what was marked can be counted; if not, the reason stands above the form."""
        whole = super().validate(extra_validators)
        try:
            choices.paper(self.rule, self.options, self.choice_made)
        except RuleRefused as refusal:
            refused(self, refusal)
            return False
        return bool(whole)


def as_number(text: str) -> int:
    """Return the whole number in *text*, or 0 where there is none."""
    return int(text) if choices.MANY_DIGITS.fullmatch(text) else 0


def paper_of(manifest: Mapping[str, Any], *, at_the_table: bool = False, on_one_page: bool = False) -> type[Paper]:
    """Return the form of the paper of one vote. *at_the_table*: for two tellers, who type the card too, all on
    one page. *on_one_page*: the same without a card.
    """
    rule, options = rule_from(manifest["rule"]), manifest["options"]
    fields: dict[str, Any] = {"rule": rule, "options": options}
    for name in choices.fields(rule, options):
        fields[name] = _field(rule, options, name, manifest, at_the_table or on_one_page)
    if at_the_table:
        letters = DataRequired(lazy_gettext("Type the letters first."))
        fields["pass_"] = StringField(
            lazy_gettext("The letters on the card"), name="pass", validators=[letters, PASS_LETTERS]
        )
    return type("PaperOfThisVote", (Paper,), fields)


WHO_READS_A_BLOCK = {
    False: lazy_gettext("A few words. Leave your name out. Board members read this after the count."),
    True: lazy_gettext("A few words. Everyone can read this after the count, with your name."),
}


def _field(
    rule: Rule, options: Sequence[str], name: str, manifest: Mapping[str, Any], on_one_page: bool
) -> Field:  # fmt: skip
    """Return the field for the part *name* of a choice, as the rule of this vote asks for it."""
    if name == "named":
        return TextAreaField(
            lazy_gettext("If you block: what harm, or what rule?"),
            description=WHO_READS_A_BLOCK[bool(manifest.get("named"))],
            validators=[Length(max=rules.LONGEST_REASON)],
        )
    if name == "ground":
        grounds = [SelectChoice(each.value, lazy_gettext(words)) for each, words in choices.GROUND_WORDS.items()]
        return RadioField(
            lazy_gettext("If you block: why?"), choices=grounds, validate_choice=False, validators=[Optional()]
        )
    if name == "none":
        return BooleanField(lazy_gettext("None of these"))
    if choices.form_of(rule) is PaperAsks.SEVERAL:
        return BooleanField(options[int(name[1:])], description=_price(rule, options[int(name[1:])]))
    asked = [SelectChoice(value, words) for value, words in _answers(rule, options, name)]
    label = manifest["question"] if name == "choice" else _label(rule, options, name)
    kind = SelectField if on_one_page and name != "choice" else RadioField
    if kind is SelectField:
        asked = [SelectChoice("", "–"), *(each for each in asked if each.value != END)]
    return kind(label, choices=asked, default="", validate_choice=False, validators=[Optional()])


def _price(rule: Rule, option: str) -> str:
    costs: Mapping[str, int] = dict(getattr(rule, "costs", ()))
    return _("Price: %(price)s", price=format_decimal(costs[option])) if option in costs else ""


def _answers(rule: Rule, options: Sequence[str], name: str) -> list[tuple[str, Any]]:
    """Return what may be marked in one field, as value and words."""
    form = choices.form_of(rule)
    if form is PaperAsks.WORDS:
        return [(word, lazy_gettext(choices.SAID[word])) for word in options]
    named = [(str(place), option) for place, option in enumerate(options)]
    if form is PaperAsks.ONE:
        return named
    if form is PaperAsks.RANKS:
        return named if name == "p1" else [*named, (END, lazy_gettext("No more: leave the rest out"))]
    return [(str(number), str(number)) for number in range(choices.highest(rule) + 1)]


def _label(rule: Rule, options: Sequence[str], name: str) -> Any:
    if choices.form_of(rule) is PaperAsks.RANKS:
        return ORDINALS[name] if name in ORDINALS else lazy_gettext("Your choice number %(number)s", number=name[1:])
    return options[int(name[1:])]


ORDINALS = {
    "p1": lazy_gettext("Your first choice"),
    "p2": lazy_gettext("Your second choice"),
    "p3": lazy_gettext("Your third choice"),
}


def in_words(manifest: Mapping[str, Any], choice: Mapping[str, str]) -> list[str]:
    """Return a choice as it is read back and listed: one line for each thing that was marked."""
    rule, options = rule_from(manifest["rule"]), manifest["options"]
    form = choices.form_of(rule)
    if form is PaperAsks.WORDS:
        words = choices.SAID[choice["choice"]]
        return [_(words)]
    if form is PaperAsks.ONE:
        return [options[int(choice["choice"])]]
    if form is PaperAsks.SEVERAL:
        return [options[int(name[1:])] for name in _marked(choice, "o")] or [_("None of these")]
    if form is PaperAsks.NUMBERS:
        return [f"{options[int(name[1:])]}: {choice[name]}" for name in _marked(choice, "o")]
    order = [f"{place}. {options[int(choice[name])]}" for place, name in enumerate(_marked(choice, "p"), 1)]
    return [*order, "…"] if choice.get("rest") else order


def _marked(choice: Mapping[str, str], letter: str) -> list[str]:
    names = [name for name, value in choice.items() if value and name[0] == letter and name[1:].isdigit()]
    return sorted(names, key=lambda name: int(name[1:]))
