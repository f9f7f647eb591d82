"""The names people give to the rules of counting, next to our own, for who types a command."""

from __future__ import annotations

import unicodedata
from typing import Any

from governance.counting import RULES, Rule

EQUAL_SHARES = {"method": "equal_shares"}
ALSO: dict[str, tuple[str, dict[str, Any]]] = {
    **dict.fromkeys(("instant-runoff", "instant-runoff-voting", "rcv", "alternative-vote"), ("irv", {})),
    **dict.fromkeys(("stv", "scottish", "stv-scottish", "wigm", "single-transferable-vote"), ("scottish-stv", {})),
    **dict.fromkeys(("meek", "stv-meek"), ("meek-stv", {})),
    **dict.fromkeys(("beatpath", "schulze-method"), ("schulze", {})),
    **dict.fromkeys(("tideman", "rankedpairs"), ("ranked-pairs", {})),
    **dict.fromkeys(("fptp", "first-past-the-post", "choose-one"), ("plurality", {})),
    **dict.fromkeys(("approval-voting", "choose-several"), ("approval", {})),
    **dict.fromkeys(("score-voting", "range", "range-voting"), ("score", {})),
    **dict.fromkeys(("star-voting",), ("star", {})),
    **dict.fromkeys(("majority-judgement", "mj"), ("majority-judgment", {})),
    **dict.fromkeys(("mes", "equal-shares", "method-of-equal-shares", "rule-x"), ("budget", EQUAL_SHARES)),
    **dict.fromkeys(("greedy", "budget-greedy", "greedy-budget"), ("budget", {"method": "greedy"})),
    **dict.fromkeys(("seq-phragmen", "sequential-phragmen", "seqphragmen"), ("phragmen", {})),
    **dict.fromkeys(("yesno", "yes-no-abstain"), ("yes-no", {})),
    **dict.fromkeys(("dot", "dot-voting"), ("dots", {})),
}


def rule_named(name: str) -> tuple[type[Rule] | None, dict[str, Any]]:
    """Return the rule people call *name* and the parameters that name says; None when no rule is called so.

    Capitals, accents, and what stands between the words make no difference.
    """
    bare = "".join(each for each in unicodedata.normalize("NFKD", name.strip()) if not unicodedata.combining(each))
    for sign in ("_", " ", "/"):
        bare = bare.replace(sign, "-")
    own, said = ALSO.get(bare.casefold(), (bare.casefold(), {}))
    return RULES.get(own), said
