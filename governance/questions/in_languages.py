"""A question in each of its languages: who wrote which, what is read of it, and how it changes until it is put up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.questions import rules
from governance.questions.models import Question
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import one_line

PUT_UP = "questions.put_up"  # What takes a second yes.
CHANGED = N_("{who} changed the question “{question}”. The second yes is asked for no more. Read it again.")
TAKEN_BACK = N_("{who} took back the question “{question}”. The second yes is asked for no more.")


@dataclass(frozen=True)
class InOne:
    """A question in one language, and who wrote it there on which day: None where no row says so."""

    language: str
    words: str
    answers: Sequence[str]
    account_id: int | None
    day: date | None


def held(session: Session, question_id: int) -> Question:
    """Return a question as it stands now, locked: what is checked of it is what is kept. Raises RuleRefused."""
    question = session.get(Question, question_id, with_for_update=True, populate_existing=True)
    if question is None:
        raise RuleRefused(rules.NOT_THERE)
    return question


def stage_of(question: Question, today: date) -> rules.QuestionStage:
    """Return where a question stands today."""
    return rules.stage_of(question.first_day, question.told is not None, today)


def in_each(question: Question) -> list[InOne]:
    """Return a question in each of its languages, its own one first."""
    own = InOne(question.language, question.words, question.answers, question.account_id, question.proposed_on)
    return [own, *(_other(code, said) for code, said in sorted((question.others or {}).items()))]


def _other(language: str, said: dict[str, Any]) -> InOne:
    day = said.get("day")
    return InOne(
        language, said["words"], said["answers"], said.get("account_id"), date.fromisoformat(day) if day else None
    )


def of_others(question: Question) -> dict[str, object]:
    """Return what the ledger says of the other languages: the words, and no account."""
    if not question.others:
        return {}
    others = {each.language: {"words": each.words, "answers": each.answers} for each in in_each(question)[1:]}
    return {"language": question.language, "others": others}


def in_language(question: Question, language: str) -> InOne:
    """Return a question in *language*, or in its own one where it has no other."""
    every = in_each(question)
    return next((each for each in every if each.language == language), every[0])


def other(question: Question, language: str) -> InOne | None:
    """Return what stands in a *language* that is not its own one, or None."""
    return next((each for each in in_each(question)[1:] if each.language == language), None)


def as_read(question: Question) -> list[str]:
    """Return what somebody who agrees to a question has read of it, in each of its languages."""
    return [line for each in in_each(question) for line in (each.words, *each.answers)]


def mark_of(*shown: InOne | None) -> str:
    """Return by what a form says which words its page has shown."""
    whole = [[each.language, each.words, *each.answers] for each in shown if each is not None]
    return hashlib.sha256(rfc8785.dumps(whole)).hexdigest()[:32]


def check_shown(question: Question, mark: str) -> None:
    """Refuse what was asked for from a page that showed other words than stand there now."""
    if mark != mark_of(*in_each(question)):
        raise RuleRefused(rules.CHANGED)


def check_as_read(session: Session, question_id: int, read: Sequence[str]) -> None:
    """Refuse what two people did not read: a number may come a second time once its question was taken back."""
    if as_read(held(session, question_id)) != list(read):
        raise RuleRefused(rules.CHANGED)


def check_names_nobody(session: Session, lines: Sequence[str]) -> None:
    """Refuse the name of a member or of a seat: kiosk, wall and ledger show a question to everybody."""
    board.check_names_nobody(session, *lines, field="words", words=board.IN_THE_QUESTION)


@dataclass(frozen=True)
class Writer:
    """Who changes a language of a question."""

    account_id: int
    runs_the_board: bool


def say_in(
    session: Session, keys: KeyFolder, question_id: int, writer: Writer, language: str, words: str,
    answers: Sequence[str], today: date, opened_with: str = "",
) -> None:  # fmt: skip
    """Keep a question in another *language* too, with its answers in the same order, until it is put up.

    *opened_with*: the mark of what the form showed, where something stood there. Raises RuleRefused like `propose`,
    for its own language, for more answers or fewer than it has, for another's words, and for a form that is old.
    """
    question, cleaned = held(session, question_id), rules.answers_in([one_line(each) for each in answers])
    its_own = language == question.language
    rules.check_may_say_in(stage_of(question, today), its_own, len(cleaned), len(question.answers))
    there = _may_write(session, keys, question, writer, language, today)
    if opened_with != (mark_of(there) if there else ""):
        raise RuleRefused(rules.CHANGED)
    new = rules.words_in(one_line(words))
    check_names_nobody(session, [new, *cleaned])
    said = {"words": new, "answers": cleaned, "account_id": writer.account_id, "day": today.isoformat()}
    asks_no_more(session, keys, question, writer.account_id, CHANGED, today)
    question.others = {**(question.others or {}), language: said}
    session.flush()


def take_out(
    session: Session, keys: KeyFolder, question_id: int, writer: Writer, language: str, today: date
) -> None:  # fmt: skip
    """Take a language out of a question again, until it is put up. Raises RuleRefused as for a change of it."""
    question = held(session, question_id)
    if _may_write(session, keys, question, writer, language, today) is None:
        raise RuleRefused(rules.CHANGED)
    asks_no_more(session, keys, question, writer.account_id, CHANGED, today)
    question.others = {code: said for code, said in (question.others or {}).items() if code != language} or None
    session.flush()


def _may_write(
    session: Session, keys: KeyFolder, question: Question, writer: Writer, language: str, today: date
) -> InOne | None:  # fmt: skip
    """Return what stands in this language. Raises RuleRefused for somebody who may not change it."""
    there = other(question, language)
    rules.check_may_write(
        stage_of(question, today), wrote_it=there is None or there.account_id == writer.account_id,
        brought_it_up=question.account_id == writer.account_id, runs_the_board=writer.runs_the_board,
        waits=people.waiting_on(session, keys, PUT_UP, question.id, today) is not None,
    )  # fmt: skip
    return there


def asks_no_more(
    session: Session, keys: KeyFolder, question: Question, account_id: int, words: str, today: date
) -> None:  # fmt: skip
    """Forget that a second yes was asked for a question that changes now, and tell members who changed it.

    So often a day and no more. It is never refused: else whoever asks anew each time would wear out who corrects it.
    """
    if people.waiting_on(session, keys, PUT_UP, question.id, today) is not None:
        who = people.aliases(session, [account_id])[account_id]
        said = Sentence(words, who=who, question=question.words)
        with suppress(RuleRefused):
            people.tell_of_one_hand(session, keys, said, today, "question")
    people.no_longer_asked(session, PUT_UP, question.id)


def forget_what_changed(session: Session, keys: KeyFolder, question: Question, today: date) -> None:
    """Forget a request for other words than stand there now: it may have been agreed to while they changed."""
    waits = people.waiting_on(session, keys, PUT_UP, question.id, today)
    if waits is not None and waits.values.get("read") != as_read(question):
        people.no_longer_asked(session, PUT_UP, question.id)
