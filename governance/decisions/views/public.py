"""The record in public: a list, a document for each, the same as JSON, and a feed."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from governance import clock
from governance.decisions import service
from governance.decisions.models import Record
from governance.decisions.next_steps import of_public_page
from governance.decisions.rules import CameOfIt, days_overdue
from governance.decisions.service import Key
from governance.decisions.views.door import (
    OUTCOME_KINDS,
    OUTCOME_WORDS,
    answers_of_record,
    bp,
    document,
    looked_again,
    thread_of_record,
)
from governance.frame.page_cache import kept
from governance.frame.row_numbers import row_number
from governance.keys import keyfolder
from governance.ledger import service as ledger
from governance.ledger.views.files import proof_file
from governance.permissions.access import Permission, may, requires
from governance.storage.database import db
from governance.storage.leaves import NOT_AS_PUBLISHED
from governance.storage.text import one_line

AT_ONCE = 30
LONGEST_SEARCH = 100


@bp.get("/decisions")
@requires(Permission.READ_RECORD)
@kept
def index() -> str:
    """What the board decided, the newest first, yes and no alike."""
    search = one_line(request.args.get("q", "")[:LONGEST_SEARCH])
    after = _read_key(request.args.get("after", ""))
    today, wanted = clock.today(), _read_wanted(request.args.get("state", ""))
    such = service.such(db.session, wanted, today) if wanted else None
    found = service.listed(db.session, search, after, AT_ONCE + 1, such)
    older = _key(found[AT_ONCE - 1].record) if len(found) > AT_ONCE else ""
    # Of the version that holds now alone: the others say no more when the board looks again.
    late = {each.record.id: days_overdue(each.look_again_on, today) for each in found if not each.corrected_by}
    return render_template(
        "decisions/index.html",
        found=found[:AT_ONCE],
        search=search,
        wanted=wanted,
        all_kinds=CameOfIt,
        after=after,
        older=older,
        outcome_words=OUTCOME_WORDS,
        outcome_kinds=OUTCOME_KINDS,
        late=late,
    )


@bp.get("/decisions/<number>")
@requires(Permission.READ_RECORD)
@kept
def show(number: str) -> str:
    """One record, as a document worth pinning up."""
    versions = service.versions(db.session, number) or abort(404)
    record, not_taken = versions.record, service.how_many_not_taken(db.session, versions.first)
    return render_template(
        "decisions/show.html",
        record=record,
        versions=versions,
        thread=thread_of_record(record),
        answered=answers_of_record(record),
        vote=service.vote_of(db.session, record),
        not_taken=not_taken,
        chosen_again=bool(not_taken) and service.is_chosen_again(db.session, versions.first, clock.today()),
        sha256=service.sha256_of(record.published or ""),
        head=ledger.head(db.session, "decisions"),
        next_steps=of_public_page(
            record.number, runs_board=may(Permission.RUN_BOARD), is_newest=versions.newest == record
        ),
        **looked_again(versions),
        **document(record, record.against),
    )


@bp.get("/decisions/<number>.json")
@requires(Permission.READ_RECORD)
def as_json(number: str) -> ResponseReturnValue:
    """The published facts, byte for byte as they were when their fingerprint went into the ledger."""
    record = service.as_published(db.session, number) or abort(404)
    return Response(record.published, mimetype="application/json")


@bp.get("/decisions/<number>/looked-again.json")
@requires(Permission.READ_RECORD)
def looks_as_json(number: str) -> ResponseReturnValue:
    """What came of looking at a record again, each time, the first one first: as the ledger holds it."""
    versions = service.versions(db.session, number) or abort(404)
    return jsonify(service.looks_in_json(db.session, versions.first))


@bp.get("/decisions/<number>.tlog-proof")
@requires(Permission.READ_RECORD)
def as_proof(number: str) -> ResponseReturnValue:
    """The proof that the fingerprint of this record is in the ledger (C2SP tlog-proof)."""
    record = service.as_published(db.session, number)
    return proof_file("decisions", record.leaf if record else None)


@bp.get("/decisions.atom")
@requires(Permission.READ_RECORD)
def feed() -> ResponseReturnValue:
    """The newest records, and what came of looking at some again, as an Atom feed (RFC 4287).

    A record whose words are not those of its line is left out: a feed has no room for a note beside it.
    """
    programme_id, looks = keyfolder.current().programme, service.newest_looks(db.session, AT_ONCE)
    found = [each for each in service.listed(db.session, limit=AT_ONCE) if each.doubt != NOT_AS_PUBLISHED]
    ids = {each.record.id: _feed_id(programme_id, f"decisions/{each.record.number}") for each in found}
    of_looks = {each.look.leaf: _feed_id(programme_id, f"decisions/looked-again/{each.look.leaf}") for each in looks}
    days = [each.record.adopted_on for each in found[:1]] + [each.look.looked_on for each in looks[:1]]
    page = render_template(
        "decisions/atom.xml",
        found=found,
        ids=ids,
        looks=looks,
        of_looks=of_looks,
        feed_id=_feed_id(programme_id, "decisions"),
        updated=max((day for day in days if day), default=clock.today()),
    )
    return Response(page, mimetype="application/atom+xml")


def _feed_id(programme_id: str, name: str) -> str:
    """Return an id that stays the same when the site moves to another address (RFC 4287 4.2.6, RFC 9562 5.5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{programme_id}/{name}").urn


def _key(record: Record) -> str:
    return f"{record.adopted_on}.{record.id}"


def _read_wanted(typed: str) -> CameOfIt | None:
    return CameOfIt(typed) if typed in list(CameOfIt) else None


def _read_key(typed: str) -> Key | None:
    day, _dot, row = typed.partition(".")
    number = row_number(row)
    try:
        return Key(date.fromisoformat(day), number) if number else None
    except ValueError:
        return None
