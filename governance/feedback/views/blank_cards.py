"""Blank feedback cards to print, in each language that this computer has letters for."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, flash, get_template_attribute, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.feedback import paper_cards, rules
from governance.feedback.forms.desk import BlankCardsForm
from governance.feedback.paper_cards import Paper
from governance.feedback.printing import Boxes, HelpLine, NoLetters, PaperCard, TickBox, cards_pdf
from governance.feedback.topics import TOPICS
from governance.feedback.views.door import bp
from governance.frame.languages import LANGUAGES
from governance.frame.site import languages, programme
from governance.permissions.access import Permission, requires
from governance.places import service as places
from governance.places.rules import HELP_LABELS
from governance.storage.database import db

LANE_ICONS = {
    "suggestion": "chat", "thanks": "thanks", "grievance": "scales", "alert": "drug-alert", "urgent": "help",
    "other": "more",
}  # fmt: skip
ABOUT_ICONS = {"worker": "person", "manager": "key", "nobody": "building", "unknown": "privacy"}
FACE_ICONS = {"good": "face-good", "ok": "face-ok", "bad": "face-bad"}
MOST_LINES_OF_HELP = 4  # As many as fit below the boxes in large type.
LINES = 6  # To write on.


@bp.get("/desk/paper/blank")
@requires(Permission.TYPE_PAPER)
def blank_cards() -> ResponseReturnValue:
    """Choose a language and a paper, and get the sheet; or hear that there are no letters for it here."""
    asked = request.args if "language" in request.args else None
    form = BlankCardsForm(formdata=asked, meta={"csrf": False})
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in languages()]
    no_letters = ""
    if asked is not None and form.validate():
        code = form.language.data or "en"
        try:
            return _sheet(code, Paper(form.paper.data), (form.box.data or "").strip())
        except NoLetters:
            no_letters = LANGUAGES[code].name
    page = render_template("feedback/desk_blank_cards.html", form=form, no_letters=no_letters)
    return page, 409 if no_letters else 422 if form.errors else 200


def _sheet(code: str, paper: Paper, box: str) -> Response:
    with force_locale(code):
        card = _card(code, box)
    try:
        pdf = cards_pdf(card, code, paper, LANGUAGES[code].right_to_left)
    except NoLetters:  # Of the site's own words, perhaps: no number for help is left out for that.
        card = replace(card, help_lines=_lines_with_letters(card, code, paper))
        flash(
            _("Some help lines are in English or say less: this computer has too few letters. Please check the cards.")
        )
        pdf = cards_pdf(card, code, paper, LANGUAGES[code].right_to_left)
    named = {"Content-Disposition": f'attachment; filename="cards-{code}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=named)


def _card(code: str, box: str) -> PaperCard:
    """Return the words of a card, in the language of the moment. The site's own words are in the language *code*."""
    here, topics = programme(), {topic.key: topic for topic in TOPICS}
    lanes = [_box("lane", lane, _(words), LANE_ICONS[lane]) for lane, words in rules.LANE_WORDS.items()]
    about = [_box("about", each, _(words), ABOUT_ICONS[each]) for each, words in rules.ABOUT_WORDS.items()]
    picked = [_box("topics", key, _(topics[key].label), key) for key in rules.COMMON_TOPICS]
    faces = [_box("face", face, _(words), FACE_ICONS[face]) for face, words in rules.FACE_WORDS.items()]
    shown = [_box("consent", each, _(words), "") for each, words in rules.CONSENT_WORDS.items()]
    return PaperCard(
        title=here.name if here else _("Say something"),
        lead=[_("We do not want your name."), _("Tick what fits. Leave out the rest.")],
        front=[Boxes(_("What do you want to say?"), lanes), Boxes(_("Who is it about?"), about)],
        write=_("Your words"),
        lines=LINES,
        over=_("More on the other side"),
        back=[
            Boxes(_("Pick any. Or none."), picked),
            Boxes(_("How was it?"), faces, columns=3),
            Boxes(_("May we show it?"), shown, columns=1),
        ],
        help_title=_("Someone needs help now"),
        help_lines=_help_lines(code),
        box=[
            _("Fold it. Put it into the box. It is typed in, then shredded."),
            _("The box is here: %(where)s", where=box or "_" * 18),
        ],
    )


def _box(group: str, value: str, words: str, name: str) -> TickBox:
    return TickBox(paper_cards.number_of(group, value), words, _drawing(name) if name else "")


def _drawing(name: str) -> str:
    """Return an icon of the pages as a file of its own."""
    drawn = str(get_template_attribute("_icons.html", "icon")(name))
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace("currentColor", "#000")


def _help_lines(code: str) -> list[HelpLine]:
    """Return the site's own numbers, as far as they were checked lately."""
    return [_line(each) for each in _with_phone(code)[:MOST_LINES_OF_HELP]]


def _with_phone(code: str) -> list[places.CardOnPage]:
    shown = places.shown_to(places.help_cards(db.session), code, clock.today())
    return [each for each in shown if each.card.phone]


def _line(each: places.CardOnPage) -> HelpLine:
    return HelpLine(_told(each.card.title, each), each.fallback)


def _told(name: str, each: places.CardOnPage) -> str:
    """Return the line of a card: what it is called by, its number, and the country in which that holds."""
    return f"{name}: {each.card.phone}" + (f" ({each.card.country})" if each.card.country else "")


def _lines_with_letters(card: PaperCard, code: str, paper: Paper) -> list[HelpLine]:
    """Return the lines of help, each in the first words that there are letters for: its own, or others with its number.

    A number that the site has in one language alone is on the card all the same.
    """
    in_english = {each.card.phone: _told(each.card.title, each) for each in _with_phone("en")}
    bare = replace(card, title="x", lead=[], front=[], write="x", over="", back=[], help_title="x", box=[])

    def is_there(line: HelpLine) -> bool:
        try:
            return bool(cards_pdf(replace(bare, help_lines=[line]), code, paper))
        except NoLetters:
            return False

    def in_other_words(each: places.CardOnPage) -> HelpLine:
        phone, label = each.card.phone, HELP_LABELS[each.card.kind]
        if phone in in_english:
            return HelpLine(in_english[phone], True)
        with force_locale(code):
            of_its_kind = HelpLine(f"{_(label)}: {phone}", False)
        return of_its_kind if is_there(of_its_kind) else HelpLine(f"{label}: {phone}", True)

    shown = _with_phone(code)[:MOST_LINES_OF_HELP]
    return [_line(each) if is_there(_line(each)) else in_other_words(each) for each in shown]
