"""Writing a ballot's manifest into the ledger, from what is stored of it."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.bundle import manifest as manifests
from governance.ballots.bundle.one_file import verifier_hash
from governance.ballots.disclosure import Disclosure
from governance.ballots.models import Ballot, CardDrop, CardKey, Roll
from governance.ballots.papers import choices
from governance.ballots.passes.credential import election_id
from governance.ballots.passes.issuers import blind_issuer
from governance.board import service as board
from governance.counting import Rule, rule_from
from governance.keyfolder import KeyFolder
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


def election_of(keys: KeyFolder, ballot: Ballot) -> str:
    """Return the name of the election that *ballot* is."""
    return election_id(keys.programme, ballot.number)


def pass_key_name(ballot: Ballot) -> str:
    """Return the name of the secret in the key folder that makes this ballot's passes."""
    return f"ballot-{ballot.number}.key"


def sums_name(ballot: Ballot) -> str:
    """Return the name in the key folder of the sums of this ballot's roll, as they were when the box was closed."""
    return f"ballot-{ballot.number}.sums"


def server_issuer(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return the Ed25519 seed under which the server lets in the passes that it made itself."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"issuer", "sha256")


def voucher_seed(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return the Ed25519 seed under which a partner organisation is told for whom to sign."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"vouchers", "sha256")


def _issuers(keys: KeyFolder, ballot: Ballot) -> dict[str, object]:
    """Return who lets passes in: this server blind and alone, or, with a partner, both together and nobody alone."""
    signs_blind = blind_issuer(keys, ballot)
    if signs_blind and ballot.partner:
        vouchers = note.public_key(voucher_seed(keys, ballot)).hex()
        return {"issuers": [signs_blind, ballot.partner], "vouchers": vouchers}
    by_server = {"kind": manifests.BY_SERVER, "key": note.public_key(server_issuer(keys, ballot)).hex()}
    return {"issuers": [signs_blind, by_server] if signs_blind else [by_server]}


def card_lists(session: Session, ballot: Ballot) -> tuple[list[bytes], list[bytes]]:
    """Return the checks of the cards' tokens and of their keys, each list sorted by itself."""
    drops = session.scalars(select(CardDrop.tag).where(CardDrop.ballot_id == ballot.id)).all()
    keys = session.scalars(select(CardKey.tag).where(CardKey.ballot_id == ballot.id)).all()
    return sorted(drops), sorted(keys)


def issued(session: Session, keys: KeyFolder, ballot: Ballot) -> list[bytes]:
    """Return an entry for each card and pass that was handed out, sorted: how many, and nothing of to whom."""
    rows = session.scalars(select(Roll).where(Roll.ballot_id == ballot.id, Roll.has_pass)).all()
    election = election_of(keys, ballot)
    leaves = ((manifests.roll_leaf(row.salt, election, row.account_id), row.issued or b"") for row in rows)
    return sorted(manifests.issuance(*each) for each in leaves)


def write_manifest(session: Session, keys: KeyFolder, ballot: Ballot, fixed: Fixed) -> None:
    """Fix everything that decides *ballot* in the ledger, and keep it beside the ballot."""
    charter = board.charter_numbered(session, ballot.charter_number)
    rows = session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
    election, voters = election_of(keys, ballot), Counter(row.seat_class.value for row in rows)
    ballot.manifest = {
        "election": election,
        "ballot": ballot.number,
        "proposal": session.get_one(Proposal, ballot.proposal_id).number,
        "version": ballot.version,
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
        "roll_size": len(rows),
        "roll_root": manifests.root(manifests.roll_leaf(row.salt, election, row.account_id) for row in rows),
        "voters": manifests.commitment(ballot.voters_salt or b"", dict(voters)),
        "cards": manifests.cards_as_data(*card_lists(session, ballot)),
        **_issuers(keys, ballot),
        "counting_key": ballot.public_key.hex(),
        "key_holders": manifests.APART if ballot.key_apart else manifests.ON_THE_SERVER,
        "disclosure": (fixed.disclosure or Disclosure.OUTCOME).value,
        "verifier": verifier_hash(),
    }
    _announce(session, ballot.manifest)
    ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", ballot.manifest)
    session.flush()


def _announce(session: Session, manifest: Mapping[str, Any]) -> None:
    """Put into the ledger what the manifest rests on, unless it stands there: the verifier, the roll, the box's key."""
    named = {"ballot": manifest["ballot"], "election": manifest["election"]}
    ledger.append_once(session, "decisions", "verifier", {"sha256": manifest["verifier"]})
    roll = {"size": manifest["roll_size"], "root": manifest["roll_root"]}
    ledger.append_once(session, "decisions", "roll", {**named, **roll})
    ledger.append_once(session, "decisions", "key", {**named, "public": manifest["counting_key"]})
