"""`make bench ARGS=files`: reading a million rankings of ten options from each format, and counting three seats.

Beside ours stand pyrankvote, which reads no file and is given the rows of Python's own `csv`, and votekit's loader of
CSV, where they are installed (`make test-oracles` has votekit). Each runs in a process of its own; time is the
processor's, memory the most the process held. The counting itself is the Scottish way in all of them.
"""

from __future__ import annotations

import csv
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.counting import NAMES, OPTIONS, drawn, invented

MANY = 1_000_000
SLOWEST = 300.0  # Seconds of the clock.
FORMATS = ("plain.blt", "ids.blt", "plain.csv", "ids.csv", "plain.soi")


def write(rankings: list[list[int]], path: Path) -> None:
    """Write the rankings in the format that the name of *path* says."""
    ids = path.name.endswith(("ids.blt", "ids.csv"))
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".csv":
            file.write(",".join([*(["id"] if ids else []), *(f"rank {each + 1}" for each in range(OPTIONS))]) + "\n")
            for number, ranking in enumerate(rankings):
                cells = [NAMES[each] for each in ranking] + [""] * (OPTIONS - len(ranking))
                file.write(",".join([*([str(number)] if ids else []), *cells]) + "\n")
        elif path.suffix == ".soi":
            file.write(f"# DATA TYPE: soi\n# NUMBER ALTERNATIVES: {OPTIONS}\n# NUMBER VOTERS: {len(rankings)}\n")
            file.writelines(f"# ALTERNATIVE NAME {each + 1}: {name}\n" for each, name in enumerate(NAMES))
            file.writelines(f"1: {','.join(str(each + 1) for each in ranking)}\n" for ranking in rankings)
        else:
            file.write(f"{OPTIONS} 3\n")
            for number, ranking in enumerate(rankings):
                before = f"({number}) 1" if ids else "1"
                file.write(f"{before} {' '.join(str(each + 1) for each in ranking)} 0\n")
            file.write("0\n" + "".join(f'"{name}"\n' for name in NAMES))


def ours(path: Path) -> float:
    """Read the file, group, count."""
    from governance.counting.files import read
    from governance.counting.lot import Lot
    from governance.counting.scottish import ScottishStv

    begin = time.process_time()
    election = read(path.read_bytes(), "ranking", path.name)
    ScottishStv(seats=3).count(election.ballots, Lot(election.ballots.digest, "ballots"))
    return time.process_time() - begin


def pyrankvote(path: Path) -> float:
    """Fed by `csv.reader`, one object a ballot."""
    import pyrankvote as library

    begin = time.process_time()
    people, ballots = {name: library.Candidate(name) for name in NAMES}, []
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        first = len(next(rows)) - OPTIONS
        for row in rows:
            ballots.append(library.Ballot(ranked_candidates=[people[cell] for cell in row[first:] if cell]))
    library.single_transferable_vote(list(people.values()), ballots, number_of_seats=3)
    return time.process_time() - begin


def votekit(path: Path) -> float:
    """Fed by its own loader."""
    from votekit.cvr_loaders import load_ranking_csv
    from votekit.elections import STV

    begin = time.process_time()
    first = int("ids" in path.name)
    STV(load_ranking_csv(str(path), rank_cols=list(range(first, first + OPTIONS)), header_row=0), n_seats=3)
    return time.process_time() - begin


ENGINES = {"ours": ours, "pyrankvote": pyrankvote, "votekit": votekit}


def told(engine: str, path: Path) -> str:
    """Run one engine in a process of its own; return its seconds and megabytes in words."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.files", engine, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SLOWEST, check=True)
    except subprocess.TimeoutExpired:
        return f"{engine} over {SLOWEST:.0f} s"
    seconds, memory = done.stdout.split()[-2:]
    return f"{engine} {float(seconds):.2f} s ({memory} MB)"


def main() -> None:
    """Write each format, measure, print a line each."""
    if len(sys.argv) == 3:
        seconds = ENGINES[sys.argv[1]](Path(sys.argv[2]))
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    others = [name for name in ENGINES if name == "ours" or importlib.util.find_spec(name)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for kind, made in (("as people vote", invented), ("all differ", drawn)):
            rankings = made(MANY)
            for name in FORMATS:
                path = Path(folder) / name
                write(rankings, path)
                engines = others if path.suffix == ".csv" else ["ours"]
                print(f"{kind:<14} {name:<10} {'; '.join(told(engine, path) for engine in engines)}", flush=True)
                path.unlink()


if __name__ == "__main__":
    main()
