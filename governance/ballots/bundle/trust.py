"""What a count rests on that no check can prove: each assumption once, as the verifier says it and as the pages do.

`trusts` says from the facts of a vote which of them it makes. `governance verify`, the verifier in one file and the
pages of a result all ask it, so none of them can leave out what another one tells. Sources: `docs/voting.md` 2, 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from governance.ballots.bundle import manifests
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Trust:
    """One assumption: *said* by whoever checks a file, *told* on a page."""

    said: str
    told: str


KEY_HOLDERS = {
    manifests.APART: Trust(
        "The manifest says that the key of the box was made away from the server. That nobody kept it rests on trust in"
        " who made it.",
        N_("The key of the box was made away from this server. You must trust who made it to keep no copy."),
    ),
    manifests.ON_THE_SERVER: Trust(
        "The box was opened on the server. That nobody looked into it before rests on trust.",
        N_("The box was opened on this server. You must trust that it did not look in before."),
    ),
}
ONE_ISSUER = Trust(
    "One organisation alone signed the passes: that it signed none for itself rests on trust.",
    N_("One organisation alone signed the passes. You must trust it to sign none for itself."),
)
TWO_ISSUERS = Trust(
    "Two organisations signed each pass: that they did not both sign for nobody rests on trust.",
    N_("Two organisations signed each pass. You must trust that they did not make one up between them."),
)
SERVER_PASSES = Trust(
    "The server can make passes itself: that it did not look whose is whose, and used none, rests on trust.",
    N_("This server can make a pass by itself. You must trust it to use none, and not to look whose is whose."),
)
BY_NAME = Trust(
    "Each ballot bears a name: that nobody voted in another's rests on the server, which let them sign in.",
    N_("Each ballot has a name on it. You must trust this server to let nobody vote in another's name."),
)
CARDS = Trust(
    "That each card was drawn by one voter rests on who printed the cards and who kept the sheet.",
    N_("Each voter should have drawn one card. For that you must trust who printed the cards and who kept the sheet."),
)
PAPERS = Trust(
    "A ballot on paper is typed in by two tellers: that they typed what its voter marked rests on trust in both.",
    N_("Two tellers type in each ballot on paper. You must trust both to type what the paper says."),
)
SEALED_HERE = Trust(
    "A ballot sent without JavaScript is signed and sealed by the server: that it looked at none, and changed none,"
    " rests on trust.",
    N_("This server sealed each ballot sent without JavaScript. You must trust it not to look, and to change none."),
)
NAMES_SEALED_HERE = Trust(
    "Each ballot was signed and sealed by the server: that it says what its voter marked rests on trust, and on each"
    " voter looking for their own.",
    N_("This server sealed each ballot. You must trust it to change none. If you voted, look for your own."),
)
EXCHANGED = Trust(
    "Which sealed ballot a counted one came out of is told by nobody: that none was put in place of another of who"
    " helped, and that no older one of a voter was kept, rests on who opened the box, on the server, and on each voter"
    " looking for their own.",
    N_(
        "No file shows which sealed ballot a vote came out of. You must trust who opened the box and who runs this "
        "server not to swap one. If you voted, look for your own."
    ),
)
FOR_MEMBERS = Trust(
    "The members of the board alone can count its ballots again: all others have to trust them to look.",
    N_("Only members could count the ballots again. If you are not one, you must trust them to look."),
)
FOR_NO_ONE = Trust(
    "Its ballots were shown to nobody: that this is what they said rests on who opened the box and on the server.",
    N_("The ballots were shown to no one. You must trust who opened the box, and this server, for the result."),
)
SUMS_NOT_FIXED = Trust(
    "How the voters were split by kind of seat was not fixed before the box was opened: it rests on trust.",
    N_("How many voted from each kind of seat was not fixed before the box was opened. You must trust who counted."),
)
VOIDED_NOT_FIXED = Trust(
    "Which cards were handed back was not fixed before the box was opened: it rests on who voided them.",
    N_("Which cards were handed back was not fixed before the box was opened. You must trust who took them back."),
)
WORDS_NOT_FIXED = Trust(
    "The words that were voted on were not fixed with the vote: that they are those shown since rests on the server.",
    N_("The words of this vote were not fixed before it. You must trust this server to show the same words."),
)

NO_CARDS = manifests.root(())
SEEN_BY_NO_ONE = "outcome"  # What the manifest says of a vote whose ballots nobody may see.


def trusts(manifest: Mapping[str, Any], fixed: Collection[str], *, is_whole: bool) -> list[Trust]:
    """Return what the count of a vote rests on, by its *manifest*.

    A manifest of the first form has not all the names; what it lacks is as it was then. *fixed*: the names of what
    stands in the box's line of the ledger. *is_whole*: whether it is told to somebody who may have the whole bundle,
    and so can count again.
    """
    found = [KEY_HOLDERS[manifest.get("key_holders", manifests.ON_THE_SERVER)]]
    if manifest.get("named"):
        found += [BY_NAME, NAMES_SEALED_HERE]
    else:
        found += _of_the_passes(manifest)
    is_seen = manifest.get("disclosure") != SEEN_BY_NO_ONE
    found.append(EXCHANGED if is_seen else FOR_NO_ONE)
    if is_seen and not is_whole:
        found.append(FOR_MEMBERS)
    if "sums" not in fixed:
        found.append(SUMS_NOT_FIXED)
    if "voided" not in fixed and has_cards(manifest):
        found.append(VOIDED_NOT_FIXED)
    if "words" not in manifest:
        found.append(WORDS_NOT_FIXED)
    return found


def _of_the_passes(manifest: Mapping[str, Any]) -> Iterator[Trust]:
    if manifest.get("issuers"):
        yield TWO_ISSUERS if len(manifests.issuers_apart(manifest)) > 1 else ONE_ISSUER
        if manifests.server_signs(manifest):
            yield SERVER_PASSES
    if has_cards(manifest):
        yield from (CARDS, PAPERS)
    yield SEALED_HERE


def has_cards(manifest: Mapping[str, Any]) -> bool:
    """Whether cards were made for a vote: the root of their list is that of no list without a leaf."""
    return bool(manifest.get("cards", {}).get("drops", NO_CARDS) != NO_CARDS)
