"""Promise 8: history cannot be rewritten. Whoever kept yesterday's checkpoint finds out, and can prove it to others.

The check needs nothing of the programme but its published files: a static copy, as any web server could host it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules, service, verifying
from governance.ledger.models import Head, Leaf, Log, TileRow
from governance.ledger.verifying import Trust
from governance.ledger.witness import Memory
from tests.ledger import logs

YESTERDAY, TODAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = 1_790_000_000
LOG = "decisions"


def record(number: int) -> tuple[str, dict[str, object]]:
    return "record", {"record": f"2026-{number:03}", "sha256": f"{number:064}"}


@pytest.fixture
def kept(session: Session, keys: KeyFolder) -> str:
    """The checkpoint that an outsider kept yesterday, of 300 entries."""
    service.append_many(session, LOG, [record(number) for number in range(300)])
    service.publish_head(session, keys, LOG, YESTERDAY)
    session.commit()
    return service.checkpoint(session, service.head(session, LOG))


def today(session: Session, keys: KeyFolder) -> None:
    """Let the programme go on as usual: something is decided, and the head is signed."""
    session.flush()
    session.expire_all()
    service.append(session, LOG, *record(300))
    service.publish_head(session, keys, LOG, TODAY)


def found(session: Session, keys: KeyFolder, kept: str | None, folder: Path) -> str:
    """Return what the outsider finds in today's copy, or an empty text when all is well. *kept*: what they kept."""
    try:
        today(session, keys)
        service.write_copy(session, keys, folder)
        verifying.check_log(verifying.folder(folder / LOG), Trust(_key(keys), kept=kept))
    except (note.NoteBroken, service.LedgerBroken) as wrong:
        return str(wrong)
    except IntegrityError:
        return "An entry is there that the log does not know of: nothing more can be added."
    return ""


def _key(keys: KeyFolder) -> note.Key:
    return note.read_key(service.verifier_key(keys, LOG))


def test_an_honest_day_leaves_nothing_to_report(session: Session, keys: KeyFolder, kept: str, tmp_path: Path) -> None:
    assert found(session, keys, kept, tmp_path) == ""


# By somebody who holds the database, and does all there is to be done so that nothing shows


def write_anew(session: Session, bodies: list[str]) -> None:
    """Put other entries in the place of the old ones, and everything that follows from them."""
    session.execute(delete(Head))
    session.execute(delete(TileRow))
    session.execute(delete(Leaf))
    edge, rows = rules.Edge(), []
    for number, body in enumerate(bodies):
        rows.append({"log": LOG, "number": number, "body": body, "hash": rules.leaf_hash(body.encode())})
        edge.add(rows[-1]["hash"])
    if rows:
        session.execute(insert(Leaf), rows)
    frontier = [each.hex() for each in edge.hashes]
    session.execute(update(Log).values(size=edge.size, root=edge.root(), frontier=frontier))


def bodies_of(session: Session) -> list[str]:
    return list(session.scalars(select(Leaf.body).order_by(Leaf.number)))


def deleted(session: Session) -> None:
    bodies = bodies_of(session)
    write_anew(session, [*bodies[:7], *bodies[8:]])


def deleted_and_filled_up(session: Session) -> None:
    bodies = bodies_of(session)
    write_anew(session, [*bodies[:7], *bodies[8:], bodies[0]])


def edited(session: Session) -> None:
    bodies = bodies_of(session)
    write_anew(session, [*bodies[:7], bodies[7].replace("2026-007", "2026-999"), *bodies[8:]])


def reordered(session: Session) -> None:
    bodies = bodies_of(session)
    write_anew(session, [bodies[1], bodies[0], *bodies[2:]])


def put_in_between(session: Session) -> None:
    bodies = bodies_of(session)
    write_anew(session, [*bodies[:100], "{}", *bodies[100:]])


def put_back_to_an_old_backup(session: Session) -> None:
    write_anew(session, bodies_of(session)[:200])


