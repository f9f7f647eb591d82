"""A witness, or the network before it, holds nobody up for long and stops nobody by a bare refusal."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, service, witness
from governance.programme import schedule, witnessing
from tests.ledger.test_witnessing import GONE

HEAD = b"HTTP/1.1 200 OK\r\nX-Long: "
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
SOON = 0.8
DRIP = 0.1


@contextmanager
def answering(first: bytes, drips: int = 0, whole: bytes = b"") -> Iterator[str]:
    """Answer whoever connects: *first*, so many *drips* of one byte each, and what makes it *whole*."""
    stop = Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(first)
            for _ in range(drips):
                if stop.wait(DRIP):
                    return
                connection.sendall(b"x")
            connection.sendall(whole)

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while not stop.is_set():
                Thread(target=answer, args=[listening.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, args=[listening], daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        stop.set()
        listening.shutdown(socket.SHUT_RDWR)


def refusing(status: str, words: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(words)}\r\nConnection: close\r\n\r\n".encode() + words


@pytest.mark.parametrize("first", [HEAD, BODY, BODY.replace(b"200 OK", b"409 Conflict")])
def test_a_byte_now_and_then_does_not_lengthen_it(first: bytes) -> None:
    with answering(first, drips=100) as url:
        began = monotonic()
        said = network.send(url, "x", 5000, SOON)
        assert said == (0, b"TimeoutError")
        assert monotonic() - began < 3


def test_nor_does_one_before_two_sides_agree_on_keys() -> None:
    """A record of TLS that says how long it is, and comes slowly."""
    with answering(b"\x16\x03\x03\x40\x00", drips=100) as url:
        began = monotonic()
        assert network.send(url.replace("http:", "https:"), "x", 5000, SOON) == (0, b"TimeoutError")
        assert monotonic() - began < 3
        assert network.send(url.replace("http:", "https:"), "x", 5000, SOON)[0] == 0
    with answering(b"no such thing as TLS") as url:
        assert network.send(url.replace("http:", "https:"), "x", 5000, 5) == (0, b"URLError"), "the control"


def test_what_comes_slowly_and_in_time_is_an_answer() -> None:
    """The control: as slow, and whole before the time is over."""
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", drips=3) as url:
        assert network.send(url, "x", 5000, 5) == (200, b"xxx")


def test_a_refusal_that_breaks_off_says_its_status_and_no_word() -> None:
    with answering(b"HTTP/1.1 409 Conflict\r\nContent-Length: 9999\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") as url:
        assert network.send(url, "x", 5000, 5) == (409, b"")


def test_a_connection_that_begins_after_the_time_is_over_is_none() -> None:
    late = network.Deadline(60)
    late.is_over.set()
    one, other = socket.socketpair()
    with one, other, late, pytest.raises(TimeoutError):
        late.watch(one)


def test_a_witness_has_a_few_seconds_and_64_thousand_bytes() -> None:
    with answering(BODY, drips=300) as url:
        began = monotonic()
        assert witness.ask(url, "x").status == 0
        assert monotonic() - began < network.SECONDS + 3
    with answering(refusing("200 OK", b"y" * 200_000)) as url:
        assert len(witness.ask(url, "x").text) == witness.MOST_BYTES


def ask(app: Flask, session: Session, keys: KeyFolder, answer: bytes) -> bool:
    """Ask a witness that gives this answer whether it has seen more than our head of 3 entries."""
    service.append_many(session, "decisions", [("record", {"number": "x"})] * 3)
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))
    with answering(answer) as url, app.app_context():
        service.add_witness(session, "partner", GONE, url)
        session.commit()
        return witnessing.check_nobody_knows_more()


@pytest.mark.parametrize(
    "answer",
    [refusing("422 No", b"no"), refusing("409 Conflict", b""), refusing("409 Conflict", b"a page of a proxy")],
)
def test_a_refusal_without_a_number_stops_nothing(app: Flask, session: Session, keys: KeyFolder, answer: bytes) -> None:
    assert ask(app, session, keys, answer)


@pytest.mark.parametrize("number", [b"2", b"3", b"300", b"999999999999999"])
def test_nor_does_a_number_without_a_proof_and_the_operator_is_told(
    app: Flask, session: Session, keys: KeyFolder, number: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert not ask(app, session, keys, refusing("409 Conflict", number)), "it is asked again in the next round"
    assert f"“partner” says that it has seen {number.decode()} entries" in caplog.text
    assert "governance witness remove partner" in caplog.text


def test_who_shows_no_proof_is_asked_again_each_hour_and_told_of_each_day(
    app: Flask, session: Session, keys: KeyFolder, caplog: pytest.LogCaptureFixture
) -> None:
    service.append_many(session, "decisions", [("record", {"number": "x"})] * 3)
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    seen = []
    with answering(refusing("409 Conflict", b"300")) as url, app.app_context():
        service.add_witness(session, "partner", GONE, url)
        session.commit()
        for minutes in (0, 1, 59, 61, 24 * 60 + 1):
            with clock.stopped_at(noon + timedelta(minutes=minutes)):
                assert schedule._would_fork(app) == []
                heard = app.extensions[witnessing.HEARSAY]
                seen.append((heard._heard, caplog.text.count("300 entries")))
    at = noon.timestamp()
    assert seen == [(at, 1), (at, 1), (at, 1), (at + 61 * 60, 1), (at + (24 * 60 + 1) * 60, 2)]
