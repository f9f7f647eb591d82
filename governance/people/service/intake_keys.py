"""The keys messages are sealed with: one pair per audience and period, its private half for that audience alone."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import key_rules, rules
from governance.people.models import Account, IntakeKey, KeyWrap, ReaderKey
from governance.people.rules import ChainBroken, KeyRefused, ReaderFacts
from governance.people.service import chain
from governance.people.service.own_keys import OpenReader, own_keys_hold
from governance.privacy import period_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

NO_KEY = N_("There is no key for these messages yet, so nothing was kept. Please tell a worker.")
CHANGED = N_("The key for these messages was changed by somebody who may not. Nothing was kept. Please tell a worker.")

# Every message that comes in asks this, so it is put together once.
OF_ONE_PERIOD = select(IntakeKey, exists().where(KeyWrap.intake_key_id == IntakeKey.id)).where(
    IntakeKey.audience == bindparam("audience"),
    IntakeKey.destroyed_on.is_(None),
    (IntakeKey.period == bindparam("period")) | IntakeKey.period.like(bindparam("rotated")),
)


def readers(session: Session, keys: KeyFolder) -> dict[int, ReaderFacts]:
    """Return the readers keys may be given to, by account: the chain verifies, and each still has those very keys.

    Somebody with a new card, or whose account has ended, is not among them until two readers sign again.
    Raises ChainBroken if any part of the chain does not hold.
    """
    said = chain.verified(session, keys)
    living = select(ReaderKey).join(Account, Account.id == ReaderKey.account_id).where(Account.ended_on.is_(None))
    own = {key.account_id: key for key in session.scalars(living) if own_keys_hold(keys, key)}
    return {
        account_id: facts
        for account_id, facts in said.items()
        if account_id in own
        and (own[account_id].box_public, own[account_id].sign_public) == (facts.box_public, facts.sign_public)
    }


def missing_readers(session: Session, keys: KeyFolder, audiences: Collection[str], today: date) -> list[str | Sentence]:
    """Return what is missing before intake opens: two board readers for each audience, and a key for today."""
    try:
        now = readers(session, keys)
    except ChainBroken as broken:
        return [broken.sentence]
    missing: list[str | Sentence] = [*rules.missing_readers(now.values(), audiences)]
    ready = {(key.audience, key_rules.base_period(key.period)) for key in live_keys(session)}
    for audience in audiences:
        if (audience, period_of(today, audience)) not in ready:
            text = N_("There is no key for “{audience}” messages yet. Run: governance tick")
            missing.append(Sentence(text, audience=str(audience)))
    return missing


def ensure_intake_keys(session: Session, keys: KeyFolder, periods: Mapping[str, Sequence[str]]) -> None:
    """Have a key for each audience and period in *periods*; safe to call again. Makes none the board could not read."""
    missing = missing_keys(session, periods)
    if not missing:
        return
    now = readers(session, keys).values()
    for audience, period in missing:
        _make(session, keys, audience, period, now)
    session.flush()


def missing_keys(session: Session, periods: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the audience and period of each key in *periods* that is not there yet."""
    there = {(key.audience, key_rules.base_period(key.period)) for key in session.scalars(select(IntakeKey))}
    wanted = [(str(audience), period) for audience, names in periods.items() for period in names]
    return [pair for pair in wanted if pair not in there]


def rotate(session: Session, keys: KeyFolder, audiences: Iterable[str], today: date) -> None:
    """Change the key of every period that has not ended, for *audiences*: somebody may no longer read what comes."""
    now = readers(session, keys).values()
    for audience in audiences:
        names = [key.period for key in live_keys(session) if key.audience == audience]
        for base in sorted({key_rules.base_period(name) for name in names if key_rules.still_used(name, today)}):
            same = [name for name in names if key_rules.base_period(name) == base]
            _make(session, keys, audience, key_rules.next_key(same), now)
    session.flush()


