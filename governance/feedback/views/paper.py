"""Paper cards: typed in as they are written, held and mixed like any other word, then shredded.

Whom a card is about is asked before it is typed in, so that nobody types what may be about them.
"""

from __future__ import annotations

import secrets

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.clockwork import timekeeping
from governance.feedback import paper_cards, rules, service
from governance.feedback.forms.desk import PaperForm
from governance.feedback.views.door import bp
from governance.frame.catalogue import said
from governance.frame.forms import refusals_in, status_of
from governance.frame.languages import choices
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.places import service as places
from governance.storage.database import db

OTHER_LANGUAGE = "und"  # BCP 47 for a language that nobody has named.
TYPED = "cards typed"  # In the cookie of whoever types: the day, and how many. Nowhere else, and no time.


@bp.route("/desk/paper", methods=["GET", "POST"])
@requires(Permission.TYPE_PAPER)
def paper() -> ResponseReturnValue:
    """Ask whom a card is about, then type it in. It waits with the others and does not make up the three of a batch."""
    whom = request.args.get("about", "")
    if request.method == "GET" and whom not in paper_cards.WHOM_WORDS:
        return _ask_whom()
    form = _form(whom)
    if request.method == "GET":
        paper_cards.check_may_type(rules.Lane.OTHER, paper_cards.about_of(rules.Lane.OTHER, whom), g.who.roles)
    elif form.validate_on_submit():
        with refusals_in(form):
            card = _said(form)
            paper_cards.check_may_type(card.lane, card.about, g.who.roles)
            receipt = service.take(db.session, keyfolder.current(), card, timekeeping.day_to_go_by(db.session))
            if not receipt.repeated:
                _count()
            flash(_("It is in, and waits to be mixed with others. Now shred the card."))
            return redirect(url_for("feedback.paper", language=card.language, place=card.place or None), code=303)
    pictures = {topic.key: topic.key for topic in rules.TOPICS}
    page = render_template("feedback/desk_typing.html", form=form, pictures=pictures, asked=paper_cards.WHOM_WORDS)
    return page, status_of(form)


def _ask_whom() -> str:
    return render_template(
        "feedback/desk_paper.html",
        whom=_whom(),
        whom_words=paper_cards.WHOM_WORDS,
        typed=_typed_today(),
        onward=_onward(),
    )


def _onward() -> dict[str, str]:
    """Return what stays the same from one card of a pile to the next: its language, and where it was left."""
    return {name: request.args[name] for name in ("language", "place") if request.args.get(name)}


def _whom() -> dict[str, str]:
    """Return whom a card may be about, each with why this reader does not type it in, or ''."""
    lane, roles = rules.Lane.OTHER, g.who.roles
    return {
        whom: said(paper_cards.why_not(lane, paper_cards.about_of(lane, whom), roles))
        for whom in paper_cards.WHOM_WORDS
    }


def _form(whom: str) -> PaperForm:
    form = PaperForm(**({"about": whom} if whom in paper_cards.WHOM_WORDS else {}))
    form.once.data = form.once.data or secrets.token_hex(16)
    named = [SelectChoice(code, name) for code, name in choices()]
    form.language.choices = [*named, SelectChoice(OTHER_LANGUAGE, _("Another language"))]
    here = [SelectChoice(place.name, place.name) for place in places.open_places(db.session)]
    form.place.choices = [SelectChoice("", _("Not written on it")), *here]
    if request.method == "GET":
        form.language.data = request.args.get("language") or form.language.data
        form.place.data = request.args.get("place") or form.place.data
    return form


def _said(form: PaperForm) -> service.Submission:
    """Return what the card says: by the numbers of its boxes, else by what was ticked on the page."""
    card, whom = paper_cards.ticked(form.ticks.data or ""), form.about.data or ""
    paper_cards.check_same_about(whom, card.about)
    lane = rules.Lane(card.lane or form.lane.data or rules.Lane.OTHER)
    return service.Submission(
        token=bytes.fromhex(form.once.data or ""),
        lane=lane,
        about=paper_cards.about_of(lane, whom),
        topics=tuple(dict.fromkeys((*card.topics, *(form.topics.data or ())))),
        face=card.face or form.face.data or "",
        language=form.language.data or OTHER_LANGUAGE,
        words=form.words.data or "",
        consent=rules.Consent(card.consent or form.consent.data),
        route=rules.Route.PAPER,
        place=form.place.data or "",
        via="paper",
    )


def _count() -> None:
    day, number = _counted()
    session[TYPED] = [day, number + 1]


def _counted() -> tuple[str, int]:
    day, number = session.get(TYPED, ("", 0))
    today = clock.today().isoformat()
    return today, number if day == today else 0


def _typed_today() -> str:
    """Return in words how many cards this reader typed in today since they signed in."""
    _day, number = _counted()
    if not number:
        return ""
    return ngettext("You typed in %(num)d card today.", "You typed in %(num)d cards today.", number)
