"""Counting opened ballots, and counting them again: the server and the verifier in one file use the same lines.

`sort_out` says of each opened ballot whether it is counted, superseded or invalid; `Recount` reads and counts them;
`tally` does all of it. Sources: `docs/design.md` 6; `docs/voting.md` 2, 7.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.ballots import rules
from governance.ballots.bundle import manifests
from governance.ballots.calling.kinds import Kind
from governance.ballots.papers import choices, envelope, ranking
from governance.ballots.passes.credential import tracker_of
from governance.ballots.result.outcome import VoteOutcome, outcome, second_ballot_outcome
from governance.board.rules import SeatClass
from governance.counting import rule_from
from governance.counting.account import Account
from governance.counting.equal import counted
from governance.counting.grouped import UNREAD, Ballots, Paper
from governance.counting.lot import Lot
from governance.ruling.errors import RuleRefused

NO_SEAL = "It does not open with the counting key."
NO_CHOICE = "Its choice cannot be counted under this rule."
NOT_LET_IN = "Its key is no card of this vote, and no issuer signed for it."
VOIDED = "Its card was handed back unused, and voided."
SAME_AGAIN = "Another ballot of its key has the same number and the same nonce."
UNSIGNED = "It is no ballot that was signed by the key it was sealed with."
REASONS = envelope.REASONS | {NO_SEAL, NO_CHOICE, NOT_LET_IN, VOIDED, SAME_AGAIN}

ROLL_SIDES = ("active", "passes", "stepped_out")

Manifest = Mapping[str, Any]
Opened = dict[str, Any]


@dataclass
class SortedOut:
    """What was in the box: ballots that count, older ones of the same key, and what could not be counted and why.

    *twins*: for each that is not counted since it is there twice, the sealed ballot that stands for both. *replaced*:
    the sealed ballots of those that are superseded, as the bundle has them.
    """

    counted: list[Opened] = field(default_factory=list)
    superseded: list[Opened] = field(default_factory=list)
    invalid: list[dict[str, Any]] = field(default_factory=list)
    twins: dict[str, str] = field(default_factory=dict)
    replaced: list[dict[str, str]] = field(default_factory=list)


def tracker(ballot: Mapping[str, Any]) -> str:
    """Return the tracker of an opened ballot."""
    return tracker_of(bytes.fromhex(ballot["key"]))


class Recount:
    """Reads and counts opened ballots by the rule and options of a manifest. Raises RuleRefused for an unknown rule."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.rule, self.options = rule_from(manifest["rule"]), list(manifest["options"])
        self.form, self.named_vote = choices.form_of(self.rule), bool(manifest["named"])

    def why_invalid(self, ballot: Opened, card_keys: frozenset[str], voided_keys: Collection[str]) -> str:
        """Return why a ballot whose signature holds is not counted; "" when it is."""
        if not manifests.grants_hold(self.manifest, ballot, card_keys):
            return NOT_LET_IN
        if voided_keys and hashlib.sha256(bytes.fromhex(ballot["key"])).hexdigest() in voided_keys:
            return VOIDED
        try:
            self.paper(ballot)
        except (RuleRefused, ValueError, TypeError, AttributeError, KeyError):
            return NO_CHOICE
        return ""

    def paper(self, ballot: Mapping[str, Any]) -> Paper:
        """Return an opened ballot as it is counted. Raises RuleRefused, or an error of Python, for what cannot be."""
        said = self._without_name(ballot["choice"])
        if self.form is not choices.PaperAsks.RANKS:
            return choices.paper(self.rule, self.options, said)
        shown = ranking.ranked(ballot["ranks"])
        if not shown or set(said) != {"ranks"}:
            raise RuleRefused(NO_CHOICE)
        return choices.ranking(shown, self.options, is_whole=ranking.is_whole(ballot["ranks"]))

    def _without_name(self, choice: Mapping[str, str]) -> dict[str, str]:
        """Return a choice without its voter's name, which a vote by name needs and every other refuses."""
        said = dict(choice)
        name = said.pop("by", None)
        if self.named_vote != (isinstance(name, str) and bool(name)):
            raise RuleRefused(NO_CHOICE)
        return said

    def grouped(self, ballots: Iterable[Mapping[str, Any]]) -> tuple[Ballots, list[int]]:
        """Return opened ballots as they are counted, and for each of them the number of its group."""
        numbers: dict[tuple[bool, Paper], int] = {}
        papers: list[Paper] = []
        counts: list[int] = []
        group_of: list[int] = []
        for ballot in ballots:
            read = self.paper(ballot)
            is_cut = bool(len(read)) and read[-1] is UNREAD
            key = (is_cut, read[:-1] if is_cut else read)  # The mark itself may not even be compared.
            if key not in numbers:
                numbers[key] = len(papers)
                papers.append(read)
                counts.append(0)
            counts[numbers[key]] += 1
            group_of.append(numbers[key])
        return Ballots(tuple(self.options), tuple(zip(papers, counts, strict=True))), group_of

    def count(self, groups: Ballots, box_root: str) -> Account:
        """Count by the rule of the manifest. Raises RuleRefused.

        Ties fall by the lot of *box_root* (hexadecimal), or go back to the talk: the rule says which.
        """
        return counted(self.rule, groups, Lot(bytes.fromhex(box_root)))

    def as_deep_as_counted(self, ballots: Sequence[Opened], group_of: Sequence[int], account: Account) -> list[Opened]:
        """Return *ballots* with rankings cut to what the count looked at; of other papers nothing is cut."""
        if self.form is not choices.PaperAsks.RANKS:
            return list(ballots)
        return [
            {**ballot, "ranks": ranking.cut(ballot["ranks"], account.depth_read[group])}
            for ballot, group in zip(ballots, group_of, strict=True)
        ]

    def fewest_alike(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Return how many ballots say the same as the one that is least like the others."""
        groups, _ = self.grouped(row["ballot"] for row in rows)
        return min((number for _, number in groups.groups), default=0)

    def named(self, groups: Ballots) -> dict[str, int]:
        """Return on how many ballots each option stands: of a ranking as first choice, of numbers with more than 0."""
        found = dict.fromkeys(self.options, 0)
        for read, number in groups.groups:
            if self.form is choices.PaperAsks.NUMBERS:
                places = [place for place, points in enumerate(read) if points]
            else:
                places = list(read[:1] if self.form is choices.PaperAsks.RANKS else read)
            for place in places:
                found[self.options[place]] += number
        return found


def sort_out(
    manifest: Manifest,
    opened: Iterable[tuple[bytes, Opened | str]],
    card_keys: frozenset[str],
    voided_keys: Collection[str],
) -> SortedOut:
    """Sort what came out of the box. *opened*: SHA-256 of each sealed ballot, with the ballot or why it is none.

    Of two ballots with one key the one with the higher `seq` counts, of equal ones the one with the higher nonce; one
    that has both from an earlier one in the box is not counted, as nobody could tell which of the two replaced which.
    """
    found, recount = SortedOut(), Recount(manifest)
    newest: dict[str, Opened] = {}
    seen: dict[tuple[str, int, str], bytes] = {}
    for digest, ballot in opened:
        reason = ballot if isinstance(ballot, str) else recount.why_invalid(ballot, card_keys, voided_keys)
        if not isinstance(ballot, str) and not reason and which(ballot) in seen:
            reason, found.twins[digest.hex()] = SAME_AGAIN, seen[which(ballot)].hex()
        if isinstance(ballot, str) or reason:
            found.invalid.append({"sealed": digest.hex(), "reason": reason})
            continue
        seen[which(ballot)] = digest
        older, newer = sorted((newest.get(ballot["key"], ballot), ballot), key=_age)
        if older is not newer:
            found.superseded.append(older)
        newest[ballot["key"]] = newer
    found.counted = sorted(newest.values(), key=tracker)
    found.replaced = [{"sealed": seen[which(each)].hex()} for each in found.superseded]
    found.replaced.sort(key=lambda each: each["sealed"])
    found.superseded.sort(key=lambda each: (tracker(each), *_age(each)))
    found.invalid.sort(key=lambda each: each["sealed"])
    return found


def which(ballot: Opened) -> tuple[str, int, str]:
    """Return by what a ballot is known among all that were made for the vote: its key, its number and its nonce."""
    return ballot["key"], *_age(ballot)


def _age(ballot: Opened) -> tuple[int, str]:
    return ballot["seq"], ballot["nonce"]


def outcome_of(manifest: Manifest, account: Account, roll: Mapping[str, Mapping[str, int]]) -> VoteOutcome:
    """Return what a count comes to with the sums of the roll: quorum, rule, second check.

    Raises RuleRefused when the numbers do not fit each other.
    """
    sides = {name: Counter({SeatClass(each): n for each, n in roll[name].items()}) for name in ROLL_SIDES}
    sums = rules.Roll(**sides)
    rule, charter = rule_from(manifest["rule"]), manifests.charter_from_data(manifest["charter"])
    if manifest["only_lived"]:
        return second_ballot_outcome(account, sums, rule, charter)
    return outcome(
        account, sums, rule, charter,
        second_check_applies=manifest["second_check"],
        binding=manifest["binding"],
        vote_follows=manifest["vote"] == Kind.CONSENSUS_THEN_VOTE,
    )  # fmt: skip


def commitment_to_sums(roll: Mapping[str, Any]) -> str:
    """Return the commitment to the sums of *roll* by class of seat, under its `sums_salt`, in hexadecimal."""
    return manifests.commitment(bytes.fromhex(roll["sums_salt"]), {name: roll[name] for name in ROLL_SIDES})


def commitment_to_voided(salt: str, codes: Iterable[str]) -> str:
    """Return the commitment to the *codes* of the cards that were handed back, under the salt of the roll's sums.

    How many there are is told to nobody who does not see the ballots, as it follows from how many drew a card.
    """
    return manifests.commitment(bytes.fromhex(salt), {"voided": sorted(codes)})


@dataclass(frozen=True)
class Tally:
    """Opened ballots sorted out and counted, with everything the count came by.

    *hashes*: SHA-256 of each sealed ballot, sorted. *groups* are the ballots that count as the rule takes them, and
    *group_of* has for each of them the number of its group. *roll*: sums, salts, what was handed out.
    """

    hashes: Sequence[bytes]
    box_root: str
    found: SortedOut
    roll: Mapping[str, Any]
    groups: Ballots
    group_of: Sequence[int]
    account: Account
    outcome: VoteOutcome


def tally(manifest: Manifest, boxed: Iterable[bytes], found: SortedOut, roll: Mapping[str, Any]) -> Tally:
    """Count what was found in a box. *boxed*: SHA-256 of each sealed ballot. Raises RuleRefused for what cannot be."""
    hashes, recount = sorted(boxed), Recount(manifest)
    box_root = manifests.root(hashes)
    groups, group_of = recount.grouped(found.counted)
    account = recount.count(groups, box_root)
    return Tally(hashes, box_root, found, roll, groups, group_of, account, outcome_of(manifest, account, roll))
