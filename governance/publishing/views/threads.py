"""The thread in the reader's language, as every template draws it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from governance import clock
from governance.decisions.models import Record
from governance.decisions.views.door import thread_of_record
from governance.feedback.models import Theme
from governance.feedback.views.door import thread_of_theme
from governance.frame.catalogue import said
from governance.frame.thread import StopOnPage
from governance.proposals.models import Proposal
from governance.proposals.views.door import thread_of_proposal
from governance.publishing.rules import Stop
from governance.publishing.service import thread
from governance.storage.database import db


@thread_of_record.fill
def of_record(record: Record) -> list[StopOnPage]:
    """Return the thread of a decision record."""
    return on_page(thread.of_record(db.session, record, clock.now(), clock.today()))


@thread_of_proposal.fill
def of_proposal(proposal: Proposal) -> list[StopOnPage]:
    """Return the thread of a proposal."""
    return on_page(thread.of_proposal(db.session, proposal, clock.now(), clock.today()))


@thread_of_theme.fill
def of_theme(theme: Theme) -> list[StopOnPage]:
    """Return the thread of a theme."""
    return on_page(thread.of_theme(db.session, theme, clock.now(), clock.today()))


def on_page(stops: Iterable[Stop]) -> list[StopOnPage]:
    """Translate *stops*, write out their days (or weeks), and give them their addresses."""
    return [
        StopOnPage(
            state=stop.state.value,
            says=said(stop.says),
            when=_when(stop),
            text=said(stop.text) if stop.text else "",
            url=url_for(stop.link[0], **stop.link[1]) if stop.link else "",  # type: ignore[arg-type]
            written=stop.written,
        )
        for stop in stops
    ]


def _when(stop: Stop) -> str:
    if stop.when is None:
        return ""
    day = format_date(stop.when, "long" if stop.by_week else "medium")
    return _("Week of %(day)s", day=day) if stop.by_week else day
