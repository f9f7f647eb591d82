"""One's own words: five new ones that nobody else has seen, in the place of those that somebody printed.

They are drawn first and shown. Until their owner has typed some of them back they wait in the page alone, sealed, and
the words before open everything as they did: a page that breaks off takes nothing with it. The keys stay the same and
are locked anew, so that a reader reads on. The words before, and every sign-in with them, open nothing from then on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import rules
from governance.people.models import Account
from governance.people.service.accounts import SETTLED, Draft, tell_of_card
from governance.people.service.own_keys import lock_own_keys_anew
from governance.people.service.signing_in import SignedIn, Stretched, begin_anew, proof_kept, sign_out_everywhere
from governance.permissions.roles import Who
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

INFO = b"real-voice words of one's own v1"
FIRST = N_("{name} signed in for the first time and made their own words. If it was not {name}, give a new card soon.")
AGAIN = N_("{name} made their own words with a new card. If it was not {name}, give another card soon.")


@dataclass(frozen=True)
class Fresh:
    """Words that were drawn for somebody who has not typed them back yet. *card*: the number of their card then."""

    draft: Draft
    card: int


def sealed_words(who: Who, fresh: Fresh, now: datetime) -> str:
    """Return *fresh* as the page carries it. Nothing opens it but the words that *who* has signed in with."""
    words, stretched = fresh.draft.passphrase, fresh.draft.stretched
    said = {"words": words, "proof": stretched.proof.hex(), "unlock": stretched.unlock.hex(), "slot": stretched.slot}
    whole = json.dumps({**said, "card": fresh.card, "at": now.isoformat()}).encode()
    return urlsafe_b64encode(sealing.lock(_key(who), whole, INFO)).decode()


def opened_words(who: Who, text: str, now: datetime) -> Fresh | None:
    """Return what `sealed_words` has sealed for *who*; None for anything else, or when it waited too long."""
    try:
        said = json.loads(sealing.unlock(_key(who), urlsafe_b64decode(text.encode()), INFO))
    except (sealing.SealBroken, ValueError):
        return None
    if not rules.words_wait(datetime.fromisoformat(said["at"]), now):
        return None
    stretched = Stretched(bytes.fromhex(said["proof"]), bytes.fromhex(said["unlock"]), said["slot"])
    return Fresh(Draft(who.alias, said["words"], stretched), said["card"])


def make_own_words(
    session: Session, keys: KeyFolder, who: Who, fresh: Fresh, now: datetime, today: date, device: rules.Device
) -> SignedIn:  # fmt: skip
    """Give *who* the *fresh* words; return a new sign-in. Everything signed in before is over.

    When they take the place of words that somebody else printed, every member is told: whoever printed them could have
    made the new ones in their owner's place. A form sent twice makes words once. Raises RuleRefused where the card is
    another one by now.
    """
    account = session.get(Account, who.account_id, with_for_update=True, populate_existing=True)
    if account is None or account.ended_on is not None or account.card != fresh.card:
        raise RuleRefused(SETTLED)
    if rules.alias_key(fresh.draft.alias) != account.alias_key:
        raise RuleRefused(SETTLED)
    stretched = fresh.draft.stretched
    lock_own_keys_anew(session, account.id, who.unlock, stretched.unlock)
    printed_by_another, is_first_card = not account.own_words, account.card == 1
    account.proof, account.own_words, account.own_words_since = proof_kept(stretched), True, today
    account.card += 1
    if printed_by_another:
        tell_of_card(session, keys, Sentence(FIRST if is_first_card else AGAIN, name=account.alias), today)
    sign_out_everywhere(session, account.id)
    session.refresh(account)
    return begin_anew(session, account, stretched, now, device)


def own_words_since(session: Session, account_id: int) -> date | None:
    """Return the day on which the words of this account were made by whoever signed in; None where it is not known."""
    return session.get_one(Account, account_id).own_words_since


def card_number(session: Session, account_id: int) -> int:
    """Return the number of this account's card: it goes up with each new one."""
    return session.get_one(Account, account_id).card


def _key(who: Who) -> bytes:
    return hmac.digest(who.unlock, INFO + str(who.account_id).encode(), hashlib.sha256)
