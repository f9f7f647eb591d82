"""Which words of the catalogue participants see, by where they stand: in a template of theirs, or in `SAID_BY`.

Every language that is offered has all of these (`make translations`). `tests/words/test_participants.py` walks through
their pages and finds on none of them a string from elsewhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from governance import assets
from governance.frame.participants import RECORD

# Of the code: the file, and in it the names whose words a participant is shown; without names, all of them.
SAID_BY = {
    "ballots/as_fixed": "NOT_AS_CALLED",
    "ballots/bundle/trust": "",
    "ballots/forms/paper": "",
    "ballots/forms/screens": "HOW_TO how_to _score_legend check_answered",
    "ballots/forms/small": "PASS_LETTERS PassForm",
    "ballots/forms/tracker": "",
    "ballots/papers/choices": "",
    "ballots/papers/seals": "",
    "ballots/passes/card_letters": "",
    "ballots/passes/cards": "NO_CARD",
    "ballots/result/box_told": "",
    "ballots/result/disclosure": "WHO_SEES_BALLOTS SIDE_WORDS what_it_gives_away _passing",
    "ballots/result/outcome": "RESULT_WORDS result_in_words _second_check_in_words outcome second_ballot_outcome",
    "ballots/result/reading": "BY_LOT CHOSEN_BY_LOT MEMBER_BY_LOT seats_filled",
    "ballots/rules": "NOT_NOW BY_NAME SECRET check_may_drop STAGE_WORDS",
    "ballots/views/result": "outcome_of told",
    "ballots/views/vote": "",
    "board/charter_pages": "TITLES",
    "board/quorum": "Sum",
    "board/rules": "SEAT_CLASS_WORDS TIE_WORDS",
    "board/service/charter_changes": "AS_IT_STANDS _line",
    "counting/budget": "HOW Budget",
    "counting/choosing": "",
    "counting/decided": "",
    "counting/explained": "",
    "counting/irv": "",
    "counting/judgment": "",
    "counting/meek": "",
    "counting/ranked_pairs": "",
    "counting/rule": "Rule",
    "counting/schulze": "",
    "counting/scoring": "",
    "counting/scottish": "",
    "counting/telling/chart": "",
    "counting/telling/tables": "",
    "counting/telling/ties": "",
    "decisions/next_steps": "of_public_page",
    "decisions/rules": "Upshot CameOfIt NOT_EVERYONE_AGREED",
    "decisions/service/adopting": "SECOND_TRY",
    "decisions/service/drafting": (
        "SIDE_WORDS IN_SECRET BEFORE_NOTICE BY_NAME WITH_RECOVERY _who_opened _how CONCERNS FEWER_LIVED _sums"
    ),
    "decisions/views/door": "",
    "feedback/forms/say": "",
    "feedback/hiding": "HideReason",
    "feedback/moving": "Move",
    "feedback/rules": (
        "LANE_WORDS CONSENT_WORDS ROUTE_WORDS ROUTE_COSTS FACE_WORDS ABOUT_WORDS ABOUT_KEEPS_OUT READ_BY_WORDS"
    ),
    "feedback/service/payload": "",
    "feedback/topics": "",
    "feedback/views/blank_cards": "_card",
    "feedback/views/say": "",
    "feedback/views/sending": "",
    "frame/checked": "",
    "frame/error_pages": "",
    "frame/slow_lane": "",
    "frame/typed_again": "",
    "frame/written": "",
    "places/rules": "COMING_WORDS",
    "privacy/__init__": "NOT_SHOWN shown",
    "proposals/rules": "POWER_WORDS STATUS_WORDS ALREADY_DECIDED",
    "proposals/service/changes": "",
    "proposals/service/reading": "NAMES_NO_NUMBERS",
    "proposals/service/words_line": "WORDS_CHANGED",
    "proposals/the_eight": "",
    "publishing/forms": "CodeForm MoreWordsForm",
    "publishing/phrases": "",
    "publishing/rules": "ALERT_WORDS",
    "publishing/service/thread": "",
    "publishing/service/wall": "",
    "publishing/views/code": "",
    "publishing/views/threads": "",
    "questions/forms": "AnswerForm",
    "questions/rules": "IT_IS_OVER check_may_answer",
    "responses/commitments": "COMMITMENT_WORDS LEVEL_WORDS OUTCOME_WORDS",
    "responses/rules": "duty_in_words ANSWER_WORDS REASON_WORDS BOARD_YES_STAFF_NO",
    "storage/leaves": "CHANGED_SINCE NOT_AS_PUBLISHED SOME_LINE TAKEN_OUT",
}
# Parts that views put into a page by themselves.
PARTS = frozenset({"_old_copy.html", "feedback/_ask_for_code.html", "places/_come.html"})
_NAMES = re.compile(r'"([\w/]+\.html)"')
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
Place = tuple[str, int]  # A file as the catalogue names it, and a line in it.


@cache
def templates(apart_from: re.Pattern[str] = RECORD) -> frozenset[str]:
    """Return every template that stands in a page of theirs: what it extends and takes in with it."""
    folder = assets.folder("templates")
    sources = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    names = {name: set(_NAMES.findall(_COMMENT.sub("", source))) for name, source in sources.items()}

    def whole(name: str, found: frozenset[str] = frozenset()) -> frozenset[str]:
        for part in names.get(name, set()) - found:
            found = whole(part, found | {part})
        return found | {name}

    begin = [name for name in names if not Path(name).name.startswith("_") and not apart_from.match(name)]
    pages = [whole(name) for name in (*begin, *PARTS)]
    return frozenset().union(*(parts for parts in pages if "_work.html" not in parts))


def are_theirs(places: Iterable[Place]) -> bool:
    """Return whether words that stand at these *places* are shown to participants."""
    return any(_is_theirs(file, line) for file, line in places)


def only_theirs(messages: Iterable[Any]) -> Iterator[SimpleNamespace]:
    """Yield the words of *messages* that participants see, each with the places alone where they see it."""
    for message in messages:
        places = [place for place in message.locations if message.id and _is_theirs(*place)]
        if places:
            yield SimpleNamespace(id=message.id, locations=places)


def _is_theirs(file: str, line: int) -> bool:
    if file.startswith("templates/"):
        return file.removeprefix("templates/") in templates()
    module = file.removeprefix("governance/").removesuffix(".py")
    names = SAID_BY.get(module)
    return names is not None and (not names or not set(names.split()).isdisjoint(_named_at(module, line)))


def _named_at(module: str, line: int) -> set[str]:
    """Return the names that the statement at the *line* of a *module* gives: of a table, a function or a class."""
    (here,) = (node for node in _statements(module) if node.lineno <= line <= (node.end_lineno or node.lineno))
    if isinstance(here, ast.FunctionDef | ast.ClassDef):
        return {here.name}
    return {node.id for node in ast.walk(here) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@cache
def _statements(module: str) -> list[ast.stmt]:
    return ast.parse((assets.PACKAGE / f"{module}.py").read_text(encoding="utf-8")).body
