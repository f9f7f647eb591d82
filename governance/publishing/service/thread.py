"""The thread of one matter: word, theme, proposal, vote, decision, answer, done.

Everything in this product is one line, and the same line stands on every page it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import rules as ballot_rules
from governance.ballots import service as ballots
from governance.decisions import service as decisions
from governance.decisions.models import Outcome, Record
from governance.feedback import service as feedback
from governance.feedback.models import Theme
from governance.places.service import day_of
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalTheme
from governance.proposals.rules import Status
from governance.publishing import phrases, rules
from governance.publishing.rules import Stop, StopState
from governance.responses import service as responses
from governance.responses.commitments import Commitment
from governance.responses.rules import Answer, DutyState, days_late
from governance.ruling.sentences import N_, Sentence

DONE, NOW, WAITING, LATE, SKIPPED = (
    StopState.DONE, StopState.NOW, StopState.WAITING, StopState.LATE, StopState.SKIPPED,
)  # fmt: skip


def of_record(session: Session, record: Record, now: datetime, today: date) -> list[Stop]:
    """Return the thread of a decision record, from the words behind it to what became of it."""
    return _of_proposal(session, session.get_one(Proposal, record.proposal_id), record, now, today)


def of_proposal(session: Session, proposal: Proposal, now: datetime, today: date) -> list[Stop]:
    """Return the thread of a proposal."""
    return _of_proposal(session, proposal, _record_of(session, proposal), now, today)


def of_theme(session: Session, theme: Theme, now: datetime, today: date) -> list[Stop]:
    """Return the thread of a theme: straight to the staff's answer, or through the proposal that came from it."""
    duty = responses.duty_of(session, today, theme_id=theme.id)
    proposal = None if duty else _proposal_from(session, theme)
    if proposal:
        return of_proposal(session, proposal, now, today)
    known = {phrases.WORD: _word([theme]), phrases.THEME: _theme([theme])}
    return rules.whole_thread(known | (_answered(duty) if duty else {}))


def of_word(session: Session, page: feedback.FollowUpPage, now: datetime, today: date) -> list[tuple[str, list[Stop]]]:
    """Return the threads of one word, for whoever holds its code, each with what it is about; at least one.

    A theme that staff answered and that also led to a proposal has two threads.
    """
    first = _own_word(page)
    threads = {theme.title: of_theme(session, theme, now, today) for theme in page.themes}
    for theme in page.themes:
        proposal = _proposal_from(session, theme)
        if proposal and responses.duty_of(session, today, theme_id=theme.id):
            threads[proposals.current(session, proposal).title] = of_proposal(session, proposal, now, today)
    return [(title, [first, *stops[1:]]) for title, stops in threads.items()] or [
        ("", rules.whole_thread({phrases.WORD: first}))
    ]


def _of_proposal(session: Session, proposal: Proposal, record: Record | None, now: datetime, today: date) -> list[Stop]:
    """Return the stops of a proposal, from the word it began with to what became of it."""
    themes = proposals.sources(session, proposal)
    known = {phrases.PROPOSAL: _proposal(proposal)}
    if themes:
        known |= {phrases.WORD: _word(themes), phrases.THEME: _theme(themes)}
    else:
        brought = Stop(phrases.WORD, SKIPPED, phrases.BY_BOARD)
        no_theme = Stop(phrases.THEME, SKIPPED, phrases.NOT_NEEDED[phrases.THEME])
        known |= {phrases.WORD: brought, phrases.THEME: no_theme}
    vote = _vote(session, proposal, now)
    known |= {phrases.VOTE: vote} if vote else {}
    if record:
        known[phrases.DECISION] = _decision(record)
        duty = responses.duty_of(session, today, record_id=record.first_id)
        known |= _answered(duty) if duty else {}
        if not decisions.asks_staff(session, record):
            known |= {stop: Stop(stop, SKIPPED, phrases.NOT_NEEDED[stop]) for stop in (phrases.ANSWER, phrases.DONE)}
    return rules.whole_thread(known)


def _record_of(session: Session, proposal: Proposal) -> Record | None:
    """Return the newest record on a proposal, not counting corrections: one that is being written, or by its line."""
    mine = select(Record).where(Record.proposal_id == proposal.id, Record.corrects_id.is_(None))
    newest = mine.order_by(Record.leaf.is_not(None), Record.leaf.desc(), Record.id.desc())
    return session.scalars(newest.limit(1)).first()


def _proposal_from(session: Session, theme: Theme) -> Proposal | None:
    """Return the newest proposal that came from a theme and is public."""
    query = select(Proposal).join(ProposalTheme, ProposalTheme.proposal_id == Proposal.id)
    mine = query.where(
        ProposalTheme.theme_id == theme.id, Proposal.opened_on.is_not(None), Proposal.status != Status.WITHDRAWN
    )
    return session.scalars(mine.order_by(Proposal.number.desc()).limit(1)).first()


