"""What every page of the record needs: the blueprint, finding the record, the words of its parts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from governance import clock
from governance.board.rules import TIE_WORDS
from governance.decisions import service
from governance.decisions.models import Record
from governance.decisions.rules import NOT_EVERYONE_AGREED, Upshot, days_overdue, is_replaced
from governance.frame.slots import PagePart, Slot
from governance.frame.thread import StopOnPage
from governance.proposals.rules import POWER_WORDS, PRINCIPLES
from governance.ruling.sentences import N_, Sentence, from_json
from governance.storage.database import db

bp = Blueprint("decisions", __name__)

thread_of_record: Slot[[Record], StopOnPage] = Slot()
answers_of_record: Slot[[Record], PagePart] = Slot()  # What staff said to it.

# Asked for where the clock of staff begins with it, and looked for where a draft is written.
ADOPT, ADOPT_LEFT_LYING = "responses.adopt", "responses.adopt_left_lying"
OUTCOME_WORDS = {"adopted": N_("The board said yes"), "not_adopted": N_("The board did not say yes")}
LOOK_KINDS = {Upshot.STANDS: "yes", Upshot.TO_CHANGE: "open", Upshot.OVER: "closed"}
OUTCOME_KINDS = {"adopted": "yes", "not_adopted": "no"}


def find(number: str) -> Record:
    """Return the record of this number, or answer 404. For the board's pages."""
    return service.by_number(db.session, number) or abort(404)


def looked_again(versions: service.Versions) -> dict[str, Any]:
    """Return what `decisions/_looked_again.html` shows: each look, the next one, by how much it is late, what follows.

    The day of the next look is that of the newest one that is what was published, in the words of the ledger; there
    is none where another decision took the place of this one since.
    """
    looks, today = service.looks_at(db.session, versions.first), clock.today()
    newest = service.newest_held(looks)
    taken = service.replacements(db.session, [versions.first.id]).get(versions.first.id)
    is_over = taken is not None and is_replaced(taken.leaf, newest.leaf if newest else None)
    day = service.day_after(newest, versions.newest.review_on, taken)
    return {
        "looks": looks,
        "newest_look": newest,
        "look_kinds": LOOK_KINDS,
        "look_again_on": day,
        "look_is_late": days_overdue(day, today),
        "replaced_by": taken if is_over else None,
        "replaces": service.replaces(versions.first),
        "changed_by": service.proposals_to_change(db.session, versions.first, newest) if newest else [],
    }


def document(record: Record, against: list[str]) -> dict[str, Any]:
    """Return what `decisions/_document.html` shows, apart from the record itself.

    Of *how* it was decided, what is out of the common stands by itself: it is in sight where the rest is folded.
    """
    told = [from_json(each) for each in record.how]
    return {
        "sums": [from_json(each) for each in record.sums],
        "how": [line for line in told if not _is_uncommon(line)],
        "uncommon": [line for line in told if _is_uncommon(line)],
        "charter_lines": service.charter_lines(db.session, record),
        "against": [Sentence(line) if line == NOT_EVERYONE_AGREED else line for line in against],
        "ties": [TIE_WORDS[tie] for tie in TIE_WORDS if tie in record.recusal_ties],
        "principles": [PRINCIPLES[number] for number in record.principles if number in PRINCIPLES],
        "power_words": POWER_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "outcome_kinds": OUTCOME_KINDS,
    }


def _is_uncommon(line: Sentence | str) -> bool:
    return isinstance(line, Sentence) and line.template in service.UNCOMMON
