"""What staff owe and what the board does about it: the clock, the answer, the promises, the second look."""

from governance.responses.service.answering import AnswerFields, answer, versions
from governance.responses.service.duties import (
    adopt_and_start_clock,
    ask_again,
    open_duties,
    say_first_word,
    start_duty_for_theme,
    take_more_time,
)
from governance.responses.service.grieved import grievances_waiting
from governance.responses.service.keeping import (
    check_may_mark_done,
    commitment_in,
    commitments_of,
    mark_done,
    report_done,
    send_back,
)
from governance.responses.service.reading import (
    Answers,
    DutyNow,
    Kept,
    answered,
    answers_behind_themes,
    answers_of,
    answers_of_record,
    answers_of_theme,
    answers_since,
    desk_counts,
    duties_now,
    duty_now,
    duty_of,
    duty_on_theme,
    duty_query,
    from_row,
    owed,
    promised,
    themes_behind,
)
from governance.responses.service.second_look import (
    answer_second_look,
    answers_above,
    ask_second_look,
    may_give,
    need_open_second_look,
    open_second_look,
    second_looks,
    second_looks_for,
)

__all__ = [
    "AnswerFields", "Answers", "DutyNow", "Kept", "adopt_and_start_clock", "answer", "answer_second_look", "answered",
    "answers_above",
    "answers_behind_themes", "answers_of", "answers_of_record", "answers_of_theme", "answers_since",
    "ask_again", "ask_second_look",
    "check_may_mark_done", "commitment_in", "commitments_of", "desk_counts", "duties_now", "duty_now", "duty_of",
    "duty_on_theme", "duty_query", "from_row", "grievances_waiting",
    "mark_done", "may_give", "need_open_second_look", "open_duties", "open_second_look", "owed", "promised",
    "report_done", "say_first_word",
    "second_looks", "second_looks_for", "send_back", "start_duty_for_theme", "take_more_time",
    "themes_behind", "versions",
]  # fmt: skip
