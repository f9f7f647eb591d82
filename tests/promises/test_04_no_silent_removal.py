"""Promise 4: a released message can be hidden only with a public tombstone. Nothing can be taken away quietly.

The check is independent of the program's own pages: it takes the head that was signed and handed out yesterday,
hashes the ledger again from the text of its entries, and asks of every entry what it opens as.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import HideRequest, Message, Theme, ThemeMessage
from governance.feedback.service import auditing, openings
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from tests.databases import on_both
from tests.factories import TODAY, Founded
from tests.feedback.messages import send
from tests.page import PageClient
from tests.pairs import in_full
from tests.promises.quiet_removals import (
    BY_HAND,
    KINDS,
    call_it_expired,
    call_it_expired_with_the_urgent_ones,
    delete_and_call_it_padding,
    delete_row,
    delete_with_its_opening,
    give_it_another_name,
    hide,
    hide_without_a_stone,
    orm_adds_to_the_ledger,
    orm_deletes,
    orm_deletes_from_the_ledger,
    orm_edits,
    orm_edits_the_ledger,
    orm_reorders_the_ledger,
    put_an_entry_in_between,
    put_in_a_message_nobody_sent,
    put_it_in_another_lane,
    put_it_years_back,
    restore_an_old_backup,
    show_what_was_said_in_private,
    swap_two_openings,
    take_out_the_ledgers_entry,
)
from tests.promises.watched import LAST_DAY, TOMORROW, Programme, begin, independent_check, one, tick


@pytest.fixture
def programme(session: Session, keys: KeyFolder) -> Programme:
    """A programme whose head an outsider keeps."""
    return begin(session, keys)


def test_all_is_well_before_anybody_does_anything(programme: Programme) -> None:
    assert independent_check(programme) == []


@pytest.mark.of_one_database
# Hiding as it should be done


def test_hiding_with_two_people_leaves_a_tombstone_and_nothing_to_report(programme: Programme) -> None:
    hide(programme.founded, one(programme).id)
    assert independent_check(programme) == []
    assert len(feedback.tombstones(programme.session)) == 1
    hide(programme.founded, one(programme, rules.Audience.GRIEVANCE).id, "Kelp", "Birch")
    assert independent_check(programme) == []


# Through the pages


@pytest.mark.of_one_database
def test_no_page_takes_a_message_away_with_one_person(app: Flask, programme: Programme) -> None:
    """Whatever one reader sends to every address that names the message, it stays until a second person agrees."""
    message_id = one(programme).id
    programme.session.rollback()
    reader, card = PageClient(app), programme.founded.cards["Juniper"]
    reader.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
    token = reader.form(f"/desk/messages/{message_id}", "/sort")["fields"]["csrf_token"]
    doors = [rule for rule in app.url_map.iter_rules() if "message_id" in rule.arguments]
    assert len(doors) > 5
    everything = {"csrf_token": token, "reason": "test", "lane": "other", "theme_id": "1", "text": "x"}
    for door in doors:
        address = re.sub(r"<[^>]*theme_id>", "1", re.sub(r"<[^>]*message_id>", str(message_id), door.rule))
        for method in ("POST", "DELETE", "PUT", "PATCH"):
            reader.open(address, method=method, data=everything)
    programme.session.rollback()
    assert programme.session.get_one(Message, message_id).state is rules.MessageState.LIVE
    assert independent_check(programme) == []


BY_ORM = [
    orm_deletes, orm_edits, orm_edits_the_ledger, orm_deletes_from_the_ledger, orm_reorders_the_ledger,
    orm_adds_to_the_ledger,
]  # fmt: skip


# Through the program's own classes


def test_through_the_orm_everything_is_reported(programme: Programme) -> None:
    for attack in BY_ORM:
        attack(programme)
        programme.session.flush()
        assert independent_check(programme), f"{attack.__name__}: nobody would have noticed"
        programme.session.rollback()
        programme.session.expire_all()


def test_the_steps_of_a_message_lead_nowhere_but_to_hidden_and_expired() -> None:
    assert rules.STEPS[rules.MessageState.LIVE] == {rules.MessageState.HIDDEN, rules.MessageState.EXPIRED}
    assert rules.STEPS[rules.MessageState.HIDDEN] == {rules.MessageState.EXPIRED}


# By somebody who holds the database


@pytest.mark.parametrize("attack", on_both(BY_HAND, KINDS), ids=lambda attack: attack.__name__)
def test_by_hand_in_the_database(programme: Programme, attack: Callable[[Programme], None]) -> None:
    attack(programme)
    programme.session.flush()
    day = LAST_DAY if attack is call_it_expired_with_the_urgent_ones else TOMORROW
    assert independent_check(programme, day), "nobody would have noticed"


# The controls: each defence taken out, and what it stood against goes through


def with_the_mark_believed(patch: pytest.MonkeyPatch) -> None:
    """Whoever made an opening, it is taken for the program's."""
    patch.setattr(openings, "holds", lambda *of: True)


def with_the_stone_believed(patch: pytest.MonkeyPatch) -> None:
    """A hidden message is taken for one that two people hid."""
    patch.setattr(auditing, "_stone_stands", lambda *of: True)


