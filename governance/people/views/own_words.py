"""Words of one's own: what somebody printed for me is seen by nobody else any more, because it opens nothing."""

from __future__ import annotations

from datetime import datetime

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.frame import slow_lane
from governance.frame.catalogue import said
from governance.frame.forms import confirmed
from governance.frame.row_numbers import row_number
from governance.frame.shared_screen import is_shared
from governance.people import rules, service
from governance.people.views.accounts import card_page
from governance.people.views.door import bp


@bp.route("/account/own-words", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
@slow_lane.slow
def own_words() -> ResponseReturnValue:
    """Make my own words. The answer is my new card, shown to me alone and once; the words before stop."""
    if request.method == "GET":
        me = g.who.account_id
        return render_template(
            "people/own_words.html",
            card=service.card_number(db.session, me),
            has_own=service.has_own_words(db.session, me),
        )
    confirmed()
    held = session.get(service.COOKIE) or {}
    rules.check_just_signed_in(datetime.fromisoformat(held["since"]), clock.now())
    if slow_lane.is_full():
        flash(said(slow_lane.FULL))
        return redirect(url_for("people.own_words"), code=303)
    # The slow work comes before any query.
    draft = service.draft_card(keyfolder.current(), g.who.alias, str(get_locale() or "en"))
    device = rules.device_of(held.get("device"), is_shared())
    card, signed_in = service.make_own_words(
        db.session, g.who, draft, row_number(request.form.get("card", "")) or 0, clock.now(), device
    )
    session[service.COOKIE] = signed_in.cookie
    return card_page(card, mine=True)
