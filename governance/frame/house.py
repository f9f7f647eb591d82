"""The application: Flask with the one commit right after the view, and all that the frame hangs on it."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from governance.frame import (
    error_log,
    error_pages,
    headers,
    incoming,
    outage,
    shared_screen,
    site,
    static_files,
    template_names,
)
from governance.frame.forms import form_taken
from governance.frame.routes import Route
from governance.permissions import access
from governance.storage import database


class House(Flask):
    """Flask, with the one commit right after the view, where its errors still reach our pages."""

    request_class = incoming.InMemoryRequest
    url_rule_class = Route

    def dispatch_request(self) -> Response:
        """Run the view, then commit or roll back. What the database did not hear of is never acknowledged."""
        response = self.make_response(super().dispatch_request())
        if request.method == "POST" and response.status_code == 303:
            form_taken()
        if outage.noticed() and request.method not in database.READING_METHODS:
            raise outage.NothingKept
        return database.end_of_request(response)

    def log_exception(self, exc_info: Any) -> None:
        """Log the kind of an error that reached no page of ours: no traceback, and no address that was asked for."""
        error_log.log_surprise(exc_info[1])


def init_app(app: Flask) -> None:
    """Give *app* its guard, headers, error pages and template names."""
    app.before_request(incoming.make_room)
    app.before_request(incoming.refuse_broken_text)
    app.before_request(site.count_its_days)
    app.before_request(shared_screen.hear_that_it_was_left)
    app.before_request(access.guard)
    app.before_request(shared_screen.end_visit_elsewhere)
    app.after_request(headers.add_headers)
    app.after_request(static_files.make_smaller)
    error_log.init_app()
    error_pages.init_app(app)
    template_names.init_app(app)
