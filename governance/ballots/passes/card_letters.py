"""The letters of a card: which ones a card has, the two that check the others, and what is wrong with typed ones.

A new card ends in two check letters (a Reed-Solomon code over the 32 letters, Reed and Solomon 1960): with them one
wrong letter is found, and in which group it stands. It has none of the letters that are taken for others: I, L, O, B.
Cards of before have no check letters. So what is wrong is a hint; whether a card opens a vote, its list alone says.
The browser does the same before anything is sent: `static/ballots/card-letters.js`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from governance.ruling.sentences import N_, Sentence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648 base32: five bits a letter.
ON_NEW_CARDS = "".join(letter for letter in LETTERS if letter not in "ILOB")
UNSURE = 6
FORGIVEN = str.maketrans("018", "OIB")
CODE_LETTERS = 20
PASS_LETTERS = 40
GROUP = 4

FAULTS = {
    "few": N_("You typed {typed} of {whole} letters. Look at each group."),
    "many": N_("You typed {typed} letters. There are only {whole}. Look at each group."),
    "sign": N_("There is a sign in group {group} that no card or pass has. Look at group {group}."),
    "letter": N_("One letter is wrong. Look at group {group} of your card."),
    "swapped": N_("Two letters changed places. Look at each group of your card."),
    "some": N_("Some letters are wrong. Look at each group of your card."),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong: a kind of `FAULTS`, and what its sentence names."""

    kind: str
    group: int = 0
    typed: int = 0
    whole: int = CODE_LETTERS

    @property
    def sentence(self) -> Sentence:
        """What to say to whoever typed it."""
        return Sentence(FAULTS[self.kind], group=self.group, typed=self.typed, whole=self.whole)


def new_letters() -> str:
    """Return the twenty letters of a fresh card: 86 bits, the two check letters counted out."""
    while True:
        drawn = "".join(secrets.choice(ON_NEW_CARDS) for _ in range(CODE_LETTERS - 2))
        if check := CHECK_LETTERS.get(_sums(drawn)):
            return drawn + check


def can_be_read(letters: str) -> bool:
    """Whether whoever takes each I of *letters* for an L is understood all the same (`readings`)."""
    return sum(letter in "IL" for letter in letters) <= UNSURE


def letters_in(typed: str) -> str:
    """Return the letters and numbers that somebody typed: big ones, with O for 0, I for 1 and B for 8."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(FORGIVEN)


def fault_of(typed: str) -> Fault | None:
    """Return what is wrong with a typed card, or None. Of a pass, forty letters, only the number is looked at."""
    letters = letters_in(typed)
    whole = PASS_LETTERS if len(letters) > (CODE_LETTERS + PASS_LETTERS) // 2 else CODE_LETTERS
    if len(letters) != whole:
        return Fault("few" if len(letters) < whole else "many", typed=len(letters), whole=whole)
    strange = next((at for at, letter in enumerate(letters) if letter not in LETTERS), None)
    if strange is not None:
        return Fault("sign", strange // GROUP + 1, whole=whole)
    if whole == PASS_LETTERS or is_whole(letters):
        return None
    at = _wrong_at(letters)
    return Fault("letter", at // GROUP + 1) if at is not None else Fault("swapped" if _is_turned(letters) else "some")


def readings(letters: str) -> Iterator[str]:
    """Return *letters*, and then what else they may be: on paper a small L and a big I look alike. At most 64.

    Of more than `UNSURE` such letters the first are looked at. A pass that the server makes has no more.
    """
    unsure = [at for at, letter in enumerate(letters) if letter in "IL"][:UNSURE]
    own = [letters[at] for at in unsure]
    for chosen in product(*((letter, "L" if letter == "I" else "I") for letter in own)):
        read = list(letters)
        for at, letter in zip(unsure, chosen, strict=True):
            read[at] = letter
        yield "".join(read)


def one_letter_off(letters: str) -> Iterator[tuple[int, str]]:
    """Return every way to change one letter: the group that it stands in, and the letters then."""
    for at, letter in product(range(len(letters)), LETTERS):
        yield at // GROUP + 1, letters[:at] + letter + letters[at + 1 :]


def is_whole(letters: str) -> bool:
    """Whether the check letters fit the others."""
    return _sums(letters) == (0, 0)


def _wrong_at(letters: str) -> int | None:
    """Return the place of the one letter that is wrong, or None when more are."""
    plain, weighted = _sums(letters)
    if not plain or not weighted:
        return None
    at = (POWERS.index(weighted) - POWERS.index(plain)) % len(POWERS)
    return at if at < len(letters) else None


def _is_turned(letters: str) -> bool:
    """Whether two neighbours that change places would make it whole. Which two, the sums alone do not tell."""
    turned = (letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :] for at in range(len(letters) - 1))
    return any(is_whole(each) for each in turned)


def _powers() -> list[int]:
    """Return the 31 powers of x in the field of 32 elements, with x^5 = x^2 + 1."""
    powers = [1]
    while len(powers) < len(LETTERS) - 1:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled >= len(LETTERS) else doubled)
    return powers


POWERS = _powers()


def _sums(letters: str) -> tuple[int, int]:
    """Return the sum of the letters, and the sum of each times x to the power of its place; both 0 when all is well."""
    plain = weighted = 0
    for at, letter in enumerate(letters):
        if value := LETTERS.index(letter):
            plain ^= value
            weighted ^= POWERS[(POWERS.index(value) + at) % len(POWERS)]
    return plain, weighted


# The pair of check letters for each two sums of the letters before them; some sums ask for a letter no new card has.
CHECK_LETTERS = {
    _sums("A" * (CODE_LETTERS - 2) + first + last): first + last for first, last in product(ON_NEW_CARDS, repeat=2)
}
