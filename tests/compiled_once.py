"""Templates, statements and routes compiled once in a process: each test has an app of its own, and the same in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from governance.frame.routes import Route


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


@pytest.fixture(autouse=True, scope="session")
def routes_compiled_once() -> Iterator[None]:
    """Let routes that are written alike share how their addresses are read and made: 200 for each app."""
    kept: dict[Any, dict[str, Any]] = {}
    compile_it, compile_maker = Rule.compile, Rule._compile_builder
    makers: dict[Any, Any] = {}

    def written(route: Rule) -> Any:
        converters = (*route.map.converters.values(), *(route.defaults or {}).items()) if route.map else ()
        return (route.rule, route.subdomain, route.host, route.merge_slashes, converters)

    def compile_once(route: Rule) -> None:
        if type(route) is not Route or (route.map and route.map.host_matching):
            return compile_it(route)
        before = set(route.arguments)
        found = kept.get(written(route))
        if found is None:
            compile_it(route)
            names = ("_parts", "_trace", "_converters")
            kept[written(route)] = {name: getattr(route, name) for name in names} | {"more": route.arguments - before}
            return None
        route.arguments |= found["more"]
        route._parts, route._trace, route._converters = found["_parts"], found["_trace"], found["_converters"]
        route._build = route._compile_builder(False).__get__(route, None)
        route._build_unknown = route._compile_builder(True).__get__(route, None)
        return None

    def maker_once(route: Rule, append_unknown: bool = True) -> Any:
        if type(route) is not Route:
            return compile_maker(route, append_unknown)
        key = (written(route), append_unknown)
        if key not in makers:
            makers[key] = compile_maker(route, append_unknown)
        return makers[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        patch.setattr(Rule, "_compile_builder", maker_once)
        yield
