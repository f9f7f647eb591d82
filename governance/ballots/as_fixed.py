"""A vote as its line of the ledger fixed it: whether its row, and the words it is about, still say the same.

Nothing is put on a paper that is not what the vote was called with. Its public page shows what stands in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots.bundle import manifests
from governance.ballots.models import Ballot
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.leaves import as_written

Facts = Mapping[str, Any]
MANIFEST = "manifest"  # Of the line in the ledger.
OF_THE_LINE = frozenset({"v", "kind"})  # What each line has, and no row.
ADDED_SINCE = frozenset({"vote", "key_holders", "issuers"})  # What the manifest of an older program may lack.
NOT_AS_CALLED = N_(
    "Someone changed this vote in our books after it was set up. So you can't vote on it for now. "
    "Please tell the board."
)


def standing_as_data(ballot: Ballot) -> dict[str, str]:
    """Return what a manifest holds of who stands: a salted commitment to their names, so that nobody swaps two.

    And to what they get by it: in public stands neither.
    """
    if not ballot.standing:
        return {}
    fixed = {"names": ballot.who_stands, "gives": ballot.gives} if ballot.gives else ballot.who_stands
    return {"standing": manifests.commitment(bytes.fromhex(ballot.standing["salt"]), fixed)}


def own_columns(ballot: Ballot) -> dict[str, Any]:
    """Return what the columns of a vote say beside its manifest, by the names that these have there."""
    apart = manifests.issuers_apart({"issuers": [], **(ballot.manifest or {})})
    return {
        "version": ballot.version,
        "question": ballot.question,
        "vote": ballot.kind.value,
        "second_check": ballot.second_check,
        "only_lived": ballot.only_lived,
        "opens": ballot.opens_at.isoformat(),
        "counting_key": ballot.public_key.hex(),
        "key_holders": manifests.APART if ballot.key_apart else manifests.ON_THE_SERVER,
        **standing_as_data(ballot),
        "before_notice": ballot.hurry,
        **({"issuers": [*apart[:1], ballot.partner]} if ballot.partner or len(apart) > 1 else {}),
    }


def words_of(session: Session, ballot: Ballot) -> ProposalVersion | None:
    """Return the version of the words that *ballot* is about."""
    return session.get(ProposalVersion, (ballot.proposal_id, ballot.version))


def words_as_data(session: Session, ballot: Ballot) -> dict[str, str]:
    """Return what a manifest holds of the words: their hash, as they stand in the rows now.

    One that is written anew, for its cards or a partner, keeps what it had. One that an older version wrote has none.
    """
    if ballot.manifest and "words" not in ballot.manifest:
        return {}
    words = words_of(session, ballot)
    return {"words": proposals.hash_of_words(words) if words else ""}


def manifest_line(session: Session, ballot: Ballot) -> dict[str, Any]:
    """Return the facts of the line in which *ballot* was set up; nothing where it names none of its own."""
    line = ledger.leaf(session, "decisions", -1 if ballot.manifest_leaf is None else ballot.manifest_leaf)
    held = line.facts if line else {}
    return held if (held.get("kind"), held.get("ballot")) == (MANIFEST, ballot.number) else {}


def says_the_same(ballot: Ballot, held: Facts) -> bool:
    """Whether the row of *ballot* says what its line *held*: each fact of the manifest, and each column beside it.

    Of what the manifests of an older program did not have, the row is all there is.
    """
    fixed = {name: said for name, said in held.items() if name not in OF_THE_LINE}
    if as_written(ballot.manifest or {}) != fixed:
        return False
    asked = {name: said for name, said in own_columns(ballot).items() if name in fixed or name not in ADDED_SINCE}
    return all(fixed.get(name) == said for name, said in as_written(asked).items())


def words_hold(session: Session, ballot: Ballot, held: Facts) -> bool:
    """Whether the words in the rows are those whose hash the line *held*. An older vote has none: that is no fault."""
    words = words_of(session, ballot)
    return words is not None and held.get("words", proposals.hash_of_words(words)) == proposals.hash_of_words(words)


def is_on_fixed_words(session: Session, ballot: Ballot) -> bool:
    """Whether the words in the rows are those that *ballot* was called with: a record is written of no others."""
    held = manifest_line(session, ballot)
    return bool(held) and words_hold(session, ballot, held)


def is_as_fixed(session: Session, ballot: Ballot) -> bool:
    """Whether *ballot*, the words it is about, and what stands beside these are what it was called with."""
    held = manifest_line(session, ballot)
    is_the_same = bool(held) and says_the_same(ballot, held)
    return is_the_same and words_hold(session, ballot, held) and _holds_beside(session, ballot, held)


def _holds_beside(session: Session, ballot: Ballot, held: Facts) -> bool:
    """Whether what the proposal says beside its words is what was fixed: its kind decides which lines a paper has.

    While a vote that decides has papers, no version of the words is newer: one that is there was put in by hand. The
    talk goes on beside a vote that only asks. An older vote has no hash of its words, and no line of when these were
    fixed.
    """
    if "words" not in held:
        return True
    proposal = session.get_one(Proposal, ballot.proposal_id)
    is_newest = proposal.version == ballot.version or not ballot.binding
    return is_newest and proposals.holds(session, proposal, ballot.version)


def check_as_fixed(session: Session, ballot: Ballot) -> None:
    """Refuse what would put anything before voters that is not what the vote was called with. Raises RuleRefused."""
    if not is_as_fixed(session, ballot):
        raise RuleRefused(NOT_AS_CALLED)
