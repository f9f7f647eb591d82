"""nginx and Caddy from deploy/, with real HTTPS: people's words go through them, and nothing of anybody stays there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from governance import config
from governance.health import from_outside
from tests.deploy.certificate import certificate
from tests.deploy.front import Front, caddy, nginx
from tests.server import Installation, free_port

WORDS = b"the-kettle-is-cold-"
FRONTS = {"nginx": nginx, "caddy": caddy}
KEEPS = {"proxy_request_buffering off;": "proxy_request_buffering on;"}
TELLS = {'proxy_set_header Connection "";': "proxy_set_header X-Forwarded-For $remote_addr;"}
LOGS = {"access_log off;": "access_log access.log;"}


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Installation]:
    """The program behind `https://localhost:PORT/programme`."""
    more = {"GOVERNANCE_HTTPS": "1", "GOVERNANCE_ADDRESS": f"https://localhost:{port}/programme"}
    here = Installation(tmp_path_factory.mktemp("site"), free_port(), workers=1, more=more)
    here.found()
    here.close()
    here.start()
    yield here
    here.stop()


@pytest.fixture
def in_front(site: Installation, port: int, tmp_path: Path) -> Iterator[Callable[..., Front]]:
    begun: list[Front] = []

    def start(name: str, days: int = 90, behind: int = site.port, **instead: str) -> Front:
        certificate(tmp_path, days)
        begun.append(FRONTS[name](tmp_path, port, free_port(), behind, **instead))
        begun[-1].start()
        return begun[-1]

    yield start
    for front in begun:
        front.stop()


def asked(front: Front, path: str, method: bytes = b"GET", body: bytes = b"") -> bytes:
    """Ask for *path* through the server in front, and return the whole answer."""
    head = method + b" " + path.encode() + b" HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n" % front.port
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    with front.line() as line:
        line.sendall(head + body)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def what_lies_there_half_way(front: Front) -> str:
    """Send most of a long message, and return what the server in front has written while the rest is missing."""
    body = b"words=" + WORDS * 2_500
    head = b"POST /programme/say HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with front.line() as line:
        line.sendall(head + body[:-100])
        for _ in range(20):
            time.sleep(0.05)  # It writes when it has read, which nothing tells from outside.
            if WORDS.decode() in (wrote := front.wrote()):
                break
        return wrote


@pytest.mark.parametrize("name", FRONTS)
def test_every_page_comes_through_with_its_true_address(
    in_front: Callable[..., Front], site: Installation, name: str
) -> None:
    front = in_front(name)
    page = asked(front, "/programme/say")
    assert page.startswith(b"HTTP/1.1 200")
    assert b'action="/programme/say"' in page
    assert b"strict-transport-security: max-age=31536000" in page.lower()
    assert f"governance verify https://localhost:{front.port}/programme/ledger".encode() in asked(
        front, "/programme/ledger"
    )
    for path in ("/metrics", "/programme/metrics"):
        assert asked(front, path).startswith(b"HTTP/1.1 404"), path


@pytest.mark.parametrize("name", FRONTS)
def test_nothing_of_what_people_send_or_of_who_they_are_stays_there(
    in_front: Callable[..., Front], site: Installation, name: str
) -> None:
    front = in_front(name)
    assert WORDS.decode() not in what_lies_there_half_way(front)
    answer = asked(front, "/programme/say", b"POST", b"words=" + WORDS * 100)
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 4"))
    wrote = front.wrote()
    front.stop()
    alone = in_front(name, behind=free_port())  # The program is away.
    assert asked(alone, "/programme/code", b"POST", b"code=" + WORDS).startswith(b"HTTP/1.1 502")
    wrote += alone.wrote()
    for trace in (WORDS.decode(), "/say", "/code", "/programme", "POST"):
        assert trace not in wrote, wrote


def test_the_check_sees_words_on_the_disk_and_a_log_of_visitors(in_front: Callable[..., Front]) -> None:
    front = in_front("nginx", **KEEPS, **LOGS)
    assert WORDS.decode() in what_lies_there_half_way(front)
    asked(front, "/programme/say")
    assert "/programme/say" in front.wrote()


def told_by_doctor(site: Installation, front: Front, trusted: bool = True) -> list[str]:
    """What `governance doctor` says of the public address."""
    trust = {"SSL_CERT_FILE": str(front.folder / "certificate.pem")} if trusted else {}
    with pytest.MonkeyPatch.context() as here:
        for name, value in trust.items():
            here.setenv(name, value)
        looked = from_outside.look(config.read(site.environ))
        return [f"{'ok  ' if fine else 'MEND'} {words}" for fine, words in looked]


@pytest.mark.parametrize("name", FRONTS)
def test_doctor_finds_nothing_to_mend(in_front: Callable[..., Front], site: Installation, name: str) -> None:
    told = told_by_doctor(site, in_front(name))
    assert [line[:4] for line in told] == ["ok  "] * 4, told
    assert "goes straight through" in told[2]


@pytest.mark.parametrize(
    ("instead", "days", "words"),
    [
        (KEEPS, 90, "keeps what people send until it has all of it"),
        (TELLS, 90, "tells where people come from (x-forwarded-for)"),
        ({}, 5, "Renew it"),
        ({"location / {": "location / { return 404; } location /elsewhere {"}, 90, "Something else answers"),
    ],
)
def test_doctor_says_what_is_wrong_in_front(
    in_front: Callable[..., Front], site: Installation, instead: dict[str, str], days: int, words: str
) -> None:
    told = told_by_doctor(site, in_front("nginx", days, **instead))
    assert any(line.startswith("MEND") and words in line for line in told), told


def test_doctor_says_that_nobody_answers_and_whom_browsers_distrust(
    in_front: Callable[..., Front], site: Installation
) -> None:
    front = in_front("nginx")
    assert "Browsers warn people of https://localhost:" in told_by_doctor(site, front, trusted=False)[0]
    front.stop()
    assert "Nobody answers at https://localhost:" in told_by_doctor(site, front)[0]
