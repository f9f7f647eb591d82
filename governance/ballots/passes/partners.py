"""A partner organisation as the second issuer of a vote held here: a pass then counts only with both signatures.

This server cannot make a pass alone in such a vote, so the passes that it makes for people without JavaScript are not
in it: its own issuer is not in the manifest. Cards stay, and stay the server's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.as_fixed import check_as_fixed
from governance.ballots.bundle import manifests
from governance.ballots.calling.ballot_keys import election_of, voucher_seed
from governance.ballots.calling.fixing import Fixed, write_manifest
from governance.ballots.models import Ballot, Roll
from governance.ballots.now.finding import ballots_of, stage_of
from governance.ballots.passes import voucher
from governance.ballots.passes.cards import has_begun
from governance.ballots.passes.issuers import blind_issuer
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import one_line

LONGEST_NAME = 80
NO_FILE = N_("This is no file of a partner's keys. The partner makes it with: governance issuer keys")


def add_partner(session: Session, keys: KeyFolder, ballot: Ballot, issuer: Mapping[str, Any], now: datetime) -> None:
    """Put a partner's public keys into the manifest of *ballot*, which goes into the ledger again.

    Raises RuleRefused once the vote is open or somebody took a card or a pass, for what is no issuer, for a second
    partner, and where the vote is not what it was called with.
    """
    session.refresh(ballot, with_for_update=True)
    check_as_fixed(session, ballot)
    begun = stage_of(session, ballot, now) is not rules.Stage.SCHEDULED or has_begun(session, ballot)
    rules.check_may_add_partner(begun=begun, has_partner=ballot.partner is not None)
    own = blind_issuer(keys, ballot)
    if own is None:
        raise RuleRefused(N_("This vote has no passes that are signed blind. Set it up again on the board's page."))
    try:
        voucher.check_issuer(issuer)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise RuleRefused(NO_FILE) from wrong
    if {own["drop"], own["key"]} & {issuer["drop"], issuer["key"]}:
        raise RuleRefused(N_("These keys are your own. Ask the partner for their file."))
    ballot.partner = {**issuer, "name": one_line(issuer["name"])[:LONGEST_NAME]}
    write_manifest(session, keys, ballot, Fixed.of(ballot.manifest or {}))


def vote_for_partner(session: Session, ballot: Ballot, address: str) -> dict[str, Any]:
    """Return what the partner of *ballot* takes on, as its file: the manifest, with the time at which it closes today.

    With it goes what opens the size of the roll, so that the partner knows how many passes there may be at most.

    *address*: of this programme, the way back for members. Raises RuleRefused where there is no partner.
    """
    if ballot.partner is None:
        raise RuleRefused(N_("This vote has no partner. Add one with the file of their keys."))
    try:
        whole = voucher.whole_address(address)
    except ValueError as wrong:
        raise RuleRefused(N_("A partner needs an address that begins with https. Open this page there.")) from wrong
    size = session.scalar(select(func.count()).select_from(Roll).where(Roll.ballot_id == ballot.id)) or 0
    return {
        "manifest": {**(ballot.manifest or {}), "closes": ballot.closes_at.isoformat()},
        "roll": {"size": size, "salt": manifests.size_salt(ballot.voters_salt or b"").hex()},
        "address": whole,
    }


def partner_to_ask_again(session: Session, ballot: Ballot, now: datetime) -> str:
    """Return the name of the partner of the vote before this one on the same proposal, while it can still come in.

    Its keys are never taken over. A blind signature does not say for which vote it is, so keys that sign for two votes
    would sign more passes for the second than its roll has lines.
    """
    before = [each for each in ballots_of(session, ballot.proposal_id) if each.number < ballot.number and each.partner]
    signs_blind = manifests.issuers_apart(ballot.manifest or {"issuers": []})
    if not before or ballot.partner is not None or not signs_blind:
        return ""
    too_late = stage_of(session, ballot, now) is not rules.Stage.SCHEDULED or has_begun(session, ballot)
    return "" if too_late else (before[-1].partner or {})["name"]


def voucher_for(
    session: Session, keys: KeyFolder, ballot: Ballot, account_id: int, blinded: str
) -> dict[str, Any] | None:
    """Return the voucher for what a member asks of the partner, or None in a vote with one issuer.

    *blinded*: as `sign_blinded` and `mark_blind` took it.
    """
    if ballot.partner is None:
        return None
    election = election_of(keys, ballot)
    rows = session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
    leaves = {row.account_id: manifests.roll_leaf(row.salt, election, row.account_id) for row in rows}
    asked = voucher.digest_of({purpose: each[-1] for purpose, each in json.loads(blinded).items()})
    partner, seed = voucher.issuer_id(ballot.partner), voucher_seed(keys, ballot)
    return voucher.write(seed, election, partner, sorted(leaves.values()), leaves[account_id], asked)


def own_line(keys: KeyFolder, ballot: Ballot, row: Roll) -> str:
    """Return a member's own line of the roll, by which the partner can say whether it signed for it."""
    return manifests.roll_leaf(row.salt, election_of(keys, ballot), row.account_id).hex()
