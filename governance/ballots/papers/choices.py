"""What a ballot may say: for each counting rule the form of its paper, and how what was marked becomes what is counted.

A choice is a flat mapping of the fields of the paper to text, the same from a form, a browser and two tellers:

    words    {"choice": "yes"}, and for a block "ground" and "named"
    one      {"choice": "2"}: the option by its place in the manifest, from 0
    several  {"o0": "1", "o3": "1"}, or {"none": "1"}
    numbers  {"o0": "5", "o2": "0"}: scores or dots; what is left out has none
    ranks    {"p1": "2", "p2": "0"}: first choice, second choice; nobody must rank all

In a vote by name the voter's alias stands beside them, as "by".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from governance.counting.decided import ConsensusLevel, Decided
from governance.counting.grouped import UNREAD, Paper
from governance.counting.rule import Rule
from governance.counting.scoring import Dots
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

Choice = Mapping[str, str]


class PaperAsks(StrEnum):
    """What a paper asks for."""

    WORDS = "words"
    ONE = "one"
    SEVERAL = "several"
    NUMBERS = "numbers"
    RANKS = "ranks"


FORMS = {
    "plurality": PaperAsks.ONE,
    "approval": PaperAsks.SEVERAL,
    "phragmen": PaperAsks.SEVERAL,
    "budget": PaperAsks.SEVERAL,
    "score": PaperAsks.NUMBERS,
    "star": PaperAsks.NUMBERS,
    "majority-judgment": PaperAsks.NUMBERS,
    "dots": PaperAsks.NUMBERS,
}


class Ground(StrEnum):
    """What a block may stand on."""

    HARM = "harm"
    CHARTER_RULE = "charter_rule"


GROUND_WORDS = {
    Ground.HARM: N_("It would hurt people"),
    Ground.CHARTER_RULE: N_("It breaks a rule of our charter"),
}

SAID = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "agree": N_("I agree"),
    "worry": N_("I agree, with a worry"),
    "aside": N_("I stand aside"),
    "block": N_("I block"),
    "consent": N_("I can live with it"),
    "object": N_("I object"),
    "abstain": N_("I do not want to choose"),
    "good": N_("Looks good"),
    "unsure": N_("Not sure"),
    "concern": N_("I have a concern"),
}

MARK_ONE = N_("Mark one of the rows first.")
NOT_COUNTED = N_("This cannot be counted. Go back and mark it again.")
MANY_DIGITS = re.compile("[0-9]{1,4}")


def form_of(rule: Rule) -> PaperAsks:
    """Return what papers under *rule* ask for."""
    return PaperAsks.WORDS if isinstance(rule, Decided) else FORMS.get(rule.name, PaperAsks.RANKS)


def options_of(rule: Rule, named: Sequence[str] = ()) -> list[str]:
    """Return the options of a vote under *rule*: the rule's own words, or those that were *named*."""
    return list(rule.words) if isinstance(rule, Decided) else list(named)


def highest(rule: Rule) -> int:
    """Return the largest number that may stand beside an option: the best score, or all dots."""
    return rule.dots if isinstance(rule, Dots) else int(getattr(rule, "highest", 1))


def fields(rule: Rule, options: Sequence[str]) -> list[str]:
    """Return the fields of a paper in their order, those of a block last."""
    form, places = form_of(rule), range(len(options))
    if form in (PaperAsks.WORDS, PaperAsks.ONE):
        return ["choice", "ground", "named"] if "block" in options and form is PaperAsks.WORDS else ["choice"]
    if form is PaperAsks.RANKS:
        return [f"p{place + 1}" for place in places]
    return [f"o{place}" for place in places] + (["none"] if form is PaperAsks.SEVERAL else [])


def paper(rule: Rule, options: Sequence[str], choice: Choice) -> Paper:
    """Return *choice* as it is counted. Raises RuleRefused for what could not be counted, with what to do about it."""
    known, form = set(fields(rule, options)), form_of(rule)
    if not set(choice) <= known or not all(isinstance(each, str) for each in choice.values()):
        raise RuleRefused(NOT_COUNTED)
    marked = {name: value for name, value in choice.items() if value}
    return READERS[form](rule, options, marked)


