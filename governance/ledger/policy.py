"""Whom to believe: the logs, the witnesses and the quorum of a policy file (C2SP `tlog-policy`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from governance.ledger import note

MOST_LINES = 500
NONE = "none"


@dataclass(frozen=True)
class QuorumTree:
    """A group, for somebody to read: how many of its members, which are witnesses by name or groups themselves."""

    needed: int
    members: tuple[QuorumTree | str, ...]


@dataclass
class Policy:
    """A policy file, read. A group is how many of which names it takes."""

    logs: list[note.Key] = field(default_factory=list)
    witnesses: dict[str, note.Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = ""

    def holds(self, text: str, lines: list[str]) -> bool:
        """Whether the witnesses under the checkpoint *text* make up the quorum ("Defining the quorum")."""
        names = {name for name, key in self.witnesses.items() if note.cosigned_at(text, lines, key) is not None}
        return self.is_made_up_by(names)

    def is_made_up_by(self, names: set[str]) -> bool:
        """Whether the witnesses of these *names* make up the quorum."""
        seen = set(names)
        for name, (needed, members) in self.groups.items():  # A group names only what stands before it.
            if sum(member in seen for member in members) >= needed:
                seen.add(name)
        return self.quorum == NONE or self.quorum in seen

    def quorum_tree(self) -> QuorumTree | str:
        """Return the quorum as a tree; a name for one witness, "none" for no quorum."""
        groups: dict[str, QuorumTree] = {}
        for name, (needed, members) in self.groups.items():
            groups[name] = QuorumTree(needed, tuple(groups.get(member, member) for member in members))
        return groups.get(self.quorum, self.quorum)

    def depth(self) -> int:
        """Return how deep groups stand in groups."""
        depths: dict[str, int] = {}
        for name, (_, members) in self.groups.items():
            depths[name] = 1 + max(depths.get(member, 0) for member in members)
        return max(depths.values(), default=0)


def read(text: str) -> Policy:
    """Return the policy in *text* ("Policy file syntax and structure"). Raises note.NoteBroken, naming the line."""
    policy = Policy()
    used: set[str] = set()
    lines = text.split("\n")
    if len(lines) > MOST_LINES or any((letter < " " and letter not in "\n\t") or letter == "\x7f" for letter in text):
        raise note.NoteBroken("This is not a policy file.")
    for number, line in enumerate(lines, 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(policy, used, words)
        except note.NoteBroken as broken:
            raise note.NoteBroken(f"Line {number} of the policy: {broken}") from None
    if not policy.quorum:
        raise note.NoteBroken("The policy does not say which quorum it asks for.")
    return policy


def _take(policy: Policy, used: set[str], words: list[str]) -> None:
    """Take one line of a policy, as the C2SP has it: log, witness, group or quorum."""
    match words:
        case ["log", key, *url] if len(url) <= 1:
            policy.logs.append(_key(key, note.ED25519, policy.logs))
        case ["witness", name, key, *url] if len(url) <= 1:
            _check_new(policy, name)
            policy.witnesses[name] = _key(key, note.COSIGNATURE, policy.witnesses.values())
        case ["group", name, needed, *members] if members:
            _check_new(policy, name)
            _check_members(policy, used, members)
            policy.groups[name] = (_needed(needed, len(members)), tuple(members))
        case ["quorum", name] if not policy.quorum:
            if name != NONE and name not in policy.witnesses and name not in policy.groups:
                raise note.NoteBroken(f"Nobody called “{name}” was named before.")
            policy.quorum = name
        case _:
            raise note.NoteBroken("This line is not understood.")


def _key(word: str, kind: bytes, known: Iterable[note.Key]) -> note.Key:
    key = note.read_key(word)
    if key.kind != kind:
        raise note.NoteBroken("This kind of key has no place here.")
    if any(key.public == other.public for other in known):
        raise note.NoteBroken("This key stands here twice.")
    return key


def _check_new(policy: Policy, name: str) -> None:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise note.NoteBroken(f"The name “{name}” is taken.")


def _check_members(policy: Policy, used: set[str], members: list[str]) -> None:
    for member in members:
        if member in used or (member not in policy.witnesses and member not in policy.groups):
            raise note.NoteBroken(f"“{member}” was not named before, or is in a group already.")
        used.add(member)


def _needed(word: str, count: int) -> int:
    if word in ("all", "any"):
        return count if word == "all" else 1
    if not (word.isascii() and word.isdecimal() and len(word) < 4) or not 1 <= int(word) <= count:
        raise note.NoteBroken("A group asks for all, any, or a number of its members.")
    return int(word)
