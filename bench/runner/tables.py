"""The tables: Markdown for documents, which reads well on a terminal too."""

from collections.abc import Sequence

import cases
import goals
from figures import LIMIT, Cell, Figures


def number(value: float | None, digits: int = 3) -> str:
    """As many digits as mean anything: 2,294,000 and 0.163."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    value = float(f"{value:.{digits}g}") if value >= 1 else value
    whole = len(str(int(abs(value))))
    if whole >= digits:
        return f"{round(value, digits - whole):,.0f}"
    return f"{value:.{digits - whole if value >= 1 else digits}f}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns are aligned in the text, too. The first `left` are text, the others figures."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    line = ["-" * widths[at] if at < left else "-" * (widths[at] - 1) + ":" for at in range(len(head))]

    def text(row: Sequence[str]) -> str:
        cells = (word.ljust(width) if at < left else word.rjust(width)
                 for at, (word, width) in enumerate(zip(row, widths)))  # fmt: skip
        return f"| {' | '.join(cells)} |"

    return "\n".join([text(head), f"| {' | '.join(line)} |", *map(text, rows)])


HEAD = ("", "stanzas/s", "spread", "of the limit", "CPU µs", "p50 µs", "p99 µs", "p99.9 µs", "RSS MiB", "allocations",
        "writes")  # fmt: skip


def row(cell: Cell) -> tuple[str, ...]:
    if cell.fault:
        return (cell.contestant, f"**{cell.fault}**", *["–"] * (len(HEAD) - 2))
    return (cell.contestant, number(cell.per_second), percent(cell.spread), number(cell.ratio), number(cell.cpu),
            number(cell.p50), number(cell.p99), number(cell.p99_9), number(cell.rss, 2),
            number(cell.allocations), number(cell.writes))  # fmt: skip


def of_case(figures: Figures, name: str) -> str:
    cells = [cell for who in figures.contestants() if (cell := figures.cell(name, who))]
    table = f"**{cases.case(name).title}**\n\n" + markdown(HEAD, [row(cell) for cell in cells])
    faults = [f"- {cell.contestant}: {cell.fault}. {plain(cell.why)}".rstrip() for cell in cells if cell.fault]
    return "\n\n".join([table, "\n".join(faults)]) if faults else table


def summary(figures: Figures) -> str:
    """One row for each contestant: throughput of each case, and its ratio to the limit."""
    names = [name for name in figures.cases() if not cases.case(name).latency]
    rows = []
    for who in figures.contestants():
        words = [who]
        for name in names:
            cell = figures.cell(name, who)
            if cell is None:
                words.append("–")
            elif cell.fault:
                words.append(f"**{cell.fault}**")
            elif who == LIMIT or cell.ratio is None:
                words.append(number(cell.per_second))
            else:
                small = number(cell.ratio, 2) if cell.ratio >= 0.01 else "<0.01"
                words.append(f"{number(cell.per_second)} ({small})")
        rows.append(words)
    return markdown(["stanzas/s (ratio to the limit)", *(cases.case(name).title for name in names)], rows)


def of_goals(outcomes: Sequence[goals.Outcome]) -> str:
    said = {True: "yes", False: "**no**", None: "not measured"}
    return markdown(
        ("goal", "bound", "measured", "reached"),
        [(one.goal.what, one.goal.text(), number(one.measured), said[one.reached]) for one in outcomes],
    )


def plain(text: str) -> str:
    """What a program said, so that no table or list breaks on it."""
    return " ".join(text.replace("|", "/").replace("`", "'").split())[:300]


def everything(figures: Figures, machine: str) -> str:
    parts = [machine]
    if any(not cases.case(name).latency for name in figures.cases()):
        parts.append(summary(figures))
    outcomes = goals.check(figures)
    if outcomes:
        parts += ["**Goals**", of_goals(outcomes)]
    every = [of_case(figures, name) for name in figures.cases()]
    if len(every) > 2:
        every = ["<details><summary>Every case</summary>", *every, "</details>"]
    parts += every
    return "\n\n".join(parts) + "\n"
