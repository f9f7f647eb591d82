"""Much of everything, put into a database at once: what a large programme has after a day or after years.

Nobody has to type it. It is sealed as the program seals it, a few texts many times, each under its own name.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, FormToken, Held
from governance.feedback.service.intake import held_info
from governance.keys.keyfolder import KeyFolder

AT_ONCE = 5000


def hold_many(session: Session, keys: KeyFolder, number: int, day: date) -> None:
    """Put *number* held messages into the database, its form's row, and a code for every tenth."""
    outer = keys.need("held.key")
    patterns = [_sealed(session, keys, f"words {each}", day) for each in range(20)]
    for start in range(0, number, AT_ONCE):
        rows = [_held(outer, *patterns[at % len(patterns)]) for at in range(min(AT_ONCE, number - start))]
        session.execute(insert(Held), rows)
        session.execute(insert(FormToken), [{"hash": secrets.token_bytes(32), "day": day} for _ in rows])
        session.execute(insert(FollowUp), [_code(day) for _ in rows[::10]])
        session.commit()


def _sealed(session: Session, keys: KeyFolder, words: str, day: date) -> tuple[dict[str, Any], bytes]:
    """Return a row as the program makes it, and what is sealed inside its outer seal."""
    row = feedback.seal(session, keys, feedback.Submission(token=b"", words=words), day).held
    return row, sealing.unlock(keys.need("held.key"), row["sealed"], held_info(row["id"], row["consent"]))  # type: ignore[arg-type]


def _held(outer: bytes, pattern: dict[str, Any], inner: bytes) -> dict[str, Any]:
    name = uuid.uuid4()
    new = {
        "id": name,
        "tag": secrets.token_bytes(32),
        "sealed": sealing.lock(outer, inner, held_info(name, pattern["consent"])),
    }
    return {**pattern, **new}


def _code(day: date) -> dict[str, Any]:
    return {
        "find": secrets.token_bytes(32), "thread_id": uuid.uuid4(), "thread_public": secrets.token_bytes(32),
        "wrapped_private": secrets.token_bytes(60), "period": privacy.period_of(day),
    }  # fmt: skip
