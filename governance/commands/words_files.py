"""The words of a language as rows, in the two kinds of file people check them in: PO, and CSV for a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from governance.frame import checked
from governance.frame.languages import LANGUAGES
from governance.ruling.errors import NotReady

DELIMITERS = (",", ";", "\t")  # Which one a spreadsheet writes goes by the country it is set to.


@dataclass(frozen=True)
class StringRow:
    """One sentence: *where* it stands in the file, the forms of it in English and as they are *said*, its *state*."""

    where: str
    english: tuple[str, ...]
    said: tuple[str, ...]
    state: checked.StringState


Reader = Callable[[bytes, str], list[StringRow]]
Writer = Callable[[Catalog], bytes]


def forms(text: object) -> tuple[str, ...]:
    """Return the one form of a plain sentence, or each form of one that counts."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def rows_of(catalogue: Catalog) -> list[StringRow]:
    """Return every sentence of a *catalogue*."""
    return [
        StringRow(
            f"Line {message.lineno}",
            forms(message.id),
            forms(message.string or ("" if isinstance(message.id, str) else ("",) * catalogue.num_plurals)),
            checked.state_in(message.flags),
        )
        for message in catalogue
        if message.id
    ]


def columns(language: str) -> tuple[str, ...]:
    """Return the first line of a CSV file. It names the language, so that no file is taken for another one's."""
    return "english", "form", language, "state"


def read(path: Path) -> Catalog:
    """Return the catalogue in a PO file of ours."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def write(catalogue: Catalog, path: Path) -> None:
    """Put the *catalogue* in the place of the one at *path*, and compile it. Each file is replaced as a whole."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    for file, content in ((path, to_po(catalogue)), (path.with_suffix(".mo"), compiled.getvalue())):
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(file)


def to_po(catalogue: Catalog) -> bytes:
    """Return the *catalogue* as a PO file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0)
    return file.getvalue()


def from_po(content: bytes, language: str) -> list[StringRow]:
    """Return the rows of a PO file. Raises NotReady where it cannot be read, or holds a guess of a machine or
    another language."""
    try:
        catalogue = read_po(io.BytesIO(content), locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError, LookupError) as wrong:
        raise NotReady(f"This is no PO file that can be read: {wrong}.") from wrong
    named = re.search(rb'^"Language: (\w+)', content, re.MULTILINE)
    if named and named[1].decode() != language:
        raise NotReady(f"This file holds the words of “{named[1].decode()}”, not of “{language}”. Nothing was taken.")
    guess = next((message for message in catalogue if message.id and message.fuzzy), None)
    if guess:
        raise NotReady(
            f"Line {guess.lineno}: “{forms(guess.id)[0]}” is marked as fuzzy. Look at it and take the mark off."
        )
    return rows_of(catalogue)


def to_csv(catalogue: Catalog) -> bytes:
    """Return the *catalogue* as a CSV file: one line a form. A sentence that counts has its English forms joined."""
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(columns(str(catalogue.locale)))
    for row in rows_of(catalogue):
        for number, said in enumerate(row.said):
            table.writerow(["\n".join(row.english), number if len(row.english) > 1 else "", said, row.state.value])
    return file.getvalue().encode("utf-8-sig")  # With its mark a spreadsheet takes the letters as they are.


def from_csv(content: bytes, language: str) -> list[StringRow]:
    """Return the rows of a CSV file. Raises NotReady where it cannot be read, or holds another language."""
    text = _decoded(content)
    first, wanted = text.partition("\n")[0].rstrip("\r"), columns(language)
    delimiter = next((each for each in DELIMITERS if len(first.split(each)) == len(wanted)), ",")
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        lines = [(table.line_num, line) for line in table]
    except csv.Error as wrong:
        raise NotReady(f"This is no CSV file that can be read: {wrong}.") from wrong
    _check_columns(tuple(table.fieldnames or ()), wanted)
    rows: dict[str, StringRow] = {}
    for number, line in lines:
        where = f"Line {number}"
        if any(not isinstance(line[name], str) for name in wanted) or line["state"] not in checked.STATES:
            raise NotReady(f"{where}: its state is none of {', '.join(checked.STATES)}, or a cell is missing.")
        known = rows.get(line["english"])
        if known and not line["form"]:
            raise NotReady(f"{where}: “{line['english']}” stands there twice.")
        state = checked.StringState(line["state"])
        english = tuple(line["english"].split("\n")) if line["form"] else (line["english"],)
        said = (*(known.said if known else ()), line[language])
        least = min(known.state, state, key=checked.STATES.index) if known else state
        rows[line["english"]] = StringRow(where, english, said, least)
    return list(rows.values())


def _decoded(content: bytes) -> str:
    """Return the text of a file as a spreadsheet writes one: UTF-8, or UTF-16 with its mark."""
    has_mark = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if has_mark else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise NotReady("This is no CSV file in UTF-8. In the spreadsheet, save it as “CSV UTF-8”.") from wrong


def _check_columns(found: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    there = next((code for code in LANGUAGES if found == columns(code)), wanted[2])
    if there != wanted[2]:
        raise NotReady(f"This file holds the words of “{there}”, not of “{wanted[2]}”. Nothing was taken.")
    if found != wanted:
        raise NotReady(f"The first line of a CSV file is: {','.join(wanted)}")
