"""From what was collected, with where it stands: the strings of every language, and those that participants see.

Run by the interpreter of the environment, in the checkout: `python .ci/pot.py COLLECTED ALL PARTICIPANTS`.
"""

import sys

sys.path.insert(0, ".")

import screens  # Beside this file, as the next one.
import their_words
from babel.messages.pofile import read_po, write_po

SCREENS = "governance/data/screens.toml"


def main(collected, everything, for_participants):
    """Write the two templates that catalogues are kept up to. Where a string stands is not told: it would change."""
    with open(collected, "rb") as file:
        said = read_po(file)
    write(said, everything)
    for message in list(said):
        if message.id and not their_words.are_theirs(message.locations):
            said.delete(message.id, message.context)
    write(said, for_participants)
    with open(SCREENS, "w", encoding="utf-8") as file:
        file.write(screens.in_words(their_words.only_theirs(said)))


def write(catalogue, path):
    """Write the *catalogue* to *path*."""
    with open(path, "wb") as file:
        write_po(file, catalogue, no_location=True, width=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
