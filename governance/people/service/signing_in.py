"""Signing in: the slow work first, the same work for every name, and a row that only the cookie opens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import rules
from governance.people.models import Account, AccountRole, SignIn, WrongTries
from governance.people.service.own_device import is_own
from governance.permissions.access import LOOKED_FOR
from governance.permissions.roles import Role, Who
from governance.privacy import retention
from governance.storage.database import Piece, deleted_in_pieces

COOKIE = "sign_in"  # The name in the cookie of {"secret", "since", "seen", "device"}.
NOBODY = bytes(32)  # Compared with where there is no such account, so that the work is the same.
SIGNED_IN = (  # Asked with every page of somebody signed in, so it is put together once.
    select(SignIn.sealed, Account.id, Account.alias, Account.here_before, Account.own_words, AccountRole.role)
    .join(Account, Account.id == SignIn.account_id)
    .outerjoin(AccountRole, AccountRole.account_id == Account.id)
    .where(SignIn.id == bindparam("sign_in"), SignIn.epoch == Account.epoch, Account.ended_on.is_(None))
)


@dataclass(frozen=True)
class Stretched:
    """What a card's words stretch to: what proves, what unlocks, and where wrong tries are counted."""

    proof: bytes = field(repr=False)
    unlock: bytes = field(repr=False)
    slot: int
    own_slot: int | None = None  # On a device on which this name has signed in before.
    worked: int = 0  # How hard the puzzle was that came solved with it; 0 for none.

    @property
    def counted_at(self) -> int:
        """Where a wrong try from this device is counted, and which wait holds for it."""
        return self.slot if self.own_slot is None else self.own_slot


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has just signed in, and what belongs in a fresh cookie under `COOKIE`."""

    who: Who
    language: str
    cookie: dict[str, str] = field(repr=False)


def stretch(keys: KeyFolder, alias: str, passphrase: str, mark: object = None, worked: int = 0) -> Stretched:
    """Stretch a card's words (one Argon2id). Slow on purpose: call it before any query, outside every lock.

    The salt comes from the name and the pepper, so it needs no row, and a name nobody has costs the same.
    *mark* is what the cookie holds under `OWN_DEVICE`; *worked*: how hard the puzzle was that came solved with them.
    """
    name = rules.alias_key(alias)
    halves = sealing.split_stretched(sealing.stretch(passphrase, sealing.salt_for(keys.pepper, f"account {name}")))
    own = _slot(keys, f"{name} on {mark}") if is_own(keys, alias, mark) else None
    return Stretched(halves.proof, halves.unlock, _slot(keys, name), own, worked)


def _slot(keys: KeyFolder, whose: str) -> int:
    return int.from_bytes(hmac.digest(keys.pepper, f"wrong tries {whose}".encode(), hashlib.sha256)[:2], "big")


def proof_kept(stretched: Stretched) -> bytes:
    """Return what the account row keeps of the proof."""
    return hashlib.sha256(stretched.proof).digest()


def seconds_to_wait(session: Session, stretched: Stretched, now: datetime) -> int:
    """Return in how many seconds a try for this name is looked at again; the same whether or not anybody has it.

    The longest wait is told, even where this device has a count of its own, so that none shows who signed in on it.
    """
    return max((rules.seconds_left(tries.next_try_at, now) for tries in _counts(session, stretched)), default=0)


def puzzle_bits(session: Session, stretched: Stretched) -> int:
    """Return how hard a puzzle must be for the next try of this name to be looked at at once; 0 for none.

    The same whether or not anybody has the name, and whether or not this device has a count of its own.
    """
    return max((bits_after(tries.failures) for tries in _counts(session, stretched)), default=0)


def bits_after(failures: int) -> int:
    """Return how hard a puzzle is for a name after this many wrong tries in a row; 0 while nobody has to wait."""
    return sealing.bits_for(failures, rules.FREE_TRIES)


def worked_enough(bits: int, failures: int) -> bool:
    """Whether a try that brings a puzzle of *bits*, solved, is looked at although its name waits.

    One bit less than is asked now will do: somebody else may have tried since the page was made.
    """
    return bits >= max(sealing.EASIEST, bits_after(failures) - 1)


def _counts(session: Session, stretched: Stretched) -> list[WrongTries]:
    counts = (session.get(WrongTries, slot) for slot in {stretched.slot, stretched.counted_at})
    return [tries for tries in counts if tries]


def sign_in(
    session: Session, alias: str, stretched: Stretched, now: datetime, device: rules.Device = rules.Device.SHARED,
    visit: date | None = None,
) -> SignedIn | None:  # fmt: skip
    """Sign in, or count a wrong try and return None. A try that came too soon is neither looked at nor counted.

    With a puzzle solved none comes too soon: so whoever keeps trying a name keeps its owner out nowhere.

    *visit*: the day at the site, where somebody comes to read. It is noted, and what came since the last is new.
    """
    account = _account_of(session, alias, stretched, now)
    if account and visit:
        account.here_on, account.here_before = rules.here_today(account.here_on, account.here_before, visit)
    return _open_door(session, account, stretched.unlock, now, device) if account else None


def holder_of(session: Session, alias: str, stretched: Stretched, now: datetime) -> Who | None:
    """Return whose card it is, without signing in; None as `sign_in`, and a wrong try is counted alike."""
    account = _account_of(session, alias, stretched, now)
    return _who_holds(session, account, stretched.unlock) if account else None


def _account_of(session: Session, alias: str, stretched: Stretched, now: datetime) -> Account | None:
    """Return the account that these words open, or None; count a wrong try, and keep who waits waiting.

    Alike for a name that nobody has: the same work is done, and the same is counted.
    """
    tries = _tries(session, stretched.counted_at, now)
    account = session.scalars(
        select(Account).where(Account.alias_key == rules.alias_key(alias), Account.ended_on.is_(None))
    ).one_or_none()
    right = hmac.compare_digest(account.proof if account else NOBODY, proof_kept(stretched))
    waits = rules.seconds_left(tries.next_try_at, now) > 0
    if waits and not worked_enough(stretched.worked, tries.failures):
        return None
    if account is None or not right:
        tries.failures = 1 + (0 if now - tries.last_on > retention.FAILED_TRIES else tries.failures)
        tries.last_on, wait = rules.quarter_of(now), rules.wait_after(tries.failures)
        if not waits:  # Whoever solves puzzles must not make those wait for longer who cannot.
            tries.next_try_at = now + wait if wait else tries.last_on
        session.flush()
        return None
    if stretched.own_slot is not None or not tries.failures:
        session.delete(tries)  # What others count with stays, and goes by age: else whoever keeps trying sees it fall.
    elif not waits:  # Nobody sees this, for it was over. So no second is kept of a mistyped try before the right one.
        tries.next_try_at = tries.last_on
    return account


def _tries(session: Session, slot: int, now: datetime) -> WrongTries:
    """Return the count of wrong tries for a slot, locked. Several tries at once are looked at one after the other."""
    made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = made(WrongTries).values(slot=slot, failures=0, last_on=now, next_try_at=now)
    session.execute(fresh.on_conflict_do_nothing())
    return session.get_one(WrongTries, slot, with_for_update=True, populate_existing=True)


def _open_door(session: Session, account: Account, unlock: bytes, now: datetime, device: rules.Device) -> SignedIn:
    secret = secrets.token_bytes(32)
    row = SignIn(id=_id(secret), account_id=account.id, epoch=account.epoch, day=now.date())
    row.sealed = sealing.lock(_row_key(secret), unlock, row.id)
    session.add(row)
    session.flush()
    moment = now.isoformat()
    who = _who_holds(session, account, unlock)
    cookie = {"secret": secret.hex(), "since": moment, "seen": moment, "device": str(device)}
    return SignedIn(who, account.language, cookie)


def begin_anew(
    session: Session, account: Account, stretched: Stretched, now: datetime, device: rules.Device
) -> SignedIn:  # fmt: skip
    """Sign somebody in who has proved who they are already, once every other sign-in of theirs was ended."""
    return _open_door(session, account, stretched.unlock, now, device)


def _who_holds(session: Session, account: Account, unlock: bytes) -> Who:
    roles = frozenset(session.scalars(select(AccountRole.role).where(AccountRole.account_id == account.id)))
    return Who(account.id, account.alias, roles, unlock, account.here_before, account.own_words)


def who_is_asking(session: Session, cookie: MutableMapping[str, Any], now: datetime) -> Who | None:
    """Return who the cookie signs in, or None. Reads the database (one query) and never writes it.

    The cookie is stamped at most once a minute; one that is idle, old or ended loses its sign-in here. One that does
    not say whose device it lies on is one of a shared device.
    """
    if COOKIE not in cookie:
        return None
    held = cookie[COOKIE]
    who = _who(session, held, now)
    if who is None:
        cookie.pop(COOKIE)
        cookie.pop(LOOKED_FOR, None)  # What was looked for may name somebody, and is for nobody who comes next.
    elif rules.stamp_due(datetime.fromisoformat(held["seen"]), now):
        cookie[COOKIE] = {**held, "seen": now.isoformat()}
    return who


def _who(session: Session, held: Any, now: datetime) -> Who | None:
    """Return who holds this sign-in, or None when it is over, unknown, or another one's row was put in its place."""
    try:
        since, seen = datetime.fromisoformat(held["since"]), datetime.fromisoformat(held["seen"])
        secret = bytes.fromhex(held["secret"])
        device = rules.device_of(held.get("device"), is_shared_screen=False)
        if not rules.sign_in_lasts(since, seen, now, device):
            return None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    rows = session.connection().execute(SIGNED_IN, {"sign_in": _id(secret)}).all()
    if not rows:
        return None
    sealed, account_id, alias, here_before, own_words, _ = rows[0]
    try:
        unlock = sealing.unlock(_row_key(secret), sealed, _id(secret))
    except sealing.SealBroken:
        return None
    roles = frozenset(row.role for row in rows if row.role)
    return Who(account_id, alias, roles, unlock, here_before, own_words)


