import pytest
import tables
from figures import Figures
from measure import Run


def some_runs() -> list[Run]:
    runs = []
    for case in ("16", "one"):
        for round_ in (1, 2):
            runs.append(Run(case, "limit", round_, "ok", per_second=3_425_123, p50=39.0, p99=50.0, p99_9=99.5, cpu=0.163, rss=6.9))
            runs.append(Run(case, "rondel", round_, "ok", per_second=2_000_000, p50=39.5, p99=51.0, p99_9=101.0, cpu=0.3, rss=7.1))
        runs.append(Run(case, "a|b", 1, "corrupt", "`<x|y>` came\nback"))
    runs.append(Run("16", "rondel", 0, "ok", allocations=0.0, writes=0.0078))
    return runs


@pytest.mark.parametrize(("value", "text"), [
    (3_425_123, "3,430,000"), (48_123, "48,100"), (146.4, "146"), (43.06, "43.1"), (1.0, "1.00"), (0.16349, "0.163"),
    (0, "0"), (None, "–"), (999.6, "1,000"), (9.9996, "10.0"),
])  # fmt: skip
def test_numbers_have_as_many_digits_as_mean_anything(value, text):
    assert tables.number(value) == text


def test_markdown_is_aligned_and_each_row_is_as_wide_as_the_others():
    table = tables.markdown(("name", "figure"), [("a", "1"), ("longer", "12345678")])
    lines = table.split("\n")
    assert len({len(line) for line in lines}) == 1
    assert lines[1] == "| ------ | -------: |"


def test_a_fault_stands_in_the_table_and_its_story_below_without_breaking_it():
    text = tables.of_case(Figures(some_runs()), "16")
    assert "**corrupt**" in text
    assert "- a|b: corrupt. '<x/y>' came back" in text
    assert "| rondel" in text and "0.584" in text and "0.008" in text


def test_the_summary_leaves_out_the_cases_that_are_about_time():
    text = tables.summary(Figures(some_runs()))
    assert "16 B" in text and "1 in flight" not in text
    assert "2,000,000 (0.58)" in text


def test_everything_has_the_machine_the_cases_and_the_goals():
    text = tables.everything(Figures(some_runs()), "2 cores.")
    assert text.startswith("2 cores.\n")
    assert "**16 B, 1 in flight**" in text and "**Goals**" in text and " yes |" in text
