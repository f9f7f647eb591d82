"""The by-laws of accounts and keys: roles, chosen names, waiting after wrong words, and who may sign for a reader.

Sources: `docs/design.md` 5; `docs/domain.md` 2.5 (no mail, no phone, a lost card is replaced by two people who know
the person) and 3.1 (who reads what).
"""

import unicodedata
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from governance.permissions.roles import BOARD, ROLE_WORDS, STAFF, Role
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# What nobody of the staff carries as well: a vote, and the two roles that run votes (docs/domain.md 2.2).
RUNS_VOTES = frozenset({Role.MEMBER, Role.FACILITATOR, Role.TELLER})
A_DAY = 3  # So often one hand may do one thing a day of which every member is told. Ours: nobody corrects it more.


def check_roles(roles: Set[Role]) -> None:
    """Refuse roles that no card carries, or that no one person may carry together. Raises RuleRefused."""
    if not roles or not roles <= set(ROLE_WORDS):
        raise RuleRefused(N_("Choose what this person is here to do."), field="roles")
    if Role.BOARD_READER in roles and roles & STAFF:
        raise RuleRefused(
            N_("One person cannot read for the board and for the staff. Choose one of the two."), field="roles"
        )
    if roles & STAFF and roles & RUNS_VOTES:
        raise RuleRefused(N_("Staff hold no vote, run none and open no box. Choose one side."), field="roles")


def gets_card(name: str, roles: Set[Role]) -> Sentence:
    """Return what members are told of a new card: for whom, and what they are here to do."""
    words = [Sentence(text) for role, text in ROLE_WORDS.items() if role in roles]
    template = "; ".join(f"{{r{n}}}" for n in range(len(words)))
    listed = Sentence(f"{template}.", **{f"r{n}": each for n, each in enumerate(words)})
    return Sentence(N_("{name} gets a card: {roles}"), name=name, roles=listed)


class KeyRefused(RuleRefused):
    """A key in the database is not the one this program made. It is not used, and people are told."""


class ChainBroken(RuleRefused):
    """The list of readers does not hold together. No key is handed to anybody until somebody has looked."""


# Chosen names

_BETWEEN = frozenset(" .'’-")


def clean_alias(typed: str) -> str:
    """Return a chosen name with its spaces made single. Raises RuleRefused for what cannot be a name here."""
    alias = " ".join(unicodedata.normalize("NFKC", typed).split())
    kinds = [unicodedata.category(letter)[0] for letter in alias]
    known = all(kind in "LMN" or letter in _BETWEEN for letter, kind in zip(alias, kinds, strict=True))
    if not 2 <= len(alias) <= 40 or not known or kinds[0] not in "LN" or (kinds[-1] == "P" and alias[-1] != "."):
        raise RuleRefused(
            N_("Choose a name of 2 to 40 letters and numbers. Spaces, dots and dashes may be inside."), field="alias"
        )
    return alias


