"""On which screen each line that participants see stands, by the file it is written in (`make translations`).

The list of recordings is folded by it (`governance/places/views/by_screen.py`, which has the name of each screen).
"""

import json

# By how the name of the file begins: the first that fits. What fits none is part of every page.
BEGINS = {
    "feedback/topics": "topics",
    "feedback/offline": "offline",
    "feedback/": "say",
    "ballots/": "vote",
    "counting/": "vote",
    "decisions/": "decisions",
    "proposals/": "decisions",
    "publishing/alert": "alerts",
    "publishing/_alert": "alerts",
    "publishing/_stays": "code",
    "publishing/code": "code",
    "publishing/follow_up": "code",
    "publishing/forms": "code",
    "publishing/views/code": "code",
    "publishing/views/threads": "code",
    "publishing/phrases": "code",
    "publishing/service/thread": "code",
    "publishing/": "wall",
    "responses/": "wall",
    "ledger/": "wall",
    "questions/": "question",
    "places/": "help",
    "errors/": "wrong",
    "frame/written": "alerts",
    "frame/": "wrong",
}
SEVERAL = "several"
HEAD = "# On which screen of a participant each line stands. Written by `make translations` (.ci/screens.py).\n"


def in_words(said):
    """Return what the list of screens says of these messages, as TOML."""
    screens = {}
    for message in said:
        if message.id and isinstance(message.id, str):
            screens.setdefault(_screen(message.locations), []).append(message.id)
    parts = [_part(screen, lines) for screen, lines in sorted(screens.items())]
    return "\n".join([HEAD, *parts])


def _part(screen, lines):
    return "\n".join(
        [f"{screen} = [", *(f"  {json.dumps(line, ensure_ascii=False)}," for line in sorted(lines)), "]\n"]
    )


def _screen(places):
    found = {_screen_of(file.removeprefix("templates/").removeprefix("governance/")) for file, _line in places}
    return found.pop() if len(found) == 1 else SEVERAL


def _screen_of(file):
    return next((screen for begin, screen in BEGINS.items() if file.startswith(begin)), SEVERAL)
