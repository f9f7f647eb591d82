"""The by-laws of feedback: who may read it, when it is let out, what its life is.

Sources: `docs/domain.md` 3 and 4; `docs/design.md` 5; `docs/intake.md` 5. Nothing here can tell who
wrote a message, and nothing looks at the words. Who may hide one stands in `hiding.py`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from governance.feedback.topics import COMMON_TOPICS as COMMON_TOPICS
from governance.feedback.topics import TOPIC_KEYS as TOPIC_KEYS
from governance.feedback.topics import TOPICS as TOPICS
from governance.people.rules import AUDIENCE_WORDS as AUDIENCE_WORDS
from governance.people.rules import READS as READS
from governance.people.rules import Audience as Audience
from governance.people.rules import audiences_for as audiences_for
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


class Lane(StrEnum):
    """What kind of word it is. Chosen by the person or by a reader, never by a machine."""

    SUGGESTION = "suggestion"
    THANKS = "thanks"
    GRIEVANCE = "grievance"
    ALERT = "alert"
    URGENT = "urgent"
    OTHER = "other"


LANE_WORDS = {
    Lane.SUGGESTION: N_("An idea, or how it was"),
    Lane.GRIEVANCE: N_("Something wrong was done"),
    Lane.URGENT: N_("Someone may be hurt"),
    Lane.ALERT: N_("Bad drugs going around"),
    Lane.THANKS: N_("Thanks"),
    Lane.OTHER: N_("Something else"),
}


class Consent(StrEnum):
    """What may be shown of it. Idea only, unless the person chooses."""

    WORDS = "words"
    IDEA = "idea"
    PRIVATE = "private"


def narrower(first: Consent, second: Consent) -> Consent:
    """Return the one of two that lets less be shown."""
    return max(first, second, key=list(Consent).index)


CONSENT_WORDS = {
    Consent.WORDS: N_("You can show my words."),
    Consent.IDEA: N_("Share the idea, not my words."),
    Consent.PRIVATE: N_("Keep it to the readers."),
}


class Route(StrEnum):
    """How it comes: held and mixed with others, at once, or on a paper card that a reader types in."""

    LATER = "later"
    NOW = "now"
    PAPER = "paper"


ROUTE_WORDS = {
    Route.NOW: N_("Send it now"),
    Route.LATER: N_("Send it with the others"),
}

# What each way costs, said beside it wherever it can be chosen (R-SAFE-06).
ROUTE_COSTS = {
    Route.NOW: N_("Readers can have it in a few minutes. Staff may guess it was you."),
    Route.LATER: N_("Safer for you. It may wait up to three days."),
}


class Face(StrEnum):
    """How it was, for those who would rather not write. It starts a talk; it is never counted into an average."""

    GOOD = "good"
    OK = "ok"
    BAD = "bad"


FACE_WORDS = {Face.GOOD: N_("Good"), Face.OK: N_("So-so"), Face.BAD: N_("Bad")}

LONGEST_WORDS = 2000  # Characters. It fits the largest bucket of the seal in any script.
IN_WORDS = 300  # About so many words of a language with spaces, said before anybody types.


def words_over(characters: int) -> int:
    """Return about how many words *characters* too many are, at least one: people count words and not letters."""
    return -(-characters * IN_WORDS // LONGEST_WORDS)


class About(StrEnum):
    """Whether it is about somebody who works here. Nobody is ever named."""

    WORKER = "worker"
    MANAGER = "manager"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


ABOUT_WORDS = {
    About.WORKER: N_("A worker"),
    About.MANAGER: N_("The manager"),
    About.NOBODY: N_("No one who works here"),
    About.UNKNOWN: N_("I do not know, or do not want to say"),
}

# What it means for the one it may be about, said beside each choice.
ABOUT_KEEPS_OUT = {
    About.WORKER: N_("No worker reads it. A manager does."),
    About.MANAGER: N_("The manager does not read it."),
    About.UNKNOWN: N_("The manager does not read it."),
}


# What must be asked

ASKED_WHEN = frozenset({Lane.ALERT, Lane.URGENT})
ASKED_ABOUT = frozenset({Lane.GRIEVANCE})


def asks_when(lane: str) -> bool:
    """Whether the writer in *lane* must say now or later: waiting may hurt somebody, and going now may give them away.

    Only they can weigh the two. In every other lane, and without one (""), a word waits unless they choose.
    """
    return lane in ASKED_WHEN


def asks_about(lane: str) -> bool:
    """Whether the writer in *lane* must say whom it is about: a guess could hand it to the very person."""
    return lane in ASKED_ABOUT


def about_of(lane: Lane, said: str) -> About:
    """Return whom a message is about; when nothing was *said* (""), the answer that keeps the most people out."""
    if said:
        return About(said)
    return About.UNKNOWN if asks_about(lane) else About.NOBODY


# Who may read

MAYBE_THE_MANAGER = frozenset({About.MANAGER, About.UNKNOWN})


def audience_for(lane: Lane, about: About) -> Audience:
    """Return who may read a message.

    Whom it is about comes first, whatever the lane: keeping that person out is a promise. A reader who finds that
    it is urgent moves it. Then the lane decides. Where it is not known whom it is about, it may be the manager.
    """
    if about in MAYBE_THE_MANAGER:
        return Audience.MANAGER
    if about is About.WORKER:
        return Audience.GRIEVANCE
    by_lane = {Lane.GRIEVANCE: Audience.GRIEVANCE, Lane.URGENT: Audience.URGENT}
    return by_lane.get(lane, Audience.EVERYONE)


def kept_from(lane: Lane, about: About) -> frozenset[Audience]:
    """Return whose readers a message must never come to: whom it is about may be among them.

    A word about a worker, or a complaint, stays away from the whole team; one that may be about the manager from the
    manager too, who may be among the trained readers. *lane* and *about* are what its writer chose. They are sealed
    with it, so no detour changes them.
    """
    if about in MAYBE_THE_MANAGER:
        return frozenset({Audience.EVERYONE, Audience.GRIEVANCE, Audience.URGENT})
    if about is About.WORKER or lane is Lane.GRIEVANCE:
        return frozenset({Audience.EVERYONE})
    return frozenset()


def behind(audience: Audience) -> tuple[Lane, About]:
    """Return the lane and whom it is about for more words on a message of *audience*: kept from the same people."""
    if audience is Audience.MANAGER:
        return Lane.GRIEVANCE, About.UNKNOWN
    return Lane.GRIEVANCE if audience is Audience.GRIEVANCE else Lane.OTHER, About.NOBODY


def check_may_pass_to(to: Audience, here: Audience, lane: Lane, about: About) -> None:
    """Refuse to pass a message on to who has it already, or to readers it was kept from."""
    if to is here:
        raise RuleRefused(N_("These readers have it already. Choose others."))
    if to in kept_from(lane, about):
        raise RuleRefused(N_("This was kept from those readers. Put it into a theme. That shows the idea only."))


# What its writer is told of it

READ_BY_WORDS = {
    Audience.EVERYONE: N_("Readers from the board and from the staff will read it."),
    Audience.GRIEVANCE: N_("A manager and a reader from the board will read it. No other worker."),
    Audience.MANAGER: N_("The director and a reader from the board will read it. Not the manager."),
    Audience.URGENT: N_("Trained readers will read it. One of them is from the board."),
}


# What no person does

QUICKEST = timedelta(seconds=2)  # A person needs longer than this for a form; a program does not.
SECOND_PRESS = timedelta(minutes=1)  # What comes again this soon is the same finger.

# When held messages are let out

RELEASE_AT = 3
LONGEST_WAIT = timedelta(days=3)


def goes_at_once(route: Route) -> bool:
    """Whether a message skips the holding, because its writer chose that and was told what it costs."""
    return route is Route.NOW


def release_due(held: Iterable[tuple[date, Route]], today: date) -> bool:
    """Return whether today's batch goes out: three or more are held, or one has waited for three days.

    *held*: the day and route of each. Typed-in paper does not count towards the three, since whoever typed it knows
    which one it is. What goes at once neither counts nor lets others out before their time. A day to come was written
    while the clock stood ahead: nobody can say how long it has waited, so it waits no longer.
    """
    waiting = [(day, route) for day, route in held if not goes_at_once(route)]
    mixed = sum(route is not Route.PAPER for _, route in waiting)
    return mixed >= RELEASE_AT or any(day > today or today - day >= LONGEST_WAIT for day, _ in waiting)


def release_is_late(last: date | None, today: date) -> bool:
    """Return whether no release was done yesterday, nor since, though there was one before: *last*, on that day.

    It is done once a day, even when nothing is let out. So this tells of the program, and of nobody who spoke.
    """
    return last is not None and today - last > timedelta(days=1)


# Themes

ON_AGENDA_AT = 5
ON_AGENDA_WITHIN = timedelta(days=60)


def theme_on_agenda(weeks: Iterable[date], today: date) -> bool:
    """Return whether a theme puts itself on the agenda: 5 messages in 60 days (R-FB-03).

    *weeks*: the Monday of each message's week, which is all that is known. A week counts if any of its days does.
    """
    oldest = today - ON_AGENDA_WITHIN
    return sum(oldest <= monday + timedelta(days=6) and monday <= today for monday in weeks) >= ON_AGENDA_AT


# Life of a message, and what a leaf of the ledger opens as


class MessageState(StrEnum):
    """A released message is live, hidden behind a public tombstone, or expired by schedule."""

    LIVE = "live"
    HIDDEN = "hidden"
    EXPIRED = "expired"


STEPS = {
    MessageState.LIVE: frozenset({MessageState.HIDDEN, MessageState.EXPIRED}),
    MessageState.HIDDEN: frozenset({MessageState.EXPIRED}),
    MessageState.EXPIRED: frozenset[MessageState](),
}


class Fate(StrEnum):
    """What a leaf is: a message's, padding, or a message whose words are gone by schedule."""

    MESSAGE = "message"
    DUMMY = "dummy"
    EXPIRED = "expired"


BATCH = 8  # A day's leaves are a multiple of this and never none, so that a quiet day looks like any other.


def padding_for(messages: int) -> int:
    """Return how many dummies make a day's batch full (docs/design.md 7)."""
    return -messages % BATCH if messages else BATCH


class UrgentStep(StrEnum):
    """The ticks of an urgent message's action log (R-SAFE-07): no copy of the story."""

    READ = "read"
    HELP_CARD = "help_card"
    OUTREACH = "outreach"
    MANAGER_TOLD = "manager_told"
    REPORTED = "reported"
    NOTHING_POSSIBLE = "nothing_possible"


URGENT_STEP_WORDS = {
    UrgentStep.READ: N_("I have read it"),
    UrgentStep.HELP_CARD: N_("Help card brought up to date"),
    UrgentStep.OUTREACH: N_("Outreach went by"),
    UrgentStep.MANAGER_TOLD: N_("The manager was told"),
    UrgentStep.REPORTED: N_("Reported, as the law needs"),
    UrgentStep.NOTHING_POSSIBLE: N_("Nothing could be done"),
}
