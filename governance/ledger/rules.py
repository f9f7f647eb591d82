"""Pure rules of the ledger: what an entry may be, and the tree that holds entries in their order.

The tree is that of RFC 6962 section 2.1 (the same as in RFC 9162), with SHA-256. Proofs are lists of
hashes in the order of the RFC. Everything here works on hashes in memory; what is stored where is the
service's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

# Entries

VERSION = 1
LARGEST_ENTRY = 65_535  # bytes: the length of an entry has two bytes in C2SP tlog-tiles ("Log entries")
SEALED_ENTRY = "batch"  # The one kind whose entries do not name it: they all look alike.
TOO_LONG = N_("This is too long for the ledger. Make it shorter and try again.")
LOST = N_("A line stood here. Someone changed it, and no copy of it is left.")

# Each log, and what its kinds of entry mean to somebody who reads the list.
KINDS: dict[str, dict[str, str]] = {
    "decisions": {
        "programme": N_("This place was set up, opened, or changes its hours, its days, its names or its languages."),
        "charter": N_("The board set its rules."),
        "key": N_("A key was made to lock what people say."),
        "reader-chain": N_("The list of people who can read messages changed."),
        "words": N_("The words of a proposal were fixed for a vote."),
        "roll": N_("The list of seats that vote was fixed."),
        "verifier": N_("The file that counts a vote again got a new version."),
        "manifest": N_("A ballot was set up: the question, and how votes are counted."),
        "box": N_("A ballot box was closed."),
        "result": N_("A ballot was counted."),
        "record": N_("A decision was written down."),
        "duty": N_("Staff owe the board an answer, by a day. Or the board asked again."),
        "response": N_("The board got an answer."),
        "commitment": N_("A promise was made, or moved forward."),
        "correction": N_("A decision got a correction. The first text still stands."),
        "looked-again": N_("The board looked at a decision again, and said what came of it."),
        "alert": N_("A drug alert went up."),
        "tombstone": N_("A message was taken down, with a reason."),
        "power": N_(
            "Who has a seat, a card or a recovery share, or what is closed for good, has changed. Members know what."
        ),
        "question": N_("The board asked something at a kiosk, or was told what people said."),
        "gap": N_("Something was lost. Here the board says what."),
        "mended": N_("Someone had changed lines of this list. They were brought back as they were signed."),
        "lost": LOST,
    },
    "intake": {
        SEALED_ENTRY: N_("A sealed entry. It is a message or a blank, so that no one can count them."),
        "moved": N_("What readers moved in a week, locked. A quiet week has such a line too."),
        "summary": N_("About how many messages there were in a month, in steps of ten."),
        "lost": LOST,
    },
}
# A key has three lives; the fact that tells them apart comes first.
KEYS = {
    "destroyed": N_("A key was destroyed for good. What it had locked can not be read again."),
    "ballot": N_("The key that locks a ballot box was made known."),
}
# A manifest is written when the ballot is set up, and again with its cards.
WITH_CARDS = N_("Cards were made for a ballot. Its question and its rules stand here again.")
LOGS = tuple(KINDS)
SOME_ENTRY = N_("An entry.")


def entry(log: str, kind: str, facts: Mapping[str, object]) -> dict[str, object]:
    """Return what an entry of *kind* in *log* says, ready to be made canonical.

    Raises ValueError for a log, a kind or a fact that has no place there: that is a mistake in the program.
    """
    if kind not in KINDS.get(log, {}):
        raise ValueError(f"The ledger '{log}' has no kind of entry called '{kind}'. Its kinds are in ledger/rules.py.")
    if facts.keys() & {"v", "kind"}:
        raise ValueError("'v' and 'kind' are set by the ledger itself.")
    named: dict[str, object] = {} if kind == SEALED_ENTRY else {"kind": kind}
    return {"v": VERSION, **named, **facts}


def check_size(body: bytes) -> None:
    """Refuse an entry too long for the tiles in which it will be published."""
    if len(body) > LARGEST_ENTRY:
        raise RuleRefused(TOO_LONG)


def words_of(log: str, body: str) -> str:
    """Return what the entry with this *body* is, in plain words; of something unreadable, only that it is there."""
    said = facts_in(body)
    if said.get("kind") == "key":
        return next((words for fact, words in KEYS.items() if fact in said), KINDS[log].get("key", SOME_ENTRY))
    if said.get("kind") == "manifest" and _has_cards(said):
        return WITH_CARDS
    return KINDS[log].get(str(said.get("kind", SEALED_ENTRY)), SOME_ENTRY) if said else SOME_ENTRY


def _has_cards(manifest: Mapping[str, object]) -> bool:
    cards, none = manifest.get("cards"), EMPTY_ROOT.hex()
    return isinstance(cards, dict) and cards.get("drops", none) != none


def facts_in(body: str) -> dict[str, object]:
    """Return what an entry says; nothing when somebody made it unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def facts_held(body: str, hashed: object) -> dict[str, object]:
    """Return what an entry says; nothing where its text is not what was *hashed*, or cannot be read."""
    return facts_in(body) if leaf_hash(body.encode("utf-8", "surrogatepass")) == hashed else {}


