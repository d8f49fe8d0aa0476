"""The table of ./test --reliability: reading, judging, showing."""

import figures
import programs


def rows(text: str) -> dict[str, str]:
    lines = figures.read(text)
    return {row.what: figures.verdict(row, lines) for row in figures.ROWS}


def test_lines_are_found_among_others():
    text = "[ RUN ] x\nFIGURE reconnect-peak 1.76 of thirteen outages\n  FIGURE a-b inf\nFIGURE no\nFIGURES x 1\n"
    assert figures.read(text) == [
        figures.Line("reconnect-peak", 1.76, "of thirteen outages"),
        figures.Line("a-b", float("inf")),
    ]


def test_what_is_worst_counts():
    name = "reconnects of 1,000 clients after a restart: busiest second, of the mean"
    assert rows("FIGURE reconnect-peak 1.5")[name] == "ok"
    assert rows("FIGURE reconnect-peak 1.5\nFIGURE reconnect-peak 2.5")[name] == "missed"


def test_zeroes_are_summed_and_percentages_are_not():
    assert rows("FIGURE spoofs-honoured 0\nFIGURE spoofs-honoured 1")["spoofed answers, pushes, carbons honoured"] == "missed"
    assert rows("FIGURE must-rows-passing 100\nFIGURE must-rows-passing 99")["MUST rows passing"] == "missed"


def test_what_is_missing_is_not_measured_and_a_miss_shows_even_then():
    name = "SIGTERM with 1,000 IQs in flight: lost; time; system-shutdown seen"
    assert rows("")[name] == "not measured"
    assert rows("FIGURE sigterm-lost 0")[name] == "not measured"
    assert rows("FIGURE sigterm-lost 3")[name] == "missed"
    assert rows("FIGURE sigterm-lost 0\nFIGURE sigterm-seconds 0.6\nFIGURE sigterm-told 1")[name] == "ok"


def test_what_never_ends_misses_its_goal():
    lines = figures.read("FIGURE seconds-before-authentication inf")
    row = next(row for row in figures.ROWS if row.what.startswith("bytes, elements"))
    assert figures.verdict(row, lines) == "missed"


def test_a_short_variant_says_so():
    text = figures.table(figures.read("FIGURE stanzas-withheld 0"), short=frozenset({"stanzas-withheld"}))
    assert "2-way and 3-way splits (short variant) | 0 | 0 | ok |" in text


def test_only_repetitions_may_fall_short_in_a_short_variant():
    row = next(row for row in figures.ROWS if "fuzz executions" in row.what)
    lines = figures.read("FIGURE expat-differences 0\nstat::number_of_executed_units: 2000000\n")
    assert figures.verdict(row, lines) == "missed"
    assert figures.verdict(row, lines, short=frozenset({"fuzz-executions"})) == "needs --long"
    lines = figures.read("FIGURE expat-differences 1\nstat::number_of_executed_units: 2000000\n")
    assert figures.verdict(row, lines, short=frozenset({"fuzz-executions", "expat-differences"})) == "missed"


def test_shares_are_percentages():
    assert figures.read("FIGURE must-rows-passing 190/200") == [figures.Line("must-rows-passing", 95, "190 of 200")]


def test_a_program_that_failed_shows_at_its_row():
    row = next(row for row in figures.ROWS if row.what == "MUST rows passing")
    lines = figures.read("FIGURE must-rows-passing 200/200")
    assert figures.verdict(row, lines) == "ok"
    assert figures.verdict(row, lines, frozenset({"must-rows-passing"})) == "failed"


def test_every_program_has_its_rows():
    wanted = {figure.name for row in figures.ROWS for figure in row.figures}
    printed = {name for program in programs.PROGRAMS for name in program.figures}
    assert printed <= wanted
