"""A small load generator: keep-alive connections on loopback, each asking again as soon as it has its answer."""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

CONNECTIONS = 16
SLOWEST = 10.0  # Seconds; a server that says nothing for longer has failed.


@dataclass
class Load:
    """What one cell measured: seconds per answer, seconds in all, and answers that were not the page."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wrong: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds under which *share* of the answers lie."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


@dataclass
class _Line:
    """One connection: what it still reads, and since when it waits."""

    socket: socket.socket
    since: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    length: int = -1
    status: bytes = b""

    def send(self, request: bytes) -> None:
        self.since, self.length = time.perf_counter(), -1
        self.got.clear()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Read what is there; True when the answer is complete. Raises ConnectionError when the server hung up."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("The server closed the connection.")
        self.got += piece
        if self.length < 0 and (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.got[:end]).lower()
            self.status = head[9:12]
            self.length = end + 4 + _length(self.status, head)
        return 0 <= self.length <= len(self.got)


def _length(status: bytes, head: bytes) -> int:
    if status == b"204":
        return 0  # No content, and no length of it (RFC 9110, 15.3.5).
    return int(head[head.index(b"content-length:") + 15 :].split(b"\r\n", 1)[0])


def wait_for(port: int) -> None:
    """Return when somebody listens on *port*."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), SLOWEST).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not start within 10 seconds.")


def run(port: int, requests: Sequence[bytes], seconds: float, *, once: bool, holding: bytes) -> Load:
    """Ask for *seconds*, from a process of its own, and return what was measured.

    *requests* are sent in turn; with *once* each is sent at most once (a form's token works once). An answer that is
    neither 200 nor 204, or lacks *holding*, counts as wrong.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=_work, args=(there, port, requests, seconds, once, holding), daemon=True)
    child.start()
    there.close()
    try:
        load: Load = here.recv()
    except EOFError as error:
        raise RuntimeError("The load generator ended without a result.") from error
    finally:
        child.join(SLOWEST)
        here.close()
    return load


def _work(report: object, port: int, requests: Sequence[bytes], seconds: float, once: bool, holding: bytes) -> None:
    report.send(_measure(port, iter(requests) if once else cycle(requests), seconds, holding))  # type: ignore[attr-defined]


def _measure(port: int, requests: Iterator[bytes], seconds: float, holding: bytes) -> Load:
    load, waiting = Load(), selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        line = _Line(socket.create_connection(("127.0.0.1", port), SLOWEST))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line.socket, selectors.EVENT_READ, line)
    begun = time.perf_counter()
    for key in list(waiting.get_map().values()):
        _next(waiting, key.data, requests)
    while waiting.get_map():
        ready = waiting.select(SLOWEST)
        if not ready:
            raise TimeoutError(f"No answer within {SLOWEST:.0f} seconds.")
        for key, _ in ready:
            _take(waiting, key.data, requests, load, holding, time.perf_counter() - begun < seconds)
    load.seconds = time.perf_counter() - begun
    return load


def _take(
    waiting: selectors.BaseSelector, line: _Line, requests: Iterator[bytes], load: Load, holding: bytes, going_on: bool
) -> None:
    if not line.read():
        return
    load.latencies.append(time.perf_counter() - line.since)
    load.wrong += line.status not in (b"200", b"204") or holding not in line.got
    if going_on:
        _next(waiting, line, requests)
    else:
        _end(waiting, line)


def _next(waiting: selectors.BaseSelector, line: _Line, requests: Iterator[bytes]) -> None:
    request = next(requests, None)
    if request is None:
        _end(waiting, line)
    else:
        line.send(request)


def _end(waiting: selectors.BaseSelector, line: _Line) -> None:
    waiting.unregister(line.socket)
    line.socket.close()
