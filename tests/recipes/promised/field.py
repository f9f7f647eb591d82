"""After "Add a field": it is kept, and the public list of what is stored names it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from governance.feedback import rules, service
from governance.feedback.forms.desk import ThemeForm
from tests.factories import TODAY
from tests.page import PageClient


def test_it_is_kept_and_told(client: PageClient, session: Session) -> None:
    assert "heard_at" in vars(ThemeForm)
    service.start_theme(session, "Wait inside", "Rain.", rules.Lane.SUGGESTION, TODAY, "The van")  # type: ignore[call-arg]
    session.commit()
    assert session.execute(text("SELECT heard_at FROM theme")).scalar_one() == "The van"
    assert "Where the readers heard it." in client.get("/promises").text
