"""Giving feedback: /say on one's own phone, /kiosk on a shared screen. Nothing has to be answered.

The steps read and answer; only sending writes. Each answer is the answer to the POST itself, so no address, no
cookie and no database row says how far anybody came.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, refresh
from flask_babel import gettext as _

from governance import clock, database, keyfolder, sealing
from governance.access import Permission, requires
from governance.database import db
from governance.errors import RuleRefused
from governance.feedback import rules, service
from governance.feedback.forms import say as forms
from governance.feedback.views import carried
from governance.feedback.views.carried import Frame, Progress, Step
from governance.feedback.views.door import bp
from governance.frame import catalogue, cookie
from governance.frame.languages import LANGUAGES
from governance.frame.page_cache import kept_for_a_moment
from governance.frame.shared_screen import forget_visit, is_shared, new_visit
from governance.frame.typed_again import show_again
from governance.places import service as places
from governance.places.views.last_known import help_on_page, limit_on_page

FORMS: dict[Step, type[forms.StepForm]] = {
    Step.START: forms.StartForm,
    Step.ABOUT: forms.AboutForm,
    Step.TOPICS: forms.TopicsForm,
    Step.FACE: forms.FaceForm,
    Step.WORDS: forms.WordsForm,
    Step.SENDING: forms.SendingForm,
    Step.WHEN: forms.WhenForm,
}


# Its place in the thanks, which are the same for everybody but for this.
ASK_FOR_CODE = "<!-- ask for a code -->"


@bp.route("/say", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def say() -> ResponseReturnValue:
    """Give feedback on one's own phone."""
    database.expect(writes=False)
    if is_shared():  # A screen that others use next has no phone's page, whatever link led here.
        return redirect(url_for("feedback.kiosk"), code=303)
    return _answer(Frame.PHONE) if request.method == "POST" else _page(_begin(Frame.PHONE))


