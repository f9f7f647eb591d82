"""What people do with a decision record: draft, disagree, complete, adopt, correct, find."""

from governance.decisions.service.adopting import adopt, check_may_adopt, correct, missing, words_of
from governance.decisions.service.dissent import (
    AskedToSpeak,
    asked_to_speak,
    dissent_of,
    forget_dissent,
    preview,
    say_dissent,
    speak_for,
)
from governance.decisions.service.drafting import RecordFields, complete, draft_record
from governance.decisions.service.published import sha256_of
from governance.decisions.service.reading import (
    DraftFor,
    Found,
    Key,
    Versions,
    adopted_on,
    asks_staff,
    by_number,
    decided,
    desk,
    drafts_for,
    has_decided,
    listed,
    to_look_at_again,
    versions,
)

__all__ = [
    "AskedToSpeak",
    "DraftFor",
    "Found",
    "Key",
    "RecordFields",
    "Versions",
    "adopt",
    "adopted_on",
    "asked_to_speak",
    "asks_staff",
    "by_number",
    "check_may_adopt",
    "complete",
    "correct",
    "decided",
    "desk",
    "dissent_of",
    "draft_record",
    "drafts_for",
    "forget_dissent",
    "has_decided",
    "listed",
    "missing",
    "preview",
    "say_dissent",
    "sha256_of",
    "speak_for",
    "to_look_at_again",
    "versions",
    "words_of",
]  # fmt: skip
