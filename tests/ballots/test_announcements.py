"""What a manifest rests on stands in the ledger before it: the roll, the key of the box, and a verifier that is new."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle import manifests
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.calling import fixing
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.programme import accounting
from tests.ballots.factories import CLOSES, NOW, OPENS, Vote, a_vote
from tests.proposals.factories import frozen


def another(session: Session, keys: KeyFolder, vote: Vote) -> None:
    """Open one more vote of the same board."""
    tellers = [card.account_id for card in vote.tellers]
    more = {"kind": vote.ballot.kind, "opens_at": OPENS, "closes_at": CLOSES, "tellers": tellers, "now": NOW}
    service.call_vote(session, keys, frozen(session, vote.members[0]), **more)


def announced(session: Session) -> list[dict[str, object]]:
    """Return the entries about votes, in their order."""
    entries = [facts for _, facts in ledger.leaves(session, "decisions")]
    return [facts for facts in entries if facts["kind"] in {"verifier", "roll", "manifest"} or "election" in facts]


def test_each_manifest_follows_what_it_rests_on(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = a_vote(session, keys)
    monkeypatch.setattr(fixing, "verifier_hash", lambda: "ab" * 32)
    another(session, keys, vote)
    monkeypatch.undo()
    another(session, keys, vote)

    found = announced(session)

    each = ["roll", "key", "manifest"]
    laid_afresh = ["manifest"]  # Once the cards of the first vote are printed. What it rests on has not changed.
    assert [facts["kind"] for facts in found] == [
        "verifier", *each, *laid_afresh, "verifier", *each, *each,
    ]  # fmt: skip
    seen: set[object] = set()
    for at, facts in enumerate(found):
        if facts["kind"] == "verifier":
            seen.add(facts["sha256"])
        if facts["kind"] == "manifest":
            before = [each for each in found[:at] if each.get("ballot") == facts["ballot"]]
            roll, key = before[:2]
            assert facts["verifier"] in seen
            assert (roll["ballot"], roll["size_commitment"], roll["root"]) == tuple(
                facts[name] for name in ("ballot", "roll_commitment", "roll_root")
            )
            assert (key["election"], key["public"]) == (facts["election"], facts["counting_key"])
    assert ledger.check(session, keys, "decisions") == []


def test_a_vote_of_an_older_version_keeps_what_its_manifest_told(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It told how many could vote and how many cards were made. Both are held still, with cards made anew."""
    new = manifests.roll_as_data, manifests.cards_as_data
    told = {"roll_size": 0, "cards": {"made": 0}}
    monkeypatch.setattr(manifests, "roll_as_data", lambda _, *facts: new[0](told, *facts))
    monkeypatch.setattr(manifests, "cards_as_data", lambda _, *facts: new[1](told, *facts))
    vote = a_vote(session, keys)
    monkeypatch.undo()
    vote.print_cards()
    fixed = vote.ballot.manifest or {}
    assert (fixed["roll_size"], fixed["cards"]["made"], "roll_commitment" in fixed) == (5, len(vote.cards), False)
    assert len([facts for facts in announced(session) if facts["kind"] == "roll"]) == 1
    wrong = accounting.differences(session, keys, NOW.date())
    assert [each for each in wrong if "vote" in each.lower()] == []
    vote.cast("yes", "yes", "no", "yes")
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == []


def test_a_vote_that_does_not_come_about_leaves_no_entry(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    session.commit()
    before = announced(session)
    another(session, keys, vote)
    session.rollback()
    assert announced(session) == before
