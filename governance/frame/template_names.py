"""What every template may use: names, filters, and the words of its language."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import get_locale

from governance.frame import navigation, shared_screen, site
from governance.frame.catalogue import in_number, in_words, said, vital
from governance.frame.idle_time import idle_time
from governance.frame.languages import LANGUAGES
from governance.frame.written import only_in, written, written_in
from governance.permissions import access, form_token
from governance.storage import text


def init_app(app: Flask) -> None:
    """Give every template of *app* its names and filters."""
    app.context_processor(template_names)
    app.template_filter("said")(said)
    app.template_filter("stored_html")(text.as_stored_html)
    app.template_filter("formatted")(text.formatted)
    app.template_filter("in_english")(text.in_english)
    app.template_filter("written")(written)
    app.jinja_env.install_gettext_callables(in_words, in_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        may=access.may,
        static=static_url,
        idle_time=idle_time,
        get_locale=get_locale,
        vital=vital,
        page_here=navigation.page_here,
        written_in=written_in,
        only_in=only_in,
        csrf_token=form_token.new,
    )
    app.jinja_env.globals["url_for"] = navigation.address_of


def template_names() -> dict[str, Any]:
    """What every template may use."""
    locale = str(get_locale() or "en")
    return {
        "programme": site.programme(),
        "language": locale,
        "text_direction": LANGUAGES[locale].direction,
        "languages": [LANGUAGES[code] for code in site.languages()],
        "signed_in": g.get("who"),
        "doors": navigation.doors if g.get("who") else list,  # Worked out where a page draws them.
        "above_work": navigation.above_work,
        "help_in_page": navigation.help_in_page,
        "kiosk_foot": navigation.kiosk_foot,
        "on_first_page": navigation.on_first_page if g.get("who") else list,
        "shared_screen": shared_screen.is_shared(),
        "demo_mode": current_app.config["MODE"] == "demo",
    }


def static_url(name: str) -> str:
    """Return the address of a static file, which may be cached for good (static_files.py)."""
    return url_for("static", filename=name)
