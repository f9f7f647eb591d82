"""The list of one box, a line for each message; put together here, because a page holds thirty of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from flask import g, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from governance.feedback import alike, rules, service
from governance.frame.catalogue import said
from governance.people.rules import week_is_new

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # What may stand in a lang attribute (BCP 47).
LETTERS = 90  # Of the words, in a list.
SOME_ID = uuid.UUID(int=0)


@dataclass(frozen=True)
class MessageLine:
    """One message in a list. *is_theirs*: the title is a participant's own words, in *language* where it is known.

    *is_new*: its week may hold days since this reader was last here, and no reader has sorted it yet. *others*: those
    of its week that say the same and have no line of their own.
    """

    id: uuid.UUID
    address: str
    title: str = field(repr=False)
    about: str
    is_theirs: bool = False
    language: str = ""
    is_new: bool = False
    others: Set[uuid.UUID] = frozenset()


def lines(messages: Sequence[service.OpenMessage]) -> list[MessageLine]:
    """Return the lines of a list, one for all that say the same. An upsetting message shows none of its words."""
    # The address, the weeks and the topics are worked out once for all of them.
    pattern = url_for("feedback.message", message_id=SOME_ID, after=request.args.get("after") or None)
    weeks = {week: _("Week of %(day)s", day=format_date(week)) for week in {each.week for each in messages}}
    used = {key for each in messages for key in each.topics}
    topics = [(topic.key, f" · {said(topic.label)}") for topic in rules.TOPICS if topic.key in used]

    new_weeks = {week for week in weeks if week_is_new(week, g.who.here_before)}

    def line(each: service.OpenMessage) -> MessageLine:
        new = each.week in new_weeks and not each.sorted
        address = pattern.replace(str(SOME_ID), str(each.id))
        about = weeks[each.week] + "".join(label for key, label in topics if key in each.topics)
        title = shortened(each.words)
        if each.opens and title and not each.upsetting:
            return MessageLine(each.id, address, title, about, True, tag_of(each.language), is_new=new)
        return MessageLine(each.id, address, _without_words(each), about, is_new=new)

    return [
        replace(line(first), others=frozenset(each.id for each in others)) for first, *others in alike.folded(messages)
    ]


def _without_words(message: service.OpenMessage) -> str:
    if not message.opens:
        return _("This one does not open")
    if message.unreadable:
        return _("These words do not open")
    return _("Someone may be hurt") if message.upsetting else _("No words")


def shortened(words: str) -> str:
    """Return the beginning of somebody's *words* on one line, cut between two of them where that can be done."""
    line = " ".join(words.split())
    if len(line) <= LETTERS:
        return line
    return line[: LETTERS - 1].rsplit(" ", 1)[0] + "…"


def tag_of(language: str) -> str:
    """Return what may stand in a lang attribute for *language*, or nothing."""
    return language if LANGUAGE.fullmatch(language) else ""
