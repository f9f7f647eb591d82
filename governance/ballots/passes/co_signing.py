"""What this program does as the partner of another organisation's vote: it signs passes blind, once for each line.

The keys, and what the partner needs of the vote, lie in the key folder. The database keeps for which lines of the roll
it signed, so that a member who took no pass can ask; it holds no name, no time and no order.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots.box import unordered
from governance.ballots.bundle import manifests
from governance.ballots.models import CoSigned
from governance.ballots.passes import voucher
from governance.ballots.passes.issuers import Pairs
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.sealing import blind
from governance.storage.database import Piece
from governance.storage.pace import pace

NOT_ASKED = N_("This is not the text from your vote. Go back there and copy all of it.")
NOT_HERE = N_("We sign no passes for this vote. Go back to your vote and ask who runs it.")
TWICE = N_("A pass was signed for you already, from another device. Go back to that device.")
NO_VOTE = N_("This is no file of a vote with our keys. Get it from the one who holds the vote.")
OTHER_VOTE = N_("These keys belong to another vote already. Make new keys: governance issuer keys")
OTHER_ADDRESS = N_("This file leads back to another address than before. Ask the one who holds the vote.")
CLOSED_HERE = N_("By the file we had this vote has closed, so our keys for it are gone. Tell who holds the vote.")
LINE_BYTES = 32  # SHA-256
FIXED = ("election", "roll_size", "roll_root", "vouchers", "issuers")  # Of the manifest, what signing rests on.


@dataclass(frozen=True)
class Signature:
    """What was signed: for which of our keys and which line, the text for the device, and where that goes back to."""

    issuer: str
    leaf: bytes
    asked: bytes
    text: str
    back: str


def new_partner_keys(keys: KeyFolder, pairs: Pairs, name: str, address: str) -> dict[str, str]:
    """Keep fresh *pairs* for one vote of another organisation; return the entry for that vote's manifest."""
    drop, key = (base64.b64encode(pairs[purpose].public).decode() for purpose in voucher.PURPOSES)
    entry = {"kind": manifests.BLIND, "variant": blind.PASSES.name, "drop": drop, "key": key}
    for purpose, pair in pairs.items():
        keys.write(_name(voucher.issuer_id(entry), purpose), pair.private)
    return {**entry, "name": name, "address": address}


def take_vote(keys: KeyFolder, manifest: Mapping[str, Any], address: str, roll: Mapping[str, Any]) -> None:
    """Be ready to sign for the vote of this *manifest*, held by the programme at *address*.

    *roll* opens the size of its roll, which the public does not learn.
    A newer file of the same vote may give it more time, never less: then the later close stands. Raises RuleRefused
    when it does not name keys that are here, when the other server could let passes in alone, when the keys signed
    for another vote or one at another address, and when they are gone because the vote had closed.
    """
    try:
        named = manifests.issuers_apart(manifest)
        if any(_is_over(keys, voucher.issuer_id(each)) for each in named):
            raise RuleRefused(CLOSED_HERE)
        mine = [each for each in named if _have(keys, voucher.issuer_id(each))]
        opened = {**manifest, "roll_size": manifests.roll_size(manifest, roll)}
        (issuer,), fixed = mine, {name: opened[name] for name in FIXED}
        needed = {**fixed, "ballot": int(manifest["ballot"]), "closes": datetime.fromisoformat(manifest["closes"])}
        root, key = bytes.fromhex(manifest["roll_root"]), bytes.fromhex(manifest["vouchers"])
        well_formed = manifest["election"] and len(root) == len(key)
        well_formed = well_formed and needed["closes"].tzinfo is not None
        if not well_formed or manifests.server_signs(manifest):
            raise RuleRefused(NO_VOTE)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise RuleRefused(NO_VOTE) from wrong
    name = _name(voucher.issuer_id(issuer), "vote")
    before, closes, back = _vote(keys, voucher.issuer_id(issuer)), needed["closes"], voucher.whole_address(address)
    if before is not None and any(before[each] != fixed[each] for each in FIXED):
        raise RuleRefused(OTHER_VOTE)
    if before is not None and before["address"] != back:
        raise RuleRefused(OTHER_ADDRESS)
    if before is not None:
        closes = max(closes, datetime.fromisoformat(before["closes"]))
    stored = {**needed, "closes": closes.isoformat(), "address": back}
    keys.write(name, json.dumps(stored).encode())


