import xml.etree.ElementTree as ElementTree

import chart
import pytest
from figures import Figures
from measure import Run

SVG = "{http://www.w3.org/2000/svg}"


def runs(*names: str, case: str = "16") -> list[Run]:
    return [Run(case, name, 1, "ok", per_second=10_000 * 3**at, p50=40 + at) for at, name in enumerate(names)]


def bars(text: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(text).iter(SVG + "rect") if one.get("class") != "page"]


def test_a_bar_for_each_contestant_in_each_case():
    text = chart.svg(Figures(runs("limit", "rondel", "x") + runs("limit", "rondel", "x", case="one")))
    assert [bar.get("class") for bar in bars(text)] == ["limit", "ours", "other"] * 2


def test_longer_bars_are_faster_and_all_stay_on_the_page():
    text = chart.svg(Figures(runs("limit", "rondel", "rondel, coroutine", "x")))
    widths = [float(bar.get("width")) for bar in bars(text)]
    assert widths == sorted(widths) and 0 < widths[0] and widths[-1] <= chart.PANEL


def test_names_of_contestants_are_escaped():
    text = chart.svg(Figures(runs("limit", "<a> & 'b'")))
    assert "<a> & 'b'" in [one.text for one in ElementTree.fromstring(text).iter(SVG + "text")]


def test_a_fault_is_said_where_the_bar_would_be():
    text = chart.svg(Figures(runs("limit") + [Run("16", "x", 1, "lost")]))
    assert len(bars(text)) == 1
    assert "lost" in [one.text for one in ElementTree.fromstring(text).iter(SVG + "text")]


def test_nothing_measured_is_an_empty_page():
    assert bars(chart.svg(Figures([]))) == []


def test_the_scale_ends_at_whole_powers_of_ten():
    scale = chart.Scale([2_000, 3_400_000], 400)
    assert scale.ticks() == [3, 4, 5, 6, 7]
    assert scale.place(1_000) == 0 and scale.place(1e7) == 400 and scale.place(1e5) == pytest.approx(200)
    assert [chart.tick_name(power) for power in (-1, 0, 2, 3, 5, 6, 7)] == ["0.1", "1", "100", "1 k", "100 k", "1 M", "10 M"]
