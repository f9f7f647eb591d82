"""What needs me now, of votes."""

from governance.ballots.needs import Waits, needs


def test_boxes_come_before_votes_and_votes_before_those_that_must_follow() -> None:
    found = needs([Waits(1, "Hours?")], [Waits(2, "Water?")], [Waits(3, "Phones?")])
    assert [(each.title, each.word, each.state, each.at) for each in found] == [
        ("Hours?", "Hand in my part", "open", {"number": 1}),
        ("Water?", "Vote", "new", {"number": 2}),
        ("Phones?", "Next vote", "open", {"number": 3}),
    ]
    assert {each.page for each in found} == {"ballots.work"}


def test_nothing_waits_where_nothing_is_theirs() -> None:
    assert needs([], [], []) == []
