"""Asking our witnesses to sign the newest heads. No lock is held while an answer is waited for."""

from __future__ import annotations

from governance import database
from governance.database import db
from governance.errors import NotReady
from governance.ledger import service as ledger
from governance.ledger import witness


def ask_all() -> list[ledger.Question]:
    """Ask each witness about each head that it has not signed; return what is still open."""
    asked = ledger.questions(db.session)
    db.session.rollback()
    return [question for question in asked if question.url and not _ask(question)]


def _ask(question: ledger.Question) -> bool:
    old_size = question.old_size
    for _ in range(2):
        try:
            request = ledger.request_text(db.session, question.log, question.size, old_size)
        except NotReady:  # The witness has seen more than there is here; the doctor says so.
            return False
        finally:
            db.session.rollback()
        answer = witness.ask(question.url, request)
        if answer.status == 200:
            with database.transaction() as session:
                return question.witness in ledger.accept(session, question.log, question.size, answer.text)
        said = answer.text.strip()
        if answer.status != 409 or not (said.isascii() and said.isdecimal()) or len(said) > 15:
            return False
        old_size = int(said)
    return False
