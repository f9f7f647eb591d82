"""Each field in which somebody types freely says whether everybody reads it; where they do, no member's name is taken.

A new field fails until it stands in one of the two lists.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import FieldList, HiddenField, StringField

import governance
from governance.ballots.calling.kinds import Kind, Settings
from governance.board.models import Seat
from governance.board.service.names_nobody import NAMES_SOMEBODY
from governance.decisions import service as decisions
from governance.decisions.rules import Upshot
from governance.feedback import service as feedback
from governance.feedback.rules import Consent, Lane
from governance.keys.keyfolder import KeyFolder
from governance.proposals import service as proposals
from governance.publishing import service as publishing
from governance.questions import in_languages
from governance.questions import service as questions
from governance.responses import service as responses
from governance.ruling.errors import RuleRefused
from tests.architecture.house import HOUSE, nodes_of
from tests.ballots.factories import NOW, a_vote
from tests.board.factories import a_board
from tests.decisions.factories import TODAY, WHOLE, a_draft, a_record
from tests.factories import an_open_programme
from tests.feedback.messages import EVERYONE, released
from tests.let_through import let_through
from tests.promises import test_06_no_name_in_public as by_hand
from tests.proposals.factories import NO_KEYS
from tests.proposals.factories import WHOLE as A_PROPOSAL
from tests.responses.factories import AN_ANSWER, MANAGER, a_decision_duty, a_theme

Act = Callable[[Session, KeyFolder, Any, str], Any]


def of_a_proposal(field: str) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        author = a_board(session, keys, day=NOW.date())[0]
        draft = proposals.draft(session, author, A_PROPOSAL, TODAY)
        proposals.start_discussion(session, NO_KEYS, draft, TODAY)
        reason = words if field == "reason" else "Better so."
        said = A_PROPOSAL if field == "reason" else replace(A_PROPOSAL, **{field: words})
        proposals.revise(session, NO_KEYS, draft, said, reason, TODAY)

    return write


def of_a_record(field: str) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        record, _vote = a_draft(session, keys)
        said = decisions.RecordFields("The board said yes.", WHOLE.why, WHOLE.gets_better, WHOLE.review_on)
        decisions.complete(session, record, replace(said, **{field: words}))

    return write


def correction(field: str) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        record, _vote = a_draft(session, keys)
        said = decisions.RecordFields("The board said yes.", WHOLE.why, WHOLE.gets_better, WHOLE.review_on)
        decisions.complete(session, record, said)
        decisions.adopt(session, keys, record, TODAY)
        new = said if field == "correction" else replace(said, **{field: words})
        decisions.correct(session, record, new, words if field == "correction" else "The day was wrong.", TODAY)

    return write


def looked_again(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    record, _vote = a_record(session, keys)
    fields = decisions.LookFields(Upshot.STANDS, words, WHOLE.review_on + timedelta(days=90))
    decisions.check_look(session, fields, WHOLE.review_on)
    decisions.look_again(session, record, fields, WHOLE.review_on)


def of_an_answer(field: str) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        duty, _record = a_decision_duty(session, keys)
        responses.answer(session, duty, replace(AN_ANSWER, **{field: words}), MANAGER, TODAY)

    return write


def of_an_alert(field: str) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        a_board(session, keys)
        said = {"title": "Purple", "what_helps": "Go slow.", field: words}
        publishing.write_alert(session, 1, said, TODAY + timedelta(days=9), TODAY)

    return write


def quote(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    founded = an_open_programme(session, keys)
    session.scalars(select(Seat)).all()[0].label = "Chair1"
    released(founded, words, consent=Consent.WORDS)
    (opened,) = feedback.inbox(session, keys, founded.reader("Ash"), EVERYONE).messages
    feedback.quote(session, opened, a_theme(session, "Shade"), words)


def summary_of_a_theme(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    a_board(session, keys)
    feedback.start_theme(session, "Shade", words, Lane.SUGGESTION, TODAY)


def question(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    a_vote(session, keys, question=words)


def option(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    a_vote(session, keys, Kind.CHOOSE_ONE, settings=Settings(options=(words, "Something else")))


def question_of_the_week(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    member = a_board(session, keys, day=NOW.date())[0]
    questions.propose(session, words, ["Yes", "No"], "en", member, NOW.date())


def answer_of_the_week(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
    member = a_board(session, keys, day=NOW.date())[0]
    questions.propose(session, "Does it rain?", [words, "No"], "en", member, NOW.date())


def in_another_language(words_of: Callable[[str], tuple[str, list[str]]]) -> Act:
    def write(session: Session, keys: KeyFolder, _: Any, words: str) -> None:
        member = a_board(session, keys, day=NOW.date())[0]
        asked = questions.propose(session, "Does it rain?", ["Yes", "No"], "en", member, NOW.date())
        writer = in_languages.Writer(member, runs_the_board=False)
        in_languages.say_in(session, keys, asked.id, writer, "es", *words_of(words), NOW.date())

    return write


PROPOSAL = ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt")
ALERT = ("title", "told", "tested", "how_sure", "what_helps", "where_to_check", "place", "who_says")

# What everybody reads, by form and field, with what writes it.
PUBLIC: dict[str, Act] = {
    "CallForm.question": question,
    "CallForm.options": option,
    "CallOffForm.reason": by_hand.call_off,
    "EndForm.reason": by_hand.end_without_result,
    "HurryForm.reason": by_hand.hurry,
    "ReasonForm.reason": by_hand.back_to_the_talk,
    **{f"{form}.{name}": of_a_proposal(name) for form in ("ProposalForm", "RevisionForm") for name in PROPOSAL},
    **{f"SmallForm.{name}": of_a_proposal(name) for name in ("title", "ask")},
    "RevisionForm.reason": of_a_proposal("reason"),
    **{f"RecordForm.{name}": of_a_record(name) for name in ("result", "why", "gets_better")},
    **{f"CorrectionForm.{name}": correction(name) for name in ("result", "why", "gets_better", "correction")},
    "LookAgainForm.why": looked_again,
    "DissentForm.text": by_hand.dissent,
    "SpeakForm.text": by_hand.speak_for_somebody,
    "ThemeForm.title": by_hand.theme,
    "ThemeForm.summary": summary_of_a_theme,
    "QuoteForm.piece": quote,
    **{f"AlertForm.{name}": of_an_alert(name) for name in ALERT},
    "ProposeForm.words": question_of_the_week,
    "ProposeForm.answers": answer_of_the_week,
    "SayInForm.words": in_another_language(lambda words: (words, ["Sí", "No"])),
    "SayInForm.answers": in_another_language(lambda words: ("¿Llueve?", ["Sí", words])),
    "FirstWordForm.first_word": by_hand.first_word,
    "MoreTimeForm.why_longer": by_hand.more_time,
    **{f"AnswerForm.{name}": of_an_answer(name) for name in ("words", "short", "would_change", "instead", "push_back")},
    **{f"AnswerForm.what_{number}": by_hand.promise for number in (1, 2, 3)},
    "SecondLookForm.asked": by_hand.ask_second_look,
    "SecondLookAnswerForm.why": by_hand.answer_second_look,
}
HELP = ("cost", "country", "hours", "phone", "run_by", "text", "title")
A_BUTTON = "it says which button was pressed: nothing is typed there, and it is not kept"
A_KEY = "a card, a code, a key or a number: nobody's own words"
THE_BOARD = "the board and its helpers alone read it"
TO_ONE = "one person reads it, or who reads messages"
A_NAME_IT_IS = "it is the very name that is given, which no page shows to everybody"
OF_THE_SITE = "what a house, a street or a service is called may be what a member is called too, and help cannot wait"
A_ROLE = "it is held to be a role, and the name of a member is refused (`check_role_only`)"
NOT_PUBLIC: dict[str, str] = {
    **dict.fromkeys(("CallForm.counting_key", "SecondForm.counting_key", "CoSignForm.asked"), A_KEY),
    **dict.fromkeys(("PassForm.pass_", "VoidForm.code", "TrackerForm.tracker"), A_KEY),
    **dict.fromkeys(("BlankCardsForm.box", "PaperForm.ticks", "EnrolForm.code", "CodeForm.code"), A_KEY),
    **dict.fromkeys(("OwnWordsForm.passphrase", "ShareForm.share", "SignInForm.passphrase", "StepOutForm.part"), A_KEY),
    **dict.fromkeys(("LanguageForm.language", "HelpCardForm.language", "LegalLimitForm.language"), A_KEY),
    **dict.fromkeys(("ClosedDaysForm.days", "TimeZoneForm.timezone"), A_KEY),
    **dict.fromkeys(("MoreWordsForm.sealed", "MoreWordsForm.sealed_for"), A_KEY),
    "ReadBackForm.go": A_BUTTON,
    **dict.fromkeys(("AgendaForm.title", "RemarkForm.text", "ParkForm.reason"), THE_BOARD),
    **dict.fromkeys(("PutAsideForm.reason", "MakeRoomForm.reason"), THE_BOARD),
    **dict.fromkeys(("WriteBackForm.text", "PaperForm.words", "WordsForm.words", "MoreWordsForm.words"), TO_ONE),
    **dict.fromkeys(("SeatForm.label", "AccountForm.alias", "SignInForm.alias"), A_NAME_IT_IS),
    **dict.fromkeys((f"HelpCardForm.{name}" for name in HELP), OF_THE_SITE),
    **dict.fromkeys(("LegalLimitForm.text", "PlaceForm.name", "PlaceForm.hours", "KioskForm.name"), OF_THE_SITE),
    **dict.fromkeys(("PlaceNameForm.name", "HoursForm.hours"), OF_THE_SITE),
    **dict.fromkeys(("NamesForm.name", "NamesForm.place_name", "NamesForm.board_name"), OF_THE_SITE),
    **dict.fromkeys((f"AnswerForm.{name}" for name in ("role_name", "who_1", "who_2", "who_3")), A_ROLE),
}
TRAP = "trap"  # Nobody sees it, and what is typed there is thrown away.

# What a command asks for at the terminal. What everybody reads is asked for anew while a name stands in it; that is
# tried in tests/commands/test_restore.py. What `init` asks is asked before there is a board.
PROMPTS = {
    "question": A_NAME_IT_IS,
    "'The five words of the card'": A_KEY,
    "f'Share {n}'": A_KEY,
    "TYPE_BACK": A_KEY,
    "f'This is not it. {TYPE_BACK}'": A_KEY,
    "'Is that the right day and hour? Type yes'": A_KEY,
    "IN_WORDS": "gap",
    "gap.IN_WORDS": "restore",
}


def forms(of: type[Any] = FlaskForm) -> Iterator[type[Any]]:
    """Every form of the house."""
    for each in of.__subclasses__():
        yield from forms(each)
        if each.__module__.startswith("governance.") and "style" not in each.__module__:
            yield each


def typed_freely() -> set[str]:
    """Every field of every form in which somebody types words."""
    for module in pkgutil.walk_packages(governance.__path__, "governance."):
        if ".forms" in module.name:
            importlib.import_module(module.name)
    found = set()
    for form in forms():
        found |= {f"{form.__name__}.{name}" for name in dir(form) if name != TRAP and takes_words(getattr(form, name))}
    return found


def takes_words(field: Any) -> bool:
    """Whether somebody types words into *field*, or into one of a list of them."""
    kind = getattr(field, "field_class", object)
    if issubclass(kind, FieldList):
        return takes_words(field.kwargs.get("unbound_field") or field.args[0])
    return issubclass(kind, StringField) and not issubclass(kind, HiddenField)


def test_each_field_says_whether_everybody_reads_it() -> None:
    assert PUBLIC.keys() & NOT_PUBLIC.keys() == set()
    assert sorted(typed_freely()) == sorted([*PUBLIC, *NOT_PUBLIC])


def test_a_new_field_would_be_found() -> None:
    made = type("NewForm", (FlaskForm,), {"__module__": "governance.board.forms", "motto": StringField("Motto")})
    assert "NewForm.motto" in typed_freely()
    listed = FieldList(StringField("Line"))
    many = type("ManyForm", (FlaskForm,), {"__module__": "governance.board.forms", "lines": listed})
    assert "ManyForm.lines" in typed_freely()
    made.__module__ = many.__module__ = "elsewhere"
    assert "NewForm.motto" not in typed_freely()


@pytest.fixture
def signs_in(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Sign somebody in, with the program made only for the fields that a page alone writes."""
    return lambda *roles: request.getfixturevalue("sign_in")(*roles)


