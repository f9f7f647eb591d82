"""Numbers of a count as a page writes them: whole votes, or parts of a vote cut to two places, never rounded up."""

from __future__ import annotations

from fractions import Fraction

PLACES = 2
MINUS = "\u2212"


def exact(value: object) -> Fraction:
    """Return a number of an account exactly; it is a whole number, or text like "4.25000" or "2/3"."""
    return Fraction(str(value))


def cut(value: object) -> str:
    """Return a number of an account to two places at most, the rest left out: "4", "4.25", "0.66"."""
    number = exact(value)
    whole = abs(number.numerator) * 10**PLACES // number.denominator
    text = f"{whole // 10**PLACES}.{whole % 10**PLACES:0{PLACES}d}".rstrip("0").rstrip(".")
    return MINUS + text if number < 0 and text != "0" else text


def is_cut(value: object) -> bool:
    """Whether `cut` leaves something out."""
    return bool(exact(value).numerator * 10**PLACES % exact(value).denominator)


def change(before: object, after: object) -> str:
    """Return how a number moved, with its sign: "+2"; "" when it did not."""
    moved = exact(after) - exact(before)
    return "" if not moved else f"+{cut(moved)}" if moved > 0 else cut(moved)
