"""The pure rules of counting: whole numbers and fractions, standard library, one file for each family of rules.

A rule is a frozen dataclass (`rule.Rule`) with a `name`, every parameter a field, and `count(ballots, lot) -> Account`.
The manifest fixes all of it before voting: `rule_from(manifest).count(ballots, lot)` is the whole count, for anybody. A
new rule is a class in a file, and a line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.counting.budget import Budget
from governance.counting.choosing import Approval, Phragmen, Plurality
from governance.counting.decided import Consensus, Consent, SenseCheck, YesNo
from governance.counting.irv import InstantRunoff
from governance.counting.judgment import MajorityJudgment
from governance.counting.meek import MeekStv
from governance.counting.ranked_pairs import RankedPairs
from governance.counting.rule import Rule
from governance.counting.schulze import Schulze
from governance.counting.scoring import Dots, Score, Star
from governance.counting.scottish import ScottishStv
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

__all__ = ["RULES", "Rule", "rule_from"]

RULES: dict[str, type[Rule]] = {
    each.name: each
    for each in (
        Consent, Consensus, YesNo, SenseCheck, Plurality, Approval, Score, Star, MajorityJudgment, Dots, Budget,
        InstantRunoff, Schulze, RankedPairs, ScottishStv, MeekStv, Phragmen,
    )
}  # fmt: skip


def rule_from(manifest: Mapping[str, Any]) -> Rule:
    """Return the rule a manifest names, with its parameters. Raises RuleRefused when it cannot be understood."""
    rule = RULES.get(str(manifest.get("rule")))
    if rule is None:
        raise RuleRefused(N_("This way to count is not known. Choose one of those offered."))
    return rule.from_manifest(manifest)