@pytest.mark.of_one_database
@pytest.mark.parametrize("field", sorted(PUBLIC))
def test_no_name_of_the_board_is_taken_where_everybody_reads(
    session: Session, keys: KeyFolder, signs_in: Any, field: str
) -> None:
    """Nor as it looks on paper, with a letter in it that has no width: what finds that finds the plain one."""
    with pytest.raises(RuleRefused) as refused:
        PUBLIC[field](session, keys, signs_in, "It rains on Chair\u200b1.")
    said = f"{refused.value} {refused.value.to_the_board}"
    if PUBLIC[field].__module__ == by_hand.__name__ or field in ("AnswerForm.words", "AlertForm.what_helps"):
        # On their pages the board reads which; others are told no name (tests/publishing/test_pages.py).
        told = str(refused.value.to_the_board or refused.value)
        assert "“Chair1” is the name of a member or of a seat, and everyone" in told
    assert NAMES_SOMEBODY in said or "“Chair1” is the name of a member or of a seat" in said


@pytest.mark.of_one_database
@pytest.mark.parametrize("field", sorted(PUBLIC))
def test_the_same_words_without_it_are_taken(session: Session, keys: KeyFolder, signs_in: Any, field: str) -> None:
    """The control: the name alone was refused."""
    with let_through():
        PUBLIC[field](session, keys, signs_in, "It rains on chair10.")


def test_each_thing_a_command_asks_for_is_known() -> None:
    asked = set()
    for path in sorted((HOUSE / "commands").glob("*.py")):
        if path.name == "init_questions.py":
            continue
        calls = (node for node in nodes_of(path) if isinstance(node, ast.Call))
        asked |= {ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "click.prompt"}
    assert asked == PROMPTS.keys()
    for name in ("gap", "restore"):
        assert "naming_nobody(" in (HOUSE / "commands" / f"{name}.py").read_text(encoding="utf-8")
