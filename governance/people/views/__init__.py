"""The pages about people: signing in, the cards, the readers."""

from governance.people.views import accounts, drafts, own_words, readers, recovery_shares, second_yes, signing_in
from governance.people.views.door import bp

__all__ = ["accounts", "bp", "drafts", "own_words", "readers", "recovery_shares", "second_yes", "signing_in"]
