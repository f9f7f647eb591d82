"""Asking our witnesses to sign the newest heads. No lock is held while an answer is waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from governance import clock
from governance.frame import error_log
from governance.keys.keyfolder import current
from governance.ledger import rules, witness
from governance.ledger import service as ledger
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db

TRIES = 3  # A witness that knows another size says which, and is asked again from there; another server may ask too.
HEARSAY = "what witnesses said without proof"  # In the app: remembered by each process.
ASK_AGAIN = 60 * 60  # seconds until whoever showed no proof is asked again


@dataclass(frozen=True)
class Reply:
    """What one witness made of one of our heads. *knows*: how many entries it has seen, if it said so."""

    status: int
    text: str = ""
    knows: int | None = None


@dataclass(frozen=True)
class Disagreement:
    """What is wrong between us and a witness, in *words*. *shown*: it has a head that our own key signed."""

    words: str
    shown: bool
    witness: str

    @property
    def otherwise(self) -> str:
        """What to do where it is not so."""
        return f"If that witness is wrong: governance witness remove {self.witness}"


def ask_all() -> list[ledger.HeadToSign]:
    """Ask each witness about each head that it has not signed; return what is still open."""
    asked = ledger.questions(db.session)
    db.session.rollback()
    return [question for question in asked if question.url and not _signed(question)]


def _signed(question: ledger.HeadToSign) -> bool:
    reply = ask(question)
    if reply.status != 200:
        return False
    with database.transaction() as session:
        return question.witness in ledger.accept(session, question.log, question.size, reply.text)


def ask(question: ledger.HeadToSign) -> Reply:
    """Show a witness our head, and how it continues what the witness has seen."""
    knows, old_size = None, question.old_size
    for _ in range(TRIES):
        try:
            request = ledger.request_text(db.session, question.log, question.size, old_size)
        except NotReady:  # The witness has seen more than there is here.
            return Reply(409, knows=knows)
        finally:
            db.session.rollback()
        answer = witness.ask(question.url, request)
        said = answer.text.strip()
        if answer.status != 409 or not (said.isascii() and said.isdecimal()) or len(said) > 15:
            return Reply(answer.status, answer.text, knows)
        knows = old_size = int(said)
    return Reply(409, knows=knows)


def seen() -> dict[str, int]:
    """Ask every witness; return how many entries of each log the one that knows most has seen, where one says so."""
    found: dict[str, int] = {}
    for question in about_newest_heads():
        knows = ask(question).knows
        if knows is not None:
            found[question.log] = max(knows, found.get(question.log, 0))
    return found


def _tell(found: Disagreement) -> None:
    error_log.tell_operator(f"{found.words} {found.otherwise}")


class Hearsay:
    """What witnesses have told a process without proof. It may be true, so they are asked again, and it is said."""

    def __init__(self) -> None:
        """Nobody was asked yet."""
        self._heard: float | None = None
        self._said: dict[str, date] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether it was heard within the hour, so that nobody is asked again yet."""
        return self._heard is not None and 0 <= clock.seconds() - self._heard < ASK_AGAIN

    def hear(self, found: Disagreement) -> None:
        """Remember that it was *found* just now, and tell the operator once on each day what each witness says."""
        self._heard, today = clock.seconds(), clock.today()
        if self._said.get(found.witness) != today:
            self._said[found.witness] = today
            _tell(found)


def check_nobody_knows_more(tell: Callable[[Disagreement], None] = _tell) -> bool:
    """Return whether anybody could say that this is all there is: a witness that answers, or nobody is asked at all.

    An old copy of the whole machine, key folder and all, does not know by itself that it is one. Raises NotReady with
    the remedy where a witness shows that it has seen more than is here, or another history: what is signed next would
    be a fork. One that only says so may be wrong, or what is on the way to it: *tell* is given what it says, and
    it is asked again.
    """
    doubted = False
    silent: set[str] = set()
    answered: set[str] = set()
    for question in about_newest_heads():
        if question.witness in silent:  # It is not waited for twice.
            continue
        reply = ask(question)
        (answered if reply.status else silent).add(question.witness)
        if found := _disagreement(question, reply):
            if found.shown:
                raise NotReady(f"{found.words} Only if none is newer: governance gap. {found.otherwise}")
            tell(found)
            doubted = True
    return not doubted and (bool(answered) or not silent)


def disagreements() -> list[Disagreement]:
    """Ask every witness about our newest heads; return what does not fit what they have seen, or say they have."""
    return [found for question in about_newest_heads() if (found := _disagreement(question, ask(question)))]


def about_newest_heads() -> list[ledger.HeadToSign]:
    """Return what asks each witness with an address about the newest head of each ledger."""
    asked = [
        ledger.HeadToSign(each.name, each.url, log, signed.size, signed.size)
        for each in ledger.witnesses(db.session)
        for log in rules.LOGS
        if each.url and (signed := ledger.head(db.session, log))
    ]
    db.session.rollback()
    return asked


def _disagreement(question: ledger.HeadToSign, reply: Reply) -> Disagreement | None:
    """Return what is wrong between us and a witness, or None: one that is away, or does not know us, has no say.

    A witness that has seen our ledger says how much of it. A bare refusal may come from anything on the way to it.
    """
    signed = ledger.head(db.session, question.log)
    db.session.rollback()
    if reply.knows is None or reply.status not in (409, 422):
        return None
    if signed and signed.size >= reply.knows > question.size:
        return None  # Another server signed and showed a newer head meanwhile.
    behind = _shown_by(question)
    if behind is None:
        words = (
            f"The witness “{question.witness}” says that it has seen {reply.knows} entries of the ledger of"
            f" {question.log}, or others than here, and shows no proof. If this machine was brought back from an old"
            " copy, stop the program and restore a newer one."
        )
    elif behind.signed > behind.here:
        words = (
            f"The witness “{question.witness}” has seen {behind.signed} entries of the ledger of {question.log}, and"
            f" here are only {question.size}. This is an old copy, perhaps from a backup: stop the program and restore"
            " a newer one before anything is added."
        )
    else:
        words = (
            f"The witness “{question.witness}” has seen another history of the ledger of {question.log} than the one"
            " here. Stop the program, keep both copies, and find out which one is the true one."
        )
    return Disagreement(words, behind is not None, question.witness)


def _shown_by(question: ledger.HeadToSign) -> ledger.Behind | None:
    """Return what a witness proves with the head that it signed last: our own key signed it, and it is not of here."""
    keys = current()
    head = witness.ask_for_proof(question.url, ledger.origin(keys, question.log))
    try:
        return ledger.behind_shown(db.session, keys, question.log, head)
    finally:
        db.session.rollback()
