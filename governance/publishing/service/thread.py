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
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalTheme
from governance.proposals.rules import STATUS_WORDS, Status
from governance.publishing import rules
from governance.publishing.rules import Stop, StopState
from governance.responses import service as responses
from governance.responses.commitments import COMMITMENT_WORDS, Commitment
from governance.responses.rules import ANSWER_WORDS, Answer, Duty, days_late
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
    known = {rules.WORD: _word([theme]), rules.THEME: _theme([theme])}
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
        ("", rules.whole_thread({rules.WORD: first}))
    ]


def _of_proposal(session: Session, proposal: Proposal, record: Record | None, now: datetime, today: date) -> list[Stop]:
    """Return the stops of a proposal, from the word it began with to what became of it."""
    themes = proposals.sources(session, proposal)
    known = {rules.PROPOSAL: _proposal(proposal)}
    if themes:
        known |= {rules.WORD: _word(themes), rules.THEME: _theme(themes)}
    else:
        brought = Stop(rules.WORD, SKIPPED, N_("Brought up by the board"))
        known |= {rules.WORD: brought, rules.THEME: Stop(rules.THEME, SKIPPED, N_("Not needed"))}
    vote = _vote(session, proposal, now)
    known |= {rules.VOTE: vote} if vote else {}
    if record:
        known[rules.DECISION] = _decision(record)
        duty = responses.duty_of(session, today, record_id=record.first_id)
        known |= _answered(duty) if duty else {}
        if not decisions.asks_staff(session, record):
            known |= {stop: Stop(stop, SKIPPED, N_("Not needed")) for stop in (rules.ANSWER, rules.DONE)}
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
            rules.WORD, NOW, N_("Waiting"), text=N_("It waits to be mixed with others. This takes up to 3 days.")
        )
    if page.tombstone:
        return Stop(
            rules.WORD, SKIPPED, N_("Taken down"), page.week, True,
            page.tombstone.reason.words, ("publishing.removed", {}),
        )  # fmt: skip
    if page.state == "expired":
        return Stop(rules.WORD, DONE, N_("Gone, as we promised"), page.week, True)
    return Stop(rules.WORD, DONE, N_("With the readers"), page.week, True)


def _word(themes: Sequence[Theme]) -> Stop:
    return Stop(rules.WORD, DONE, N_("Heard"), min(theme.week for theme in themes), by_week=True)


def _theme(themes: Sequence[Theme]) -> Stop:
    on_agenda = [theme.agenda_on for theme in themes if theme.agenda_on]
    word = N_("On the agenda") if on_agenda else N_("Grouped")
    when, by_week = (min(on_agenda), False) if on_agenda else (themes[0].week, True)
    titles = Sentence(
        " · ".join(f"{{t{n}}}" for n in range(len(themes))), **{f"t{n}": t.title for n, t in enumerate(themes)}
    )
    return Stop(rules.THEME, DONE, word, when, by_week, titles)


def _proposal(proposal: Proposal) -> Stop:
    over = proposal.status in (Status.BALLOT, Status.DECIDED)
    states = {Status.WITHDRAWN: SKIPPED, Status.PARKED: WAITING, Status.DRAFT: NOW}
    state = DONE if over else states.get(proposal.status, NOW)
    word = N_("Written") if over else STATUS_WORDS[proposal.status]
    link = ("proposals.show", {"number": proposal.number}) if proposal.opened_on else None
    return Stop(rules.PROPOSAL, state, word, proposal.opened_on, link=link)


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
    return Stop(rules.VOTE, state, ballot_rules.STAGE_WORDS[stage], when.date(), link=link)


def _decision(record: Record) -> Stop:
    if record.adopted_on is None:
        return Stop(rules.DECISION, NOW, N_("The record is being written"))
    word = N_("Yes") if record.outcome is Outcome.ADOPTED else N_("Not passed")
    return Stop(
        rules.DECISION, DONE, word, record.decided_on, link=("decisions.show", {"number": record.number})
    )  # fmt: skip


def _answered(duty: responses.DutyNow) -> dict[str, Stop]:
    """Return the last two stops: the staff's answer, and whether it was done. "Answered" is not "done"."""
    return {rules.ANSWER: _answer(duty)} | ({rules.DONE: _kept(duty)} if duty.duty.answered_on else {})


def _answer(duty: responses.DutyNow) -> Stop:
    if duty.state is Duty.ANSWERED and duty.answer:
        text = duty.label or duty.answer.short
        return Stop(rules.ANSWER, DONE, ANSWER_WORDS[duty.answer.answer], duty.answer.answered_on, text=text)
    if duty.late:
        late = Sentence(N_("{days} days late"), days=duty.days_late)
        return Stop(rules.ANSWER, LATE, late, text=_asked_again(duty) or duty.words)
    word = ANSWER_WORDS[Answer.NOT_YET] if duty.answer else N_("Due")
    return Stop(rules.ANSWER, NOW, word, duty.duty.answer_due, text=duty.duty.first_word or duty.words)


def _asked_again(duty: responses.DutyNow) -> Sentence | None:
    return Sentence(N_("The board asked again on {day}."), day=duty.asked_again_on) if duty.asked_again_on else None


def _kept(duty: responses.DutyNow) -> Stop:
    kept = duty.kept
    if not kept.promised:
        return Stop(rules.DONE, SKIPPED, N_("Nothing was promised"))
    if kept.all_done:
        return Stop(rules.DONE, DONE, N_("Checked by the board"))
    if kept.next_due and days_late(kept.next_due, duty.today):
        word = Sentence(N_("{days} days late"), days=days_late(kept.next_due, duty.today))
        return Stop(rules.DONE, LATE, word, kept.next_due)
    if kept.next_due:
        return Stop(rules.DONE, WAITING, N_("Promised"), kept.next_due)
    return Stop(rules.DONE, NOW, COMMITMENT_WORDS[Commitment.REPORTED_DONE])
