"""The charter: every number the board has set for itself, and how far it may go.

The defaults and ranges are `docs/domain.md` 2.2. A two-thirds vote changes them; each change is a new dated
version. A number that no rule reads is no number of the charter (`tests/board/test_charter_numbers.py`). Nothing here
knows who uses drugs now, or who ever did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from governance.ruling.sentences import N_, Sentence


class Method(StrEnum):
    """How the board decides."""

    CONSENSUS_THEN_VOTE = "consensus_then_vote"
    CONSENSUS_ONLY = "consensus_only"
    VOTE_ONLY = "vote_only"


@dataclass(frozen=True)
class Charter:
    """The board's own numbers, with the defaults of docs/domain.md 2.2. Months and days are whole.

    The days of staff, for a first word and for an answer, are days on which the site works.
    """

    lived_seats: int = 7
    family_seats: int = 1
    health_seats: int = 1
    alternates: int = 2
    lived_share: Fraction = Fraction(51, 100)
    fewest_to_decide: int = 5
    quorum_share: Fraction = Fraction(1, 2)
    left_after_stepping_out: int = 4
    method: Method = Method.CONSENSUS_THEN_VOTE
    consensus_rounds: int = 2
    least_yes: int = 3
    two_thirds: Fraction = Fraction(2, 3)
    second_check: bool = True
    votes_by_name: bool = False
    equal_to_talk: bool = False
    term_months: int = 12
    terms_in_a_row: int = 3
    pause_months: int = 6
    agenda_items: int = 3
    notice_days: int = 3
    first_word_days: int = 3
    answer_days: int = 15

    def seats_of(self, seat_class: str, *, alternate: bool) -> int:
        """How many seats of this kind there may be at the table; alternates are counted together."""
        return self.alternates if alternate else int(getattr(self, f"{seat_class}_seats"))

    @property
    def voting_seats(self) -> int:
        """All seats with a vote. Alternates have one only while they sit in for somebody."""
        return self.lived_seats + self.family_seats + self.health_seats


@dataclass(frozen=True)
class Range:
    """From where to where a board may set one number."""

    name: str
    words: str
    low: int | Fraction
    high: int | Fraction


FEWEST_SEATS = 5
RANGES = (
    Range("voting_seats", N_("Voting seats"), FEWEST_SEATS, 25),
    Range("family_seats", N_("Seats for family or neighbors"), 0, 12),
    Range("health_seats", N_("Seats for outside health workers"), 0, 12),
    Range("alternates", N_("Alternates"), 0, 10),
    Range("lived_share", N_("Share of lived or living experience seats"), Fraction(51, 100), Fraction(1)),
    Range("fewest_to_decide", N_("Fewest active seats to decide"), 5, 25),
    Range("quorum_share", N_("Share of active seats that must be here"), Fraction(1, 2), Fraction(2, 3)),
    Range("left_after_stepping_out", N_("People left after some step out"), 4, 25),
    Range("consensus_rounds", N_("Rounds of consensus before a vote"), 1, 5),
    Range("least_yes", N_("Fewest yes votes"), 3, 25),
    Range("two_thirds", N_("Share of yes for the big items"), Fraction(60, 100), Fraction(75, 100)),
    Range("term_months", N_("Months in a term"), 6, 24),
    Range("terms_in_a_row", N_("Terms in a row"), 1, 10),
    Range("pause_months", N_("Longest pause in months"), 1, 12),
    Range("agenda_items", N_("Items to decide in one meeting"), 1, 3),
    Range("notice_days", N_("Days of notice"), 1, 30),
    Range("first_word_days", N_("Working days for a first word"), 1, 5),
    Range("answer_days", N_("Working days for an answer"), 5, 30),
)


def problems(charter: Charter) -> list[Sentence]:
    """Return what is wrong with *charter*, in sentences; an empty list when it may be adopted."""
    found = [
        _out_of_range(charter, each) for each in RANGES if not each.low <= getattr(charter, each.name) <= each.high
    ]
    total = charter.voting_seats
    if total and Fraction(charter.lived_seats, total) < charter.lived_share:
        found.append(
            Sentence(
                N_("{lived} of {total} seats are lived or living experience seats. It must be {share} or more."),
                lived=charter.lived_seats,
                total=total,
                share=in_words(charter.lived_share),
            )
        )
    for name in ("fewest_to_decide", "left_after_stepping_out", "least_yes"):
        if getattr(charter, name) > total:
            words = next(each.words for each in RANGES if each.name == name)
            found.append(Sentence(N_("{what}: there are only {total} seats."), what=Sentence(words), total=total))
    return found


def _out_of_range(charter: Charter, each: Range) -> Sentence:
    return Sentence(
        N_("{what}: choose from {low} to {high}. It is {value}."),
        what=Sentence(each.words),
        low=in_words(each.low),
        high=in_words(each.high),
        value=in_words(getattr(charter, each.name)),
    )


def in_words(number: int | Fraction) -> str:
    """Return a share as a percent when that is exact ("51%"), else as a fraction ("2/3"); a count as it is."""
    if isinstance(number, int):
        return str(number)
    percent = number * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else str(number)


def sentences(charter: Charter) -> list[Sentence]:
    """Return the charter as it is read aloud: every number in a plain sentence."""
    return [
        Sentence(
            N_(
                "There are {n} seats with a vote. Lived or living experience: {lived}. Family or neighbor: {family}. "
                "Health worker: {health}."
            ),
            n=charter.voting_seats,
            lived=charter.lived_seats,
            family=charter.family_seats,
            health=charter.health_seats,
        ),
        Sentence(N_("There are {n} alternates. They vote only when they are called in."), n=charter.alternates),
        Sentence(
            N_("At least {share} of the seats are lived or living experience seats."),
            share=in_words(charter.lived_share),
        ),
        Sentence(
            N_("With fewer than {n} active seats the board gives advice and does not decide."),
            n=charter.fewest_to_decide,
        ),
        Sentence(
            N_(
                "To decide, at least {share} of the active seats must be here. "
                "Most of them hold lived or living experience seats."
            ),
            share=in_words(charter.quorum_share),
        ),
        Sentence(N_("If people step out, at least {n} must be left."), n=charter.left_after_stepping_out),
        Sentence(METHOD_WORDS[charter.method], n=charter.consensus_rounds),
        Sentence(N_("A yes needs more yes than no, and {n} yes or more."), n=charter.least_yes),
        Sentence(N_("Big items need {share} of the votes to be yes."), share=in_words(charter.two_thirds)),
        Sentence(SECOND_CHECK_WORDS[charter.second_check]),
        Sentence(BY_NAME_WORDS[charter.votes_by_name]),
        Sentence(IF_EQUAL_WORDS[charter.equal_to_talk]),
        Sentence(
            N_("A term is {n} months. A member can serve {terms} in a row."),
            n=charter.term_months,
            terms=charter.terms_in_a_row,
        ),
        Sentence(N_("A seat can rest for up to {n} months. It is kept. Nobody asks why."), n=charter.pause_months),
        Sentence(N_("The board decides {items} items at most in one meeting."), items=charter.agenda_items),
        Sentence(N_("The agenda is on the wall {n} days before."), n=charter.notice_days),
        Sentence(
            N_("Staff have {first} working days for a first word to us, and {n} for an answer."),
            first=charter.first_word_days,
            n=charter.answer_days,
        ),
    ]


def changes(before: Charter | None, after: Charter) -> list[Sentence]:
    """Return what *after* says that *before* does not, in sentences; all of it where there was none."""
    said = sentences(before) if before else []
    return [sentence for sentence in sentences(after) if sentence not in said]


NO_LONGER_READ = {
    "people_who_use_now": N_("It asked for {n} people who use now at each meeting. No rule reads it any more."),
    "chair_months": N_("It gave a chair {n} months. No rule reads it any more."),
    "missed_before_looking": N_(
        "After {n} missed meetings, two members looked for the person. No rule reads it any more."
    ),
    "meeting_minutes": N_("It gave a meeting {n} minutes. No rule reads it any more."),
}


def not_read(left: Mapping[str, object]) -> list[Sentence]:
    """Return what an older version said that no rule reads any more, so that it can still be read whole."""
    return [Sentence(NO_LONGER_READ[name], n=value) for name, value in left.items() if name in NO_LONGER_READ]


METHOD_WORDS = {
    Method.CONSENSUS_THEN_VOTE: N_("We look for a yes from all. After {n} rounds we vote."),
    Method.CONSENSUS_ONLY: N_("We look for a yes from all. We do not vote."),
    Method.VOTE_ONLY: N_("We vote."),
}

SECOND_CHECK_WORDS = {
    True: N_("Is it a rule about participants? Then most lived or living experience seats must say yes too."),
    False: N_("A rule about participants gets one vote, with no second check."),
}

BY_NAME_WORDS = {
    True: N_("We vote by name. Everyone can read how each member voted. Know this before you take a seat."),
    False: N_("Votes are secret. Nobody can look up how someone voted."),
}

IF_EQUAL_WORDS = {
    True: N_("If a choice is equal, it goes back to the talk. A vote can be set up in another way."),
    False: N_("If a choice is equal, a lot decides. A vote can be set up in another way."),
}

# The numbers that are one of two ways, by their name: each way in words.
TWO_WAYS = {"second_check": SECOND_CHECK_WORDS, "votes_by_name": BY_NAME_WORDS, "equal_to_talk": IF_EQUAL_WORDS}
