"""The leaves of duties, answers, promises and second looks, held against every word of their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.responses import commitments
from governance.responses.models import Commitment, Duty, Reminder, Response, SecondLook
from governance.responses.rules import ends_the_duty
from governance.responses.service import ledger_lines as lines
from governance.responses.service.taken_out import gone_over
from governance.storage.leaves import Books, Entries, Facts, LeafKind, LedgerRow, LetGo, differing, held, unclaimed

REF = ("decision", "theme")


def _duties(session: Session) -> list[tuple[Duty, Facts]]:
    """Return every duty with what the ledger calls it."""
    return [(duty, lines.ref_of(session, duty)) for duty in session.scalars(select(Duty).order_by(Duty.id))]


def _name(ref: Facts) -> str:
    return " ".join(str(part) for pair in ref.items() for part in pair)


def _of_duties_here(books: Books) -> Books:
    """Return the books without the entries of a first try whose duty went over."""
    over = gone_over(books.session)
    here = {number: facts for number, facts in books.entries.items() if facts.get("decision") not in over}
    return replace(books, entries=here)


def _owed(books: Books) -> Iterator[str]:
    """Hold the days of each duty. One without a number, as old as the first line or older, is of an older program.

    A duty that was robbed of its number is found all the same, by the line that is left over.
    """
    began, rows = _first(books, "day"), []
    for duty, ref in _duties(books.session):
        if duty.leaf is None and duty.opened_on <= began:
            continue
        said = books.entries.get(_number(duty.leaf), {})
        # Where more time was taken, the day of the answer stands in a line of another kind.
        by = _day(said["answer_by"]) if duty.complex_note and said else duty.answer_due
        rows.append(LedgerRow(f"The duty on {_name(ref)}", {**ref, **lines.owed(duty, by)}, _number(duty.leaf)))
    return held(rows, _of_duties_here(books))


def _asked_again(books: Books) -> Iterator[str]:
    """Hold that the board asked again, by duty and day. Its line may name the first try, which the duty was on then."""
    refs = {duty.id: ref for duty, ref in _duties(books.session)}
    duty_of = {_name(ref): duty for duty, ref in refs.items()}
    duty_of |= {_name({"decision": number}): duty for number, duty in gone_over(books.session).items()}
    said = {(duty_of.get(_name(_ref_in(facts))), _day(facts["asked_again"])): n for n, facts in books.entries.items()}
    began, rows = _first(books, "asked_again"), []
    for row, duty in books.session.execute(select(Reminder, Duty).join(Duty, Duty.id == Reminder.duty_id)):
        number = said.get((duty.id, row.day))
        if number is None and not _has_a_line(row, duty, began):
            continue
        ref = refs[duty.id] if number is None else _ref_in(books.entries[number])
        name = f"That the board asked again for {_name(refs[duty.id])}"
        if number is None and books.lost:
            yield LetGo.of(name, None, f"{name} stands in no line of the ledger.")
            continue
        rows.append(LedgerRow(name, {**ref, **lines.asked_again(row.day)}, _number(number)))
    yield from held(rows, books)


def _has_a_line(row: Reminder, duty: Duty, began: date) -> bool:
    """Whether a program that writes such lines was at work on that day: it gave the duty its number, or wrote one."""
    return row.day > began or (duty.leaf is not None and row.day > duty.opened_on)


def _ref_in(facts: Facts) -> Facts:
    return {name: facts[name] for name in REF if name in facts}


def _first(books: Books, name: str) -> date:
    """Return the earliest day that stands under *name* in the entries; the last day there is where none does."""
    return min((_day(facts[name]) for facts in books.entries.values() if name in facts), default=date.max)


def _first_words(books: Books) -> Iterator[str]:
    said = [(duty, ref) for duty, ref in _duties(books.session) if duty.first_word]
    rows = [LedgerRow(f"The first word on {_name(ref)}", {**ref, **lines.first_word(duty)}) for duty, ref in said]
    return held(rows, books, REF)


def _more_time(books: Books) -> Iterator[str]:
    taken = [(duty, ref) for duty, ref in _duties(books.session) if duty.complex_note]
    rows = [LedgerRow(f"More time for {_name(ref)}", {**ref, **lines.more_time(duty)}) for duty, ref in taken]
    return held(rows, _of_duties_here(books), REF)


def _answers(books: Books) -> Iterator[str]:
    """Hold each version of each answer with what it promised, and the days of its duty that follow from them."""
    rows = []
    for duty, ref in _duties(books.session):
        versions = books.session.scalars(
            select(Response).where(Response.duty_id == duty.id).order_by(Response.version)
        ).all()
        rows += [_answer(books, ref, row) for row in versions]
        ended = next((row.answered_on for row in versions if ends_the_duty(row.answer)), None)
        if duty.answered_on != ended:
            yield f"The day of the answer to {_name(ref)} is another than that of its words."
        if not duty.first_word and duty.first_word_on != (versions[0].answered_on if versions else None):
            yield f"The day of the first word on {_name(ref)} is another than that of its words."
    yield from held(rows, books)


def _answer(books: Books, ref: Facts, row: Response) -> LedgerRow:
    mine = select(Commitment).where(Commitment.response_id == row.id).order_by(Commitment.id)
    promised = books.session.scalars(mine).all()
    facts = {**ref, **lines.words_of(row), "commitments": lines.promises(promised)}
    said = books.entries.get(_number(row.leaf), {})
    if "days_late" in said:  # It follows from days that are held in lines of their own.
        facts["days_late"] = said["days_late"]
    name = f"Version {row.version} of the answer to {_name(ref)}"
    return LedgerRow(name, facts, _number(row.leaf), frozenset({"level"}))


def _promises(books: Books) -> Iterator[str]:
    """Follow each promise from its answer through its steps to where it stands."""
    left, refs = dict(books.entries), {duty.id: ref for duty, ref in _duties(books.session)}
    for row in books.session.scalars(select(Commitment).order_by(Commitment.id)):
        steps = {number: facts for number, facts in left.items() if facts["commitment"] == row.id}
        for number, facts in steps.items():
            told = {**refs[row.duty_id], **{name: facts[name] for name in ("commitment", "state", "day")}}
            yield from differing(f"Promise {row.id}", number, {**told, "what": row.text}, left.pop(number))
        if row.leaf in books.lost:
            yield LetGo.of(f"Promise {row.id}", row.leaf)
        else:
            yield from _where_it_stands(books.session, row, steps)
    yield from unclaimed(left)


def _where_it_stands(session: Session, row: Commitment, steps: Entries) -> Iterator[str]:
    answer = session.get_one(Response, row.response_id)
    stands = _at_first(row, answer)
    for facts in steps.values():
        stands = _after(stands, facts)
    last = max(steps, default=None)
    if (row.state.value, row.reported_on, row.done_on, row.leaf, row.duty_id) != (*stands, last, answer.duty_id):
        yield f"Promise {row.id} does not stand where the ledger says."


Stands = tuple[str, date | None, date | None]  # The state, the day it was reported, the day the board checked it.


def _at_first(row: Commitment, answer: Response) -> Stands:
    reported = min(row.due_on, answer.answered_on) if row.done_before else None
    return lines.at_first(row).value, reported, None


def _after(stands: Stands, facts: Facts) -> Stands:
    _state, reported, _done = stands
    day = _day(facts["day"])
    if facts["state"] == commitments.Commitment.DONE:
        return commitments.Commitment.DONE.value, reported, day
    return facts["state"], day if facts["state"] == commitments.Commitment.REPORTED_DONE else None, None


def _looks_asked(books: Books) -> Iterator[str]:
    refs = {duty.id: ref for duty, ref in _duties(books.session)}
    rows = []
    for look in books.session.scalars(select(SecondLook).order_by(SecondLook.id)):
        ref = refs[look.duty_id]
        number = None if look.answered_on else look.leaf
        rows.append(
            LedgerRow(f"The second look at {_name(ref)}", {**ref, **lines.asked(look)}, number, frozenset({"due"}))
        )
    return held(rows, books, (*REF, "day"))


def _looks_answered(books: Books) -> Iterator[str]:
    refs = {duty.id: ref for duty, ref in _duties(books.session)}
    looks = books.session.scalars(select(SecondLook).where(SecondLook.answered_on.is_not(None)))
    rows = []
    for look in looks:
        ref = refs[look.duty_id]
        name = f"The answer to a second look at {_name(ref)}"
        rows.append(LedgerRow(name, {**ref, **lines.looked(look)}, _number(look.leaf)))
    return held(rows, books)


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _number(leaf: int | None) -> int:
    """Return the line a row names, or one that is never there."""
    return -1 if leaf is None else leaf


LEAVES = (
    LeafKind(("duty",), "asked_again", ("reminder",), _asked_again),
    LeafKind(("duty",), "", ("duty",), _owed),
    LeafKind(("response",), "first_word", ("duty",), _first_words),
    LeafKind(("correction",), "more_time", ("duty",), _more_time),
    LeafKind(("response", "correction"), "version", ("duty", "response", "commitment"), _answers),
    LeafKind(("commitment",), "", ("commitment",), _promises),
    LeafKind(("response",), "asked", ("second_look",), _looks_asked),
    LeafKind(("response",), "outcome", ("second_look",), _looks_answered),
)
