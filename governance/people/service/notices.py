"""Telling: what moved power is told to every member, and the ledger holds a salted hash of it.

In public stands what kind of thing it was and on which day: no name, no seat, no number. Members read the words on
their first page, and whoever changes them or the rows afterwards is found out (`*/leaves.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import folding, rules
from governance.people.models import Told
from governance.people.service import notice_marks
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, from_json, to_json
from governance.storage.leaves import Books, LedgerRow, held

TOO_OFTEN = N_("This was done {times} times today, and every member was told. It can be done again tomorrow.")
SALT = 32  # bytes: nobody guesses a name behind a hash


def tell(
    session: Session, keys: KeyFolder, said: Sentence, today: date, area: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Told:  # fmt: skip
    """Tell every member what happened, in a sentence. Call it in the transaction of the act, as its last step.

    *area* and *facts*: what kind of thing it is, and the rows that the act itself changed, for the ledger. Of any other
    row they say nothing: one that somebody put in by hand would be vouched for with them. Without *area* it is told to
    members alone, because the act has a line of its own, or because the public has nothing to learn from it. Each one
    carries a mark made with the key folder (`notice_marks.py`).
    """
    row = Told(
        area=area, facts=dict(facts or {}), said=to_json(said), salt=secrets.token_bytes(SALT), day=today, leaf=None
    )
    if area:
        row.leaf = ledger.append(session, "decisions", "power", _line(row))
    notice_marks.put_on(session, keys, row)
    return row


def is_told(session: Session, keys: KeyFolder, said: Sentence, today: date) -> bool:
    """Whether members were told this very sentence today: what one person may do again and again is told once a day.

    Else one hand could bury what moved power under it.
    """
    return _times_told(session, keys, said, today, but="") > 0


def tell_of_one_hand(session: Session, keys: KeyFolder, said: Sentence, today: date, but: str = "") -> None:
    """Tell every member what one person did alone, or refuse it: so often a day and no more, and each time is told.

    *but*: the value of the sentence in which each time may differ, such as a reason. Call it like `tell`. Raises
    RuleRefused once it was done `rules.A_DAY` times today.
    """
    if _times_told(session, keys, said, today, but) >= rules.A_DAY:
        raise RuleRefused(Sentence(TOO_OFTEN, times=rules.A_DAY))
    tell(session, keys, said, today)


def _times_told(session: Session, keys: KeyFolder, said: Sentence, today: date, but: str) -> int:
    """Return how often members were told this sentence today, whatever its value *but* was.

    What somebody put in by hand told nobody: it neither silences what happens next, nor has it refused.
    """
    rows = notice_marks.made_by_us(session, keys, Told.day == today, Told.area == "")
    return sum(_without(row.said, but) == _without(to_json(said), but) for row in rows)


def _without(said: Any, but: str) -> tuple[object, object]:
    """Return the words of a stored sentence and its values, all but one."""
    if not isinstance(said, dict):
        return said, {}
    return said.get("template"), {name: value for name, value in said.get("values", {}).items() if name != but}


def _line(row: Told) -> dict[str, str]:
    """Return what the ledger says of *row*: its area with a salted hash, and the day."""
    whole = rfc8785.dumps({"facts": row.facts, "said": row.said, "salt": row.salt.hex()})
    return {row.area: hashlib.sha256(whole).hexdigest(), "day": row.day.isoformat()}


def has_told(session: Session, area: str) -> bool:
    """Whether anything of *area* was ever told."""
    return session.scalars(select(Told.id).where(Told.area == area).limit(1)).first() is not None


def told_last(session: Session, area: str) -> dict[str, Any]:
    """Return how members were told last that the rows of *area* stand. What somebody put in by hand is not in it."""
    return _last_of(_in_order(session, area))


def _in_order(session: Session, area: str) -> Sequence[Told]:
    """Return the notices of *area* in the order of their lines. Their ids are in no mark: anybody could turn them."""
    order = (Told.leaf.is_(None), Told.leaf, Told.number, Told.id)
    return session.scalars(select(Told).where(Told.area == area).order_by(*order)).all()


def _last_of(rows: Sequence[Told]) -> dict[str, Any]:
    last: dict[str, Any] = {}
    for row in rows:
        last.update(row.facts)
    return {name: value for name, value in last.items() if value is not None}


def vouched_last(session: Session, keys: KeyFolder, area: str) -> dict[str, Any]:
    """Return like `told_last`, by what is vouched for alone: the newest line decides, and never an older one for it.

    No line tells what it is about. So one that has no notice that fits it leaves nothing known of what came before: a
    notice that was taken out may have been about any of it. A line that was spoilt or let go of may have been of
    *area* too. Of it the notice itself is believed while the marks of all notices hold.
    """
    rows: dict[int | None, list[Told]] = {}
    for row in _in_order(session, area):
        rows.setdefault(row.leaf, []).append(row)
    found = ledger.told(session, "decisions", f'"{area}":', '"kind":"power"')
    lines = {number: facts for number, facts in found.lines.items() if facts.get("kind") == "power" and area in facts}
    unsure = {*found.spoilt, *ledger.lines_with(session, "decisions", '"kind":"lost"')}
    are_whole = notice_marks.are_whole(session, keys) if unsure else False
    known: list[Told] = []
    for number in sorted(lines.keys() | unsure):
        here = rows.get(number, [])
        if number in unsure:
            known = [*known, *here] if are_whole else []
        else:
            fits = [row for row in here if _line(row).items() <= lines[number].items()]
            known = [*known, *fits] if fits else []
    return _last_of(known)


def not_as_told(books: Books, area: str, now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of *area* differs from its lines of the ledger: the words of an act, or the rows as they are *now*.

    Before the first of them (a programme founded by an older version, not a day on yet) there is nothing to hold.
    """
    rows = _in_order(books.session, area)
    yield from held((LedgerRow(f"What members were told ({row.id})", _line(row), row.leaf) for row in rows), books)
    if not rows:
        return
    last = _last_of(rows)
    for name in sorted(last.keys() | now.keys()):
        if last.get(name) != now.get(name):
            yield f"The row “{name}” is not what members were told last."


