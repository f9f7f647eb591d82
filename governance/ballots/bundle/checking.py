"""Checking a result bundle offline: each thing that is wrong is named, the first thing first.

Standard library and `cryptography` alone, like everything it imports: the verifier in one file is made of this.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, BinaryIO

from governance.ballots.bundle import closed_log, left_out, manifests, pieces, recounting, shape, trust
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.progress import Progress
from governance.ballots.papers import envelope
from governance.ballots.passes.credential import from_code, read_code
from governance.ballots.result.outcome import Result
from governance.ledger import note
from governance.ledger.rules import Edge, first_origin, leaf_hash, origin, verify_inclusion
from governance.ruling.errors import NotReady, RuleRefused
from governance.ruling.sentences import to_json

Bundle = Mapping[str, Any]
Source = bytes | BinaryIO
NOT_A_BUNDLE = "This is no result bundle, or something was changed in how it is written."
TOO_OLD = (
    "The package cryptography here lacks what this check needs ({lacks}). This says nothing of the vote."
    " Get a newer one: python3 -m pip install --upgrade cryptography"
)
# The lists that grow with the number of voters. They stay in the file, so that a million ballots need little memory.
LONG = frozenset(
    {
        "ballots",
        "superseded",
        "replaced",
        "sealed",
        "invalid",
        "cards.drops",
        "cards.keys",
        "cards.voided",
        "roll.issued",
    }
)
STEPS, READING = 1000, 100  # Of the progress of a check, all of them, and those that reading the file through takes.
EVERY = 1000  # ballots between two signs of progress
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, RecursionError)


def check_bundle(source: Source, progress: Progress | None = None) -> list[str]:
    """Return what is wrong with the bundle in *source*, the first thing first; an empty list when all is well.

    *source* is the bundle itself, or a file of it, which is read piece by piece. *progress* is told how many steps of
    how many are done. Nothing is fetched and nothing is changed. Raises NotReady where the check cannot be made here.
    """
    return read_and_check(source, progress)[0]


def read_and_check(source: Source, progress: Progress | None = None) -> tuple[list[str], pieces.Document | None]:
    """Return what is wrong with the bundle in *source*, as `check_bundle` does, and the bundle when it is one.

    Raises NotReady where the check cannot be made here.
    """
    tell = progress or (lambda done, of: None)
    try:
        file = pieces.opened(source)
        size = max(1, file.seek(0, 2))
        document = pieces.read(file, LONG, lambda place: tell(place * READING // size, STEPS))
        shape.check(document.parts)
        problems = list(_problems(document.parts, lambda done, of: tell(_step(done, of), STEPS)))
        tell(STEPS, STEPS)
        return problems, document
    except BROKEN as broken:
        if isinstance(broken, AttributeError) and _is_of_a_library(broken.obj):
            raise NotReady(TOO_OLD.format(lacks=broken.name)) from broken
        return [NOT_A_BUNDLE], None


def _is_of_a_library(found: object) -> bool:
    """Whether it is a library that lacks something, as an older one may: what a file holds is never of one."""
    return isinstance(found, ModuleType) or str(getattr(found, "__module__", "")).startswith("cryptography")


def _step(done: int, of: int) -> int:
    return READING + (STEPS - READING) * done // of


def _problems(read: Bundle, progress: Progress) -> Iterator[str]:
    """Yield everything that is wrong with a bundle, the ledger first, since all else hangs on it."""
    yield from _ledger(read)
    if read["manifest"]["key_holders"] not in trust.KEY_HOLDERS:
        yield "The manifest does not say who holds the key of the box."
    if type(read["manifest"]["ballot"]) is not int:
        yield NOT_A_BUNDLE  # It is printed: a word could add lines to what the check says. So could those below.
    manifests.words_fixed(read["manifest"])
    if read["kind"] == "outcome":
        shape.raw(read["whole"])
        if read["result"] not in list(Result):
            yield NOT_A_BUNDLE
        return
    if read["kind"] != "bundle":
        yield NOT_A_BUNDLE
        return
    try:
        recount = recounting.Recount(read["manifest"])
    except RuleRefused as refused:
        yield f"The rule of the manifest is none that can be counted. {refused}"
        return
    yield from _cards(read)
    yield from _box(read)
    yield from _counts(read)
    yield from _ballots(read, recount, progress)
    yield from _left_out(read, recount)
    yield from _roll(read)
    yield from _result(read, recount)


def _ledger(read: Bundle) -> Iterator[str]:
    """The manifest and the box root are entries of the ledger, under a head that its key signed."""
    ledger, manifest = read["ledger"], read["manifest"]
    name, _, rest = ledger["key"].partition("+")
    public = _public(rest)
    if ledger["key"] != note.verifier_key(name, public):
        yield "The key of the ledger is not written as one."
        return
    try:
        head = note.read_checkpoint(note.open_note(ledger["checkpoint"], name, public))
    except note.NoteBroken as broken:
        yield f"The head of the ledger does not hold. {broken}"
        return
    if first_origin(name) != origin(manifest["election"].rpartition("/")[0], "decisions") or head.origin != name:
        yield "The head of the ledger belongs to another programme."
    if ledger["manifest"]["number"] >= ledger["box"]["number"]:
        yield "The manifest was written after the box was closed."
    box = {"ballot": manifest["ballot"], "root": read["box_root"], "issued": read["issued_root"]}
    box |= {name: read[name] for name in ("sums", "voided") if name in read}
    for what, body in (("manifest", manifests.leaf_body(manifest)), ("box", manifests.leaf_body(box, "box"))):
        entry = ledger[what]
        proof = [shape.raw(each) for each in entry["proof"]]
        if not verify_inclusion(leaf_hash(body), entry["number"], head.size, proof, head.root):
            yield f"The {what} is not the one in the ledger: its rule, its keys or another part was changed."


def _public(rest: str) -> bytes:
    """The key itself, from what comes after the name in how a ledger's key is written."""
    return b64decode(rest.partition("+")[2])[1:]


