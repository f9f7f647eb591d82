"""A form in a finished page is filled in with what somebody had typed: the page is not asked how it was made.

So what a rule refused, and what waits as a draft, comes back into the very form it was typed in, on every page alike.
Only what is typed or chosen by hand is put in; what a page hides in its form, it knows better than a form of before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attributes = dict[str, str | None]
Fields = list[tuple[str, str]]
TICKED = ("checkbox", "radio")
PRESSED = ("submit", "button", "image", "reset")
AROUND = ("div", "p", "label", "fieldset")  # What may stand around a control inside its form.


@dataclass
class Control:
    """One control of a form: where its tag stands in the page, and what is in it."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    inside: int = 0  # Where the words inside it end, for a long text and for an option.
    of_select: str = ""
    folds: tuple[tuple[int, int, str], ...] = ()  # What opens each fold around it.
    around: tuple[Control, ...] = ()  # The tags it stands in, the outermost first.

    @property
    def classes(self) -> Set[str]:
        """The classes of its tag."""
        return set((self.attributes.get("class") or "").split())

    @property
    def name(self) -> str:
        """What it is sent under."""
        return self.of_select or self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        """Of an input its type, else its tag."""
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag

    def value(self, page: str) -> str:
        """What it sends as the *page* stands."""
        if self.tag == "option" and "value" not in self.attributes:
            return unescape(page[self.end : self.inside]).strip()
        return self.attributes.get("value", "on" if self.kind in TICKED else "") or ""


@dataclass
class PageForm:
    """One form of a page: where it goes, and its controls."""

    action: str
    start: int
    end: int
    attributes: Attributes
    controls: list[Control] = field(default_factory=list)


