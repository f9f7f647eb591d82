"""A card is lost, a device is lent, a screen is left alone. Two people who know the person help, and nobody's mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from governance import clock
from tests.journeys.conftest import Town
from tests.journeys.people import Member, Reader


def test_a_member_gets_a_new_card_from_two_people_and_the_old_one_opens_nothing(town: Town) -> None:
    board, staff, member = town.worker(Reader, "Ash"), town.worker(Reader, "Juniper"), town.worker(Member, "Elder")
    member.goes_to("/board")
    board.asks_for_a_card("Elder")
    board.sees("Elder needs a new card", "A second person must agree here")
    board.does_not_see("Agree and make the card")
    words = staff.makes_the_card("Elder")
    member.opens("/board")
    member.sees("Please sign in first")
    member.is_turned_away()
    member.card = replace(member.card, passphrase=words)
    member.makes_own_words()
    member.goes_to("/board")
    member.sees("Nothing waits for you alone.")


def test_a_reader_with_a_new_card_opens_nothing_until_two_readers_sign(town: Town) -> None:
    said = "The tea is cold."
    for words in (said, "All good.", "Thank you all."):
        somebody = town.participant()
        somebody.begins()
        somebody.says(words)
    town.a_day_passes()
    board, staff, reader = town.worker(Reader, "Ash"), town.worker(Reader, "Juniper"), town.worker(Reader, "Birch")
    reader.finds(said)
    staff.asks_for_a_card("Birch")
    reader.card = replace(reader.card, passphrase=board.makes_the_card("Birch"))
    reader.makes_own_words()
    reader.goes_to("/desk")
    reader.sees("Your keys open no box yet")
    staff.signs_for("Birch")
    staff.does_not_see("Sign: yes, they may read")
    board.signs_too("Birch")
    reader.finds(said)


def test_one_press_signs_out_every_device(town: Town) -> None:
    at_home, at_the_office = town.worker(Member, "Dogwood"), town.another_screen(Member, "Dogwood")
    at_home.goes_to("/board")
    at_the_office.goes_to("/account")
    at_the_office.presses("Sign out everywhere")
    at_the_office.sees("You are signed out on every device.")
    assert at_home.opens("/board") == 401
    at_home.sees("Please sign in first")


def test_a_screen_left_alone_signs_out_by_itself(town: Town) -> None:
    member = town.worker(Member, "Fern")
    member.goes_to("/board")
    town.clock_goes_to(clock.now() + timedelta(minutes=14))
    assert member.opens("/board") == 200
    town.clock_goes_to(clock.now() + timedelta(minutes=16))
    assert member.opens("/board") == 401
    member.does_not_see("Fern")
