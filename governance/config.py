"""Defaults, what the environment may set, and what refuses to start.

Nothing is guessed: a value that is empty, of another kind or out of bounds, and a name nobody reads, stop the program
with the remedy. A setting that is read as something else would drop a promise without a word.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from governance.keys.weak_secrets import weakness
from governance.ruling.errors import NotReady

MODES = ("production", "demo", "development")
PREFIX = "GOVERNANCE_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
MOST_PROCESSES = 64
MOST_THREADS = 64
THREADS_ON_A_SERVER = 4  # A page waits again and again for a database server; others are made meanwhile (`make bench`).
MOST_BACKUPS = 1000
MOST_SECONDS = 900
FEWEST_SECONDS = 20  # To answer in: WCAG 2.2, success criterion 2.2.1.


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
    Setting(
        "GOVERNANCE_BACKUPS",
        "none",
        "A folder into which `serve` writes a sealed backup each day. Best on another disk.",
    ),
    Setting("GOVERNANCE_BACKUPS_KEPT", "14", "How many backups stay in that folder."),
    Setting("GOVERNANCE_SECRET", "none", "Seals cookies. It takes 32 or more random characters."),
    Setting(
        "GOVERNANCE_ADDRESS",
        "what the browser asked for",
        "Where people find the site, like `https://voice.example.org/programme`. What is printed begins with it.",
    ),
    Setting(
        "GOVERNANCE_HTTPS",
        "1 in production",
        "1 or 0: cookies travel over HTTPS only. 0 only behind a trusted local network.",
    ),
    Setting(
        "GOVERNANCE_METRICS",
        "none",
        "Who sends this as a bearer token may read `/metrics`. It takes 32 or more random characters.",
    ),
    Setting("GOVERNANCE_HOST", "127.0.0.1", "The address of this machine that `serve` listens on."),
    Setting("PORT", "8000", "The port `serve` and `demo` listen on."),
    Setting("GOVERNANCE_WORKERS", "one per core", "How many processes `serve` starts."),
    Setting("GOVERNANCE_THREADS", "1, on PostgreSQL 4", "How many pages each process makes at once."),
    Setting(
        "GOVERNANCE_SCREEN_ASKS", "45", "After how many seconds without a touch a shared screen asks: Still there?"
    ),
    Setting("GOVERNANCE_SCREEN_CLEARS", "20", "How many seconds it then waits for an answer before it clears."),
    Setting(
        "GOVERNANCE_LEAVES_TO",
        "https://www.wikipedia.org/",
        "Where *Leave now* leads on one's own phone: a page that tells nothing of this one.",
    ),
)
UNSET = {each.name: each.default for each in SETTINGS}
NAMES = frozenset(UNSET)


@dataclass(frozen=True)
class Config:
    """The settings of this process, read once from a mapping (the environment, or a test's own)."""

    mode: str
    home: Path
    database: str
    keys: Path
    escrow: Path
    backups: Path | None
    backups_kept: int
    secret: str
    address: str
    https: bool
    metrics: str
    host: str
    port: int
    workers: int
    threads: int
    screen_asks: int
    screen_clears: int
    leaves_to: str

    @property
    def for_real_people(self) -> bool:
        """Whether this is production."""
        return self.mode == "production"


def read(environ: Mapping[str, str]) -> Config:
    """Return the settings in *environ*. Raises NotReady with the remedy for what is empty, unknown or makes no sense.

    GOVERNANCE_SECRET may be empty here: which commands need one is said by `check`.
    """
    _refuse_unknown(environ)
    given = {name: value for name, value in environ.items() if name in NAMES}
    for name, value in given.items():
        if not value.strip() and name != "GOVERNANCE_SECRET":
            raise NotReady(f"{name} is empty. Give it a value, or leave it out.")
    mode = given.get("GOVERNANCE_MODE", UNSET["GOVERNANCE_MODE"])
    if mode not in MODES:
        raise NotReady(f"GOVERNANCE_MODE is {mode!r}. Set it to production, demo or development.")
    home = Path(given.get("GOVERNANCE_HOME", UNSET["GOVERNANCE_HOME"])).absolute()
    address = _public_address(given.get("GOVERNANCE_ADDRESS", ""))
    database = _database(given.get("GOVERNANCE_DATABASE", f"sqlite:///{home / 'programme.db'}"))
    threads = 1 if database.startswith("sqlite") else THREADS_ON_A_SERVER
    return Config(
        mode=mode,
        home=home,
        database=database,
        keys=Path(given.get("GOVERNANCE_KEYS", home / "keys")).absolute(),
        escrow=Path(given.get("GOVERNANCE_ESCROW", home / "escrow")).absolute(),
        backups=Path(given["GOVERNANCE_BACKUPS"]).absolute() if "GOVERNANCE_BACKUPS" in given else None,
        backups_kept=_number(given, "GOVERNANCE_BACKUPS_KEPT", MOST_BACKUPS),
        secret=given.get("GOVERNANCE_SECRET", ""),
        address=address,
        https=_https(given, address, mode == "production"),
        metrics=_token(given.get("GOVERNANCE_METRICS", "")),
        host=_numbers(given.get("GOVERNANCE_HOST", UNSET["GOVERNANCE_HOST"])),
        port=_number(given, "PORT", 65_535),
        workers=_number(given, "GOVERNANCE_WORKERS", MOST_PROCESSES, unset=os.cpu_count() or 1),
        threads=_number(given, "GOVERNANCE_THREADS", MOST_THREADS, unset=threads),
        screen_asks=_number(given, "GOVERNANCE_SCREEN_ASKS", MOST_SECONDS, FEWEST_SECONDS),
        screen_clears=_number(given, "GOVERNANCE_SCREEN_CLEARS", MOST_SECONDS, FEWEST_SECONDS),
        leaves_to=_page_elsewhere(given.get("GOVERNANCE_LEAVES_TO", UNSET["GOVERNANCE_LEAVES_TO"])),
    )


def check(config: Config) -> None:
    """Refuse to start with a secret that somebody could guess. Raises NotReady with what to do."""
    if why := weakness(config.secret):
        how = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        raise NotReady(f"GOVERNANCE_SECRET {why}. It seals every cookie. {how}")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in NAMES)
    if unknown:
        known = [name.removeprefix(PREFIX) for name in sorted(NAMES)]
        near = difflib.get_close_matches(unknown[0].removeprefix(PREFIX), known, 1)
        meant = (
            f"Did you mean {PREFIX + near[0] if near[0] != 'PORT' else near[0]}?"
            if near
            else "The README lists the settings."
        )
        raise NotReady(f"There is no setting {unknown[0]}. {meant} Take it out of the environment or mend its name.")


