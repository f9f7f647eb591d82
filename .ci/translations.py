"""Collect the words people read and bring them into every language's catalogue, then compile them."""

import os
import subprocess

from setup import BIN, PYTHON, ROOT, run, setup

CATALOGUES = "governance/translations"
COLLECTED = CATALOGUES + "/messages.pot"
OTHERS = "from governance.frame.languages import LANGUAGES; print(*(code for code in LANGUAGES if code != 'en'))"


def main():
    """Extract, update and compile. No fuzzy guesses: a sentence that is new has no translation yet."""
    setup("requirements-test.lock")
    os.makedirs(os.path.join(ROOT, CATALOGUES), exist_ok=True)
    pybabel = [BIN + "/pybabel", "--quiet"]
    names = ["--project=Real Voice", "--copyright-holder=the Real Voice authors", "--no-wrap"]
    order = ["--sort-by-file", "--add-location=never", "-k", "_l", "-k", "lazy_gettext"]
    run([*pybabel, "extract", "-F", "pyproject.toml", *names, *order, "-c", "Translators:", "-o", COLLECTED, "."])
    kept = ["-N", "--ignore-obsolete", "--no-wrap", "--ignore-pot-creation-date"]
    for language in subprocess.check_output([PYTHON, "-c", OTHERS], cwd=ROOT, text=True).split():
        run([*pybabel, "update", *kept, "--init-missing", "-l", language, "-i", COLLECTED, "-d", CATALOGUES])
    setup("requirements-test.lock")
    print("Every catalogue in", ROOT + "/" + CATALOGUES, "is up to date.")


if __name__ == "__main__":
    main()