def _cards(read: Bundle) -> Iterator[str]:
    """Name what is wrong with the lists of cards: their order, other cards than the manifest's, or what is voided."""
    cards, manifest = read["cards"], read["manifest"]
    drops, keys = (list(map(shape.raw, cards[name])) for name in ("drops", "keys"))
    for name, each in (("tokens", drops), ("keys", keys)):
        if not shape.in_order(each):
            yield f"The list of the cards' {name} is not in order, or one stands there twice."
    if manifests.cards_as_data(manifest, drops, keys) != manifest["cards"]:
        yield "The lists of the cards are not those of the manifest."
    drop_tags, key_tags = (frozenset(each) if len(cards["voided"]) else () for each in (drops, keys))
    if not shape.in_order(code.encode() for code in cards["voided"]):
        yield "The list of the voided cards is not in order, or one stands there twice."
    for code in cards["voided"]:
        card = from_code(code, manifest["election"])
        if read_code(code) != code or card.drop_tag not in drop_tags or card.key_tag not in key_tags:
            yield f"The voided card {code} is no card of this vote."
    if "voided" in read:
        fixed = recounting.commitment_to_voided(read["roll"]["sums_salt"], cards["voided"])
        if fixed != read["voided"]:
            yield "The voided cards are not those that were fixed with the box."


def _box(read: Bundle) -> Iterator[str]:
    hashes = list(map(shape.raw, read["sealed"]))
    if not shape.in_order(hashes):
        yield "The sealed ballots are not in order, or one stands there twice."
    if manifests.root(hashes) != read["box_root"]:
        yield "The sealed ballots are not those of the box root: one was dropped, added or changed."


def _counts(read: Bundle) -> Iterator[str]:
    """Name where the numbers do not add up, or a list of what did not count names what cannot be there."""
    sealed, counted, superseded, invalid = (len(read[name]) for name in ("sealed", "ballots", "superseded", "invalid"))
    if sealed != counted + superseded + invalid:
        yield (
            f"The numbers do not add up: {sealed} sealed, but {counted} counted, {superseded} replaced"
            f" and {invalid} invalid."
        )
    hashes = [shape.raw(each["sealed"]) for each in read["invalid"]]
    if {each.hex() for each in hashes}.difference(read["sealed"]):
        yield "The list of invalid ballots names one that is not in the box."
    if not shape.in_order(hashes):
        yield "The list of invalid ballots is not in order, or one stands there twice."
    if not shape.in_order(shape.raw(each["sealed"]) for each in read.get("replaced", ())):
        yield "The list of replaced seals is not in order, or one stands there twice."
    reasons = recounting.REASONS | ({recounting.UNSIGNED} if read["v"] == envelope.SIGNED_SEAL else frozenset())
    if any(each["reason"] not in reasons for each in read["invalid"]):
        yield "The list of invalid ballots gives a reason that there is not."


def _left_out(read: Bundle, recount: recounting.Recount) -> Iterator[str]:
    """Each sealed ballot that was not counted shows why; where the seals are plain, its opener has to be believed."""
    if read["v"] == envelope.SIGNED_SEAL:
        counted = (row["ballot"] for row in read["ballots"])
        claims = left_out.Claims(read["invalid"], read["replaced"], read["superseded"], counted, read["sealed"])
        yield from left_out.problems(recount, claims, _card_keys(read))


def _card_keys(read: Bundle) -> left_out.CardKeys:
    """The keys of the cards, and of those that were voided, each as its SHA-256."""
    return left_out.card_keys(read["cards"]["keys"], read["cards"]["voided"], read["manifest"]["election"])


