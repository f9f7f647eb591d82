"""Promise 2: a stolen server opens no held or unpublished message, reply or uncounted ballot.

A whole journey is made: words held and let out, to each kind of reader; a code and a private reply; somebody signed
in; ballots in the box. Then everything the server has is copied: every row of the database, the key folder, the
escrow, the settings. On the copy every way to open something is tried with everything on it that could be a key.
The same copy and one reader's passphrase opens that reader's messages, and so the test is known to look at the lock.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import service as ballots
from governance.ballots.calling.key_parts import part_info
from governance.ballots.models import Ballot, Box, KeyPart
from governance.ballots.papers.envelope import box_info
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, Held, Message, Reply
from governance.feedback.service.intake import held_info, thread_info
from governance.feedback.service.payload import message_info
from governance.frame import cookie
from governance.keys import escrow
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey, KeyWrap, ReaderKey, SignIn
from governance.permissions.roles import Who
from governance.ruling.errors import RuleRefused
from governance.sealing import signed_seal
from governance.sealing.passphrases import expand
from governance.storage import database
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import a_code, let_out, send
from tests.proposals.factories import frozen

HELD, LIVE, GRIEVANCE, MANAGER, URGENT, REPLY = (
    f"sentinel {name}: the walnut by the gate" for name in ("held", "live", "grievance", "manager", "urgent", "reply")
)
CHOICE = "sentinel-choice-in-the-box"
SENTINELS = (HELD, LIVE, GRIEVANCE, MANAGER, URGENT, REPLY, CHOICE)
SECRET = "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1"


@dataclass
class Seized:
    """What a thief carries away, and what only people have in their pockets."""

    session: Session
    keys: KeyFolder
    files: list[Path]
    settings: dict[str, str]
    cards: dict[str, people.Card]
    code: feedback.PreparedCode


Loot = tuple[dict[str, bytes], dict[str, people.Card], feedback.PreparedCode]


def journey(session: Session, keys: KeyFolder) -> tuple[Founded, feedback.PreparedCode]:
    """Do everything that leaves something sealed behind."""
    founded = an_open_programme(session, keys)
    code = a_code(founded)
    send(founded, LIVE, code=code)
    send(founded, GRIEVANCE, about=rules.About.WORKER)
    send(founded, MANAGER, about=rules.About.MANAGER)
    send(founded, URGENT, lane=rules.Lane.URGENT)
    let_out(founded, TODAY)
    message = feedback.Keyring(session, keys, founded.reader("Ash")).inbox(rules.Audience.EVERYONE).messages[0]
    feedback.write_back(session, keys, message, REPLY, True, TODAY)
    send(founded, HELD, code=a_code(founded))
    vote(founded)
    card = founded.cards["Ash"]
    assert people.sign_in(session, card.alias, people.stretch(keys, card.alias, card.passphrase), NOW)
    session.commit()
    return founded, code


def vote(founded: Founded) -> None:
    """Call a vote with two tellers and let two members drop theirs."""
    proposal = frozen(founded.session, founded.account("Cedar"))
    ballot = ballots.call_vote(
        founded.session,
        founded.keys,
        proposal,
        kind="consensus",
        opens_at=NOW + timedelta(hours=1),
        closes_at=NOW + timedelta(days=3),
        tellers=[founded.account("Ash"), founded.account("Birch")],
        now=NOW,
    )
    while_open = NOW + timedelta(hours=2)
    for alias in ("Dogwood", "Elder"):
        pass_ = ballots.take_pass(founded.session, founded.keys, ballot, founded.account(alias), while_open)
        said = {"choice": "block", "ground": "harm", "named": CHOICE}
        ballots.drop(founded.session, founded.keys, ballot, pass_, said, while_open)


def what_a_thief_carries_away(session: Session, keys: KeyFolder) -> Loot:
    """Make the journey, and return a full copy of the server: its files by where they lie, and a dump of its rows."""
    founded, code = journey(session, keys)
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.db"
        engine = create_engine(f"sqlite:///{dump}")
        database.prepare(engine)
        copy_rows(session, engine)
        engine.dispose()
        files = {"dump.db": dump.read_bytes()}
    for name, folder_of in (("keys", keys.path), ("escrow", keys.escrow_path)):
        files |= {f"{name}/{path.name}": path.read_bytes() for path in folder_of.iterdir() if path.is_file()}
    return files, founded.cards, code


@pytest.fixture
def seized(made_once: Callable[..., Loot], tmp_path: Path) -> Iterator[Seized]:
    """A full copy of the server, apart from the server. The journey was made once on each database."""
    contents, cards, code = made_once(what_a_thief_carries_away)
    loot = tmp_path / "loot"
    for name, content in contents.items():
        (loot / name).parent.mkdir(parents=True, exist_ok=True)
        (loot / name).write_bytes(content)
    url = f"sqlite:///{loot / 'dump.db'}"
    engine = create_engine(url)
    database.prepare(engine)
    settings = {"GOVERNANCE_SECRET": SECRET, "GOVERNANCE_DATABASE": url, "GOVERNANCE_MODE": "production"}
    files = [path for path in loot.rglob("*") if path.is_file()]
    with database.writing(), Session(engine, expire_on_commit=False) as copy:
        yield Seized(copy, KeyFolder(loot / "keys", loot / "escrow"), files, settings, dict(cards), code)
    engine.dispose()


def copy_rows(session: Session, engine: Any) -> None:
    """Copy every row of every table."""
    metadata = database.db.Model.metadata
    metadata.create_all(engine)
    with database.writing(), engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in metadata.sorted_tables:
            rows = [dict(row._mapping) for row in session.execute(select(table))]
            if rows:
                connection.execute(table.insert(), rows)
    session.rollback()


# Everything on the copy that could be a key


def values_in(seized: Seized) -> Iterator[bytes]:
    """Every value of the database, every file of the key folder, every setting, as bytes."""
    for table in database.db.Model.metadata.sorted_tables:
        for row in seized.session.execute(select(table)):
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()
    for path in seized.files:
        if path.suffix != ".db":
            yield path.read_bytes()
    for value in seized.settings.values():
        yield value.encode()


def could_be_keys(seized: Seized) -> set[bytes]:
    """All 32-byte keys a thief would try: values, their ends and hashes, and what the program makes of its secrets."""
    raw: set[bytes] = set()
    for value in values_in(seized):
        raw |= {value[:32], value[-32:]} if len(value) >= 32 else set()
        raw.add(hashlib.sha256(value).digest())
    secrets = {seized.keys.need(name) for name in seized.keys.names()} | {SECRET.encode()}
    made = {hmac.digest(secret, purpose, hashlib.sha256) for secret in secrets for purpose in PURPOSES}
    made |= {expand(secret, purpose) for secret in secrets if len(secret) == 32 for purpose in EXPANDED}
    made |= {cookie.key_from(SECRET), cookie.key_from(SECRET, b"real-voice form tokens v1")}
    return {key for key in raw | made if len(key) == 32}


PURPOSES = (b"", b"real-voice sign-in row v1", b"real-voice own keys v1", b"real-voice intake openings v1", b"pass")
EXPANDED = (b"prove", b"unlock", b"find", b"tag")


def opened(keys: Iterable[bytes], opening: Callable[..., Any], *sealed: Any) -> list[Any]:
    """Return what opened, of all the keys that were tried."""
    found = []
    for key in keys:
        try:
            found.append(opening(key, *sealed))
        except (sealing.SealBroken, RuleRefused, ValueError):
            continue
    return found


@pytest.fixture
def tried(seized: Seized) -> set[bytes]:
    """Every key the thief tries. There are hundreds."""
    keys = could_be_keys(seized)
    assert len(keys) > 300
    return keys


def all_of(seized: Seized, model: Any) -> list[Any]:
    rows = seized.session.scalars(select(model)).all()
    assert rows, f"the journey left nothing in {model.__tablename__}"
    return list(rows)


def test_no_word_lies_open_anywhere_on_the_copy(seized: Seized) -> None:
    everything = b"\n".join([*values_in(seized), *(path.read_bytes() for path in seized.files)])
    assert [sentinel for sentinel in SENTINELS if sentinel.encode() in everything] == []
    assert b"Test programme" in everything, "the search finds what is there"


@pytest.mark.of_one_database
def test_no_messages_open_held_or_let_out(seized: Seized, tried: set[bytes]) -> None:
    periods = {key.id: key.period for key in all_of(seized, IntakeKey)}
    outer = seized.keys.need("held.key")
    sealed = [(row, sealing.unlock(outer, row.sealed, held_info(row.id, row.consent))) for row in all_of(seized, Held)]
    sealed += [(row, row.sealed) for row in all_of(seized, Message)]
    assert len(sealed) == 5
    for row, inner in sealed:
        info = message_info(seized.keys, periods[row.intake_key_id], row.audience)
        assert opened(tried, sealing.open_sealed, inner, info) == []


@pytest.mark.of_one_database
def test_no_readers_wrapped_key_opens(seized: Seized, tried: set[bytes]) -> None:
    """One for each reader: what opened it would open all of theirs."""
    periods = {key.id: key for key in all_of(seized, IntakeKey)}
    of_each = {wrap.account_id: wrap for wrap in all_of(seized, KeyWrap)}
    assert len(of_each) > 3
    for wrap in of_each.values():
        key = periods[wrap.intake_key_id]
        info = sealing.context(seized.keys.programme, key.period, key.audience, f"reader {wrap.account_id}")
        assert opened(tried, sealing.open_sealed, wrap.wrapped, info) == []


def open_as(key: bytes, session: Session, account_id: int) -> people.OpenReader:
    return people.open_reader(session, Who(account_id, "thief", frozenset(), key))


@pytest.mark.of_one_database
def test_nobodys_own_keys_open_and_the_sign_in_row_does_not_either(seized: Seized, tried: set[bytes]) -> None:
    for own in all_of(seized, ReaderKey):
        assert opened(tried, open_as, seized.session, own.account_id) == []
    for row in all_of(seized, SignIn):
        rows_keys = tried | {hmac.digest(key, b"real-voice sign-in row v1", hashlib.sha256) for key in tried}
        assert opened(rows_keys, sealing.unlock, row.sealed, row.id) == []


@pytest.mark.of_one_database
def test_no_reply_opens_and_no_codes_own_key(seized: Seized, tried: set[bytes]) -> None:
    for reply in all_of(seized, Reply):
        info = thread_info(seized.keys, reply.thread_id)
        assert opened(tried, sealing.open_sealed, reply.sealed, info) == []
    for thread in all_of(seized, FollowUp):
        info = thread_info(seized.keys, thread.thread_id)
        assert opened(tried, sealing.unlock, thread.wrapped_private, info) == []


@pytest.mark.of_one_database
def test_no_ballot_opens_and_no_part_of_its_key(seized: Seized, tried: set[bytes]) -> None:
    (ballot,) = all_of(seized, Ballot)
    info = box_info(ballot.manifest or {})
    for dropped in all_of(seized, Box):
        assert opened(tried, open_signed, dropped.sealed, info) == []
    parts = all_of(seized, KeyPart)
    assert len(parts) == 3
    for part in parts:
        info = part_info(seized.keys, ballot, part.holder)
        assert opened(tried, sealing.open_sealed, part.sealed, info) == []


@pytest.mark.of_one_database
def test_the_escrow_does_not_open(seized: Seized, tried: set[bytes]) -> None:
    kept = seized.keys.escrow()
    assert set(kept.sealed) >= {"pepper", "held.key"}
    for name, sealed in kept.sealed.items():
        assert opened(tried, sealing.open_sealed, sealed, escrow.info(name)) == []


@pytest.mark.of_one_database
def test_a_key_left_lying_on_the_server_would_be_found(seized: Seized) -> None:
    """The control of the search: with a reader's own key among the files, the wrapped keys open."""
    note = seized.keys.path.parent / "note"
    note.write_bytes(keyring_of(seized, "Ash").reader.box_private)
    seized.files.append(note)
    key, wrap = seized.session.execute(
        select(IntakeKey, KeyWrap)
        .join(KeyWrap, KeyWrap.intake_key_id == IntakeKey.id)
        .where(KeyWrap.account_id == seized.cards["Ash"].account_id)
    ).first()
    info = sealing.context(seized.keys.programme, key.period, key.audience, f"reader {wrap.account_id}")
    assert len(opened(could_be_keys(seized), sealing.open_sealed, wrap.wrapped, info)) == 1


