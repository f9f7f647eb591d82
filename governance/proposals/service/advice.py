"""Advice beside a proposal's words: respectful language, reading grade, names. It never blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from governance.proposals.models import ProposalVersion
from governance.ruling.sentences import Sentence
from governance.wording import reading_grade, respectful_words


@dataclass(frozen=True)
class Wording:
    """What a writer may like to know about their words. All of it is advice."""

    advice: Sequence[respectful_words.Advice]
    grade: Sentence | None
    hard_words: Sequence[str]
    missing_facts: Sequence[Sentence]
    names: Sequence[str]


def wording(words: ProposalVersion, lang: str, aliases: Iterable[str] = ()) -> Wording:
    """Return the advice on one version, in the measure of the language *lang*.

    *aliases* are the members' chosen names: one of them in a public text is pointed out, for many are also everyday
    words and only a person can tell.
    """
    return advise(_parts(words), lang, aliases)


def advise(
    parts: Iterable[str],
    lang: str,
    aliases: Iterable[str] = (),
    kind: respectful_words.TextKind = respectful_words.TextKind.STAFF_PUBLISHED,
) -> Wording:
    """Return the advice on texts that staff or the board are about to publish. Like `wording`. *kind*: what for."""
    text = "\n\n".join(part for part in parts if part.strip())
    said = respectful_words.StaffText(text, kind)
    english = lang == "en"
    facts = [fact for each in respectful_words.missing_facts(said) for fact in each.missing] if english else []
    return Wording(
        advice=respectful_words.advice(said, _rows(), lang=lang),
        grade=reading_grade.grade_label(text, lang),
        hard_words=reading_grade.hard_words(text)[:12] if english else [],
        missing_facts=[Sentence(respectful_words.ASK_FOR[fact]) for fact in dict.fromkeys(facts)],
        names=[alias for alias in aliases if re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", text, re.IGNORECASE)],
    )


def _parts(words: ProposalVersion) -> tuple[str, ...]:
    return (
        words.title, words.ask, words.why, words.still_open, words.gets_better, words.could_go_wrong,
        words.who_could_this_hurt, words.reason,
    )  # fmt: skip


@cache
def _rows() -> tuple[respectful_words.WordRow, ...]:
    return respectful_words.load_rows()
