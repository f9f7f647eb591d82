"""The demo: all of the invented programme is there, made through the services, and none of it tells on anybody."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from governance import clock, demo
from governance.backup import rows
from governance.ballots import service as ballots
from governance.ballots.models import Ballot, Count
from governance.decisions.models import Record
from governance.demo.story import MEETING_DAY, OPEN_DAYS, data, told_on
from governance.feedback import service as feedback
from governance.feedback.models import Message, Quote, Theme, Tombstone
from governance.feedback.rules import MessageState
from governance.health import looks, the_database
from governance.packages import import_tables
from governance.people import service as people
from governance.people.models import Account
from governance.programme import schedule
from governance.programme.founding import open_with_card
from governance.proposals.models import Proposal, ProposalVersion
from governance.responses import service as responses
from governance.responses.models import Duty, Reminder, Response, SecondLook
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.wording import reading_grade as reading
from governance.wording import respectful_words as language
from tests.databases import in_turn
from tests.demo.served import an_app
from tests.page import PageClient

pytestmark = pytest.mark.database  # As both of them hold the demo.

MESSAGES = {each["id"]: each for each in data("messages")["message"]}
NEVER_SHOWN = ("F10", "F13", "F14", "F15", "F31")
FIVE_WORDS = r"(?:[a-z-]+ ){4}[a-z-]+"
HIDDEN = "F32"
FORGOTTEN = ("F10", "F13", "F14", "F15")  # The urgent ones of more than 30 days ago.


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on the demo of both databases; what looks at pages alone on that of SQLite."""
    in_turn(metafunc, "app", scope="module")


@pytest.fixture(scope="module")
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo, loaded once: as it is on SQLite, and its rows moved to PostgreSQL as `move` does it.

    What the story asks of the services, their own tests ask of them on both databases.
    """
    loaded, url = request.getfixturevalue("loaded"), ""
    home = loaded.copied(tmp_path_factory.mktemp("looked_at"))
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").empty()
        make_tables(url)
        move_rows(f"sqlite:///{home / 'programme.db'}", url)
    app = an_app(home, url)
    app.extensions["printed"] = loaded.printed
    with clock.stopped_everywhere(loaded.at):  # The day goes on at midnight, and what the demo tells stays at its own.
        yield app
    with app.app_context():
        database.db.engine.dispose()
    if request.param == "postgresql":
        request.getfixturevalue("postgresql").drop()


def make_tables(url: str) -> None:
    import_tables()
    engine = create_engine(url)
    database.prepare(engine)
    database.db.Model.metadata.create_all(engine)
    engine.dispose()


def move_rows(here: str, there: str) -> None:
    """Copy every row of one database into the empty tables of another."""
    old, new = create_engine(here), create_engine(there)
    with old.begin() as source, new.begin() as goal:
        places = {table.name: table for table in rows.tables(goal)}
        for table in rows.tables(source):
            rows.put(goal, places[table.name], rows.walk(source, table))
        assert rows.sums(goal) == rows.sums(source)
    old.dispose()
    new.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The app's own session; what a test changes is rolled back."""
    with app.app_context(), database.writing():
        yield database.db.session
        database.db.session.rollback()


@pytest.fixture
def today(app: Flask) -> date:
    return clock.today(data("programme")["programme"]["timezone"])


@pytest.fixture
def card_of(app: Flask) -> Any:
    """Return the printed card of somebody, read from the paper."""

    def card_of(alias: str, session: Session) -> people.Card:
        words = re.search(rf"^  {re.escape(alias)} +({FIVE_WORDS})$", app.extensions["printed"], re.M)
        assert words, f"{alias} has no card on the paper"
        account = session.scalars(select(Account.id).where(Account.alias == alias)).one()
        return people.Card(alias, words[1], account)

    return card_of


def codes_of(printed: str) -> list[str]:
    part = printed.split("FOLLOW-UP CODES")[1].split("RECOVERY")[0]
    return re.findall(rf"^  ({FIVE_WORDS})$", part, re.M)


def proposal_of(session: Session, name: str) -> Proposal:
    title = next(each["title"] for each in data("proposals")["proposal"] if each["id"] == name)
    mine = select(Proposal).join(
        ProposalVersion,
        (ProposalVersion.proposal_id == Proposal.id) & (ProposalVersion.version == Proposal.version),
    )
    return session.scalars(mine.where(ProposalVersion.title == title)).one()


