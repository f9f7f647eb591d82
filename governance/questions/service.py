"""What people do with a question: bring it up, put it up for a week, answer it, and hear the sum.

The sum of the answers is one sealed value of one size. It is opened to add to it and sealed anew, each day once more
without need, so that no copy of the database tells that somebody answered, what, or how many did.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.places import places_by_day
from governance.places.models import Kiosk, Place
from governance.questions import in_languages, rules
from governance.questions.models import Question
from governance.ruling.errors import RuleRefused
from governance.storage.text import one_line

SUM = struct.Struct(f">{rules.MOST}Q")
KEY = "question-"  # Before the number, in the key folder.


def propose(
    session: Session, words: str, answers: Sequence[str], language: str, account_id: int, today: date
) -> Question:
    """Bring up a question. Raises RuleRefused for answers nobody could choose among, and for a name of the board.

    Each answer is cleaned before it is held against the others: two that look the same are one.
    """
    cleaned = rules.answers_in([one_line(each) for each in answers])
    question = Question(
        words=rules.words_in(one_line(words)), answers=cleaned, language=language, account_id=account_id,
        proposed_on=today,
    )  # fmt: skip
    in_languages.check_names_nobody(session, in_languages.as_read(question))
    session.add(question)
    session.flush()
    return question


def drop(
    session: Session, keys: KeyFolder, question_id: int, account_id: int, runs_the_board: bool, today: date
) -> None:
    """Take out a question that nobody was asked yet. Members are told where a second yes was asked for."""
    question = in_languages.held(session, question_id)
    rules.check_may_drop(in_languages.stage_of(question, today), question.account_id == account_id, runs_the_board)
    in_languages.asks_no_more(session, keys, question, account_id, in_languages.TAKEN_BACK, today)
    session.delete(question)
    session.flush()


def check_may_put_up(session: Session, question_id: int, place_id: int, today: date) -> tuple[Question, Place]:
    """Return the question and the place, both as they stand now and locked. Raises RuleRefused where it may not be."""
    question = in_languages.held(session, question_id)
    # Locked too: of two questions at one moment, the second one sees the first.
    place = session.get(Place, place_id, with_for_update=True, populate_existing=True)
    if place is None:
        raise RuleRefused(rules.NOT_THERE)
    rules.check_may_put_up(in_languages.stage_of(question, today), up_at(session, place_id, today) is not None)
    rules.check_is_open(place.closed_on is None)
    # Somebody may have taken a seat since it was brought up.
    in_languages.check_names_nobody(session, in_languages.as_read(question))
    return question, place


def put_up(session: Session, keys: KeyFolder, question_id: int, place_id: int, today: date) -> Question:
    """Ask it for a week at one place, from today on. It stands in the ledger from that moment."""
    question, _place = check_may_put_up(session, question_id, place_id, today)
    question.place_id, question.first_day = place_id, today
    question.tally = _sealed(keys, question, keys.make(secret_of(question)), [0] * rules.MOST)
    called = places_by_day.called(session)(place_id, today)
    question.asked_leaf = ledger.append(session, "decisions", "question", asked_facts(question, called))
    session.flush()
    return question


def secret_of(question: Question) -> str:
    """Return under which name the key folder keeps the key of its sum."""
    return f"{KEY}{question.id}"


def asked_facts(question: Question, place: str) -> dict[str, object]:
    """Return what the ledger says of a question that was put up. *place*: what it was called on the first day."""
    first = question.first_day
    return {
        **in_languages.of_others(question),
        "number": question.id,
        "asked": question.words,
        "answers": list(question.answers),
        "place": place,
        "from": first.isoformat() if first else "",
        "to": rules.last_day(first).isoformat() if first else "",
    }


def told_facts(question: Question) -> dict[str, object]:
    """Return what the ledger says of what people answered."""
    told = question.told or {}
    return {"number": question.id, "told": told.get("answers", []), "all": told.get("all", rules.HIDDEN)}


def up_at(session: Session, place_id: int, today: date) -> Question | None:
    """Return the question that stands at a place today, if one does."""
    return session.scalars(select(Question).where(*_up(today), Question.place_id == place_id)).first()


def up_at_kiosk(session: Session, kiosk_id: str, today: date) -> Question | None:
    """Return the question that stands at the place of this kiosk today. None for a kiosk whose key was taken away."""
    here = select(Question).where(*_up(today)).join(Kiosk, Kiosk.place_id == Question.place_id)
    return session.scalars(here.where(Kiosk.id == uuid.UUID(kiosk_id), Kiosk.revoked_on.is_(None))).first()


def _up(today: date) -> tuple[ColumnElement[bool], ...]:
    return Question.first_day <= today, Question.first_day > today - rules.WEEK, Question.told.is_(None)


def answer(session: Session, keys: KeyFolder, kiosk_id: str, number: int, today: date) -> Question:
    """Add one answer to the sum of the question at this kiosk. Nothing else of it is kept, and no time.

    Raises RuleRefused out of its week, and for an answer that is none.
    """
    up = up_at_kiosk(session, kiosk_id, today) if kiosk_id else None
    question = session.get(Question, up.id, with_for_update=True, populate_existing=True) if up else None
    secret = keys.read(secret_of(question)) if question else None
    if question is None or secret is None:
        raise RuleRefused(rules.IT_IS_OVER)
    rules.check_may_answer(in_languages.stage_of(question, today), number, len(question.answers))
    counts = _opened(keys, question, secret)
    counts[number] += 1
    question.tally = _sealed(keys, question, secret, counts)
    session.flush()
    return question


def going_on(session: Session, today: date) -> Sequence[int]:
    """Return the numbers of the questions that stand somewhere today."""
    return session.scalars(select(Question.id).where(*_up(today))).all()


def seal_anew(session: Session, keys: KeyFolder, question_id: int) -> None:
    """Seal a sum once more as it is: a day on which nobody answered looks like any other."""
    question = session.get(Question, question_id, with_for_update=True, populate_existing=True)
    secret = keys.read(secret_of(question)) if question else None
    if question is None or question.tally is None or secret is None:
        return
    question.tally = _sealed(keys, question, secret, _opened(keys, question, secret))
    session.flush()


def over(session: Session, today: date) -> Sequence[int]:
    """Return the numbers of the questions whose week is over and which are not summed up."""
    ended = Question.first_day <= today - rules.WEEK, Question.told.is_(None)
    return session.scalars(select(Question.id).where(*ended).order_by(Question.id)).all()


def tell(session: Session, keys: KeyFolder, question_id: int, today: date) -> None:
    """Open the sum, keep only what may be told of it, and say that in the ledger. A lost key tells nothing."""
    question = session.get(Question, question_id, with_for_update=True, populate_existing=True)
    if question is None or in_languages.stage_of(question, today) is not rules.QuestionStage.OVER:
        return
    secret = keys.read(secret_of(question))
    if secret is None and not rules.key_is_lost(question.first_day, today):
        return
    answers, every = _may_be_told(keys, question, secret)
    question.told, question.tally = {"answers": answers, "all": every, "on": today.isoformat()}, None
    question.told_leaf = ledger.append(session, "decisions", "question", told_facts(question))
    session.flush()


def _may_be_told(keys: KeyFolder, question: Question, secret: bytes | None) -> tuple[list[rules.Told], rules.Told]:
    """Return what may be told of a sum: nothing of one whose key is lost, or that somebody changed by hand."""
    try:
        counts = _opened(keys, question, secret) if secret is not None else None
    except sealing.SealBroken:
        counts = None
    if counts is None:
        return [rules.HIDDEN] * len(question.answers), rules.HIDDEN
    return rules.told_of(counts[: len(question.answers)])


def secrets_to_destroy(session: Session, keys: KeyFolder) -> list[str]:
    """Return the names of the keys whose sum was told: no copy of the database opens any more once they are gone."""
    numbers = {int(name.removeprefix(KEY)): name for name in keys.names(KEY)}
    if not numbers:
        return []
    told = session.scalars(select(Question.id).where(Question.id.in_(numbers), Question.told.is_not(None)))
    return sorted(numbers[number] for number in told)


def questions(session: Session) -> Sequence[Question]:
    """Return every question, the newest first."""
    return session.scalars(select(Question).order_by(Question.id.desc())).all()


def find(session: Session, question_id: int) -> Question | None:
    """Return one question, or None."""
    return session.get(Question, question_id)


def is_on_the_wall(today: date) -> ColumnElement[bool]:
    """Return the condition that the wall shows what people answered to a question."""
    return and_(Question.told.is_not(None), Question.first_day > today - rules.WEEK - rules.ON_THE_WALL)


def _info(keys: KeyFolder, question: Question) -> bytes:
    return sealing.context(keys.programme, "question", str(question.id), "sum")


def _sealed(keys: KeyFolder, question: Question, secret: bytes, counts: Sequence[int]) -> bytes:
    return sealing.lock(secret, SUM.pack(*counts), _info(keys, question))


def _opened(keys: KeyFolder, question: Question, secret: bytes) -> list[int]:
    return list(SUM.unpack(sealing.unlock(secret, question.tally or b"", _info(keys, question))))
