"""What people do with feedback, a file for each part of its way."""

from governance.feedback.service.auditing import audit, fates
from governance.feedback.service.follow_up import FollowUpPage, add_to, look_up, withdraw_quote
from governance.feedback.service.hiding import (
    agree_to_hide,
    ask_to_hide,
    hide_request,
    hide_requests,
    leave_shown,
    tombstone_of,
    tombstones,
)
from governance.feedback.service.intake import PreparedCode, Receipt, Sealed, Submission, hold, prepare_code, seal, take
from governance.feedback.service.reading import COUNTED, Keyring, OpenMessage, Page, box_counts, inbox, read
from governance.feedback.service.release import periods_around, release, release_now, shuffle_held
from governance.feedback.service.retention import retire
from governance.feedback.service.sorting import (
    can_write_back,
    move,
    replies_sent,
    sort,
    tick_urgent,
    urgent_log,
    write_back,
)
from governance.feedback.service.themes import (
    close_theme,
    messages_of,
    put_in,
    quote,
    quotes_of,
    start_theme,
    take_out,
    theme_counts,
    themes,
    themes_by_id,
    themes_of,
)

__all__ = [
    "COUNTED", "FollowUpPage", "Keyring", "OpenMessage", "Page", "PreparedCode", "Receipt", "Sealed", "Submission",
    "add_to",
    "agree_to_hide", "ask_to_hide", "audit", "box_counts", "can_write_back", "close_theme", "fates", "hide_request",
    "hide_requests", "hold", "inbox", "leave_shown", "look_up", "messages_of", "move", "periods_around", "prepare_code",
    "put_in", "quote", "quotes_of", "read", "release", "release_now", "replies_sent", "retire", "seal",
    "shuffle_held", "sort", "start_theme", "take", "take_out", "theme_counts", "themes", "themes_by_id", "themes_of",
    "tick_urgent", "tombstone_of", "tombstones", "urgent_log", "withdraw_quote", "write_back",
]  # fmt: skip
