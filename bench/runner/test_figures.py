import figures
import pytest
from figures import Figures, median, ratio, spread
from measure import Run


def timed(contestant: str, round_: int, per_second: float, case: str = "16", **more) -> Run:
    return Run(case, contestant, round_, "ok", per_second=per_second, **more)


def test_median_and_spread_leave_out_what_was_not_measured():
    assert median([3.0, None, 1.0, 2.0]) == 2.0
    assert median([None]) is None
    assert spread([90.0, 100.0, None, 120.0]) == pytest.approx(0.3)
    assert spread([]) is None


def test_a_ratio_is_the_median_of_ratios_within_a_round_not_of_medians():
    limit = [timed("limit", 1, 100), timed("limit", 2, 1000), timed("limit", 3, 200)]
    ours = [timed("rondel", 1, 50), timed("rondel", 2, 600), timed("rondel", 3, 60)]
    assert ratio(ours, limit) == 0.5  # of 0.5, 0.6, 0.3


def test_a_ratio_takes_only_rounds_that_both_have_finished():
    limit = [timed("limit", 1, 100), timed("limit", 2, 100), timed("limit", 3, 100)]
    ours = [timed("rondel", 1, 50), Run("16", "rondel", 2, "died"), timed("rondel", 4, 90)]
    assert ratio(ours, limit) == 0.5
    assert ratio([Run("16", "rondel", 1, "died")], limit) is None


def test_two_cases_whose_rounds_took_turns_are_compared_by_round():
    runs = [timed("rondel", 1, 100), timed("rondel", 1, 90, "million"), timed("rondel", 2, 1000),
            timed("rondel", 2, 800, "million"), timed("rondel", 3, 200), timed("rondel", 3, 190, "million")]  # fmt: skip
    assert Figures(runs).ratio_of_cases("rondel", "million", "16") == 0.9
    assert Figures(runs).ratio_of_cases("rondel", "million", "ping") is None


def test_a_cell_holds_medians_of_timed_rounds_and_what_the_counted_run_saw():
    runs = [timed("limit", r, 1000.0, p50=10.0) for r in (1, 2, 3)]
    runs += [timed("rondel", r, v, p50=p, cpu=c, rss=m) for r, v, p, c, m in
             ((1, 400.0, 12.0, 1.0, 5.0), (2, 600.0, 11.0, 0.5, 7.0), (3, 500.0, 15.0, 0.7, 6.0))]  # fmt: skip
    runs.append(Run("16", "rondel", 0, "ok", allocations=0.0, writes=0.01))
    cell = Figures(runs).cell("16", "rondel")
    assert (cell.rounds, cell.per_second, cell.ratio, cell.spread) == (3, 500.0, 0.5, 0.4)
    assert (cell.p50, cell.p50_ratio, cell.cpu) == (12.0, 1.2, 0.7)
    assert cell.rss == 7.0  # the most that it ever took
    assert (cell.allocations, cell.writes, cell.fault) == (0.0, 0.01, "")


def test_a_fault_in_any_round_marks_the_cell_even_in_the_counted_one():
    runs = [timed("limit", 1, 100), timed("x", 1, 90), Run("16", "x", 0, "corrupt", "id m1 became m2")]
    cell = Figures(runs).cell("16", "x")
    assert (cell.fault, cell.why) == ("corrupt", "id m1 became m2")


def test_what_was_not_run_has_no_cell():
    assert Figures([timed("limit", 1, 100)]).cell("chat", "limit") is None
    assert figures.Figures([]).contestants() == []


def test_contestants_and_cases_come_in_the_order_in_which_they_were_run():
    runs = [timed("limit", 1, 1), timed("b", 1, 1), timed("a", 1, 1), timed("limit", 1, 1, "chat")]
    assert Figures(runs).contestants() == ["limit", "b", "a"]
    assert Figures(runs).cases() == ["16", "chat"]
