"""The table of ./test --reliability: which figures it has, what their goals are, and how one is made of many lines.

A test or a program prints `FIGURE name value note`; see tests/support/figure.hpp.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable


@dataclasses.dataclass(frozen=True)
class Figure:
    """One value. Lines of one name are made one: `sum`, `max` or `min`, whatever is worst."""

    name: str
    goal: str
    reached: Callable[[float], bool]
    shown: str = "{:.0f}"
    of_many: Callable[[Iterable[float]], float] = max
    repetitions: bool = False  # how often something was tried: --long tries more


@dataclasses.dataclass(frozen=True)
class Row:
    what: str
    figures: tuple[Figure, ...]


@dataclasses.dataclass(frozen=True)
class Line:
    name: str
    value: float
    note: str = ""


def _at_most(limit: float) -> Callable[[float], bool]:
    return lambda value: value <= limit


def _at_least(limit: float) -> Callable[[float], bool]:
    return lambda value: value >= limit


def _zero(name: str) -> Figure:
    return Figure(name, "0", _at_most(0), of_many=sum)


def _all(name: str) -> Figure:
    return Figure(name, "100 %", _at_least(100), "{:.4g} %", min)


ROWS = [
    Row("unaccounted stanzas in the soak", (_zero("unaccounted-stanzas"),)),
    Row("IQs bounced within 1 s when a peer's session dies", (_all("bounced-within-1s"),)),
    Row(
        "memory growth with a stopped reader and 110 MB offered",
        (Figure("stopped-reader-growth-mib", "≤ 8 MiB", _at_most(8), "{:.1f} MiB"),
         Figure("stopped-reader-told", "producer told", _at_least(1), "told: {:.0f}", min)),
    ),
    Row("MUST rows passing", (_all("must-rows-passing"),)),
    Row(
        "difference from expat over the corpus; fuzz executions",
        (_zero("expat-differences"), Figure("fuzz-executions", "≥ 100 million", _at_least(100e6), "{:,.0f}", sum, True)),
    ),
    Row("stanza withheld after its last byte, all 2-way and 3-way splits", (_zero("stanzas-withheld"),)),
    Row(
        "CPU for a hostile token at the size limit; growth per doubling",
        (Figure("hostile-token-ms", "≤ 20 ms", _at_most(20), "{:.2f} ms"),
         Figure("hostile-token-growth", "≤ 2.3", _at_most(2.3), "{:.2f}")),
    ),
    Row(
        "memory amplification, any corpus file",
        (Figure("memory-amplification", "≤ 20 times", _at_most(20), "{:.1f} times"),),
    ),
    Row(
        "bytes, elements, time before authentication",
        (Figure("bytes-before-authentication", "8 KiB", _at_most(8192 + 512), "{:.0f} bytes"),
         Figure("elements-before-authentication", "32", _at_most(32)),
         Figure("seconds-before-authentication", "10 s absolute", _at_most(10.5), "{:.1f} s")),
    ),
    Row(
        "RSS after 10,000 aborted connections, of that before",
        (Figure("rss-after-aborted-connections", "baseline ± 1 %", lambda value: 99 <= value <= 101, "{:.2f} %"),),
    ),
    Row(
        "half-open link noticed, by default: by rondel serve, by a component",
        (Figure("half-open-server-seconds", "≤ 70 s", _at_most(70.5), "{:.1f} s"),
         Figure("half-open-program-seconds", "≤ 70 s", _at_most(70.5), "{:.1f} s")),
    ),
    Row(
        "reconnects of 1,000 clients after a restart: busiest second, of the mean",
        (Figure("reconnect-peak", "≤ 2 times", _at_most(2), "{:.2f} times"),),
    ),
    Row(
        "SIGTERM with 1,000 IQs in flight: lost; time; system-shutdown seen",
        (_zero("sigterm-lost"),
         Figure("sigterm-seconds", "≤ 10 s", _at_most(10), "{:.1f} s"),
         Figure("sigterm-told", "seen", _at_least(1), "seen: {:.0f}", min)),
    ),
    Row(
        "bad certificates accepted, of",
        (_zero("bad-certificates-accepted"), Figure("bad-certificates-shown", "≥ 30", _at_least(30), of_many=sum)),
    ),
    Row("plaintext credential bytes under stripping", (_zero("plaintext-credential-bytes"),)),
    Row("spoofed answers, pushes, carbons honoured", (_zero("spoofs-honoured"),)),
    Row("allocation failures survived", (_all("allocation-failures-survived"),)),
]  # fmt: skip

_LINE = re.compile(r"^FIGURE ([a-z0-9-]+) ([-+.0-9einfa]+)(?:/(\d+))?(?: (.*))?$")
_EXECUTED = re.compile(r"^stat::number_of_executed_units:\s*(\d+)$")  # libFuzzer's own words


def read(text: str) -> list[Line]:
    """The figures in what a program printed. `9/10` is a share, and becomes 90 (percent)."""
    found = []
    for line in text.splitlines():
        if match := _LINE.match(line.strip()):
            name, value, of, note = match.groups()
            share = f"{value} of {of}" if of else ""
            number = 100 * float(value) / float(of) if of and float(of) else float(value)
            found.append(Line(name, number, f"{share} {note or ''}".strip()))
        elif match := _EXECUTED.match(line.strip()):
            found.append(Line("fuzz-executions", float(match[1])))
    return found


def value_of(figure: Figure, lines: Iterable[Line]) -> float | None:
    values = [line.value for line in lines if line.name == figure.name]
    return figure.of_many(values) if values else None


def verdict(row: Row, lines: list[Line], failed: frozenset[str] = frozenset(), short: frozenset[str] = frozenset()) -> str:
    """`failed`: figures whose program did not end well; `short`: those of a shorter variant, which may fall short of a
    goal that is a number of repetitions."""
    if any(figure.name in failed for figure in row.figures):
        return "failed"
    values = {figure: value_of(figure, lines) for figure in row.figures}
    missed = [figure for figure, value in values.items() if value is not None and not figure.reached(value)]
    if any(not (figure.repetitions and figure.name in short) for figure in missed):
        return "missed"
    return "not measured" if None in values.values() else "needs --long" if missed else "ok"


def shown(row: Row, lines: list[Line]) -> str:
    parts = []
    for figure in row.figures:
        value = value_of(figure, lines)
        parts.append("–" if value is None else figure.shown.format(value))
    return "; ".join(parts)


def table(lines: list[Line], failed: frozenset[str] = frozenset(), short: frozenset[str] = frozenset()) -> str:
    """Markdown."""
    text = ["| figure | measured | goal | |", "|---|---|---|---|"]
    for row in ROWS:
        is_short = any(figure.name in short for figure in row.figures)
        what = row.what + (" (short variant)" if is_short else "")
        goal = "; ".join(figure.goal for figure in row.figures)
        text.append(f"| {what} | {shown(row, lines)} | {goal} | {verdict(row, lines, failed, short)} |")
    return "\n".join(text)
