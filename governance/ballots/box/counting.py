"""Opening the box after close, with two tellers' parts, and counting what is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.ballots import disclosure, rules
from governance.ballots.box import laying as box
from governance.ballots.box import sums
from governance.ballots.bundle import building as bundles
from governance.ballots.bundle import manifest as manifests
from governance.ballots.bundle.canonical import canonical
from governance.ballots.calling.manifests import card_lists, issued
from governance.ballots.calling.opening import part_info
from governance.ballots.disclosure import Disclosure
from governance.ballots.finding import stage_of
from governance.ballots.kinds import ASK_YES_OR_NO
from governance.ballots.models import RECOVERY, Ballot, Box, Bundle, Count, KeyPart, Roll
from governance.ballots.outcome import Result
from governance.ballots.papers import ranking
from governance.ballots.papers import sealed as papers
from governance.ballots.papers.typing_in import papers_waiting
from governance.ballots.passes.cards import voided
from governance.ballots.passes.credential import from_code
from governance.counting.decided import Level
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import rules as tree
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.sentences import N_, Sentence, from_json
from governance.text import plain

NEW_CARD = N_("Your card was made after this vote, so it does not open your part. Tell who runs this.")


def hand_in_part(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: people.OpenReader, now: datetime
) -> Count | None:
    """Hand in one teller's part of the counting key. With the second part the box is opened and counted.

    Returns the count, or None while a part is missing. Raises RuleRefused before close and to who holds no part.
    """
    session.refresh(ballot, with_for_update=True)
    here = stage_of(session, ballot, now)
    if here is not rules.Stage.CLOSED:
        rules.check_may_open_box(here, tellers_here=rules.TELLERS)
    rules.check_no_paper_waits(papers_waiting(session, ballot))
    holder = f"teller:{teller.account_id}"
    part = session.get(KeyPart, (ballot.id, holder), populate_existing=True)
    if part is None:
        raise RuleRefused(N_("You hold no part of this vote's key. The two tellers open the box."))
    try:
        mine = sealing.open_sealed(teller.box_private, part.sealed, part_info(keys, ballot, holder))
    except sealing.SealBroken as broken:
        raise RuleRefused(NEW_CARD) from broken
    close_box(session, keys, ballot, now.date())
    others = _handed_in_by_others(session, ballot, holder)
    if len(others) + 1 < rules.TELLERS:
        part.handed_in = mine
        session.flush()
        return None
    # The second part is never written down: a database, its log or its free space never hold two.
    return count_with_parts(session, keys, ballot, (*others, mine))


def count_with_parts(
    session: Session, keys: KeyFolder, ballot: Ballot, parts: Sequence[bytes], *, with_recovery: bool = False
) -> Count:
    """Join two *parts* of the counting key, open the box with it and count. *with_recovery*: one is the board's.

    Raises ValueError when the parts do not belong together.
    """
    private = sealing.join_secret([sealing.Share.from_text(each.decode()) for each in parts])
    sealed = sealed_in(session, ballot)
    election = (ballot.manifest or {})["election"]
    opened = _opened(election, private, sealed)
    count = count_box(session, keys, ballot, sealed, opened, with_recovery=with_recovery)
    _take_parts_back(session, ballot)
    return count


def _handed_in_by_others(session: Session, ballot: Ballot, holder: str) -> list[bytes]:
    theirs = select(KeyPart.handed_in).where(KeyPart.ballot_id == ballot.id, KeyPart.holder != holder)
    return [part for part in session.scalars(theirs) if part is not None]


def parts_handed_in(session: Session, ballot: Ballot) -> int:
    """Return how many parts of the key have been handed in."""
    rows = session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id))
    return sum(row.handed_in is not None for row in rows)


def _take_parts_back(session: Session, ballot: Ballot) -> None:
    """Forget the parts again: what is in the box stays sealed to whoever takes a copy of the database."""
    for row in session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id)):
        row.handed_in = None
    session.flush()


def close_box(session: Session, keys: KeyFolder, ballot: Ballot, today: date) -> None:
    """Lay the box afresh for the last time and publish its root under a signed head, before anything is opened.

    Beside it the root of what was handed out, so that nobody can add a pass after the box was seen, and a commitment to
    the sums of the roll, so that nobody can move one to another class of seat. No numbers: how many took part is never
    public on a small board.
    """
    if ballot.box_leaf is not None:
        return
    box.lay_afresh(session, Box, ballot)
    box.lay_afresh(session, Roll, ballot)
    handed_out = manifests.root(issued(session, keys, ballot))
    root = manifests.root(_hashes(sealed_in(session, ballot)))
    facts = {"ballot": ballot.number, "root": root, "issued": handed_out, "sums": sums.fix(session, keys, ballot)}
    ballot.box_leaf = ledger.append(session, "decisions", "box", facts)
    ledger.publish_head(session, keys, "decisions", today)
    session.flush()


def sealed_in(session: Session, ballot: Ballot) -> Sequence[bytes]:
    """Return the sealed ballots in the order of their tokens, which tells nothing of when they came."""
    return session.scalars(select(Box.sealed).where(Box.ballot_id == ballot.id).order_by(Box.drop_tag)).all()


def _hashes(sealed: Sequence[bytes]) -> list[bytes]:
    return [hashlib.sha256(each).digest() for each in sealed]


def count_box(
    session: Session, keys: KeyFolder, ballot: Ballot, sealed: Sequence[bytes],
    opened: Iterable[tuple[bytes, dict[str, Any] | str]], *, with_recovery: bool = False,
) -> Count:  # fmt: skip
    """Count what was in the box and put the result into the ledger, whoever opened it.

    *opened*: for each of *sealed*, in its order, the hash and the ballot that was in it, or why there was none.
    *with_recovery*: the board's recovery part stood in for a teller's. The ledger and the pages say so.
    """
    manifest = ballot.manifest or {}
    drops, card_keys = card_lists(session, ballot)
    lists = bundles.Lists([tag.hex() for tag in drops], [tag.hex() for tag in card_keys], voided(session, ballot))
    void = frozenset(from_code(code, manifest["election"]).key_tag.hex() for code in lists.voided)
    found = bundles.sort_out(manifest, opened, frozenset(lists.keys), void)
    closed_with = _box_entry(session, ballot)
    roll = _roll_facts(session, keys, ballot, fixed="sums" in closed_with)
    proofs = _in_the_ledger(session, keys, ballot)
    whole = bundles.build(
        manifest, proofs, lists, _hashes(sealed), found, roll, lambda text: ledger.sign_closed(keys, text)
    )
    if (whole["box_root"], whole.get("sums")) != (closed_with.get("root"), closed_with.get("sums")):
        raise RuleRefused(N_("The box is not as it was when it closed. Do not count it. Tell both tellers."))
    count = _kept(session, ballot, whole)
    count.with_recovery = with_recovery
    facts = {"ballot": ballot.number, "result": whole["result"], "box": whole["box_root"]}
    closed = note.read_checkpoint(note.split(whole["closed"])[0]).root.hex()
    if with_recovery:
        facts["opened_with"] = RECOVERY
    digest = hashlib.sha256(canonical(whole)).hexdigest()
    count.leaf = ledger.append(session, "decisions", "result", {**facts, "closed": closed, "digest": digest})
    session.add(count)
    session.flush()
    return count


def _box_entry(session: Session, ballot: Ballot) -> dict[str, Any]:
    """Return what the ledger holds of the box since it was closed; nothing when it does not."""
    leaf = ledger.leaf(session, "decisions", ballot.box_leaf if ballot.box_leaf is not None else -1)
    return {} if leaf is None else dict(json.loads(leaf.body))


def _opened(election: str, private: bytes, sealed: Sequence[bytes]) -> Iterator[tuple[bytes, dict[str, Any] | str]]:
    """Yield, for each sealed ballot, its hash and what was in it, or why it is no ballot."""
    opened = sealing.opener(private, papers.box_info(election))
    for each in sealed:
        try:
            inside: dict[str, Any] | str = papers.read(opened(each), election)
        except sealing.SealBroken:
            inside = bundles.NO_SEAL
        except papers.Unreadable as broken:
            inside = str(broken)
        yield hashlib.sha256(each).digest(), inside


def _in_the_ledger(session: Session, keys: KeyFolder, ballot: Ballot) -> dict[str, Any]:
    """Return the proofs that the manifest and the box root are in the ledger, under its newest signed head."""
    head = ledger.head(session, "decisions")
    if head is None:
        raise RuleRefused(N_("The ledger has no signed head yet. Tell who runs this."))
    wanted = select(Leaf.hash).where(Leaf.log == "decisions", Leaf.number < head.size).order_by(Leaf.number)
    hashes = session.scalars(wanted).all()
    entries = {"manifest": ballot.manifest_leaf or 0, "box": ballot.box_leaf or 0}
    proofs = {
        what: {"number": number, "proof": [each.hex() for each in tree.inclusion_proof(hashes, number)]}
        for what, number in entries.items()
    }
    return {"key": ledger.verifier_key(keys, "decisions"), "checkpoint": head.note, **proofs}


def _roll_facts(session: Session, keys: KeyFolder, ballot: Ballot, *, fixed: bool) -> dict[str, Any]:
    """Return the roll's part of the bundle. *fixed*: the entry of the box has a commitment to its sums."""
    handed_out = [each.hex() for each in issued(session, keys, ballot)]
    facts = {"salt": (ballot.voters_salt or b"").hex(), "issued": handed_out}
    if fixed:
        facts["sums_salt"] = sums.salt(keys, ballot)
    return {**sums.fixed(session, keys, ballot), **facts}