def co_sign(keys: KeyFolder, typed: str, now: datetime) -> Signature:
    """Return the blind signatures for what a member's device asks. Asks no database; `note_signed` comes after it.

    The vote may be open: who got the first signature in time must not lose the vote, and where it is held nobody sees
    when the second was given. Raises RuleRefused for what comes with no voucher of a vote here, and after its close.
    """
    try:
        to_sign = voucher.read_to_sign(typed)
        issuer, leaf = str(to_sign.voucher["partner"]), bytes.fromhex(to_sign.voucher["leaf"])
        vote = _vote(keys, issuer)
        if vote is None or now >= datetime.fromisoformat(vote["closes"]) or not _have(keys, issuer):
            raise RuleRefused(NOT_HERE)
        if not voucher.holds(vote, to_sign):
            raise RuleRefused(NOT_ASKED)
        signed = {purpose: _signed(keys, issuer, purpose, to_sign.blinded[purpose]) for purpose in voucher.PURPOSES}
    except (ValueError, TypeError, KeyError, blind.NotBlindlySigned) as wrong:
        raise RuleRefused(NOT_ASKED) from wrong
    text = voucher.signed_text(vote["election"], signed)
    back = f"{vote['address']}/board/ballots/{vote['ballot']}#{text}"
    return Signature(issuer, leaf, bytes.fromhex(voucher.digest_of(to_sign.blinded)), text, back)


def note_signed(session: Session, signature: Signature) -> None:
    """Note for which line it was signed. The same request again changes nothing; another for that line is refused.

    It is laid afresh with its neighbours in an order drawn by lot, and all of them once a day (`unordered.py`).
    """
    _take_turns(session, signature.issuer)
    row = session.get(CoSigned, (signature.issuer, signature.leaf))
    if row is not None:
        if row.asked != signature.asked:
            raise RuleRefused(TWICE)
        return
    session.add(CoSigned(issuer=signature.issuer, leaf=signature.leaf, asked=signature.asked))
    session.flush()
    unordered.lay_row_afresh(session, CoSigned, (signature.issuer, signature.leaf))


def _take_turns(session: Session, issuer: str) -> None:
    """Let one at a time note what it signed: SQLite's writers do so anyway, and no row stands for all of a vote."""
    if session.get_bind().dialect.name == "postgresql":
        turn = int.from_bytes(bytes.fromhex(issuer), "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(turn)))


def lay_co_signed_afresh_in_pieces(session: Session) -> Iterator[Piece]:
    """Lay all lines afresh, those of large votes too. Safe to do again."""
    for issuer in session.scalars(select(CoSigned.issuer).distinct()).all():
        lines = list(session.scalars(select(CoSigned.leaf).where(CoSigned.issuer == issuer)))
        secrets.SystemRandom().shuffle(lines)
        for some in pace.portions(lines, unordered.PIECE):
            yield partial(_lay_some_afresh, issuer=issuer, lines=some)


def _lay_some_afresh(session: Session, issuer: str, lines: Sequence[bytes]) -> None:
    _take_turns(session, issuer)
    unordered.lay_rows_afresh(session, CoSigned, (CoSigned.issuer == issuer) & CoSigned.leaf.in_(lines))


def votes_signed_for(session: Session, keys: KeyFolder) -> list[tuple[str, int, int]]:
    """Return each vote taken on as its election, for how many lines was signed, and how many its roll has."""
    found = []
    for name in keys.names("partner-"):
        if name.endswith(".vote"):
            vote = json.loads(keys.need(name))
            of_this = CoSigned.issuer == _issuer_in(name)
            signed = session.scalar(select(func.count()).select_from(CoSigned).where(of_this))
            found.append((vote["election"], signed or 0, vote["roll_size"]))
    return found


def signed_for(session: Session, line: str) -> bool:
    """Whether a pass was signed for this line of a roll (64 hexadecimal digits). Raises RuleRefused for no line."""
    try:
        leaf = bytes.fromhex(line)
    except ValueError:
        leaf = b""
    if len(leaf) != LINE_BYTES:
        raise RuleRefused(N_("A line of the roll has 64 letters and digits. It is on the member's page of the vote."))
    return session.scalar(select(CoSigned.leaf).where(CoSigned.leaf == leaf).limit(1)) is not None


def end_co_signing(keys: KeyFolder, now: datetime) -> None:
    """Destroy our keys of votes that have closed: nobody is let in any more. Safe to do again."""
    for name in list(keys.names("partner-")):
        if name.endswith(".vote") and datetime.fromisoformat(json.loads(keys.need(name))["closes"]) <= now:
            for purpose in voucher.PURPOSES:
                if keys.read(_name(_issuer_in(name), purpose)) is not None:
                    keys.destroy(_name(_issuer_in(name), purpose))


def _signed(keys: KeyFolder, issuer: str, purpose: str, blinded: str) -> bytes:
    return blind.blind_sign(keys.need(_name(issuer, purpose)), base64.b64decode(blinded, validate=True))


def _vote(keys: KeyFolder, issuer: str) -> dict[str, Any] | None:
    stored = keys.read(_name(issuer, "vote"))
    return json.loads(stored) if stored else None


def _have(keys: KeyFolder, issuer: str) -> bool:
    return all(keys.read(_name(issuer, purpose)) for purpose in voucher.PURPOSES)


def _is_over(keys: KeyFolder, issuer: str) -> bool:
    """Whether a vote was taken on with these keys, and the keys were destroyed when it had closed."""
    return _vote(keys, issuer) is not None and not _have(keys, issuer)


def _name(issuer: str, what: str) -> str:
    return f"partner-{issuer}.{what}"


def _issuer_in(name: str) -> str:
    return name.removeprefix("partner-").partition(".")[0]
