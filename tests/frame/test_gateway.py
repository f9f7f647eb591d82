"""A request is read whole before a thread is taken for it: phones that stop half way stop nobody else."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from governance.frame import gateway
from governance.frame.gateway import Gateway, environ_of, whole_body
from tests.pairs import in_full
from tests.server import Installation
from tests.visitor import Visitor, posting_form

ADDRESS = "203.0.113.9:4711"


@dataclass
class Scope:
    """What a server tells of a request."""

    method: str = "POST"
    path: str = "/say é"
    query_string: str = "a=%C3%A9"
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = ADDRESS
    headers: dict[str, str] = field(default_factory=dict)


class Line:
    """A line to a phone: what it sends, part by part, whether it then goes on for ever, and what it is answered."""

    def __init__(self, *parts: bytes, stops: bool = False) -> None:
        self.parts = list(parts)
        self.stops = stops
        self.answers: list[tuple[int, object, object]] = []

    def __aiter__(self) -> Line:
        return self

    async def __anext__(self) -> bytes:
        if self.parts:
            return self.parts.pop(0)
        if self.stops:
            await asyncio.sleep(3600)
        raise StopAsyncIteration

    def response_bytes(self, status: int, headers: object, body: bytes) -> None:
        self.answers.append((status, headers, body))

    response_str = response_bytes


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
HALF_SENT = (
    b"POST /say HTTP/1.1\r\nHost: x\r\n" + FORM + b"Content-Length: 15000\r\n\r\n" + b"a" * 100,
    b"POST /kiosk HTTP/1.1\r\nHost: x\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n64\r\n" + b"a" * 50,
    b"POST /vote HTTP/1.1\r\nHost: x\r\n" + FORM + b"Content-Length: 900\r\n\r\n",
    b"GET /say HTTP/1.1\r\nHost",
)


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run *work* in a thread of its own: where a browser was started before, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def answered(app: Gateway, line: Line, **scope: Any) -> list[tuple[int, object, object]]:
    in_a_loop(app.__rsgi__(Scope(**scope), line))
    return line.answers


def an_echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def test_a_page_gets_the_whole_request_and_the_server_the_whole_answer() -> None:
    told = answered(Gateway(an_echo, 1, lambda path: 100), Line(b"one ", b"two"))
    assert told == [(200, [("Content-Type", "text/plain")], b"one two")]


def test_nothing_of_where_a_request_came_from_reaches_a_page() -> None:
    headers = {"content-type": "text/plain", "transfer-encoding": "chunked", "cookie": "voice=1"}
    headers |= dict.fromkeys(gateway.TELLS_WHERE_FROM, ADDRESS) | {"content_length": "99", "x_forwarded_for": ADDRESS}
    environ = environ_of(Scope(headers=headers), b"words")
    assert not any(part in str(environ) for part in ADDRESS.split(":"))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/say é"
    assert environ["HTTP_COOKIE"] == "voice=1"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_what_no_page_caught_is_one_line_that_repeats_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ValueError(environ["wsgi.input"].read().decode())

    ((status, _, words),) = answered(Gateway(broken, 1, lambda path: 100), Line(b"what somebody typed"))
    assert (status, words) == (500, gateway.BROKE)
    (line,) = caplog.records
    assert line.getMessage().startswith("ValueError at test_gateway.py:")
    assert not line.exc_info


def test_cookies_sent_apart_come_together() -> None:
    class Twice(dict[str, str]):
        def items(self) -> Any:
            return [("cookie", "voice=1"), ("cookie", "other=2"), ("accept", "a"), ("accept", "b")]

    environ = environ_of(Scope(headers=Twice()), b"")
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("voice=1; other=2", "a,b")


def test_no_more_is_read_than_a_page_may_be_sent() -> None:
    assert in_a_loop(whole_body(Line(b"a" * 60, b"b" * 60, b"c" * 60), 100)) == b"a" * 60 + b"b" * 41
    assert in_a_loop(whole_body(Line(b"a" * 60, b"b" * 40), 100)) == b"a" * 60 + b"b" * 40


def test_whoever_stops_half_way_is_told_to_send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "SECONDS_TO_SEND", 0.05)
    ((status, _, words),) = answered(Gateway(an_echo, 1, lambda path: 100), Line(b"one ", stops=True))
    assert (status, words) == (408, gateway.TOO_SLOW)


def test_whoever_hangs_up_half_way_reaches_no_page() -> None:
    asked: list[object] = []

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ)
        return an_echo(environ, start_response)

    app, headers = Gateway(page, 1, lambda path: 100), {"content-length": "9"}
    assert answered(app, Line(b"words"), headers=headers)[0][0] == 408
    assert asked == []
    assert answered(app, Line(b"words too"), headers=headers)[0][0] == 200


@pytest.mark.parametrize(("most", "most_bytes"), [(2, 1000), (100, 130)])
def test_the_oldest_of_too_many_half_sent_requests_ends(
    monkeypatch: pytest.MonkeyPatch, most: int, most_bytes: int
) -> None:
    monkeypatch.setattr(gateway, "MOST_WAITING", most)
    monkeypatch.setattr(gateway, "MOST_WAITING_BYTES", most_bytes)
    app, stopped = Gateway(an_echo, 1, lambda path: 1000), [Line(b"a" * 60, stops=True) for _ in range(3)]

    async def they_come() -> None:
        tasks = [asyncio.create_task(app.__rsgi__(Scope(), line)) for line in stopped]
        await tasks[0]
        assert [len(line.answers) for line in stopped] == [1, 0, 0]
        assert (len(app.waiting.lengths), app.waiting.length) == (2, 120)
        await app.__rsgi__(Scope(), small := Line(b"whole"))
        assert small.answers[0][0] == 200
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    in_a_loop(they_come())
    assert stopped[0].answers[0][0] == 408
    assert (app.waiting.lengths, app.waiting.length) == ({}, 0)


def test_the_first_bytes_are_answered_before_the_last_have_come() -> None:
    line = Line(b"a", stops=True)
    told = answered(Gateway(an_echo, 1, lambda path: 100), line, path="/programme" + gateway.FIRST_BYTES)
    assert (told[0][0], told[0][2]) == (200, "\n")
    headers = {"x-forwarded-for": ADDRESS, "x-real-ip": ADDRESS, "accept": "*/*"}
    told = answered(Gateway(an_echo, 1, lambda path: 100), Line(b"a"), path=gateway.FIRST_BYTES, headers=headers)
    assert told[0][2] == "x-forwarded-for x-real-ip\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server as it starts by itself: one thread in each of two processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = Installation(Path(tmp_path_factory.mktemp("gateway")), port)
    here.found()
    here.start()
    try:
        yield here
    finally:
        here.kill()
        here.close()


def seconds_for(address: str) -> float:
    begun = time.monotonic()
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        answer.read()
    return time.monotonic() - begun


def test_two_hundred_phones_that_stop_half_way_stop_nobody(site: Installation) -> None:
    with ExitStack() as lines:
        for at in range(200):
            phone = lines.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            phone.sendall(HALF_SENT[at % len(HALF_SENT)])
        time.sleep(0.5)  # Let every one of them begin; a test that came before them would prove nothing.
        waits = [seconds_for(site.address + page) for page in ("/say", "/help-now", "/", "/healthz") * 5]
    assert max(waits) < 10


def slowest_but_few(site: Installation) -> float:
    """Seconds that all but one in a hundred wait, when twenty people open pages at the same time."""
    with ThreadPoolExecutor(20) as people:
        waits = sorted(people.map(seconds_for, [site.address + page for page in ("/say", "/") * in_full(200, 100)]))
    return waits[-len(waits) // 100]


def beside_slow_ones(site: Installation) -> tuple[float, float]:
    """Seconds that all but one in a hundred wait beside two hundred slow phones, and without them."""
    quiet = min(slowest_but_few(site) for _ in range(2))
    with ExitStack() as lines:
        for at in range(200):
            phone = lines.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            phone.sendall(HALF_SENT[at % 3])
        time.sleep(0.5)  # Let every one of them begin.
        return min(slowest_but_few(site) for _ in range(2)), quiet


def test_real_people_notice_nothing_of_two_hundred_slow_ones(site: Installation) -> None:
    slowest_but_few(site)
    # Another process that wants the machine in one of the two halves tells nothing: slow phones hold up every try.
    tries: list[tuple[float, float]] = []
    while len(tries) < 5 and sum(beside < 2 * quiet for beside, quiet in tries) < 2:
        tries.append(beside_slow_ones(site))
    assert sum(beside < 2 * quiet for beside, quiet in tries) == 2, tries


def test_more_half_sent_requests_than_the_server_takes_keep_nobody_out(site: Installation) -> None:
    with ExitStack() as lines:
        for at in range(1_500):
            phone = lines.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            phone.sendall(HALF_SENT[at % 3])
        time.sleep(0.5)
        assert seconds_for(site.address + "/say") < 10


def test_what_is_too_long_is_a_page_that_says_so(site: Installation) -> None:
    for sized in (True, False):
        said = raw(site, b"POST /code HTTP/1.1", b"a" * 70_000, sized)
        assert said.startswith(b"HTTP/1.1 413"), said[:200]
        assert b"<h1" in said


def test_a_broken_address_is_no_surprise(site: Installation) -> None:
    for path in (b"/say%00", b"/%ff%fe", b"/say?x=%00", b"/\xc3\xa9", b"//say", b"/say?%"):
        said = raw(site, b"GET " + path + b" HTTP/1.1", b"", True)
        assert said.split(b" ", 2)[1] in {b"200", b"308", b"400", b"404"}, (path, said[:200])


def raw(site: Installation, first_line: bytes, body: bytes, sized: bool) -> bytes:
    """Send a request as bytes, its body with a length or in chunks, and return the whole answer."""
    size = b"Content-Length: %d" % len(body) if sized else b"Transfer-Encoding: chunked"
    chunked = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
    head = first_line + b"\r\nHost: x\r\nConnection: close\r\n" + size + b"\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(head + (body if sized else chunked))
        return b"".join(iter(lambda: line.recv(65_536), b""))


def middle_wait(site: Installation) -> float:
    """Seconds that half of the pages take at most. Another process that wants the machine spoils one round, not two."""
    rounds = [sorted(seconds_for(site.address + page) for page in ("/", "/help-now", "/say") * 10) for _ in range(2)]
    return min(waits[len(waits) // 2] for waits in rounds)


def test_twenty_who_try_codes_as_fast_as_they_can_keep_no_page_waiting(site: Installation) -> None:
    """Each try costs a quarter of a second of a core. The wall, help and feedback go before all of them.

    Half of the pages take less than ten times what they take with nobody there: less than it takes to look one try up.
    """
    over = threading.Event()
    quiet = middle_wait(site)

    def tries(at: int) -> list[int]:
        phone, told = Visitor(site.port), []
        where, fields = posting_form(phone.get("/code").page, "/code", "code")
        while not over.is_set():
            told.append(phone.post(where, fields | {"code": f"{at:020}"}).status)
        return told

    with ThreadPoolExecutor(20) as crowd:
        trying = [crowd.submit(tries, at) for at in range(20)]
        try:
            time.sleep(1)  # Let every one of them begin.
            beside = middle_wait(site)
        finally:
            over.set()
        told = {status for each in trying for status in each.result(timeout=60)}
    assert told == {422, 503}, "some were looked at, and the others were told to wait: the lane was full"
    assert beside < 10 * quiet, (beside, quiet)
