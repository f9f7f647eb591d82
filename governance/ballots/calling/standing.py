"""A vote that chooses among members: letters stand for them in all that is public, their names in the room alone.

The letters are drawn by lot, so that not even the order in which the names were typed tells who is who.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots.calling.kinds import CHOOSES_MEMBERS, LONGEST_OPTION, Kind, Settings, check_settings
from governance.ballots.calling.rules import Times
from governance.board import service as board
from governance.board.roles_voted import check_role_offered
from governance.places.service import day_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import one_line, plain

SALT = 16  # bytes
IN_AN_OPTION = N_(
    "“{name}” is the name of a member or of a seat, and options are public. "
    "To choose among members, take: Elect chairs or seats."
)


def check_gives(session: Session, kind: Kind, asked: Settings, times: Times, *, binding: bool) -> None:
    """Refuse a vote that is to give seats or a role and cannot; one that gives none may be held. Raises RuleRefused."""
    seats, role, closes_on = asked.for_seats, asked.for_role, day_of(session, times.closes_at)
    if seats is None and role is None:
        return
    if kind not in CHOOSES_MEMBERS:
        raise RuleRefused(N_("For a seat or a role, choose this kind of vote: Elect chairs or seats."), field="kind")
    if not binding:
        words = N_("A vote that only asks gives no seat and no role. Take them out.")
        raise RuleRefused(words, field="for_seats" if seats else "for_role")
    if seats and role:
        raise RuleRefused(N_("One vote is for seats or for a role. Choose one of the two."), field="for_role")
    if seats:
        board.check_may_vote_on(session, seats.seats, seats.begins, closes_on, day_of(session, times.now))
    if role:
        check_role_offered(role.role, role.begins, closes_on)


def under_letters(
    session: Session, kind: Kind, question: str, settings: Settings
) -> tuple[dict[str, Any] | None, Settings]:  # fmt: skip
    """Return who stands behind which letter, with a salt, and *settings* with the letters for options.

    Of a vote that does not choose among members: None, and *settings* as they are. Raises RuleRefused for a name of a
    member where everybody would read it, and for names that no vote can be held with.
    """
    _check_names_nobody(session, kind, question, settings.options)
    if kind not in CHOOSES_MEMBERS:
        return None, settings
    check_settings(kind, settings)
    drawn = secrets.SystemRandom().sample(settings.options, len(settings.options))
    letters = string.ascii_uppercase[: len(drawn)]
    names = dict(zip(letters, drawn, strict=True))
    standing: dict[str, Any] = {"salt": secrets.token_hex(SALT), "names": names}
    if settings.for_seats or settings.for_role:
        standing["gives"] = _gives(session, names, settings)
    return standing, replace(settings, options=tuple(letters))


def _gives(session: Session, names: Mapping[str, str], asked: Settings) -> dict[str, Any]:
    """Return what is fixed of the seats, or of the role. A name that no account has takes none by the vote alone.

    Raises RuleRefused for a name that could not take what it is for.
    """
    if asked.for_seats:
        board.check_may_take(session, names.values(), asked.for_seats.begins)
    may_get = board.may_hold_role(session) if asked.for_role else board.may_stand(session)
    known = {plain(one_line(alias), LONGEST_OPTION): each for each, alias in may_get.items()}
    accounts = {letter: known[name] for letter, name in names.items() if name in known}
    if asked.for_role:
        _check_all_have_cards(names, accounts)
        return {"role": asked.for_role.role, "from": asked.for_role.begins.isoformat(), "accounts": accounts}
    seats = asked.for_seats
    return {"seats": list(seats.seats), "from": seats.begins.isoformat(), "accounts": accounts} if seats else {}


def _check_all_have_cards(names: Mapping[str, str], accounts: Mapping[str, int]) -> None:
    """Refuse a role for somebody without a card of the board: they could not have it, and nothing would come of it."""
    without = [name for letter, name in names.items() if letter not in accounts]
    if without:
        words = N_("{name} has no card of the board yet, and a role needs one. Get them a card first.")
        raise RuleRefused(Sentence(words, name=without[0]), field="options")


def _check_names_nobody(session: Session, kind: Kind, question: str, options: Sequence[str]) -> None:
    """Refuse the name of a member or a seat where everybody will read it: in the question, and in most options."""
    board.check_names_nobody(session, question, words=board.IN_THE_QUESTION)
    if kind not in CHOOSES_MEMBERS:
        board.check_names_nobody(session, *options, words=IN_AN_OPTION)
