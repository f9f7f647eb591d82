"""The leaves of a vote (its manifest, roll, key, box, result, and what was changed of it), held against its rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from governance.ballots.as_fixed import own_columns, words_as_data
from governance.ballots.box.publishing import commitment_to_count
from governance.ballots.box.root import hashes_in, voided_as_fixed
from governance.ballots.bundle import manifests
from governance.ballots.calling.ballot_keys import election_of, pass_key_name
from governance.ballots.calling.fixing import roll_of
from governance.ballots.models import RECOVERY, Ballot, Bundle, Count, Roll
from governance.ballots.passes.handed_out import issued
from governance.ledger import note
from governance.proposals.models import Proposal
from governance.storage.leaves import Books, Entries, LeafKind, LedgerRow, LetGo, as_written, differing, held, unclaimed

VOTED_ON = ("proposal", "version", "words", "question", "options", "replaces")


def _ballots(books: Books) -> Sequence[Ballot]:
    return books.session.scalars(select(Ballot).order_by(Ballot.id)).all()


def _manifests(books: Books) -> Iterator[str]:
    """The newest manifest of a vote is its row's; older ones, written before its cards, stand beside it."""
    ballots = {ballot.number: ballot for ballot in _ballots(books)}
    newest = {facts["ballot"]: number for number, facts in books.entries.items()}
    for ballot in ballots.values():
        name, number = f"Vote {ballot.number}", newest.get(ballot.number)
        if ballot.manifest_leaf in books.lost:
            yield LetGo.of(name, ballot.manifest_leaf)
            continue
        if number is None or number != ballot.manifest_leaf:
            yield f"{name} does not name the line of the ledger in which it was set up."
            continue
        fixed = books.entries[number]
        yield from differing(f"The manifest of {name}", number, as_written(ballot.manifest or {}), fixed)
        columns = _columns(books, ballot)
        yield from differing(name, number, as_written(columns), {each: fixed.get(each) for each in columns})
        yield from _before(name, ballot.number, number, books.entries)
        yield from differing(f"Version {ballot.charter_number} of the charter under {name}", number,
                             {"number": ballot.charter_number}, {"number": fixed["charter"]["number"]})  # fmt: skip
    yield from unclaimed({n: facts for n, facts in books.entries.items() if facts["ballot"] not in ballots})


def _before(name: str, ballot: int, newest: int, entries: Entries) -> Iterator[str]:
    """What is voted on is the same in each manifest of a vote: one that is written anew adds its cards or a partner."""
    now = {each: entries[newest].get(each) for each in VOTED_ON}
    for number, facts in entries.items():
        if facts["ballot"] == ballot and number < newest:
            yield from differing(name, number, now, {each: facts.get(each) for each in VOTED_ON})


def _columns(books: Books, ballot: Ballot) -> dict[str, Any]:
    """Return what the other columns of a vote say, and its roll, as a manifest names them."""
    rows = books.session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
    voters = dict(Counter(row.seat_class.value for row in rows))
    return {
        **own_columns(ballot),
        **words_as_data(books.session, ballot),
        "proposal": books.session.get_one(Proposal, ballot.proposal_id).number,
        "voters": manifests.commitment(ballot.voters_salt or b"", voters),
        **manifests.roll_as_data(ballot.manifest or {}, ballot.voters_salt or b"", len(rows)),
    }


def _rolls(books: Books) -> Iterator[str]:
    rows = []
    for ballot in _ballots(books):
        election = election_of(books.keys, ballot)
        roll = books.session.scalars(select(Roll).where(Roll.ballot_id == ballot.id)).all()
        root = manifests.root(manifests.roll_leaf(row.salt, election, row.account_id) for row in roll)
        size = manifests.roll_as_data(ballot.manifest or {}, ballot.voters_salt or b"", len(roll))
        facts = {"ballot": ballot.number, "election": election, **roll_of({"roll_root": root, **size})}
        rows.append(LedgerRow(f"The roll of vote {ballot.number}", facts))
    return held(rows, books, ("ballot",))


def _keys(books: Books) -> Iterator[str]:
    rows = []
    for ballot in _ballots(books):
        named = {"ballot": ballot.number, "election": election_of(books.keys, ballot)}
        rows.append(LedgerRow(f"The key of vote {ballot.number}", {**named, "public": ballot.public_key.hex()}))
    return held(rows, books, ("ballot",))


def _verifiers(books: Books) -> Iterator[str]:
    used = {(ballot.manifest or {}).get("verifier") for ballot in _ballots(books)}
    rows = [LedgerRow("The file that counts again", {"sha256": each}) for each in sorted(filter(None, used))]
    return held(rows, books, ("sha256",))


