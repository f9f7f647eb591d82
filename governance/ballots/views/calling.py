"""Calling a vote on fixed words."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.ballots import next_steps, service
from governance.ballots.calling import kinds
from governance.ballots.calling.kinds import ASK_YES_OR_NO, KIND_HINTS, Kind, Settings, rule_for
from governance.ballots.calling.rules import COLLECTING, USUALLY_OPEN_FOR, moment_of
from governance.ballots.forms import CallForm, SecondForm
from governance.ballots.models import Ballot
from governance.ballots.passes.issuers import Pairs
from governance.ballots.result.disclosure import Disclosure, usual_disclosure, what_it_gives_away
from governance.ballots.views.door import bp, say_by_whose_clock, zone
from governance.board import service as board
from governance.board.rules import SEAT_CLASS_WORDS
from governance.frame.catalogue import said
from governance.frame.forms import refusals_in, status_of
from governance.frame.row_numbers import asked_number
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.proposals.views.door import (
    hold_its_vote,
    holds_its_vote,
    replaced_if_yes,
    steps_to_a_vote,
    vote_opens_later,
    words_in_doubt,
)
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step
from governance.storage.database import db


class Notice(NamedTuple):
    """What the page says of the days of notice, before anybody fills it in."""

    days: int
    first_day: date
    is_over: bool
    is_asked: bool  # Somebody asked to let it open sooner, and nobody has agreed yet.


@bp.route("/board/ballots/new", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def call_vote() -> ResponseReturnValue:
    """Fix a ballot: the question, the rule, the times, two tellers, and who holds the key of the box."""
    issuers = service.new_issuers() if request.method == "POST" else None  # Slow, so before anything is locked.
    asked = asked_number("proposal") or 0
    proposal = proposals.by_number(db.session, asked) or abort(404)
    first = service.waits_for_next_ballot(db.session, proposal)
    form = _form(proposal, first)
    if form.validate_on_submit():
        with refusals_in(form):
            ballot = _called(proposal, first, form, issuers)
            _say_what_comes_next(ballot, with_cards=form.cards.data)
            return redirect(url_for("ballots.work", number=ballot.number), code=303)
    page = render_template(
        "ballots/call.html", form=form, proposal=proposal, words=proposals.current(db.session, proposal), first=first,
        hints=_what_each_takes(), gives_away=[] if first else _gives_away(proposal),
        notice=_notice(proposal, first), kinds=kinds, known_of={} if first else _known_of_who_may_stand(),
        held=what_holds_it(proposal), named=board.charter(db.session).votes_by_name,
        is_talk=proposal.status is Status.DISCUSSION,
    )  # fmt: skip
    return page, status_of(form)


def _say_what_comes_next(ballot: Ballot, *, with_cards: bool) -> None:
    """Say that the vote is called, and ask for its cards in the same step: so no pass comes before them."""
    if not with_cards or ballot.named:
        flash(_("The vote is set. Members can take their pass now."))
        return
    service.ask_for_cards(db.session, keyfolder.current(), g.who, ballot, clock.now(), clock.today())
    flash(_("The vote is set. Once someone who opens boxes agrees, you can make the cards."))


def _notice(proposal: Proposal, first: Ballot | None) -> Notice | None:
    """Return what the page says of the days of notice; None for what needs none: a second vote, or one that asks."""
    day = service.first_day(db.session, proposal)
    if first or day is None or proposal.status is Status.DISCUSSION:
        return None
    asked = people.requests_on(
        db.session, keyfolder.current(), g.who, clock.today(), (service.HURRY,), proposal.number
    )  # fmt: skip
    days = board.charter(db.session).notice_days
    return Notice(days, day, is_over=day <= clock.today(), is_asked=bool(asked))


@steps_to_a_vote.fill
def to_a_vote(proposal: Proposal) -> list[Step]:
    """The step to a vote, on the page of its proposal."""
    held, runs_board = bool(what_holds_it(proposal)), may(Permission.RUN_BOARD)
    return next_steps.to_a_vote(proposal.number, proposal.status, runs_board=runs_board, is_held=held)


@holds_its_vote.fill
def what_holds_it(proposal: Proposal) -> list[Sentence]:
    """Why no vote on a proposal whose words are fixed can be called now, where something holds it."""
    if proposal.status is not Status.FROZEN:
        return []
    held = service.what_holds(db.session, proposal, clock.now())
    return [held] if held else []


@vote_opens_later.fill
def opens_later(proposal: Proposal) -> list[bool]:
    """Whether a vote on it was called and has not opened: until then the talk goes on."""
    on_its_way = proposal.status is Status.BALLOT and service.opens_later(db.session, proposal, clock.now())
    return [bool(on_its_way)]


@hold_its_vote.fill
def held_for_a_concern(proposal: Proposal) -> list[Sentence]:
    """Call off a vote that has not opened, for a concern about a small matter; what to say to whoever raised it."""
    held = service.hold_opening(db.session, keyfolder.current(), proposal, g.who.account_id, clock.now)
    words = N_("Your concern holds the vote. It is back in the talk, and waits until you say that it is met.")
    return [Sentence(words)] if held else []


@replaced_if_yes.fill
def replaced_by_its_vote(proposal: Proposal) -> list[str]:
    """The decision whose place a proposal takes, as its newest vote says it on the paper."""
    said = [(ballot.manifest or {}).get("replaces") for ballot in service.ballots_of(db.session, proposal.id)]
    return [number for number in reversed(said) if number][:1]


@words_in_doubt.fill
def changed_since_a_vote(proposal: Proposal) -> list[str]:
    """What to say of a proposal whose words are not those that a vote on them was called with."""
    votes = service.ballots_of(db.session, proposal.id)
    return [] if all(service.is_on_fixed_words(db.session, each) for each in votes) else [proposals.WORDS_CHANGED]


def _form(proposal: Proposal, first: Ballot | None) -> CallForm:
    """Return the form that calls a vote, with what is usual. *first*: the vote before, of two on the same words."""
    opens = _usually_opens(None if first else service.first_day(db.session, proposal))
    form = (SecondForm if first else CallForm)(
        opens_at=opens, closes_at=opens + USUALLY_OPEN_FOR, kind=_usual_kind(proposal),
        only_asks=proposal.status is Status.DISCUSSION,
    )  # fmt: skip
    say_by_whose_clock(form.opens_at, form.closes_at)
    tellers = people.with_role(db.session, Role.TELLER)
    form.tellers.choices = [SelectChoice(account_id, alias) for account_id, alias in tellers.items()]
    if first is None:
        form.if_equal.choices = [SelectChoice("", _as_the_charter_says()), *form.if_equal.choices[1:]]
        form.candidates.choices = [SelectChoice(*each) for each in board.may_hold_role(db.session).items()]
        form.for_seats.choices = [
            (seat.seat_id, _seat_in_words(seat)) for seat in board.seats_on(db.session, clock.today())
        ]
    return form


def _as_the_charter_says() -> str:
    """Return what an equal choice comes to unless the vote says otherwise."""
    if board.charter(db.session).equal_to_talk:
        return _("As our charter says: nothing is chosen, and it goes back to the talk")
    return _("As our charter says: a lot decides")


def _known_of_who_may_stand() -> dict[str, str]:
    """Return what is said beside the names of some: what keeps them from taking a seat."""
    known = board.known_of_who_may_stand(db.session, clock.today())
    return {str(account_id): said(words) for account_id, words in known.items()}


def _seat_in_words(seat: board.SeatOnDay) -> str:
    """Return a seat as somebody chooses it: its label, its kind, and whether it is open."""
    kind = said(SEAT_CLASS_WORDS[seat.seat_class])
    alternate = _("Alternate") if seat.alternate else ""
    return ", ".join(filter(None, [f"{seat.label}: {kind}", alternate, _("Open") if seat.open else ""]))


def _usually_opens(first_day: date | None) -> datetime:
    """Return when a vote opens unless told otherwise: when passes were collected, and not before its *first_day*."""
    opens = clock.now().astimezone(zone()).replace(second=0, microsecond=0) + COLLECTING
    return datetime.combine(max(first_day or opens.date(), opens.date()), opens.timetz())


def _usual_kind(proposal: Proposal) -> str:
    """Return the kind of vote to begin with: while the talk goes on, one that only asks."""
    return kinds.Kind.SENSE_CHECK if proposal.status is Status.DISCUSSION else proposal.rule


def _what_each_takes() -> dict[str, str]:
    """Return, for each kind of vote, what it takes under the charter in force, or what it is."""
    charter = board.charter(db.session)
    hints = {kind.value: said(words) for kind, words in KIND_HINTS.items()}
    for kind in ASK_YES_OR_NO - {Kind.SENSE_CHECK, Kind.CONSENSUS_THEN_VOTE}:
        hints[kind.value] = said(rule_for(kind, charter, Settings()).in_words)
    return hints


def _gives_away(proposal: Proposal) -> list[tuple[str, list[kinds.Kind]]]:
    """Return what a result can tell about people on this board, and for which kinds of vote: an empty list for all."""
    charter = board.charter(db.session)
    voters, named = len(board.voting_roll(db.session, clock.today(), proposal.matter)), charter.votes_by_name
    found: dict[str, list[kinds.Kind]] = {}
    for kind in kinds.Kind:
        seen_by = Disclosure.FULL if named else usual_disclosure(voters, kind)
        rule = rule_for(kind, charter, kinds.AN_EXAMPLE)
        for sentence in what_it_gives_away(voters, rule, only_lived=False, disclosure=seen_by, named=named):
            found.setdefault(said(sentence), []).append(kind)
    return [(words, [] if len(by) == len(kinds.Kind) else by) for words, by in found.items()]


def _called(proposal: Proposal, first: Ballot | None, form: CallForm, issuers: Pairs | None) -> Ballot:
    """Call the vote, or the one that follows *first*, as the form says."""
    keys, now = keyfolder.current(), clock.now()
    fixed = {
        "opens_at": moment_of(form.opens_at.data, zone(), "opens_at"),
        "closes_at": moment_of(form.closes_at.data, zone(), "closes_at"),
        "tellers": form.tellers.data,
        "now": now,
        "counting_key": bytes.fromhex(form.counting_key.data or ""),
        "issuers": issuers,
    }
    if first:
        return service.call_next_vote(db.session, keys, first, **fixed)
    return service.call_vote(
        db.session, keys, proposal, kind=form.kind.data, question=form.question.data or "", settings=form.settings,
        binding=not form.only_asks.data, disclosure=form.seen_by, **fixed,
    )  # fmt: skip
