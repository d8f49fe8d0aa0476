#!/usr/bin/python3
"""What share of the lines and decisions of src/rondel the tests have reached: tests/coverage/figures.py BUILD [--missing REGEX]

Reads what a build with RONDEL_COVERAGE counted, through gcov. gcov counts jumps of the machine; a decision is a jump that
the source asks for. So these are left out, and nothing else:
  - calls, which gcov takes for a jump between returning and throwing: neither is a decision of the line that calls;
  - jumps out of blocks that never ran, on lines that did run: where a decision leads there, that decision is counted as
    missed already; otherwise only an exception leads there, on its way through destructors;
  - the guard of `static const X x;` in a function: its second way is a race between two threads for the first use;
  - the way past all cases of a `switch` without `default`: -Wswitch proves that every enumerator has its case;
  - what __builtin_cpu_supports would say on another processor, and the failure of an assert();
  - what tells in `catch (const X&)` whether an exception is another one, once it was an X;
  - the members that `= default` compares, once something was compared;
  - lines of closing braces that only exceptions pass.
Templates are counted once for all their instances. What nobody instantiates is no code to gcov.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The goals of the whole, and the parts whose every decision must be reached.
LINES, BRANCHES = 96.0, 90.0
WHOLE = {
    "reader": r"xml/(reader|shapes|recognize|content|start_tag|declaration|reference|characters|namespaces|pending|scan|scan_avx2|dense_text|tape|tree|stack|usual_names)\.[ch]pp",
    "jid": r"base/jid(_parts|_glance)?\.[ch]pp",
    "sasl": r"sasl/.*",
    "ledger": r"service/ledger\.[ch]pp",
}


class Line(NamedTuple):
    count: int
    decisions: list[int]  # how often each way was taken


class Share(NamedTuple):
    reached: int
    all: int

    def __add__(self, other):
        return Share(self.reached + other.reached, self.all + other.all)

    def __str__(self):
        return f"{100 * self.reached / self.all:.1f}" if self.all else "-"


def ways_of(branches: list[dict]) -> list[tuple[int, ...]]:
    """The decisions of a line, as the counts of their ways. gcov lists the way on (`fallthrough`) first, then the jump;
    the cases of a switch have no way on."""
    ways, cases, rest = [], [], list(branches)
    while rest:
        first = rest.pop(0)
        if first["throw"]:
            continue
        if not first["fallthrough"]:
            cases.append(first["count"])
            continue
        if cases:
            ways.append(tuple(cases))
            cases = []
        if rest and not rest[0]["fallthrough"]:
            second = rest.pop(0)
            if not second["throw"]:
                ways.append((first["count"], second["count"]))
    if cases:
        ways.append(tuple(cases))
    return ways


def merged(of_functions: list[list[dict]]) -> list[tuple[int, ...]]:
    """The same decisions, counted in several files and several instances, added up. Instances of a template that are not
    alike (a fold over a pack) have no decisions in common but one: whether the line was decided both ways."""
    all_ways = [ways for ways in map(ways_of, of_functions) if ways]
    if len({tuple(map(len, ways)) for ways in all_ways}) <= 1:
        return [tuple(map(sum, zip(*same))) for same in zip(*all_ways)]
    each = [way for ways in all_ways for way in ways]
    return [(sum(way[0] for way in each), sum(sum(way[1:]) for way in each))]


def counted(text: str, count: int, ways: list[tuple[int, ...]]) -> list[int]:
    """The counts of all ways of the decisions of a line, without what is no decision (see above)."""
    found = []
    for way in ways:
        if count > 0 and not any(way):
            continue
        if 0 in way and re.search(r"\bstatic const\b|__builtin_cpu_supports|\bassert\(", text):
            continue
        if any(way) and re.search(r"= default;|\bcatch \(", text):
            continue
        if len(way) > 2 and re.search(r"\bswitch \(", text) and way[-1] == 0:
            way = way[:-1]
        found.extend(way)
    return found


def gcov(objects: list[pathlib.Path], build: pathlib.Path) -> list[dict]:
    ran = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *map(str, objects)],
                         cwd=build, capture_output=True, text=True)
    if ran.returncode != 0:
        why = ran.stderr.strip().splitlines()[0] if ran.stderr.strip() else "nothing said"
        sys.exit(f"gcov failed ({why}). Counts of an earlier build do not fit a newer one: tests/coverage/run begins anew.")
    output = ran.stdout
    return [file for line in output.splitlines() if line.startswith("{") for file in json.loads(line)["files"]]


def lines_of(build: pathlib.Path) -> dict[str, dict[int, Line]]:
    """By the names of the files below src/rondel."""
    # A source that no test linked has notes, and no counts: it is all missed.
    notes = sorted(build.rglob("*.gcno"))
    batches = [notes[i : i + 12] for i in range(0, len(notes), 12)]
    counts = collections.defaultdict(lambda: collections.defaultdict(int))
    branches = collections.defaultdict(lambda: collections.defaultdict(list))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for files in pool.map(lambda batch: gcov(batch, build), batches):
            for file in files:
                name = os.path.relpath(os.path.join(build, file["file"]), ROOT / "src/rondel")
                if name.startswith("..") or name.endswith("_test.cpp"):
                    continue
                for line in file["lines"]:
                    counts[name][line["line_number"]] += line["count"]
                    if line["branches"]:
                        branches[name][line["line_number"]].append(line["branches"])
    found = {}
    for name, lines in counts.items():
        if not (ROOT / "src/rondel" / name).exists():  # it was there when the notes were made
            continue
        texts = (ROOT / "src/rondel" / name).read_text().splitlines()
        found[name] = {number: Line(count, counted(texts[number - 1], count, merged(branches[name][number])))
                       for number, count in sorted(lines.items())
                       if number <= len(texts) and (count > 0 or texts[number - 1].strip(" };") != "")}
    return found


def shares(lines: list[Line]) -> tuple[Share, Share]:
    ways = [way for line in lines for way in line.decisions]
    return (Share(sum(line.count > 0 for line in lines), len(lines)), Share(sum(way > 0 for way in ways), len(ways)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--missing", metavar="REGEX", help="show what is not reached of the files with such names")
    arguments = parser.parse_args()
    files = lines_of(arguments.build.resolve())

    if arguments.missing:
        for name, lines in sorted(files.items()):
            if not re.search(arguments.missing, name):
                continue
            texts = (ROOT / "src/rondel" / name).read_text().splitlines()
            for number, line in lines.items():
                if line.count == 0 or 0 in line.decisions:
                    print(f"{name}:{number}: {line.count} {line.decisions} {texts[number - 1].strip()}")

    floors = collections.defaultdict(list)
    for name, lines in files.items():
        floors[name.split("/")[0]].extend(lines.values())
    print(f"{'':10} {'lines':>7} {'branches':>9}")
    for floor, lines in sorted(floors.items()):
        of_lines, of_branches = shares(lines)
        print(f"{floor:10} {of_lines!s:>7} {of_branches!s:>9}")
    of_lines, of_branches = shares([line for lines in floors.values() for line in lines])
    print(f"{'all':10} {of_lines!s:>7} {of_branches!s:>9}   of {of_lines.all} lines, {of_branches.all} ways of decisions")

    print(f"FIGURE coverage-lines {of_lines}")
    print(f"FIGURE coverage-branches {of_branches}")
    missed = 100 * of_lines.reached < LINES * of_lines.all or 100 * of_branches.reached < BRANCHES * of_branches.all
    for part, pattern in WHOLE.items():
        _, of_part = shares([line for name, lines in files.items() if re.fullmatch(pattern, name) for line in lines.values()])
        print(f"FIGURE coverage-branches-{part} {of_part}  ({of_part.all - of_part.reached} of {of_part.all} missed)")
        missed |= of_part.reached < of_part.all or of_part.all == 0
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
