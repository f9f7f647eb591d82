"""Promise 6: nobody with the whole database links a voter to a ballot better than by chance.

The attack is a thief's who has everything on the disk after a minute's tick: hidden columns (`xmin`, `cmin`, `ctid`,
the numbers of PostgreSQL's chunks), the order in which rows lie, and where their bytes stand in the file and its log.
People behave as badly as can be: each signs, votes at once, and only then comes the next. The same attack is run on two
careless tables, where it must find every link; otherwise it proves nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, insert, text, update
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.models import Box, Roll
from governance.keys.keyfolder import KeyFolder
from governance.people.models import Account
from governance.storage import database, tidying
from tests.ballots.factories import NOW, VOTING, OwnPass, Vote, a_vote, some_issuers
from tests.ballots.seen_by_issuer import SeenByIssuer
from tests.databases import on_both

ROUNDS, MORE = 12, 24  # More for cards: with few, whoever links only every second ballot may look like chance.
VOTERS = 5


def chance(rounds: int) -> float:
    """Return the links that chance alone does not find in so many *rounds*: six standard deviations more than it does.

    Two orders that know nothing of each other agree in one place on average, whatever their length, with a variance of
    one. Reckoned out for five places, so many agree in one of 2,400,000 tries of 12 rounds, and in one of 10,000,000 of
    24. A run compares some 150 pairs of orders here, so one run in 20,000 fails by chance.
    """
    return rounds + 6 * sqrt(rounds)


Truth = set[tuple[int, int]]


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    return a_vote(session, keys, issuers=some_issuers())


@pytest.mark.parametrize("by", on_both(["cards", "passes", "blind passes"], ["cards", "blind passes"]))
def test_a_dump_of_the_whole_database_links_no_voter_to_a_ballot(vote: Vote, by: str) -> None:
    ways = {"cards": rounds, "passes": rounds_with_passes, "blind passes": rounds_with_blind_passes}
    how_many = MORE if by == "cards" else ROUNDS
    hits, last = joined(vote.session, "roll", "box", ways[by](vote, how_many))

    assert len(hits) >= 9, "the attack tries every order it can read"
    assert max(hits.values()) < chance(how_many), hits
    assert max(last.values()) < how_many, last


def test_two_of_five_ballots_linked_each_time_are_more_than_chance() -> None:
    """Of the three others chance finds one on average; in one run of a million too few of them to tell."""
    links = [2 + sum(at == place for at, place in enumerate(random.sample(range(3), 3))) for _ in range(MORE)]
    assert sum(links) > chance(MORE)


def test_rows_laid_afresh_in_no_drawn_order_tell_who_came_last(vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unordered._dice, "shuffle", lambda rows: None)
    monkeypatch.setattr(unordered, "DRAWN", func.pi())  # What a server sorts by: the same for each.

    last = joined(vote.session, "roll", "box", rounds(vote))[1]

    assert max(last.values()) == ROUNDS, last


@pytest.mark.parametrize("handful", [16, 1])
def test_a_dump_of_a_vote_larger_than_a_handful_links_nobody_either(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, handful: int
) -> None:
    """Many sign and vote in turn. Without a handful PostgreSQL's transactions link them; SQLite keeps none by a row."""
    monkeypatch.setattr(unordered, "HANDFUL", handful)
    hits = hits_of(vote.session, "roll", "box", iter([a_large_vote(vote, 120)]))

    careless = handful == 1 and vote.session.get_bind().dialect.name == "postgresql"
    # One on average is chance, and thirteen come once in ten thousand million times.
    assert max(hits.values()) > 60 if careless else max(hits.values()) < 13


def a_large_vote(vote: Vote, voters: int) -> dict[object, object]:
    """Let *voters* sign and vote, one after the other; return whose ballot is whose. What is sealed is as long."""
    session, ballot = vote.session, vote.ballot
    truth: dict[object, object] = {}
    ids = range(1_000_000, 1_000_000 + voters)
    people = [{"id": n, "alias": f"V{n}", "alias_key": f"v{n}", "proof": bytes(32)} for n in ids]
    session.execute(insert(Account), people)
    session.execute(delete(Roll).where(Roll.ballot_id == ballot.id))
    rows = [{"ballot_id": ballot.id, "account_id": n, "seat_class": "lived", "salt": random.randbytes(32)} for n in ids]
    session.execute(insert(Roll), rows)
    session.commit()
    for member in random.sample(ids, voters):
        unordered.lock(session, ballot)
        session.execute(update(Roll).where(Roll.account_id == member).values(has_pass=True))
        unordered.lay_row_afresh(session, Roll, (ballot.id, member))
        session.commit()
        tag = truth[member] = random.randbytes(32)
        unordered.lock(session, ballot)
        unordered.put(session, ballot.id, tag, random.randbytes(8_241))
        session.commit()
    return truth


