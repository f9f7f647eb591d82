"""After "Add a kind of vote": the form offers it, one can be opened, and the database keeps it."""

from sqlalchemy.orm import Session

from governance.ballots.calling.kinds import GROUPS, KIND_WORDS, Settings
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import a_vote


def test_it_can_be_opened(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, "pairs", settings=Settings(options=("Soup", "Bread", "Tea")))
    assert vote.ballot.kind == "pairs"
    assert KIND_WORDS[vote.ballot.kind] == "Each against each"
    assert vote.ballot.kind in GROUPS["Choose among options"]
