"""The promises as SECURITY.md and README.md have them: `make promises` writes them from their one source."""

from __future__ import annotations

import re
from pathlib import Path

from governance.publishing.rules import KEPT_WORDS
from governance.publishing.service import Promise, Proof, promises

ROOT = Path(__file__).parents[2]
BEGINS, ENDS = "<!-- promises: make promises -->\n", "<!-- end of promises -->\n"


def link(proof: Proof) -> str:
    """Return a link to a file of tests, by its name."""
    return f"[{Path(proof.file).name}]({proof.file})"


def proved_by(promise: Promise) -> str:
    """Return all that breaks when *promise* is broken, on one line."""
    return ", ".join([*map(link, promise.tests), *(f"`{each}`" for each in promise.also)])


def in_full(promise: Promise) -> str:
    """Return what SECURITY.md says of one promise."""
    return (
        f"### {promise.number}. {promise.name}\n\n"
        f"{promise.says} Kept today: {KEPT_WORDS[promise.kept].lower()}.\n\n"
        f"- **Covers.** {' '.join(promise.covers)}\n"
        f"- **Does not cover.** {' '.join(promise.not_covered)}\n"
        f"- **Held by** {proved_by(promise)}.\n"
    )


def row(promise: Promise) -> str:
    """Return the row of README.md about one promise."""
    partly = "" if promise.kept == "yes" else f" ({KEPT_WORDS[promise.kept].lower()})"
    return f"| {promise.number} | {promise.name}: {promise.says} | {proved_by(promise)}{partly} |\n"


def written() -> dict[str, str]:
    """Return the part of each document that is written from the source."""
    return {
        "SECURITY.md": "\n" + "\n".join(map(in_full, promises())) + "\n",
        "README.md": "| # | Promise | Proved by |\n| --- | --- | --- |\n" + "".join(map(row, promises())),
    }


def part_of(document: str) -> str:
    """Return what stands in *document* between the two marks. Raises ValueError where they are not there once each."""
    found = re.findall(f"{BEGINS}(.*?){ENDS}", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"{document} has {len(found)} parts between {BEGINS.strip()} and {ENDS.strip()}")
    return str(found[0])


def main() -> None:
    """Write the parts into the documents."""
    for document, part in written().items():
        path = ROOT / document
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole.replace(BEGINS + part_of(document) + ENDS, BEGINS + part + ENDS), encoding="utf-8")


if __name__ == "__main__":
    main()
