"""How places stand on a day, by what two people agreed to, and what no change may lead to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.places import place_rules as rules
from governance.places.place_rules import ShownPlace, Stand
from governance.places.plan_rules import Change, What
from governance.ruling.errors import RuleRefused

TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)
HALL, VAN = ("Hall", "Days"), ("Van", "Fridays")  # What a programme began with.


def hours(place: str, when: str, begins: date) -> Change:
    """The first one of a place that is not there yet brings it."""
    return Change(What.PLACE, {"name": place, "hours": when}, begins)


def rename(place: str, name: str, begins: date) -> Change:
    return Change(What.PLACE_NAME, {"place": place, "name": name}, begins)


def doors(place: str, is_open: bool, begins: date) -> Change:
    return Change(What.PLACE_OPEN, {"place": place, "open": is_open}, begins)


# How they stand


def test_each_change_holds_from_its_day_on_for_its_own_place() -> None:
    changes = [hours("Hall", "Nights", TODAY + DAY), rename("Hall", "House", TODAY), doors("Van", False, TODAY)]
    hall, van = Stand("Hall", "Hall", "Days"), Stand("Van", "Van", "Fridays")
    assert rules.places_on(TODAY - DAY, [HALL, VAN], changes) == {"Hall": hall, "Van": van}
    assert rules.places_on(TODAY, [HALL, VAN], changes) == {
        "Hall": Stand("Hall", "House", "Days"),
        "Van": Stand("Van", "Van", "Fridays", TODAY),
    }
    assert rules.places_on(TODAY + DAY, [HALL], changes)["Hall"] == Stand("Hall", "House", "Nights")


def test_a_place_stays_closed_since_its_first_day_until_it_opens() -> None:
    changes = [doors("Hall", False, TODAY), doors("Hall", False, TODAY + DAY), doors("Hall", True, TODAY + 2 * DAY)]
    closed = [rules.places_on(TODAY + day * DAY, [HALL], changes)["Hall"].closed_on for day in range(3)]
    assert closed == [TODAY, TODAY, None]


def test_a_place_that_comes_and_closes_on_one_day_is_closed_with_its_hours() -> None:
    changes = [doors("Tent", False, TODAY), rename("Tent", "Yurt", TODAY), hours("Tent", "Nights", TODAY)]
    assert rules.places_on(TODAY, [], changes) == {"Tent": Stand("Tent", "Yurt", "Nights", TODAY)}


def test_what_is_of_no_place_moves_none() -> None:
    other = Change(What.RELEASE_HOUR, 9, TODAY)
    assert rules.places_on(TODAY, [HALL], [other]) == {"Hall": Stand("Hall", "Hall", "Days")}
    assert rules.names_of([HALL], [other]) == {"Hall": ["Hall"]}


@pytest.mark.parametrize("closed_on", [None, TODAY])
def test_a_change_to_what_is_there_changes_nothing(closed_on: date | None) -> None:
    stand = Stand("Hall", "House", "Nights", closed_on)
    said = {what: rules.value_of(what, stand) for what in (What.PLACE, What.PLACE_NAME, What.PLACE_OPEN)}
    assert said == {
        What.PLACE: {"name": "Hall", "hours": "Nights"},
        What.PLACE_NAME: {"place": "Hall", "name": "House"},
        What.PLACE_OPEN: {"place": "Hall", "open": closed_on is None},
    }
    changes = [Change(what, value, TODAY) for what, value in said.items()]
    assert rules.places_on(TODAY, [HALL], changes)["Hall"] == stand
    assert rules.value_of(What.PLACE, None) is None


# What everybody reads


def shown(*changes: Change) -> list[ShownPlace]:
    return rules.shown(TODAY, [HALL, VAN], changes)


def test_open_places_come_first_then_those_to_come_then_closed_ones() -> None:
    found = shown(
        doors("Hall", False, TODAY), hours("Yard", "", TODAY), hours("Tent", "Nights", TODAY + DAY),
        rename("Van", "Zeppelin", TODAY),
    )  # fmt: skip
    assert [(each.stands.name, each.was_open, each.ahead) for each in found] == [
        ("Yard", True, []),
        ("Zeppelin", True, []),
        ("Tent", False, [(TODAY + DAY, True)]),
        ("Hall", True, []),
    ]


def test_each_day_on_which_a_place_opens_or_closes_is_told_once() -> None:
    days = [TODAY + day * DAY for day in range(5)]
    found = shown(
        doors("Hall", False, days[1]), doors("Hall", False, days[2]), rename("Hall", "House", days[2]),
        doors("Hall", True, days[3]), hours("Hall", "Nights", days[4]),
    )  # fmt: skip
    assert found[0] == ShownPlace(Stand("Hall", "Hall", "Days"), True, [(days[1], False), (days[3], True)])
    assert found[1] == ShownPlace(Stand("Van", "Van", "Fridays"), True, [])


def test_a_place_to_come_is_shown_as_it_will_be_on_its_first_day() -> None:
    comes, later = TODAY + DAY, TODAY + 2 * DAY
    found = shown(hours("Tent", "Nights", comes), rename("Tent", "Yurt", later), doors("Tent", False, later))
    assert found[2] == ShownPlace(Stand("Tent", "Tent", "Nights"), False, [(comes, True), (later, False)])


@pytest.mark.parametrize("begins", [TODAY - DAY, TODAY, TODAY + DAY])
def test_a_slip_that_closed_on_the_day_it_came_is_shown_to_nobody(begins: date) -> None:
    found = shown(hours("Slip", "Nights", begins), doors("Slip", False, begins))
    assert [each.stands.first for each in found] == ["Hall", "Van"]


def test_a_place_of_the_first_day_that_closed_with_it_is_still_one() -> None:
    (found,) = rules.shown(TODAY, [HALL], [doors("Hall", False, TODAY - DAY)])
    assert found == ShownPlace(Stand("Hall", "Hall", "Days", TODAY - DAY), True, [])


# Names


def test_every_name_a_place_has_had_or_will_have_is_its_own() -> None:
    names = rules.names_of([HALL, VAN], [
        rename("Hall", "House", TODAY), rename("Hall", "Home", TODAY + 9 * DAY),
        hours("Tent", "", TODAY), doors("Tent", False, TODAY),
    ])  # fmt: skip
    assert names == {"Hall": ["Hall", "House", "Home"], "Van": ["Van"], "Tent": ["Tent"]}
    for name, first in {"Home": "Hall", "hOUSE": "Hall", "V\u0430n": "Van", "Tennt": ""}.items():
        assert rules.whose(name, names) == first


def test_of_two_that_look_alike_a_name_is_that_of_the_place_which_has_just_this_one() -> None:
    """An older version may have let both in."""
    names = {"Drop-in": ["Drop-in"], "Drop in": ["Drop in"]}
    assert [rules.whose(name, names) for name in names] == list(names)
    assert rules.whose("DROP IN", names) == "Drop-in", "one that is neither is the first"


def test_a_place_takes_a_name_that_is_its_own_or_new() -> None:
    names = {"Hall": ["Hall", "House"], "Van": ["Van"]}
    for name in ("House", "hall", "Yard"):
        rules.check_name(name, "Hall", names)
    for name in ("House", "hall"):
        with pytest.raises(RuleRefused, match=f"“{name}” is or was the name of another place"):
            rules.check_name(name, "Van", names)


@pytest.mark.parametrize(("name", "why"), [(" \u200b", "Write the name"), ("Hall\u202e", "signs that nobody can see")])
def test_a_name_that_cannot_be_read_is_none(name: str, why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        rules.check_name(name, "Hall", {})


def test_two_places_of_one_name_are_named() -> None:
    stands = [Stand("Hall", "House"), Stand("Van", "Van"), Stand("Yard", "House"), Stand("Tent", "Tent")]
    assert rules.names_twice(stands) == ["House"]


# What no change leads to


def test_a_change_needs_its_place() -> None:
    rules.check_is_there(Stand("Hall", "Hall"))
    with pytest.raises(RuleRefused, match="There is no such place on that day"):
        rules.check_is_there(None)


def test_one_place_is_open_on_each_day_from_a_change_on() -> None:
    hall, van = doors("Hall", False, TODAY + 2 * DAY), doors("Van", False, TODAY + 4 * DAY)
    rules.check_one_is_open(TODAY, [HALL, VAN], [hall])
    rules.check_one_is_open(TODAY, [HALL, VAN], [hall, van, hours("Tent", "", TODAY + 4 * DAY)])
    for begins in (TODAY, TODAY + 4 * DAY, TODAY + 5 * DAY):
        with pytest.raises(RuleRefused, match="Then no place is open"):
            rules.check_one_is_open(begins, [HALL, VAN], [hall, van])
    again = doors("Van", True, TODAY + 5 * DAY)
    rules.check_one_is_open(TODAY + 5 * DAY, [HALL, VAN], [hall, van, again])  # What was before is not its doing.
