"""PrefLib's files as they were before 2022, each line made one of today.

    3               how many options there are
    1,Soup          their names
    2,Bread
    3,Rice
    5,5,2           voters, ballots, lines that follow
    4,1,{2,3}       four ballots: Soup first, then Bread and Rice, equal
    1,3

Source: the format that preflib.org gave for election data until 2022.
"""

from __future__ import annotations

import re

COUNTED = re.compile(r"\s*([0-9]{1,12})\s*,\s*(.*?)\s*")
TOTALS = re.compile(r"\s*[0-9]{1,12}\s*,\s*([0-9]{1,12})\s*,\s*([0-9]{1,12})\s*")


def as_today(text: str, ending: str) -> str:
    """Return *text*, a file whose name ends in *ending*, as it would be written today. Any other text stays as it is.

    A line stands where it stood, so that what is wrong with it can be told.
    """
    lines = text.split("\n")
    if not re.fullmatch(r"\s*[1-9][0-9]{0,4}\s*", lines[0]) or len(lines) < 2 or not COUNTED.fullmatch(lines[1]):
        return text
    options = int(lines[0])
    made = [f"# NUMBER ALTERNATIVES: {options}"]
    for place, line in enumerate(lines[1:], 1):
        counted, totals = COUNTED.fullmatch(line), TOTALS.fullmatch(line)
        if counted and place <= options:
            made.append(f"# ALTERNATIVE NAME {counted[1]}: {counted[2]}")
        elif totals and place == options + 1 and int(totals[2]) == sum(map(bool, map(str.strip, lines[place + 1 :]))):
            made.append(f"# NUMBER VOTERS: {totals[1]}")
        else:
            made.append(f"{counted[1]}: {counted[2]}" if counted and place > options + 1 else line)
    return "\n".join([*made, f"# DATA TYPE: {ending.removeprefix('.')}"])
