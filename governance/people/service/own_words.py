"""One's own words: five new ones that nobody else has seen, in the place of those that somebody printed.

The keys stay the same and are locked anew, so that a reader reads on. The words before, and every sign-in with them,
open nothing from then on.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from governance.errors import RuleRefused
from governance.people import rules
from governance.people.models import Account
from governance.people.service.accounts import SETTLED, Card, Draft
from governance.people.service.own_keys import lock_own_keys_anew
from governance.people.service.signing_in import SignedIn, begin_anew, proof_kept, sign_out_everywhere
from governance.roles import Who


def make_own_words(
    session: Session, who: Who, draft: Draft, card: int, now: datetime, device: rules.Device
) -> tuple[Card, SignedIn]:  # fmt: skip
    """Give *who* the words of *draft*, and return them with a fresh sign-in. Everything signed in before is over.

    *card*: the number of the card that the page was about, so that a form sent twice makes words once.
    Raises RuleRefused where it was done since, or the draft is of another name.
    """
    account = session.get(Account, who.account_id, with_for_update=True)
    if account is None or account.ended_on is not None or account.card != card:
        raise RuleRefused(SETTLED)
    if rules.alias_key(draft.alias) != account.alias_key:
        raise RuleRefused(SETTLED)
    lock_own_keys_anew(session, account.id, who.unlock, draft.stretched.unlock)
    account.proof, account.own_words = proof_kept(draft.stretched), True
    account.card += 1
    sign_out_everywhere(session, account.id)
    session.refresh(account)
    return Card(account.alias, draft.passphrase, account.id), begin_anew(session, account, draft.stretched, now, device)


def card_number(session: Session, account_id: int) -> int:
    """Return the number of this account's card: it goes up with each new one."""
    return session.get_one(Account, account_id).card


def has_own_words(session: Session, account_id: int) -> bool:
    """Whether the words of this account are its owner's own, which nobody else printed."""
    return session.get_one(Account, account_id).own_words