class Notices(NamedTuple):
    """Notices for a page of members alone, the newest first, each with its sentence.

    *fits*: whether they are all that was told, as it was told. One that this program did not make is left out.
    """

    rows: Sequence[tuple[Told, Sentence | str]]
    fits: bool

    @property
    def folded(self) -> tuple[list[tuple[tuple[Told, Sentence | str], int]], list[tuple[Told, Sentence | str]]]:
        """The newest of each kind of sentence, each with how many more there are like it, and all the others."""
        return folding.folded(self.rows, lambda each: getattr(each[1], "template", each[1]))


def notices(session: Session, keys: KeyFolder, account_id: int, today: date) -> Notices:
    """Return what this member has not read yet. For pages of members alone."""
    after = today - retention.NOTICES
    first, newest = session.execute(select(func.min(Told.number), func.max(Told.number)).where(Told.day > after)).one()
    found = _found(session, keys, first if newest is not None else notice_marks.newest_number(session) + 1)
    fresh = [each for each in found.rows if each[0].day > after]
    seen = notice_marks.seen_by(session, keys, account_id, [row for row, _said in fresh])
    return Notices([each for each in fresh if each[0].id not in seen], found.fits)


def told(session: Session, keys: KeyFolder, at_most: int) -> Notices:
    """Return what members were told. For pages of members alone."""
    found = _found(session, keys, notice_marks.newest_number(session) - at_most + 1)
    return Notices(found.rows[:at_most], found.fits)


def _found(session: Session, keys: KeyFolder, first: int) -> Notices:
    """Return the notices from number *first* on, and hold the one before them too: its day may have been moved back."""
    checked = notice_marks.checked(session, keys, first - 1)
    rows = [(each.row, from_json(each.row.said)) for each in reversed(checked) if each.row is not None and each.holds]
    return Notices(rows, all(each.holds and each.follows for each in checked) and notice_marks.all_here(session, keys))


def have_seen(session: Session, keys: KeyFolder, account_id: int, today: date) -> None:
    """Note that this member has read all that is told now."""
    rows = [row for row, _said in notices(session, keys, account_id, today).rows]
    notice_marks.mark_seen(session, keys, account_id, rows)
