"""From runs to figures: medians, spread, ratios of the same round."""

import dataclasses
import statistics
from collections.abc import Iterable

from measure import Run

LIMIT = "limit"


@dataclasses.dataclass(frozen=True)
class Cell:
    """One contestant in one case. Medians of the rounds; None where nothing was measured."""

    case: str
    contestant: str
    fault: str = ""  # what went wrong in any round: "corrupt", "died", …
    why: str = ""
    rounds: int = 0
    per_second: float | None = None
    spread: float | None = None  # (largest - smallest) / median of the throughput
    ratio: float | None = None  # throughput to the limit's, median of the rounds
    p50: float | None = None
    p50_ratio: float | None = None
    p99: float | None = None
    p99_9: float | None = None
    cpu: float | None = None
    rss: float | None = None
    allocations: float | None = None
    writes: float | None = None


def median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def spread(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    middle = median(known)
    return (max(known) - min(known)) / middle if middle else None


def ratio(runs: Iterable[Run], other: Iterable[Run], what: str = "per_second") -> float | None:
    """Median over the rounds in which both are fine of one's figure divided by the other's."""
    base = {run.round: getattr(run, what) for run in other if run.fine and run.round}
    return median(
        getattr(run, what) / base[run.round] for run in runs if run.fine and run.round and base.get(run.round)
    )


class Figures:
    """All cells of all runs."""

    def __init__(self, runs: Iterable[Run]):
        self._runs: dict[tuple[str, str], list[Run]] = {}
        for run in runs:
            self._runs.setdefault((run.case, run.contestant), []).append(run)

    def cases(self) -> list[str]:
        return list(dict.fromkeys(case for case, _ in self._runs))

    def contestants(self) -> list[str]:
        return list(dict.fromkeys(contestant for _, contestant in self._runs))

    def ratio(self, case: str, contestant: str, other: str, what: str = "per_second") -> float | None:
        return ratio(self._runs.get((case, contestant), []), self._runs.get((case, other), []), what)

    def ratio_of_cases(self, contestant: str, case: str, other: str) -> float | None:
        """One contestant's throughput in a case, to that in the one whose rounds took turns with it (schedule.py)."""
        return ratio(self._runs.get((case, contestant), []), self._runs.get((other, contestant), []))

    def cell(self, case: str, contestant: str) -> Cell | None:
        runs = self._runs.get((case, contestant))
        if not runs:
            return None
        bad = next((run for run in runs if not run.fine), None)
        timed = [run for run in runs if run.fine and run.round]
        counted = [run for run in runs if run.fine and run.round == 0]
        middle = {
            what: median(getattr(run, what) for run in timed)
            for what in ("per_second", "p50", "p99", "p99_9", "cpu")
        }
        return Cell(
            case, contestant, bad.verdict if bad else "", bad.why if bad else "", len(timed),
            spread=spread(run.per_second for run in timed),
            ratio=self.ratio(case, contestant, LIMIT),
            p50_ratio=self.ratio(case, contestant, LIMIT, "p50"),
            rss=max((run.rss for run in timed if run.rss is not None), default=None),
            allocations=median(run.allocations for run in counted),
            writes=median(run.writes for run in counted),
            **middle,
        )  # fmt: skip