def open_signed(private: bytes, sealed: bytes, info: bytes) -> bytes:
    return signed_seal.opener(private, info)(sealed)


# The control: what people carry opens exactly what is theirs


def keyring_of(seized: Seized, alias: str) -> feedback.Keyring:
    card = seized.cards[alias]
    entered = people.sign_in(seized.session, card.alias, people.stretch(seized.keys, card.alias, card.passphrase), NOW)
    assert entered
    return feedback.Keyring(seized.session, seized.keys, people.open_reader(seized.session, entered.who))


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("alias", "opens"),
    [
        ("Ash", {LIVE, GRIEVANCE, MANAGER, URGENT}),
        ("Juniper", {LIVE}),
        ("Kelp", {LIVE, GRIEVANCE}),
        ("Larch", {LIVE, GRIEVANCE, MANAGER}),
    ],
)
def test_the_same_copy_and_one_readers_passphrase_opens_their_messages(
    seized: Seized, alias: str, opens: set[str]
) -> None:
    ring = keyring_of(seized, alias)
    assert {message.words for box in ring.audiences for message in ring.inbox(box).messages} == opens


@pytest.mark.of_one_database
def test_the_same_copy_and_the_code_opens_the_reply(seized: Seized) -> None:
    page = feedback.look_up(seized.session, seized.keys, seized.code.keys)
    assert page
    assert [reply.text for reply in page.replies] == [REPLY]