def test_the_same_attack_finds_every_link_in_careless_tables(vote: Vote) -> None:
    hits = hits_of(vote.session, "careless_roll", "careless_box", careless_rounds(vote.session))

    assert max(hits.values()) == ROUNDS * VOTERS, hits


def test_no_list_tells_which_token_and_which_key_are_on_one_card(vote: Vote) -> None:
    """The two lists of a ballot's cards are written in the order of their own checks, so their places say nothing."""
    hits: Counter[str] = Counter()
    for _ in range(ROUNDS):
        vote.print_cards()
        vote.session.commit()
        tickets = [service.ticket(vote.session, vote.keys, vote.ballot, card) for card in vote.cards]
        truth = {(t.credential.drop_tag, t.credential.key_tag) for t in tickets if t}
        by_drop, by_key = (orders_of(vote.session, table, "tag", "tag") for table in ("card_drop", "card_key"))
        for name, drops in by_drop:
            for other, cards in by_key:
                guessed = zip(map(bytes, drops), map(bytes, cards), strict=True)
                hits[f"{name} with {other}"] += len(truth & set(guessed))
    assert max(hits.values()) < chance(ROUNDS), hits


def rounds(vote: Vote, how_many: int = ROUNDS) -> Iterator[dict[object, object]]:
    """Let everybody sign and vote, one after the other, many times; yield each time whose ballot is whose."""
    for _ in range(how_many):
        vote.session.execute(delete(Box))
        vote.session.execute(update(Roll).values(has_pass=False))
        vote.session.commit()
        yield {member: _signs_and_votes(vote, member, card) for member, card in _in_some_order(vote)}


def rounds_with_passes(vote: Vote, how_many: int = ROUNDS) -> Iterator[dict[object, object]]:
    """The same with passes that the server makes."""
    for _ in range(how_many):
        vote.session.execute(delete(Box))
        vote.session.execute(update(Roll).values(has_pass=False))
        vote.session.commit()
        yield {member: _takes_and_votes(vote, member) for member, _card in _in_some_order(vote)}


def _takes_and_votes(vote: Vote, member: int) -> bytes:
    pass_ = service.take_pass(vote.session, vote.keys, vote.ballot, member, VOTING)
    vote.session.commit()
    return _drops(vote, pass_)


def _in_some_order(vote: Vote) -> list[tuple[int, str]]:
    members = random.sample(vote.members, VOTERS)
    return list(zip(members, random.sample(vote.cards, VOTERS), strict=True))


def _signs_and_votes(vote: Vote, member: int, card: str) -> bytes:
    service.sign_for(vote.session, vote.ballot, member, VOTING)
    vote.session.commit()
    return _drops(vote, card)


def _drops(vote: Vote, card: str) -> bytes:
    service.drop(vote.session, vote.keys, vote.ballot, card, {"choice": "yes"}, VOTING)
    vote.session.commit()
    ticket = service.ticket(vote.session, vote.keys, vote.ballot, card)
    vote.session.commit()
    assert ticket
    return ticket.credential.drop_tag


def rounds_with_blind_passes(vote: Vote, how_many: int = ROUNDS) -> Iterator[dict[object, object]]:
    """Let everybody take a pass on their own device, and then vote in the same order as soon as the vote opens."""
    for _ in range(how_many):
        vote.session.execute(delete(Box))
        vote.session.execute(update(Roll).values(has_pass=False, issued=None))
        vote.session.commit()
        taken = {}
        for seat in random.sample(range(VOTERS), VOTERS):
            taken[seat] = vote.own_pass(seat)
            vote.session.commit()
        for mine in taken.values():
            vote.drop_sealed(*mine.sealed(vote.ballot, {"choice": "yes"}))
            vote.session.commit()
        yield {vote.members[seat]: mine.credential.drop_tag for seat, mine in taken.items()}


