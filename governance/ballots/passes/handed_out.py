"""The lists of what was handed out for a ballot: cards and passes, and never to whom."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.bundle import manifests
from governance.ballots.calling.ballot_keys import election_of
from governance.ballots.models import Ballot, CardDrop, CardKey, Roll, VoidedCard
from governance.keys.keyfolder import KeyFolder


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


def voided(session: Session, ballot: Ballot) -> list[str]:
    """Return the codes of the cards that were left over and made void, sorted."""
    return sorted(session.scalars(select(VoidedCard.code).where(VoidedCard.ballot_id == ballot.id)))
