"""The line of the ledger that holds the words of a proposal from the moment they are fixed for a vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import Kind, Status
from governance.proposals.service.reading import current, sources, versions
from governance.proposals.service.version_words import hash_of_closing, hash_of_frame, hash_of_words
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.leaves import SOME_LINE

KIND = "words"  # Of the line in the ledger.
CLOSES = "closes"  # The themes that a vote closes, in the line of its words.
VOTED_ON = (Status.BALLOT, Status.DECIDED)  # From here on there is no newer version, until it is back in the talk.
WORDS_CHANGED = N_(
    "Someone changed the words in our books after they were fixed for a vote. "
    "Do not trust the words that you read here. Tell the board."
)
NO_VOTE_ON_THESE = N_(
    "The ledger does not hold these words as they stand here. Someone changed them, or an older form of this program "
    "fixed them. Take them back to the talk, read them again, and fix them anew."
)


def line_of(session: Session, proposal: Proposal, words: ProposalVersion) -> dict[str, Any]:
    """Return what the ledger holds of the *words* of a proposal, once fixed, and of what it says beside them.

    Of one that closes themes also which these are.
    """
    line = {"proposal": proposal.number, "version": words.version, "sha256": hash_of_words(words)}
    closes = {CLOSES: hash_of_closing(sources(session, proposal))} if proposal.kind is Kind.CLOSING_THEMES else {}
    return {**line, "frame": hash_of_frame(proposal), **closes}


def tell(session: Session, proposal: Proposal) -> None:
    """Write the line of the newest words of *proposal*, as they are fixed."""
    ledger.append(session, "decisions", KIND, line_of(session, proposal, current(session, proposal)))


def words_doubt(session: Session, proposal: Proposal) -> str:
    """Return what is doubtful about the words of *proposal*, or "": a fixed version says something else now.

    Or a line of the ledger is not what was hashed: it may be the one that holds these words.
    """
    told = _told(session, proposal)
    if _changed(session, proposal, told):
        return WORDS_CHANGED
    return SOME_LINE if proposal.status in VOTED_ON and told.spoilt else ""


def holds(session: Session, proposal: Proposal, version: int) -> bool:
    """Whether a *version* still is what was fixed. One that an older version of the program fixed has no line."""
    return version not in _changed(session, proposal)


def check_as_fixed(session: Session, proposal: Proposal) -> None:
    """Refuse a vote unless the words that were fixed last are those of the newest version. Raises RuleRefused."""
    _, held = next(iter(_fixed(session, proposal)[-1:]), (None, {}))
    words = current(session, proposal)
    if held.get("version") != proposal.version or differs(session, proposal, words, held, is_last=True):
        raise RuleRefused(NO_VOTE_ON_THESE)


def closes_as_fixed(session: Session, proposal: Proposal) -> bool:
    """Whether *proposal* closes themes, and just those that were fixed for its vote.

    An older version of the program wrote no line of the themes, and an older one still none of the words. While a line
    of the ledger is not what was hashed, nobody knows that it did not.
    """
    told = _told(session, proposal)
    if told.spoilt:
        return False
    _, held = next(iter(_fixed(session, proposal, told)[-1:]), (None, {}))
    now = {"frame": hash_of_frame(proposal), CLOSES: hash_of_closing(sources(session, proposal))}
    return all(held[name] == said for name, said in now.items() if name in held)


def differs(
    session: Session, proposal: Proposal, words: ProposalVersion | None, held: Mapping[str, Any], *, is_last: bool
) -> bool:
    """Whether a version is not what its line *held*. What stands beside the words is that of the newest version.

    *is_last*: no line of the proposal is newer. While it is voted on, and once it is decided, that line is of the
    newest version: a newer one was put in by hand, and would free what stands beside the words.
    """
    is_newest = held.get("version") == proposal.version
    if is_last and not is_newest and proposal.status in VOTED_ON:
        return True
    now = line_of(session, proposal, words) if words else {}
    beside = ("frame", *((CLOSES,) if CLOSES in held else ())) if is_newest else ()
    return any(now.get(name) != held.get(name) for name in ("sha256", *beside))


def _changed(session: Session, proposal: Proposal, told: ledger.LinesFound | None = None) -> set[int]:
    """Return the versions of *proposal* that are not what was fixed."""
    lines = _fixed(session, proposal, told)
    return {
        held["version"]
        for at, (words, held) in enumerate(lines, start=1)
        if differs(session, proposal, words, held, is_last=at == len(lines))
    }


def _told(session: Session, proposal: Proposal) -> ledger.LinesFound:
    return ledger.told(session, "decisions", _part(proposal))


def _part(proposal: Proposal) -> str:
    return f'"kind":"{KIND}","proposal":{proposal.number},'


def _fixed(
    session: Session, proposal: Proposal, told: ledger.LinesFound | None = None
) -> list[tuple[ProposalVersion | None, dict[str, Any]]]:
    """Return each line of *proposal* with its version, the newest line last."""
    found = told.lines if told else ledger.lines_with(session, "decisions", _part(proposal))
    lines = [facts for facts in found.values() if (facts.get("kind"), facts.get("proposal")) == (KIND, proposal.number)]
    there = {words.version: words for words in versions(session, proposal)}
    return [(there.get(facts["version"]), facts) for facts in lines]
