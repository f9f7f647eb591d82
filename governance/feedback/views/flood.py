"""A flood, as its forms meet it: a page asks for a puzzle only then, and nobody is refused or kept waiting for one.

The puzzle belongs to a form and to nothing else: its challenge comes from the form's token, which is taken once. How
far a browser came travels with the answers so far, sealed, and is gone with them. An enrolled kiosk is asked for none.
"""

from __future__ import annotations

from dataclasses import replace

from flask import session

from governance import sealing
from governance.feedback import rules, service
from governance.feedback.views.carried import Progress
from governance.frame import outage, puzzle
from governance.keys import keyfolder
from governance.places import service as places
from governance.storage.database import db


def with_puzzle(so_far: Progress) -> Progress:
    """Return *so_far* with a puzzle, where a flood asks for one now and it has none yet. It does not change then."""
    return so_far if so_far.bits else replace(so_far, bits=_bits())


def with_answer(so_far: Progress, answer: str) -> Progress:
    """Return *so_far* with what a browser has worked out up to now, if that can be an answer."""
    return replace(so_far, answer=answer) if so_far.bits and sealing.PUZZLE_ANSWER.fullmatch(answer) else so_far


def puzzle_of(so_far: Progress) -> puzzle.Puzzle | None:
    """Return the puzzle of this form, or None."""
    if not so_far.bits:
        return None
    day, about = so_far.begun.date(), so_far.token
    return puzzle.Puzzle(puzzle.challenge(day, "say", about, so_far.bits), so_far.bits, so_far.answer)


def is_part_of_it(so_far: Progress) -> bool:
    """Whether this is sent in a flood, and its puzzle was not solved.

    What cannot wait is never part of one, nor a form that brought no puzzle: it was begun before there was a flood.
    """
    if so_far.answers.read_by is rules.Audience.URGENT or so_far.answers.route == rules.Route.NOW:
        return False
    task = puzzle_of(so_far)
    return task is not None and not task.is_solved and bool(_bits())


def _bits() -> int:
    """Return how hard a puzzle is now: 0 outside a flood, at an enrolled kiosk, and where the database is silent."""
    bits = service.puzzle_bits(keyfolder.current())
    if not bits or outage.noticed():
        return 0
    try:
        return 0 if places.place_of_kiosk(db.session, session.get("kiosk", "")) else bits
    except outage.SILENT as error:
        outage.notice(error)
        return 0
