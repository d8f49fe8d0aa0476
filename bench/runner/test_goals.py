import goals
from figures import Figures
from goals import COROUTINE, PLAIN, Goal
from measure import Run


def runs_of(case: str, **per_second: float) -> list[Run]:
    names = {"plain": PLAIN, "coroutine": COROUTINE}
    return [Run(case, names.get(name, name), 1, "ok", per_second=value, p50=100 / value)
            for name, value in per_second.items()]  # fmt: skip


def outcome(figures: Figures, what: str) -> goals.Outcome:
    return next(one for one in goals.check(figures) if one.goal.what == what)


def test_only_goals_of_what_was_measured_are_checked():
    assert goals.check(Figures([])) == []
    checked = goals.check(Figures(runs_of("ping", limit=100, plain=60)))
    assert [one.goal.what for one in checked] == ["IQ ping, ratio, plain handler"]


def test_a_ratio_is_reached_at_its_bound_and_not_below():
    at = Figures(runs_of("16", limit=100, plain=50, coroutine=24))
    assert outcome(at, "16 B, ratio to the limit, plain handler").reached is True
    below = outcome(at, "16 B, ratio to the limit, coroutine handler")
    assert (below.measured, below.reached) == (0.24, False)


def test_latency_must_not_be_over_its_bound():
    figures = Figures(runs_of("one", limit=100, plain=100 / 1.05, coroutine=100 / 1.2))
    assert outcome(figures, "p50 with 1 in flight, to the limit's, plain handler").reached is True
    assert outcome(figures, "p50 with 1 in flight, to the limit's, coroutine handler").reached is False


def test_times_a_peer():
    figures = Figures(runs_of("16", limit=100, plain=80, libstrophe=10, gloox=2))
    assert outcome(figures, "16 B, times libstrophe").reached is True
    assert outcome(figures, "16 B, times gloox").measured == 40
    assert outcome(figures, "16 B, times gloox").reached is False
    assert outcome(figures, "16 B, times Wokkel").reached is None  # it was not there


def test_senders_are_compared_with_the_case_of_a_hundred():
    figures = Figures(runs_of("16", limit=100, plain=100) + runs_of("million", limit=100, plain=85))
    assert outcome(figures, "1,000,000 senders, throughput to that of 100").measured == 0.85


def test_a_contestant_that_went_wrong_reaches_nothing_by_its_other_figures():
    runs = [Run("16", PLAIN, 1, "ok", per_second=50, rss=5), Run("16", PLAIN, 2, "lost")]
    assert outcome(Figures(runs), "peak RSS in MiB, 16 B").reached is None


def test_no_allocation_means_none_in_two_thousand_stanzas():
    none = Goal("", PLAIN, "16", "allocations", 0, False)
    assert none.reached_by(0.0004) is True
    assert none.reached_by(0.001) is False
    assert none.reached_by(None) is None
    assert none.text() == "≤ 0"


def test_every_goal_names_a_case_that_there_is():
    import cases

    assert {goal.case for goal in goals.GOALS} <= {case.name for case in cases.CASES}
