"""Templates, statements and routes compiled once in a process: each test has an app of its own, and the same in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from copy import copy
from operator import attrgetter
from types import CodeType
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory


class CompiledOnce(BytecodeCache):
    """What each template became. A source that was changed is compiled again: its checksum is another."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give *bucket* its code, when its source was compiled before."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of *bucket*."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(autouse=True, scope="session")
def compiled_once() -> Iterator[None]:
    """Let all apps of this process share what their templates became: half the time of a page went into that."""
    kept, make = CompiledOnce(), Flask.create_jinja_environment

    def with_what_is_kept(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = kept
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", with_what_is_kept)
        yield


@pytest.fixture(autouse=True, scope="session")
def statements_compiled_once() -> Iterator[None]:
    """Let all engines of one kind of database share what their statements became.

    Each test has engines of its own, and compiled everything anew. What the mappers had kept for the engines of
    before held those engines too: after a thousand tests a process was four times as large, and slower by it.
    """
    kept: defaultdict[type, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(5_000))
    shared = property(lambda engine: kept[type(engine.dialect)], lambda engine, of_its_own: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        # What was compiled is found by its dialect: one of the same kind is as good.
        patch.setattr(DefaultDialect, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda self: hash(type(self)))
        yield


class RoutesOfAll(Map):
    """Routes that take over what an app of before made of the same ones, written in the same order.

    They are compiled when the first address is looked for. One more route, or another converter, and all are made anew.
    """

    made: ClassVar[dict[Hashable, Map]] = {}

    def __init__(self, *rules: Any, **how: Any) -> None:
        self.written: list[Rule] = []
        super().__init__(*rules, **how)

    def add(self, rulefactory: RuleFactory) -> None:
        """Note a route. What is wrong with it is said when the first address is looked for."""
        self.written += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        """Take over what the same routes became, or compile them."""
        if not self._remap:
            return
        with self._remap_lock:
            asked = (*self.converters.items(), self.host_matching, *map(_written, self.written))
            if asked not in self.made:
                self.made[asked] = self._compiled()
            same = self.made[asked]
            self._matcher, self._rules_by_endpoint, self._remap = same._matcher, same._rules_by_endpoint, False

    def _compiled(self) -> Map:
        made = Map(converters=self.converters, host_matching=self.host_matching)
        for rule in self.written:
            bound = copy(rule)  # What is written stays as it is, for the case that another route comes to it.
            bound.arguments = set(rule.arguments)
            made.add(bound)
        made.update()
        return made


SAID = attrgetter(
    "rule", "endpoint", "subdomain", "host", "strict_slashes", "merge_slashes", "build_only", "alias", "websocket",
    "redirect_to",
)  # fmt: skip


def _written(rule: Rule) -> Hashable:
    """All that tells a route from another."""
    options = getattr(rule, "provide_automatic_options", None)
    return type(rule), *SAID(rule), frozenset(rule.methods or ()), tuple((rule.defaults or {}).items()), options


@pytest.fixture(autouse=True, scope="session")
def routes_compiled_once() -> Iterator[None]:
    """Let all apps of this process share what their 200 routes became: half of what it took to put an app together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_map_class", RoutesOfAll)
        yield
