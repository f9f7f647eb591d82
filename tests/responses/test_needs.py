"""What needs me now, of answers."""

from governance.responses.needs import Kept, Late, needs


def test_a_promise_said_to_be_kept_and_a_late_answer_each_have_a_line() -> None:
    kept, one_day, more = needs([Kept("A new lamp", "Light at the door")], [Late("Hours", 1), Late("Water", 12)])
    assert (kept.title, kept.why, kept.word) == ("A new lamp", "Light at the door", "Staff say it is done")
    assert (one_day.title, str(one_day.word)) == ("Hours", "1 day late")
    assert (more.title, str(more.word), more.state) == ("Water", "12 days late", "late")
