"""The rows of a CSV file, those that are alike put together as they are read, without what is passed over."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from governance.counting.files.header import Header
from governance.counting.files.source import Malformed, excerpt

LINE = re.compile(r"[^\n]*\n|[^\n]+")
WHOLE = re.compile(r"[0-9]{1,9}")
SAYS_SOMETHING = re.compile(r"[^\n]*\S[^\n]*")
BLOCK = 1 << 20  # Signs of the text that are cut into lines at once.
HEADERS = 4  # The rows before the ballots, in the format that has most.

Key = str | tuple[str, ...]  # What a row says after the columns before the options: uncut where nothing is quoted.


class Rows:
    """The rows of *text*. Raises Malformed where they are no rows, or have no header."""

    def __init__(self, text: str) -> None:
        self.text = text
        first = SAYS_SOMETHING.search(text)
        self.delimiter = max(",;\t", key=first[0].count) if first else ","
        self.first_rows: list[tuple[int, list[str]]] = []
        for line, row in self._all():
            self.first_rows.append((line, row))
            if len(self.first_rows) == HEADERS:
                break
        if not self.first_rows:
            raise Malformed(1, "a header row, and a ballot on each row after it")
        self.at, self.header = self.first_rows[0]

    def _all(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that says anything, with the line it begins in."""
        lines = (line[0] for line in LINE.finditer(self.text))  # An io.StringIO would take four bytes for each sign.
        reader = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        line = 1
        try:
            for row in reader:
                if len(row) > 1 or (row and row[0].strip()):
                    yield line, [cell.strip() for cell in row]
                line = reader.line_num + 1
        except csv.Error:
            expected = "a row of cells, with a closing quote for each opening one"
            raise Malformed(max(1, reader.line_num), expected) from None

    def _lines(self, header: Header) -> Iterator[tuple[int, str]]:
        """Yield the lines after the header in blocks, each with the number of its first line, from 1."""
        number, begin = 1, 0
        for _ in range(header.line):
            begin = self.text.find("\n", begin) + 1 or len(self.text)
        number += header.line
        size = len(self.text) - self.text.endswith("\n")
        while begin < size:
            end = self.text.find("\n", begin + BLOCK, size) + 1 or size + 1
            block = self.text[begin : end - 1]
            yield number, block
            number, begin = number + block.count("\n") + 1, end

    def _keys(self, header: Header) -> Iterator[tuple[int, Key, str]]:
        """Yield the line, the key and the weight of each row."""
        offset, at = header.offset, header.weight_at
        for line, row in self._all():
            if line > header.line:
                if len(row) < header.width or any(row[header.width :]):
                    raise Malformed(line, f"{header.width} cells, as in the header row, but there are {len(row)}")
                yield line, tuple(row[offset : header.width]), "1" if at is None else row[at]

    def folded(self, header: Header) -> Mapping[Key, int]:
        """Return how many ballots say each thing, in the order in which it is first said."""
        found: dict[Key, int] = {}
        if '"' in self.text:
            for line, key, weight in self._keys(header):
                found[key] = found.get(key, 0) + _weight(line, weight)
            return found
        return self._quickly(header)

    def _quickly(self, header: Header) -> Mapping[Key, int]:
        """Where nothing is quoted, a line is a row, and what follows the columns before the options is left uncut."""
        offset, at, delimiter = header.offset, header.weight_at, self.delimiter
        found: Counter[Key] = Counter()
        before = re.compile(rf"^(?:[^{delimiter}\n]*{delimiter}){{{offset}}}", re.MULTILINE)
        for number, block in self._lines(header):
            cut_at_once, rows = before.subn("", block) if offset and at is None else (block, 0)
            if not offset or rows == block.count("\n") + 1:
                found.update(cut_at_once.split("\n"))
                continue
            lines = block.split("\n")
            cut = [line.split(delimiter, offset) for line in lines]
            if min(map(len, cut)) <= offset:
                self._too_short(header, number, lines)
                cut = [row for row in cut if len(row) > offset]
            if at is None:
                found.update([row[offset] for row in cut])
                continue
            for row in cut:
                weight = row[at].strip()
                if not WHOLE.fullmatch(weight):
                    line = next(each for each, text in enumerate(lines) if text.split(delimiter, offset) == row)
                    _weight(number + line, weight)
                found[row[offset]] += int(weight)
        if not offset:
            for blank in [key for key in found if isinstance(key, str) and delimiter not in key and not key.strip()]:
                del found[blank]
        return found

    def _too_short(self, header: Header, number: int, lines: list[str]) -> None:
        for line, text in enumerate(lines, number):
            if text.strip() and text.count(self.delimiter) < header.offset:
                cells = text.count(self.delimiter) + 1
                raise Malformed(line, f"{header.width} cells, as in the header row, but there are {cells}")

    def all_known(self, key: Key, header: Header, names: Mapping[str, int]) -> tuple[int, ...] | None:
        """Return the ranking in a row that has only *names* met before, each once, and then empty cells; else None."""
        wanted = header.width - header.offset
        if isinstance(key, tuple) or key.count(self.delimiter) < wanted - 1:
            return None
        row = key.rstrip(self.delimiter).split(self.delimiter)
        try:
            ranking = tuple(map(names.__getitem__, row))
        except KeyError:
            return None
        return ranking if len(set(ranking)) == len(ranking) <= wanted else None

    def cells(self, key: Key, header: Header) -> list[str]:
        """Return the cells of a row. Raises Malformed, without its line, when they are not as many as in the header."""
        if isinstance(key, tuple):
            return list(key)
        row = [cell.strip() for cell in key.split(self.delimiter)]
        wanted = header.width - header.offset
        if len(row) < wanted or any(row[wanted:]):
            there = header.offset + len(row)
            raise Malformed(0, f"{header.width} cells, as in the header row, but there are {there}")
        return row[:wanted]

    def line_of(self, key: Key, header: Header) -> int:
        """Return the line in which a row like *key* stands first."""
        if isinstance(key, tuple):
            return next(line for line, each, _ in self._keys(header) if each == key)
        each_line = (row for number, block in self._lines(header) for row in enumerate(block.split("\n"), number))
        return next(line for line, text in each_line if text.split(self.delimiter, header.offset)[-1] == key)


def _weight(line: int, cell: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise Malformed(line, f"a whole number of ballots, not {excerpt(cell)}")
    return int(cell)
