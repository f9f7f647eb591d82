"""The plain pages: principles, promises, measures, what was taken down."""

from __future__ import annotations

from flask import abort, render_template

from governance import clock
from governance.board import service as board
from governance.board.models import AgendaItem
from governance.board.views.door import Page, page_of_item
from governance.decisions.views.door import LOOK_KINDS, OUTCOME_KINDS, OUTCOME_WORDS
from governance.feedback import rules as feedback_rules
from governance.feedback import service as feedback
from governance.ledger import service as ledger
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.publishing import rules, service
from governance.publishing.service.measures import measures as measured
from governance.publishing.views.door import bp
from governance.responses import commitments
from governance.responses import rules as response_rules
from governance.responses import service as responses
from governance.storage.database import db
from governance.storage.leaves import NOT_AS_PUBLISHED, SOME_LINE

AT_ONCE = 200


@bp.get("/principles")
@requires(Permission.READ_RECORD)
def principles() -> str:
    """The eight principles in our own words, and what was decided for each."""
    return render_template("publishing/principles.html", served=service.by_principle(db.session, clock.today()))


@bp.get("/promises")
@requires(Permission.READ_RECORD)
def promises() -> str:
    """What we promise and where that ends, what is stored, who may do what, and what takes more than one."""
    return render_template(
        "publishing/promises.html",
        promises=service.promises(),
        tables=service.stored(),
        roles=service.permissions(),
        gates=people.in_words(),
        rules=rules,
    )


@bp.get("/measures")
@requires(Permission.READ_RECORD)
def measures() -> str:
    """Counts and dates that keep the program honest."""
    return render_template(
        "publishing/measures.html",
        measures=measured(db.session, clock.today()),
        answer_words=response_rules.ANSWER_WORDS,
        outcome_words=commitments.OUTCOME_WORDS,
        years=service.years(db.session, clock.today()),
        missing=responses.doubt_of_steps(db.session) or responses.missing(db.session),
    )


@bp.get("/years/<number:number>")
@requires(Permission.READ_RECORD)
def year(number: int) -> str:
    """One year in short: what was decided, what staff answered, what came of looking again."""
    found = service.year(db.session, number, clock.today()) or abort(404)
    return render_template(
        "publishing/year.html",
        year=found,
        answer_words=response_rules.ANSWER_WORDS,
        outcome_words=OUTCOME_WORDS,
        outcome_kinds=OUTCOME_KINDS,
        look_kinds=LOOK_KINDS,
        missing=responses.missing(db.session),
    )


@page_of_item.fill
def page_of_the_year(item: AgendaItem) -> list[Page]:
    """Where the board reads the year that it looks back on."""
    number = board.year_of(item)
    return [("publishing.year", {"number": number})] if number is not None else []


@bp.get("/removed")
@requires(Permission.READ_RECORD)
def removed() -> str:
    """Every word that was taken down, and why; for members also what one reader moved alone."""
    stones = feedback.shown_tombstones(db.session)[:AT_ONCE]
    return render_template(
        "publishing/removed.html",
        stones=stones,
        newest_leaf=max((each.stone.leaf for each in stones if each.doubt != NOT_AS_PUBLISHED), default=None),
        not_as_published=NOT_AS_PUBLISHED,
        missing=SOME_LINE if ledger.spoilt(db.session, "decisions") else "",
        moves=feedback.moves(db.session, AT_ONCE) if may(Permission.BOARD_PAGES) else [],
        words=feedback_rules,
    )