AGAIN = "~"  # Between the name of a log, and what tells it from what it was before a loss.


def origin(programme: str, log: str) -> str:
    """Return the name under which *log* of this *programme* signs (C2SP tlog-checkpoint, "Note text")."""
    return f"real-voice/{programme}/{log}"


def origin_after_a_loss(programme: str, log: str, drawn: str) -> str:
    """Return the name under which *log* signs after a loss. *drawn* by lot: a number could come twice."""
    return f"{origin(programme, log)}{AGAIN}{drawn}"


def first_origin(name: str) -> str:
    """Return the first name of the log that signs as *name*, whether or not it began again."""
    return name.partition(AGAIN)[0]


# The tree

HASH_LENGTH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two hashes (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a tree: the roots of its full subtrees, largest first.

    It is all that is needed to add a leaf and to know the root, so a log with a million leaves grows with
    at most twenty hashes. There is one root for each 1 in *size* written in binary.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Take up the tree of *size* leaves. Raises ValueError if *hashes* cannot be its edge."""
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count() or any(len(h) != HASH_LENGTH for h in self.hashes):
            raise ValueError("These hashes are not the edge of a tree of this size.")

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        full = self.size
        while full & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            full >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree (RFC 6962 section 2.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        above = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            above = node_hash(left, above)
        return above


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over *leaves* (leaf hashes, in order): MTH of RFC 6962 section 2.1."""
    edge = Edge()
    for leaf in leaves:
        edge.add(leaf)
    return edge.root()


# Proofs

Span = tuple[int, int]  # Leaves from the first number up to, but not with, the second.


def inclusion_spans(number: int, size: int) -> list[Span]:
    """Return the subtrees whose roots prove that leaf *number* is in a tree of *size* (RFC 6962 section 2.1.1)."""
    if not 0 <= number < size:
        raise ValueError("There is no such leaf in a tree of this size.")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_size(end - start)
        if number < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old_size: int, size: int) -> list[Span]:
    """Return the subtrees whose roots prove that the tree of *old_size* only grew into that of *size*.

    RFC 6962 section 2.1.2. From the empty tree, and from a tree to itself, nothing is needed.
    """
    if not 0 <= old_size <= size:
        raise ValueError("A tree cannot have grown out of a larger one.")
    if old_size in (0, size):
        return []
    spans: list[Span] = []
    start, end = 0, size
    while end != old_size:
        middle = start + _left_size(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # A whole old tree needs no proof of itself: whoever checks has its root already.
    return [*([(start, end)] if start else []), *spans[::-1]]


def inclusion_proof(leaves: Sequence[bytes], number: int) -> list[bytes]:
    """Return the proof that leaf *number* is in the tree over *leaves* (leaf hashes, in order)."""
    return [root_of(leaves[start:end]) for start, end in inclusion_spans(number, len(leaves))]


def verify_inclusion(leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether *proof* shows *leaf* (its hash) as leaf *number* of the tree of *size* under *root*.

    RFC 9162 section 2.1.3.2. Anything malformed is no proof; nothing is raised.
    """
    if not 0 <= number < size or not _are_hashes([leaf, root, *proof]):
        return False
    here, last, above = number, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            above = node_hash(beside, above)
            here, last = _climb(here, last)
        else:
            above = node_hash(above, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and above == root


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Say whether *proof* shows that the tree of *old_size* under *old_root* only grew into that of *size*.

    RFC 9162 section 2.1.4.2, with the two cases it leaves out: an empty old tree, and one that did not grow.
    Anything malformed is no proof; nothing is raised.
    """
    if not 0 <= old_size <= size or not _are_hashes([old_root, root, *proof]):
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    return bool(path) and _both_roots(old_size - 1, size - 1, path) == (old_root, root)


def _both_roots(here: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that *path* leads to, or None if it has the wrong length."""
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            here, last = _climb(here, last)
        else:
            new = node_hash(new, beside)
        here, last = here >> 1, last >> 1
    return (old, new) if last == 0 else None


def _climb(here: int, last: int) -> tuple[int, int]:
    """Skip the levels at which the right edge has no brother."""
    while not here & 1 and here:
        here, last = here >> 1, last >> 1
    return here, last


def _left_size(size: int) -> int:
    """Return the largest power of two smaller than *size* (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_LENGTH for value in values)