@pytest.mark.of_one_database
def test_one_tellers_passphrase_opens_no_ballot(seized: Seized) -> None:
    card = seized.cards["Ash"]
    after = NOW + timedelta(days=4)
    entered = people.sign_in(
        seized.session, card.alias, people.stretch(seized.keys, card.alias, card.passphrase), after
    )
    assert entered
    (ballot,) = all_of(seized, Ballot)
    reader = people.open_reader(seized.session, entered.who)
    part = next(p for p in all_of(seized, KeyPart) if p.holder == f"teller:{card.account_id}")
    share = sealing.open_sealed(reader.box_private, part.sealed, part_info(seized.keys, ballot, part.holder))
    with pytest.raises(ValueError, match="two or more"):
        sealing.join_secret([sealing.Share.from_text(share.decode())])
    for dropped in all_of(seized, Box):
        with pytest.raises(sealing.SealBroken):
            open_signed(reader.box_private, dropped.sealed, box_info(ballot.manifest or {}))


@pytest.mark.of_one_database
def test_a_readers_passphrase_alone_does_not_open_what_is_held(seized: Seized) -> None:
    ring = keyring_of(seized, "Ash")
    assert HELD not in [message.words for box in ring.audiences for message in ring.inbox(box).messages]
    (row,) = all_of(seized, Held)
    outer = Message(intake_key_id=row.intake_key_id, audience=row.audience, sealed=row.sealed)
    with pytest.raises(sealing.SealBroken):
        ring.open(outer)
