"""Our side of witnessing: who our witnesses are, what we ask them, and what we keep of their answers.

Nothing here waits for a network: the caller asks between two transactions (`witness.ask`).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance.ledger import note, policy, rules
from governance.ledger.models import Cosignature, Head, Witness
from governance.ledger.service.growing import head
from governance.ledger.service.proving import consistency
from governance.ledger.service.witnessed import is_counted_on, witnesses
from governance.ruling.errors import NotReady


@dataclass(frozen=True)
class Seen:
    """What one witness has last signed of one log: how many entries, and when (None for never)."""

    witness: str
    size: int
    at: datetime | None


@dataclass(frozen=True)
class HeadToSign:
    """A head that one witness has not signed yet, and where to ask."""

    witness: str
    url: str
    log: str
    size: int
    old_size: int


def add_witness(session: Session, name: str, key: str, url: str) -> None:
    """Add a witness, or give a known one a new address or key. Raises NotReady for what cannot be a witness."""
    if not name or name.startswith("#") or any(letter.isspace() for letter in name):
        raise NotReady("The name of a witness is one word, like: neighbours")
    try:
        read = note.read_key(key)
        policy.read(f"witness {name} {key}\nquorum {name}\n")
    except note.NoteBroken as broken:
        raise NotReady(str(broken).removeprefix("Line 1 of the policy: ")) from None
    if url and not url.startswith(("http://", "https://")):
        raise NotReady("The address of a witness begins with https:// or http://. Leave it out to exchange files.")
    other = select(Witness).where(Witness.verifier_key == str(read), Witness.name != name)
    if session.scalars(other).first():
        raise NotReady("Another witness has this key already.")
    known = session.get(Witness, name)
    if known and known.verifier_key != str(read):
        # What the old key signed counts no more: whoever changes a key may have lost it.
        session.execute(delete(Cosignature).where(Cosignature.witness == name))
    session.merge(Witness(name=name, verifier_key=str(read), url=url.rstrip("/")))
    session.flush()


def remove_witness(session: Session, name: str) -> None:
    """Forget a witness and what it signed. Raises NotReady when there is none, or when the quorum counts on it."""
    known = session.get(Witness, name)
    if known is None:
        raise NotReady(f"There is no witness called “{name}”. See them with: governance witness list")
    if is_counted_on(session, name):
        raise NotReady(f"The quorum counts on “{name}”. Choose another one first: governance witness policy FILE")
    session.execute(delete(Cosignature).where(Cosignature.witness == name))
    session.delete(known)
    session.flush()


def seen_by(session: Session, log: str) -> list[Seen]:
    """Return, for each witness, the newest head of *log* that it has signed."""
    return [_seen(session, each, log) for each in witnesses(session)]


def _seen(session: Session, witness: Witness, log: str) -> Seen:
    newest = select(Cosignature).where(Cosignature.log == log, Cosignature.witness == witness.name)
    row = session.scalars(newest.order_by(Cosignature.size.desc()).limit(1)).one_or_none()
    if row is None:
        return Seen(witness.name, 0, None)
    text, _ = note.split(session.get_one(Head, (log, row.size)).note)
    seconds = note.cosigned_at(text, [row.line], note.read_key(witness.verifier_key))
    return Seen(witness.name, row.size, datetime.fromtimestamp(seconds, UTC) if seconds is not None else None)


def questions(session: Session) -> list[HeadToSign]:
    """Return which witness has yet to be asked about which head."""
    heads = [signed for log in rules.LOGS if (signed := head(session, log))]
    asked = []
    for each in witnesses(session):
        for signed in heads:
            size = func.max(Cosignature.size)
            last = session.scalar(select(size).where(Cosignature.log == signed.log, Cosignature.witness == each.name))
            if (last or 0) < signed.size:
                asked.append(HeadToSign(each.name, each.url, signed.log, signed.size, last or 0))
    return asked


def request_text(session: Session, log: str, size: int, old_size: int) -> str:
    """Return what a witness is sent: its last size, the proof that we only grew, and the head (tlog-witness).

    Raises NotReady when the witness knows more entries than we have: then this is an old copy of the ledger.
    """
    signed = session.get_one(Head, (log, size))
    if old_size > size:
        raise NotReady(
            f"A witness has seen {old_size} entries of “{log}”, and here are only {size}. This is an old copy: restore"
            " a newer one before anything is added."
        )
    proof = [b64encode(hashed).decode() for hashed in consistency(session, log, old_size, size)]
    return "".join(f"{line}\n" for line in (f"old {old_size}", *proof, "")) + signed.note


def time_of_answer(session: Session, question: HeadToSign, answer: str) -> int | None:
    """Return when the witness of *question* signed the head asked about, in POSIX seconds, by its own key alone.

    None where the *answer* holds no such line.
    """
    signed, asked = session.get(Head, (question.log, question.size)), session.get(Witness, question.witness)
    if signed is None or asked is None:
        return None
    text, _ = note.split(signed.note)
    return note.cosigned_at(text, answer.splitlines()[: note.MOST_SIGNATURES], note.read_key(asked.verifier_key))


def accept(session: Session, log: str, size: int, answer: str) -> list[str]:
    """Keep the lines in *answer* that witnesses of ours have given to this head; return their names."""
    signed = session.get(Head, (log, size))
    if signed is None:
        return []
    text, _ = note.split(signed.note)
    lines = answer.splitlines()[: note.MOST_SIGNATURES]
    named = []
    for each in witnesses(session):
        key = note.read_key(each.verifier_key)
        line = next((line for line in lines if note.cosigned_at(text, [line], key) is not None), None)
        if line:
            session.merge(Cosignature(log=log, size=size, witness=each.name, line=line))
            named.append(each.name)
    session.flush()
    return named
