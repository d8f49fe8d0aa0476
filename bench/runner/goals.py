"""What rondel is to reach, and whether it did."""

import dataclasses

from figures import Figures

PLAIN, COROUTINE = "rondel", "rondel, coroutine"
# At most this many of anything in a steady state is none: a run counts some hundred thousand stanzas, and a timer may go off.
NONE = 0.0005


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    contestant: str
    case: str
    figure: str  # "ratio", "p50_ratio", "times NAME", "senders", or a cell's figure
    bound: float
    at_least: bool

    def measured(self, figures: Figures) -> float | None:
        if self.figure.startswith("times "):
            return figures.ratio(self.case, self.contestant, self.figure.removeprefix("times "))
        if self.figure == "of 100 senders":
            return figures.ratio_of_cases(self.contestant, self.case, "16")
        cell = figures.cell(self.case, self.contestant)
        return getattr(cell, self.figure) if cell and not cell.fault else None

    def text(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_number(self.bound)}"

    def reached_by(self, value: float | None) -> bool | None:
        """None: it was not measured."""
        if value is None:
            return None
        return value >= self.bound if self.at_least else value <= max(self.bound, NONE)


def _both(case: str, what: str, plain: float, coroutine: float, figure: str = "ratio") -> list[Goal]:
    at_least = figure == "ratio"
    return [Goal(f"{what}, {kind} handler", name, case, figure, bound, at_least)
            for kind, name, bound in (("plain", PLAIN, plain), ("coroutine", COROUTINE, coroutine))]  # fmt: skip


def _times(case: str, title: str, peers: dict[str, float]) -> list[Goal]:
    return [Goal(f"{title}, times {peer}", PLAIN, case, f"times {peer}", bound, True) for peer, bound in peers.items()]


GOALS = (
    *_both("16", "16 B, ratio to the limit", 0.50, 0.25),
    *_both("2048", "16 B, 2048 in flight, ratio", 0.30, 0.15),
    *_both("chat", "chat, 7 payloads, ratio", 0.50, 0.25),
    *_both("1k", "1 KiB, ratio", 0.60, 0.35),
    *_both("16k", "16 KiB, ratio", 0.90, 0.85),
    *_both("text", "1 KiB, entities and UTF-8, ratio", 0.40, 0.30),
    *_both("ping", "IQ ping, ratio", 0.50, 0.25),
    *_both("one", "p50 with 1 in flight, to the limit's", 1.05, 1.10, "p50_ratio"),
    *_both("burst", "p50 of a burst of 4, to the limit's", 1.10, 1.15, "p50_ratio"),
    *_times("16", "16 B", {"libstrophe": 8, "Wokkel": 28, "gloox": 55, "slixmpp, uvloop": 125, "slixmpp": 125}),
    *_times("chat", "chat, 7 payloads", {"libstrophe": 15}),
    Goal("1,000,000 senders, throughput to that of 100", PLAIN, "million", "of 100 senders", 0.85, True),
    *(Goal(f"heap allocations per stanza, {title}", PLAIN, case, "allocations", 0, False)
      for case, title in (("16", "16 B"), ("chat", "chat"), ("16k", "16 KiB"))),
    *(Goal(f"writes per stanza, {title}", PLAIN, case, "writes", 0.05, False)
      for case, title in (("16", "16 B"), ("chat", "chat"))),
    *(Goal(f"peak RSS in MiB, {title}", PLAIN, case, "rss", 10, False)
      for case, title in (("16", "16 B"), ("16k", "16 KiB"), ("million", "1,000,000 senders"))),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Outcome:
    goal: Goal
    measured: float | None
    reached: bool | None


def check(figures: Figures) -> list[Outcome]:
    """Those goals of which anything was measured."""
    outcomes = []
    for goal in GOALS:
        if figures.cell(goal.case, goal.contestant) is None:
            continue
        value = goal.measured(figures)
        outcomes.append(Outcome(goal, value, goal.reached_by(value)))
    return outcomes


def _number(value: float) -> str:
    return f"{value:g}" if value == int(value) else f"{value:.2f}"
