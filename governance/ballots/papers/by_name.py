"""Voting by name, where the charter says so: the ballot is sealed as every other, and bears its voter's alias inside.

Until the box is opened nobody can read it, the server included where the counting key was made apart. After that
everyone can. The voter's key is made from the roll, so that voting again replaces the ballot, and nobody has two.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import rules
from governance.ballots.box import unordered
from governance.ballots.box.dropping import put_in, whole
from governance.ballots.calling.ballot_keys import election_of, pass_key_name, server_issuer
from governance.ballots.models import Ballot
from governance.ballots.now.finding import roll_row, stage_of
from governance.ballots.passes.cards import sign_for
from governance.ballots.passes.credential import from_secret, key_message
from governance.ballots.passes.tickets import Ticket
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused


def vote_by_name(
    session: Session, keys: KeyFolder, ballot: Ballot, account_id: int, choice: Mapping[str, str], now: datetime
) -> None:
    """Seal a member's choice with their alias in it, and put it into the box in place of an earlier one.

    Raises RuleRefused in a secret vote, outside its time, to who has no vote here, and for what cannot be counted.
    """
    if not ballot.named:
        raise RuleRefused(rules.SECRET)
    unordered.lock(session, ballot)
    rules.check_may_drop(stage_of(session, ballot, now), pass_is_good=True)
    said = whole(ballot, choice)
    row = roll_row(session, ballot, account_id)
    if row is None or not row.has_pass:
        sign_for(session, ballot, account_id, now, by_name=True)
    alias = people.aliases(session, [account_id])[account_id]
    put_in(session, keys, ballot, _ticket(keys, ballot, account_id), {**said, "by": alias})


def _ticket(keys: KeyFolder, ballot: Ballot, account_id: int) -> Ticket:
    election = election_of(keys, ballot)
    seed = hmac.digest(keys.need(pass_key_name(ballot)), f"by name {account_id}".encode(), "sha256")
    mine = from_secret(seed, election)
    grant = sealing.sign(server_issuer(keys, ballot), key_message(election, mine.public))
    return Ticket(mine, (base64.b64encode(grant).decode(),))
