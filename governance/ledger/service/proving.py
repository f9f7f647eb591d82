"""Proofs from the tiles: that an entry is in a log, and that a log only grew."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger.models import Cosignature, Head
from governance.ledger.proof import Proof
from governance.ledger.service.growing import head, leaf, verifier_key
from governance.ledger.service.tiling import root_of_span


def checkpoint(session: Session, signed: Head) -> str:
    """Return the head *signed* as it is published: our signature, and below it those of the witnesses so far."""
    under = (Cosignature.log == signed.log, Cosignature.size == signed.size)
    lines = session.scalars(select(Cosignature.line).where(*under).order_by(Cosignature.witness))
    return signed.note + "".join(f"{line}\n" for line in lines)


def witnessed_head(session: Session, log: str) -> Head | None:
    """Return the newest head of *log* that a witness has signed, or None."""
    size = session.scalar(select(func.max(Cosignature.size)).where(Cosignature.log == log))
    return session.get(Head, (log, size)) if size is not None else None


def proof_of(session: Session, keys: KeyFolder, log: str, number: int) -> str | None:
    """Return the proof file of entry *number* of *log*, or None while no signed head covers it.

    It leads to the newest head that a witness has signed, or to our own newest one while none covers the entry.
    """
    heads = (witnessed_head(session, log), head(session, log))
    signed = next((each for each in heads if each and number < each.size), None)
    entry = leaf(session, log, number) if signed else None
    if signed is None or entry is None:
        return None
    spans = rules.inclusion_spans(number, signed.size)
    hashes = tuple(root_of_span(session, log, span) for span in spans)
    return Proof(entry.body, verifier_key(keys, log), number, hashes, checkpoint(session, signed)).text()


def consistency(session: Session, log: str, old_size: int, size: int) -> list[bytes]:
    """Return the proof that *log* only grew from *old_size* to *size* (RFC 6962 section 2.1.2)."""
    return [root_of_span(session, log, span) for span in rules.consistency_spans(old_size, size)]