def edited_through_the_orm(session: Session) -> None:
    session.get_one(Leaf, (LOG, 7)).body = "{}"


def deleted_through_the_orm(session: Session) -> None:
    session.delete(session.get_one(Leaf, (LOG, 7)))


def edited_by_sql(session: Session) -> None:
    session.execute(text("UPDATE leaf SET body = '{}' WHERE number = 299"))


def head_signed_anew(session: Session) -> None:
    session.execute(delete(Head))
    edited_by_sql(session)


ATTACKS = [
    deleted, deleted_and_filled_up, edited, reordered, put_in_between, put_back_to_an_old_backup,
    edited_through_the_orm, deleted_through_the_orm, edited_by_sql, head_signed_anew,
]  # fmt: skip


def test_whatever_is_done_to_the_past_shows(session: Session, keys: KeyFolder, kept: str, tmp_path: Path) -> None:
    for attack in ATTACKS:
        attack(session)
        assert found(session, keys, kept, tmp_path / attack.__name__), f"{attack.__name__}: nobody would have noticed"
        session.rollback()
        session.expire_all()


WRITTEN_ANEW = [deleted, deleted_and_filled_up, edited, reordered, put_in_between, put_back_to_an_old_backup]


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", WRITTEN_ANEW, ids=lambda attack: attack.__name__)
def test_without_a_kept_checkpoint_nobody_would_have_noticed(
    session: Session, keys: KeyFolder, kept: str, tmp_path: Path, attack: Callable[[Session], None]
) -> None:
    """The control: the same copies, whole in themselves, for somebody who kept nothing from before."""
    attack(session)
    assert found(session, keys, None, tmp_path) == ""


