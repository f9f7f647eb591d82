"""What the board does with its own house: charter, seats, stepping out, agenda."""

from governance.board.service.agenda_items import (
    add_agenda_item,
    agenda,
    bring_up,
    follow_on_agenda,
    next_meeting,
    park_to_make_room,
    set_agenda_state,
)
from governance.board.service.charters import (
    adopt_charter,
    charter,
    charter_number,
    charter_numbered,
    charter_versions,
    from_settings,
    has_charter,
    settings_of,
)
from governance.board.service.roll import (
    call_in,
    called_in,
    check_seated,
    classes_stepped_out,
    forget_who_stepped_out,
    has_stepped_out,
    recusals,
    step_back_in,
    step_out,
    voting_roll,
)
from governance.board.service.seats import (
    SeatOnDay,
    add_seat,
    composition,
    end_term,
    free_members,
    member_names,
    named_in,
    pause,
    resume,
    seat_member,
    seat_of,
    seats_on,
    terms_running_out,
)

__all__ = [
    "SeatOnDay", "add_agenda_item", "add_seat", "adopt_charter", "agenda", "bring_up", "call_in", "called_in",
    "charter", "charter_number", "charter_numbered", "charter_versions", "check_seated", "classes_stepped_out",
    "composition", "end_term", "follow_on_agenda", "forget_who_stepped_out", "free_members", "from_settings",
    "has_charter", "has_stepped_out", "member_names", "named_in", "next_meeting", "park_to_make_room", "pause",
    "recusals", "resume", "seat_member", "seat_of", "seats_on", "set_agenda_state", "settings_of", "step_back_in",
    "step_out", "terms_running_out", "voting_roll",
]  # fmt: skip
