"""The result bundle: one canonical JSON file with everything a recount needs, and nothing that leads to a person.

`sort_out` says of each opened ballot whether it is counted, superseded or invalid; `recount` says what the counted ones
come to. The count of the server and the verifier in one file both use them. Sources: `design.md` 6;
`reference/voting-and-ledgers.md` 2.2, 2.7.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.ballots import manifest as manifests
from governance.ballots import outcome as outcomes
from governance.ballots import rules
from governance.ballots.counting.consensus import ConsensusRule
from governance.ballots.counting.tally import Tally
from governance.ballots.counting.yes_no import Choice
from governance.ballots.credential import tracker_of
from governance.board.rules import SeatClass
from governance.errors import RuleRefused
from governance.sentences import to_json

VERSION = 1
NO_SEAL = "It does not open with the counting key."
NO_CHOICE = "Its choice cannot be counted under this rule."
NOT_LET_IN = "Its key is no card of this vote, and no issuer signed for it."
VOIDED = "Its card was handed back unused, and voided."

Manifest = Mapping[str, Any]
Opened = dict[str, Any]


@dataclass
class SortedOut:
    """What was in the box: ballots that count, older ones of the same key, and what could not be counted and why."""

    counted: list[Opened] = field(default_factory=list)
    superseded: list[Opened] = field(default_factory=list)
    invalid: list[dict[str, str]] = field(default_factory=list)


def tracker(ballot: Mapping[str, Any]) -> str:
    """Return the tracker of an opened ballot."""
    return tracker_of(bytes.fromhex(ballot["key"]))


def why_invalid(manifest: Manifest, ballot: Opened, card_keys: frozenset[str], voided_keys: frozenset[str]) -> str:
    """Return why a ballot whose signature holds is not counted; "" when it is."""
    if not manifests.grants_hold(manifest, ballot, card_keys):
        return NOT_LET_IN
    if hashlib.sha256(bytes.fromhex(ballot["key"])).hexdigest() in voided_keys:
        return VOIDED
    try:
        rules.check_choice(manifests.rule_from_data(manifest["rule"]), ballot["choice"])
    except (RuleRefused, ValueError, TypeError, AttributeError, KeyError):
        return NO_CHOICE
    return ""


def sort_out(
    manifest: Manifest,
    opened: Iterable[tuple[bytes, Opened | str]],
    card_keys: frozenset[str],
    voided_keys: frozenset[str],
) -> SortedOut:
    """Sort what came out of the box. *opened*: SHA-256 of each sealed ballot, with the ballot or why it is none.

    Of two ballots with one key the one with the higher `seq` counts, of equal ones the one with the higher nonce.
    """
    found = SortedOut()
    newest: dict[str, Opened] = {}
    for sealed, ballot in opened:
        reason = ballot if isinstance(ballot, str) else why_invalid(manifest, ballot, card_keys, voided_keys)
        if isinstance(ballot, str) or reason:
            found.invalid.append({"sealed": sealed.hex(), "reason": reason})
            continue
        older, newer = sorted((newest.get(ballot["key"], ballot), ballot), key=_age)
        if older is not newer:
            found.superseded.append(older)
        newest[ballot["key"]] = newer
    found.counted = sorted(newest.values(), key=tracker)
    found.superseded.sort(key=lambda each: (tracker(each), _age(each)))
    found.invalid.sort(key=lambda each: each["sealed"])
    return found


def _age(ballot: Opened) -> tuple[int, str]:
    return ballot["seq"], ballot["nonce"]


def recount(manifest: Manifest, ballots: Iterable[Mapping[str, Any]]) -> Tally:
    """Count *ballots* by the rule of the manifest. Raises ValueError or KeyError for a rule there is not."""
    rule = manifests.rule_from_data(manifest["rule"])
    if isinstance(rule, ConsensusRule):
        return rule.count(rules.stand_of(each["choice"]) for each in ballots)
    return rule.count(Choice(each["choice"]["choice"]) for each in ballots)


def outcome_of(manifest: Manifest, tally: Tally, roll: Mapping[str, Mapping[str, int]]) -> outcomes.Outcome:
    """Return what a count comes to with the sums of the roll: quorum, rule, second check.

    Raises RuleRefused when the numbers do not fit each other.
    """
    sides = {name: Counter({SeatClass(each): n for each, n in roll[name].items()}) for name in ROLL_SIDES}
    sums = rules.Roll(**sides)
    rule, charter = manifests.rule_from_data(manifest["rule"]), manifests.charter_from_data(manifest["charter"])
    if manifest["only_lived"]:
        return outcomes.second_ballot_outcome(tally, sums, rule, charter)
    return outcomes.outcome(tally, sums, rule, charter, second_check_applies=manifest["second_check"])


ROLL_SIDES = ("active", "passes", "stepped_out")


@dataclass(frozen=True)
class Lists:
    """The lists that the manifest has as roots: of the cards' tokens and keys; and the codes of cards handed back."""

    drops: Sequence[str]
    keys: Sequence[str]
    voided: Sequence[str] = ()