def rotate_unheld(session: Session, keys: KeyFolder, audiences: Collection[str], today: date) -> None:
    """Change the keys in use that no reader holds any more, as when all readers of an audience lost their cards."""
    held = set(session.scalars(select(KeyWrap.intake_key_id).distinct()))
    used = [key for key in live_keys(session) if key.audience in audiences and key_rules.still_used(key.period, today)]
    newest = {(key.audience, key_rules.base_period(key.period)): key for key in used}
    rotate(session, keys, {key.audience for key in newest.values() if key.id not in held}, today)


def _make(session: Session, keys: KeyFolder, audience: str, period: str, now: Collection[ReaderFacts]) -> None:
    """Make one key and give it to every reader of *audience*; none at all if no board reader is among them."""
    entitled = [reader for reader in now if audience in reader.audiences]
    if not any(reader.board for reader in entitled):
        return
    pair, secret = sealing.new_pair(), keys.make(secret_name(audience, period))
    key = IntakeKey(id=uuid.uuid4(), audience=audience, period=period, public=pair.public)
    key.mac = _mac(secret, key)
    session.add(key)
    locked = sealing.lock(secret, pair.private, _info(keys, key, "private"))
    for reader in entitled:
        session.add(_wrap(keys, key, reader, locked))
    session.flush()
    ledger.append(session, "decisions", "key", {"made": f"{audience} {period}", "public": pair.public.hex()})


def pass_on_keys(session: Session, keys: KeyFolder, giver: OpenReader) -> int:
    """Give every reader the keys they lack and *giver* holds; return how many were given.

    What is passed on stays locked under the period's secret, so the giver's own key never sees the other side open.
    """
    now = readers(session, keys)
    if giver.account_id not in now:
        return 0
    given = 0
    for key, wrap in _held_by(session, giver.account_id):
        have = set(session.scalars(select(KeyWrap.account_id).where(KeyWrap.intake_key_id == key.id)))
        lacking = [now[number] for number in now if key.audience in now[number].audiences and number not in have]
        if lacking:
            locked = _taken_out(keys, key, wrap, giver)
            session.add_all([_wrap(keys, key, reader, locked) for reader in lacking])
            given += len(lacking)
    session.flush()
    return given


def _held_by(session: Session, account_id: int) -> list[tuple[IntakeKey, KeyWrap]]:
    held = select(IntakeKey, KeyWrap).join(KeyWrap, KeyWrap.intake_key_id == IntakeKey.id)
    live = held.where(KeyWrap.account_id == account_id, IntakeKey.destroyed_on.is_(None))
    return [(key, wrap) for key, wrap in session.execute(live)]


def forget_wraps(session: Session, account_id: int) -> None:
    """Take every key away from this account."""
    session.execute(delete(KeyWrap).where(KeyWrap.account_id == account_id))


def live_keys(session: Session) -> list[IntakeKey]:
    """Return the keys that have not been destroyed, oldest first."""
    keys = session.scalars(select(IntakeKey).where(IntakeKey.destroyed_on.is_(None)))
    return sorted(keys, key=lambda key: (key.audience, key_rules.key_order(key.period)))


def live_key(session: Session, key_id: uuid.UUID) -> IntakeKey | None:
    """Return a key that has not been destroyed, locked until the commit; None when it has."""
    wanted = select(IntakeKey).where(IntakeKey.id == key_id, IntakeKey.destroyed_on.is_(None))
    return session.scalar(wanted.with_for_update())


def keys_to_empty(session: Session) -> list[uuid.UUID]:
    """Return the keys that were destroyed and whose messages are not all emptied yet."""
    half_way = select(IntakeKey.id).where(IntakeKey.destroyed_on.is_not(None), IntakeKey.emptied_on.is_(None))
    return list(session.scalars(half_way))


def note_emptied(session: Session, key_id: uuid.UUID, today: date) -> None:
    """Note that nothing is left of what was sealed with a destroyed key."""
    session.get_one(IntakeKey, key_id).emptied_on = today
    session.flush()


def destroyed_keys(session: Session) -> list[IntakeKey]:
    """Return the keys that have been destroyed."""
    return list(session.scalars(select(IntakeKey).where(IntakeKey.destroyed_on.is_not(None))))


