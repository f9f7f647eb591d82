"""Every setting, and what it does with an empty value, one of another kind, and the last one allowed."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from governance import config
from governance.config import NAMES, SETTINGS
from governance.ruling.errors import NotReady
from tests.let_through import let_through

SECRET = "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1"
POSTGRESQL = "postgresql+psycopg://name:hidden@host:5432/base"

# For each setting: what is taken and as what, and what is refused with which words.
TAKEN = {
    "GOVERNANCE_MODE": (("production", "production"), ("demo", "demo"), ("development", "development")),
    "GOVERNANCE_HOME": (("there", Path("there").absolute()), ("/x", Path("/x"))),
    "GOVERNANCE_DATABASE": (("sqlite:////x/y.db", "sqlite:////x/y.db"), (POSTGRESQL, POSTGRESQL)),
    "GOVERNANCE_KEYS": (("k", Path("k").absolute()), ("/k", Path("/k"))),
    "GOVERNANCE_ESCROW": (("e", Path("e").absolute()), ("/e", Path("/e"))),
    "GOVERNANCE_BACKUPS": (("b", Path("b").absolute()), ("/b", Path("/b"))),
    "GOVERNANCE_BACKUPS_KEPT": (("1", 1), ("1000", 1000)),
    "GOVERNANCE_SECRET": ((SECRET, SECRET),),
    "GOVERNANCE_ADDRESS": (
        ("https://voice.example.org/programme/", "https://voice.example.org/programme"),
        ("https://voice.example.org:8443", "https://voice.example.org:8443"),
        ("https://[::1]/a/b", "https://[::1]/a/b"),
    ),
    "GOVERNANCE_HTTPS": tuple(
        [(yes, True) for yes in ("1", "true", "True", "yes", "on", " ON ")]
        + [(no, False) for no in ("0", "false", "no", "off")]
    ),
    "GOVERNANCE_METRICS": ((SECRET, SECRET),),
    "GOVERNANCE_HOST": (
        ("localhost", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("[::1]", "::1"), ("::", "::"),
    ),
    "PORT": (("1", 1), ("65535", 65_535)),
    "GOVERNANCE_WORKERS": (("1", 1), ("64", 64)),
    "GOVERNANCE_THREADS": (("1", 1), ("64", 64)),
    "GOVERNANCE_SCREEN_ASKS": (("20", 20), ("900", 900)),
    "GOVERNANCE_SCREEN_CLEARS": (("20", 20), ("900", 900)),
    "GOVERNANCE_LEAVES_TO": (("https://x.org/The_weather/1", "https://x.org/The_weather/1"), ("https://x.org", "https://x.org")),
}  # fmt: skip
REFUSED = {
    "GOVERNANCE_MODE": (("Production", "production, demo or development"), ("prod", "production, demo")),
    "GOVERNANCE_HOME": (),
    "GOVERNANCE_DATABASE": (
        ("programme.db", "no address of a database"),
        ("mysql://host/base", "must begin with"),
        ("postgresql://host/base", "must begin with"),
        ("postgresql+psycopg://name:hidden@host:port/base", "no address of a database"),
        ("postgresql+psycopg://host", "names no database"),
        ("sqlite://", "names no database"),
        ("sqlite:///:memory:", "names no database"),
    ),
    "GOVERNANCE_KEYS": (),
    "GOVERNANCE_ESCROW": (),
    "GOVERNANCE_BACKUPS": (),
    "GOVERNANCE_BACKUPS_KEPT": tuple((wrong, "from 1 to 1000") for wrong in ("0", "1001", "all")),
    "GOVERNANCE_SECRET": (),
    "GOVERNANCE_ADDRESS": (
        *(
            (wrong, "looks like https://voice.example.org")
            for wrong in (
                "voice.example.org",
                "https://",
                "ftp://x.org",
                "https://x.org/?a=1",
                "https://x.org/a b",
                "https://x.org/#a",
                "https://name:word@x.org",
                "https://x.org//a",
                "https://x.org/../a",
                "https://é.org",
                "https://X.org",
            )
        ),
        ("https://x.org:0", "port"),
        ("https://x.org:65536", "port"),
        ("http://x.org", "begins with http://"),
    ),
    "GOVERNANCE_HTTPS": (("2", "1 for yes or 0 for no"), ("wahr", "1 for yes"), ("1;", "1 for yes")),
    "GOVERNANCE_METRICS": (("monitor", "too weak"), ("change-me-" * 4, "too weak")),
    "GOVERNANCE_HOST": (("a.name.org", "in numbers"), ("300.1.1.1", "in numbers"), ("127.0.0.1:80", "in numbers")),
    "PORT": tuple((wrong, "from 1 to 65535") for wrong in ("0", "65536", "-1", "8000.0", "abc", "٣", "1e3")),
    "GOVERNANCE_WORKERS": tuple((wrong, "from 1 to 64") for wrong in ("0", "65", "many", "1 2")),
    "GOVERNANCE_THREADS": tuple((wrong, "from 1 to 64") for wrong in ("0", "65", "many")),
    "GOVERNANCE_SCREEN_ASKS": tuple((wrong, "from 20 to 900") for wrong in ("0", "19", "901", "1m")),
    "GOVERNANCE_SCREEN_CLEARS": tuple((wrong, "from 20 to 900") for wrong in ("0", "19", "901", "1m")),
    "GOVERNANCE_LEAVES_TO": tuple(
        (wrong, "looks like https://www.wikipedia.org/")
        for wrong in (
            "x.org",
            "http://x.org/",
            "https://x.org/?from=here",
            "https://x.org/a b",
            "javascript:1",
            "https://",
        )
    ),
}
FIELDS = {name: name.removeprefix("GOVERNANCE_").lower() for name in NAMES}


def each_in(table: dict[str, tuple[tuple[str, object], ...]]) -> list[tuple[str, str, object]]:
    return [(name, given, told) for name, rows in table.items() for given, told in rows]


def test_the_tables_name_every_setting_there_is() -> None:
    assert [*TAKEN] == [*REFUSED] == [each.name for each in SETTINGS]


@pytest.mark.parametrize(("name", "given", "meant"), each_in(TAKEN))
def test_what_a_setting_takes(name: str, given: str, meant: object) -> None:
    assert getattr(config.read({name: given}), FIELDS[name]) == meant


@pytest.mark.parametrize(("name", "given", "told"), each_in(REFUSED))
def test_what_a_setting_refuses_with_a_remedy(name: str, given: str, told: str) -> None:
    with pytest.raises(NotReady, match=told) as refused:
        config.read({name: given})
    assert str(refused.value).startswith(name)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(NAMES - {"GOVERNANCE_SECRET"}))
@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_value_is_no_value(name: str, nothing: str) -> None:
    with pytest.raises(NotReady, match=f"{name} is empty"):
        config.read({name: nothing})


def test_what_is_left_out_has_the_safe_value() -> None:
    settings = config.read({})
    assert settings.for_real_people
    assert settings.https
    assert settings.host == "127.0.0.1"
    assert (settings.keys, settings.escrow) == (settings.home / "keys", settings.home / "escrow")
    assert not config.read({"GOVERNANCE_MODE": "demo"}).https


def test_where_the_database_is_a_server_a_process_makes_more_than_one_page_at_once() -> None:
    assert config.read({}).threads == 1
    assert config.read({"GOVERNANCE_DATABASE": POSTGRESQL}).threads == 4
    assert config.read({"GOVERNANCE_DATABASE": POSTGRESQL, "GOVERNANCE_THREADS": "1"}).threads == 1


def test_the_public_address_says_whether_it_is_https() -> None:
    both = {"GOVERNANCE_MODE": "demo", "GOVERNANCE_ADDRESS": "https://x.org"}
    assert config.read(both).https
    with pytest.raises(NotReady, match="GOVERNANCE_HTTPS is 0, but GOVERNANCE_ADDRESS begins with https://"):
        config.read({**both, "GOVERNANCE_HTTPS": "0"})
    assert not config.read({"GOVERNANCE_ADDRESS": "http://x.org", "GOVERNANCE_HTTPS": "0"}).https


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        ("GOVERNANCE_HTTP", "Did you mean GOVERNANCE_HTTPS?"),
        ("GOVERNANCE_DATABSE", "Did you mean GOVERNANCE_DATABASE?"),
        ("GOVERNANCE_XYZZY", "The README lists the settings."),
    ],
)
def test_a_name_that_nobody_reads_is_said(unknown: str, told: str) -> None:
    with pytest.raises(NotReady) as refused:
        config.read({unknown: "1"})
    assert unknown in str(refused.value)
    assert told in str(refused.value)
    assert config.read({unknown.removeprefix("GOVERNANCE_"): "1"})  # What is not ours is nobody's matter here.


WEAK = (
    "change-me-change-me-change-me-change-me",
    "Change-Me-1-Change-Me-1-Change-Me-1-Change-Me-1",
    "12345678901234567890123456789012",
    "81726354901827364509182736450918",
    "the quick brown fox jumps over the lazy dog",
    "correct-horse-battery-staple-and-nobody-knows",
    "Our Programme In Port Ansley, Founded 2019",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0123456789abcdef0123456789abcdef",
    "aB3xK9-abcdefgh-rT5wQ2zL8mN4vC7pJ1hG6",
    secrets.token_urlsafe(16),
    secrets.token_hex(15),
)


@pytest.mark.parametrize("weak", WEAK, ids=range(len(WEAK)))  # Two of them are new in each process.
def test_a_secret_that_can_be_guessed_is_refused(weak: str) -> None:
    with pytest.raises(NotReady, match="GOVERNANCE_SECRET is too weak"):
        config.check(config.read({"GOVERNANCE_SECRET": weak}))


def test_a_missing_secret_is_refused() -> None:
    with pytest.raises(NotReady, match="GOVERNANCE_SECRET is missing"):
        config.check(config.read({"GOVERNANCE_SECRET": ""}))


def test_what_random_sources_make_is_taken() -> None:
    with let_through():
        for _ in range(1000):
            for made in (secrets.token_urlsafe(32), secrets.token_hex(32), secrets.token_hex(64)):
                config.check(config.read({"GOVERNANCE_SECRET": made}))