def build(
    manifest: Manifest,
    ledger: Mapping[str, Any],
    lists: Lists,
    sealed: Iterable[bytes],
    found: SortedOut,
    roll: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the whole bundle. *sealed*: SHA-256 of each sealed ballot. *roll*: sums, salt, what was handed out."""
    tally = recount(manifest, found.counted)
    outcome = outcome_of(manifest, tally, roll)
    hashes = sorted(sealed)
    return {
        "v": VERSION,
        "kind": "bundle",
        "manifest": dict(manifest),
        "ledger": dict(ledger),
        "box_root": manifests.root(hashes),
        "issued_root": manifests.root(map(bytes.fromhex, roll["issued"])),
        "cards": {"drops": sorted(lists.drops), "keys": sorted(lists.keys), "voided": sorted(lists.voided)},
        "sealed": [each.hex() for each in hashes],
        "ballots": [{"tracker": tracker(each), "ballot": each} for each in found.counted],
        "superseded": found.superseded,
        "invalid": found.invalid,
        "roll": dict(roll),
        "counts": dict(tally.counts),
        "account": [to_json(each) for each in tally.account],
        "result": outcome.result.value,
        "in_words": [to_json(each) for each in outcome.in_words],
    }


def for_the_public(whole: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Return the bundle without ballots and numbers, where only members may see them; *digest* is the whole one's."""
    kept = ("v", "manifest", "ledger", "box_root", "issued_root", "result")
    return {**{name: whole[name] for name in kept}, "kind": "outcome", "whole": digest}


def may_be_public(whole: Mapping[str, Any], floor: int) -> bool:
    """Whether no number of the bundle could point to a person: each side, and each class that took part or did not.

    A side with fewer than *floor* ballots, none included, tells how single people voted (voting-and-ledgers.md 2.7).
    A second ballot is never public: beside the first one's numbers it would tell how the other seats voted.
    """
    sides: Counter[str] = Counter(dict.fromkeys(map(rules.PUBLIC_SIDE.__getitem__, _sides(whole["counts"])), 0))
    for choice in _sides(whole["counts"]):
        sides[rules.PUBLIC_SIDE[choice]] += whole["counts"][choice]
    roll = whole["roll"]
    rest = Counter(roll["active"])
    rest.subtract(roll["passes"])
    unused = sum(roll["passes"].values()) - len(whole["sealed"])
    people = [n for n in (*roll["passes"].values(), *rest.values(), unused) if n]
    other = [n for choice, n in whole["counts"].items() if choice not in rules.PUBLIC_SIDE and n]
    if whole["manifest"]["only_lived"]:
        return False
    return min(sides.values(), default=0) >= floor and all(n >= floor for n in people + other)


def _sides(counts: Mapping[str, int]) -> list[str]:
    return [choice for choice in counts if choice in rules.PUBLIC_SIDE]
