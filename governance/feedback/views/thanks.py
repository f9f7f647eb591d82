"""What stands on the screen once it is sent: who reads it and when, and the code, which is shown once."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template

from governance import sealing
from governance.feedback import rules
from governance.feedback.views import carried
from governance.feedback.views.carried import Company, Progress
from governance.feedback.views.drawing import around, key
from governance.frame.page_cache import kept_for_a_moment
from governance.keys import keyfolder

# Its place in the thanks, which are the same for everybody but for this.
ASK_FOR_CODE = "<!-- ask for a code -->"


def thanks(so_far: Progress, code: sealing.Code | None, refused: str = "", may_ask: bool = False) -> str:
    """Say thank you. The code stands here once: in no address, no cookie and no log. Who took none may ask for it.

    *refused*: why they were given none; *may_ask*: they may ask again.
    """
    frame, said = so_far.frame, so_far.answers
    facts = {
        "read_by": said.read_by,
        "at_once": said.route == rules.Route.NOW,
        "private": said.consent == rules.Consent.PRIVATE,
        "urgent": said.kind is rules.Lane.URGENT,
        "without_place": said.without_place,
        "was_helped": so_far.company is Company.HELPER,
    }

    def page() -> str:
        return render_template("feedback/done.html", code=code, sealed=only_tapped, **facts, **around(frame))

    only_tapped = ""
    if code:  # With the code stands what a switch of languages needs to show it again, and no word of what was said.
        only_tapped = carried.sealed(replace(so_far, answers=replace(said, words="", sealed="")), key())
        return page()
    ask = render_template(
        "feedback/_ask_for_code.html",
        frame=frame,
        sealed=carried.sealed(so_far, key()),
        at_once=facts["at_once"],
        refused=refused,
        may_ask=(may_ask or not refused) and not facts["was_helped"],  # For a code the screen would keep what was said.
    )
    return kept_for_a_moment(page, "thanks", frame, *facts.values()).replace(ASK_FOR_CODE, ask)


def thanks_again(so_far: Progress, code_in: str) -> str:
    """Say the same thanks once more, in the language that was just picked.

    *code_in*: the language of the code's words where one was shown. They stay as they are: somebody may have written
    half of them down.
    """
    code = None
    if code_in in sealing.LANGUAGES:
        code = sealing.code_from_token(so_far.token, keyfolder.current().pepper, code_in)
    return thanks(so_far, code, may_ask=True)
