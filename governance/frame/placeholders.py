"""What is filled into a sentence stays the same in every language: a hole would be left, and one too many breaks it."""

from __future__ import annotations

import re
from collections.abc import Sequence

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")


def fault_of(english: Sequence[str], said: Sequence[str]) -> str:
    """Return what is wrong with the forms *said* in a language, against those in *english*, or "" where nothing is.

    The last form, for many, has all placeholders; one for few ("one word", "two words") may do without a number.
    """
    wanted = sorted(PLACEHOLDER.findall(english[-1]))
    for at, form in enumerate(said):
        found = sorted(PLACEHOLDER.findall(form))
        if found != wanted and (at == len(said) - 1 or set(found) - set(wanted)):
            return f"it needs {' '.join(wanted) or 'no placeholder'}, and has {' '.join(found) or 'none'}"
        rest = PLACEHOLDER.sub("", form)
        if wanted and any(sign in rest and sign not in PLACEHOLDER.sub("", "".join(english)) for sign in "%{}"):
            return "a %, { or } in it is no placeholder"
        # A translation is put on the page as it is, so that it may hold a sign the English has, and no tag of its own.
        if any(sign in form and not any(sign in text for text in english) for sign in "<>&"):
            return "it has a <, > or & that the English has not"
    return ""
