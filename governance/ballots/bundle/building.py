"""The result bundle: one canonical JSON file with everything a recount needs, and nothing that leads to a person.

What is in it was sorted out and counted by `recounting.py`. Sources: `docs/design.md` 6; `docs/voting.md` 2, 7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.ballots.bundle import closed_log, manifests
from governance.ballots.bundle.recounting import (
    NO_SEAL,
    UNSIGNED,
    Opened,
    Recount,
    Tally,
    commitment_to_sums,
    commitment_to_voided,
    tracker,
)
from governance.ballots.papers import envelope, ranking
from governance.ballots.result import disclosure
from governance.ruling.sentences import to_json


@dataclass(frozen=True)
class Lists:
    """The lists that the manifest has as roots: of the cards' tokens and keys; and the codes of cards handed back.

    *voided_fixed*: whether these stand under the line of the box, as they do unless the vote is an older one.
    """

    drops: Sequence[str]
    keys: Sequence[str]
    voided: Sequence[str] = ()
    voided_fixed: bool = False


def build(
    manifest: Mapping[str, Any], ledger: Mapping[str, Any], lists: Lists, tally: Tally, sign: Callable[[str], str]
) -> dict[str, Any]:
    """Return the whole bundle. *ledger*: the proofs that the manifest and the box's root are in it.

    *sign*: makes a note of the head of the closed log, signed with the ledger's key.
    """
    recount, found, roll = Recount(manifest), tally.found, tally.roll
    shown = recount.as_deep_as_counted(found.counted, tally.group_of, tally.account)
    rows = [{"tracker": tracker(each), "ballot": each} for each in shown]
    sums = {"sums": commitment_to_sums(roll)} if "sums_salt" in roll else {}
    is_signed = envelope.seal_of(manifest) == envelope.SIGNED_SEAL
    voided = {"voided": commitment_to_voided(roll["sums_salt"], lists.voided)} if lists.voided_fixed else {}
    return {
        **sums,
        **voided,
        **({"replaced": found.replaced} if is_signed else {}),
        "v": envelope.seal_of(manifest),  # The proofs of what was left out hang on the seal, and nothing else does.
        "kind": "bundle",
        "manifest": dict(manifest),
        "ledger": dict(ledger),
        "box_root": tally.box_root,
        "issued_root": manifests.root(map(bytes.fromhex, roll["issued"])),
        "cards": {"drops": sorted(lists.drops), "keys": sorted(lists.keys), "voided": sorted(lists.voided)},
        "sealed": [each.hex() for each in tally.hashes],
        "ballots": rows,
        "closed": sign(closed_log.head(manifest, rows).text()),
        "superseded": [_first_alone(each) for each in found.superseded],
        "invalid": found.invalid,
        "roll": dict(roll),
        "counts": tally.account.counts or recount.named(tally.groups),
        "account": tally.account.to_json(),
        "result": tally.outcome.result.value,
        "in_words": [to_json(each) for each in tally.outcome.in_words],
    }


def _first_alone(ballot: Opened) -> Opened:
    """Return a ballot that was replaced, of an order its first place alone."""
    return {**ballot, "ranks": ranking.cut(ballot["ranks"], 1)} if "ranks" in ballot else ballot


def for_the_public(whole: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Return the bundle without ballots and numbers, where only members may see them; *digest* is the whole one's."""
    kept = ("v", "manifest", "ledger", "box_root", "issued_root", "sums", "voided", "result")
    return {**{name: whole[name] for name in kept if name in whole}, "kind": "outcome", "whole": digest}


def may_be_public(whole: Mapping[str, Any], floor: int, seats: Mapping[str, int]) -> bool:
    """Whether no number of the bundle could point to a person: each side, and each class that took part or did not.

    *seats*: how many of each class the charter has. Everybody reads the charter, so seats that are missing in the roll
    tell who rests, or left, where they are fewer than *floor*.

    A side with fewer than *floor* ballots tells how single people voted (docs/voting.md 7). A second ballot is
    never public: beside the first one's numbers it would tell how the other seats voted. A vote by name always is: its
    members knew before they took their seats.

    What is shown to prove that a ballot could not be counted, or was replaced, tells as much as one that counted, and
    of an order all of it. So few of these are not public either.
    """
    if whole["manifest"]["named"]:
        return True
    if whole["manifest"]["only_lived"]:
        return False
    roll = whole["roll"]
    rest = Counter(roll["active"])
    rest.subtract(roll["passes"])
    unused = sum(roll["passes"].values()) - len(whole["sealed"])
    people = [n for n in (*roll["passes"].values(), *rest.values(), unused) if n]
    people += [n for n in roll["stepped_out"].values() if n]
    people += [n for n in (many - roll["active"].get(each, 0) for each, many in seats.items()) if n > 0]
    if 0 < _shown_for_a_proof(whole) < floor:
        return False
    recount = Recount(whole["manifest"])
    ways = Counter(tuple(map(len, row["ballot"]["grants"])) for row in whole["ballots"])  # By card, by which pass.
    return all(n >= floor for n in ways.values()) and (
        disclosure.sides_are_large(recount.rule, whole["counts"], floor)
        and all(n >= floor for n in people)
        and (recount.form not in disclosure.LIKE_A_SIGNATURE or recount.fewest_alike(whole["ballots"]) >= floor)
    )


def _shown_for_a_proof(whole: Mapping[str, Any]) -> int:
    """Return of how many ballots that do not count the bundle shows what was in them."""
    invalid = [each for each in whole["invalid"] if "ballot" in each and each["reason"] not in (NO_SEAL, UNSIGNED)]
    return len(invalid) + len(whole.get("replaced", ()))
