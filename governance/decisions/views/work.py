"""Where the board writes a record, before it is published."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.ballots.views.door import after_the_count
from governance.board import service as board
from governance.board.views.no_taker import seats_without_taker
from governance.board.views.roles_voted import roles_without_taker, waiting_for_roles
from governance.board.views.seats import chosen_asked, waiting_for_chosen
from governance.decisions import next_steps, service
from governance.decisions.forms import RecordForm, SpeakForm
from governance.decisions.models import Record, State
from governance.decisions.rules import DISSENT_WORDS, DissentChoice, is_near
from governance.decisions.service import RecordFields
from governance.decisions.views.door import (
    ADOPT,
    ADOPT_LEFT_LYING,
    OUTCOME_KINDS,
    OUTCOME_WORDS,
    bp,
    document,
    find,
    looked_again,
)
from governance.decisions.views.looking_again import waits
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.narrowed import Narrowed, Told
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.proposals import service as proposals
from governance.proposals.service import Wording
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step
from governance.storage.database import db
from governance.wording import respectful_words

AT_ONCE = 100
CORRECT = "decisions.correct"
ADOPTION_WAITS = N_(
    "Somebody asked to adopt these words. They wait under “Second yes”. "
    "Once somebody says no there, or it is taken back, you can change them."
)


@bp.get("/board/decisions")
@requires(Permission.BOARD_PAGES)
def desk() -> str:
    """Every record for members: drafts first."""
    looked = Narrowed({State.DRAFT.value: N_("Draft"), **OUTCOME_WORDS})
    found = looked.these(service.desk(db.session, looked.limit or AT_ONCE), _told)
    return render_template(
        "decisions/desk.html", found=found, words=OUTCOME_WORDS, kinds=OUTCOME_KINDS, looked=looked
    )  # fmt: skip


def _told(record: Record) -> Told:
    state = record.state if record.state is State.DRAFT else record.outcome
    return f"{record.number} {record.title} {record.result or ''}", [state]


@bp.post("/board/ballots/<number:number>/record")
@requires(Permission.WRITE_PROPOSALS)
def draft(number: int) -> ResponseReturnValue:
    """Draft the record of a counted ballot, or go to it when it is there."""
    confirmed()
    ballot = ballots.by_number(db.session, number) or abort(404)
    if not may_write(ballot.id):
        abort(403)
    record = service.draft_record(db.session, ballot, clock.today())
    return to_work(record.number)


@after_the_count.fill
def to_the_record(ballot: Ballot) -> list[Step]:
    """What to do now, on the page of a vote that has decided."""
    record = service.adopted_on(db.session, ballot)
    number = record.number if record else None
    seats = _seats_of(record.number) if record and may(Permission.KEEP_SEATS) else []
    roles = [each for each in waiting_for_roles() if each.chosen.number == number and each.is_due and not each.asked]
    return next_steps.after_the_count(
        ballot.number, record=number, writes=may_write(ballot.id), seats=seats, gives_role=bool(roles)
    )


def _seats_of(record: str) -> list[tuple[int, str]]:
    """Return the seats that wait for whom this record's vote chose, where nobody asked so far: number and label."""
    found = [each.seat_id for each in waiting_for_chosen() if each.number == record]
    return [(each, board.label_of(db.session, each)) for each in found if not chosen_asked(each)]


@bp.get("/board/decisions/<number>")
@requires(Permission.BOARD_PAGES)
def work(number: str) -> ResponseReturnValue:
    """One record for members: a draft to complete, or a published one."""
    record = find(number)
    return work_page(record, RecordForm(obj=record), SpeakForm())


@bp.post("/board/decisions/<number>")
@requires(Permission.WRITE_PROPOSALS)
def complete(number: str) -> ResponseReturnValue:
    """Keep what the facilitator wrote, or anybody of the board once it lies too long. Half done is fine."""
    record, form = find(number), RecordForm()
    if not may(Permission.RUN_BOARD):
        service.check_anybody_may_write(db.session, record, clock.today())
    if form.validate_on_submit():
        with refusals_in(form):
            _check_no_adoption_waits(record)
            service.complete(db.session, record, fields_of(form))
            flash(_("It is kept. Nobody outside sees it yet."))
            return to_work(number)
    return work_page(record, form, SpeakForm(formdata=None)), status_of(form)


def adoption_waits(record: Record) -> bool:
    """Whether somebody asked to adopt *record* in the words it has now."""
    keys, today = keyfolder.current(), clock.today()
    return any(people.waiting_on(db.session, keys, act, record.number, today) for act in (ADOPT, ADOPT_LEFT_LYING))


