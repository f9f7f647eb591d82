"""What lay in the box of a counted vote, told to people: how many ballots counted, why the others did not, who says so.

It is what `governance verify` says of the box (`bundle/verdict.py`), in the words of a page. It goes to whoever may see
the opened ballots, and to nobody else: of a small box each of these numbers could point to somebody.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from governance.ballots.bundle import recounting
from governance.ballots.models import Ballot, Count
from governance.ballots.papers import envelope
from governance.ballots.result.disclosure import Disclosure
from governance.ruling.sentences import N_, Sentence

REASON_WORDS = {
    recounting.NO_SEAL: N_("it does not open with the key of this box."),
    recounting.UNSIGNED: N_("it was not sealed as the ballots of this vote are."),
    recounting.NO_CHOICE: N_("what it says cannot be counted in this vote."),
    recounting.NOT_LET_IN: N_("it came without a card or pass of this vote."),
    recounting.VOIDED: N_("its card was handed back as not used."),
    recounting.SAME_AGAIN: N_("the same ballot was there more than once."),
    envelope.NOT_WRITTEN: N_("what was in it is not a ballot."),
    envelope.OTHER_VOTE: N_("it was made for another vote."),
    envelope.NOT_SIGNED: N_("it is not signed by a voter as it should be."),
    envelope.OTHER_ORDER: N_("its order is not the one that was signed."),
}
PROVED = N_(
    "That is proved. The file of this vote shows what was in each of these, or that nothing opens it. "
    "The program that checks the file checks that too."
)
HANDED_BACK = N_("That a card was handed back is not proved. You must trust whoever took it back.")
BELIEVED = N_("Why is not proved, as this vote was called before we could. You must trust whoever opened the box.")
WAS_PROVED = N_("The file of this vote proved why. It was there for members until the ballots were deleted.")
FOR_MEMBERS = N_("If a ballot does not count, the file for members proves why, as long as they have it.")
FOR_NO_ONE = N_("If a ballot does not count, others cannot check why. You must trust whoever opened the box.")


def box_told(ballot: Ballot, count: Count, body: bytes | None) -> list[Sentence]:
    """Return what was in the box, line by line, and last whether the reasons are proved, for who may see the ballots.

    *body*: the whole bundle, or None once the ballots are deleted: then there are only the lines that the totals give.
    """
    if body is None:
        return list(_of_totals(ballot, count))
    return list(_of_bundle(ballot, json.loads(body)))


def _of_bundle(ballot: Ballot, read: Mapping[str, Any]) -> Iterator[Sentence]:
    """Say how many ballots lay in the box, how many counted, why the others did not, and how far that is proved."""
    sealed, counted = len(read["sealed"]), len(read["ballots"])
    reasons, replaced = Counter(each["reason"] for each in read["invalid"]), len(read["superseded"])
    yield Sentence(N_("Ballots in the box: {sealed}. Counted: {counted}."), sealed=sealed, counted=counted)
    if replaced:
        yield Sentence(N_("Not counted, as its voter sent a newer one: {number}."), number=replaced)
    if reasons:
        yield _not_counted(reasons.total())
    for reason, number in sorted(reasons.items()):
        yield Sentence(N_("{number} of these: {why}"), number=number, why=Sentence(REASON_WORDS[reason]))
    if not _is_signed(ballot):
        yield from [Sentence(BELIEVED)] if reasons else []
        return
    if replaced or reasons.keys() - {recounting.VOIDED}:
        yield Sentence(PROVED)
    if reasons[recounting.VOIDED]:
        yield Sentence(HANDED_BACK)


def _of_totals(ballot: Ballot, count: Count) -> Iterator[Sentence]:
    if count.invalid:
        yield _not_counted(count.invalid)
        yield Sentence(WAS_PROVED if _is_signed(ballot) else BELIEVED)


def _not_counted(number: int) -> Sentence:
    return Sentence(N_("Could not be counted: {number}."), number=number)


def box_untold(ballot: Ballot, disclosure: Disclosure) -> Sentence:
    """Return who can check why a ballot did not count, for who may see no number of it: so it tells none itself."""
    proves = _is_signed(ballot) and disclosure is not Disclosure.OUTCOME
    return Sentence(FOR_MEMBERS if proves else FOR_NO_ONE)


def _is_signed(ballot: Ballot) -> bool:
    return envelope.seal_of(ballot.manifest or {}) == envelope.SIGNED_SEAL
