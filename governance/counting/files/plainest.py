"""The ballots of a BLT file as most programs write them, read all at once instead of word by word.

Each ballot is a line, `1 3 1 4 0`: a weight of one digit, the options, a 0. Once every option is one sign long, the
words are every second byte of the whole text, and a look at the bytes in between proves that it is so.
"""

from __future__ import annotations

from collections import Counter

from governance.counting.columns import END, Columns

MOST = 40  # options: each beyond nine is one more search through the text
DIGITS = b"0123456789"
WRONG = END - 1


def columns(body: bytes, options: int) -> Columns | None:
    """Return the rankings in *body*, the lines of a BLT file that hold ballots; None when any is not so plain."""
    if not body or options > MOST or body.translate(None, DIGITS + b" \n"):
        return None
    for option in range(10, options + 1):
        body = body.replace(b" %d " % option, b" %c " % _sign(option))
    ballots = body.count(b"\n")
    between, words = body[1::2], body[::2]
    one_sign_each = not between.translate(None, b" \n") and len(words.translate(None, b" \n")) == len(words)
    if not one_sign_each or not ballots == body.count(b" 0\n") == body.count(b"0"):
        return None
    counted = Counter(body.translate(None, b" ").split(b"\n")[:-1])
    width = max(map(len, counted))
    if width > options + 2:
        return None
    table = bytearray([WRONG] * 256)
    table[_sign(0)] = END
    for option in range(options):
        table[_sign(option + 1)] = option
    whole = b"".join([ballot.ljust(width, b"0") for ballot in counted])
    ranks = [whole[rank::width].translate(table) for rank in range(1, width - 1)]
    weights = [int(ballot[:1]) * times for ballot, times in counted.items()]
    found = Columns(ranks, weights, options)
    return None if any(WRONG in rank for rank in ranks) or not found.none_twice() else found


def _sign(option: int) -> int:
    """Return the one sign that stands for an option from 1; 0 ends a ballot."""
    return DIGITS[0] + option
