"""Check the message of a commit, given as a file: a subject under 72 letters, a blank line, a body that says why."""

from __future__ import annotations

import sys
from pathlib import Path

LONGEST_SUBJECT = 71


def problem(message: str) -> str | None:
    """Return what is wrong with *message* in one sentence, or None. Lines that git leaves out are left out here."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or not lines[0].strip():
        return "Write what changes, in one line."
    if lines[0].startswith(("Merge ", "Revert ", "fixup! ", "squash! ")):
        return None
    if len(lines[0]) > LONGEST_SUBJECT:
        return f"The first line has {len(lines[0])} letters. {LONGEST_SUBJECT} is the most."
    if len(lines) < 3 or lines[1].strip():
        return "After the first line leave one blank, then say why."
    return None


def main() -> None:
    """Read the file git names, and end with status 1 and a sentence when the message should be written again."""
    wrong = problem(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main()