def _kept(session: Session, ballot: Ballot, whole: dict[str, Any]) -> Count:
    """Keep the bundle for those who may see it, and return the count for the pages."""
    body, level = canonical(whole), Disclosure(whole["manifest"]["disclosure"])
    public = canonical(bundles.for_the_public(whole, hashlib.sha256(body).hexdigest()))
    if level is Disclosure.FULL and bundles.may_be_public(whole, privacy.FLOOR):
        public = body
    shown = None if level is Disclosure.OUTCOME else body
    session.add(Bundle(ballot_id=ballot.id, public=public, whole=shown))
    said = [row["ballot"]["choice"] for row in whole["ballots"]]
    numbers = {"counts": whole["counts"], "sentences": whole["in_words"], "account": whole["account"]}
    if level is Disclosure.OUTCOME:  # Then the members too learn what it came to, and no number of it.
        winners = {"winners": whole["account"]["winners"]}
        numbers = {"counts": {}, "sentences": whole["in_words"][-1:], "account": winners}
    return Count(
        ballot_id=ballot.id,
        result=Result(whole["result"]),
        **numbers,
        roll={name: whole["roll"][name] for name in bundles.ROLL_SIDES},
        invalid=0 if level is Disclosure.OUTCOME else len(whole["invalid"]),
        blocks=sorted(
            [each["ground"], plain(each["named"], rules.LONGEST_REASON)]
            for each in said
            if each.get("choice") == Level.BLOCK and level is not Disclosure.OUTCOME
        ),
    )


