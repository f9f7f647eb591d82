"""What a tablet brings a week later, and later still; and the sounds it keeps meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from governance import clock, privacy
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import TakenOnce
from governance.feedback.service import outbox
from governance.frame.said_aloud import key_of
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.places.aloud import made_ahead
from governance.places.models import HelpCard
from governance.privacy import retention
from tests.factories import NOW, TODAY, Founded
from tests.feedback.messages import let_out
from tests.feedback.test_outbox import ADDRESS, WORDS, _committed, on_a_tablet, read, rows, screen, seals
from tests.places.aloud.listening import a_sound

__all__ = ["_committed"]
pytestmark = pytest.mark.usefixtures("at_noon")


# A week later, and later still


def later_than(founded: Founded, day: date) -> None:
    people.ensure_intake_keys(founded.session, founded.keys, feedback.periods_around(day))
    founded.session.commit()


@pytest.mark.parametrize("lane", ["urgent", "suggestion"])
def test_words_of_the_period_before_are_read(app: Flask, founded: Founded, lane: str) -> None:
    """Those of the urgent ones are a week: it is over when a van comes back."""
    sealed = on_a_tablet(seals(founded), lane=lane)
    back = TODAY + timedelta(days=14)
    later_than(founded, back)
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
    assert feedback.keep_brought(founded.session, brought, back)
    assert [message.words for message in read(founded, "Ash", back + timedelta(days=4))] == [WORDS]


def test_words_sealed_before_a_reader_was_taken_away_are_read_by_the_others(app: Flask, founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded))
    people.rotate(founded.session, founded.keys, [rules.Audience.EVERYONE], TODAY)
    founded.session.commit()
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.words for message in read(founded, "Ash")] == [WORDS]


@pytest.mark.parametrize("days", [34, 36, 60])
def test_words_whose_time_is_over_or_soon_will_be_come_as_words_that_nobody_can_open(
    app: Flask, founded: Founded, days: int
) -> None:
    """That something came is told to the readers; nothing is sealed to a key that goes while it waits."""
    sealed = on_a_tablet(seals(founded), lane="urgent")
    back = TODAY + timedelta(days=days)
    later_than(founded, back)
    feedback.retire(founded.session, founded.keys, back)
    founded.session.commit()
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
    feedback.keep_brought(founded.session, brought, back)
    founded.session.commit()
    let_out(founded, back + timedelta(days=4))
    feedback.retire(founded.session, founded.keys, back + timedelta(days=4))
    (message,) = read(founded, "Ash", back + timedelta(days=4))
    assert (message.unreadable, message.place) == (True, "Van")


@pytest.mark.parametrize(("lane", "route", "before"), [("urgent", "now", 1), ("urgent", "", 7), ("suggestion", "", 7)])
def test_words_are_opened_to_the_last_day_on_which_they_can_be(
    app: Flask, founded: Founded, lane: str, route: str, before: int
) -> None:
    """What goes at once loses no day. What waits ends six days sooner: its key would go meanwhile."""
    sealed = on_a_tablet(seals(founded), lane=lane, route=route)
    audience = rules.audience_for(rules.Lane(lane), rules.About.NOBODY)
    ends = privacy.expires_on(privacy.period_of(TODAY, audience), audience)
    for back, opens in ((ends - timedelta(days=before), True), (ends - timedelta(days=before - 1), False)):
        later_than(founded, back)
        brought = feedback.open_brought(founded.session, founded.keys, sealed, "Van", back)
        key = founded.session.get_one(IntakeKey, brought.held["intake_key_id"])
        assert (key.period == privacy.period_of(TODAY, audience)) is opens, back


def test_words_sealed_for_other_readers_reach_neither(app: Flask, founded: Founded) -> None:
    """A tablet that somebody has changed could seal a complaint about the manager for the whole team."""
    by = seals(founded)
    wrong = {**by, "read_by": {"grievance": {"manager": "everyone"}}}
    sealed = on_a_tablet(wrong, lane="grievance", about="manager")
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    assert brought.held["audience"] == rules.Audience.MANAGER
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.unreadable for message in read(founded, "Ash")] == [True]
    assert read(founded, "Juniper") == []


def test_that_it_was_taken_is_remembered_as_long_as_a_tablet_could_bring_it_again(founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded))
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    founded.session.commit()
    for days, left in ((360, 1), (retention.ENROLLED.days, 1), (retention.TAKEN_FROM_TABLETS.days, 0)):
        feedback.retire(founded.session, founded.keys, TODAY + timedelta(days=days))
        founded.session.commit()
        assert len(rows(founded, TakenOnce)) == left, days


def test_the_longest_words_fit_in_any_script(founded: Founded) -> None:
    sealed = on_a_tablet(seals(founded), "🏳" * rules.LONGEST_WORDS)
    assert len(sealed) == outbox.SEALED_SIZE
    brought = feedback.open_brought(founded.session, founded.keys, sealed, "", TODAY)
    feedback.keep_brought(founded.session, brought, TODAY)
    assert [message.words for message in read(founded, "Ash")] == ["🏳" * rules.LONGEST_WORDS]


@pytest.mark.on_both
def test_the_sounds_are_kept_under_a_mark_of_these_sounds_alone(app: Flask, founded: Founded) -> None:
    """Another one of the same length is another one within the hour. A card that was checked changes the pages only."""
    client, _token, _kiosk = screen(app, founded)
    folder = made_ahead.folder(app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True)
    on_the_page, elsewhere = (folder / f"{key_of('en', line)}.wav" for line in ("How was it?", "No page says this."))
    on_the_page.write_bytes(a_sound())
    before = client.get(ADDRESS).json
    (kept,) = before["sounds"]
    assert kept["bytes"] == len(a_sound()) // 4
    card = founded.session.scalars(select(HelpCard).where(HelpCard.language == "en")).first()
    assert card
    card.checked_on = TODAY - timedelta(days=3)
    founded.session.commit()
    elsewhere.write_bytes(a_sound())
    after = client.get(ADDRESS).json
    assert after["mark"] != before["mark"]
    assert after["sounds"] == before["sounds"]
    on_the_page.write_bytes(a_sound()[:-2] + b"\x10\x10")
    with clock.stopped_at(NOW + timedelta(hours=1)):
        (another,) = client.get(ADDRESS).json["sounds"]
    assert (another["mark"] != kept["mark"], another["bytes"]) == (True, kept["bytes"])


def test_sounds_are_given_to_what_keeps_them_alone(app: Flask, founded: Founded) -> None:
    """The page itself, which asks for a list, is not sent megabytes."""
    client, _token, _kiosk = screen(app, founded)
    folder = made_ahead.folder(app.config["SETTINGS"].home, "en")
    folder.mkdir(parents=True)
    (folder / f"{key_of('en', 'How was it?')}.wav").write_bytes(a_sound())
    assert list(client.get("/kiosk/sounds/en?all").json) == [key_of("en", "How was it?")]
    assert client.get("/kiosk/sounds/en").json == []
