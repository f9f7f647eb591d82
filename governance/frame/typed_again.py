"""What somebody typed is shown again when a request fails after its view, where no view can catch it.

A view with a form of many screens names its own page. For every other form one page does: the words that were typed,
as they were, and one button that sends them once more to where they were going.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from wtforms import FieldList, HiddenField, StringField
from wtforms.fields.core import UnboundField

from governance.frame.error_log import log_surprise
from governance.permissions import form_token

# Forms that ask for what opens something. It is typed again by whoever has it before them, and never shown. So is
# what lay in the box ("opened"): nobody typed it, it is the size of all ballots, and the teller's page opens it again.
SECRETS = frozenset({"passphrase", "pass", "code", "counting_key", "share", "key", "tracker", "opened"})
BY_BUTTON = frozenset({"go"})  # Each button of the form of many screens fills it in.
Fields = list[tuple[str, str]]
NUMBERED = re.compile(r"-\d+$")
TOKEN = re.compile(r"(?=.*\d)[\w+/=.-]{16,}")  # What the page put there by itself: a number in hex or base64.

WITHOUT_TEMPLATE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>{sentence}</title>
<h1>{sentence}</h1>
<form method="post" action="{action}">{fields}
<p><button>{button}</button></p></form></html>
"""


def show_again(page: Callable[[str, int], ResponseReturnValue]) -> None:
    """Have *page*, called with a sentence and a status, give back what was typed if this request fails from here on.

    The commit comes after the view, and a disk may be full only then: no view can catch that by itself.
    """
    g.again = page


def show_nothing_again() -> None:
    """Take back what `show_again` was given: what was typed has done its work."""
    g.pop("again", None)


def typed_again(sentence: str, status: int) -> ResponseReturnValue | None:
    """Return a page with everything that was typed: the one the view has named, or else the one for all.

    None where nothing was typed, or what opens something. A page that breaks on its way gives its place to the next.
    """
    pages = [g.pop("again", None), _the_one_for_all, _without_template]
    for page in pages if request.method == "POST" else []:
        try:
            if page and (again := page(sentence, status)):
                return again
        except Exception as error:
            log_surprise(error)
    return None


def typed() -> Fields:
    """Return the fields of the form that was sent, in their order; none where one of them is a secret."""
    fields = _sent()
    return [] if SECRETS.intersection(name for name, _ in fields) else fields


def not_secret() -> Fields:
    """Return the fields of the form that was sent, in their order, without those that are a secret."""
    return [(name, value) for name, value in _sent() if name not in SECRETS]


def _sent() -> Fields:
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    except HTTPException:  # It was too long to be read.
        return []


def has_words(fields: Fields) -> bool:
    """Whether a person wrote any of *fields*, and did not only choose it."""
    return any(_is_words(name, value) for name, value in fields)


def page_with(fields: Fields, sentence: str, title: str = "", action: str = "") -> str:
    """Return a page with these *fields*: the words can be changed, and one button sends all of it to *action*."""
    words = [(name, value) for name, value in fields if _is_words(name, value)]
    chosen = [each for each in fields if each not in words]
    return render_template(
        "errors/typed_again.html", sentence=sentence, title=title, action=action, words=words, chosen=chosen
    )


def _is_words(name: str, value: str) -> bool:
    """Whether a person wrote *value* into the field of that *name*, and did not only choose it.

    One word tells that by its field alone. More than one do by themselves, and not every script has spaces.
    """
    one_word = value.strip() and not TOKEN.fullmatch(value) and _takes_words(name)
    return " " in value.strip() or "\n" in value or not value.isascii() or bool(one_word)


def _takes_words(name: str) -> bool:
    """Whether some form has a field of that *name* to write in; "options-0" is the first line of "options"."""
    return bool(_to_write_in() & {name, NUMBERED.sub("", name), name.rpartition("-")[2]})


def _to_write_in() -> set[str]:
    """Return the names of all fields in which somebody writes."""
    found, classes = set(), [FlaskForm]
    while classes:
        form = classes.pop()
        classes += form.__subclasses__()
        found |= {name for name, field in vars(form).items() if _is_to_write_in(field)}
    return found - BY_BUTTON


def _is_to_write_in(field: object) -> bool:
    if not isinstance(field, UnboundField):
        return False
    if issubclass(field.field_class, FieldList):
        return _is_to_write_in(field.args[0] if field.args else field.kwargs.get("unbound_field"))
    return issubclass(field.field_class, StringField) and not issubclass(field.field_class, HiddenField)


def _the_one_for_all(sentence: str, status: int) -> ResponseReturnValue | None:
    fields = typed()
    return (page_with(fields, sentence), status) if has_words(fields) else None


def _without_template(sentence: str, status: int) -> ResponseReturnValue | None:
    """The same by hand, for when what every page is made of is broken."""
    sent = typed()
    if not has_words(sent):
        return None
    sent = [*sent, ("csrf_token", form_token.new())]
    one = '<p><textarea name="{}" rows="6" cols="40" aria-label="{}">\n{}</textarea></p>'
    hidden, label = '<input type="hidden" name="{}" value="{}">', gettext("What you typed")
    fields = "".join(
        one.format(escape(name), escape(label), escape(value))
        if _is_words(name, value)
        else hidden.format(escape(name), escape(value))
        for name, value in sent
    )
    page = WITHOUT_TEMPLATE.format(
        language=escape(str(get_locale()).replace("_", "-")),
        sentence=escape(sentence),
        action=escape(request.script_root + request.path),
        fields=fields,
        button=escape(gettext("Send again")),
    )
    return page, status