def _ballots(read: Bundle, recount: recounting.Recount, progress: Progress) -> Iterator[str]:
    """Yield what is wrong with the ballots, one by one and as a list: order, seals, cards, and the last one counts."""
    manifest, rows, superseded = read["manifest"], read["ballots"], read["superseded"]
    keys = _card_keys(read)
    replaced = {old["key"] for old in superseded}
    newest: dict[str, tuple[int, str]] = {}
    log = Edge()
    before = ""
    for done, row in enumerate(rows, 1):
        ballot = row["ballot"]
        yield from _ballot(recount, row["tracker"], ballot, keys)
        if row["tracker"] <= before:
            twice = row["tracker"] == before
            yield f"The tracker {row['tracker']} " + ("stands there twice." if twice else "is out of order.")
        before = row["tracker"]
        log.add(leaf_hash(closed_log.entry(row)))
        if ballot["key"] in replaced:
            newest[ballot["key"]] = (ballot["seq"], ballot["nonce"])
        if done % EVERY == 0:
            progress(done, len(rows) + len(superseded))
    if manifest["named"] and len({row["ballot"]["choice"]["by"] for row in rows}) != len(rows):
        yield "A name stands on two ballots."
    last: tuple[str, int, str] = ("", 0, "")
    for done, old in enumerate(superseded, len(rows) + 1):
        yield from _ballot(recount, recounting.tracker(old), old, keys)
        new = newest.get(old["key"])
        if new is None or (old["seq"], old["nonce"]) >= new:
            yield f"The ballot {recounting.tracker(old)} is said to be replaced, but no newer one is there."
        place = (recounting.tracker(old), old["seq"], old["nonce"])
        if place <= last:
            yield f"The replaced ballot {place[0]} is out of order, or stands there twice."
        last = place
        if done % EVERY == 0:
            progress(done, len(rows) + len(superseded))
    yield from _closed(read, log)


def _closed(read: Bundle, log: Edge) -> Iterator[str]:
    """The ballots are the entries of the closed log, under a head that the ledger's key signed."""
    name, public = closed_log.name_of(read["manifest"]), _public(read["ledger"]["key"].partition("+")[2])
    try:
        text = note.open_note(read["closed"], name, public)
        head = note.read_checkpoint(text)
    except note.NoteBroken as broken:
        yield f"The head of the closed log does not hold. {broken}"
        return
    if (head.origin, head.size, head.root) != (name, log.size, log.root()):
        yield "The ballots are not those of the closed log: one was dropped, added or changed."


def _ballot(
    recount: recounting.Recount, tracker: str, ballot: dict[str, Any], keys: left_out.CardKeys
) -> Iterator[str]:
    try:
        envelope.check(ballot, recount.manifest["election"])
    except envelope.Unreadable as broken:
        yield f"The ballot {tracker} does not hold. {broken}"
        return
    if recounting.tracker(ballot) != tracker:
        yield f"The tracker {tracker} is not the one of its ballot."
    reason = recount.why_invalid(ballot, keys.all, keys.voided)
    if reason:
        yield f"The ballot {tracker} should not be counted. {reason}"


def _roll(read: Bundle) -> Iterator[str]:
    """Yield what is wrong with the roll: its size, the cards and passes handed out, and the sums by seat class."""
    roll, manifest = read["roll"], read["manifest"]
    voters = {each: n - roll["stepped_out"].get(each, 0) for each, n in roll["active"].items()}
    voters = {each: n for each, n in voters.items() if n}
    if manifests.commitment(shape.raw(roll["salt"]), voters) != manifest["voters"]:
        yield "The roll is not the one that the manifest fixed."
    size = manifests.roll_as_data(manifest, shape.raw(roll["salt"]), sum(voters.values()))
    if any(manifest[name] != fixed for name, fixed in size.items()):
        yield "The roll has another size than the manifest says."
    if len(read["ballots"]) > sum(roll["passes"].values()):
        yield "There are more ballots than people who took a card or a pass."
    handed_out = list(map(shape.raw, roll["issued"]))
    as_many = len(handed_out) == sum(roll["passes"].values())
    if manifests.root(handed_out) != read["issued_root"] or not as_many or not shape.in_order(handed_out):
        yield "The cards and passes handed out are not those that were fixed with the box."
    if "sums" in read and (not shape.raw(roll["sums_salt"]) or recounting.commitment_to_sums(roll) != read["sums"]):
        yield "The sums of the roll by kind of seat are not those that were fixed with the box."


def _result(read: Bundle, recount: recounting.Recount) -> Iterator[str]:
    """Count again, and name where that comes to other numbers, another result or other words."""
    try:
        groups, _ = recount.grouped(row["ballot"] for row in read["ballots"])
        account = recount.count(groups, read["box_root"])
        outcome = recounting.outcome_of(read["manifest"], account, read["roll"])
        counts = account.counts or recount.named(groups)
    except RuleRefused as refused:
        yield f"The result cannot be counted again. {refused}"
        return
    if canonical([counts, account.to_json()]) != canonical([read["counts"], read["account"]]):
        yield "The recount comes to other numbers."
    if outcome.result.value != read["result"]:
        yield f"The recount comes to another result: {outcome.result.value}."
    if canonical([to_json(each) for each in outcome.in_words]) != canonical(read["in_words"]):
        yield "The sums in words (quorum, second check) are not those of the recount."
