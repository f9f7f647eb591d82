"""Asking our witnesses to sign the newest heads. No lock is held while an answer is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from governance.ledger import rules, witness
from governance.ledger import service as ledger
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db

TRIES = 3  # A witness that knows another size says which, and is asked again from there; another server may ask too.


@dataclass(frozen=True)
class Reply:
    """What one witness made of one of our heads. *knows*: how many entries it has seen, if it said so."""

    status: int
    text: str = ""
    knows: int | None = None


def ask_all() -> list[ledger.Question]:
    """Ask each witness about each head that it has not signed; return what is still open."""
    asked = ledger.questions(db.session)
    db.session.rollback()
    return [question for question in asked if question.url and not _signed(question)]


def _signed(question: ledger.Question) -> bool:
    reply = _ask(question)
    if reply.status != 200:
        return False
    with database.transaction() as session:
        return question.witness in ledger.accept(session, question.log, question.size, reply.text)


def _ask(question: ledger.Question) -> Reply:
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
    for question in _about_newest_heads():
        knows = _ask(question).knows
        if knows is not None:
            found[question.log] = max(knows, found.get(question.log, 0))
    return found


def check_nobody_knows_more() -> bool:
    """Return whether anybody could say that this is all there is: a witness that answers, or nobody is asked at all.

    An old copy of the whole machine, key folder and all, does not know by itself that it is one. Raises NotReady with
    the remedy where a witness has seen more than is here, or another history: what is signed next would be a fork.
    """
    silent: set[str] = set()
    answered: set[str] = set()
    for question in _about_newest_heads():
        if question.witness in silent:  # It is not waited for twice.
            continue
        reply = _ask(question)
        (answered if reply.status else silent).add(question.witness)
        if words := _disagreement(question, reply):
            remove = f"governance witness remove {question.witness}"
            raise NotReady(f"{words} Only if none is newer: governance gap. If that witness is wrong: {remove}")
    return bool(answered) or not silent


def disagreements() -> list[str]:
    """Ask every witness about our newest heads; return, in sentences, what does not fit what they have seen."""
    return [words for question in _about_newest_heads() if (words := _disagreement(question, _ask(question)))]


def _about_newest_heads() -> list[ledger.Question]:
    asked = [
        ledger.Question(each.name, each.url, log, signed.size, signed.size)
        for each in ledger.witnesses(db.session)
        for log in rules.LOGS
        if each.url and (signed := ledger.head(db.session, log))
    ]
    db.session.rollback()
    return asked


def _disagreement(question: ledger.Question, reply: Reply) -> str:
    """Return what is wrong between us and a witness, or nothing: one that is away, or does not know us, has no say.

    A witness that has seen our ledger says how much of it. A bare refusal may come from anything on the way to it.
    """
    about = f"The witness “{question.witness}” has seen"
    signed = ledger.head(db.session, question.log)
    db.session.rollback()
    if signed and reply.knows and signed.size >= reply.knows > question.size:
        return ""  # Another server signed and showed a newer head meanwhile.
    if reply.knows is None:
        return ""
    if reply.status == 409 and reply.knows > question.size:
        return (
            f"{about} {reply.knows} entries of the ledger of {question.log}, and here are only {question.size}. This"
            " is an old copy, perhaps from a backup: stop the program and restore a newer one before anything is added."
        )
    if reply.status in (409, 422):
        return (
            f"{about} another history of the ledger of {question.log} than the one here. Stop the program, keep both"
            " copies, and find out which one is the true one."
        )
    return ""
