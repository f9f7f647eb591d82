"""The page that asks for a card: to sign in, and to sign in once more where the last time was a while ago."""

from __future__ import annotations

from flask import render_template, request

from governance.frame.puzzle import Puzzle
from governance.people.forms import SignInForm
from governance.privacy.retention import SIGN_IN, SIGN_IN_WITHOUT_A_TOUCH


def drawn(
    form: SignInForm, before: str, asked: bool = False, late: bool = False, typed: bool = False,
    puzzle: Puzzle | None = None,
) -> str:  # fmt: skip
    """Return the page with *form*. *before*: what somebody was about to do, sealed.

    *asked*: they did not come here by themselves. *late*: they are signed in, and the page they asked for wants to see
    the card again; then *typed* is whether words of theirs wait in *before*. *puzzle*: what spares them the wait.
    """
    shown = "1" in (request.args.get("show"), request.form.get("show"))
    return render_template(
        "people/sign_in.html", form=form, shown=shown, before=before, asked=asked, late=late, typed=typed,
        puzzle=puzzle, minutes=SIGN_IN_WITHOUT_A_TOUCH.seconds // 60, hours=SIGN_IN.seconds // 3600,
    )  # fmt: skip
