"""A plain page for each number of the charter: what it is called, why it is there, and what the program does by it.

How far it may go, who changes it, and what it was before stand on the page too, from `charter.py` and the versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.board.charter import METHOD_WORDS, RANGES, TWO_WAYS, Charter, Method, in_words
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Number:
    """One number: its *name* in the charter, its title, why a board has it, and what the program *does* by it."""

    name: str
    title: str
    why: str
    does: str


_SEATS = N_("There is room for so many and no more. A seat or a member too many is refused.")
# Voters read these on their paper, so they are in every language.
TITLES = {
    "lived_seats": N_("Seats for those who use or used drugs"),
    "family_seats": N_("Seats for family or neighbors"),
    "health_seats": N_("Seats for outside health workers"),
    "alternates": N_("Alternates"),
    "lived_share": N_("Share of lived or living experience seats"),
    "fewest_to_decide": N_("Fewest active seats to decide"),
    "quorum_share": N_("Share of active seats that must be here"),
    "left_after_stepping_out": N_("People left after some step out"),
    "method": N_("How the board decides"),
    "consensus_rounds": N_("Rounds before a vote"),
    "least_yes": N_("Fewest yes votes"),
    "two_thirds": N_("Share of yes for the big items"),
    "second_check": N_("A second check of some rules"),
    "votes_by_name": N_("Votes by name"),
    "equal_to_talk": N_("If a choice is equal"),
    "term_months": N_("Months in a term"),
    "terms_in_a_row": N_("Terms in a row"),
    "pause_months": N_("Longest pause in months"),
    "agenda_items": N_("Items to decide in one meeting"),
    "notice_days": N_("Days of notice"),
    "first_word_days": N_("Working days for a first word"),
    "answer_days": N_("Working days for an answer"),
}
NUMBERS = (
    Number(
        "lived_seats", TITLES["lived_seats"],
        N_("People who use drugs, or have, decide what is made for them. So most of the seats are theirs."), _SEATS,
    ),
    Number(
        "family_seats", TITLES["family_seats"],
        N_("Those who live close by see things that others do not. They are few, so that they never decide alone."),
        _SEATS,
    ),
    Number(
        "health_seats", TITLES["health_seats"],
        N_("They know what is safe. They are from outside, since staff of the program have no vote."), _SEATS,
    ),
    Number(
        "alternates", TITLES["alternates"],
        N_("Life happens. An alternate sits in when somebody is away or steps out."),
        N_("There is room for so many and no more. They vote only when they are called in."),
    ),
    Number(
        "lived_share", TITLES["lived_share"],
        N_("A few seats for people who use drugs are only for show. More than half is a say."),
        N_("With a smaller share of the active seats the board may not decide. It is never half or less."),
    ),
    Number(
        "fewest_to_decide", TITLES["fewest_to_decide"],
        N_("Two or three people are not a board, and a vote so small tells who voted how."),
        N_("With fewer active seats no vote that decides can be called."),
    ),
    Number(
        "quorum_share", TITLES["quorum_share"],
        N_("A few shall not decide behind the backs of the rest."),
        N_("A vote in which fewer take part decides nothing."),
    ),
    Number(
        "left_after_stepping_out", TITLES["left_after_stepping_out"],
        N_("Who has a tie steps out. What is left must still be a board."),
        N_("If fewer are left, the vote decides nothing. Alternates may be called in first."),
    ),
    Number(
        "method", TITLES["method"],
        N_("Some boards look for a yes from all. Some vote. Both are fair when all know it before."),
        N_("Only the kinds of vote that fit can be called."),
    ),
    Number(
        "consensus_rounds", TITLES["consensus_rounds"],
        N_("Talk comes first. But talk with no end tires people out, and the loudest win."),
        N_("Before so many rounds, no vote can take the place of a yes from all."),
    ),
    Number(
        "least_yes", TITLES["least_yes"],
        N_("One yes against nobody is not a wish of the board."),
        N_("With fewer yes votes nothing passes."),
    ),
    Number(
        "two_thirds", TITLES["two_thirds"],
        N_("A charter, a seat or a service is hard to get back once it is lost. So it takes more than half."),
        N_("Such an item passes only with this share of the votes. A weaker kind of vote is refused."),
    ),
    Number(
        "second_check", TITLES["second_check"],
        N_("No rule for people who use drugs shall pass on the votes of others."),
        N_("Such a rule passes only with most of the lived or living experience seats. If the numbers do not show it, "
           "those seats vote once more, alone."),
    ),
    Number(
        "votes_by_name", TITLES["votes_by_name"],
        N_("A secret vote is a free vote. Some public bodies must vote by name, and then all must know it before."),
        N_("It says how each vote is held. A vote that was set up before stays as it is."),
    ),
    Number(
        "equal_to_talk", TITLES["equal_to_talk"],
        N_("A lot is fast and fair. More talk may find what most want. It is best to know which before."),
        N_("It says what an equal choice comes to. Each vote can say otherwise when it is set up."),
    ),
    Number(
        "term_months", TITLES["term_months"],
        N_("A seat is a job for a time. Others get a turn, and nobody has to stay."),
        N_("When it is over, members are asked if they go on. Before that nobody loses the seat but by a vote."),
    ),
    Number(
        "terms_in_a_row", TITLES["terms_in_a_row"],
        N_("New people bring new things. Old ones can rest, and come back."),
        N_("One more term in a row is refused. After a break it begins anew."),
    ),
    Number(
        "pause_months", TITLES["pause_months"],
        N_("Jail, illness, grief: no seat is lost for it. We do not ask why."),
        N_("A longer pause is refused. It can be asked for anew."),
    ),
    Number(
        "agenda_items", TITLES["agenda_items"],
        N_("A tired board says yes to all. A few items, well talked about, are better."),
        N_("One item more for the next meeting is refused. Another one can be parked for it."),
    ),
    Number(
        "notice_days", TITLES["notice_days"],
        N_("All must have time to read it, and to bring others along."),
        N_("A vote opens no sooner. Two people can cut it short, and their reason is public."),
    ),
    Number(
        "first_word_days", TITLES["first_word_days"],
        N_("A word soon shows that somebody read it. Silence feels like a no."),
        N_("After so many days on which the site works, a first word is late, and the wall says so. What was decided "
           "before keeps its day."),
    ),
    Number(
        "answer_days", TITLES["answer_days"],
        N_("An answer that comes too late is of little help. One that is too fast may not be true."),
        N_("After so many days on which the site works, an answer is late, and the wall says so. What was decided "
           "before keeps its day."),
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in NUMBERS}
METHODS = {
    Method.CONSENSUS_THEN_VOTE: N_("A yes from all; if stuck, a vote"),
    Method.CONSENSUS_ONLY: METHOD_WORDS[Method.CONSENSUS_ONLY],
    Method.VOTE_ONLY: METHOD_WORDS[Method.VOTE_ONLY],
}


def value_of(charter: Charter, name: str) -> Sentence:
    """Return what *charter* says for this number, in words."""
    value = getattr(charter, name)
    if name == "method":
        return Sentence(METHODS[value])
    if isinstance(value, bool):
        return Sentence(TWO_WAYS[name][value])
    return Sentence("{value}", value=in_words(value))


def how_far(name: str) -> tuple[str, str] | None:
    """Return from where to where a board may set this number, or None where it is a choice of words."""
    found = next((each for each in RANGES if each.name == name), None)
    return (in_words(found.low), in_words(found.high)) if found else None


def changes_of(versions: Sequence[Charter], name: str) -> list[int]:
    """Return at which of the *versions*, the oldest first, this number got the value it has from there on."""
    values = [getattr(version, name) for version in versions]
    return [at for at, value in enumerate(values) if at == 0 or value != values[at - 1]]
