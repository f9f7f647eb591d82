"""What every page about one message needs: the reader's keys, finding it, and the page with all that can be done."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.feedback import alike, rules, service
from governance.feedback.boxes import is_grievance
from governance.feedback.forms.desk import HideForm, MoveForm, QuoteForm, SortForm, ThemeForm, WriteBackForm
from governance.feedback.models import HideRequest, Theme
from governance.feedback.next_steps import Facts, Hiding, next_steps
from governance.feedback.views.lines import lines, tag_of
from governance.frame.languages import is_read_at_work
from governance.frame.narrowed import Narrowed, Told
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.places import service as places
from governance.storage.database import db

MESSAGE = "/desk/messages/<uuid:message_id>"


def keyring() -> service.Keyring:
    """Return the keys of whoever is asking."""
    return service.Keyring(db.session, keyfolder.current(), people.open_reader(db.session, g.who))


def find(message_id: uuid.UUID) -> service.OpenMessage:
    """Return a message that is shown and that the reader's keys open, or answer 404 or 409."""
    opened = keyring().read(message_id) or abort(404)
    return opened if opened.opens else abort(404)


def address_of(opened: service.OpenMessage) -> str:
    """Return where a message is; whoever has just acted on an upsetting one was ready for it."""
    return url_for("feedback.message", message_id=opened.id, ready=1 if opened.upsetting else None)


def in_box(ring: service.Keyring, opened: service.OpenMessage | None = None) -> dict[str, Any]:
    """Return what the list beside every message shows: boxes, lanes, and one page of the box that is open."""
    audience = opened.audience if opened else _audience_asked_for(ring)
    lane = opened.lane if opened and opened.sorted else _lane_asked_for() if not opened else None
    apart = not lane and ring.marks_hold and _looks_at_flood(opened)
    looked = Narrowed(private=True, page="feedback.desk", newest=service.AT_MOST, box=audience, lane=lane)
    if looked.wanted and audience:
        around = ring.newest(audience, lane)
        page = service.Page(looked.these(around, _told), "")
    else:
        page = (
            ring.inbox(audience, lane, request.args.get("after", ""), apart=apart) if audience else service.Page([], "")
        )
        looked.these(page.messages, _told)
    counts = service.box_counts(db.session, ring.audiences, audience) if audience and not opened else {}
    return {
        "looked": looked,
        "apart": apart,
        "boxes": ring.audiences,
        "box": audience,
        "lane": lane,
        "page": page,
        "lines": lines(page.messages),
        "counts": counts,
        "count_apart": counts[audience, service.APART] if audience and counts and not lane and ring.marks_hold else 0,
        "counted": service.COUNTED,
        "rules": rules,
        "tag_of": tag_of,
    }


def _looks_at_flood(opened: service.OpenMessage | None) -> bool:
    """Whether the list is the one of what came in a flood: asked for, or that of the message that is open."""
    return service.lies_apart(db.session, opened.id) if opened else "apart" in request.args


def _told(message: service.OpenMessage) -> Told:
    """Return what is looked through. The words of an upsetting message are not: its line shows none of them."""
    return "" if message.upsetting else message.words, []


def _audience_asked_for(ring: service.Keyring) -> rules.Audience | None:
    asked = request.args.get("box", "")
    return next((each for each in ring.audiences if each == asked), next(iter(_by_habit(ring)), None))


def _by_habit(ring: service.Keyring) -> list[rules.Audience]:
    """Return the boxes with the one first that opens by itself: what everyone reads."""
    return sorted(ring.audiences, key=lambda audience: audience is not rules.Audience.EVERYONE)


def _lane_asked_for() -> rules.Lane | None:
    asked = request.args.get("lane", "")
    return next((lane for lane in rules.Lane if lane == asked), None)


