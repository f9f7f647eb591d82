"""What people do with a proposal: write, talk, fix its words, take it through its life."""

from governance.proposals.service.advice import Wording, advise, wording
from governance.proposals.service.changes import how_words_changed
from governance.proposals.service.life import (
    back_to_discussion,
    check_may_withdraw,
    freeze,
    mark_decided,
    mark_in_ballot,
    park,
    start_discussion,
    try_again,
    withdraw,
)
from governance.proposals.service.mine import Minded, concerns_of, written_by
from governance.proposals.service.reading import (
    Listed,
    by_number,
    charter_asked,
    charter_note,
    current,
    label_already_decided,
    listed,
    missing,
    sources,
    theme_choices,
    themes_named,
    versions,
    with_concerns,
)
from governance.proposals.service.talk import (
    call_in,
    free_alternates,
    has_open_concerns,
    names,
    raise_again,
    recusals,
    remark,
    remarks,
    settle_concern,
    settled_by_others,
    step_back_in,
    step_out,
)
from governance.proposals.service.turns import lock
from governance.proposals.service.version_words import canonical_words, hash_of_words, version_as_data
from governance.proposals.service.words_line import WORDS_CHANGED, check_as_fixed, closes_as_fixed, holds, words_doubt
from governance.proposals.service.writing import ProposalFields, draft, link_theme, revise, small

__all__ = [
    "WORDS_CHANGED", "Listed", "Minded", "ProposalFields", "Wording", "advise", "back_to_discussion", "by_number",
    "call_in", "canonical_words", "charter_asked", "charter_note", "check_as_fixed", "check_may_withdraw",
    "closes_as_fixed", "concerns_of", "current", "draft", "free_alternates", "freeze",
    "has_open_concerns", "hash_of_words", "holds", "how_words_changed",
    "label_already_decided", "link_theme", "listed", "lock", "mark_decided", "mark_in_ballot", "missing", "names",
    "park", "raise_again", "recusals", "remark", "remarks", "revise", "settle_concern", "settled_by_others", "small",
    "sources", "start_discussion", "step_back_in", "step_out", "theme_choices", "themes_named", "try_again",
    "version_as_data", "versions", "with_concerns", "withdraw", "wording", "words_doubt", "written_by",
]  # fmt: skip
