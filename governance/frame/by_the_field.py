"""Where a rule's no stands in a finished page: by the field it is about, or by the button that was pressed.

A no that is said far away is not read. By the field, a line above the form leads there as well, and the cursor is in
the field. A rule that names no field is said right above the button, and the button is where one is: so an old
browser shows the place too, which scrolls to a control and to nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import get_template_attribute

from governance.frame.filling import (
    PRESSED,
    TICKED,
    Control,
    Fields,
    PageForm,
    edited,
    forms_of,
    with_attributes,
)

HERE = "errors/_in_its_page.html"
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class No:
    """What a rule said: its *sentence*, the *field* it names or '', and whether a person *typed* what was refused."""

    sentence: str
    field: str = ""
    typed: bool = False

    def part(self, name: str, *values: object) -> str:
        """Return the HTML of one part of it."""
        return str(get_template_attribute(HERE, name)(self, *values))

    @property
    def at_the_top(self) -> str:
        """The HTML for the top of a page whose form is gone."""
        return self.part("at_the_top")


def saying(page: str, form: PageForm, fields: Fields, no: No) -> tuple[str, PageForm]:
    """Return *page* with *no* said in *form*, to which *fields* were sent, and the form as it stands there now."""
    place = next(at for at, each in enumerate(forms_of(page)) if each.start == form.start)
    about = next((one for one in form.controls if one.name == no.field and _is_seen(one)), None) if no.field else None
    pressed = _pressed(page, form, fields)
    if about:
        edits = _by_field(form, about, no)
    elif pressed:
        edits = _by_button(pressed, no)
    else:
        edits = [(form.end, form.end, no.at_the_top)]
    page = edited(page, [*edits, *_lets_go(form, about or pressed)])
    return page, forms_of(page)[place]


def _lets_go(form: PageForm, here: Control | None) -> list[Edit]:
    """Take the cursor from where the form itself puts it: the first in the page would win."""
    others = [one for one in form.controls if "autofocus" in one.attributes and one is not here]
    return [(one.start, one.end, with_attributes(one, autofocus=None)) for one in others]


def _is_seen(one: Control) -> bool:
    return one.kind not in ("hidden", "option", *PRESSED) and "disabled" not in one.attributes


def _pressed(page: str, form: PageForm, fields: Fields) -> Control | None:
    """Return the button that was pressed; where that is not told, the one that Enter presses."""
    sends = [one for one in form.controls if one.tag in ("button", "input") and _sends(one)]
    named = [one for one in sends if one.name and (one.name, one.value(page)) in fields]
    return next(iter(named or sends), None)


def _sends(one: Control) -> bool:
    return (one.attributes.get("type") or ("submit" if one.tag == "button" else "")).lower() in ("submit", "image")


def _by_field(form: PageForm, one: Control, no: No) -> list[Edit]:
    """Say it right before the control, in the frame of its field, and above the form as a link that leads there."""
    at = one.attributes.get("id") or f"refused-{one.name}"
    line = f"{at}-refused"
    is_one_of_many = one.kind in TICKED
    place = one.start
    if is_one_of_many:
        place = next((each.start for each in one.around if each.classes & {"choices"} or each.tag == "label"), place)
    told = {"aria-describedby": _more(one, "aria-describedby", line), "aria-invalid": "true"}
    edits = [(form.end, form.end, no.part("above_form", at)), (place, place, no.part("by_field", line))]
    group = next((each for each in one.around if each.tag == "fieldset"), None)
    if group and is_one_of_many:
        told = {}
        described = {"aria-describedby": _more(group, "aria-describedby", line)}
        edits.append((group.start, group.end, with_attributes(group, **described)))
    frame = next((each for each in reversed(one.around) if "field" in each.classes and each is not group), None)
    if frame:
        marked = with_attributes(frame, **{"class": _more(frame, "class", "is-wrong")})
        edits.append((frame.start, frame.end, marked))
    edits.append((one.start, one.end, with_attributes(one, id=at, autofocus="", **told)))
    return edits


def _by_button(button: Control, no: No) -> list[Edit]:
    """Say it above the row in which the button stands."""
    row = next((each.start for each in button.around if each.classes & {"actions", "row"}), button.start)
    described = {"aria-describedby": _more(button, "aria-describedby", "refused-here")}
    return [
        (row, row, no.part("by_button")),
        (button.start, button.end, with_attributes(button, autofocus="", **described)),
    ]


def _more(one: Control, name: str, value: str) -> str:
    """Return the words of an attribute with one more."""
    return f"{one.attributes.get(name) or ''} {value}".strip()