@pytest.mark.of_one_database
def test_whoever_keeps_all_that_the_issuer_saw_finds_that_every_pass_fits_every_member(vote: Vote) -> None:
    """A blinded message and a grant belong together by a blind that only the device knew; for any two there is one."""
    seen = SeenByIssuer(OwnPass.begun(vote.ballot).key_of("drop"), at=0)
    for seat in range(3):
        mine = OwnPass.begun(vote.ballot)
        answer = service.sign_blinded(vote.keys, vote.ballot.number, mine.sent)
        service.mark_blind(vote.session, vote.ballot, vote.members[seat], mine.sent, NOW)
        mine.finish(answer)
        seen.keep(mine, answer)
    seen.joins_nothing()


def careless_rounds(session: Session) -> Iterator[dict[object, object]]:
    """The same people at two tables of the usual kind: no time, no owner, random keys, and yet."""
    key = "BLOB" if session.get_bind().dialect.name == "sqlite" else "BYTEA"
    session.execute(text(f"CREATE TABLE careless_roll (account_id INTEGER, salt {key})"))
    session.execute(text(f"CREATE TABLE careless_box (drop_tag {key}, sealed {key})"))
    for _ in range(ROUNDS):
        for table in ("careless_roll", "careless_box"):
            session.execute(text(f"DELETE FROM {table}"))
        session.commit()
        truth: dict[object, object] = {}
        for member in random.sample(range(VOTERS), VOTERS):
            tag = truth[member] = random.randbytes(32)
            seen = {"member": member, "salt": random.randbytes(16), "tag": tag, "sealed": random.randbytes(8000)}
            session.execute(text("INSERT INTO careless_roll VALUES (:member, :salt)"), seen)
            session.execute(text("INSERT INTO careless_box VALUES (:tag, :sealed)"), seen)
            session.commit()
        yield truth


def hits_of(session: Session, roll: str, box: str, truths: Iterator[dict[object, object]]) -> Counter[str]:
    """Return how many links each way of joining by order finds over all rounds."""
    return joined(session, roll, box, truths)[0]


def joined(
    session: Session, roll: str, box: str, truths: Iterator[dict[object, object]]
) -> tuple[Counter[str], Counter[str]]:
    """Return how many links each way of joining by order finds over all rounds, and how many of whoever came last.

    Where rows are laid afresh in no drawn order, whoever came last is found each time, and among all links that hardly
    shows. By chance they are found each time in one run of 200 million.
    """
    hits: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for truth in truths:
        voters, boxed = orders_of(session, roll, "account_id", "salt"), orders_of(session, box, "drop_tag", "sealed")
        for name, people in voters:
            for other, ballots in boxed:
                guessed = zip(people, map(bytes, ballots), strict=True)
                right = [truth[member] == tag for member, tag in guessed]
                hits[f"{name} with {other}"] += sum(right)
                last[f"{name} with {other}"] += right[-1]
    return hits, last


def orders_of(session: Session, table: str, key: str, body: str) -> list[tuple[str, list[object]]]:
    """Tidy up as every minute's tick does, then return each order in which rows may have been written, by its name."""
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    database.expect(writes=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidying.of(engine.dialect.name)))
    database.expect(writes=True)
    reads = _hidden_columns if engine.dialect.name == "postgresql" else _places_in_the_file
    found = list(reads(session, table, key, body))
    session.commit()
    return found


def _hidden_columns(session: Session, table: str, key: str, body: str) -> Iterator[tuple[str, list[object]]]:
    chunks = f"coalesce(pg_column_toast_chunk_id({body})::text::bigint, 0)"
    for column in ("xmin::text::bigint", "cmin::text::bigint", "ctid", chunks):
        yield column, list(session.scalars(text(f"SELECT {key} FROM {table} ORDER BY {column}, random()")))


def _places_in_the_file(session: Session, table: str, key: str, body: str) -> Iterator[tuple[str, list[object]]]:
    rows = session.execute(text(f"SELECT {key}, {body} FROM {table}")).all()
    session.commit()
    file = Path(str(session.get_bind().engine.url.database))
    log = file.with_name(file.name + "-wal")
    disk = file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    places: dict[str, Callable[[bytes], int]] = {
        "first bytes": lambda sealed: disk.find(sealed[:40]),
        "last bytes": lambda sealed: disk.find(sealed[-40:]),
    }
    yield "row order", [row[0] for row in rows]
    for name, place in places.items():
        ordered = [row[0] for row in sorted(rows, key=lambda row: place(row[1]))]
        yield name, ordered
        yield f"{name} backwards", ordered[::-1]
