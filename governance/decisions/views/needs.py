"""Records that wait for whoever is signed in, on the board's first page."""

from __future__ import annotations

from collections.abc import Collection

from flask import g

from governance import clock
from governance.board.needs import Need
from governance.board.views.door import waits_at_the_board, what_needs_me
from governance.decisions import needs, service
from governance.decisions.views.looking_again import waits
from governance.feedback.views.closing_themes import CLOSE
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may
from governance.storage.database import db


@waits_at_the_board.fill
def of_records() -> list[Need]:
    """Drafts to finish or to disagree with, and records whose day to look again has come.

    One of which somebody said already what came of it waits under “Second yes” alone.
    """
    if not may(Permission.BOARD_PAGES):
        return []
    today, drafts = clock.today(), service.drafts_for(db.session, g.who.account_id)
    lie = {each.id: each for each in service.left_lying(db.session, today)} if may(Permission.WRITE_PROPOSALS) else {}
    begun = {each.record.ballot_id for each in drafts}
    return (
        needs.needs(
            [
                needs.Drafted(
                    each.record.number, each.record.title, each.may_disagree, lies=each.record.ballot_id in lie
                )
                for each in drafts
            ],
            [
                needs.InForce(each.number, each.title, day)
                for each, day in service.to_look_at_again(db.session, today)
                if not waits(each)
            ],
            today,
            runs_board=may(Permission.RUN_BOARD),
        )
        + needs.to_begin((each.number, each.question) for each in lie.values() if each.id not in begun)
        + _to_change()
        + _to_record(lie)
    )


@what_needs_me.fill
def of_themes() -> list[Need]:
    """Themes that the board voted to close, for readers, who ask for it and agree to it."""
    if not may(Permission.KEEP_THEMES):
        return []
    keys, today = keyfolder.current(), clock.today()
    return needs.to_close(
        needs.ToClose(each.id, each.title, asked=people.waiting_on(db.session, keys, CLOSE, each.id, today) is not None)
        for each in service.themes_to_close(db.session)
    )


def _to_record(lie: Collection[int]) -> list[Need]:
    """Votes that wait for a record. *lie*: those that wait so long that anybody may write it, on a line of theirs."""
    if not may(Permission.RUN_BOARD):
        return []
    waiting = (each for each in service.without_a_record(db.session) if each.id not in lie)
    return needs.to_record(needs.Counted(each.number, each.question) for each in waiting)


def _to_change() -> list[Need]:
    if not may(Permission.WRITE_PROPOSALS):
        return []
    records = service.to_change(db.session, g.who.account_id)
    return needs.to_change(needs.InForce(each.number, each.title) for each in records)
