"""Which witnesses make a head of ours witnessed: more than half of them, or the quorum that the site chose."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, policy, rules
from governance.ledger.models import Head, Quorum, Witness
from governance.ledger.service.growing import verifier_key
from governance.ledger.service.proving import checkpoint
from governance.ruling.errors import NotReady

ROW = 1
DEEPEST = 4  # groups in groups that a page can show
CHOSEN = ("group", "quorum")  # the lines of a policy file that say what is asked for


def witnesses(session: Session) -> Sequence[Witness]:
    """Return our witnesses by name."""
    return session.scalars(select(Witness).order_by(Witness.name)).all()


def policy_text(session: Session, keys: KeyFolder) -> str:
    """Return the policy by which our heads are read (C2SP tlog-policy): both logs, our witnesses, and the quorum."""
    logs = [f"log {verifier_key(keys, log)}" for log in rules.LOGS]
    return "".join(f"{line}\n" for line in (*logs, *_witness_lines(session), *_chosen(session)))


def _witness_lines(session: Session) -> list[str]:
    return [f"witness {each.name} {each.verifier_key}" for each in witnesses(session)]


def _chosen(session: Session) -> list[str]:
    kept = session.get(Quorum, ROW)
    if kept:
        return kept.lines.split("\n")
    names = [each.name for each in witnesses(session)]
    if not names:
        return [f"quorum {policy.NONE}"]
    return [f"group most-witnesses {len(names) // 2 + 1} {' '.join(names)}", "quorum most-witnesses"]


def choose_quorum(session: Session, keys: KeyFolder, text: str) -> None:
    """Take over the quorum and its groups from the policy file *text*.

    Raises NotReady, naming what is wrong: a line that is no policy's, a stranger among the witnesses, another ledger.
    """
    try:
        read = policy.read(text)
    except note.NoteBroken as broken:
        raise NotReady(str(broken)) from None
    ours = {each.name: each.verifier_key for each in witnesses(session)}
    for name, key in read.witnesses.items():
        if ours.get(name) != str(key):
            raise NotReady(f"“{name}” is no witness of ours, or has another key. See: governance witness list")
    if not {str(key) for key in read.logs} <= {verifier_key(keys, log) for log in rules.LOGS}:
        raise NotReady("This policy is about another ledger. Begin with what this prints: governance witness policy")
    if read.quorum == policy.NONE:
        raise NotReady("Name the witnesses that are asked for. A quorum of none would witness nothing.")
    if read.depth() > DEEPEST:
        raise NotReady("Groups in groups in groups: nobody could read that. Say it with fewer.")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = "\n".join(line for line in lines if line.startswith(CHOSEN))
    session.merge(Quorum(id=ROW, lines=kept))
    session.flush()


def forget_quorum(session: Session) -> None:
    """Go back to more than half of our witnesses."""
    kept = session.get(Quorum, ROW)
    if kept:
        session.delete(kept)
        session.flush()


def is_counted_on(session: Session, name: str) -> bool:
    """Whether the quorum that the site chose names this witness."""
    kept = session.get(Quorum, ROW)
    lines = [line.split() for line in kept.lines.split("\n")] if kept else []
    return any(name in (words[3:] if words[0] == "group" else words[1:]) for words in lines)


def quorum_tree(session: Session, keys: KeyFolder) -> policy.QuorumTree | str:
    """Return the quorum as a tree: how many of whom; a name alone for one witness."""
    return policy.read(policy_text(session, keys)).quorum_tree()


def is_witnessed(session: Session, keys: KeyFolder, signed: Head) -> bool:
    """Whether the quorum of our witnesses has signed this head; never while there is no witness."""
    text, lines = note.split(checkpoint(session, signed))
    ours = policy.read(policy_text(session, keys))
    return ours.quorum != policy.NONE and ours.holds(text, lines)