def record_of(session: Session, name: str) -> Record:
    mine = select(Record).where(Record.proposal_id == proposal_of(session, name).id, Record.corrects_id.is_(None))
    return session.scalars(mine.order_by(Record.id.desc())).first()  # type: ignore[return-value]


# Messages


def test_all_34_messages_arrived_and_the_old_urgent_ones_are_forgotten(session: Session) -> None:
    states = Counter(session.scalars(select(Message.state)))
    assert sum(states.values()) == len(MESSAGES) == 34
    assert states == {
        MessageState.EXPIRED: len(FORGOTTEN),
        MessageState.HIDDEN: 1,
        MessageState.LIVE: 34 - len(FORGOTTEN) - 1,
    }


def test_what_people_said_is_there_byte_for_byte(app: Flask, session: Session, card_of: Any) -> None:
    keys = app.extensions["keyfolder"]
    reader = open_with_card(session, keys, card_of("Teal", session), clock.now())
    rows = session.scalars(select(Message.id).where(Message.state == MessageState.LIVE))
    opened = [feedback.read(session, keys, reader, message_id) for message_id in rows]
    said = Counter((each.words.encode(), each.language, each.face, each.consent, each.via) for each in opened if each)
    kept = [facts for name, facts in MESSAGES.items() if name not in (*FORGOTTEN, HIDDEN)]
    assert said == Counter((f["words"].encode(), f["language"], f["face"], f["share"], f["via"]) for f in kept)


def test_messages_carry_the_week_they_were_sent_in(session: Session, today: date) -> None:
    assert all(7 * facts["week"] <= facts["day"] < 7 * facts["week"] + 7 for facts in MESSAGES.values())
    weeks = [told_on(today) + timedelta(days=facts["day"]) for facts in MESSAGES.values()]
    assert Counter(session.scalars(select(Message.week))) == Counter(
        day - timedelta(days=day.weekday()) for day in weeks
    )


def test_only_words_with_a_yes_are_quoted(session: Session) -> None:
    shown = session.scalars(select(Quote.text).where(Quote.withdrawn.is_(False))).all()
    assert len(shown) == sum(len(theme.get("quotes", ())) for theme in data("themes")["theme"])
    allowed = [facts["words"] for facts in MESSAGES.values() if facts["share"] == "words"]
    assert all(any(text in words for words in allowed) for text in shown)
    assert not any("dogs" in text or "wheelchair" in text for text in shown)


def test_one_message_is_hidden_for_all_to_see(session: Session) -> None:
    stones = session.scalars(select(Tombstone)).all()
    assert [(stone.lane, stone.reason) for stone in stones] == [("other", "test")]


def test_the_printed_codes_open_what_became_of_the_word(app: Flask, session: Session) -> None:
    from governance import sealing

    keys = app.extensions["keyfolder"]
    pages = []
    for words in codes_of(app.extensions["printed"]):
        pages.append(feedback.look_up(session, keys, sealing.code_keys(sealing.read_code(words), keys.pepper)))
    assert [[theme.title for theme in page.themes] for page in pages if page] == [
        ["Let us wait inside"], ["Respect and privacy at the front desk"], ["Water"],
    ]  # fmt: skip
    assert [len(page.replies) for page in pages if page] == [1, 2, 1]


# The board


def test_every_proposal_is_where_the_story_leaves_it(session: Session) -> None:
    told = data("proposals")["proposal"]
    assert session.scalar(select(func.count()).select_from(Proposal)) == len(told)
    open_ones = {"talking": "discussion", "new": "discussion", "decided-no-came-back": "discussion"}
    for facts in told:
        assert proposal_of(session, facts["id"]).status == open_ones.get(facts["status"], "decided"), facts["id"]


def test_the_counts_are_those_of_real_ballots(session: Session) -> None:
    for facts in data("proposals")["proposal"]:
        held = select(Count).join(Ballot, Ballot.id == Count.ballot_id)
        mine = held.where(Ballot.proposal_id == proposal_of(session, facts["id"]).id).order_by(Ballot.number)
        counted = [{c: n for c, n in count.counts.items() if n} for count in session.scalars(mine)]
        over = [ballot for ballot in facts.get("ballot", ()) if "open_for" not in ballot]
        assert counted == [ballot.get("votes") or first_choices(ballot) for ballot in over], facts["id"]


def first_choices(ballot: Any) -> dict[str, int]:
    found: Counter[str] = Counter()
    for order, number in ballot["orders"].items():
        found[order.split(" > ")[0]] += number
    return dict(found)


