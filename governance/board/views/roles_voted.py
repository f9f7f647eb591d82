"""Who has which role of the board, and giving one to whom the board chose: no other person, and no sooner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.board import roles_voted, service
from governance.board.no_taker import NoTaker
from governance.board.views.door import RoleChosen, bp, roles_decided
from governance.board.views.seats import name_of
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.permissions.roles import ROLE_WORDS
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

ROLE_CHOSEN = "board.role_chosen"
NOT_CHOSEN = N_("The board chose nobody for this role in that vote. Look at the record again.")


class WaitingRole(NamedTuple):
    """A role that waits for one whom the board chose. *is_due*: its day has come. *asked*: one person asked for it."""

    chosen: RoleChosen
    account_id: int
    name: str
    is_due: bool
    asked: bool


@bp.get("/board/roles")
@requires(Permission.BOARD_PAGES)
def roles() -> str:
    """Who runs the votes and who opens the box, and whom the board chose for it."""
    held = {role: people.with_role(db.session, role) for role in roles_voted.VOTED}
    return render_template(
        "board/roles.html", held=held, words=ROLE_WORDS, waiting=waiting_for_roles(), no_taker=roles_without_taker(),
    )  # fmt: skip


@bp.post("/board/roles/<role>/chosen")
@requires(Permission.BOARD_PAGES)
def role_chosen(role: str) -> ResponseReturnValue:
    """Ask to give this role to whom the board chose for it, by the record that says so.

    Anybody of the board may ask: whoever has the role until then is not needed for it.
    """
    confirmed()
    chosen = _chosen(role, request.form.get("record", ""))
    account_id = _one_of(chosen, request.form.get("account", ""))
    service.check_may_get_role(db.session, chosen.role, account_id, chosen.number, chosen.begins, clock.today())
    before = service.gives_up(db.session, chosen.role, chosen.accounts)
    values = {"role": chosen.role, "record": chosen.number, "account": account_id, "before": sorted(before)}
    people.ask(
        db.session, keyfolder.current(), g.who, ROLE_CHOSEN, _said(chosen, account_id, list(before.values())),
        clock.today(), subject=_subject(chosen, account_id), values=values, about=account_id,
        page=("decisions.show", {"number": chosen.number}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


def _said(chosen: RoleChosen, account_id: int, before: list[str]) -> Sentence:
    """Return what members agree to and are told of."""
    known: dict[str, Any] = {"name": name_of(account_id), "role": Sentence(ROLE_WORDS[chosen.role])}
    known["record"] = chosen.number
    if not before:
        return Sentence(N_("{name} gets this role: {role}. The board chose them, by record {record}."), **known)
    words = N_("{name} gets this role: {role}. The board chose them, by record {record}. {before} had it until now.")
    return Sentence(words, **known, before=", ".join(before))


@people.does(ROLE_CHOSEN)
def _give(agreed: people.Agreed) -> None:
    values: Any = agreed.values
    chosen = _chosen(values["role"], values["record"])
    account_id = _one_of(chosen, str(values["account"]))
    session, today = agreed.session, agreed.today
    service.check_may_get_role(session, chosen.role, account_id, chosen.number, chosen.begins, today)
    people.tell_how_accounts_stand(session, agreed.keys, today)  # Else the first line would hold nobody.
    changed = service.role_chosen(session, chosen.role, account_id, chosen.number, chosen.accounts, values["before"])
    had = {each: each == account_id for each in changed}
    people.tell_of_role(session, agreed.keys, agreed.said, today, chosen.role.value, chosen.number, had)


def _chosen(role: str, record: str) -> RoleChosen:
    """Return for whom the record of this number has this role. Raises RuleRefused where it has it for nobody."""
    for each in that_count():
        if (each.role, each.number) == (role, record):
            return each
    raise RuleRefused(NOT_CHOSEN)


def _one_of(chosen: RoleChosen, account: str) -> int:
    for each in chosen.accounts:
        if str(each) == account:
            return each
    raise RuleRefused(NOT_CHOSEN)


def that_count() -> list[RoleChosen]:
    """Return the votes that still say who has a role, each for those of whom it does (`roles_voted.still_chosen`)."""
    decided = roles_decided()
    left = roles_voted.still_chosen(decided, clock.today())
    return [replace(each, accounts=accounts) for each, accounts in zip(decided, left, strict=True) if accounts]


def waiting_for_roles() -> list[WaitingRole]:
    """Return the roles for which the board chose somebody who does not have it by that vote so far, and could."""
    session, today = db.session, clock.today()
    return [
        WaitingRole(each, account, name_of(account), each.begins <= today, role_asked(each, account))
        for each in that_count()
        for account in each.accounts
        if service.role_waits_for(session, each.role, account, each.number)
    ]


def roles_without_taker() -> list[NoTaker]:
    """Return the roles that are free, and that whom the board chose for them cannot have."""
    return [
        NoTaker(each.number, name_of(account), role=each.role)
        for each in that_count()
        for account in each.accounts
        if service.role_has_no_taker(db.session, each.role, account, each.number)
    ]


def role_asked(chosen: RoleChosen, account_id: int) -> bool:
    """Whether one person asked already to give this role to this account."""
    subject = _subject(chosen, account_id)
    return people.waiting_on(db.session, keyfolder.current(), ROLE_CHOSEN, subject, clock.today()) is not None


def _subject(chosen: RoleChosen, account_id: int) -> str:
    return f"{chosen.role.value} {chosen.number} {account_id}"