def _check_no_adoption_waits(record: Record) -> None:
    """Refuse while one waits: else a letter changed after each request could bury a record. A no has a name."""
    if adoption_waits(record):
        raise RuleRefused(ADOPTION_WAITS)


def may_write(ballot_id: int | None) -> bool:
    """Whether whoever asks may write the record of this vote."""
    if may(Permission.RUN_BOARD):
        return True
    return may(Permission.WRITE_PROPOSALS) and service.anybody_may_write(db.session, ballot_id, clock.today())


def work_page(record: Record, form: RecordForm, speak: SpeakForm) -> str:
    """Return the page of one record for members."""
    is_draft = record.state is State.DRAFT
    facilitates = may(Permission.RUN_BOARD)
    shown, published = _published(record)
    facts = _facts(record, published, refused=bool(form.errors))
    asked = service.asked_to_speak(db.session, record) if facilitates else []
    return render_template(
        "decisions/work.html",
        record=record,
        is_draft=is_draft,
        next_steps=next_steps.next_steps(facts),
        to_complete=next_steps.to_complete(facts),
        form=form,
        speak=speak,
        to_disagree=next_steps.to_disagree(
            record.number, votes=_had_a_vote(record), mine=_mine(record), speaks_for=len(asked)
        ),
        asked=asked,
        wording=advice_on(record),
        **shown,
        **document(record, service.preview(db.session, record) if is_draft else record.against),
    )


def _had_a_vote(record: Record) -> bool:
    return may(Permission.VOTE) and service.may_disagree(db.session, record, g.who.account_id)


def _mine(record: Record) -> next_steps.Mine | None:
    said = service.dissent_of(db.session, record, g.who.account_id)
    if said is None:
        return None
    return next_steps.Mine(DISSENT_WORDS[said.choice], said.text, said.choice is DissentChoice.FACILITATORS_WORDS)


def _no_taker(record: Record) -> list[tuple[Sentence, str]]:
    """Return what the vote of this *record* gave, and whom it chose cannot take: in words, each with its mark."""
    here = [each for each in (*seats_without_taker(), *roles_without_taker()) if each.number == record.number]
    before = service.not_taken_in_words(db.session, record, {each.name for each in here})
    return [(each.in_words, each.state) for each in here] + [(each, "closed") for each in before]


def _facts(record: Record, published: next_steps.Published | None, *, refused: bool) -> next_steps.Facts:
    is_draft = record.state is State.DRAFT
    return next_steps.Facts(
        number=record.number,
        published=None if is_draft else published or next_steps.Published(),
        missing=service.missing(db.session, record, clock.today()) if is_draft else [],
        asked=ADOPTION_WAITS if is_draft and adoption_waits(record) else "",
        refused=refused,
        writes=is_draft and may_write(record.ballot_id),
        runs_board=may(Permission.RUN_BOARD),
    )


def _published(record: Record) -> tuple[dict[str, Any], next_steps.Published | None]:
    """Return what is shown of looking at *record* again, and what is known of it for the next steps.

    There is nothing of either while no version of it is published.
    """
    versions = service.versions(db.session, record.number)
    if versions is None:
        return {}, None
    shown = looked_again(versions)
    day, taken = shown["look_again_on"], shown["replaced_by"]
    is_now = is_near(day, clock.today())
    over = taken.number if taken else ""
    return shown, next_steps.Published(_waiting(record, versions.first), day, is_now, over, _no_taker(record))


def _waiting(record: Record, first: Record) -> next_steps.RecordRequest | None:
    if waits(record):
        return next_steps.RecordRequest.LOOK
    return next_steps.RecordRequest.CORRECTION if corrects(first) else None


def corrects(first: Record) -> bool:
    """Whether one of the board wrote a correction of this record, and a second yes is to come."""
    return people.waiting_on(db.session, keyfolder.current(), CORRECT, first.number, clock.today()) is not None


def advice_on(record: Record) -> Wording:
    """Return the advice on the facilitator's words. A member's own words are never in it."""
    names = board.member_names(db.session).values()
    parts = (record.result, record.why, record.gets_better, record.correction)
    return proposals.advise(parts, str(get_locale() or "en"), names, respectful_words.TextKind.DECISION_RECORD)


def fields_of(form: RecordForm) -> RecordFields:
    """Return what was typed, for the service."""
    day = form.review_on.data if form.review_on else None  # A correction has none.
    return RecordFields(form.result.data or "", form.why.data or "", form.gets_better.data or "", day)


def to_work(number: str) -> Response:
    """Lead back to the record's page for members."""
    return redirect(url_for("decisions.work", number=number), code=303)
