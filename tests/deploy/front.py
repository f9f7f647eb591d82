"""The servers in front, run from the very files in deploy/: only names, ports and places are put in their stead."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
CONFIGURATIONS = ("conf", "Caddyfile")
NGINX, CADDY = ROOT / "deploy" / "nginx.conf", ROOT / "deploy" / "Caddyfile"


@dataclass
class Front:
    """A server in front, with everything it writes in one folder."""

    folder: Path
    port: int
    command: list[str]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and wait until it speaks HTTPS."""
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}
        with (self.folder / "said.log").open("ab") as said:
            self.process = subprocess.Popen(self.command, env=environ, cwd=self.folder, stdout=said, stderr=said)
        for _ in range(100):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "said.log").read_text())
            try:
                self.line().close()
            except OSError:
                time.sleep(0.1)  # Waiting for another process to listen; no test's outcome hangs on it.
            else:
                return
        raise RuntimeError("It did not listen within ten seconds.")

    def line(self) -> ssl.SSLSocket:
        """A line to it, through TLS."""
        trust = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        return trust.wrap_socket(socket.create_connection(("localhost", self.port), 10), server_hostname="localhost")

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def wrote(self) -> str:
        """Everything it has written: logs, bodies, whatever else lies in its folder or is a file without a name."""
        named = [path for path in self.folder.rglob("*") if path.is_file()]
        named = [path for path in named if path.suffix not in (".pem", ".key") and path.name not in CONFIGURATIONS]
        return "\n".join(path.read_text(errors="replace") for path in (*named, *self.nameless()))

    def nameless(self) -> list[Path]:
        """The open files of its processes that were deleted as soon as they were made, as nginx does with bodies."""
        if not self.process:
            return []
        main = psutil.Process(self.process.pid)
        opened = [each for one in (main, *main.children()) for each in Path(f"/proc/{one.pid}/fd").iterdir()]
        return [each for each in opened if str(self.folder) in (there := os.readlink(each)) and "(deleted)" in there]


def nginx(folder: Path, port: int, plain: int, behind: int, **instead: str) -> Front:
    """nginx with our file, inside the frame that Debian's own `nginx.conf` puts around it."""
    server = put_in(NGINX.read_text(), {
        "listen 443 ssl": f"listen {port} ssl", "listen [::]:443 ssl": f"listen [::]:{port} ssl",
        "listen 80": f"listen {plain}", "listen [::]:80": f"listen [::]:{plain}",
        "voice.example.org;": "localhost;", "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/etc/letsencrypt/live/voice.example.org/fullchain.pem": str(folder / "certificate.pem"),
        "/etc/letsencrypt/live/voice.example.org/privkey.pem": str(folder / "certificate.key"),
        "https://voice.example.org$request_uri": f"https://localhost:{port}$request_uri", **instead,
    })  # fmt: skip
    places = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = "access_log access.log;\n    error_log error.log info;"
    (folder / "conf").write_text(
        f"user root;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/main.log;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n{places}\n    {frame}\n{server}\n}}\n"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    return Front(folder, port, [program, "-p", str(folder), "-c", str(folder / "conf"), "-g", "daemon off;"])


def caddy(folder: Path, port: int, plain: int, behind: int, **instead: str) -> Front:
    """Caddy with our file. Its certificate is the test's own, since nobody here can ask for a true one."""
    own = f"tls {folder / 'certificate.pem'} {folder / 'certificate.key'}"
    (folder / "Caddyfile").write_text(put_in(CADDY.read_text(), {
        "\nvoice.example.org {": f"\nlocalhost:{port} {{\n\t{own}", "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "\n{\n": f"\n{{\n\tadmin off\n\thttp_port {plain}\n", **instead,
    }))  # fmt: skip
    return Front(folder, port, ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")])


def put_in(text: str, instead: dict[str, str]) -> str:
    """Return *text* with each of *instead* in its place. What is not there any more fails."""
    for found, put in instead.items():
        assert found in text, f"deploy/ no longer says {found!r}"
        text = text.replace(found, put)
    return text
