"""The board's recovery shares: kept sealed until three people have one each, and then nowhere.

`init` makes them and prints none. Each lies in the database, locked with a secret of its own in the key folder: a copy
of one of the two opens nothing, and whoever holds both could open what still waits. Each is shown to one person, who
types a part of it back; then row and secret are emptied. New shares are those of a new key, which takes the place of
the old one once enough of them are out, so that at no moment nobody could bring the keys back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import RECOVERY, STAYS, KeyFolder
from governance.people import share_rules as rules
from governance.people import typed_back
from governance.people.models import RecoveryShare
from governance.people.service import share_holders
from governance.people.service.notices import has_told, tell
from governance.people.service.who_counts import as_who_sits
from governance.people.share_rules import HandOver, ShareFacts, ShareState
from governance.permissions.roles import Who
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

SHARES = "shares"  # What the ledger says that such an act is about.
NEXT = "recovery.next"  # The public half of a new key, until enough of its shares are out.
BEFORE = "recovery.before"  # The public halves of the keys before: what older backups are sealed to.
INFO = b"real-voice recovery share v1"
NOT_SHOWN = N_("No share was shown to you. Ask for one first.")
TOO_FEW = N_("Two people take a recovery share first, at /recovery-shares. Else words are lost with the disk.")
IS_LOST = N_("This share cannot be opened: its secret in the key folder is gone. Ask for new shares.")


def keep_shares(
    session: Session, keys: KeyFolder, public: bytes, shares: Sequence[sealing.Share], old_out: int | None = None
) -> None:  # fmt: skip
    """Seal *shares* of the key *public* until somebody takes them, in the place of those that were here before.

    *old_out*: of how many of those before it is known that somebody took them here; None where `init` printed them.
    """
    session.execute(delete(RecoveryShare))
    for share in shares:
        secret = keys.make(_name(public, share.number))
        sealed = sealing.lock(secret, share.text.encode(), _info(public, share.number))
        session.add(RecoveryShare(number=share.number, public=public, sealed=sealed, old_out=old_out))
    session.flush()


def hand_over(session: Session, keys: KeyFolder) -> HandOver | None:
    """Return how far the shares are with people; None where an older `init` has printed them."""
    rows = _rows(session)
    if not rows:
        return None
    public = rows[0].public
    is_new = public == keys.read(NEXT)
    is_other = not is_new and public != keys.read(RECOVERY)
    facts, days = [_facts(row) for row in rows], [row.taken_on for row in rows]
    return HandOver(_mark(public), facts, days, is_new, is_other, rows[0].old_out if is_new else 0)


def shown_to(session: Session, who: Who) -> bool:
    """Whether *who* was shown a share and has not said yet that it is written down."""
    return any(row.holder_id == who.account_id and _facts(row).state is ShareState.SHOWN for row in _rows(session))


def claim_share(session: Session, keys: KeyFolder, who: Who, today: date) -> None:
    """Have *who* hold the share that was shown to them before, or the next that waits. It opens nothing.

    Of the board is whoever sits there today, in a seat that does not rest.
    The caller commits before the share is opened: what is rolled back after somebody saw it would wait for the next.
    Raises RuleRefused by `share_rules.check_may_take`, and where the key folder notes another holder.
    """
    rows, who = _rows(session, locked=True), as_who_sits(session, who, today)
    if _mine(keys, rows, who) is not None:
        return
    mark = _mark(rows[0].public) if rows else ""
    facts = [_as_unseen(row, who) for row in rows]
    waits = [row for row, each in zip(rows, facts, strict=True) if each.state is ShareState.WAITS]
    facts = share_holders.as_noted(keys, mark, who, facts)
    # Noted, and cut short before it was kept: it is theirs.
    row = next((each for each in waits if share_holders.is_noted_for(keys, mark, each.number, who)), None)
    if row is None:
        rules.check_may_take(who.account_id, who.roles, facts)
        row = next(row for row, each in zip(rows, facts, strict=True) if each.state is ShareState.WAITS)
    _secret(keys, row)
    share_holders.note_down(keys, mark, row.number, who)
    row.holder_id, row.of_board = who.account_id, rules.is_of_board(who.roles)
    session.flush()


def shown_share(session: Session, keys: KeyFolder, who: Who) -> sealing.Share:
    """Return the share that *who* holds and has not said yet to have on paper. Raises RuleRefused where there is none.

    Call it only once what `claim_share` wrote is committed.
    """
    return _opened(keys, _need_mine(keys, _rows(session), who))


def check_shown(session: Session, keys: KeyFolder, who: Who) -> None:
    """Refuse somebody to whom no share is shown. Raises RuleRefused."""
    _need_mine(keys, _rows(session), who)


def have_share(session: Session, keys: KeyFolder, who: Who, typed: str, today: date) -> bool:
    """Note that *who* has their share on paper, if *typed* shows it; return whether it does.

    The caller commits, and then calls `settle`: what was sealed is gone with this, its secret with that.
    """
    rows = _rows(session, locked=True)
    row = _need_mine(keys, rows, who)
    if not typed_back.has_share(_opened(keys, row).text, typed):
        return False
    row.sealed, row.taken_on = b"", today
    session.flush()
    out = sum(_facts(each).state is ShareState.OUT for each in rows)
    said = Sentence(N_("A recovery share was handed over. {out} of 3 are out."), out=out)
    if out == rules.ALL:
        said = Sentence(N_("All three recovery shares are out. None lies here any more."))
    _forget_who_if_none_waits(session)
    tell_of_shares(session, keys, said, today, row.number if has_told(session, SHARES) else None)
    return True


def renew_shares(session: Session, keys: KeyFolder) -> None:
    """Make a new key and its shares. The key of now holds until enough of them are out. Raises RuleRefused."""
    if keys.lost():
        raise RuleRefused(N_("Some keys are missing. Bring them back first: governance recover"))
    over, pair = hand_over(session, keys), sealing.new_pair()
    old_out = None if over is None else over.old_out if over.is_new_key else 0 if over.is_other_key else over.out
    keys.write(NEXT, pair.public)  # Before its rows: `settle` leaves alone what is of this key.
    shares = sealing.split_secret(pair.private, rules.ALL, rules.ENOUGH)
    keep_shares(session, keys, pair.public, shares, old_out)


def settle(session: Session, keys: KeyFolder) -> None:
    """Bring the key folder to what the database says: secrets of shares that are out go, a new key takes its place.

    Each minute, and after each share that was handed over; what a crash has left is done then.
    """
    rows, following = _rows(session), keys.read(NEXT)
    public = rows[0].public if rows else None
    if following is not None and public == following and _is_enough(rows):
        keys.write(BEFORE, (keys.read(BEFORE) or b"") + keys.need(RECOVERY))
        keys.write(RECOVERY, following)
        keys.destroy(NEXT)
    wanted = wanted_share_secrets(session)
    spared = _name(following, 0)[:-1] if following is not None and public != following else None
    for name in list(keys.names(STAYS)):
        if name not in wanted and not (spared and name.startswith(spared)):
            keys.destroy(name)
    share_holders.forget(keys)


def hand_over_unknown(session: Session) -> None:
    """A backup came back: what waited in it may be with people by now, so nobody is handed it again.

    Who holds the others is forgotten too: no third one is handed over that would have it forgotten.
    """
    session.execute(update(RecoveryShare).where(RecoveryShare.taken_on.is_(None)).values(sealed=b""))
    session.execute(update(RecoveryShare).values(holder_id=None))
    session.flush()


def missing_shares(session: Session, keys: KeyFolder) -> list[Sentence]:
    """Return what is missing before the first word: two shares with people, where they are handed over here at all."""
    over = hand_over(session, keys)
    return [] if over is None or over.could_mend else [Sentence(TOO_FEW)]


def lose_share_of(session: Session, account_id: int) -> None:
    """An account ends: the share that was shown to it and not written down is handed to nobody. `settle` ends it.

    One that is written down stays out, and counts, of the key before too: its holder has the paper. A number that fell
    on that day would name them to whoever looks.
    """
    mine = (RecoveryShare.holder_id == account_id) & RecoveryShare.taken_on.is_(None)
    session.execute(update(RecoveryShare).where(mine).values(sealed=b"", holder_id=None))
    _forget_who_if_none_waits(session)
    session.flush()


def unopenable_shares(session: Session, keys: KeyFolder) -> bool:
    """Whether a share waits here whose secret is gone. It is in no escrow, so nothing brings it back."""
    return bool(wanted_share_secrets(session) - set(keys.names(STAYS)))


def wanted_share_secrets(session: Session) -> set[str]:
    """Return the names of the secrets that shares still wait with."""
    return {_name(row.public, row.number) for row in _rows(session) if row.sealed}


def destroyed_share_secrets(session: Session) -> set[str]:
    """Return the names of the secrets of shares that wait no more: nobody brings those back."""
    return {_name(row.public, row.number) for row in _rows(session) if not row.sealed}


def was_recovery_key(keys: KeyFolder, public: bytes) -> bool:
    """Whether *public* was the recovery key of this programme before new shares were made."""
    before = keys.read(BEFORE) or b""
    return public in [before[at : at + len(public)] for at in range(0, len(before), len(public))]


def tell_of_shares(session: Session, keys: KeyFolder, said: Sentence, today: date, number: int | None = None) -> None:
    """Tell every member how the shares stand; the ledger vouches for it, and for no name.

    *number*: of the one share that was handed over, so that nothing vouches for what somebody wrote into another.
    """
    stand = shares_stand(session)
    wanted = stand if number is None else {_named(number): stand[_named(number)]}
    tell(session, keys, said, today, SHARES, wanted)


def shares_stand(session: Session) -> dict[str, Any]:
    """Return of each share which key it is of and the day it was handed over, as the ledger vouches for it."""
    return {
        _named(row.number): {
            "key": _mark(row.public), "taken": row.taken_on.isoformat() if row.taken_on else "",
        }
        for row in _rows(session)
    }  # fmt: skip


def _named(number: int) -> str:
    return f"recovery share {number}"


def _forget_who_if_none_waits(session: Session) -> None:
    if not wanted_share_secrets(session):
        session.execute(update(RecoveryShare).values(holder_id=None))


def _rows(session: Session, locked: bool = False) -> Sequence[RecoveryShare]:
    rows = select(RecoveryShare).order_by(RecoveryShare.number)
    return session.scalars(rows.with_for_update().execution_options(populate_existing=True) if locked else rows).all()


def _facts(row: RecoveryShare) -> ShareFacts:
    state = ShareState.OUT if row.taken_on else ShareState.UNKNOWN if not row.sealed else ShareState.WAITS
    if state is ShareState.WAITS and row.holder_id is not None:
        state = ShareState.SHOWN
    return ShareFacts(state, row.holder_id, row.of_board)


def _is_enough(rows: Sequence[RecoveryShare]) -> bool:
    return sum(_facts(row).state is ShareState.OUT for row in rows) >= rules.ENOUGH


def _mine(keys: KeyFolder, rows: Sequence[RecoveryShare], who: Who) -> RecoveryShare | None:
    """Return the row that is shown to *who*, as both the database and the key folder have it."""
    shown = [row for row in rows if row.holder_id == who.account_id and _facts(row).state is ShareState.SHOWN]
    return next((r for r in shown if share_holders.is_noted_for(keys, _mark(r.public), r.number, who)), None)


def _need_mine(keys: KeyFolder, rows: Sequence[RecoveryShare], who: Who) -> RecoveryShare:
    row = _mine(keys, rows, who)
    if row is None:
        raise RuleRefused(NOT_SHOWN)
    return row


def _as_unseen(row: RecoveryShare, who: Who) -> ShareFacts:
    """Return the facts of *row*; one that the database alone gives to *who* is one that waits."""
    facts = _facts(row)
    if facts.state is ShareState.SHOWN and facts.holder == who.account_id:
        return ShareFacts(ShareState.WAITS)
    return facts


def _secret(keys: KeyFolder, row: RecoveryShare) -> bytes:
    secret = keys.read(_name(row.public, row.number))
    if secret is None:
        raise RuleRefused(IS_LOST)
    return secret


def _opened(keys: KeyFolder, row: RecoveryShare) -> sealing.Share:
    secret = _secret(keys, row)
    try:
        text = sealing.unlock(secret, row.sealed, _info(row.public, row.number))
    except sealing.SealBroken as broken:
        raise RuleRefused(IS_LOST) from broken
    return sealing.Share.from_text(text.decode())


def _mark(public: bytes) -> str:
    return public.hex()[:8]


def _name(public: bytes, number: int) -> str:
    return f"{STAYS}{_mark(public)}-{number}"


def _info(public: bytes, number: int) -> bytes:
    return INFO + public + bytes([number])