def test_an_order_was_counted_in_steps_and_a_vote_is_open_with_a_card_that_votes(app: Flask, session: Session) -> None:
    asked = session.scalars(
        select(Count).join(Ballot, Ballot.id == Count.ballot_id).where(Ballot.kind == "ranked")
    ).one()
    assert len(asked.account["stages"]) >= 3
    printed = app.extensions["printed"].split("VOTING CARDS")[1].split("RECOVERY")[0]
    cards = re.findall(r"^  ((?:[A-Z2-7]{4} ){4}[A-Z2-7]{4})$", printed, re.M)
    assert len(cards) == 3
    keys = app.extensions["keyfolder"]
    found = [ballots.ballot_for(session, keys, card, clock.now()) for card in cards]
    assert [ballot.kind for ballot in found if ballot] == ["choose_several"] * 3
    assert all(ballots.stage_of(session, ballot, clock.now()) == "open" for ballot in found if ballot)


def test_every_vote_has_its_record(session: Session) -> None:
    adopted = session.scalars(select(Record).where(Record.corrects_id.is_(None))).all()
    assert all(record.adopted_on for record in adopted)
    assert len(adopted) == len(data("records")["record"])
    assert record_of(session, "P11").outcome == "not_adopted"
    assert record_of(session, "P06").outcome == "adopted"
    corrected = session.scalars(select(Record).where(Record.corrects_id.is_not(None))).one()
    assert corrected.corrects_id == record_of(session, "P04").id
    assert any("Feet are a real problem" in words for words in record_of(session, "P11").against)


def test_staff_answered_as_told(session: Session) -> None:
    newest = {
        each["to"]: responses.duty_of(session, clock.today(), record_id=record_of(session, each["to"]).id)
        for each in data("answers")["answer"]
        if "answer" in each and each["to"].startswith("P")
    }
    said = {name: now.answer.answer for name, now in newest.items() if now and now.answer}
    assert said == {each["to"]: each["answer"] for each in data("answers")["answer"] if each["to"] in newest}
    themes = select(Theme.title).join(Duty, Duty.theme_id == Theme.id).where(Duty.answered_on.is_not(None))
    assert len(session.scalars(themes).all()) == 4


def test_the_no_is_one_day_late_shows_as_a_veto_and_is_looked_at_again(session: Session) -> None:
    now = responses.duty_of(session, clock.today(), record_id=record_of(session, "P03").id)
    assert now
    assert now.answer
    assert (now.answer.answered_on - now.duty.answer_due).days == 1
    assert str(now.label) == "Board said yes. Staff said no."
    assert now.looking_again
    assert session.scalars(select(SecondLook.level)).all() == ["directors_board"]


def test_the_answer_on_hiring_panels_is_late_and_the_board_asked_again(session: Session, today: date) -> None:
    now = responses.duty_of(session, today, record_id=record_of(session, "P08").id)
    assert now
    assert now.late
    assert now.days_late == 10 + (today - told_on(today)).days
    asked = session.scalars(select(Reminder.day).where(Reminder.duty_id == now.duty.id)).all()
    assert asked == [told_on(today) - timedelta(days=3)]


def test_pictures_wait_for_staff_and_are_not_late(session: Session, today: date) -> None:
    now = responses.duty_of(session, today, record_id=record_of(session, "P07").id)
    assert now
    assert now.duty.answer_due == told_on(today) + timedelta(days=4)
    assert now.answer is None
    assert not now.late


def test_both_answers_to_the_front_desk_and_the_needles_were_in_time(session: Session) -> None:
    rows = session.execute(select(Response, Duty).join(Duty, Duty.id == Response.duty_id)).all()
    late = [(duty.answered_on - duty.answer_due).days for _, duty in rows if duty.answered_on > duty.answer_due]
    assert late == [1]  # The late night alone.


# What the public sees


def public_pages(app: Flask) -> dict[str, str]:
    """Every page a visitor reaches from the wall, by its address."""
    visitor, waiting, seen = PageClient(app), ["/", "/kiosk", "/decisions.atom"], {}
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/static", "//")):
            continue
        answer = visitor.get(address)
        assert answer.status_code < 400, f"{address}: {answer.status_code}"
        seen[address] = answer.text
        waiting += [found.split("#")[0] or address for found in re.findall(r'(?:href|src)="(/[^"]*)"', seen[address])]
    return seen


@pytest.fixture(scope="module")
def pages(app: Flask) -> dict[str, str]:
    return public_pages(app)


