"""Defaults, what the environment may set, and what refuses to start."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from governance.errors import NotReady

MODES = ("production", "demo", "development")


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its value when unset, and what it does, in words."""

    name: str
    default: str
    meaning: str


# The README shows this table; a test keeps the two the same.
SETTINGS = (
    Setting(
        "GOVERNANCE_MODE", "production", "`production`, `demo` or `development`. Only production is for real people."
    ),
    Setting("GOVERNANCE_HOME", "var", "The folder for everything the program writes."),
    Setting("GOVERNANCE_DATABASE", "sqlite in the home folder", "`postgresql+psycopg://…` to outgrow one machine."),
    Setting("GOVERNANCE_KEYS", "`keys` in the home folder", "The key folder. Keep it out of database backups."),
    Setting(
        "GOVERNANCE_ESCROW",
        "`escrow` in the home folder",
        "Where the sealed escrow of the secrets is written, beside the backups.",
    ),
    Setting("GOVERNANCE_SECRET", "none", "Seals cookies. Production needs 32 or more random characters."),
    Setting(
        "GOVERNANCE_HTTPS", "1 in production", "Cookies travel over HTTPS only. 0 only behind a trusted local network."
    ),
    Setting("GOVERNANCE_HOST", "127.0.0.1", "The address `serve` listens on."),
    Setting("PORT", "8000", "The port `serve` and `demo` listen on."),
    Setting("GOVERNANCE_WORKERS", "one per core", "How many processes `serve` starts."),
    Setting("GOVERNANCE_THREADS", "1", "Blocking threads per process. More on PostgreSQL."),
)


@dataclass(frozen=True)
class Config:
    """The settings of this process, read once from a mapping (the environment, or a test's own)."""

    mode: str
    home: Path
    database: str
    keys: Path
    escrow: Path
    secret: str
    https: bool
    host: str
    port: int
    workers: int
    threads: int

    @property
    def for_real_people(self) -> bool:
        """Whether this is production."""
        return self.mode == "production"


def read(environ: Mapping[str, str]) -> Config:
    """Return the settings in *environ*. Raises NotReady with a sentence for a value that makes no sense."""
    home = Path(environ.get("GOVERNANCE_HOME", "var")).absolute()
    mode = environ.get("GOVERNANCE_MODE", "production")
    if mode not in MODES:
        raise NotReady(f"GOVERNANCE_MODE is {mode!r}. Set it to production, demo or development.")
    return Config(
        mode=mode,
        home=home,
        database=environ.get("GOVERNANCE_DATABASE", f"sqlite:///{home / 'programme.db'}"),
        keys=Path(environ.get("GOVERNANCE_KEYS", home / "keys")),
        escrow=Path(environ.get("GOVERNANCE_ESCROW", home / "escrow")),
        secret=environ.get("GOVERNANCE_SECRET", ""),
        https=environ.get("GOVERNANCE_HTTPS", "1" if mode == "production" else "0") == "1",
        host=environ.get("GOVERNANCE_HOST", "127.0.0.1"),
        port=_number(environ, "PORT", 8000),
        workers=_number(environ, "GOVERNANCE_WORKERS", os.cpu_count() or 1),
        threads=_number(environ, "GOVERNANCE_THREADS", 1),
    )


def check(config: Config) -> None:
    """Refuse to start on settings that would break a promise. Raises NotReady with what to do."""
    if len(config.secret) < 32 or _bits(config.secret) < 96:
        how = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        state = "missing" if not config.secret else "too weak"
        raise NotReady(f"GOVERNANCE_SECRET is {state}. It seals every cookie. {how}")
    if not config.database.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise NotReady("GOVERNANCE_DATABASE must begin with sqlite:/// or postgresql+psycopg://.")


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise NotReady(f"{name} is {text!r}. Give a whole number from 1 to 65535.")
    return int(text)


def _bits(secret: str) -> float:
    """Return a rough upper bound of the entropy of *secret*, so that 'aaaa…' does not pass."""
    counts = Counter(secret)
    return sum(-n * math.log2(n / len(secret)) for n in counts.values())