def message_page(ring: service.Keyring, opened: service.OpenMessage, *failed: FlaskForm) -> ResponseReturnValue:
    """Show one message with all that can be done with it. A form in *failed* is shown with what was typed."""
    session, programme = db.session, places.programme(db.session)
    around = in_box(ring, opened)
    forms = {type(form): form for form in failed}
    if not opened.opens or opened.state is not rules.MessageState.LIVE:
        stone = service.tombstone_of(session, opened.id)
        return render_template("feedback/desk_shut.html", message=opened, stone=stone, **around)
    move_form = without_here(forms.get(MoveForm) or MoveForm(formdata=None), opened)
    groups = alike.folded(around["page"].messages)
    themes = service.themes_of(session, opened.id)
    hiding = service.hide_request(session, keyfolder.current(), opened.id, clock.today())
    return render_template(
        "feedback/desk_message.html",
        message=opened,
        neighbours=_neighbours(groups, opened.id),
        others_alike=next((len(group) - 1 for group in groups if opened.id in _ids(group)), 0),
        translated=is_read_at_work(opened.language, programme.languages if programme else ()),
        grievance=is_grievance(opened.audience, opened.lane if opened.sorted else None),
        themes=themes,
        sort_form=SortForm(formdata=None, data={"alike": True}),
        theme_form=with_themes(forms.get(ThemeForm) or ThemeForm(formdata=None)),
        quote_form=with_quotable(forms.get(QuoteForm) or QuoteForm(formdata=None, piece=opened.words), opened.id),
        write_form=forms.get(WriteBackForm) or WriteBackForm(formdata=None),
        move_form=move_form,
        hide_form=forms.get(HideForm) or HideForm(formdata=None),
        failed=[type(form).__name__ for form in failed],
        next_steps=next_steps(_facts(opened, len(themes), len(move_form.audience.choices), hiding)),
        replies=service.replies_sent(session, opened),
        hiding=hiding,
        ticks=_ticks(opened),
        for_board=Role.BOARD_READER in g.who.roles,
        **around,
    ), 422 if failed else 200


def _facts(opened: service.OpenMessage, themes: int, other_readers: int, asked: HideRequest | None) -> Facts:
    mine = asked is not None and asked.first_account_id == g.who.account_id
    return Facts(
        message=opened.id,
        consent=opened.consent,
        has_words=bool(opened.words),
        themes=themes,
        may_write_back=service.can_write_back(db.session, opened),
        other_readers=other_readers,
        hiding=Hiding.ME if mine else Hiding.SOMEBODY_ELSE if asked else Hiding.NOBODY,
    )


def _neighbours(
    groups: list[list[service.OpenMessage]], here: uuid.UUID
) -> tuple[service.OpenMessage | None, service.OpenMessage | None]:
    """Return the messages before and after this one in the list, past those that say the same."""
    at = next((number for number, group in enumerate(groups) if here in _ids(group)), None)
    firsts = [group[0] for group in groups]
    if at is None:
        return None, next(iter(firsts), None)
    return (firsts[at - 1] if at else None), (firsts[at + 1] if at + 1 < len(firsts) else None)


def _ids(group: list[service.OpenMessage]) -> list[uuid.UUID]:
    return [each.id for each in group]


def _ticks(opened: service.OpenMessage) -> dict[tuple[rules.UrgentStep, bool], date] | None:
    if opened.audience is not rules.Audience.URGENT:
        return None
    return {(tick.action, tick.by_board): tick.day for tick in service.urgent_log(db.session, opened.id)}


def with_themes(form: ThemeForm) -> ThemeForm:
    """Give the form the themes that are open."""
    open_themes = service.themes(db.session, open_only=True)
    form.theme_id.choices = [SelectChoice(0, ""), *(SelectChoice(theme.id, theme.title) for theme in open_themes)]
    return form


def with_quotable(form: QuoteForm, message_id: uuid.UUID) -> QuoteForm:
    """Give the form the themes that the message is in."""
    around: list[Theme] = list(service.themes_of(db.session, message_id))
    form.quoted_under.choices = [SelectChoice(theme.id, theme.title) for theme in around]
    return form


def without_here(form: MoveForm, opened: service.OpenMessage) -> MoveForm:
    """Leave out the readers who have the message already, and those it was kept from."""
    out = rules.kept_from(opened.chosen, opened.about) | {opened.audience}
    form.audience.choices = [choice for choice in form.audience.choices if choice.value not in out]
    return form
