"""A change of the charter as data: which numbers a proposal changes, and to what. What it leaves out stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from governance.board import charter_pages
from governance.board.charter import Charter, changes, in_words, problems
from governance.board.service.charters import (
    charter,
    charter_in_force,
    check_may_adopt,
    from_settings,
    has_adopted_charter,
    settings_of,
)
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

Numbers = Mapping[str, Any]  # By their names in the charter, with the values of `settings_of`.

NO_SUCH_NUMBER = N_("Our charter has no number of that name. Write a proposal that names what is there now.")
AS_IT_STANDS = N_("The board takes on the charter as it stands.")
NO_NUMBERS = N_(
    "The record of this decision names no numbers, or is not as it was published. Write a proposal that names them."
)
IS_IN_FORCE = N_("Nothing is different from the charter that is in force. There is nothing left to do.")


def numbers_asked(session: Session, typed: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """Return of the *typed* numbers those that are another than in force, as they are stored.

    Raises RuleRefused for what the charter's own rules do not allow.
    """
    given = dict(typed)
    if not given:
        return ()
    found = wrong_with(session, given)
    if found:
        raise RuleRefused(found[0])
    after, before = settings_of(charter_with(session, given)), settings_of(charter(session))
    return tuple((name, after[name]) for name in after if after[name] != before[name])


def charter_with(session: Session, numbers: Numbers) -> Charter:
    """Return the charter in force with these *numbers* in it.

    Raises RuleRefused for one that it does not have, and for what is no number of a charter: a row that was changed by
    hand may hold anything.
    """
    now = charter(session)
    if not _can_be_read(numbers) or numbers.keys() - {each.name for each in fields(Charter)}:
        raise RuleRefused(NO_SUCH_NUMBER)
    return from_settings({**settings_of(now), **numbers})


def _can_be_read(numbers: object) -> bool:
    """Whether these are values by their names, and each that the charter knows is one of its own kind."""
    if not isinstance(numbers, Mapping):
        return False
    kinds = settings_of(Charter())
    known = {name: value for name, value in numbers.items() if name in kinds}
    try:
        from_settings(known)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return all(_plain_kind(value) is _plain_kind(kinds[name]) for name, value in known.items())


def _plain_kind(value: object) -> type:
    """Return as what JSON holds a value: a `Method` is a text there."""
    return str if isinstance(value, str) else type(value)


def wrong_with(session: Session, numbers: Numbers) -> list[Sentence | str]:
    """Return what the charter's own rules say against these *numbers* today, in sentences."""
    try:
        return [*problems(charter_with(session, numbers))] if numbers else []
    except RuleRefused as refused:
        return [refused.sentence]


def lacks_numbers(session: Session, numbers: Numbers | None) -> bool:
    """Whether a proposal to change the charter says nothing. The board's first one may take on what stands there.

    None: it was written before such a proposal said anything of it as data.
    """
    return numbers is None or (not numbers and has_adopted_charter(session))


def check_may_put_in_force(session: Session, numbers: Numbers | None, record: str) -> tuple[int, Charter]:
    """Return the next version's number, and what it says with the *numbers* that *record* decided.

    Raises RuleRefused where the record names no numbers (None) or was used, and where the charter does not allow it.
    """
    if numbers is None:
        raise RuleRefused(NO_NUMBERS)
    after = charter_with(session, numbers)
    if after == charter(session) and has_adopted_charter(session):
        raise RuleRefused(IS_IN_FORCE)
    return check_may_adopt(session, after, record), after


def why_not_in_force(session: Session, numbers: Numbers | None, record: str) -> Sentence | str:
    """Return why what *record* decided cannot be put in force, or an empty text where it can."""
    try:
        check_may_put_in_force(session, numbers, record)
    except RuleRefused as refused:
        return refused.sentence
    return ""


def new_in(session: Session, after: Charter) -> list[Sentence]:
    """Return what *after* says that the charter in force does not; or that it is the same, and the board's own now."""
    return changes(charter_in_force(session), after) or [Sentence(AS_IT_STANDS)]


def numbers_in_words(numbers: Numbers, now: Charter | None = None) -> list[Sentence]:
    """Return what changes, a line for each number, in the order of the charter's pages.

    *now*: the charter that these are to change; without one the lines say what was decided, and no more.
    """
    if not numbers:
        return [Sentence(AS_IT_STANDS)]
    if not _can_be_read(numbers):
        return [Sentence(NO_SUCH_NUMBER)]
    known = {each.name for each in fields(Charter)}
    after = from_settings({**settings_of(now or Charter()), **{n: v for n, v in numbers.items() if n in known}})
    return [_line(each, after, now) for each in charter_pages.NUMBERS if each.name in numbers]


def _line(each: charter_pages.Number, after: Charter, now: Charter | None) -> Sentence:
    value, title = charter_pages.value_of(after, each.name), Sentence(each.title)
    if now is None or isinstance(getattr(now, each.name), bool) or each.name == "method":
        return Sentence(N_("{title}: {value}"), title=title, value=value)
    before = in_words(getattr(now, each.name))
    return Sentence(N_("{title}: {value} (now {before})"), title=title, value=value, before=before)
