"""Collect the words people read and bring them into every language's catalogue, then compile them."""

import os
import subprocess

from setup import BIN, PYTHON, ROOT, run, setup

CATALOGUES = "governance/translations"
COLLECTED, EVERYTHING = CATALOGUES + "/collected.pot", CATALOGUES + "/messages.pot"
PARTICIPANTS = CATALOGUES + "/participants.pot"
OTHERS = (
    "from governance.frame.languages import LANGUAGES\n"
    "for each in LANGUAGES.values():\n"
    "    if each.code != 'en': print(each.code, 'all' if each.everywhere else 'participants')"
)


def main():
    """Extract, update and compile. No fuzzy guesses: a sentence that is new has no translation yet."""
    setup("requirements-test.lock")
    os.makedirs(os.path.join(ROOT, CATALOGUES), exist_ok=True)
    pybabel = [BIN + "/pybabel", "--quiet"]
    names = ["--project=Real Voice", "--copyright-holder=the Real Voice authors", "--no-wrap", "--sort-by-file"]
    keywords = ["-k", "_l", "-k", "lazy_gettext", "-k", "vital"]
    run([*pybabel, "extract", "-F", "pyproject.toml", *names, *keywords, "-c", "Translators:", "-o", COLLECTED, "."])
    run([PYTHON, ".ci/pot.py", COLLECTED, EVERYTHING, PARTICIPANTS])
    kept = ["-N", "--ignore-obsolete", "--no-wrap", "--ignore-pot-creation-date", "--init-missing"]
    for line in subprocess.check_output([PYTHON, "-c", OTHERS], cwd=ROOT, text=True).splitlines():
        language, which = line.split()
        words = EVERYTHING if which == "all" else PARTICIPANTS
        run([*pybabel, "update", *kept, "-l", language, "-i", words, "-d", CATALOGUES])
    setup("requirements-test.lock")
    print("Every catalogue in", ROOT + "/" + CATALOGUES, "is up to date.")


if __name__ == "__main__":
    main()