def _own_word(page: feedback.FollowUpPage) -> Stop:
    """Return the first stop for the holder of a code: it is theirs, so it says exactly where it is."""
    if page.state == "held":
        return Stop(
            phrases.WORD, NOW, phrases.WAITING, text=N_("It waits to be mixed with others. This takes up to 3 days.")
        )
    if page.tombstone:
        return Stop(
            phrases.WORD, SKIPPED, phrases.TAKEN_DOWN, page.week, True,
            page.tombstone.reason.words, ("publishing.removed", {}),
        )  # fmt: skip
    if page.state == "expired":
        return Stop(phrases.WORD, DONE, phrases.GONE, page.week, True)
    return Stop(phrases.WORD, DONE, phrases.WITH_READERS, page.week, True)


def _word(themes: Sequence[Theme]) -> Stop:
    return Stop(phrases.WORD, DONE, phrases.HEARD, min(theme.week for theme in themes), by_week=True)


def _theme(themes: Sequence[Theme]) -> Stop:
    on_agenda = [theme.agenda_on for theme in themes if theme.agenda_on]
    word = phrases.ON_AGENDA if on_agenda else phrases.GROUPED
    when, by_week = (min(on_agenda), False) if on_agenda else (themes[0].week, True)
    titles = Sentence(
        " · ".join(f"{{t{n}}}" for n in range(len(themes))), **{f"t{n}": t.title for n, t in enumerate(themes)}
    )
    return Stop(phrases.THEME, DONE, word, when, by_week, titles, written=True)


def _proposal(proposal: Proposal) -> Stop:
    over = proposal.status in (Status.BALLOT, Status.DECIDED)
    states = {Status.WITHDRAWN: SKIPPED, Status.PARKED: WAITING, Status.DRAFT: NOW}
    state = DONE if over else states.get(proposal.status, NOW)
    link = ("proposals.show", {"number": proposal.number}) if proposal.opened_on else None
    return Stop(phrases.PROPOSAL, state, phrases.PROPOSED[proposal.status], proposal.opened_on, link=link)


def _vote(session: Session, proposal: Proposal, now: datetime) -> Stop | None:
    held = [ballot for ballot in ballots.ballots_of(session, proposal.id) if not ballot.cancelled_reason]
    if not held:
        return None
    ballot = held[-1]
    stage = ballots.stage_of(session, ballot, now)
    counted = stage is ballot_rules.Stage.OPENED
    state = DONE if counted else WAITING if stage is ballot_rules.Stage.SCHEDULED else NOW
    when = ballot.opens_at if stage is ballot_rules.Stage.SCHEDULED else ballot.closes_at
    link = ("ballots.show", {"number": ballot.number})
    return Stop(phrases.VOTE, state, phrases.VOTED[stage], day_of(session, when), link=link)


def _decision(record: Record) -> Stop:
    if record.adopted_on is None:
        return Stop(phrases.DECISION, NOW, phrases.RECORD_BEGUN)
    word = phrases.PASSED if record.outcome is Outcome.ADOPTED else phrases.NOT_PASSED
    return Stop(
        phrases.DECISION, DONE, word, record.decided_on, link=("decisions.show", {"number": record.number})
    )  # fmt: skip


def _answered(duty: responses.DutyNow) -> dict[str, Stop]:
    """Return the last two stops: the staff's answer, and whether it was done. "Answered" is not "done"."""
    return {phrases.ANSWER: _answer(duty)} | ({phrases.DONE: _kept(duty)} if duty.duty.answered_on else {})


def _answer(duty: responses.DutyNow) -> Stop:
    if duty.state is DutyState.ANSWERED and duty.answer:
        says, text = phrases.ANSWERED[duty.answer.answer], duty.label or duty.answer.short
        return Stop(phrases.ANSWER, DONE, says, duty.answer.answered_on, text=text, written=not duty.label)
    if duty.late:
        says = phrases.LATE_BY_ONE if duty.days_late == 1 else phrases.LATE
        late = Sentence(says, days=duty.days_late)
        return Stop(phrases.ANSWER, LATE, late, text=_asked_again(duty) or duty.words)
    word = phrases.ANSWERED[Answer.NOT_YET] if duty.answer else phrases.ANSWER_DUE
    first = duty.duty.first_word
    return Stop(phrases.ANSWER, NOW, word, duty.duty.answer_due, text=first or duty.words, written=bool(first))


def _asked_again(duty: responses.DutyNow) -> Sentence | None:
    return Sentence(N_("The board asked again on {day}."), day=duty.asked_again_on) if duty.asked_again_on else None


def _kept(duty: responses.DutyNow) -> Stop:
    kept = duty.kept
    if not kept.promised:
        return Stop(phrases.DONE, SKIPPED, phrases.NOTHING_PROMISED)
    if kept.all_done:
        return Stop(phrases.DONE, DONE, phrases.CHECKED)
    late = days_late(kept.next_due, duty.today) if kept.next_due else 0
    if late:
        says = phrases.PROMISED_LATE_BY_ONE if late == 1 else phrases.PROMISED_LATE
        return Stop(phrases.DONE, LATE, Sentence(says, days=late), kept.next_due)
    if kept.next_due:
        return Stop(phrases.DONE, WAITING, phrases.PROMISED[Commitment.PROMISED], kept.next_due)
    return Stop(phrases.DONE, NOW, phrases.PROMISED[Commitment.REPORTED_DONE])
