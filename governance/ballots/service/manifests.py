"""Writing a ballot's manifest into the ledger, from what is stored of it."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import manifest as manifests
from governance.ballots import rules
from governance.ballots.credential import election_id
from governance.ballots.models import Ballot, CardDrop, CardKey, Roll
from governance.ballots.service.issuers import blind_issuer
from governance.ballots.service.one_file import verifier_hash
from governance.board import service as board
from governance.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.proposals.models import Proposal


def election_of(keys: KeyFolder, ballot: Ballot) -> str:
    """Return the name of the election that *ballot* is."""
    return election_id(keys.programme, ballot.number)


def pass_key_name(ballot: Ballot) -> str:
    """Return the name of the secret in the key folder that makes this ballot's passes."""
    return f"ballot-{ballot.number}.key"


def server_issuer(keys: KeyFolder, ballot: Ballot) -> bytes:
    """Return the Ed25519 seed under which the server lets in the passes that it made itself."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"issuer", "sha256")


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


def write_manifest(session: Session, keys: KeyFolder, ballot: Ballot, disclosure: rules.Disclosure) -> None:
    """Fix everything that decides *ballot* in the ledger, and keep it beside the ballot."""
    charter = board.charter_numbered(session, ballot.charter_number)
    rule = rules.rule_named(ballot.rule, charter)
    rows = session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
    election, voters = election_of(keys, ballot), Counter(row.seat_class.value for row in rows)
    by_server = {"kind": manifests.BY_SERVER, "key": note.public_key(server_issuer(keys, ballot)).hex()}
    signs_blind = blind_issuer(keys, ballot)
    ballot.manifest = {
        "election": election,
        "ballot": ballot.number,
        "proposal": session.get_one(Proposal, ballot.proposal_id).number,
        "version": ballot.version,
        "question": ballot.question,
        "options": manifests.options_of(rule),
        "rule": manifests.rule_as_data(rule),
        "charter": manifests.charter_as_data(charter, ballot.charter_number),
        "second_check": ballot.second_check,
        "only_lived": ballot.only_lived,
        "opens": ballot.opens_at.isoformat(),
        "closes": ballot.closes_at.isoformat(),
        "roll_size": len(rows),
        "roll_root": manifests.root(manifests.roll_leaf(row.salt, election, row.account_id) for row in rows),
        "voters": manifests.commitment(ballot.voters_salt or b"", dict(voters)),
        "cards": manifests.cards_as_data(*card_lists(session, ballot)),
        "issuers": [signs_blind, by_server] if signs_blind else [by_server],
        "counting_key": ballot.public_key.hex(),
        "key_holders": manifests.APART if ballot.key_apart else manifests.ON_THE_SERVER,
        "disclosure": disclosure.value,
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
