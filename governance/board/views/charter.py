"""The numbers the board has set for itself, and how they change: a vote, its record, and two who put it in force."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from governance import clock
from governance.board import charter as charters
from governance.board import charter_pages, service
from governance.board.forms import InForceForm
from governance.board.views.door import ChangeDecided, bp, changes_decided
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.ledger import service as ledger
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.storage.database import db
from governance.storage.leaves import SOME_LINE

NEW = "board.new_charter"


@bp.get("/board/charter")
@requires(Permission.BOARD_PAGES)
def charter() -> str:
    """The numbers the board has set for itself, in words, and every version with what it changed."""
    shown = service.shown_versions(db.session)
    versions = [each.version for each in shown]
    said = [service.from_settings(version.settings) for version in versions]
    older = [*said[1:], None]
    changed = [charters.changes(before, now) if before else [] for now, before in zip(said, older, strict=True)]
    whole = [
        charters.sentences(each) + charters.not_read(service.no_longer_read(version.settings))
        for each, version in zip(said, versions, strict=True)
    ]
    return render_template(
        "board/charter.html",
        missing=SOME_LINE if ledger.spoilt(db.session, "decisions") else "",
        versions=list(zip(versions, whole, changed, [each.doubt for each in shown], strict=True)),
        numbers=[(each, charter_pages.value_of(said[0], each.name)) for each in charter_pages.NUMBERS] if said else [],
    )


@bp.get("/board/charter/about/<name>")
@requires(Permission.BOARD_PAGES)
def charter_number(name: str) -> str:
    """One number of the charter: why it is there, who can change it and how, and what it was before."""
    shown = service.shown_versions(db.session)[::-1]
    versions = [each.version for each in shown]
    number = charter_pages.BY_NAME.get(name)
    if number is None or not versions:
        abort(404)
    said = [service.from_settings(version.settings) for version in versions]
    changed = [
        (*shown[at], charter_pages.value_of(said[at], name)) for at in charter_pages.changes_of(said, name)[::-1]
    ]
    return render_template(
        "board/charter_number.html", number=number, value=changed[0][2], low_high=charter_pages.how_far(name),
        two_thirds=charters.in_words(said[-1].two_thirds), before=changed,
    )  # fmt: skip


@dataclass(frozen=True)
class ToPutInForce:
    """A decision that changes the charter, in words, and why it cannot be put in force any more, if so."""

    decided: ChangeDecided
    lines: list[Sentence]
    refused: Sentence | str = ""


@bp.route("/board/charter/new", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def new_charter() -> ResponseReturnValue:
    """What the board decided on its charter. It is in force when another of the board agrees. Nobody types a number."""
    form, found = InForceForm(), waiting_changes()
    if form.validate_on_submit():
        with refusals_in(form):
            _ask(form.record.data or "")
            flash(_("You asked for it. It is in force when another of the board agrees."))
            return redirect(url_for("people.asked"), code=303)
    return render_template("board/new_charter.html", form=form, found=found), status_of(form)


def waiting_changes() -> list[ToPutInForce]:
    """Return the decisions on the charter that no version of it came from so far, the newest first."""
    decided = changes_decided()
    used = {version.record for version in service.charter_versions(db.session)} if decided else set()
    return [_to_put_in_force(each) for each in decided if each.number not in used]


def is_asked_for() -> bool:
    """Whether somebody asked to put a version in force, and a second yes is to come."""
    return people.waiting_on(db.session, keyfolder.current(), NEW, "", clock.today()) is not None


def _to_put_in_force(each: ChangeDecided) -> ToPutInForce:
    now = service.charter_in_force(db.session)
    lines = service.numbers_in_words(each.numbers, now) if each.numbers is not None else []
    return ToPutInForce(each, lines, service.why_not_in_force(db.session, each.numbers, each.number))


def _next_version(session: Session, record: str) -> tuple[int, charters.Charter]:
    """Return the number of the version that *record* leads to, and all that it says.

    Raises RuleRefused where the board decided no such thing, or where it cannot be put in force.
    """
    for each in changes_decided():
        if each.number == record:
            return service.check_may_put_in_force(session, each.numbers, record)
    raise RuleRefused(N_("The board has not decided that. Choose a decision that changes the charter."))


def _ask(record: str) -> None:
    number, after = _next_version(db.session, record)
    words = N_("Version {number} of the charter comes into force, by record {record}. New in it: {changes}")
    changes = together(service.new_in(db.session, after))
    people.ask(
        db.session, keyfolder.current(), g.who, NEW, Sentence(words, number=number, record=record, changes=changes),
        clock.today(), values={"number": number, "settings": service.settings_of(after), "record": record},
        page=("decisions.show", {"number": record}),
    )  # fmt: skip


@people.does(NEW)
def put_in_force(agreed: people.Agreed) -> None:
    """Put in force what the record says that the board decided: that, and nothing that was written down since.

    What the two people read is held against it once more, for the charter may have changed after the first one asked.
    """
    record = agreed.values["record"] or ""
    number, after = _next_version(agreed.session, record)
    if (number, service.settings_of(after)) != (agreed.values["number"], agreed.values["settings"]):
        raise RuleRefused(N_("The charter has changed since this was asked for. Say no, and let it be asked for anew."))
    service.adopt_charter(agreed.session, after, agreed.today, record)
    service.done_with_the_charter(agreed.session)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)