def anybody_signed_in(session: Session, roles: Collection[Role], now: datetime) -> bool:
    """Whether some sign-in of somebody with one of *roles* may last. One that was left idle is not known here."""
    here = select(SignIn.id).join(Account, Account.id == SignIn.account_id)
    here = here.join(AccountRole, AccountRole.account_id == Account.id).where(AccountRole.role.in_(roles))
    here = here.where(SignIn.epoch == Account.epoch, SignIn.day >= (now - retention.SIGN_IN).date())
    return session.scalar(here.where(Account.ended_on.is_(None)).limit(1)) is not None


def sign_out(session: Session, cookie: MutableMapping[str, Any]) -> None:
    """End this device's sign-in. The caller empties the cookie."""
    held = cookie.get(COOKIE)
    if held:
        session.execute(delete(SignIn).where(SignIn.id == _id(bytes.fromhex(held["secret"]))))
        session.flush()


def sign_out_everywhere(session: Session, account_id: int) -> None:
    """End every sign-in of this account, on every device, from this moment."""
    session.execute(update(Account).where(Account.id == account_id).values(epoch=Account.epoch + 1))
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))
    session.flush()


def purge_sign_ins(session: Session, today: date, now: datetime) -> Iterator[Piece]:
    """Delete the rows of sign-ins that ended by themselves, and of wrong tries that count no more, piece by piece.

    Whoever tries names for a night fills as many rows of wrong tries as there are slots: 65,536.
    """
    yield from deleted_in_pieces(session, SignIn.id, SignIn.day < today - retention.SIGN_IN_ROWS)
    yield from deleted_in_pieces(session, WrongTries.slot, WrongTries.last_on < now - retention.FAILED_TRIES)


def _id(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def _row_key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"real-voice sign-in row v1", hashlib.sha256)