TAKEN_OUT = [
    (with_the_mark_believed, call_it_expired_with_the_urgent_ones),
    (with_the_mark_believed, put_it_years_back),
    (with_the_mark_believed, show_what_was_said_in_private),
    (with_the_mark_believed, put_it_in_another_lane),
    (with_the_stone_believed, hide_without_a_stone),
]


@pytest.mark.of_one_database
@pytest.mark.parametrize(("take_out", "attack"), TAKEN_OUT, ids=lambda each: each.__name__)
def test_with_its_defence_taken_out_nobody_would_have_noticed(
    programme: Programme, take_out: Callable[[pytest.MonkeyPatch], None], attack: Callable[[Programme], None]
) -> None:
    attack(programme)
    day = LAST_DAY if attack is call_it_expired_with_the_urgent_ones else TOMORROW
    assert independent_check(programme, day)
    with pytest.MonkeyPatch.context() as patch:
        take_out(patch)
        assert independent_check(programme, day) == []


# Any honest history leaves nothing to report; any one attack at its end is reported


def do(founded: Founded, act: str, day: date, pick: int) -> None:
    """Do one honest thing. A rule that says no is honest too.

    Wherever people can write, the minute's round runs; so the keys of a day are there before its first word.
    """
    session, keys = founded.session, founded.keys
    people.ensure_intake_keys(session, keys, feedback.periods_around(day))
    if act == "send":
        lanes = list(rules.Lane)
        send(founded, "any word", day=day, lane=lanes[pick % len(lanes)], route=list(rules.Route)[pick % 3])
        return
    if act == "tick":
        tick(founded, day)
        return
    live = select(Message).where(Message.state == rules.MessageState.LIVE).order_by(Message.id)
    messages = session.scalars(live).all()
    if not messages:
        return
    message = messages[pick % len(messages)]
    try:
        if act == "hide":
            with session.begin_nested():
                hide(founded, message.id)
        elif act == "move":
            audience = list(rules.Audience)[pick % 4]
            feedback.move(session, keys, founded.reader("Ash"), message.id, audience, day)
        elif act == "group":
            group(founded, message, day)
        else:
            feedback.sort(session, message.id, list(rules.Lane)[pick % 6], feedback.Hand(keys, day))
    except RuleRefused:
        session.execute(delete(HideRequest))


def group(founded: Founded, message: Message, day: date) -> None:
    """Put a message into a theme, or take it out of the one it is in."""
    session, by = founded.session, feedback.Hand(founded.keys, day)
    there = feedback.themes_of(session, message.id)
    if there:
        feedback.take_out(session, there[0], message.id, by)
    else:
        theme = feedback.start_theme(session, "The hall", "", rules.Lane.SUGGESTION, day)
        feedback.put_in(session, theme, message.id, by)


def take_all_out(founded: Founded, day: date) -> None:
    """Take each message out of its theme: the database lets nobody delete one that is in one."""
    for row in founded.session.scalars(select(ThemeMessage)).all():
        theme = founded.session.get_one(Theme, row.theme_id)
        feedback.take_out(founded.session, theme, row.message_id, feedback.Hand(founded.keys, day))


acts = st.lists(
    st.tuples(
        st.sampled_from(["send", "tick", "hide", "move", "sort", "group"]), st.integers(0, 11), st.integers(0, 9)
    ),
    max_size=12,
)
still_possible = st.sampled_from([
    delete_row, delete_with_its_opening, delete_and_call_it_padding, call_it_expired, hide_without_a_stone,
    put_it_years_back, show_what_was_said_in_private, put_it_in_another_lane, give_it_another_name, swap_two_openings,
    take_out_the_ledgers_entry, put_an_entry_in_between, put_in_a_message_nobody_sent, restore_an_old_backup,
])  # fmt: skip


# What was sent as "now" gets its line, and is forgotten, in one round.
NO_ROUND_FOR_A_MONTH = [("send", 0, 4), *[("send", days, 0) for days in (0, 1, 2, 2, 5, 6, 9, 11)]]


@pytest.mark.of_one_database
@settings(
    max_examples=in_full(15, 8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=acts, attack=still_possible)
@example(history=[("send", 6, 0), *[("send", 11, 0)] * 3], attack=delete_row)  # Weeks pass, and nothing is let out.
@example(history=[*[("move", 0, 0)] * 2, ("hide", 0, 1), ("tick", 11, 0), *[("send", 11, 0)] * 5], attack=delete_row)
@example(history=NO_ROUND_FOR_A_MONTH, attack=delete_row)
@example(history=[*NO_ROUND_FOR_A_MONTH, *[("tick", 1, 0)] * 3], attack=delete_row)
def test_any_honest_history_is_clean_and_any_attack_on_it_shows(
    programme: Programme, tmp_path: Path, history: list[tuple[str, int, int]], attack: Callable[[Programme], None]
) -> None:
    folder, saved = programme.founded.keys.path, tmp_path / "saved"
    shutil.copytree(folder, saved, dirs_exist_ok=True)
    day = TODAY
    try:
        for act, days, pick in history:
            day += timedelta(days=days)
            do(programme.founded, act, day, pick)
        tick(programme.founded, day)
        assert independent_check(programme, day) == []
        take_all_out(programme.founded, day)
        assert independent_check(programme, day) == []
        if one(programme):
            attack(programme)
            assert independent_check(programme, day), "nobody would have noticed"
    finally:
        programme.session.rollback()
        programme.session.expunge_all()
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        shutil.rmtree(saved)
