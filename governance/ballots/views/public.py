"""A ballot in public: what was asked, by what rule, and what came of it, in numbers that point to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.ballots import rules, service
from governance.ballots.forms.tracker import TrackerForm
from governance.ballots.models import Ballot
from governance.ballots.papers.choices import PaperAsks, form_of
from governance.ballots.result import disclosure
from governance.ballots.result.disclosure import SIDE_WORDS
from governance.ballots.result.outcome import RESULT_WORDS
from governance.ballots.views import looked_for, result
from governance.ballots.views.door import (
    STAGE_KINDS,
    a_file,
    bp,
    find,
    listed,
    rule_of,
    stage_now,
)
from governance.board.rules import SEAT_CLASS_WORDS
from governance.counting.telling.tables import FATE_WORDS
from governance.frame import another_language
from governance.permissions.access import Asker, Permission, requires
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.views.door import thread_of_proposal
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from governance.storage import database
from governance.storage.database import db
from governance.storage.leaves import NOT_AS_PUBLISHED


@bp.get("/ballots/<number:number>")
@requires(Permission.READ_RECORD)
def show(number: int) -> str:
    """One ballot for everybody, and once it is counted the result, as far as all may see it.

    Never who voted, when, or how many took part, unless every ballot is public.
    """
    seen = service.shown(db.session, find(number))
    ballot, count, bundle = seen.ballot, seen.count, seen.bundle
    voters, rule, stage = service.voters(db.session, ballot), rule_of(ballot), stage_now(ballot)
    everyone = bundle is not None and service.everyone_sees(bundle)
    sums, steps = result.split_sums(count) if count and everyone else ([], [])
    gives_away = disclosure.what_it_gives_away(
        sum(voters.values()),
        rule,
        only_lived=ballot.only_lived,
        disclosure=result.disclosure_of(ballot),
        named=ballot.named,
    )
    proposal = db.session.get_one(Proposal, ballot.proposal_id)
    return render_template(
        "ballots/show.html",
        ballot=ballot,
        proposal=proposal,
        charter_note=service.charter_note(db.session, ballot),
        thread=thread_of_proposal(proposal),
        rule=rule,
        stage=stage,
        stage_words=rules.STAGE_WORDS[stage],
        stage_kind=STAGE_KINDS[stage],
        voters=disclosure.public_voters(voters, everyone_sees=everyone),
        class_words=SEAT_CLASS_WORDS,
        gives_away=gives_away,
        count=count,
        result=_result_told(seen),
        doubt=seen.doubt,
        words_doubt=seen.words_doubt,
        words_hash=(ballot.manifest or {}).get("words", ""),
        by_lot=service.lot_told(ballot, count) if count else None,
        numbers=service.public_numbers(ballot, count) if count else {},
        side_words=SIDE_WORDS,
        has_bundle=bundle is not None,
        everyone_sees=everyone,
        told=result.told(ballot, count) if count and everyone else None,
        sums=sums,
        box_told=service.box_told(ballot, count, bundle.public) if count and bundle and everyone else [],
        box_untold=service.box_untold(ballot, result.disclosure_of(ballot)),
        trusts=service.trusts(db.session, ballot, is_whole=everyone) if count else [],
        steps=steps,
        fate_words=FATE_WORDS,
        ballots=listed(ballot, bundle.public) if bundle and everyone else [],
        is_ranked=form_of(rule) is PaperAsks.RANKS,
        has_options=form_of(rule) is not PaperAsks.WORDS,
        can_look_up=result.can_look_up(ballot, bundle),
        verifier_hash=service.verifier_hash(),
        commands=result.commands(ballot, bundle_file(ballot)),
        leaf=None if seen.doubt else seen.leaf,
        with_recovery=count is not None and count.with_recovery,
    )


@bp.route("/ballots/<number:number>/check", methods=["GET", "POST"])
@requires(Permission.READ_RECORD, asker=Asker.NOBODY)
def check(number: int) -> ResponseReturnValue:
    """For whoever voted: what came of it, and whether a ballot with their letters is in the list.

    The letters are in no address and no log. On one's own phone the answer is found again by Back (`looked_for.py`).
    """
    database.expect(writes=False)
    ballot = find(number)
    if request.method == "GET":
        return _looked_for_before(ballot, looked_for.kept(ballot))
    if another_language.was_picked():
        return _in_another_language(ballot)
    ballot, form, found = result.looked_up(number, for_members=False)
    if g.form_token_held and looked_for.keep(ballot, found.get("typed", form.tracker.data or "")):
        return redirect(url_for("ballots.check", number=number), code=303)
    return _is_it_in(ballot, form, found), 422 if found["state"] == "wrong" else 200


def _in_another_language(ballot: Ballot) -> ResponseReturnValue:
    """Show the page in the language that was picked, with what came of the letters, or what was typed since.

    The token of the form keeps the visit. Without it nothing of before is shown.
    """
    form = TrackerForm()
    if not g.form_token_held:
        return _is_it_in(ballot, TrackerForm(formdata=None))
    before = looked_for.kept(ballot)
    if before is None:
        before = looked_for.from_page(ballot, request.form.get("looked_for", ""))
    is_as_before = (form.tracker.data or "") in ("", before)
    return _looked_for_before(ballot, before) if is_as_before else _is_it_in(ballot, form)


def _looked_for_before(ballot: Ballot, typed: str | None) -> ResponseReturnValue:
    """Show the page as it was left, with what came of the letters *typed* there; or without any."""
    bundle = service.bundle_of(db.session, ballot) if typed is not None else None
    if typed is None or bundle is None or not result.can_look_up(ballot, bundle):
        return _is_it_in(ballot, TrackerForm(formdata=None))
    form, found = result.looked_up_again(ballot, bundle, typed)
    return _is_it_in(ballot, form, found), 422 if found["state"] == "wrong" else 200


def _is_it_in(ballot: Ballot, form: TrackerForm, found: Mapping[str, Any] | None = None) -> str:
    """Show a voter what came of this vote, and whether the ballot is in it whose letters were *found*, or not."""
    seen, stage = service.shown(db.session, ballot), stage_now(ballot)
    return render_template(
        "ballots/is_it_in.html",
        ballot=seen.ballot,
        stage=stage,
        stage_words=rules.STAGE_WORDS[stage],
        stage_kind=STAGE_KINDS[stage],
        result=_result_told(seen),
        doubt=seen.doubt,
        has_letters=not ballot.named and result.disclosure_of(ballot) is not disclosure.Disclosure.OUTCOME,
        can_look_up=seen.count is not None and result.can_look_up(seen.ballot, seen.bundle),
        check_form=form,
        check=found,
        held=looked_for.in_page(ballot, found["typed"]) if found and "typed" in found else "",
    )


def _result_told(seen: service.ShownVote) -> Sentence | str | None:
    """Return what came of a vote in one sentence, as everybody may know it; None before it is counted."""
    if seen.count is not None:
        return result.outcome_of(seen.ballot, seen.count)
    return RESULT_WORDS[seen.result] if seen.result else None


@bp.get("/ballots/<number:number>/bundle.json")
@requires(Permission.READ_RECORD)
def bundle(number: int) -> ResponseReturnValue:
    """The result bundle as everyone may have it, to check and, where ballots are public, to count again."""
    seen = service.shown(db.session, find(number))
    if seen.bundle is not None:
        return a_file(seen.bundle.public, bundle_file(seen.ballot), "application/json")
    if seen.result is None and service.bundle_of(db.session, seen.ballot) is None:
        abort(404)  # It was not counted yet.
    raise RuleRefused(NOT_AS_PUBLISHED)


@bp.get("/ballots/<number:number>/words.json")
@requires(Permission.READ_RECORD)
def words(number: int) -> ResponseReturnValue:
    """The words that a vote is about, byte for byte as its manifest has their hash."""
    seen = service.shown(db.session, find(number))
    ballot = seen.ballot
    version = service.words_of(db.session, ballot) or abort(404)
    if "words" not in (ballot.manifest or {}):
        abort(404)
    if seen.words_doubt or seen.doubt == NOT_AS_PUBLISHED:
        raise RuleRefused(seen.words_doubt or NOT_AS_PUBLISHED)
    return a_file(proposals.canonical_words(version), f"vote-{ballot.number}-words.json", "application/json")


def bundle_file(ballot: Ballot) -> str:
    """Return the name under which that file is saved."""
    return f"vote-{ballot.number}.json"


@bp.get("/verifier.py")
@requires(Permission.READ_RECORD)
def verifier() -> ResponseReturnValue:
    """The one file that counts a vote again on any computer."""
    return a_file(service.verifier().encode(), "verifier.py", "text/x-python")
