"""A paper screen by screen: what each asks, what can still be marked on it, when it ends, and the choice read back."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from governance.ballots.forms.paper import END, Paper, as_number
from governance.ballots.papers import choices
from governance.ballots.papers.choices import PaperAsks
from governance.counting.budget import Budget
from governance.counting.scoring import Dots
from governance.frame.catalogue import said
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class ScreenQuestion:
    """One screen of a paper: what it asks, and the names of its fields."""

    legend: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ChoiceLine:
    """One line of a choice read back: what stands in the box (None for a cross, "" for no box), and beside it.

    *is_an_option*: the words are an option's, as whoever called the vote wrote it.
    """

    words: str
    mark: str | None = None
    is_an_option: bool = False


def how_to(paper: Paper) -> str:
    """Return what to do with this paper, in a sentence or two."""
    if paper.form is PaperAsks.WORDS:
        return said(paper.rule.in_words)
    if isinstance(paper.rule, Budget):
        return _(
            "There is %(sum)s to pay with. Mark all that you would pay for.", sum=format_decimal(paper.rule.budget)
        )
    if isinstance(paper.rule, Dots):
        return _("You have %(dots)s dots. Put them where you like.", dots=paper.rule.dots)
    return _(HOW_TO[paper.form])


HOW_TO = {
    PaperAsks.ONE: N_("Mark one."),
    PaperAsks.SEVERAL: N_("Mark as many as you like."),
    PaperAsks.NUMBERS: N_("Give each one a number. What you leave empty counts as 0."),
    PaperAsks.RANKS: N_("Put them in order. You can stop when you like."),
}


def how_to_on_paper(paper: Paper) -> str:
    """Return what to do with a blank sheet of this paper and a pen."""
    if isinstance(paper.rule, Budget):
        return how_to(paper)
    if isinstance(paper.rule, Dots):
        return _("You have %(dots)s dots. Write in each box how many it gets.", dots=paper.rule.dots)
    return _(WITH_A_PEN[paper.form], best=choices.highest(paper.rule))


WITH_A_PEN = {
    PaperAsks.WORDS: N_("Mark one box with a cross."),
    PaperAsks.ONE: N_("Mark one box with a cross."),
    PaperAsks.SEVERAL: N_("Mark with a cross all that you want."),
    PaperAsks.NUMBERS: N_("Write a number in each box. 0 is the worst, %(best)s is the best."),
    PaperAsks.RANKS: N_("Write 1 beside your first choice, 2 beside the next, and so on. You can stop when you like."),
}


def rows_on_paper(paper: Paper) -> list[tuple[str, str]]:
    """Return the rows of a blank sheet: the words beside the box, and what stands small below them."""
    if paper.form is PaperAsks.SEVERAL:
        fields = [paper[name] for name in choices.fields(paper.rule, paper.options)]
        return [(str(field.label.text), field.description) for field in fields]
    if paper.form is PaperAsks.WORDS:
        return [(_(choices.SAID[word]), "") for word in paper.options]
    return [(option, "") for option in paper.options]


def questions(paper: Paper) -> list[ScreenQuestion]:
    """Return the screens of a paper in their order."""
    names = choices.fields(paper.rule, paper.options)
    if paper.form in (PaperAsks.WORDS, PaperAsks.ONE, PaperAsks.SEVERAL):
        return [ScreenQuestion("", tuple(names))]
    if paper.form is PaperAsks.RANKS:
        return [ScreenQuestion(str(paper[name].label.text), (name,)) for name in names]
    return [ScreenQuestion(_score_legend(paper, name), (name,)) for name in names]


def _score_legend(paper: Paper, name: str) -> str:
    if isinstance(paper.rule, Dots):
        return _("How many dots for this one?")
    return _("How good is this one? 0 is the worst, %(best)s the best.", best=choices.highest(paper.rule))


def narrow(paper: Paper, at: int) -> None:
    """Leave out, on screen *at*, what cannot be marked any more: options ranked before, dots that are spent.

    A mark on one of these is taken away: it was made before the one that took its place.
    """
    name = questions(paper)[at].names[0]
    field, left = paper[name], paper.dots_left
    if paper.form is PaperAsks.RANKS:
        earlier = {paper[f"p{place}"].data for place in range(1, at + 1)}
        field.choices = [each for each in field.choices if each.value not in earlier]
        field.data = None if field.data in earlier else field.data
    elif left is not None:
        most = left + as_number(field.data or "")
        field.choices = [each for each in field.choices if int(each.value) <= most]


def ends_here(paper: Paper, at: int) -> bool:
    """Whether screen *at* is the last: there are no more, or a ranking goes no further. Marks after it are let go."""
    names = choices.fields(paper.rule, paper.options)
    if paper.form is not PaperAsks.RANKS or paper[names[at]].data != END:
        return at == len(questions(paper)) - 1
    for name in names[at + 1 :]:
        paper[name].data = None
    return True


def check_answered(paper: Paper, at: int) -> bool:
    """Whether one may go on from screen *at*. In a ranking it says what to mark; a score may be left empty."""
    name = questions(paper)[at].names[0]
    if paper.form is not PaperAsks.RANKS or paper[name].data:
        return True
    words = N_("Mark one of the rows first.") if at else N_("Choose your first choice. The others you can leave out.")
    paper.form_errors = [*paper.form_errors, _(words)]
    return False


def read_back(paper: Paper) -> list[ChoiceLine]:
    """Return a choice that can be counted as it is read back before it goes into the box: the whole paper."""
    choice, options = paper.choice_made, paper.options
    if paper.form is PaperAsks.RANKS:
        return [ChoiceLine(options[int(option)], name[1:], is_an_option=True) for name, option in choice.items()]
    if paper.form is PaperAsks.NUMBERS:
        return [ChoiceLine(options[int(name[1:])], number or "–", is_an_option=True) for name, number in choice.items()]
    if paper.form is PaperAsks.SEVERAL:
        marked = [name for name, tick in choice.items() if tick]
        return [ChoiceLine(str(paper[name].label.text), is_an_option=name != "none") for name in marked]
    if paper.form is PaperAsks.ONE:
        return [ChoiceLine(options[int(choice["choice"])], is_an_option=True)]
    word, ground = choices.SAID[choice["choice"]], choice.get("ground")
    if not ground:
        return [ChoiceLine(_(word))]
    why = choices.GROUND_WORDS[choices.Ground(ground)]
    return [ChoiceLine(_(word)), ChoiceLine(_(why)), ChoiceLine(choice["named"], "")]
