"""Who may see the opened ballots, which numbers the public sees, and what a result gives away by itself.

Sources: `docs/voting.md` 7; `docs/domain.md` 2.7 (R-ID-02).
"""

from collections.abc import Mapping
from enum import StrEnum

from governance.ballots.calling.kinds import BY_CONSENSUS, Kind
from governance.ballots.papers.choices import PaperAsks, form_of
from governance.board.rules import ByClass, SeatClass
from governance.counting.decided import Consensus, Consent, Decided, YesNo
from governance.counting.rule import Rule
from governance.privacy import FLOOR, Shown, safe_counts
from governance.ruling.sentences import N_, Sentence

FEW_VOTERS = 10  # Under ten voters only members see the ballots.


class Disclosure(StrEnum):
    """Who may see the opened ballots. Fixed before anybody votes."""

    FULL = "full"
    MEMBERS = "members"
    OUTCOME = "outcome"


WHO_SEES_BALLOTS = {
    Disclosure.FULL: N_(
        "After the count everyone can see each ballot, with no name on it. "
        "If one side has fewer than {floor}, only members can."
    ),
    Disclosure.MEMBERS: N_("After the count, members can see each ballot, with no name on it. The public cannot."),
    Disclosure.OUTCOME: N_("Nobody sees the ballots after the count. So nobody can count them again."),
}


DISCLOSURE_WORDS = {
    Disclosure.FULL: N_("Everyone"),
    Disclosure.MEMBERS: N_("Members of the board"),
    Disclosure.OUTCOME: N_("Nobody"),
}


def usual_disclosure(voters: int, kind: Kind) -> Disclosure:
    """Return who sees the opened ballots unless the board chose otherwise: on a small board, members alone.

    So it is on every board where somebody may block: a block is written for the members.
    """
    return Disclosure.MEMBERS if voters < FEW_VOTERS or kind in MAY_BLOCK else Disclosure.FULL


def step_down(asked: Disclosure, kind: Kind) -> Disclosure:
    """Return *asked*, or members alone where somebody may block: those words are not for everyone."""
    return Disclosure.MEMBERS if asked is Disclosure.FULL and kind in MAY_BLOCK else asked


# Papers that can be marked in so many ways that a whole one is as good as a signature. An order is cut instead.
LIKE_A_SIGNATURE = frozenset({PaperAsks.NUMBERS, PaperAsks.SEVERAL})
MAY_BLOCK = frozenset({*BY_CONSENSUS, Kind.CONSENT})

# The public sees two sides of a tally, for it and not: finer parts of a small board would be one person each.
# Who did not choose is on neither side and never public; a zero there would give the other numbers away.
PUBLIC_SIDE = {
    "yes": "yes", "no": "no",
    "agree": "agree", "worry": "agree", "aside": "aside", "block": "aside",
    "consent": "agree", "object": "aside",
    "good": "good", "unsure": "not_good", "concern": "not_good",
}  # fmt: skip
SIDE_WORDS = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "agree": N_("Agree"),
    "aside": N_("Do not agree"),
    "good": N_("Looks good"),
    "not_good": N_("Not sure, or a concern"),
}


def public_numbers(counts: Mapping[str, int], floor: int = FLOOR) -> dict[str, Shown]:
    """Return a tally as the public may see it: small numbers hidden, and the one that would give them away.

    Keys: "yes" and "no", or "agree" (with a worry or without) and "aside" (or blocked). How many took part is never
    public; the result is, and that quorum was met.
    """
    return safe_counts(_sides(counts), floor)


def exact_numbers(counts: Mapping[str, int]) -> dict[str, Shown]:
    """Return a tally as it is: of a vote by name everyone knows every ballot."""
    return {side: Shown(Sentence("{n}", n=count), count) for side, count in _sides(counts).items()}


def _sides(counts: Mapping[str, int]) -> dict[str, int]:
    sides: dict[str, int] = {}
    for choice, count in counts.items():
        if choice in PUBLIC_SIDE:
            sides[PUBLIC_SIDE[choice]] = sides.get(PUBLIC_SIDE[choice], 0) + count
    return sides


def sides_are_large(rule: Rule, counts: Mapping[str, int], floor: int = FLOOR) -> bool:
    """Whether no side of a tally is so small that it points to people.

    With fixed words each side has *floor* ballots or more: none at all would tell how everybody voted. Among options
    that were named, each is on *floor* ballots or on none, and two of them at least are on some.
    """
    if isinstance(rule, Decided):
        other = [count for choice, count in counts.items() if choice not in PUBLIC_SIDE and count]
        return min([*_sides(counts).values(), *other], default=0) >= floor
    named = [count for count in counts.values() if count]
    return len(named) > 1 and min(named) >= floor


def public_voters(voters: ByClass, *, everyone_sees: bool) -> dict[SeatClass, Shown] | None:
    """Return how many may vote by class of seat, or None when any of it could point to a person.

    The numbers show how many rest or stepped out. So they are told only where *everyone_sees* the ballots, which tell
    them too, and it is all of them or none.
    """
    if not everyone_sees:
        return None
    safe = safe_counts({each.value: voters.get(each, 0) for each in SeatClass if voters.get(each, 0)})
    if not safe or any(cell.value is None for cell in safe.values()):
        return None
    return {SeatClass(name): cell for name, cell in safe.items()}


def what_it_gives_away(
    voters: int, rule: Rule, *, only_lived: bool, disclosure: Disclosure = Disclosure.MEMBERS, named: bool = False
) -> list[Sentence]:
    """Return, in words, what the result by itself can tell about people on a board of this size."""
    if named:
        return [Sentence(N_("This vote is by name. After the count everyone can read how each member voted."))]
    said = [_passing(rule)]
    if voters < FEW_VOTERS:
        said.append(Sentence(N_("This board is small. If almost all agree, people can guess how someone voted.")))
    words = N_("So a number under {floor} is not shown, or one that tells it. Nor who took part.")
    said.append(Sentence(words, floor=FLOOR))
    said.append(Sentence(WHO_SEES_BALLOTS[disclosure], floor=FLOOR))
    if form_of(rule) is PaperAsks.RANKS and disclosure is not Disclosure.OUTCOME:
        said.append(
            Sentence(N_("Of each order only the part that was counted is shown. A whole order can point to one."))
        )
    if form_of(rule) in LIKE_A_SIGNATURE and disclosure is Disclosure.FULL:
        words = N_("If fewer than {floor} mark the same, only members can see the ballots.")
        said.append(Sentence(words, floor=FLOOR))
    if only_lived:
        said.append(Sentence(N_("Of this vote no number is shown. It would tell how the other seats voted before.")))
    return said


def _passing(rule: Rule) -> Sentence:
    least = {
        YesNo: getattr(rule, "at_least_yes", 0),
        Consensus: getattr(rule, "at_least_agree", 0),
        Consent: getattr(rule, "at_least_consent", 0),
    }.get(type(rule), 0)
    if least:
        return Sentence(N_("If it passes, everyone knows that {least} or more said yes."), least=least)
    if isinstance(rule, Decided):
        return Sentence(N_("Everyone can see how it felt to most, if no number is too small."))
    return Sentence(N_("Everyone can see what was chosen. If almost all chose it, that tells how."))