def _yes_or_no(given: Mapping[str, str], name: str, unset: bool) -> bool:
    if name not in given:
        return unset
    said = given[name].strip().lower()
    if said not in YES | NO:
        raise NotReady(f"{name} is {given[name]!r}. Set it to 1 for yes or 0 for no.")
    return said in YES


def _number(given: Mapping[str, str], name: str, most: int, fewest: int = 1, unset: int | None = None) -> int:
    if name not in given:
        return int(UNSET[name]) if unset is None else unset
    text = given[name].strip()
    if not re.fullmatch("[0-9]{1,9}", text) or not fewest <= int(text) <= most:
        raise NotReady(f"{name} is {given[name]!r}. Give a whole number from {fewest} to {most}.")
    return int(text)


def _public_address(text: str) -> str:
    """Return the public address without a "/" at its end; "" stays "". Raises NotReady for what leads nowhere."""
    typed = text.strip().rstrip("/")
    if typed and not _ADDRESS.fullmatch(typed):
        raise NotReady(
            f"GOVERNANCE_ADDRESS is {text!r}. It looks like https://voice.example.org or "
            "https://example.org/programme: small letters, digits, dots and dashes."
        )
    port = re.search(r":([0-9]+)$", urlsplit(typed).netloc)
    if port and not 0 < int(port[1]) <= 65_535:
        raise NotReady(f"GOVERNANCE_ADDRESS is {text!r}. Its port is a number from 1 to 65535.")
    return typed


def _page_elsewhere(text: str) -> str:
    if not _ELSEWHERE.fullmatch(text.strip()):
        raise NotReady(f"GOVERNANCE_LEAVES_TO is {text!r}. It looks like https://www.wikipedia.org/, without a ? or #.")
    return text.strip()


def _https(given: Mapping[str, str], address: str, unset: bool) -> bool:
    """Return whether cookies travel over HTTPS only: what the public address says must fit it."""
    secure = address.startswith("https://")
    said = _yes_or_no(given, "GOVERNANCE_HTTPS", secure or unset)
    if address and said != secure:
        raise NotReady(
            "GOVERNANCE_HTTPS is 0, but GOVERNANCE_ADDRESS begins with https://. Leave GOVERNANCE_HTTPS out."
            if secure
            else "GOVERNANCE_ADDRESS begins with http://. Begin it with https://, or set GOVERNANCE_HTTPS to 0 "
            "where the local network can be trusted."
        )
    return said


def _token(text: str) -> str:
    """Return the token as it was given; "" when there is none. The sentence never repeats it."""
    if text and (why := weakness(text)):
        how = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        raise NotReady(f"GOVERNANCE_METRICS {why}. It opens the figures of this server. {how}")
    return text


def _numbers(text: str) -> str:
    """Return the address to listen on, as numbers."""
    typed = text.strip().removeprefix("[").removesuffix("]")
    if typed.lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(typed))
    except ValueError as error:
        remedy = "Give an address of this machine in numbers, like 127.0.0.1, or 0.0.0.0 for all it has."
        raise NotReady(f"GOVERNANCE_HOST is {text!r}. {remedy}") from error


def _database(text: str) -> str:
    """Return the database's address as it was given. The sentence never repeats it: a password may stand in it."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError) as error:
        raise NotReady("GOVERNANCE_DATABASE is no address of a database. " + _ADDRESSES) from error
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise NotReady("GOVERNANCE_DATABASE must begin with sqlite:/// or postgresql+psycopg://. " + _ADDRESSES)
    if not url.database or url.database == ":memory:":
        raise NotReady("GOVERNANCE_DATABASE names no database. " + _ADDRESSES)
    return text.strip()


_HOST = r"([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?"
_ADDRESS = re.compile(rf"https?://{_HOST}(/[a-z0-9_~-][a-z0-9._~-]*)*")
_ELSEWHERE = re.compile(rf"https://{_HOST}(/[A-Za-z0-9._~%-]*)*")
_ADDRESSES = "It looks like sqlite:////folder/programme.db or postgresql+psycopg://name:password@host:5432/database."
