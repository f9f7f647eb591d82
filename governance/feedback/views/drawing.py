"""Drawing a screen of giving feedback: its form, with what was answered before, and what every screen has around it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from governance.clockwork import timekeeping
from governance.feedback import rules, service
from governance.feedback.forms import say
from governance.feedback.views import carried, flood
from governance.feedback.views.carried import Company, Frame, Progress, Step
from governance.frame import cookie, outage
from governance.frame.navigation import help_in_page
from governance.frame.slots import PagePart
from governance.keys import keyfolder
from governance.places.views.last_known import help_on_page, limit_on_page
from governance.storage import database
from governance.storage.database import db

TYPED = b"real-voice typed and not sent v2"

FORMS: dict[Step, type[say.StepForm]] = {
    Step.TOGETHER: say.TogetherForm,
    Step.START: say.StartForm,
    Step.ABOUT: say.AboutForm,
    Step.TOPICS: say.TopicsForm,
    Step.FACE: say.FaceForm,
    Step.WORDS: say.WordsForm,
    Step.READ_BACK: say.ReadBackForm,
    Step.SENDING: say.SendingForm,
    Step.WHEN: say.WhenForm,
}


@help_in_page.fill
def help_sheet() -> list[PagePart]:
    """The help cards, in the page itself: whoever looks at them goes on where they were."""
    return [PagePart("feedback/_help_sheet.html", {"help": help_on_page()})]


def page(
    so_far: Progress, form: say.StepForm | None = None, status: int = 200, cleared: bool = False, note: str = ""
) -> tuple[str, int]:
    """Show the screen *so_far* has come to; *cleared* and *note*: what is said above it."""
    so_far = flood.with_puzzle(so_far)
    return (
        render_template(
            f"feedback/{so_far.screen}.html",
            form=form or form_of(so_far),
            so_far=so_far,
            sealed=carried.sealed(so_far, key()),
            typed_key=key_of_typed(so_far),
            words_key=key_for_words(so_far),
            puzzle=flood.puzzle_of(so_far),
            cleared=cleared,
            note=note,
            limit=limit_on_page(),
            pictures={topic.key: topic.key for topic in rules.TOPICS},
            **around(so_far.frame),
        ),
        status,
    )


def again(so_far: Progress, sentence: str, status: int = 422) -> ResponseReturnValue:
    """Show the same screen once more, with everything that was typed, and why."""
    let_go()
    form = form_of(so_far)
    form.form_errors = [sentence]
    return page(so_far, form, status=status)


def form_of(so_far: Progress, sent: bool = False) -> say.StepForm:
    """Return the form of the screen: with what was *sent* now, or with what was answered before."""
    answers = asdict(so_far.answers)
    before = {**answers, "more_topics": answers["topics"]}
    return FORMS[so_far.step]() if sent else FORMS[so_far.step](formdata=None, data=before)


def judged(so_far: Progress) -> say.StepForm:
    """Return the form of the screen as it came, with what is wrong in it.

    A stale token is no reason to lose a word, so it is not looked at here.
    """
    form = form_of(so_far, sent=True)
    form.validate()
    form.csrf_token.errors = []
    return form


def let_go() -> None:
    """Give back the database's lock before a page is made that only reads."""
    db.session.rollback()
    database.expect(writes=False)


def around(frame: Frame) -> dict[str, Any]:
    """What every screen has around its question: the frame, and help."""
    return {
        "frame": frame,
        "rules": rules,
        "help": help_on_page(),
    }


def key_of_typed(so_far: Progress) -> str:
    """Return the key that seals what waits in the tab of this form, in base64. It is of one form, and so of one visit:
    no page brings it once that is over.
    """
    return b64encode(cookie.key_from(current_app.config["SETTINGS"].secret, TYPED + so_far.tab)).decode()


def key_for_words(so_far: Progress) -> service.WordsKey | None:
    """Return the key to which the browser seals the words, on screens that may send some.

    None where there is none, or the database does not answer: then the words come as they are, and sending says why.
    None where a helper is to go: there the words stay where they are.
    """
    may_send = so_far.step is Step.WORDS or so_far.answers.in_tab
    if outage.noticed() or so_far.company is Company.PARTING or not may_send:
        return None
    try:
        day = timekeeping.day_to_go_by(db.session)
        return service.words_key(db.session, keyfolder.current(), so_far.answers.read_by, day)
    except outage.SILENT as error:
        outage.notice(error)
        return None


def key() -> bytes:
    """Return the key that seals the answers so far."""
    return cookie.key_from(current_app.config["SETTINGS"].secret, carried.INFO)