def alias_key(typed: str) -> str:
    """Return what a chosen name is looked up by: case, spaces and unseen marks do not matter. Never fails."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    words = " ".join(folded.split())
    return "".join(letter for letter in words if unicodedata.category(letter)[0] != "C")[:200]


# Waiting after wrong words

FREE_TRIES = 3
LONGEST_WAIT = timedelta(seconds=60)


def wait_after(failures: int) -> timedelta:
    """Return how long a name waits after this many wrong tries in a row: 0, 0, 0, 2, 4, 8, … at most 60 seconds.

    It never grows further, so nobody can lock another person out for good.
    """
    if failures <= FREE_TRIES:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures - FREE_TRIES, 6)))


def quarter_of(now: datetime) -> datetime:
    """Return when the quarter of an hour began that *now* is in: as much of a time as wrong tries are kept with."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def seconds_left(next_try_at: datetime | None, now: datetime) -> int:
    """Return the whole seconds until the next try is looked at; 0 when it may come now."""
    if next_try_at is None or next_try_at <= now:
        return 0
    return -((now - next_try_at) // timedelta(seconds=1))


# How long a sign-in lasts


STAMP_EVERY = timedelta(minutes=1)


class Device(StrEnum):
    """Who else uses the device on which somebody signs in. Whoever does not say so shares it."""

    SHARED = "shared"
    OWN = "own"


DEVICE_WORDS = {
    Device.SHARED: N_("Others use this device too"),
    Device.OWN: N_("Only I use this device"),
}

WITHOUT_A_TOUCH = {Device.SHARED: retention.SIGN_IN_WITHOUT_A_TOUCH, Device.OWN: retention.SIGN_IN}


JUST_SIGNED_IN = timedelta(minutes=10)


def just_signed_in(since: datetime, now: datetime) -> bool:
    """Whether somebody who signed in at *since* has just shown the card. Words and shares are given out on that."""
    return timedelta() <= now - since <= JUST_SIGNED_IN


def check_just_signed_in(since: datetime, now: datetime) -> None:
    """Refuse what would give somebody's card away for good, unless whoever is there has just shown the card."""
    if not just_signed_in(since, now):
        raise RuleRefused(N_("You signed in a while ago. Sign out, and in again with your card."))


WORDS_WAIT = timedelta(minutes=30)


def words_wait(made_at: datetime, now: datetime) -> bool:
    """Whether new words that were shown and not yet typed back still wait for it."""
    return timedelta() <= now - made_at <= WORDS_WAIT


def device_of(said: object, is_shared_screen: bool) -> Device:
    """Return whose device it is: its person's own only where they have *said* so, and never a shared screen."""
    return Device.OWN if said == Device.OWN and not is_shared_screen else Device.SHARED


def sign_in_lasts(since: datetime, seen: datetime, now: datetime, device: Device) -> bool:
    """Whether a sign-in still counts at *now*: not older than 12 hours, and on a shared *device* not idle for long.

    The idle end is for whoever finds a device that somebody left. On one's own it would only take away what one wrote.
    """
    return (
        since <= seen <= now + STAMP_EVERY and now - seen < WITHOUT_A_TOUCH[device] and now - since < retention.SIGN_IN
    )


def stamp_due(seen: datetime, now: datetime) -> bool:
    """Whether the cookie should say that the person was here: at most once a minute."""
    return now - seen >= STAMP_EVERY


# Who may hold which key


class Audience(StrEnum):
    """Who holds the key to a message. Each has its own key, so that a page cannot show what a key does not open."""

    EVERYONE = "everyone"
    GRIEVANCE = "grievance"
    MANAGER = "manager"
    URGENT = "urgent"


AUDIENCE_WORDS = {
    Audience.EVERYONE: N_("All readers, board and staff"),
    Audience.GRIEVANCE: N_("A manager and a board reader. No other worker."),
    Audience.MANAGER: N_("The director and a board reader. Not the manager."),
    Audience.URGENT: N_("Trained readers, one of them from the board"),
}

READS = {
    Role.BOARD_READER: frozenset({Audience.EVERYONE, Audience.GRIEVANCE, Audience.MANAGER}),
    Role.STAFF_READER: frozenset({Audience.EVERYONE}),
    Role.MANAGER: frozenset({Audience.EVERYONE, Audience.GRIEVANCE}),
    Role.DIRECTOR: frozenset({Audience.EVERYONE, Audience.GRIEVANCE, Audience.MANAGER}),
}


def audiences_for(roles: Set[Role]) -> set[Audience]:
    """Return the audiences whose keys somebody with *roles* may hold.

    A manager never reads what is about the manager, whatever else they are. Urgent takes a reader who is trained;
    the training alone opens nothing.
    """
    audiences = {audience for role in roles for audience in READS.get(role, frozenset())}
    if audiences and Role.URGENT_TRAINED in roles:
        audiences.add(Audience.URGENT)
    if Role.MANAGER in roles:
        audiences.discard(Audience.MANAGER)
    return audiences


def reads_for_board(roles: Set[Role]) -> bool:
    """Whether somebody with *roles* reads for the board. A seat or another board duty does not make one a reader."""
    return Role.BOARD_READER in roles


# What is new to whom


def here_today(newest: date | None, before: date | None, today: date) -> tuple[date, date | None]:
    """Return the day of the newest sign-in, and the day of sign-in before it, for somebody who signs in *today*.

    Signing in twice on a day changes nothing, so that what was new in the morning is still marked at noon.
    """
    return (newest, before) if newest is not None and newest >= today else (today, newest)


def is_new(came: date | None, here_before: date | None) -> bool:
    """Whether what *came* on that day may be new to somebody who was last here on the day *here_before*.

    It may have come later on that same day, so that counts: better marked twice than missed. Who was never here before
    finds no mark, for everything is new.
    """
    return came is not None and here_before is not None and came >= here_before


def week_is_new(monday: date, here_before: date | None) -> bool:
    """As `is_new`, of what is known by its week alone."""
    return is_new(monday + timedelta(days=6), here_before)


# The chain of readers


@dataclass(frozen=True)
class ReaderFacts:
    """One reader as the chain has them: the two public keys and the audiences whose messages they may open."""

    account_id: int
    box_public: bytes
    sign_public: bytes
    audiences: tuple[str, ...]
    board: bool


READERS_PER_AUDIENCE = 2  # of the board, before intake opens


def check_may_read(roles: Set[Role], audiences: Collection[str], board: bool) -> None:
    """Refuse to make somebody a reader, for the board or not, of what their roles do not open. Raises RuleRefused."""
    if not audiences or not set(audiences) <= audiences_for(roles) or (board and not reads_for_board(roles)):
        raise RuleRefused(N_("This card is not for reading these messages. Make a card with the right role first."))


def check_two_sign(readers: Mapping[int, ReaderFacts], signers: Collection[int], about: int) -> None:
    """Refuse unless two different readers, one of them of the board, sign about somebody who is neither.

    *readers* is the chain before this entry. Raises RuleRefused.
    """
    if about in signers:
        raise RuleRefused(N_("You cannot sign for yourself. Ask two other readers."))
    known = {account_id for account_id in signers if account_id in readers}
    if len(known) < 2 or len(known) != len(set(signers)):
        raise RuleRefused(N_("Two different readers must sign. Ask another reader to sign too."))
    if not any(readers[account_id].board for account_id in known):
        raise RuleRefused(N_("One of the two who sign must read for the board. Ask a board reader."))


def check_two_give_card(first: Set[Role], second: Set[Role], ids: tuple[int, int], about: int) -> None:
    """Refuse a new card unless two different people agree, one of them of the board, neither of them its owner.

    *ids* are the accounts of the two. One person alone could make a card in another's name, and vote with it.
    """
    if about in ids:
        raise RuleRefused(N_("You cannot make a card for yourself. Ask two people who know you."))
    if ids[0] == ids[1]:
        raise RuleRefused(N_("You asked for this card. A second person must agree to it."))
    if not (first | second) & BOARD:
        raise RuleRefused(N_("One of the two must be on the board. Ask somebody who sits on the board."))


def check_readers_remain(readers: Mapping[int, ReaderFacts], leaving: int) -> None:
    """Refuse a removal that leaves too few to sign again, or an audience that the board cannot read (promise 5)."""
    rest = [reader for reader in readers.values() if reader.account_id != leaving]
    if len(rest) < 2 or not any(reader.board for reader in rest):
        raise RuleRefused(N_("Two readers must be left, one of them of the board. Sign for a new reader first."))
    read_by_board = {audience for reader in rest if reader.board for audience in reader.audiences}
    if set(readers[leaving].audiences) - read_by_board:
        raise RuleRefused(N_("The board could no longer read some messages. Sign for another board reader first."))


def missing_readers(readers: Collection[ReaderFacts], audiences: Collection[str]) -> list[Sentence]:
    """Return a sentence for each audience that fewer than two board readers can read."""
    missing = []
    for audience in audiences:
        count = sum(reader.board and audience in reader.audiences for reader in readers)
        if count < READERS_PER_AUDIENCE:
            text = N_("Two board readers must hold the key “{audience}”. Now there are {count}.")
            missing.append(Sentence(text, audience=str(audience), count=count))
    return missing