def current_key(session: Session, keys: KeyFolder, audience: str, period: str) -> IntakeKey:
    """Return the newest key of *audience* for *period*, its public half checked against the mac (one query).

    Raises RuleRefused when there is none that anybody holds, KeyRefused when it is not the one this program made.
    """
    same = session.execute(OF_ONE_PERIOD, {"audience": audience, "period": period, "rotated": f"{period}.%"})
    newest, is_held = max(same, key=lambda row: key_rules.key_order(row[0].period), default=(None, False))
    if newest is None:
        raise RuleRefused(NO_KEY)
    secret = keys.read(secret_name(audience, newest.period))
    if secret is None or not hmac.compare_digest(newest.mac, _mac(secret, newest)):
        raise KeyRefused(CHANGED)
    if not is_held:  # As when every reader's card was lost: nobody would ever read it.
        raise RuleRefused(NO_KEY)
    return newest


def earlier_key(session: Session, keys: KeyFolder, key_id: uuid.UUID) -> IntakeKey | None:
    """Return a key that was in use before, or still is, as this program made it and a reader holds it; else None."""
    key = session.get(IntakeKey, key_id)
    secret = keys.read(secret_name(key.audience, key.period)) if key and not key.destroyed_on else None
    if key is None or secret is None or not hmac.compare_digest(key.mac, _mac(secret, key)):
        return None
    is_held = session.scalar(select(exists().where(KeyWrap.intake_key_id == key.id)))
    return key if is_held else None


def intake_private(session: Session, keys: KeyFolder, reader: OpenReader, intake_key_id: uuid.UUID) -> bytes:
    """Return the private half of an intake key for one of its readers.

    Raises RuleRefused for somebody who was never given it, sealing.SealBroken when its secret was destroyed.
    """
    key = session.get(IntakeKey, intake_key_id)
    wrap = session.get(KeyWrap, (intake_key_id, reader.account_id))
    if key is None or wrap is None:
        raise RuleRefused(N_("Your keys do not open this message. It is for other readers."))
    return unwrapped(keys, reader, key, wrap)


def unwrapped(keys: KeyFolder, reader: OpenReader, key: IntakeKey, wrap: KeyWrap) -> bytes:
    """Return the private half of *key*, as it was wrapped for *reader*. Raises sealing.SealBroken as above."""
    secret = keys.read(secret_name(key.audience, key.period))
    if secret is None:
        raise sealing.SealBroken
    return sealing.unlock(secret, _taken_out(keys, key, wrap, reader), _info(keys, key, "private"))


def destroy_period(session: Session, keys: KeyFolder, intake_key: IntakeKey, today: date) -> None:
    """Destroy the secret of one key. Nothing sealed with it opens again, from a backup either (promise 12)."""
    keys.destroy(secret_name(intake_key.audience, intake_key.period))
    intake_key.destroyed_on = today
    session.execute(delete(KeyWrap).where(KeyWrap.intake_key_id == intake_key.id))
    session.flush()


def secret_name(audience: str, period: str) -> str:
    """Return the name under which the key folder keeps the secret of one key."""
    return f"period-{audience}-{period}".lower()


def _wrap(keys: KeyFolder, key: IntakeKey, reader: ReaderFacts, locked: bytes) -> KeyWrap:
    wrapped = sealing.seal(reader.box_public, locked, _info(keys, key, f"reader {reader.account_id}"))
    return KeyWrap(intake_key_id=key.id, account_id=reader.account_id, wrapped=wrapped)


def _taken_out(keys: KeyFolder, key: IntakeKey, wrap: KeyWrap, reader: OpenReader) -> bytes:
    """Return what was sealed to this reader: the private half, still locked under the period's secret."""
    return sealing.open_sealed(reader.box_private, wrap.wrapped, _info(keys, key, f"reader {reader.account_id}"))


def _mac(secret: bytes, key: IntakeKey) -> bytes:
    named = b"\n".join((b"real-voice intake key v1", key.audience.encode(), key.period.encode(), key.id.bytes))
    return hmac.digest(secret, named + b"\n" + key.public, hashlib.sha256)


def _info(keys: KeyFolder, key: IntakeKey, purpose: str) -> bytes:
    return sealing.context(keys.programme, key.period, key.audience, purpose)
