"""Fixing a vote: its manifest is written into the ledger, from what is stored of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.as_fixed import standing_as_data, words_as_data
from governance.ballots.bundle import manifests
from governance.ballots.bundle.one_file import verifier_hash
from governance.ballots.calling.ballot_keys import election_of, server_issuer, voucher_seed
from governance.ballots.calling.notice import hurry_as_data
from governance.ballots.models import Ballot, Roll
from governance.ballots.papers import choices, envelope
from governance.ballots.passes.handed_out import card_lists
from governance.ballots.passes.issuers import blind_issuer
from governance.ballots.result.disclosure import Disclosure
from governance.board import service as board
from governance.counting import Rule, rule_from
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.proposals.models import Proposal


@dataclass(frozen=True)
class Fixed:
    """What is not on the ballot's own row: the rule with every parameter, the options, and who sees the ballots."""

    rule: Rule
    options: tuple[str, ...]
    binding: bool
    disclosure: Disclosure | None = None
    named: bool = False

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Fixed:
        """Return what a manifest that was written before has fixed."""
        rule, disclosure = rule_from(manifest["rule"]), Disclosure(manifest["disclosure"])
        return cls(rule, tuple(manifest["options"]), manifest["binding"], disclosure, manifest["named"])


def _issuers(keys: KeyFolder, ballot: Ballot) -> dict[str, object]:
    """Return who lets passes in: this server blind and alone, or, with a partner, both together and nobody alone."""
    signs_blind = blind_issuer(keys, ballot)
    if signs_blind and ballot.partner:
        vouchers = note.public_key(voucher_seed(keys, ballot)).hex()
        return {"issuers": [signs_blind, ballot.partner], "vouchers": vouchers}
    by_server = {"kind": manifests.BY_SERVER, "key": note.public_key(server_issuer(keys, ballot)).hex()}
    return {"issuers": [signs_blind, by_server] if signs_blind else [by_server]}


def replaces_as_data(proposal: Proposal, before: Mapping[str, Any], binding: bool) -> dict[str, str]:
    """Return what a manifest holds of the decision whose place the proposal takes if it passes: its number.

    *before*: the manifest that is written anew, if it is. One that said nothing of it still does: people vote on that.
    """
    number = before.get("replaces") if before else proposal.changes_record
    return {"replaces": number} if number and binding else {}


def write_manifest(session: Session, keys: KeyFolder, ballot: Ballot, fixed: Fixed) -> None:
    """Fix everything that decides *ballot* in the ledger, and keep it beside the ballot.

    Who writes it anew calls `check_as_fixed` first: what was changed by hand meanwhile would be fixed by this.
    """
    charter = board.charter_numbered(session, ballot.charter_number)
    rows = session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
    election, voters = election_of(keys, ballot), Counter(row.seat_class.value for row in rows)
    proposal = session.get_one(Proposal, ballot.proposal_id)
    before, salt = ballot.manifest or {}, ballot.voters_salt or b""
    ballot.manifest = {
        "election": election,
        "ballot": ballot.number,
        "proposal": proposal.number,
        "version": ballot.version,
        **words_as_data(session, ballot),
        "question": ballot.question,
        "vote": ballot.kind.value,
        "binding": fixed.binding,
        "named": fixed.named,
        "options": choices.options_of(fixed.rule, fixed.options),
        "rule": fixed.rule.to_manifest(),
        "charter": manifests.charter_as_data(charter, ballot.charter_number),
        "second_check": ballot.second_check,
        "only_lived": ballot.only_lived,
        "opens": ballot.opens_at.isoformat(),
        "closes": ballot.closes_at.isoformat(),
        **manifests.roll_as_data(before, salt, len(rows)),
        "roll_root": manifests.root(manifests.roll_leaf(row.salt, election, row.account_id) for row in rows),
        "voters": manifests.commitment(salt, dict(voters)),
        "cards": manifests.cards_as_data(before, *card_lists(session, ballot)),
        **_issuers(keys, ballot),
        "counting_key": ballot.public_key.hex(),
        "seal": envelope.seal_of(before) if before else envelope.SIGNED_SEAL,
        "key_holders": manifests.APART if ballot.key_apart else manifests.ON_THE_SERVER,
        "disclosure": (fixed.disclosure or Disclosure.OUTCOME).value,
        "verifier": verifier_hash(),
        **standing_as_data(ballot),
        **hurry_as_data(ballot),
        **replaces_as_data(proposal, before, fixed.binding),
    }
    _announce(session, ballot.manifest)
    ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", ballot.manifest)
    session.flush()


def _announce(session: Session, manifest: Mapping[str, Any]) -> None:
    """Put into the ledger what the manifest rests on, unless it stands there: the verifier, the roll, the box's key."""
    named = {"ballot": manifest["ballot"], "election": manifest["election"]}
    ledger.append_once(session, "decisions", "verifier", {"sha256": manifest["verifier"]})
    ledger.append_once(session, "decisions", "roll", {**named, **roll_of(manifest)})
    ledger.append_once(session, "decisions", "key", {**named, "public": manifest["counting_key"]})


def roll_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the roll's own line says: its root and a commitment to its size, or the size of an older vote."""
    names = {"roll_root": "root", "roll_size": "size", "roll_commitment": "size_commitment"}
    return {short: manifest[name] for name, short in names.items() if name in manifest}
