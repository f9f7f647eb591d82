"""The rows of a CSV file, those that are alike put together as they are read, without what is passed over."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import repeat
from operator import itemgetter

from governance.counting.files.header import Header
from governance.counting.files.source import Malformed, excerpt

LINE = re.compile(r"[^\n]*\n|[^\n]+")
WHOLE = re.compile(r"[0-9]{1,9}")
SAYS_SOMETHING = re.compile(r"[^\n]*\S[^\n]*")
BLOCK = 1 << 15  # Signs of the text that are cut at once: few enough for a small cache, or it takes twice as long.
PARTS, SAMPLE, DIFFERING = 16, 1 << 13, 0.95  # Signs looked at in each part; so many rows differ where most do.
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

    def _blocks(self, header: Header) -> Iterator[str]:
        """Yield the lines after the header in blocks, each without its last line end."""
        begin = self._end_of(header)
        size = len(self.text) - self.text.endswith("\n")
        while begin < size:
            end = self.text.find("\n", begin + BLOCK, size) + 1 or size + 1
            yield self.text[begin : end - 1]
            begin = end

    def _lines(self, header: Header) -> Iterator[tuple[int, str]]:
        """Yield the blocks, each with the number of its first line, from 1."""
        number = 1 + header.line
        for block in self._blocks(header):
            yield number, block
            number += block.count("\n") + 1

    def _end_of(self, header: Header) -> int:
        """Return where the header ends."""
        begin = 0
        for _ in range(header.line):
            begin = self.text.find("\n", begin) + 1 or len(self.text)
        return begin

    def _keys(self, header: Header) -> Iterator[tuple[int, Key, str]]:
        """Yield the line, the key and the weight of each row."""
        at, same_at, same = header.weight_at, header.same_at, list[str]()
        for line, row in self._all():
            if line > header.line:
                if len(row) < header.width or any(row[header.width :]):
                    raise Malformed(line, f"{header.width} cells, as in the header row, but there are {len(row)}")
                if same_at:
                    here = [row[place] for place in same_at]
                    if here != (same := same or here):
                        shown = next(
                            f"{excerpt(a)} and {excerpt(b)}" for a, b in zip(same, here, strict=True) if a != b
                        )
                        raise Malformed(line, f"one contest in a file, not {shown}. Keep the rows of one")
                yield line, tuple(row[header.offset : header.end]), "1" if at is None else row[at]

    def mostly_differing(self, header: Header) -> Iterator[str] | None:
        """Return the text of the rows in blocks where each stands for one ballot and most differ, else None.

        Then it costs more to put long rows together than to cut each of them.
        """
        if header.weight_at is not None or not header.is_last or '"' in self.text:
            return None
        begin, end = self._end_of(header), len(self.text)
        few = [line for at in range(begin, end, max(SAMPLE, (end - begin) // PARTS)) for line in self._some(at)]
        said = {line.split(self.delimiter, header.offset)[-1] for line in few}
        return self._blocks(header) if len(said) > DIFFERING * len(few) else None

    def _some(self, near: int) -> list[str]:
        """Return some whole lines of the text from *near* on."""
        begin = self.text.find("\n", near - 1) + 1
        return self.text[begin : begin + SAMPLE].split("\n")[:-1] if begin else []

    def folded(self, header: Header) -> Mapping[Key, int]:
        """Return how many ballots say each thing, in the order in which it is first said."""
        found: dict[Key, int] = {}
        if '"' in self.text or not header.is_last:
            for line, key, weight in self._keys(header):
                found[key] = found.get(key, 0) + _weight(line, weight)
            return found
        return self._at_once(header) or self._quickly(header)

    def _at_once(self, header: Header) -> Mapping[Key, int] | None:
        """What `_quickly` finds where no row has a weight, and there is something before the options; else None."""
        if header.weight_at is not None or not header.offset:
            return None
        delimiters, places = repeat(self.delimiter), repeat(header.offset)
        found: Counter[Key] = Counter()
        try:
            for block in self._blocks(header):
                found.update(map(itemgetter(header.offset), map(str.split, block.split("\n"), delimiters, places)))
        except IndexError:  # A line with fewer cells, or a blank one.
            return None
        return found

    def _quickly(self, header: Header) -> Mapping[Key, int]:
        """Where nothing is quoted, a line is a row, and what follows the columns before the options is left uncut."""
        offset, at, delimiter = header.offset, header.weight_at, self.delimiter
        found: Counter[Key] = Counter()
        if not offset:
            for block in self._blocks(header):
                found.update(block.split("\n"))
            for blank in [key for key in found if isinstance(key, str) and delimiter not in key and not key.strip()]:
                del found[blank]
            return found
        for number, block in self._lines(header):
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
