"""The readers' chain: signed statements of who may read, beginning at an anchor outside the database.

A row put into the database makes nobody a reader: each entry names the one before it, each is signed
by two readers of that moment, one of them of the board, and the first is the one whose hash stands in
the key folder. That somebody was removed stands there too, so that deleting the newest entries brings
nobody back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import rules
from governance.people.models import ChainEntry
from governance.people.rules import ChainBroken, ReaderFacts
from governance.people.service.own_keys import OpenReader
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

ANCHOR = "reader-chain.anchor"
SIGNED_AS = b"real-voice reader chain v1\n"
NOT_WHOLE = N_("The list of readers was changed by somebody who may not. No keys are given out. Tell who runs this.")
NO_CHAIN = N_("There is no list of readers yet. It is made when the programme is founded.")

Readers = dict[int, ReaderFacts]


def verified(session: Session, keys: KeyFolder) -> Readers:
    """Return everybody the chain makes a reader, by account. Raises ChainBroken if any of it does not hold."""
    anchor = keys.read(ANCHOR)
    if anchor is None:
        raise ChainBroken(NO_CHAIN)
    try:
        readers = _walk(_entries(session), anchor, keys)
    except (KeyError, TypeError, ValueError, AttributeError, RuleRefused) as wrong:
        raise ChainBroken(NOT_WHOLE) from wrong
    return {key: facts for key, facts in readers.items() if keys.read(_gone(facts)) is None}


def begin(session: Session, keys: KeyFolder, founders: Sequence[tuple[OpenReader, ReaderFacts]]) -> None:
    """Write the first entry, signed by every founder, and anchor it in the key folder."""
    if keys.read(ANCHOR) is not None:
        raise RuleRefused(N_("The list of readers has begun already. New readers are signed for on the desk."))
    body = _body(keys, 0, b"", {"act": "begin", "readers": [_as_json(facts) for _, facts in founders]})
    add(session, body, {reader.account_id: sign(reader, body) for reader, _ in founders})
    keys.write(ANCHOR, hashlib.sha256(body.encode()).digest())


def begins_with(session: Session, anchor: bytes) -> bool:
    """Whether the chain in this database is the one that *anchor* stands for (SHA-256 of its first entry)."""
    return session.scalar(select(ChainEntry.hash).where(ChainEntry.number == 0)) == anchor


def statement(session: Session, keys: KeyFolder, facts: Mapping[str, Any]) -> str:
    """Return the text of the entry that would come next and says *facts*."""
    newest = session.scalars(select(ChainEntry).order_by(ChainEntry.number.desc()).limit(1)).one_or_none()
    if newest is None:
        raise ChainBroken(NO_CHAIN)
    return _body(keys, newest.number + 1, newest.hash, facts)


def enrolling(facts: ReaderFacts) -> dict[str, Any]:
    """Return what an entry says that makes somebody a reader."""
    return {"act": "enrol", "reader": _as_json(facts)}


def reader_in(body: str) -> ReaderFacts:
    """Return whom an enrolling entry's text is about."""
    return _from_json(json.loads(body)["reader"])


def revoking(account_id: int) -> dict[str, Any]:
    """Return what an entry says that removes a reader."""
    return {"act": "revoke", "account": account_id}


def add(session: Session, body: str, signatures: Mapping[int, bytes]) -> None:
    """Append one signed entry, and its hash to the public ledger (who it is about stays here)."""
    said = json.loads(body)
    digest = hashlib.sha256(body.encode()).digest()
    named = {str(account_id): signature.hex() for account_id, signature in signatures.items()}
    session.add(ChainEntry(number=said["number"], body=body, signatures=named, hash=digest))
    session.flush()
    ledger.append(
        session, "decisions", "reader-chain", {"number": said["number"], "act": said["act"], "hash": digest.hex()}
    )


def mark_gone(keys: KeyFolder, facts: ReaderFacts, number: int) -> None:
    """Keep in the key folder that these keys were removed by entry *number*."""
    keys.write(_gone(facts), str(number).encode())


