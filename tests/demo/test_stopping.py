"""The server ends when it is told to, also while its processes are still starting."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.demo.served import Loaded
from tests.server import free_port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_stops_when_told_to_while_it_starts(loaded: Loaded, tmp_path: Path, told: signal.Signals) -> None:
    home, port = loaded.copied(tmp_path), free_port()
    environ = {"GOVERNANCE_HOME": str(home), "PORT": str(port), "GOVERNANCE_WORKERS": "2", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "governance.cli", "demo"]
    demo = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while demo.poll() is None and not listens(port):
        time.sleep(0.002)  # Waiting for another process to listen: the moment it does is the one to look at.

    demo.send_signal(told)
    try:
        _, said = demo.communicate(timeout=60)
    finally:
        demo.kill()
    # A process told to end in the very moment it starts may have to be killed, which the server says.
    assert [line for line in said.decode().splitlines() if "Killing worker" not in line] == []
    assert demo.returncode == 0
    assert not listens(port)
