"""The numbers the board has set for itself, and how they change: a vote, its record, and two who write it down."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import charter as charters
from governance.board import charter_pages, service
from governance.board.forms import CharterForm
from governance.board.views.door import bp, changes_decided
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.storage.database import db

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


@bp.route("/board/charter/new", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def new_charter() -> ResponseReturnValue:
    """Write down new numbers the board has voted for. They are in force when another of the board agrees."""
    versions = service.charter_versions(db.session)
    before = service.from_settings(versions[0].settings) if versions else None
    form = CharterForm(obj=before or charters.Charter())
    decided = _not_used_yet({version.record for version in versions})
    form.record.choices = [SelectChoice(number, f"{number}: {title}") for number, title in decided]
    if before is None:
        del form.record
    if form.validate_on_submit():
        with refusals_in(form):
            _ask(before, form.typed(), form.record.data if form.record else None)
            flash(_("You asked for it. It is in force when another of the board agrees."))
            return redirect(url_for("people.asked"), code=303)
    return render_template(
        "board/new_charter.html", form=form, waits_for_a_vote=bool(before and not decided)
    ), status_of(form)


def _not_used_yet(used: set[str | None]) -> list[tuple[str, str]]:
    return [(number, title) for number, title in changes_decided() if number not in used]


def _ask(before: charters.Charter | None, typed: charters.Charter, record: str | None) -> None:
    number = service.check_may_adopt(db.session, typed, record)
    words = N_("Version {number} of the charter comes into force. New in it: {changes}")
    if record:
        words = N_("Version {number} of the charter comes into force, by record {record}. New in it: {changes}")
    changes = together(charters.changes(before, typed))
    said = Sentence(words, number=number, record=record or "", changes=changes)
    people.ask(
        db.session, keyfolder.current(), g.who, NEW, said, clock.today(),
        values={"number": number, "settings": service.settings_of(typed), "record": record},
        page=("decisions.show", {"number": record}) if record else ("board.charter", {}),
    )  # fmt: skip


@people.does(NEW)
def put_in_force(agreed: people.Agreed) -> None:
    """Put the version in force that two people wrote down from a record, if it is still the next one."""
    typed, record = service.from_settings(agreed.values["settings"]), agreed.values["record"]
    still_so = record is None or record in dict(changes_decided())
    if not still_so or service.check_may_adopt(agreed.session, typed, record) != agreed.values["number"]:
        raise RuleRefused(N_("The charter has changed since this was asked for. Say no, and let it be asked for anew."))
    service.adopt_charter(agreed.session, typed, agreed.today, record)
    service.done_with_the_charter(agreed.session)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)
