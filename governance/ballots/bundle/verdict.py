"""What a check of a result bundle tells: whether it holds, what was left out, and what rests on trust all the same."""

from __future__ import annotations

from collections import Counter

from governance.ballots.bundle import manifests, recounting, trust
from governance.ballots.bundle.checking import BROKEN, NOT_A_BUNDLE, Bundle, Source, read_and_check
from governance.ballots.bundle.pieces import Document
from governance.ballots.bundle.progress import Progress
from governance.ballots.papers import envelope

ONLY_THE_OPENER_KNOWS = (
    "Why a ballot was not counted is known to who opened the box alone: nobody else can check it. Its voter can look"
    " for their tracker."
)
PROVED = "Proved: {number}. Of each that was not counted this file shows what was in it, or that nothing opens it."
HANDED_BACK = "Not proved: {number}. That their card was handed back unused rests on who voided it."
OTHER_KEY = "Wrong: the result of this vote stands in a ledger with another key than the one you gave."


def _left_out(read: Bundle) -> list[str]:
    """What lay in the box and was not counted, and why: an honest count says so, and a dishonest one must."""
    reasons = Counter(each["reason"] for each in read["invalid"])
    sealed, replaced = len(read["sealed"]), len(read["superseded"])
    lines = [f"In the box: {sealed} sealed. Replaced by their voter: {replaced}. Not counted: {reasons.total()}."]
    lines += [f"Not counted, {number}: {reason}" for reason, number in sorted(reasons.items())]
    if read["v"] == envelope.SIGNED_SEAL and reasons:
        voided = reasons[recounting.VOIDED]
        proved = [PROVED.format(number=reasons.total() - voided)] if reasons.total() > voided else []
        return [*lines, *proved, *([HANDED_BACK.format(number=voided)] if voided else [])]
    return [*lines, ONLY_THE_OPENER_KNOWS] if reasons else lines


def report(source: Source, progress: Progress | None = None, key: str | None = None) -> tuple[bool, list[str]]:
    """Return whether the bundle in *source* holds, and what to tell: the first thing wrong, or what was checked.

    *key*: the ledger's key as it is known another way; a bundle of another ledger does not hold.
    Raises NotReady where the check cannot be made here.
    """
    problems, document = read_and_check(source, progress)
    if problems or document is None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        return False, [f"{problems[0]}{more}"]
    if key is not None and document.parts["ledger"]["key"] != key:
        return False, [OTHER_KEY]
    try:
        return True, _told(document)
    except BROKEN:  # What was not counted again was read nowhere before: its manifest may say anything.
        return False, [NOT_A_BUNDLE]


def _told(document: Document) -> list[str]:
    """Return what was checked in a bundle that holds, and what it rests on."""
    read = document.parts
    whole = read["kind"] == "bundle"
    holds = " It holds." if whole else ""
    lines = [f"The manifest and the box root of vote {read['manifest']['ballot']} are in the ledger.{holds}"]
    if whole:
        counted = len(read["ballots"])
        ballots = "1 ballot" if counted == 1 else f"{counted} ballots"
        lines.append(f"Counted again: {ballots}. The result is the same: {read['result']}.")
        lines += _left_out(read)
    else:
        lines.append(
            f"This file alone does not prove its result ({read['result']}): its ballots are for members alone."
        )
        lines.append("Nothing was counted again. Look up the result and its digest in the ledger, and compare.")
    lines += [each.said for each in trust.trusts(read["manifest"], read.keys(), is_whole=whole)]
    lines += manifests.words_fixed(read["manifest"])
    digest = document.digest() if whole else read["whole"]
    lines.append(f"SHA-256 of the whole bundle, to compare with the result in the ledger: {digest}")
    return [*lines, f"Key of the ledger, to compare with the one you know: {read['ledger']['key']}"]
