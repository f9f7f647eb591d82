"""A witness signs what continues the head it knows, once it has written that down, and nothing else."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from socket import create_connection
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import note, witness, witness_server
from governance.ledger.witness import Memory
from governance.ruling.errors import NotReady
from tests.ledger import logs

ENTRIES = [logs.entry(number) for number in range(20)]
NOW = 1_790_000_000


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """A witness that watches our log."""
    memory = Memory(tmp_path)
    memory.begin("witness.example.org")
    memory.trust(str(logs.KEY))
    return memory


def said(memory: Memory, size: int, old_size: int) -> int:
    return memory.add_checkpoint(logs.request(ENTRIES[:size], old_size), NOW).status


def test_it_signs_what_only_grew(memory: Memory) -> None:
    old = 0
    for size in (0, 1, 1, 5, 8, 20):
        answer = memory.add_checkpoint(logs.request(ENTRIES[:size], old), NOW)
        assert answer.status == 200
        text, _ = note.split(logs.checkpoint(ENTRIES[:size]))
        assert note.cosigned_at(text, [answer.text.strip()], memory.key()) == NOW
        old = size


def test_it_answers_as_the_specification_says(memory: Memory) -> None:
    assert said(memory, 5, 0) == 200
    assert said(memory, 8, 0) == 409
    assert memory.add_checkpoint(logs.request(ENTRIES[:8], 3), NOW).text == "5\n"
    assert said(memory, 3, 5) == 400
    forked = [b"other", *ENTRIES[1:]]
    assert memory.add_checkpoint(logs.request(forked[:8], 5), NOW).status == 422
    assert memory.add_checkpoint(logs.request(forked[:5], 5), NOW).status == 409
    assert memory.add_checkpoint(logs.request(ENTRIES[:8], 5, bytes(32)), NOW).status == 403
    unknown = logs.request(ENTRIES[:8], 5).replace("real-voice/test", "real-voice/others")
    assert memory.add_checkpoint(unknown, NOW).status == 404
    long = f"old 5\n{(b64encode(bytes(32)).decode() + chr(10)) * 64}\n{logs.checkpoint(ENTRIES[:8])}"
    assert memory.add_checkpoint(long, NOW).status == 400
    assert said(memory, 8, 5) == 200


def test_an_old_checkpoint_shown_again_is_not_signed_again_as_new(memory: Memory) -> None:
    assert said(memory, 5, 0) == 200
    assert said(memory, 8, 5) == 200
    assert said(memory, 5, 0) == 409
    assert said(memory, 5, 5) == 409


@given(st.text())
def test_any_text_gets_a_refusal(text: str) -> None:
    with pytest.raises(note.NoteBroken):
        note.split(witness.read_request(text)[2])


@pytest.mark.parametrize("request_", ["", "old\n\n", "old 01\n\nx", "old -1\n\nx", "old 1\n?\n\nx", "old 0\n\nno note"])
def test_a_malformed_request_is_a_400_and_changes_nothing(memory: Memory, request_: str) -> None:
    before = memory.path.read_bytes()
    assert memory.add_checkpoint(request_, NOW).status == 400
    assert memory.path.read_bytes() == before


def test_what_was_signed_is_on_the_disk_before_the_answer(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Memory, kept: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Memory, "_write", full)
    with pytest.raises(OSError, match="No space"):
        memory.add_checkpoint(logs.request(ENTRIES[:5], 0), NOW)
    monkeypatch.undo()
    assert said(memory, 5, 0) == 200
    assert json.loads(memory.path.read_text(encoding="utf-8"))["logs"][logs.NAME]["size"] == 5


def test_of_two_histories_at_once_one_is_signed(memory: Memory) -> None:
    forked = [b"other", *ENTRIES[1:]]
    asked = [logs.request(each, 0) for each in (ENTRIES[:9], forked[:9]) * 8]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda each: memory.add_checkpoint(each, NOW).status, asked))
    assert sorted(answers) == [200, *[409] * 15]


def test_a_retired_key_signs_no_more(memory: Memory) -> None:
    old = memory.key()
    new = memory.retire()
    assert (old.name, old.id) != (new.name, new.id)
    answer = memory.add_checkpoint(logs.request(ENTRIES[:5], 0), NOW)
    text, _ = note.split(logs.checkpoint(ENTRIES[:5]))
    assert note.cosigned_at(text, [answer.text.strip()], old) is None
    assert note.cosigned_at(text, [answer.text.strip()], new) == NOW
    assert old.public.hex() not in memory.path.read_text(encoding="utf-8").replace(str(old), "")


def test_a_log_is_known_by_one_key_and_a_witness_by_one_name(memory: Memory) -> None:
    with pytest.raises(NotReady, match="another key"):
        memory.trust(str(note.Key(logs.NAME, note.ED25519, bytes(32))))
    with pytest.raises(NotReady, match="called"):
        memory.begin("another")
    with pytest.raises(note.NoteBroken, match="key of a witness"):
        memory.trust(str(memory.key()))
    assert memory.trust(str(logs.KEY)) == logs.NAME


def test_a_witness_that_is_begun_again_keeps_its_key(memory: Memory) -> None:
    assert memory.begin("witness.example.org") == memory.key()


def test_a_restored_witness_remembers_and_signs_with_a_key_of_its_own(memory: Memory, tmp_path: Path) -> None:
    assert Memory(tmp_path / "nobody").without_key() is None
    assert said(memory, 5, 0) == 200
    remembered = memory.without_key()
    assert remembered is not None
    again = Memory(tmp_path / "again")
    again.take_over(remembered)
    assert again.key().name == memory.key().name
    assert again.key().id != memory.key().id
    assert said(again, 3, 5) == 400
    assert said(again, 8, 5) == 200
    known = again.key()
    again.take_over(remembered)  # It is somebody already, and stays so.
    assert again.key() == known


def test_without_a_key_it_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="witness begin"):
        Memory(tmp_path).retire()
    with pytest.raises(NotReady, match="no space"):
        Memory(tmp_path).begin("two words")


@pytest.mark.server
def test_who_hangs_up_is_named_nowhere(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    with witness_server.server(memory, "127.0.0.1", 0, lambda: NOW) as server:
        try:
            raise ConnectionResetError
        except ConnectionResetError:
            server.handle_error(object(), ("192.0.2.7", 4711))
    said = capsys.readouterr()
    assert said.out + said.err == ""


def test_one_connection_takes_the_next_request_until_one_is_not_read(memory: Memory) -> None:
    with witness_server.server(memory, "127.0.0.1", 0, lambda: NOW) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        caller = HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
        heard = []
        for old_size, size in ((0, 5), (0, 8), (5, 8)):
            caller.request("POST", witness.ADDRESS, logs.request(ENTRIES[:size], old_size).encode())
            answer = caller.getresponse()
            heard.append((answer.status, answer.getheader("Connection"), answer.read()[:2]))
        caller.request("POST", witness.ADDRESS, b"x" * 70_000)
        answer = caller.getresponse()
        heard.append((answer.status, answer.getheader("Connection"), answer.read()[:2]))
        caller.close()
        server.shutdown()
    dash = "—".encode()[:2]
    assert heard == [(200, None, dash), (409, None, b"5\n"), (200, None, dash), (400, "close", b"A ")]


def heard_for(memory: Memory, sent: bytes, now: Callable[[], int] = lambda: NOW) -> bytes:
    """Send this to a witness and return all that it says until it hangs up."""
    with witness_server.server(memory, "127.0.0.1", 0, now) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            with create_connection(server.server_address[:2], timeout=5) as line:  # type: ignore[arg-type]
                line.sendall(sent)
                return b"".join(iter(lambda: line.recv(4096), b""))
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /add-checkpoint HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
        (b"POST /add-checkpoint HTTP/1.1\r\nConnection: close\r\nContent-Length: 1\r\n\r\n\xff", b"400"),
    ],
)
def test_what_is_no_question_is_answered_as_such(memory: Memory, sent: bytes, status: bytes) -> None:
    assert heard_for(memory, sent).split(b" ", 2)[1] == status


@pytest.mark.parametrize("heads", [["Transfer-Encoding: chunked"], ["Content-Length: 9999"], []])
def test_a_request_whose_length_is_in_doubt_is_the_last_of_its_line(memory: Memory, heads: list[str]) -> None:
    body = logs.request(ENTRIES[:5], 3)
    lines = [f"POST {witness.ADDRESS} HTTP/1.1", *([f"Content-Length: {len(body)}"] if heads else []), *heads]
    second = f"POST {witness.ADDRESS} HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    heard = heard_for(memory, ("\r\n".join([*lines, "", ""]) + body + second).encode())
    assert (heard[:12], heard.count(b"HTTP/1.1"), b"Connection: close" in heard) == (b"HTTP/1.1 400", 1, True)


def test_a_byte_now_and_then_holds_no_line(memory: Memory) -> None:
    clock = count(0, 9)  # Each look at the clock is nine seconds later, so no single read takes ten.
    assert heard_for(memory, b"POST ", lambda: next(clock)) == b""


@pytest.mark.server
def test_head_and_body_of_an_answer_leave_together(memory: Memory) -> None:
    with witness_server.server(memory, "127.0.0.1", 0, lambda: NOW) as server:
        assert server.RequestHandlerClass.wbufsize != 0  # type: ignore[attr-defined]


@pytest.mark.server
def test_on_the_network(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # It is not asked for what is on this computer.
    with witness_server.server(memory, "127.0.0.1", 0, lambda: NOW) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        good = witness.ask(url, logs.request(ENTRIES[:5], 0))
        again = witness.ask(url + "/", logs.request(ENTRIES[:8], 0))
        large = witness.ask(url, "x" * 70_000)
        elsewhere = witness.ask(url + "/x", logs.request(ENTRIES[:8], 5))
        server.shutdown()
    assert good.status == 200
    assert good.text.startswith("— witness.example.org ")
    assert (again.status, again.text) == (409, "5\n")
    assert (large.status, elsewhere.status) == (400, 404)
    assert witness.ask(url, "x").status == 0
    assert witness.ask("file:///etc/hostname", "x").status == 0
