"""The result of a vote as it is kept: what the pages of the public and of the members read of it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from governance import privacy
from governance.ballots.bundle import trust
from governance.ballots.calling.kinds import ASK_YES_OR_NO, CHOOSES_MEMBERS
from governance.ballots.models import Ballot, Bundle, Count
from governance.ballots.papers import ranking
from governance.ballots.result import disclosure
from governance.ballots.result.outcome import Result
from governance.counting.telling import ties
from governance.ledger import service as ledger
from governance.ruling.sentences import N_, Sentence, from_json


def bundle_of(session: Session, ballot: Ballot) -> Bundle | None:
    """Return the result bundle of *ballot*, or None before the box was opened."""
    return session.get(Bundle, ballot.id)


def ballots_in(body: bytes | None) -> list[tuple[str, dict[str, str]]]:
    """Return tracker and choice of each ballot in a bundle, sorted by tracker; none when it holds none.

    A choice is as `choices.py` has it; of a ranking it has the places that are shown, and "rest" where it goes on.
    """
    rows = json.loads(body).get("ballots", []) if body else []
    return [(row["tracker"], _shown(row["ballot"])) for row in rows]


def _shown(ballot: dict[str, Any]) -> dict[str, str]:
    if "ranks" not in ballot:
        return dict(ballot["choice"])
    shown = {f"p{place}": option for place, option in enumerate(ranking.ranked(ballot["ranks"]), 1)}
    return shown if ranking.is_whole(ballot["ranks"]) else {**shown, "rest": "1"}


def everyone_sees(bundle: Bundle) -> bool:
    """Whether the bundle's ballots are public: the board chose so, and no side is so small that it points to people."""
    return bundle.whole == bundle.public


def count_of(session: Session, ballot: Ballot) -> Count | None:
    """Return the count of *ballot*, or None before the box was opened."""
    return session.get(Count, ballot.id)


def lot_decided(count: Count) -> bool:
    """Whether a lot had a part in what the vote came to. Where nobody may see the ballots, that is all that is kept."""
    return bool(count.account.get("by_lot")) or ties.lot_decided(count.account)


CAME_TO_SOMETHING = frozenset({Result.CHOSEN, Result.HEARD})
BY_LOT = N_("Some choices had the same. A lot said which came first. Who may see the ballots can draw it again.")
CHOSEN_BY_LOT = N_("Some choices had the same. A lot decided for {chosen}. Who may see the ballots can draw it again.")
MEMBER_BY_LOT = N_(
    "Some members had the same. A lot decided who was chosen. Who may see the ballots can draw it again."
)


def lot_told(ballot: Ballot, count: Count, *, for_members: bool = False) -> Sentence | None:
    """Return who won by lot in a sentence, or None where no lot had a part in it.

    Where it chose among members, their names are *for_members* alone: others read that it was so.
    """
    if not lot_decided(count) or count.result not in CAME_TO_SOMETHING:
        return None
    chosen, names = count.account.get("won_by_lot") or ties.won_by_lot(count.account), ballot.who_stands
    if names and not for_members:
        return Sentence(MEMBER_BY_LOT if chosen else BY_LOT)
    if not chosen:
        return Sentence(BY_LOT)
    return Sentence(CHOSEN_BY_LOT, chosen=", ".join(names.get(each, each) for each in chosen))


def trusts(session: Session, ballot: Ballot, *, is_whole: bool) -> list[Sentence]:
    """Return what the count of *ballot* rests on that no check can prove, as `governance verify` says it too.

    *is_whole*: whether it is told to somebody who may have the whole bundle. Called of a vote that was counted.
    """
    leaf = ledger.leaf(session, "decisions", ballot.box_leaf) if ballot.box_leaf is not None else None
    fixed = {} if leaf is None else leaf.facts
    return [Sentence(each.told) for each in trust.trusts(ballot.manifest or {}, fixed.keys(), is_whole=is_whole)]


def chose_members(session: Session, ballot_id: int | None) -> bool:
    """Whether a vote chose among members. It moves nothing of the staff's, so it asks them for no answer."""
    ballot = session.get(Ballot, ballot_id) if ballot_id else None
    return ballot is not None and ballot.kind in CHOOSES_MEMBERS


def seats_filled(count: Count) -> Sentence:
    """Return what the public learns of a vote among members: for how many places one was chosen, and never who."""
    number = len(count.account["winners"])
    words = N_("The board chose one of its members.") if number == 1 else N_("The board chose {number} of its members.")
    return Sentence(words, number=number)


def sentences_of(count: Count) -> list[Sentence | str]:
    """Return the exact sums in words, for those who may see the numbers: the members of the board."""
    return [from_json(stored) for stored in count.sentences]


def public_numbers(ballot: Ballot, count: Count) -> dict[str, privacy.Shown]:
    """Return the counts as the public may see them: two sides, small ones hidden, and what would give them away.

    Of a second ballot nothing is shown: beside the first one's numbers it would tell how the other seats voted. Nor
    of options that were named: what was chosen is public, and no number of it, unless all the ballots are.
    """
    if ballot.kind not in ASK_YES_OR_NO:
        return {}
    if ballot.named:
        return disclosure.exact_numbers(count.counts)
    shown = disclosure.public_numbers(count.counts)
    return dict.fromkeys(shown, privacy.NOT_SHOWN) if ballot.only_lived else shown
