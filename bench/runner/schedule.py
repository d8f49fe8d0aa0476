"""In which order it is measured, and for how long. A case at a time, with those that are compared with it; in a case,
rounds of everyone, so that what disturbs the machine for a while disturbs all of them, and a ratio is one of neighbours."""

import dataclasses

from cases import Case
from contestants import Contestant
from measure import Pace

Step = tuple[Case, Contestant, int]  # the round, from 1; 0 counts


def plan(wanted: list[Case], who: list[Contestant], rounds: int, counting: bool = True) -> list[Step]:
    """The others take part in each second round only: their figures are far off, and need less of the time."""
    steps: list[Step] = []
    for together in _groups(wanted):
        for round_ in range(1, rounds + 1):
            steps += [(case, one, round_) for case in together for one in who if one.ours or round_ % 2 == 1]
        if counting:
            steps += [(case, one, 0) for case in together for one in who]
    return steps


def _groups(wanted: list[Case]) -> list[list[Case]]:
    groups: dict[str, list[Case]] = {}
    names = {case.name for case in wanted}
    for case in wanted:
        groups.setdefault(case.beside if case.beside in names else case.name, []).append(case)
    return list(groups.values())


def by_turns(who: list[Contestant], rounds: int) -> list[tuple[Contestant, int]]:
    """Every other round backwards, so that nobody always comes behind the same one, and what drifts, drifts for all."""
    return [(one, round_) for round_ in range(1, rounds + 1) for one in (who if round_ % 2 else who[::-1])]


def pace(usual: Pace, contestant: Contestant, round_: int) -> Pace:
    return usual if contestant.ours and round_ else dataclasses.replace(usual, seconds=0.6 * usual.seconds)


def seconds(steps: list[Step], usual: Pace) -> float:
    """About how long that takes: starting, ending and warming up come to another 0.7 s."""
    return sum(pace(usual, who, round_).seconds + usual.warm_up + 0.4 for _, who, round_ in steps)