def _longer(books: Books) -> Iterator[str]:
    """A vote is only ever made longer, so it closes at the latest time that the ledger names."""
    known = {ballot.number for ballot in _ballots(books)}
    for ballot in _ballots(books):
        named = [facts["closes"] for facts in books.entries.values() if facts["ballot"] == ballot.number]
        closes = max(datetime.fromisoformat(each) for each in (*named, (ballot.manifest or {})["closes"]))
        if closes != ballot.closes_at:
            fault = f"Vote {ballot.number} closes at another time than the ledger says."
            yield LetGo.of(f"When vote {ballot.number} closes", None, fault) if books.lost else fault
    yield from unclaimed({n: facts for n, facts in books.entries.items() if facts["ballot"] not in known})


def _called_off(books: Books) -> Iterator[str]:
    off = [ballot for ballot in _ballots(books) if ballot.cancelled_reason is not None]
    rows = [
        LedgerRow(f"That vote {b.number} was called off", {"ballot": b.number, "called_off": b.cancelled_reason})
        for b in off
    ]
    return held(rows, books, ("ballot",))


def _marks_back(books: Books) -> Iterator[str]:
    """Each name that was taken off the sheet has its line: the last one has their number."""
    back = [ballot for ballot in _ballots(books) if ballot.marks_back]
    rows = [
        LedgerRow(
            f"Mark {number} that was taken back at vote {each.number}", {"ballot": each.number, "marks_back": number}
        )
        for each in back
        for number in range(1, each.marks_back + 1)
    ]
    return held(rows, books, ("ballot", "marks_back"))


def _boxes(books: Books) -> Iterator[str]:
    """Hold each box to its line: its root, its sheet, its sums and its voided cards, as far as they are still there."""
    rows = []
    for ballot in _ballots(books):
        if ballot.box_leaf is None:
            continue
        said = books.entries.get(ballot.box_leaf, {})
        bundle = books.session.get(Bundle, ballot.id)
        seen = json.loads(bundle.public) if bundle else {}
        if ballot.cancelled_reason is not None:  # Emptied unread: what lay in it is known by its line alone.
            seen = {"box_root": said.get("root")}
        hashes = hashes_in(books.session, ballot)
        facts = {
            "ballot": ballot.number,
            "root": manifests.root(hashes) if hashes or not seen else seen["box_root"],
            "issued": manifests.root(issued(books.session, books.keys, ballot)),
            "sums": seen.get("sums", said.get("sums")),
            "voided": _voided(books, ballot, {**said, **seen}),
        }
        rows.append(LedgerRow(f"The box of vote {ballot.number}", facts, ballot.box_leaf, frozenset({"voided"})))
    return held(rows, books)


def _voided(books: Books, ballot: Ballot, told: Mapping[str, Any]) -> Any:
    """Return the commitment to the voided cards by their rows, and once the secret of its salt is gone, as *told*."""
    if books.keys.read(pass_key_name(ballot)) is None:
        return told.get("voided")
    return voided_as_fixed(books.session, books.keys, ballot)


def _results(books: Books) -> Iterator[str]:
    rows = []
    for count in books.session.scalars(select(Count).order_by(Count.ballot_id)):
        ballot = books.session.get_one(Ballot, count.ballot_id)
        facts = _result(ballot, count, books.session.get_one(Bundle, count.ballot_id))
        if "closed" not in facts:  # The whole bundle is forgotten: what it held is known by its digest alone.
            facts["closed"] = books.entries.get(count.leaf, {}).get("closed")
        newer = frozenset({"public", "numbers"})
        rows.append(LedgerRow(f"The result of vote {ballot.number}", facts, count.leaf, newer))
    return held(rows, books)


def _result(ballot: Ballot, count: Count, bundle: Bundle) -> dict[str, Any]:
    public, whole = json.loads(bundle.public), json.loads(bundle.whole) if bundle.whole else {}
    return {
        "ballot": ballot.number,
        "result": count.result.value,
        "box": public["box_root"],
        "digest": hashlib.sha256(bundle.whole).hexdigest() if bundle.whole else public["whole"],
        "public": hashlib.sha256(bundle.public).hexdigest(),
        "numbers": commitment_to_count(count),
        **({"opened_with": RECOVERY} if count.with_recovery else {}),
        **({"closed": note.read_checkpoint(note.split(whole["closed"])[0]).root.hex()} if whole else {}),
    }


LEAVES = (
    LeafKind(("manifest",), "", ("ballot", "roll", "proposal_version"), _manifests),
    LeafKind(("roll",), "", ("roll",), _rolls),
    LeafKind(("key",), "ballot", ("ballot",), _keys),
    LeafKind(("verifier",), "", ("ballot",), _verifiers),
    LeafKind(("correction",), "closes", ("ballot",), _longer),
    LeafKind(("correction",), "called_off", ("ballot",), _called_off),
    LeafKind(("correction",), "marks_back", ("ballot",), _marks_back),
    LeafKind(("box",), "", ("ballot", "box", "roll"), _boxes),
    LeafKind(("result",), "", ("count", "bundle"), _results),
)
