"""The chart: one panel for each case, one bar for each contestant, all on one logarithmic scale. SVG, for light and dark."""

import math
from xml.sax.saxutils import escape

import cases
from figures import LIMIT, Cell, Figures
from tables import number

COLUMNS = 3
LABELS, PANEL, GAP, RIGHT = 132, 262, 62, 66  # widths
BAR, STEP, TITLE, AXIS, BETWEEN = 13, 19, 26, 22, 26  # heights
TOP = 64

STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
  .page { fill: #ffffff; } .heading { font-size: 17px; font-weight: 600; } .note, .tick { fill: #57606a; }
  .title { font-weight: 600; font-size: 13px; } .tick { font-size: 10px; } .value { font-size: 11px; }
  .grid { stroke: #d0d7de; stroke-width: 1; } .fault { fill: #cf222e; font-size: 11px; }
  .limit { fill: #afb8c1; } .ours { fill: #0b62b8; } .coroutine { fill: #58a0e8; } .other { fill: #d9a441; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .page { fill: #0d1117; } .note, .tick { fill: #8d96a0; } .grid { stroke: #30363d; }
    .limit { fill: #59636e; } .ours { fill: #4493f8; } .coroutine { fill: #2f6cb8; } .other { fill: #b07d2b; } .fault { fill: #ff7b72; }
  }
"""


class Scale:
    """From a value to pixels: whole powers of ten at both ends; the least value has a bar that is seen."""

    def __init__(self, values: list[float], width: float):
        self.low = math.floor(math.log10(min(values, default=1)) - 0.2)
        self.high = max(math.ceil(math.log10(max(values, default=10))), self.low + 1)
        self.width = width

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return max(0.0, min(1.0, share)) * self.width

    def ticks(self) -> list[int]:
        return list(range(self.low, self.high + 1))


def tick_name(power: int) -> str:
    for least, unit in ((6, " M"), (3, " k")):
        if power >= least:
            return f"{10 ** (power - least)}{unit}"
    return f"{10.0**power:g}"


def svg(figures: Figures, machine: str = "") -> str:
    throughput = [name for name in figures.cases() if not cases.case(name).latency]
    latency = [name for name in figures.cases() if cases.case(name).latency]
    panels = [(name, "per_second") for name in throughput] + [(name, "p50") for name in latency]
    who = figures.contestants()
    scales = {figure: _scale(figures, [name for name, of in panels if of == figure], figure)
              for figure in ("per_second", "p50")}  # fmt: skip

    height_of_panel = TITLE + len(who) * STEP + AXIS + BETWEEN
    rows = -(-len(panels) // COLUMNS)
    width = LABELS + COLUMNS * PANEL + (COLUMNS - 1) * GAP + RIGHT
    height = TOP + rows * height_of_panel
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
             "<title>Echo components: stanzas per second, and latency</title>", f"<style>{STYLE}</style>",
             f'<rect class="page" width="{width}" height="{height}"/>',
             _text(14, 26, "Echo components on one core", "heading"),
             _text(14, 46, f"Bars are on a logarithmic scale. {machine}".strip(), "note")]  # fmt: skip
    for at, (name, figure) in enumerate(panels):
        left = LABELS + at % COLUMNS * (PANEL + GAP)
        top = TOP + at // COLUMNS * height_of_panel
        parts += _panel(figures, name, figure, who, scales[figure], left, top, with_labels=at % COLUMNS == 0)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _scale(figures: Figures, names: list[str], figure: str) -> Scale:
    values = [getattr(cell, figure) for name in names for who in figures.contestants()
              if (cell := figures.cell(name, who)) and getattr(cell, figure)]  # fmt: skip
    return Scale(values, PANEL)


def _panel(figures, name, figure, who, scale, left, top, with_labels) -> list[str]:
    case = cases.case(name)
    unit = "stanzas/s" if figure == "per_second" else "median, µs: less is better"
    parts = [_text(left, top + 12, case.short or case.title, "title"),
             _text(left + PANEL, top + 12, unit, "tick", "end")]  # fmt: skip
    bars_end = top + TITLE + len(who) * STEP
    for power in scale.ticks():
        x = left + scale.place(10.0**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top + TITLE - 4}" y2="{bars_end}"/>')
        parts.append(_text(x, bars_end + 12, tick_name(power), "tick", "middle"))
    for at, contestant in enumerate(who):
        y = top + TITLE + at * STEP
        if with_labels:
            parts.append(_text(left - 8, y + 11, contestant, "label", "end"))
        parts += _bar(figures.cell(name, contestant), figure, scale, left, y)
    return parts


def _bar(cell: Cell | None, figure: str, scale: Scale, left: float, y: float) -> list[str]:
    if cell is None:
        return []
    value = getattr(cell, figure)
    if cell.fault or not value:
        return [_text(left + 4, y + 11, cell.fault or "not measured", "fault")]
    length = scale.place(value)
    return [f'<rect class="{_class(cell.contestant)}" x="{left}" y="{y}" width="{length:.1f}" height="{BAR}" rx="1.5"/>',
            _text(left + length + 5, y + 11, number(value), "value")]  # fmt: skip


def _class(contestant: str) -> str:
    if contestant == LIMIT:
        return "limit"
    if contestant == "rondel":
        return "ours"
    return "coroutine" if contestant.startswith("rondel") else "other"


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