@pytest.mark.of_one_database
def test_the_public_pages_hold_together(pages: dict[str, str]) -> None:
    assert {"/", "/decisions", "/proposals", "/removed", "/measures", "/promises", "/principles"} <= pages.keys()
    assert sum(address.startswith("/decisions/") for address in pages) >= len(data("records")["record"])
    assert sum(address.startswith("/proposals/") for address in pages) >= len(data("proposals")["proposal"])


@pytest.mark.of_one_database
def test_no_name_and_no_words_of_a_card_stand_on_a_public_page(app: Flask, pages: dict[str, str]) -> None:
    everyone = [*data("programme")["people"], *data("programme")["joining"]]
    secret = [person["alias"] for person in everyone]
    secret += re.findall(rf"^  \S.{{11}} ({FIVE_WORDS})$", app.extensions["printed"], re.M)
    secret += codes_of(app.extensions["printed"])
    assert len(secret) == 21 + 21 + 3
    for address, html in pages.items():
        found = [name for name in secret if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", html)]
        assert found == [], address


@pytest.mark.of_one_database
def test_what_was_kept_to_the_readers_stands_nowhere(pages: dict[str, str]) -> None:
    for name in NEVER_SHOWN:
        words = MESSAGES[name]["words"].split()
        pieces = [" ".join(words[at : at + 4]) for at in range(len(words) - 3)]
        for address, html in pages.items():
            assert not [piece for piece in pieces if piece in html], f"{name} on {address}"


@pytest.mark.of_one_database
def test_who_could_be_found_by_their_words_is_not_shown(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        assert "dogs on his shirt" not in html, address
        assert "wheelchair cant get past" not in html, address
        assert "asdf hi mom" not in html, address


# The installation


def test_the_doctor_finds_nothing_to_mend(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # These tables came from the models.
    monkeypatch.setattr(the_database, "revision", the_database.newest_revision)
    monkeypatch.setattr(clock, "is_stopped", lambda: False)  # Or nobody would ask whether it can be believed.
    schedule.tick(app)  # As `serve` does it, which the command starts once the demo is loaded.
    with app.app_context():
        found = looks.findings(app)
        database.db.session.rollback()
    assert [finding.words for finding in found if not finding.fine and "The database's" not in finding.words] == []
    assert len(found) >= 8


def test_a_second_start_says_only_where_the_cards_lie(app: Flask) -> None:
    path: Path = app.config["SETTINGS"].home / "cards.txt"
    said = demo.load_once(app, lambda app: None)
    assert str(path) in said
    assert "\n" not in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert app.extensions["printed"].splitlines()[3] in path.read_text(encoding="utf-8")


def test_what_was_not_loaded_to_its_end_is_not_passed_off_as_the_demo(app: Flask) -> None:
    path: Path = app.config["SETTINGS"].home / "cards.txt"
    path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(NotReady, match="choose another GOVERNANCE_HOME"):
            demo.load_once(app, lambda app: None)
    finally:
        path.with_suffix(".away").rename(path)


def test_the_secret_is_random_and_its_own(tmp_path: Path) -> None:
    first, other = tmp_path / "one", tmp_path / "two"
    first.mkdir(), other.mkdir()
    secret = demo.secret_of_this_demo(first)
    assert secret == demo.secret_of_this_demo(first)
    assert secret != demo.secret_of_this_demo(other)
    assert len(secret) > 32


@pytest.mark.parametrize("later", range(7))
def test_the_board_meets_on_an_open_day_whatever_day_it_is_loaded(later: int) -> None:
    today = date(2026, 3, 2) + timedelta(days=later)
    assert (told_on(today) + timedelta(days=MEETING_DAY)).weekday() in OPEN_DAYS
    assert abs((told_on(today) - today).days) <= 1


# Its words


def board_and_staff_words() -> Iterator[str]:
    for each in data("proposals")["proposal"]:
        yield from (each[name] for name in ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong"))
    for each in data("answers")["answer"]:
        yield from (each["first_word"]["words"], each.get("body", ""), each.get("instead", ""))
    for each in data("records")["record"]:
        yield from (each["result"], each["why"], each["gets_better"])
    for each in data("alerts")["alert"]:
        yield from (value for value in each.values() if isinstance(value, str))


def test_what_the_board_and_staff_write_is_plain_and_respectful() -> None:
    rows = language.load_rows()
    for text in board_and_staff_words():
        if text:
            said = language.StaffText(text, language.TextKind.STAFF_PUBLISHED)
            assert not [a for a in language.advice(said, rows, lang="en") if a.level is language.WordLevel.AVOID], text
            assert reading.grade(text) <= 7, text
