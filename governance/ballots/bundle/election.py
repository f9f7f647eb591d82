"""Our own result bundle: the ballots of one vote, with the rule that was fixed for it and the seed of its lot.

Reading it checks that it can be counted, and `of_the_vote` everything that `governance verify` checks. Rankings may be
cut as deep as the first count looked (`ranking.py`): another rule that must see more of one refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from governance.ballots.bundle import manifests
from governance.ballots.bundle.checking import read_and_check
from governance.ballots.papers import choices, ranking
from governance.counting import Rule, rule_from
from governance.counting.files.source import Election, Malformed, Watch, excerpt, unwatched
from governance.counting.grouped import UNREAD, Ballots, Paper
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import from_json

A_BUNDLE = "a result bundle as its vote's page gives it, whole and unchanged"
WITH_BALLOTS = "a bundle with its ballots in it; members of the board can get that one"


def is_bundle(content: bytes) -> bool:
    """Return whether *content* begins as JSON does."""
    return content.lstrip()[:1] == b"{"


def read_bundle(content: bytes, papers: str, watch: Watch = unwatched) -> Election:
    """Return the election in a bundle. *papers*: what the rule counts, "" for the vote's own. Raises Malformed."""
    try:
        told = json.loads(content)
        manifest, kind = told["manifest"], told["kind"]
        if kind == "outcome":
            raise Malformed(1, WITH_BALLOTS)
        rule, options = rule_from(manifest["rule"]), tuple(manifest["options"])
        if papers and papers != rule.papers:
            raise Malformed(1, f"ballots of the kind this rule counts ({papers}), not {rule.papers}")
        ballots = _grouped(rule, options, told["ballots"], watch)
        seats = getattr(rule, "seats", None)
        return Election(ballots, seats, str(manifest["question"]), rule, _seed(told["box_root"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, RuleRefused) as wrong:
        raise Malformed(1, A_BUNDLE) from wrong


def of_the_vote(content: bytes) -> list[str]:
    """Return what the vote in a bundle came to beyond its rule: who took part, quorum and second check, the result.

    Raises Malformed with the first thing wrong in a bundle that does not hold: what it counts to is no result.
    """
    problems, document = read_and_check(content)
    if problems or document is None:
        raise Malformed(1, f"a bundle that holds, as governance verify checks it. {' '.join(problems[:1])}")
    read = document.parts
    in_words = [str(from_json(each)) for each in read["in_words"]]
    words = manifests.words_fixed(read["manifest"])
    return [
        in_words[0],
        in_words[-1],
        *words,
        f"Key of its ledger, to compare with the one you know: {read['ledger']['key']}",
    ]


def _seed(root: str) -> bytes:
    if not re.fullmatch("[0-9a-f]{64}", root):
        raise ValueError("The box root is 64 hexadecimal digits.")
    return bytes.fromhex(root)


def _grouped(rule: Rule, options: tuple[str, ...], rows: list[Mapping[str, Any]], watch: Watch) -> Ballots:
    counts: dict[tuple[bool, Paper], int] = {}
    for row in watch(rows):
        try:
            key = _paper(rule, options, row["ballot"])
        except (RuleRefused, ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
            raise Malformed(1, f"ballots that can be counted, not {excerpt(str(row)[:40])}") from wrong
        counts[key] = counts.get(key, 0) + 1
    groups = tuple(((*paper, UNREAD) if is_cut else paper, number) for (is_cut, paper), number in counts.items())
    return Ballots(options, groups)


def _paper(rule: Rule, options: tuple[str, ...], ballot: Mapping[str, Any]) -> tuple[bool, Paper]:
    """Return whether a ballot is cut, and what of it can be counted."""
    if choices.form_of(rule) is not choices.PaperAsks.RANKS:
        said = {name: value for name, value in ballot["choice"].items() if name != "by"}  # In a vote by name.
        return False, choices.paper(rule, options, said)
    if not ranking.has_form(ballot["ranks"]):
        raise RuleRefused(choices.NOT_COUNTED)
    shown = choices.ranking(ranking.ranked(ballot["ranks"]), options)
    return not ranking.is_whole(ballot["ranks"]), shown
