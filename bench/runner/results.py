"""Results in a file: measured once, shown as often as wanted, in pieces if need be."""

import dataclasses
import json
import pathlib
from collections.abc import Iterable

import cases
from measure import Run


@dataclasses.dataclass
class Results:
    machine: str
    commit: str
    runs: list[Run]


def save(path: pathlib.Path, results: Results) -> None:
    path.write_text(json.dumps(dataclasses.asdict(results), indent=1, ensure_ascii=False) + "\n")


def load(paths: Iterable[pathlib.Path]) -> Results:
    """Several files as one. What a later one has measured takes the place of what an earlier one has."""
    together: dict[tuple[str, str], list[Run]] = {}
    machine = commit = ""
    for path in paths:
        read = json.loads(path.read_text())
        machine, commit = read["machine"], read["commit"]
        fresh: dict[tuple[str, str], list[Run]] = {}
        for one in (Run(**run) for run in read["runs"]):
            fresh.setdefault((one.case, one.contestant), []).append(one)
        together |= fresh
    return Results(machine, commit, in_order(run for runs in together.values() for run in runs))


def in_order(runs: Iterable[Run]) -> list[Run]:
    """By case, as the table has them; contestants as they came."""
    places = {case.name: at for at, case in enumerate(cases.CASES)}
    return sorted(runs, key=lambda run: places.get(run.case, len(places)))