@bp.route("/kiosk", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def kiosk() -> ResponseReturnValue:
    """Give feedback on a shared screen. Coming here begins a new visit and ends the one before, a sign-in too."""
    database.expect(writes=False)
    if request.method == "POST":
        return _answer(Frame.KIOSK)
    forget_visit()
    session["shared"] = True
    return _page(_begin(Frame.KIOSK))


# Words that are far too long come back whole, in any script, and are not turned away before anybody reads them.
say.largest_body = kiosk.largest_body = 256 * 1024  # type: ignore[attr-defined]


@bp.get("/hide")
@requires(Permission.GIVE_FEEDBACK)
def hide() -> ResponseReturnValue:
    """End the visit at once: a kiosk goes to its cleared page, a phone to the wall."""
    forget_visit()
    return redirect(url_for("feedback.cleared" if is_shared() else "publishing.wall"), code=303)


@bp.get("/kiosk/cleared")
@requires(Permission.GIVE_FEEDBACK)
def cleared() -> ResponseReturnValue:
    """Say that nothing is left, and have the browser forget its own copies too. An enrolled kiosk stays enrolled."""
    forget_visit()
    page = render_template("feedback/cleared.html", may_be_own="kiosk" not in session)
    return page, 200, {"Clear-Site-Data": '"cache", "storage"'}


@bp.post("/kiosk/own")
@requires(Permission.GIVE_FEEDBACK)
def own() -> ResponseReturnValue:
    """Take a device that nobody enrolled for somebody's own again: it had opened /kiosk, and is not shared."""
    if "kiosk" not in session:
        forget_visit()
        session.pop("shared", None)
    return redirect(url_for("feedback.say"), code=303)


def _begin(frame: Frame) -> Progress:
    return carried.begin(frame, session.setdefault("visit", new_visit()), clock.now())


def _answer(frame: Frame) -> ResponseReturnValue:
    """Take in one screen, and show the next, the one before, the same one again, or the thanks."""
    so_far = _carried(frame)
    if so_far is None:
        return _page(_begin(frame), status=422, cleared=True)
    show_again(partial(_again, so_far))
    if request.form.get("go") == "code":
        return _give_code(so_far)
    form = _form_of(so_far, sent=True)
    form.validate()
    form.csrf_token.errors = []  # Asked about below: a stale token is no reason to lose a word.
    if form.errors:
        return _page(so_far, form, status=422)
    so_far = so_far.saying(**form.said())
    if request.form.get("go", "").removeprefix("in-") in LANGUAGES:
        return _in_another_language(so_far)
    show_again(partial(_again, so_far))
    if so_far.too_old(clock.now()) or not g.form_token_held:
        return _again(
            so_far.still_wanted(clock.now()), _("This page was open for a long time. Please press once more.")
        )
    if request.form.get("go") == "back":
        return _page(so_far.back())
    if so_far.step in so_far.to_ask:
        return _again(so_far, _("Choose one."))
    if request.form.get("go") != "send" and not so_far.is_last:
        return _page(so_far.onward())
    return _page(replace(so_far, step=so_far.to_ask[0])) if so_far.to_ask else _send(so_far)


def _in_another_language(so_far: Progress) -> ResponseReturnValue:
    """Show the same screen in the language that was picked, with every answer."""
    session["language"] = request.form["go"].removeprefix("in-")
    refresh()
    return _page(so_far)


def _carried(frame: Frame) -> Progress | None:
    """Return the answers so far, or None when nothing of them may be shown on this screen any more.

    A phone that has lost its cookie keeps its words. A kiosk does not: somebody else may stand there now.
    """
    so_far, visit = carried.opened(request.form.get("so_far", ""), _key()), session.get("visit")
    if so_far and so_far.frame is frame and so_far.visit == visit:
        return so_far
    if frame is Frame.KIOSK or visit is not None:
        return None
    step = Step.WORDS if "words" in request.form else Step.START
    fresh = replace(_begin(frame), step=step)
    return replace(so_far, visit=fresh.visit) if so_far and so_far.frame is frame else fresh


def _send(so_far: Progress) -> ResponseReturnValue:
    """Seal and hold it. A code, which is slow, and the page itself are made first: writing then takes a moment only."""
    hurried = request.form.get("trap") or so_far.too_quick(clock.now())
    if so_far.frame is Frame.PHONE and hurried:
        return _again(so_far, _("Press send once more."))
    keys, said = keyfolder.current(), so_far.answers
    code = service.prepare_code(keys, so_far.token, str(get_locale())) if said.wants_code else None
    pasted = _code_in(said.words, keys.pepper)
    try:
        if pasted and service.look_up(db.session, keys, pasted):
            return _their_code(so_far)
        sealed = service.seal(db.session, keys, _submission(so_far, code), clock.today())
        shown = code.code if code else None
        page = _thanks(so_far, shown)
        db.session.rollback()
        database.expect(writes=True)
        receipt = service.hold(db.session, sealed, clock.today())
    except RuleRefused as refused:
        return _again(so_far, catalogue.said(refused.sentence), status=409)
    return page if receipt.code == shown else _thanks(so_far, receipt.code)


def _give_code(so_far: Progress) -> ResponseReturnValue:
    """Make a code for what was just sent without one, as long as it waits."""
    keys = keyfolder.current()
    code = service.prepare_code(keys, so_far.token, str(get_locale()))
    page = _thanks(so_far, code.code)
    if not g.form_token_held:
        return _thanks(so_far, None, _("This page was open for a long time. Please press once more.")), 422
    db.session.rollback()
    database.expect(writes=True)
    try:
        service.give_code(db.session, keys, _submission(so_far, code), clock.today())
    except RuleRefused as refused:
        _let_go()
        return _thanks(so_far, None, catalogue.said(refused.sentence)), 409
    return page


def _code_in(words: str, pepper: bytes) -> sealing.CodeKeys | None:
    """Return what *words* stretch to when they could be a follow-up code and nothing else."""
    try:
        return sealing.code_keys(sealing.read_code(words), pepper)
    except sealing.CodeUnreadable:
        return None


def _submission(so_far: Progress, code: service.PreparedCode | None) -> service.Submission:
    said = so_far.answers
    lane = _lane_of(said)
    return service.Submission(
        token=so_far.token,
        lane=lane,
        about=rules.about_of(lane, said.about),
        topics=said.topics,
        face=said.face,
        language=str(get_locale()),
        words=said.words,
        consent=rules.Consent(said.consent),
        route=rules.Route(said.route or rules.Route.LATER),
        place=places.place_of_kiosk(db.session, session.get("kiosk", "")) if so_far.frame is Frame.KIOSK else "",
        via=so_far.frame.value,
        code=code,
    )


def _lane_of(said: carried.Answers) -> rules.Lane:
    return rules.Lane(said.lane or rules.Lane.OTHER)


def _their_code(so_far: Progress) -> ResponseReturnValue:
    _let_go()
    so_far = replace(so_far, step=Step.WORDS)
    form = _form_of(so_far)
    form.refuse_code()
    return _page(so_far, form, status=422)


def _again(so_far: Progress, sentence: str, status: int = 422) -> ResponseReturnValue:
    """Show the same screen once more, with everything that was typed, and why."""
    _let_go()
    form = _form_of(so_far)
    form.form_errors = [sentence]
    return _page(so_far, form, status=status)


def _let_go() -> None:
    """Give back the database's lock before a page is made that only reads."""
    db.session.rollback()
    database.expect(writes=False)


def _form_of(so_far: Progress, sent: bool = False) -> forms.StepForm:
    """Return the form of the screen: with what was *sent* now, or with what was answered before."""
    answers = asdict(so_far.answers)
    before = {**answers, "more_topics": answers["topics"]}
    if not so_far.answers.route:
        del before["route"]  # The default of the screen stands: later, or nothing where it must be chosen.
    form = FORMS[so_far.step]() if sent else FORMS[so_far.step](formdata=None, data=before)
    if so_far.step is Step.SENDING and rules.asks_when(so_far.answers.lane):
        del form.route
    return form


def _page(
    so_far: Progress, form: forms.StepForm | None = None, status: int = 200, cleared: bool = False
) -> tuple[str, int]:
    """Show the screen *so_far* has come to."""
    return (
        render_template(
            f"feedback/{so_far.step}.html",
            form=form or _form_of(so_far),
            so_far=so_far,
            sealed=carried.sealed(so_far, _key()),
            cleared=cleared,
            limit=limit_on_page(),
            pictures={topic.key: topic.key for topic in rules.TOPICS},
            **_around(so_far.frame),
        ),
        status,
    )


def _thanks(so_far: Progress, code: sealing.Code | None, refused: str = "") -> str:
    """Say thank you. The code stands here once: in no address, no cookie and no log. Who took none may ask for it."""
    frame, said = so_far.frame, so_far.answers
    lane = _lane_of(said)
    facts = {
        "read_by": rules.audience_for(lane, rules.about_of(lane, said.about)),
        "at_once": said.route == rules.Route.NOW,
        "private": said.consent == rules.Consent.PRIVATE,
        "urgent": lane is rules.Lane.URGENT,
    }

    def page() -> str:
        return render_template("feedback/done.html", code=code, **facts, **_around(frame))

    if code:
        return page()
    ask = render_template(
        "feedback/_ask_for_code.html", frame=frame, sealed=carried.sealed(so_far, _key()), refused=refused
    )
    return kept_for_a_moment(page, "thanks", frame, *facts.values()).replace(ASK_FOR_CODE, ask)


def _around(frame: Frame) -> dict[str, Any]:
    """What every screen has around its question: the frame, and help."""
    return {
        "frame": frame,
        "rules": rules,
        "help": help_on_page(),
    }


def _key() -> bytes:
    return cookie.key_from(current_app.config["SETTINGS"].secret, carried.INFO)