def _words(rule: Rule, options: Sequence[str], marked: Choice) -> Paper:
    word = marked.get("choice", "")
    if word not in options:
        raise RuleRefused(MARK_ONE)
    if word == ConsensusLevel.BLOCK and (
        marked.get("ground", "") not in set(Ground) or not marked.get("named", "").strip()
    ):
        raise RuleRefused(N_("A block must name the harm, or the rule of the charter. Say which. Or stand aside."))
    return (list(options).index(word),)


def _one(rule: Rule, options: Sequence[str], marked: Choice) -> Paper:
    return (_place(marked.get("choice", ""), options),)


def _several(rule: Rule, options: Sequence[str], marked: Choice) -> Paper:
    if set(marked.values()) - {"1"}:  # Nobody can write anything into a ballot that others will read.
        raise RuleRefused(NOT_COUNTED)
    named = tuple(place for place in range(len(options)) if f"o{place}" in marked)
    if not named and "none" not in marked:
        raise RuleRefused(N_("Mark what you want. Or mark that you want none of these."))
    if named and "none" in marked:
        raise RuleRefused(N_("You marked an option, and also none of these. Take one of the two away."))
    return named


def _numbers(rule: Rule, options: Sequence[str], marked: Choice) -> Paper:
    most = highest(rule)
    found = tuple(_number(marked.get(f"o{place}", ""), most) for place in range(len(options)))
    if all(each is None for each in found):
        raise RuleRefused(N_("Give a number to one option or more."))
    if isinstance(rule, Dots) and sum(each or 0 for each in found) > most:
        raise RuleRefused(Sentence(N_("You have {dots} dots in all. Take some away."), dots=most))
    return found


def _number(text: str, most: int) -> int | None:
    if not text:
        return None
    if not MANY_DIGITS.fullmatch(text) or int(text) > most or str(int(text)) != text:
        raise RuleRefused(Sentence(N_("Each score must be a whole number from 0 to {highest}."), highest=most))
    return int(text)


def _ranks(rule: Rule, options: Sequence[str], marked: Choice) -> Paper:
    ranked = [marked[f"p{place}"] for place in range(1, len(options) + 1) if f"p{place}" in marked]
    if not ranked:
        raise RuleRefused(N_("Choose your first choice. The others you can leave out."))
    return ranking(ranked, options)


def ranking(ranked: Sequence[str], options: Sequence[str], *, is_whole: bool = True) -> Paper:
    """Return a ranking as it is counted, from the places of *options*, first choice first.

    One that is not whole ends in a mark that a count may not look past. Raises RuleRefused.
    """
    found = tuple(_place(each, options) for each in ranked)
    if len(set(found)) < len(found):
        raise RuleRefused(N_("You put the same option in two places. Take one away."))
    return found if is_whole else (*found, UNREAD)


def _place(text: str, options: Sequence[str]) -> int:
    if not MANY_DIGITS.fullmatch(text) or int(text) >= len(options) or str(int(text)) != text:
        raise RuleRefused(MARK_ONE)
    return int(text)


READERS = {
    PaperAsks.WORDS: _words,
    PaperAsks.ONE: _one,
    PaperAsks.SEVERAL: _several,
    PaperAsks.NUMBERS: _numbers,
    PaperAsks.RANKS: _ranks,
}


def name_on(choice: Choice) -> dict[str, str]:
    """Return the name that stands on a choice of a vote by name, as a part of it; nothing where there is none."""
    return {"by": choice["by"]} if "by" in choice else {}


def ranked(choice: Choice) -> list[str]:
    """Return the options of a ranking by place, first choice first, as the chain of a sealed ballot needs them."""
    places = sorted((int(name[1:]), value) for name, value in choice.items() if name[:1] == "p" and value)
    return [value for _, value in places]
