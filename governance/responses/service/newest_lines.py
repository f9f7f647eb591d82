"""What the newest lines of the ledger say of an answer, and no row does: the row was taken out, or hooked to an older.

A page shows rows. With the newest one gone, an older answer would look like the one that holds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.responses.models import Commitment, Duty, Response, SecondLook
from governance.responses.service.ledger_lines import Facts

OF_ANSWERS = frozenset({"response", "correction"})  # Kinds of lines.


def lack_a_row(
    session: Session, duty: Duty, ref: Facts, answers: Sequence[Response], promised: Sequence[Commitment],
    looks: Sequence[SecondLook],
) -> bool:  # fmt: skip
    """Whether the ledger holds a word of an answer, a step of a promise or a second look that stands in no row.

    *ref*: what *duty* is on, as the ledger names it. The others are all that is here of it.
    """
    lines = _lines(session, ref)
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


def _lines(session: Session, ref: Facts) -> dict[int, Facts]:
    """Return the lines about what a duty is on, the oldest first."""
    [(name, value)] = ref.items()
    found = ledger.lines_with(session, "decisions", f'"{name}":{json.dumps(value)}')
    return {number: facts for number, facts in found.items() if facts.get(name) == value}
