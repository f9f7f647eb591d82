"""The server: one process that listens and starts the others, each of which makes pages and keeps the minute."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from governance import create_app
from governance.commands import running
from governance.commands.upgrading import held_up_by
from governance.config import Config
from governance.frame import error_log
from governance.frame.gateway import Gateway
from governance.frame.incoming import most_read
from governance.frame.slow_lane import is_slow
from governance.health import figures
from governance.programme import schedule
from governance.ruling.errors import NotReady
from governance.storage.database import db

SECONDS_TO_END = 10
SECONDS_BETWEEN_TRIES = 5
MOST_AT_ONCE = 1_000  # Requests in each process: more than those that may be half sent (`gateway.MOST_WAITING`).
GETS_NEW_TABLES = (
    "The tables are of an older version. Until they are new, people are shown help and what was known last."
)
WAITS = "The database does not answer ({}). Until it does, people are shown help and what was known last."
HELD_UP = "{} It is tried again by itself. Until then, people are shown help and what was known last."


class Wait:
    """For a database that is down when the program starts, or old. Meanwhile pages are made as in an outage."""

    def __init__(self, make_ready: Callable[[], None]) -> None:
        """*make_ready* raises OperationalError while the database is down, and whatever else ends the program."""
        self.make_ready = make_ready
        self.over = False
        self.refused: Exception | None = None
        self.said: set[str] = set()

    def try_once(self) -> None:
        """Make ready if the database answers, and say why if it cannot be: each cause once, however often it is so."""
        try:
            self.make_ready()
            self.over = True
        except OperationalError as error:
            cause = held_up_by(error)
            line = HELD_UP.format(cause) if cause else WAITS.format(type(error).__name__)
            if line not in self.said:
                click.echo(line, err=True)
            self.said.add(line)

    def begin(self) -> None:
        """Try again beside the server, until it can make its processes anew or has to end."""
        if not self.over:
            threading.Thread(target=self._until_it_is_over, name="wait", daemon=True).start()

    def _until_it_is_over(self) -> None:
        while not self.over:
            time.sleep(SECONDS_BETWEEN_TRIES)
            try:
                self.try_once()
            except Exception as error:  # Told by whoever called `serve`, in one line.
                self.refused = error
                return os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGHUP)


def serve(settings: Config, make_ready: Callable[[], None] = lambda: None, *, takes_long: bool = False) -> None:
    """Serve until a signal ends it. *make_ready* is called before the database is used: see `Wait`.

    Where it *takes_long*, for a backup and new tables, pages are made meanwhile as in an outage: help is there.
    """
    # Here, for a quick start: most commands do without it.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    running.say_so(settings.home)
    wait = Wait(make_ready)
    if takes_long:
        click.echo(GETS_NEW_TABLES)
    else:
        wait.try_once()
    multiprocessing.set_start_method("fork", force=True)  # Python 3.14 begins otherwise, and shares no open port.
    _end_on_signals_from_the_start()
    server = Granian(
        "governance",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        backpressure=MOST_AT_ONCE,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig=error_log.SERVER,
        respawn_failed_workers=True,
        # A process that does not hear the signal, as one told in the very moment it starts, must not keep the port.
        workers_kill_timeout=SECONDS_TO_END,
    )
    server.on_startup(wait.begin)
    pages: Any = partial(_one_process, wait)
    server.serve(target_loader=pages, wrap_loader=False)
    if wait.refused:
        raise wait.refused


def _one_process(wait: Wait) -> Gateway:
    """Return what one server process runs: the pages behind their gateway, and the minute loop beside them."""
    app = create_app()
    error_log.init_process()
    if wait.over:
        schedule.start(app, figures.write_down)
    else:
        with app.app_context():
            event.listen(db.engine, "do_connect", _nothing_yet)
    threads = app.config["SETTINGS"].threads
    return Gateway(app.wsgi_app, threads, partial(most_read, app), partial(is_slow, app))


def _nothing_yet(*_: object) -> None:
    """Keep a process from a database that nobody has looked at: it may be another one, or have older tables."""
    raise OperationalError("", None, ConnectionError())


def _end_on_signals_from_the_start() -> None:
    """Let every server process be ended by a signal from its first moment on.

    A process that still starts has the main process's handlers, which would only note the signal where nobody looks:
    the main process would wait for it for ever, with the port still open. What comes during the fork itself waits.
    """
    ending = (signal.SIGTERM, signal.SIGINT)

    def in_child() -> None:
        for each in ending:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ending)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ending),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, ending),
        after_in_child=in_child,
    )


def check_port_is_free(settings: Config) -> None:
    """Raise NotReady, with what to do, where the program may not listen as the settings say."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise NotReady(_why_not_bound(settings, error.errno)) from error


def _why_not_bound(settings: Config, number: int | None) -> str:
    if number == errno.EADDRINUSE:
        return f"Port {settings.port} is taken. Choose another, like: PORT=8001"
    if number in (errno.EACCES, errno.EPERM):
        return f"This account may not listen on port {settings.port}. Choose one above 1023, like: PORT=8001"
    return f"This machine has no address {settings.host}. Set GOVERNANCE_HOST to one it has, like 127.0.0.1"