class _Reader(HTMLParser):
    """Finds the forms of a page, with the places of their tags."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0]
        for line in page.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms: list[PageForm] = []
        self.main = -1
        self._form: PageForm | None = None
        self._folds: list[tuple[int, int, str]] = []
        self._around: list[Control] = []
        self._select = ""
        self._open: Control | None = None
        self.feed(page)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, what folds, and each control of a form."""
        start = self._at()
        one = Control(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "main":
            self.main = one.end
        elif tag == "details":
            self._folds.append((one.start, one.end, with_attributes(one, open="")))
        elif tag == "form":
            self._form = PageForm(one.attributes.get("action") or "", one.start, one.end, one.attributes)
            self.forms.append(self._form)
            self._around = []
        elif self._form and tag in AROUND:
            self._around.append(one)
        elif self._form and tag in ("input", "textarea", "select", "option", "button"):
            self._note(one)

    def _note(self, one: Control) -> None:
        if one.tag == "select":
            self._select = one.name
        elif one.tag == "option":
            one.of_select = self._select
        if one.tag in ("option", "textarea"):
            self._open = one
        one.folds, one.around = tuple(self._folds), tuple(self._around)
        if self._form:
            self._form.controls.append(one)

    def handle_endtag(self, tag: str) -> None:
        """Note where a form, a fold or the words in a control end."""
        if tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "select":
            self._select = ""
        elif tag in AROUND:
            self._leave(tag)
        elif self._open and tag == self._open.tag:
            self._open.inside, self._open = self._at(), None

    def _leave(self, tag: str) -> None:
        """The last frame of this kind ends, and with it what was left open in it."""
        places = [at for at, each in enumerate(self._around) if each.tag == tag]
        if places:
            del self._around[places[-1] :]


def forms_of(page: str) -> list[PageForm]:
    """Return the forms of *page*, in their order."""
    return _Reader(page).forms


def standing_at(page: str, address: str) -> str:
    """Return *page* as it works at another address than its own: every form says that it goes to *address*."""
    for form in sorted(_Reader(page).forms, key=lambda form: form.start, reverse=True):
        if not form.action:
            there = Control("form", form.attributes, form.start, form.end)
            page = page[: form.start] + with_attributes(there, action=address) + page[form.end :]
    return page


def form_holding(page: str, name: str, value: str) -> PageForm | None:
    """Return the form of *page* with a hidden field *name* that is *value*; or None."""
    for form in _Reader(page).forms:
        if any(one.kind == "hidden" and (one.name, one.value(page)) == (name, value) for one in form.controls):
            return form
    return None


def form_to(page: str, at: str, path: str, fields: Fields) -> PageForm | None:
    """Return the form of *page*, which stands at the path *at*, that posts to *path*; or None.

    Where several do, as in a list, it is the one whose hidden fields are what was sent, and that asks for most of it.
    """
    sent = set(fields)
    names = {name for name, _ in fields}

    def fits(form: PageForm) -> tuple[int, int]:
        hidden = [(one.name, one.value(page)) for one in form.controls if one.kind == "hidden"]
        return sum(each in sent for each in hidden), len(names.intersection(one.name for one in form.controls))

    there = [
        form
        for form in _Reader(page).forms
        if (form.attributes.get("method") or "").lower() == "post" and urlsplit(urljoin(at, form.action)).path == path
    ]
    return max(there, key=fits, default=None)


def filled(page: str, form: PageForm, fields: Fields, above: str = "") -> str | None:
    """Return *page* with *fields* in *form*, open to see, and the HTML *above* at its top.

    None where something that was typed has no place in the form: then it must come back in another way.
    """
    left: dict[str, list[str]] = defaultdict(list)
    for name, value in fields:
        left[name].append(_one_kind_of_line(value))
    edits = {(form.end, form.end, above)}
    sent = {name: [*values] for name, values in left.items()}
    for one in form.controls:
        if any(sent.get(one.name, ())) or one.name == "csrf_token":
            edits.update(one.folds)
        if one.name in sent:
            edits.update(_edits(page, one, sent[one.name], left[one.name]))
        elif one.kind == "checkbox" and "checked" in one.attributes:
            edits.add((one.start, one.end, with_attributes(one, checked=None)))
    if any(value for values in left.values() for value in values):
        return None
    return edited(page, edits)


def edited(page: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return *page* where each of *edits* stands in the place of what was between its two places."""
    for start, end, text in sorted(edits, reverse=True):
        page = page[:start] + text + page[end:]
    return page


def at_its_top(page: str, above: str) -> str | None:
    """Return *page* with the HTML *above* at the top of its main part; None where it has none."""
    place = _Reader(page).main
    return page[:place] + above + page[place:] if place >= 0 else None


def _edits(page: str, one: Control, sent: list[str], left: list[str]) -> list[tuple[int, int, str]]:
    """Return what changes in *page* so that *one* holds its part of what was *sent*. It leaves what is *left*."""
    if one.kind in PRESSED:
        left.clear()
        return []
    if one.kind == "hidden":
        return _hidden(one, left)
    if one.kind in TICKED or one.tag == "option":
        value = _one_kind_of_line(one.value(page))
        is_on = value in sent
        if value in left:
            left.remove(value)
        mark = "selected" if one.tag == "option" else "checked"
        return [(one.start, one.end, with_attributes(one, **{mark: "" if is_on else None}))]
    if one.tag == "select" or not left:
        return []
    if one.tag == "textarea":
        return [(one.end, one.inside, "\n" + escape(left.pop(0)))]
    return [(one.start, one.end, with_attributes(one, value=left.pop(0)))]


def _hidden(one: Control, left: list[str]) -> list[tuple[int, int, str]]:
    if not left:
        return []
    value = left.pop(0)
    return [] if one.attributes.get("value") else [(one.start, one.end, with_attributes(one, value=value))]


def with_attributes(one: Control, **changed: str | None) -> str:
    """Return the tag of *one* with attributes *changed*; None takes one away."""
    attributes = {name: value for name, value in one.attributes.items() if name not in changed}
    attributes.update({name: value for name, value in changed.items() if value is not None})
    said = (f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{one.tag}{''.join(said)}>"


def _one_kind_of_line(value: str) -> str:
    return value.replace("\r\n", "\n")
