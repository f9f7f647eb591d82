"""What the newest lines of the ledger say of an answer, and no row does: the row was taken out, or hooked to an older.

A page shows rows. With the newest one gone, an older answer would look like the one that holds. Where the text of a
line is not what was hashed, no page can know what it said: then something may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.responses.models import Commitment, Duty, Response, SecondLook
from governance.responses.service.ledger_lines import Facts
from governance.storage.leaves import SOME_LINE, TAKEN_OUT

OF_ANSWERS = frozenset({"response", "correction"})  # Kinds of lines.


def doubt(
    session: Session, duty: Duty, ref: Facts, answers: Sequence[Response], promised: Sequence[Commitment],
    looks: Sequence[SecondLook],
) -> str:  # fmt: skip
    """Return what to say where the ledger holds a word of an answer, a step of a promise or a second look that stands
    in no row, or may have held one; else "".

    *ref*: what *duty* is on, as the ledger names it. The others are all that is here of it.
    """
    lines, is_any_spoilt = _lines(session, ref)
    if _lacks_a_row(lines, duty, answers, promised, looks):
        return TAKEN_OUT
    return SOME_LINE if is_any_spoilt else ""


def _lacks_a_row(
    lines: Mapping[int, Facts], duty: Duty, answers: Sequence[Response], promised: Sequence[Commitment],
    looks: Sequence[SecondLook],
) -> bool:  # fmt: skip
    said = {number: facts for number, facts in lines.items() if facts.get("kind") in OF_ANSWERS}
    named = {row.leaf for row in answers} | {look.leaf for look in looks}
    if any(number not in named for number, facts in said.items() if "version" in facts or "outcome" in facts):
        return True
    has_word = any("first_word" in facts for facts in said.values())
    asked = sum("asked" in facts for facts in said.values())
    steps = {facts["commitment"]: number for number, facts in lines.items() if "commitment" in facts}
    stand = {row.id: row.leaf for row in promised}
    is_behind = any(stand.get(each) != number for each, number in steps.items())
    return is_behind or asked > len(looks) or (has_word and not duty.first_word)


def _lines(session: Session, ref: Facts) -> tuple[dict[int, Facts], bool]:
    """Return the lines about what a duty is on, the oldest first, and whether any line at all was spoilt."""
    [(name, value)] = ref.items()
    found = ledger.told(session, "decisions", f'"{name}":{json.dumps(value)}')
    return {number: facts for number, facts in found.lines.items() if facts.get(name) == value}, bool(found.spoilt)
