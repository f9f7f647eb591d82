"""Somebody outside who reads every public byte, day by day, and knows the program: what they can tell from it.

What to read is taken from the map of routes, so a page that comes tomorrow is read too. Each answer is kept whole:
status, headers, and the body with its length.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from governance.ledger import tiles
from governance.ledger.rules import LOGS, facts_in
from governance.permissions.access import GRANTS
from governance.permissions.roles import Role
from tests.crawl import endpoint_of

TRIED = (1, 2)  # Numbers that are tried where an address takes one; links name the others.
OF_EACH_PAGE = 3  # How many addresses of one page are read that differ in what stands behind the question mark.
DRAWN = re.compile(r"[0-9a-f]{16,}|[\w+/=.-]{40,}|(?<=urn:uuid:)[0-9a-f-]{36}")
COVERED = re.compile(r'("intake_leaf":|intake_leaf&#34;:|intake_leaf&quot;:)(\d+)')
LINK = re.compile(r'(?:href|src)="([^"#]+)')


def public_rules(app: Flask) -> dict[str, Rule]:
    """Return what a visitor may fetch, by its pattern: every route whose permission a visitor has."""
    found = {}
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if "GET" in (rule.methods or ()) and permission in GRANTS[Role.VISITOR]:
            found[rule.rule] = rule
    return found


@dataclass
class Outsider:
    """What was read so far: by day and address, each answer as it came."""

    app: Flask
    read: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    nowhere: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {log: [] for log in LOGS})

    def look(self, day: date, *, whole: bool = True) -> None:
        """Read everything there is today. Each address with fresh eyes: no cookie.

        Not *whole*: follow no link, and try no number that led nowhere before (`nowhere`).
        """
        public = public_rules(self.app)
        tried = (address for rule in public.values() for address in _tried(rule))
        waiting = deque(address for address in tried if whole or address not in self.nowhere)
        waiting.extend(self._of_the_ledger())
        waiting.append("/kiosk/offline/en")  # No link leads there: a tablet without a network falls back on it.
        seen, asked = set(waiting), Counter[str]()
        while waiting:
            address = waiting.popleft()
            path, _, question = address.partition("?")
            asked[path] += bool(question)
            if asked[path] > OF_EACH_PAGE:  # Each page leads to the languages and to help, and says where from.
                continue
            answer = FlaskClient(self.app, self.app.response_class, use_cookies=False).get(address)
            self._keep(day, address, answer)
            links = LINK.findall(answer.text) if whole and answer.mimetype == "text/html" else ()
            for there in (urljoin(address, each) for each in links):
                if there not in seen:
                    seen.add(there)
                    waiting.extend(each for each in self._public_at(there, public) if each == there or each not in seen)

    def _keep(self, day: date, address: str, answer: TestResponse) -> None:
        assert answer.status_code < 500, address
        if answer.status_code < 400:
            self.answered.add(endpoint_of(self.app, address))
            self.nowhere.discard(address)
        else:
            self.nowhere.add(address)
        headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers) if name != "Date")
        content = answer.get_data()
        self._note_lines(address, content, answer.status_code)
        body = len(content) if re.search(r"/tile/\d", address) else content.decode("latin-1")
        self.read[f"{day} {address}"] = f"{answer.status_code}\n{headers}\n\n{body}"

    def _public_at(self, address: str, public: dict[str, Rule]) -> list[str]:
        """Return *address* if a public route answers it, and what stands beside it: a page and its files."""
        endpoint = endpoint_of(self.app, address) if address.startswith("/") else ""
        mine = next((rule for rule in public.values() if rule.endpoint == endpoint), None)
        if mine is None:
            return []
        before, _, after = mine.rule.partition("<")
        beside = [rule for rule in public if after and rule.startswith(mine.rule)]
        value = urlsplit(address).path.removeprefix(before) if after.endswith(">") and "<" not in after else ""
        return [address, *(f"{before}{value}{rule.removeprefix(mine.rule)}" for rule in beside if value)]

    def _of_the_ledger(self) -> Iterator[str]:
        """Yield the files that grew since the last look, as the signed head names them, and the newest proof."""
        for log in LOGS:
            head = FlaskClient(self.app, self.app.response_class).get(f"/ledger/{log}/checkpoint")
            size = int(head.text.splitlines()[1]) if head.status_code == 200 else 0
            yield from (f"/ledger/{log}/{name}" for name in ("checkpoint", "key", f"{max(size - 1, 0)}.tlog-proof"))
            yield from (f"/ledger/{log}/{tile.path}" for tile in tiles.of_size(size, self.sizes.get(log, 0)))
            self.sizes[log] = size

    def _note_lines(self, address: str, content: bytes, status: int) -> None:
        """Keep what the lines of a log say, from its bundles alone."""
        found = re.fullmatch(r"/ledger/(\w+)/(tile/entries/.+)", address)
        tile = tiles.read_path(found[2]) if found and status == 200 else None
        if found and tile:
            del self.lines[found[1]][tile.start :]
            self.lines[found[1]] += [facts_in(entry.decode()) for entry in tiles.read_bundle(content)]

    def plainly(self) -> dict[str, str]:
        """Return what was read, with what is drawn by lot left out: its length stays, and for a line its day."""
        days = [str(facts.get("day")) for facts in self.lines["intake"]]

        def of_a_day(covered: re.Match[str]) -> str:
            return covered[1] + days[int(covered[2])]

        without_drawn = cache(_without_drawn)  # Most lines stand on many pages.
        plain = {
            text: "\n".join(map(without_drawn, COVERED.sub(of_a_day, text).split("\n")))
            for text in set(self.read.values())
        }
        return {name: plain[text] for name, text in self.read.items()}


def _without_drawn(line: str) -> str:
    """Return *line* with the length of what is drawn by lot in its place."""
    return DRAWN.sub(lambda drawn: f"<{len(drawn[0])}>", line)


def _tried(rule: Rule) -> list[str]:
    """Return addresses of a route: its own, or with numbers in it that are tried. Links and the ledger name others."""
    if not rule.arguments:
        return [rule.rule]
    numbers = re.findall(r"<number:\w+>", rule.rule)
    if len(numbers) != len(rule.arguments):
        return []
    return [rule.rule.replace(numbers[0], str(number)) for number in TRIED]


def told_apart(*worlds: Outsider) -> dict[str, list[str]]:
    """Return, by day and address, the lines in which what was read of one world differs from another."""
    first, *others = (world.plainly() for world in worlds)
    found: dict[str, list[str]] = {}
    for other in others:
        for name in sorted(name for name in first.keys() | other.keys() if first.get(name, "") != other.get(name, "")):
            one, two = first.get(name, "").splitlines(), other.get(name, "").splitlines()
            if one != two:
                found.setdefault(name, []).extend(sorted(set(one) ^ set(two))[:6] or ["the order of its lines"])
    return found
