"""The ledger at work: append in the transaction of the act, sign heads, show them as tiles, and check it all again."""

from governance.ledger.service.checking import check
from governance.ledger.service.cosigning import (
    Question,
    Seen,
    accept,
    add_witness,
    questions,
    remove_witness,
    request_text,
    seen_by,
)
from governance.ledger.service.exporting import export
from governance.ledger.service.gaps import Gap, checked_words, gaps, state_gap, take_names
from governance.ledger.service.growing import (
    OLDER,
    LedgerBroken,
    append,
    append_many,
    append_once,
    checked_edge,
    closed_key,
    head,
    hold,
    leaf,
    leaves,
    newest,
    publish_head,
    sign_closed,
    size,
    verifier_key,
)
from governance.ledger.service.names import private
from governance.ledger.service.proving import checkpoint, proof_of, witnessed_head
from governance.ledger.service.signed_last import Behind, behind, keep_heads
from governance.ledger.service.tiling import keep_tiles, tile_content
from governance.ledger.service.witnessed import (
    asked_for,
    choose_quorum,
    forget_quorum,
    is_witnessed,
    policy_text,
    witnesses,
)

__all__ = [
    "OLDER",
    "Behind",
    "Gap",
    "LedgerBroken",
    "Question",
    "Seen",
    "accept",
    "add_witness",
    "append",
    "append_many",
    "append_once",
    "asked_for",
    "behind",
    "check",
    "checked_edge",
    "checked_words",
    "checkpoint",
    "choose_quorum",
    "closed_key",
    "export",
    "forget_quorum",
    "gaps",
    "head",
    "hold",
    "is_witnessed",
    "keep_heads",
    "keep_tiles",
    "leaf",
    "leaves",
    "newest",
    "policy_text",
    "private",
    "proof_of",
    "publish_head",
    "questions",
    "remove_witness",
    "request_text",
    "seen_by",
    "sign_closed",
    "size",
    "state_gap",
    "take_names",
    "tile_content",
    "verifier_key",
    "witnessed_head",
    "witnesses",
]
