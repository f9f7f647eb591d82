"""Dropping a ballot into the box: whoever holds a card or a pass may, and nothing ties the ballot to who took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.as_fixed import check_as_fixed
from governance.ballots.box import unordered
from governance.ballots.calling.ballot_keys import election_of
from governance.ballots.models import Ballot
from governance.ballots.now.finding import stage_of
from governance.ballots.papers import choices, envelope, seals
from governance.ballots.passes.tickets import Ticket, ticket
from governance.counting import rule_from
from governance.counting.decided import ConsensusLevel
from governance.keys.keyfolder import KeyFolder
from governance.storage import text


@dataclass(frozen=True)
class Ahead:
    """A ballot that was sealed here before its vote was locked. *manifest*: what it was sealed by."""

    manifest: Mapping[str, Any]
    mine: Ticket
    sealed: bytes


def seal_ahead(keys: KeyFolder, ballot: Ballot, mine: Ticket, choice: Mapping[str, str]) -> Ahead:
    """Seal a choice before the lock, so that others wait for less. Raises RuleRefused for what could not be counted."""
    return Ahead(ballot.manifest or {}, mine, _sealed(keys, ballot, mine, whole(ballot, choice)))


def drop(
    session: Session, keys: KeyFolder, ballot: Ballot, typed: str, choice: Mapping[str, str], now: datetime,
    ahead: Ahead | None = None,
) -> str:  # fmt: skip
    """Seal a choice, put it into the box and return its tracker. The same card or pass again replaces it, until close.

    What was sealed *ahead* is taken where the vote still says the same: its manifest names its cards, its issuers and
    its key. No count is kept, and nothing of when. Raises RuleRefused outside the time of the vote, for what is no card
    or pass of it, and for a choice that could not be counted.
    """
    unordered.lock(session, ballot)
    if ahead is not None and ahead.manifest != ballot.manifest:
        ahead = None
    mine = ahead.mine if ahead else ticket(session, keys, ballot, typed)
    rules.check_may_drop(stage_of(session, ballot, now), pass_is_good=mine is not None)
    assert mine is not None  # noqa: S101 - the rule has just refused it otherwise
    if ahead:
        check_as_fixed(session, ballot)
        unordered.put(session, ballot.id, mine.credential.drop_tag, ahead.sealed)
    else:
        put_in(session, keys, ballot, mine, whole(ballot, choice))
    return mine.credential.tracker


def put_in(session: Session, keys: KeyFolder, ballot: Ballot, mine: Ticket, said: Mapping[str, str]) -> None:
    """Sign and seal what was said, and put it into the box in place of what lay there. Call `unordered.lock` first.

    What the lock has read again is held against the ledger: somebody may have put another key in since a page was made.
    Raises RuleRefused for a vote that is not what it was called with.
    """
    check_as_fixed(session, ballot)
    unordered.put(session, ballot.id, mine.credential.drop_tag, _sealed(keys, ballot, mine, said))
    session.flush()


def _sealed(keys: KeyFolder, ballot: Ballot, mine: Ticket, said: Mapping[str, str]) -> bytes:
    plain = envelope.signed(mine.credential, election_of(keys, ballot), said, grants=mine.grants)
    return seals.seal(ballot.manifest or {}, plain, mine.credential.drop_token)


def whole(ballot: Ballot, choice: Mapping[str, str]) -> dict[str, str]:
    """Return *choice* as it goes into the box. Raises RuleRefused for one that could not be counted."""
    manifest = ballot.manifest or {}
    rule, options = rule_from(manifest["rule"]), manifest["options"]
    choices.paper(rule, options, choice)
    if choices.form_of(rule) is choices.PaperAsks.RANKS:
        return {f"p{place}": option for place, option in enumerate(choices.ranked(choice), 1)}
    if choice.get("choice") == ConsensusLevel.BLOCK and choices.form_of(rule) is choices.PaperAsks.WORDS:
        named = text.plain(choice["named"], rules.LONGEST_REASON)
        return {"choice": choice["choice"], "ground": choice["ground"], "named": named}
    return {name: value for name, value in choice.items() if value and name not in ("ground", "named")}
