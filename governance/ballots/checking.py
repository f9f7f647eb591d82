"""Checking a result bundle offline: each thing that is wrong is named, the first thing first.

Standard library and `cryptography` alone, like everything it imports: the verifier in one file is made of this.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TextIO

from governance.ballots import bundle as bundles
from governance.ballots import manifest as manifests
from governance.ballots import sealed as papers
from governance.ballots.canonical import canonical
from governance.ballots.credential import from_code, read_code
from governance.errors import RuleRefused
from governance.ledger import note
from governance.ledger import rules as tree
from governance.sentences import to_json

Bundle = Mapping[str, Any]
Progress = Callable[[int, int], None]
KEY_WORDS = {
    manifests.APART: "The key of the box was made away from the server, which never held it.",
    manifests.ON_THE_SERVER: "The box was opened on the server. That nobody looked into it before rests on trust.",
}
NOT_A_BUNDLE = "This is no result bundle, or something was changed in how it is written."


def check_bundle(body: bytes, progress: Progress | None = None) -> list[str]:
    """Return what is wrong with the bundle in *body*, the first thing first; an empty list when all is well.

    *progress* is told how many ballots of how many are checked. Nothing is fetched and nothing is changed.
    """
    try:
        read = json.loads(body)
        if canonical(read) != body.strip() or read["v"] != bundles.VERSION:
            return [NOT_A_BUNDLE]
        return list(_problems(read, progress or (lambda done, of: None)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [NOT_A_BUNDLE]


def is_whole(body: bytes) -> bool:
    """Whether a bundle that holds has the ballots in it; without them there is nothing to recount."""
    return json.loads(body)["kind"] == "bundle"


def key_in(body: bytes) -> str:
    """Return the key of the ledger that a bundle that holds was checked with, as it is written."""
    return str(json.loads(body)["ledger"]["key"])


def _problems(read: Bundle, progress: Progress) -> Iterator[str]:
    yield from _ledger(read)
    if read["manifest"]["key_holders"] not in KEY_WORDS:
        yield "The manifest does not say who holds the key of the box."
    if read["kind"] == "outcome":
        return
    if read["kind"] != "bundle":
        yield NOT_A_BUNDLE
        return
    yield from _cards(read)
    yield from _box(read)
    yield from _counts(read)
    yield from _ballots(read, progress)
    yield from _roll(read)
    yield from _result(read)


def _ledger(read: Bundle) -> Iterator[str]:
    """The manifest and the box root are entries of the ledger, under a head that its key signed."""
    ledger, manifest = read["ledger"], read["manifest"]
    name, _, rest = ledger["key"].partition("+")
    public = b64decode(rest.partition("+")[2])[1:]
    if ledger["key"] != note.verifier_key(name, public):
        yield "The key of the ledger is not written as one."
        return
    try:
        head = note.read_checkpoint(note.open_note(ledger["checkpoint"], name, public))
    except note.NoteBroken as broken:
        yield f"The head of the ledger does not hold. {broken}"
        return
    if name != tree.origin(manifest["election"].rpartition("/")[0], "decisions") or head.origin != name:
        yield "The head of the ledger belongs to another programme."
    box = {"ballot": manifest["ballot"], "root": read["box_root"], "issued": read["issued_root"]}
    for what, body in (("manifest", manifests.leaf_body(manifest)), ("box", manifests.leaf_body(box, "box"))):
        entry = ledger[what]
        proof = [bytes.fromhex(each) for each in entry["proof"]]
        if not tree.verify_inclusion(tree.leaf_hash(body), entry["number"], head.size, proof, head.root):
            yield f"The {what} is not the one in the ledger: its rule, its keys or another part was changed."


def _cards(read: Bundle) -> Iterator[str]:
    cards, manifest = read["cards"], read["manifest"]
    drops, keys = (list(map(bytes.fromhex, cards[name])) for name in ("drops", "keys"))
    for name, each in (("tokens", drops), ("keys", keys)):
        if each != sorted(set(each)):
            yield f"The list of the cards' {name} is not in order, or one stands there twice."
    if manifests.cards_as_data(drops, keys) != manifest["cards"]:
        yield "The lists of the cards are not those of the manifest."
    for code in cards["voided"]:
        card = from_code(code, manifest["election"])
        if read_code(code) != code or card.drop_tag not in set(drops) or card.key_tag not in set(keys):
            yield f"The voided card {code} is no card of this vote."


def _box(read: Bundle) -> Iterator[str]:
    hashes = list(map(bytes.fromhex, read["sealed"]))
    if hashes != sorted(set(hashes)):
        yield "The sealed ballots are not in order, or one stands there twice."
    if manifests.root(hashes) != read["box_root"]:
        yield "The sealed ballots are not those of the box root: one was dropped, added or changed."


def _counts(read: Bundle) -> Iterator[str]:
    sealed, counted, superseded, invalid = (len(read[name]) for name in ("sealed", "ballots", "superseded", "invalid"))
    if sealed != counted + superseded + invalid:
        yield (
            f"The numbers do not add up: {sealed} sealed, but {counted} counted, {superseded} replaced"
            f" and {invalid} invalid."
        )
    hashes = [each["sealed"] for each in read["invalid"]]
    if len(set(hashes)) != len(hashes) or not set(hashes) <= set(read["sealed"]):
        yield "The list of invalid ballots names one that is not in the box, or one twice."


def _ballots(read: Bundle, progress: Progress) -> Iterator[str]:
    manifest, rows = read["manifest"], read["ballots"]
    keys = frozenset(read["cards"]["keys"])
    voided = frozenset(from_code(code, manifest["election"]).key_tag.hex() for code in read["cards"]["voided"])
    before = ""
    for done, row in enumerate(rows, 1):
        yield from _ballot(manifest, row["tracker"], row["ballot"], keys, voided)
        if row["tracker"] <= before:
            twice = row["tracker"] == before
            yield f"The tracker {row['tracker']} " + ("stands there twice." if twice else "is out of order.")
        before = row["tracker"]
        progress(done, len(rows))
    names = [row["ballot"]["choice"]["by"] for row in rows if manifest["named"]]
    if len(set(names)) != len(names):
        yield "A name stands on two ballots."
    newest = {row["ballot"]["key"]: row["ballot"] for row in rows}
    for old in read["superseded"]:
        yield from _ballot(manifest, bundles.tracker(old), old, keys, voided)
        new = newest.get(old["key"])
        if new is None or (old["seq"], old["nonce"]) >= (new["seq"], new["nonce"]):
            yield f"The ballot {bundles.tracker(old)} is said to be replaced, but no newer one is there."


def _ballot(
    manifest: Mapping[str, Any], tracker: str, ballot: dict[str, Any], keys: frozenset[str], voided: frozenset[str]
) -> Iterator[str]:
    try:
        papers.check(ballot, manifest["election"])
    except papers.Unreadable as broken:
        yield f"The ballot {tracker} does not hold. {broken}"
        return
    if bundles.tracker(ballot) != tracker:
        yield f"The tracker {tracker} is not the one of its ballot."
    reason = bundles.why_invalid(manifest, ballot, keys, voided)
    if reason:
        yield f"The ballot {tracker} should not be counted. {reason}"


def _roll(read: Bundle) -> Iterator[str]:
    roll, manifest = read["roll"], read["manifest"]
    voters = {each: n - roll["stepped_out"].get(each, 0) for each, n in roll["active"].items()}
    voters = {each: n for each, n in voters.items() if n}
    if manifests.commitment(bytes.fromhex(roll["salt"]), voters) != manifest["voters"]:
        yield "The roll is not the one that the manifest fixed."
    if sum(voters.values()) != manifest["roll_size"]:
        yield "The roll has another size than the manifest says."
    if len(read["ballots"]) > sum(roll["passes"].values()):
        yield "There are more ballots than people who took a card or a pass."
    handed_out = list(map(bytes.fromhex, roll["issued"]))
    if manifests.root(handed_out) != read["issued_root"] or len(set(handed_out)) != sum(roll["passes"].values()):
        yield "The cards and passes handed out are not those that were fixed with the box."


def _result(read: Bundle) -> Iterator[str]:
    try:
        ballots = [row["ballot"] for row in read["ballots"]]
        account = bundles.recount(read["manifest"], ballots, read["box_root"])
        outcome = bundles.outcome_of(read["manifest"], account, read["roll"])
        counts = account.counts or bundles.named(read["manifest"], ballots)
    except RuleRefused as refused:
        yield f"The result cannot be counted again. {refused}"
        return
    if counts != read["counts"] or account.to_json() != read["account"]:
        yield "The recount comes to other numbers."
    if outcome.result.value != read["result"]:
        yield f"The recount comes to another result: {outcome.result.value}."
    if [to_json(each) for each in outcome.in_words] != read["in_words"]:
        yield "The sums in words (quorum, second check) are not those of the recount."


def report(body: bytes, progress: Progress | None = None) -> tuple[bool, list[str]]:
    """Return whether the bundle in *body* holds, and what to tell: the first thing wrong, or what was checked."""
    problems = check_bundle(body, progress)
    if problems:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        return False, [f"{problems[0]}{more}"]
    read = json.loads(body)
    whole = read["kind"] == "bundle"
    holds = " It holds." if whole else ""
    lines = [f"The manifest and the box root of vote {read['manifest']['ballot']} are in the ledger.{holds}"]
    lines.append(KEY_WORDS[read["manifest"]["key_holders"]])
    digest = sha256(body.strip()).hexdigest()
    if whole:
        lines.append(f"Counted again: {len(read['ballots'])} ballots. The result is the same: {read['result']}.")
    else:
        lines.append(
            f"This file alone does not prove its result ({read['result']}): its ballots are for members alone."
        )
        lines.append("Nothing was counted again. Look up the result and its digest in the ledger, and compare.")
        digest = read["whole"]
    lines.append(f"SHA-256 of the whole bundle, to compare with the result in the ledger: {digest}")
    return True, [*lines, f"Key of the ledger, to compare with the one you know: {read['ledger']['key']}"]


def a_bar(out: TextIO, every: int = 10_000) -> Progress | None:
    """Return what draws the progress of a long check on *out*, where somebody is looking."""
    if not out.isatty():
        return None

    def show(done: int, of: int) -> None:
        if of >= every and (done % every == 0 or done == of):
            end = "\n" if done == of else ""
            out.write(f"\r{done * 100 // of} % of {of} ballots{end}")
            out.flush()

    return show
