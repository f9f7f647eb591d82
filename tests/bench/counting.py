"""`make bench ARGS=counting`: counting a million rankings of ten options beside published Python libraries.

Each engine reads the same invented ballots from what it likes best (ours from a BLT file, the others from lists made
ready for them before the clock starts), groups or loads them, and counts; each in a process of its own, the median of
ROUNDS. A library that is not installed is left out: pyrankvote comes with the tests, the heavy ones with `make
test-oracles`. Each size comes twice: as people vote, where many ballots are equal, and drawn by lot, where nearly all
differ. Time is the processor's, as none of them uses more than one core; memory is the most a process held.
"""

from __future__ import annotations

import gc
import importlib.util
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

OPTIONS, ROUNDS = 10, 3
SIZES = (1_000, 100_000, 1_000_000)
NAMES = [f"Option {number}" for number in range(OPTIONS)]
RULES = {"irv": {}, "scottish-stv": {"seats": 3}, "schulze": {"measure": "winning"}}


def invented(many: int) -> list[list[int]]:
    """Rankings of three leanings, most of them cut short (Plackett and Luce)."""
    chance = random.Random(7)
    leanings = [[chance.random() ** 3 + 0.01 for _ in range(OPTIONS)] for _ in range(3)]
    found = []
    for _ in range(many):
        weights = chance.choice(leanings)
        keys = sorted(range(OPTIONS), key=lambda each: chance.random() ** (1 / weights[each]), reverse=True)
        found.append(keys[: chance.choice((1, 2, 3, 3, 4, 5, 6, 10))])
    return found


def drawn(many: int) -> list[list[int]]:
    """Rankings of all options, each drawn by lot."""
    chance = random.Random(8)
    return [chance.sample(range(OPTIONS), OPTIONS) for _ in range(many)]


def write(rankings: list[list[int]], path: Path) -> None:
    """Write the rankings as BLT, a line each."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{OPTIONS} 3\n")
        file.writelines(f"1 {' '.join(str(each + 1) for each in ranking)} 0\n" for ranking in rankings)
        file.write("0\n" + "".join(f'"{name}"\n' for name in NAMES))


def read(path: Path) -> list[list[int]]:
    """Read them back as lists of numbers, which is what the others begin with."""
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    return [[int(each) - 1 for each in line.split()[1:-1]] for line in lines[: lines.index("0")]]


def ours(path: Path, rule: str) -> float:
    """Load from BLT, group, count."""
    from governance.counting import RULES as rules
    from governance.counting.files import read as read_file
    from governance.counting.lot import Lot

    begin = time.process_time()
    election = read_file(path.read_bytes(), "ranking", path.name)
    rules[rule](**RULES[rule]).count(election.ballots, Lot(election.ballots.digest, "ballots"))
    return time.process_time() - begin


def pyrankvote(path: Path, rule: str) -> float:
    """One object a ballot."""
    import pyrankvote as library

    rankings = read(path)
    gc.collect()
    begin = time.process_time()
    people = [library.Candidate(name) for name in NAMES]
    ballots = [library.Ballot(ranked_candidates=[people[each] for each in ranking]) for ranking in rankings]
    if rule == "irv":
        library.instant_runoff_voting(people, ballots)
    else:
        library.single_transferable_vote(people, ballots, number_of_seats=3)
    return time.process_time() - begin


def pref_voting(path: Path, rule: str) -> float:
    """Equal rankings put together first, as it takes counts."""
    from pref_voting.margin_based_methods import beat_path
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_scottish

    rankings = read(path)
    gc.collect()
    begin = time.process_time()
    counted = Counter(map(tuple, rankings))
    rows = [{option: place for place, option in enumerate(ranking, 1)} for ranking in counted]
    profile = ProfileWithTies(rows, list(counted.values()), candidates=list(range(OPTIONS)))
    if rule == "schulze":
        profile.use_extended_strict_preference()
        beat_path(profile)
    else:
        stv_scottish(profile, num_seats=3)
    return time.process_time() - begin


def votekit(path: Path, rule: str) -> float:
    """Equal rankings put together first, as it takes weights."""
    from votekit.ballot import RankBallot
    from votekit.elections import IRV, STV, Schulze
    from votekit.pref_profile import RankProfile

    rankings = read(path)
    gc.collect()
    begin = time.process_time()
    ballots = [
        RankBallot(ranking=[{NAMES[each]} for each in ranking], weight=number)
        for ranking, number in Counter(map(tuple, rankings)).items()
    ]
    profile = RankProfile(ballots=ballots, candidates=NAMES)
    if rule == "schulze":
        Schulze(profile, n_seats=1)
    elif rule == "irv":
        IRV(profile)
    else:
        STV(profile, n_seats=3)
    return time.process_time() - begin


ENGINES = {
    "governance": (ours, ("irv", "scottish-stv", "schulze")),
    "pyrankvote": (pyrankvote, ("irv", "scottish-stv")),
    "pref_voting": (pref_voting, ("scottish-stv", "schulze")),
    "votekit": (votekit, ("irv", "scottish-stv", "schulze")),
}
SLOWEST, FAR = 120.0, 20  # Seconds; and times slower than ours.


def once(engine: str, rule: str, path: Path) -> tuple[float, int] | None:
    """Run one engine in a process of its own; seconds and megabytes, or None when it took too long."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.counting", engine, rule, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SLOWEST, check=True)
    except subprocess.TimeoutExpired:
        return None
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), int(memory)


def main() -> None:
    """Invent, measure, print; the last column is the fastest other engine's time as a multiple of ours."""
    if len(sys.argv) == 4:
        seconds = ENGINES[sys.argv[1]][0](Path(sys.argv[3]), sys.argv[2])
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    there = [name for name in ENGINES if importlib.util.find_spec(name)]
    print(f"{OPTIONS} options, median of {ROUNDS}, loading and grouping included; seconds (MB at most)\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for size in SIZES:
            for kind, made in (("as people vote", invented), ("all differ", drawn)):
                path = Path(folder) / f"{size}-{made.__name__}.blt"
                write(made(size), path)
                for rule in RULES:
                    row(f"{size:>9,} {kind:<14} {rule:<12}", rule, path, [e for e in there if rule in ENGINES[e][1]])


def measured(engine: str, rule: str, path: Path, ours: float) -> list[tuple[float, int]]:
    """Run one engine ROUNDS times; once is enough for one that is far slower than *ours*, or takes too long."""
    runs: list[tuple[float, int]] = []
    while len(runs) < ROUNDS and (run := once(engine, rule, path)):
        runs.append(run)
        if ours and run[0] > FAR * ours:
            break
    return runs


def row(title: str, rule: str, path: Path, engines: list[str]) -> None:
    """Measure one rule on one file and print its line."""
    times, cells = {}, []
    for name in engines:
        runs = measured(name, rule, path, times.get("governance", 0.0))
        if runs:
            times[name] = statistics.median(seconds for seconds, _ in runs)
            cells.append(f"{name} {times[name]:.3f} ({max(memory for _, memory in runs)})")
        else:
            cells.append(f"{name} over {SLOWEST:.0f}")
    others = [seconds for name, seconds in times.items() if name != "governance"]
    ratio = f"{min(others) / times['governance']:.1f} times" if others else "alone"
    print(f"{title} {'; '.join(cells)}   {ratio}", flush=True)


if __name__ == "__main__":
    main()
