"""From what was collected, with where it stands: the strings of every language, and those that participants see.

Run by the interpreter of the environment, in the checkout: `python .ci/pot.py COLLECTED ALL PARTICIPANTS`.
"""

import sys

sys.path.insert(0, ".")

import their_words  # Beside this file.
from babel.messages.pofile import read_po, write_po


def main(collected, everything, for_participants):
    """Write the two templates that catalogues are kept up to. Where a string stands is not told: it would change."""
    with open(collected, "rb") as file:
        said = read_po(file)
    write(said, everything)
    for message in list(said):
        if message.id and not their_words.are_theirs(message.locations):
            said.delete(message.id, message.context)
    write(said, for_participants)


def write(catalogue, path):
    """Write the *catalogue* to *path*."""
    with open(path, "wb") as file:
        write_po(file, catalogue, no_location=True, width=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