def bundle_of(session: Session, ballot: Ballot) -> Bundle | None:
    """Return the result bundle of *ballot*, or None before the box was opened."""
    return session.get(Bundle, ballot.id)


def ballots_in(body: bytes | None) -> list[tuple[str, dict[str, str]]]:
    """Return tracker and choice of each ballot in a bundle, sorted by tracker; none when it holds none.

    A choice is as `choices.py` has it; of a ranking it has the places that are shown, and "rest" where it goes on.
    """
    rows = json.loads(body).get("ballots", []) if body else []
    return [(row["tracker"], _shown(row["ballot"])) for row in rows]


def _shown(ballot: dict[str, Any]) -> dict[str, str]:
    if "ranks" not in ballot:
        return dict(ballot["choice"])
    shown = {f"p{place}": option for place, option in enumerate(ranking.ranked(ballot["ranks"]), 1)}
    return shown if ranking.is_whole(ballot["ranks"]) else {**shown, "rest": "1"}


def everyone_sees(bundle: Bundle) -> bool:
    """Whether the bundle's ballots are public: the board chose so, and no side is so small that it points to people."""
    return bundle.whole == bundle.public


def count_of(session: Session, ballot: Ballot) -> Count | None:
    """Return the count of *ballot*, or None before the box was opened."""
    return session.get(Count, ballot.id)


def sentences_of(count: Count) -> list[Sentence | str]:
    """Return the exact sums in words, for those who may see the numbers: the members of the board."""
    return [from_json(stored) for stored in count.sentences]


def public_numbers(ballot: Ballot, count: Count) -> dict[str, privacy.Shown]:
    """Return the counts as the public may see them: two sides, small ones hidden, and what would give them away.

    Of a second ballot nothing is shown: beside the first one's numbers it would tell how the other seats voted. Nor
    of options that were named: what was chosen is public, and no number of it, unless all the ballots are.
    """
    if ballot.kind not in ASK_YES_OR_NO:
        return {}
    if ballot.named:
        return disclosure.exact_numbers(count.counts)
    shown = disclosure.public_numbers(count.counts)
    return dict.fromkeys(shown, privacy.NOT_SHOWN) if ballot.only_lived else shown
