"""The key folder, its escrow, and the readers whose keys hang on it."""

from __future__ import annotations

from collections.abc import Iterator

from governance import clock
from governance.health import wanted_secrets
from governance.health.found import AtHand, Finding, fine, note, run, wrong
from governance.people import service as people
from governance.people.share_rules import ShareState
from governance.ruling.errors import NotReady
from governance.ruling.sentences import N_, Sentence

RESTORE = "governance restore FILE"
NOT_SENT = N_("No one can send a word.")
NOT_ALL = N_("Not all of the program works.")
NOT_BACK = N_("If the disk with the keys breaks now, nobody can bring back what people said.")
MAYBE_NOT_BACK = N_("If the disk with the keys breaks now, maybe nobody can bring back what people said.")
TWO_LEFT = N_("Two people can still bring it all back, if both are here.")
HAND_OVER = Sentence(
    N_("Three people sign in and take one each at {page}. Or run: {command}"),
    page="/recovery-shares", command="governance shares",
)  # fmt: skip
ASK_ANEW = Sentence(N_("Two people ask for new ones at {page}."), page="/recovery-shares")


def secrets(place: AtHand) -> Iterator[Finding]:
    """Every secret is there that the database speaks of."""
    missing = wanted_secrets.missing(place.session, place.keys, clock.today())
    for name in missing:
        means = NOT_SENT if name.startswith("period-") else NOT_ALL
        yield wrong(Sentence(N_("The key {name} is gone."), name=name), means, run("governance recover"))
    if not missing:
        yield fine(N_("The key folder is complete."))


def escrow(place: AtHand) -> Iterator[Finding]:
    """The escrow is there, can be read, and holds what the key folder holds."""
    what = ""
    if not place.keys.escrow_file.exists():
        what = N_("The sealed copy of the keys, the escrow, is missing.")
    elif not place.keys.escrow_can_be_read():
        what = N_("The sealed copy of the keys, the escrow, is damaged.")
    elif not place.keys.escrow_is_current():
        what = N_("The sealed copy of the keys, the escrow, is old.")
    if what:
        yield wrong(what, N_("If the disk breaks, messages are lost for good."), run("governance tick"))
    else:
        yield fine(N_("The sealed copy of the keys, the escrow, holds what the key folder holds."))


def recovery_shares(place: AtHand) -> Iterator[Finding]:
    """The recovery shares are with three people, or it is said what it means that they are not."""
    over = people.hand_over(place.session, place.keys)
    if over is None:
        yield fine(N_("No recovery share waits for its holder."))
        return
    if over.is_other_key:
        yield wrong(N_("The recovery shares are of another key than the one in use."), NOT_BACK, ASK_ANEW)
    elif people.unopenable_shares(place.session, place.keys):
        means = TWO_LEFT if over.could_mend else NOT_BACK
        yield wrong(N_("A recovery share that waits cannot be opened: its key is gone."), means, ASK_ANEW)
    else:
        yield _could_be_mended(over) if over.could_mend else _could_not_be_mended(over)


def _could_be_mended(over: people.HandOver) -> Finding:
    """Two people surely have a share that holds; what is left to do could wait a day."""
    if over.is_new_key:
        how_far = Sentence(
            N_("{out} of 3 new recovery shares are with people. The old ones hold until two are."), out=over.out
        )
        return note(how_far, mend=HAND_OVER)
    if over.how_many(ShareState.UNKNOWN):
        return note(
            N_("It is not known who has which share: a backup came back, or who saw one has left."), mend=ASK_ANEW
        )
    if over.waiting:
        how_far = Sentence(N_("{out} of 3 recovery shares are with people."), out=over.out)
        return note(how_far, N_("Who holds the database and the key folder could open the one that waits."), HAND_OVER)
    return fine(N_("All three recovery shares are with people, and none lies here."))


def _could_not_be_mended(over: people.HandOver) -> Finding:
    """Of fewer than two is it known that somebody has them: whoever runs this must know before a disk breaks."""
    mend = HAND_OVER if over.waiting else ASK_ANEW
    if over.is_new_key and over.old_out is None:
        how_far = Sentence(
            N_("{out} of 3 new recovery shares are with people. Who has the old ones, printed long ago, is not known."),
            out=over.out,
        )
        return wrong(how_far, MAYBE_NOT_BACK, mend)
    if over.is_new_key:
        how_far = Sentence(
            N_("Of the new recovery shares {out} are with people. Of the old ones that is known of {old}."),
            out=over.out, old=over.old_out,
        )  # fmt: skip
        return wrong(how_far, MAYBE_NOT_BACK, mend)
    if over.how_many(ShareState.UNKNOWN):
        how_far = Sentence(N_("Only {out} of 3 recovery shares are known to be with people."), out=over.out)
        return wrong(how_far, MAYBE_NOT_BACK, ASK_ANEW)
    return wrong(Sentence(N_("{out} of 3 recovery shares are with people."), out=over.out), NOT_BACK, mend)


def readers(place: AtHand) -> Iterator[Finding]:
    """The readers' chain verifies from its anchor."""
    try:
        count = len(people.readers(place.session, place.keys))
    except (NotReady, people.ChainBroken) as error:
        yield wrong(
            Sentence(N_("The list of readers does not hold: {problem}"), problem=error),
            N_("Someone may read who should not."),
            Sentence(N_("No one should read until you know why. Then bring a backup back: {command}"), command=RESTORE),
        )
    else:
        yield fine(Sentence(N_("The list of readers holds: {count} readers."), count=count))
