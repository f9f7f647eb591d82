"""Members read what people say as themes and shown words: no message comes with them, and nobody kept out is let in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.board.rules import AgendaKind
from governance.feedback import for_members, rules
from governance.feedback import service as feedback
from governance.feedback.for_members import how_many, may_read
from governance.feedback.models import Theme
from governance.feedback.rules import About, Audience, Consent, Lane
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.access import GRANTS, Permission
from governance.proposals import service as proposals
from governance.responses import service as responses
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import LATER, released
from tests.page import PageClient
from tests.proposals.factories import a_draft

IDEA, SECRET, SHOWN = "People stand in the rain.", "the man with two dogs saw it", "40 min in the rain"
READ_IT = {"Ash", "Birch", "Cedar", "Dogwood"}  # Two who read for the board, who runs it, and a member.
DO_NOT = {"Juniper", "Kelp", "Larch", "Moss"}


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, on the day it was founded."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def signed_in(app: Flask, founded: Founded, alias: str) -> PageClient:
    visitor, card = PageClient(app), founded.cards[alias]
    assert visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
    return visitor


def a_theme(founded: Founded, *messages: uuid.UUID, title: str = "Let us wait inside") -> Theme:
    """A theme with these messages in it. Committed."""
    theme = feedback.start_theme(founded.session, title, IDEA, Lane.SUGGESTION, TODAY)
    for each in messages:
        feedback.put_in(founded.session, theme, each, by_a_reader(founded))
    founded.session.commit()
    return theme


def by_a_reader(founded: Founded) -> feedback.Hand:
    return feedback.Hand(founded.keys, LATER)


def titles(app: Flask, founded: Founded, alias: str = "Dogwood") -> str:
    return signed_in(app, founded, alias).get("/board/themes").text


# The rules


@given(st.sets(st.sampled_from(sorted(Audience))), st.booleans())
def test_what_was_kept_from_somebody_waits_alone_and_changes_nothing_where_others_said_so(
    audiences: Collection[Audience], before_all: bool
) -> None:
    may = may_read(audiences, stands_before_all=before_all)
    assert may is (before_all or Audience.EVERYONE in audiences)
    for kept in set(Audience) - {Audience.EVERYONE}:
        assert may_read({*audiences, kept}, stands_before_all=before_all) is may, "it neither goes nor comes by it"
        assert for_members.counts(kept, stands_before_all=before_all) is before_all


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_number_is_told_in_steps_and_a_small_one_not_at_all(one: int, other: int) -> None:
    """Whoever looks on two days learns of no single message, unless a step was reached between."""
    between = [step for step in for_members.STEPS if min(one, other) < step <= max(one, other)]
    assert (how_many(one) == how_many(other)) is not bool(between)
    assert str(how_many(min(one, 2))) == "Fewer than 3 messages say so"


# The pages


def test_a_member_reads_the_idea_and_the_shown_words_and_nothing_else_of_the_messages(
    app: Flask, founded: Founded
) -> None:
    message_id = released(founded, f"{SHOWN}, {SECRET}", consent=Consent.WORDS)
    silent = released(founded, f"in the rain too, {SECRET}", consent=Consent.IDEA)
    theme = a_theme(founded, message_id, silent)
    said = feedback.read(founded.session, founded.keys, founded.reader("Ash"), message_id)
    assert said
    feedback.quote(founded.session, said, theme, SHOWN)
    founded.session.commit()
    at = f"/board/themes/{theme.id}"

    for alias in sorted(READ_IT):
        visitor = signed_in(app, founded, alias)
        listed, page = visitor.get("/board/themes").text, visitor.get(at).text
        assert theme.title in listed
        assert "Fewer than 3 messages say so" in listed
        assert IDEA in page
        assert SHOWN in page
        for text in (listed, page):
            assert SECRET not in text
            assert str(message_id) not in text
            assert str(silent) not in text
    for alias in sorted(DO_NOT):
        visitor = signed_in(app, founded, alias)
        assert {visitor.get(where).status_code for where in ("/board/themes", at)} == {403}, alias
    assert PageClient(app).get(at).status_code == 401


def test_each_role_that_sees_the_boards_pages_is_walked(founded: Founded) -> None:
    """The walk above has somebody of each: a role that is granted these pages later has to join it."""
    session = founded.session
    walked = {role for alias in READ_IT for role in people.roles_of(session, founded.account(alias))}
    assert {role for role, grants in GRANTS.items() if Permission.BOARD_PAGES in grants} <= walked


@pytest.mark.on_both
def test_a_yes_that_was_taken_back_is_gone_here_too(app: Flask, founded: Founded) -> None:
    message_id = released(founded, SHOWN, consent=Consent.WORDS)
    theme = a_theme(founded, message_id)
    said = feedback.read(founded.session, founded.keys, founded.reader("Ash"), message_id)
    assert said
    shown = feedback.quote(founded.session, said, theme, SHOWN)
    founded.session.commit()
    member = signed_in(app, founded, "Dogwood")
    assert SHOWN in member.get(f"/board/themes/{theme.id}").text

    shown.text, shown.withdrawn = "", True
    founded.session.commit()
    assert SHOWN not in member.get(f"/board/themes/{theme.id}").text


@pytest.mark.parametrize(
    "about", [{"about": About.MANAGER}, {"about": About.WORKER}, {"lane": Lane.URGENT}, {"lane": Lane.GRIEVANCE}]
)
def test_what_was_kept_from_some_readers_is_not_before_members_while_few_say_it(
    app: Flask, founded: Founded, about: dict[str, rules.About | rules.Lane]
) -> None:
    ours = a_theme(founded, released(founded, "it rains"), title="Water by the door")
    theirs = a_theme(founded, released(founded, "they took my bag", **about), title="A bag was taken")
    member = signed_in(app, founded, "Dogwood")

    listed = member.get("/board/themes").text
    assert ours.title in listed
    assert theirs.title not in listed
    assert member.get(f"/board/themes/{theirs.id}").status_code == 404
    for again in range(4):
        feedback.put_in(
            founded.session, theirs, released(founded, f"mine too {again}", **about), feedback.Hand(founded.keys, LATER)
        )
    founded.session.commit()
    assert "5 messages or more say so" in member.get(f"/board/themes/{theirs.id}").text


@pytest.mark.on_both
def test_a_word_kept_from_some_changes_nothing_that_a_member_sees(app: Flask, founded: Founded) -> None:
    """Neither that the theme is there, nor its number, nor a word of it: each would tell that such a word came."""
    theme = a_theme(founded, *(released(founded, f"it rains {again}") for again in range(2)))
    member = signed_in(app, founded, "Dogwood")
    places = ("/board/themes", f"/board/themes/{theme.id}")
    before = [without_tokens(member.get(where).text) for where in places]
    kept = released(founded, "the manager laughs in the rain", about=About.MANAGER, consent=Consent.WORDS)
    feedback.put_in(founded.session, theme, kept, by_a_reader(founded))
    said = feedback.read(founded.session, founded.keys, founded.reader("Ash"), kept)
    assert said
    feedback.quote(founded.session, said, theme, "laughs in the rain")
    founded.session.commit()
    assert [without_tokens(member.get(where).text) for where in places] == before
    feedback.put_in(founded.session, theme, released(founded, "it rains 3"), by_a_reader(founded))
    founded.session.commit()
    assert "3 messages or more say so" in member.get(places[1]).text, "the control: what was said to all is counted"


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", page)


def test_asked_of_staff_or_named_by_a_proposal_in_talk_it_stands_before_all(app: Flask, founded: Founded) -> None:
    session = founded.session
    asked, named, drafted = (
        a_theme(founded, released(founded, "they shouted", about=About.WORKER), title=title)
        for title in ("Asked of staff", "Named in talk", "Named in a draft")
    )
    responses.start_duty_for_theme(session, asked.id, TODAY)
    author = founded.account("Dogwood")
    for theme in (named, drafted):
        proposal = a_draft(session, author)
        proposals.link_theme(session, proposal, theme.id)
        if theme is named:
            proposals.start_discussion(session, founded.keys, proposal, TODAY)
    session.commit()

    listed = titles(app, founded)
    assert asked.title in listed
    assert named.title in listed
    assert drafted.title not in listed, "a draft is no way around it"


def test_a_member_alone_opens_nothing_by_a_proposal(app: Flask, founded: Founded) -> None:
    """Who writes one from a theme, puts it to the board and takes it back reads no more of the theme than before."""
    session, author = founded.session, founded.account("Dogwood")
    kept = released(founded, "they shouted at us", about=About.WORKER, consent=Consent.WORDS)
    more = released(founded, "they shouted again", about=About.WORKER)
    theme = a_theme(founded, *(released(founded, f"loud {again}") for again in range(2)), kept, more)
    said = feedback.read(session, founded.keys, founded.reader("Ash"), kept)
    assert said
    feedback.quote(session, said, theme, "they shouted")
    proposal = a_draft(session, author)
    proposals.link_theme(session, proposal, theme.id)
    proposals.start_discussion(session, founded.keys, proposal, TODAY)
    proposals.withdraw(session, proposal, account_id=author)
    session.commit()
    member, at = signed_in(app, founded, "Dogwood"), f"/board/themes/{theme.id}"
    page = member.get(at).text
    assert "Fewer than 3 messages say so" in page
    assert "they shouted" not in page
    responses.start_duty_for_theme(session, theme.id, TODAY)
    session.commit()
    page = member.get(at).text
    assert "3 messages or more say so" in page, "the control: what staff are asked stands before all"
    assert "they shouted" in page


def test_who_may_not_read_a_theme_brings_it_up_by_no_form(app: Flask, founded: Founded) -> None:
    kept = a_theme(founded, released(founded, "they shouted", about=About.MANAGER), title="How the manager speaks")
    open_to_all = a_theme(founded, released(founded, "it rains"))
    member = signed_in(app, founded, "Dogwood")
    assert kept.title not in member.get("/board/proposals/new").text
    assert open_to_all.title in member.get("/board/proposals/new").text
    token = member.form("/language", "language")["fields"]["csrf_token"]
    founded.session.rollback()
    assert member.post(f"/desk/themes/{kept.id}/answer", data={"csrf_token": token}).status_code == 403
    assert member.post(f"/desk/themes/{open_to_all.id}/answer", data={"csrf_token": token}).status_code == 303
    founded.session.rollback()
    assert list(responses.themes_asked(founded.session)) == [open_to_all.id], "the control: what members read, they ask"


def test_the_agenda_and_the_first_page_lead_to_a_theme(app: Flask, founded: Founded) -> None:
    theme = a_theme(founded, *(released(founded, f"rain {number}") for number in range(5)))
    assert theme.agenda_on
    member, at = signed_in(app, founded, "Dogwood"), f'href="/board/themes/{theme.id}"'
    assert at in member.get("/board/agenda").text
    assert at in member.get("/board").text
    for page in ("/board", "/board/agenda"):
        assert 'href="/board/themes"' in member.get(page).text
    reader = signed_in(app, founded, "Ash").get(f"/board/themes/{theme.id}").text
    assert f'href="/desk/themes/{theme.id}"' in reader
    assert f'href="/desk/themes/{theme.id}"' not in member.get(f"/board/themes/{theme.id}").text


def test_it_stands_behind_the_door_of_the_board(app: Flask, founded: Founded) -> None:
    """Ash has the desk too, whose door stands for every other page of feedback."""
    page = signed_in(app, founded, "Ash").get("/board/themes").text
    current = page.partition('aria-current="page"')
    assert current[0].rpartition("<a ")[2].startswith('href="/board"')
    assert page.count('aria-current="page"') == 2, "one door, and where one is"


def test_members_look_through_it_by_state_and_by_words(app: Flask, founded: Founded) -> None:
    message = released(founded, "it rains")
    for number in range(6):
        a_theme(founded, message, title=f"Bench {number}")
    closed = a_theme(founded, message, title="Old socks")
    closed.closed_on = TODAY
    founded.session.commit()
    member = signed_in(app, founded, "Dogwood")

    by_state = member.get("/board/themes?state=closed").text
    assert "Old socks" in by_state
    assert "Bench 1" not in by_state
    sent = member.submit("/board/themes", "q", q="bench 3")
    assert "q=" not in sent.location
    found = member.get(sent.location).text
    assert "Bench 3" in found
    assert "Old socks" not in found


def test_a_line_of_the_agenda_reads_its_theme_for_the_next_meeting(app: Flask, founded: Founded) -> None:
    theme = a_theme(founded, released(founded, "it rains"))
    item = board.add_agenda_item(founded.session, AgendaKind.THEME, str(theme.id), theme.title, TODAY)
    theme.agenda_on = TODAY
    board.set_agenda_state(founded.session, item.id, "today")
    founded.session.commit()
    page = signed_in(app, founded, "Dogwood").get("/board").text
    needs = page[page.index("What needs me now") :].partition("</section>")[0]
    assert f'href="/board/themes/{theme.id}"' in needs
