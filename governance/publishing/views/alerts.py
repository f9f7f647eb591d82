"""Drug alerts: in public, at the desk where they are written, and with the board that reads them first."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.frame import site
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.languages import LANGUAGES
from governance.frame.written import written
from governance.keys import keyfolder
from governance.ledger import service as ledger
from governance.permissions.access import Permission, may, requires
from governance.publishing import rules, service
from governance.publishing.forms import AlertForm
from governance.publishing.models import Alert
from governance.publishing.next_steps import of_alert
from governance.publishing.views.door import bp
from governance.ruling.steps import Step
from governance.storage.database import db
from governance.storage.leaves import SOME_LINE

FACTS = ("language", "title", "place", "told", "tested", "how_sure", "what_helps", "where_to_check", "who_says")


@bp.get("/alerts")
@requires(Permission.READ_RECORD)
def alerts() -> str:
    """What is up now, and what was. One whose row somebody took out comes back from its line."""
    today = clock.today()
    found = [each for each in service.alerts(db.session, keyfolder.current(), today) if each.alert.posted_on]
    missing = SOME_LINE if ledger.spoilt(db.session, "decisions") else ""
    found += service.taken_out(db.session, today)
    return render_template("publishing/alerts.html", found=found, states=rules.AlertState, missing=missing)


@bp.route("/desk/alerts", methods=["GET", "POST"])
@requires(Permission.KEEP_THEMES)
def write_alert() -> ResponseReturnValue:
    """Write an alert, and see where the others are."""
    today = clock.today()
    form = AlertForm(ends_on=today + rules.UP_FOR)
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in site.languages()]
    if form.validate_on_submit():
        facts = {name: form[name].data or "" for name in FACTS}
        with refusals_in(form):
            service.write_alert(db.session, g.who.account_id, facts, form.ends_on.data or today, today)
            flash(_("It is written. It goes up when two board members have read it."))
            return redirect(url_for("publishing.write_alert"), code=303)
    found = service.alerts(db.session, keyfolder.current(), today)
    page = render_template("publishing/write_alert.html", form=form, found=found, words=rules.ALERT_WORDS)
    return page, status_of(form)


@bp.get("/board/alerts")
@requires(Permission.BOARD_PAGES)
def board_alerts() -> str:
    """Alerts that wait for the board's reading, and those that are up."""
    found = [
        a
        for a in service.alerts(db.session, keyfolder.current(), clock.today())
        if a.state is not rules.AlertState.ENDED
    ]
    read = {each.alert.id for each in found if g.who.account_id in each.read_by}
    return render_template(
        "publishing/board_alerts.html", found=found, states=rules.AlertState, words=rules.ALERT_WORDS,
        of_alert=lambda alert: _steps_of(alert, has_read=alert.id in read),
    )  # fmt: skip


def _steps_of(alert: Alert, *, has_read: bool) -> list[Step]:
    wrote_it, may_read = alert.writer_account_id == g.who.account_id, may(Permission.MARK_DONE)
    title = written(alert.title, alert.language)
    return of_alert(alert.id, title, has_read=has_read, wrote_it=wrote_it, may_read=may_read)


@bp.post("/board/alerts/<number:alert_id>/read")
@requires(Permission.BOARD_PAGES)
def read_alert(alert_id: int) -> ResponseReturnValue:
    """I have read it, and it may go up."""
    confirmed()
    if db.session.get(Alert, alert_id) is None:
        abort(404)
    now = service.board_reads(db.session, keyfolder.current(), alert_id, g.who.account_id, g.who.roles, clock.today())
    up = now.state is rules.AlertState.LIVE
    flash(_("It is up now.") if up else _("Thank you. One more of us reads it, then it goes up."))
    return redirect(url_for("publishing.board_alerts"), code=303)
