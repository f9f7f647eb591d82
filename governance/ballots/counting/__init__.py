"""The pure rules of counting: whole numbers and fractions, standard library, one file for each rule.

A rule is a frozen dataclass with a `name` (the manifest fixes it before voting), `in_words` (what it takes) and
`count(ballots) -> Tally`. A new rule is a new file and a line in `RULE_WORDS`; nothing else here changes.
"""

from governance.sentences import N_

RULE_WORDS = {
    "consensus": N_("Consensus"),
    "majority": N_("Majority"),
    "two_thirds": N_("Two thirds"),
}