@pytest.mark.of_one_database
def test_no_page_changes_what_was_written(client: object, session: Session, keys: KeyFolder, kept: str) -> None:
    session.rollback()
    doors = [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/ledger")]
    assert len(doors) >= 6
    assert {method for rule in doors for method in rule.methods} == {"GET", "HEAD", "OPTIONS"}


# A fork


def test_two_signed_heads_that_disagree_prove_themselves(
    session: Session, keys: KeyFolder, kept: str, tmp_path: Path
) -> None:
    """The programme shows one history to a member and another to a funder. Each copy alone is whole."""
    edited(session)
    service.publish_head(session, keys, LOG, YESTERDAY)
    service.write_copy(session, keys, tmp_path)
    copy = verifying.folder(tmp_path / LOG)
    assert verifying.check_log(copy, Trust(_key(keys)))
    with pytest.raises(note.NoteBroken, match="prove that the history was rewritten"):
        verifying.check_log(copy, Trust(_key(keys), kept=kept))
    other = service.checkpoint(session, service.head(session, LOG))
    for one, two in ((kept, other), (other, kept)):  # The two heads are enough, whoever shows them first.
        assert verifying.check_head(one, Trust(_key(keys)))
        with pytest.raises(note.NoteBroken, match="prove that the history was rewritten"):
            verifying.check_head(one, Trust(_key(keys), kept=two))


def test_a_witness_refuses_the_second_history(session: Session, keys: KeyFolder, kept: str, tmp_path: Path) -> None:
    witness = Memory(tmp_path)
    witness.begin("witness.example.org")
    witness.trust(service.verifier_key(keys, LOG))
    assert witness.add_checkpoint(service.request_text(session, LOG, 300, 0), NOW).status == 200
    deleted_and_filled_up(session)
    today(session, keys)
    assert witness.add_checkpoint(service.request_text(session, LOG, 301, 300), NOW).status == 422
    assert witness.add_checkpoint(service.request_text(session, LOG, 301, 0), NOW).status == 409
    session.rollback()
    session.expire_all()
    today(session, keys)
    assert witness.add_checkpoint(service.request_text(session, LOG, 301, 300), NOW).status == 200


# Any history


changes: st.SearchStrategy[Callable[[list[bytes], int, int], list[bytes]]] = st.sampled_from([
    lambda past, at, _: [*past[:at], *past[at + 1 :]],
    lambda past, at, _: [*past[:at], b"other words", *past[at + 1 :]],
    lambda past, at, _: [*past[:at], b"put in between", *past[at:]],
    lambda past, at, to: [*past[:at], *past[at + 1 : to + 1], past[at], *past[to + 1 :]],
    lambda past, at, _: past[:at],
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 600), st.integers(0, 300), st.data())
def test_in_any_history_any_change_to_what_was_signed_shows(size: int, more: int, data: st.DataObject) -> None:
    past = [logs.entry(number) for number in range(size)]
    later = [logs.entry(size + number) for number in range(more)]
    at = data.draw(st.integers(0, size - 1))
    changed = data.draw(changes)(past, at, data.draw(st.integers(at, size - 1)))
    trust = Trust(logs.KEY, kept=logs.checkpoint(past))
    with TemporaryDirectory() as folder:
        honest = logs.write(Path(folder) / "honest", [*past, *later])
        assert verifying.check_log(verifying.folder(honest), trust)
        forged = logs.write(Path(folder) / "forged", [*changed, *later])
        if changed == past:
            return
        with pytest.raises(note.NoteBroken):
            verifying.check_log(verifying.folder(forged), trust)


# Any history in the database


def by_sql(session: Session, bodies: list[str], changed: list[str]) -> None:
    """Change the rows of the entries alone, as somebody would who does not know the rest."""
    session.execute(delete(Leaf).where(Leaf.number >= len(changed)))
    for number, body in enumerate(changed):
        if number >= len(bodies):
            hashed = rules.leaf_hash(body.encode())
            session.execute(insert(Leaf).values(log=LOG, number=number, body=body, hash=hashed))
        elif body != bodies[number]:
            session.execute(update(Leaf).where(Leaf.number == number).values(body=body))


def with_all_that_follows(session: Session, bodies: list[str], changed: list[str]) -> None:
    """Change the entries and all that is worked out from them, so that the copy is whole in itself."""
    write_anew(session, changed)


@pytest.mark.of_one_database
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.integers(1, 150), min_size=1, max_size=5), st.data())
def test_in_any_history_of_the_database_any_change_shows_and_no_witness_signs_it(
    session: Session, keys: KeyFolder, growth: list[int], data: st.DataObject
) -> None:
    session.rollback()
    session.expire_all()
    kept_at = data.draw(st.integers(0, len(growth) - 1), label="the head that was kept")
    with TemporaryDirectory() as place:
        witness = Memory(Path(place) / "witness")
        witness.begin("witness.example.org")
        witness.trust(service.verifier_key(keys, LOG))
        for time, count in enumerate(growth):
            service.append_many(session, LOG, [record(number) for number in range(count)])
            service.publish_head(session, keys, LOG, YESTERDAY)
            if time == kept_at:
                kept = service.checkpoint(session, service.head(session, LOG))
                size = service.head(session, LOG).size
                assert witness.add_checkpoint(service.request_text(session, LOG, size, 0), NOW).status == 200
        bodies = bodies_of(session)
        with session.begin_nested() as honest:
            assert found(session, keys, kept, Path(place) / "honest") == ""
            honest.rollback()
        session.expire_all()
        at = data.draw(st.integers(0, size - 1), label="where")
        past = [each.encode() for each in bodies]
        changed = data.draw(changes)(past, at, data.draw(st.integers(at, len(past) - 1)))
        if changed[:size] == past[:size]:
            session.rollback()
            return
        how = data.draw(st.sampled_from([by_sql, with_all_that_follows]))
        how(session, bodies, [each.decode() for each in changed])
        assert found(session, keys, kept, Path(place) / "forged"), "nobody would have noticed"
        if how is with_all_that_follows and (newest := service.head(session, LOG)) and newest.size >= size:
            asked = service.request_text(session, LOG, newest.size, size)
            assert witness.add_checkpoint(asked, NOW).status in (409, 422)
        session.rollback()