def sign(reader: OpenReader, body: str) -> bytes:
    """Return the reader's signature (Ed25519, RFC 8032) of one entry's text."""
    return sealing.sign(reader.sign_private, SIGNED_AS + body.encode())


def signature_holds(facts: ReaderFacts, body: str, signature: bytes) -> bool:
    """Whether this reader signed this text."""
    return sealing.signature_holds(facts.sign_public, SIGNED_AS + body.encode(), signature)


def _entries(session: Session) -> Sequence[ChainEntry]:
    return session.scalars(select(ChainEntry).order_by(ChainEntry.number)).all()


def _walk(entries: Iterable[ChainEntry], anchor: bytes, keys: KeyFolder) -> Readers:
    """Follow the chain from its anchor; return the readers at its end. Raises on the first thing wrong."""
    readers: Readers = {}
    previous = b""
    for number, entry in enumerate(entries):
        digest = hashlib.sha256(entry.body.encode()).digest()
        said = json.loads(entry.body)
        whole = digest == entry.hash and said["programme"] == keys.programme and said["v"] == 1
        if not whole or (said["number"], entry.number, said["previous"]) != (number, number, previous.hex()):
            raise ValueError("an entry does not follow the one before it")
        if number == 0:
            readers = _first(entry, said, anchor)
        else:
            _follow(readers, entry, said, keys)
        previous = digest
    if not readers:
        raise ValueError("the chain is empty")
    return readers


def _first(entry: ChainEntry, said: Mapping[str, Any], anchor: bytes) -> Readers:
    if entry.hash != anchor or said["act"] != "begin":
        raise ValueError("the chain does not begin at its anchor")
    readers = {facts.account_id: facts for facts in map(_from_json, said["readers"])}
    _check_signatures(entry, readers, set(readers))
    return readers


def _follow(readers: Readers, entry: ChainEntry, said: Mapping[str, Any], keys: KeyFolder) -> None:
    """Take one entry of the chain into *readers*. Raises ValueError or RuleRefused where it may not be signed so."""
    signers = {int(account_id) for account_id in entry.signatures}
    about = said["reader"]["account"] if said["act"] == "enrol" else said["account"]
    rules.check_two_sign(readers, signers, about)
    _check_signatures(entry, readers, signers)
    for signer in signers:
        gone = keys.read(_gone(readers[signer]))
        if gone is not None and int(gone) <= entry.number:
            raise ValueError("somebody signed who was removed before")
    if said["act"] == "enrol":
        readers[about] = _from_json(said["reader"])
    elif said["act"] == "revoke":
        del readers[about]
    else:
        raise ValueError("an entry says nothing known")


def _check_signatures(entry: ChainEntry, readers: Readers, signers: set[int]) -> None:
    for signer in signers:
        if not signature_holds(readers[signer], entry.body, bytes.fromhex(entry.signatures[str(signer)])):
            raise ValueError("a signature does not hold")


def _body(keys: KeyFolder, number: int, previous: bytes, facts: Mapping[str, Any]) -> str:
    frame: dict[str, Any] = {"v": 1, "programme": keys.programme, "number": number, "previous": previous.hex()}
    return rfc8785.dumps({**frame, **facts}).decode()


def _as_json(facts: ReaderFacts) -> dict[str, Any]:
    return {
        "account": facts.account_id,
        "box": facts.box_public.hex(),
        "sign": facts.sign_public.hex(),
        "audiences": sorted(facts.audiences),
        "board": facts.board,
    }


def _from_json(said: Mapping[str, Any]) -> ReaderFacts:
    audiences = tuple(str(audience) for audience in said["audiences"])
    publics = bytes.fromhex(said["box"]), bytes.fromhex(said["sign"])
    return ReaderFacts(int(said["account"]), *publics, audiences, bool(said["board"]))


def _gone(facts: ReaderFacts) -> str:
    return "revoked-" + hashlib.sha256(facts.box_public + facts.sign_public).hexdigest()[:32]
