import figures


def branch(count, kind=""):
    return {"count": count, "fallthrough": "F" in kind, "throw": "T" in kind}


def test_a_condition_has_two_ways():
    assert figures.ways_of([branch(5, "F"), branch(0), branch(2, "F"), branch(3)]) == [(5, 0), (2, 3)]


def test_a_call_that_may_throw_is_no_decision():
    assert figures.ways_of([branch(5, "F"), branch(0, "T"), branch(2, "F"), branch(3)]) == [(2, 3)]


def test_the_cases_of_a_switch_are_one_decision():
    assert figures.ways_of([branch(9, "F"), branch(0, "T"), branch(4), branch(5), branch(0)]) == [(4, 5, 0)]


def test_instances_that_are_alike_are_added_up():
    once, twice = [branch(1, "F"), branch(0)], [branch(0, "F"), branch(3)]
    assert figures.merged([once, twice, []]) == [(1, 3)]


def test_instances_that_are_not_alike_have_one_decision():
    short, long = [branch(1, "F"), branch(0)], [branch(2, "F"), branch(0), branch(0, "F"), branch(3)]
    assert figures.merged([short, long]) == [(3, 3)]


def test_a_way_not_taken_is_missed():
    assert figures.counted("if (a) b();", 5, [(5, 0)]) == [5, 0]
    assert figures.counted("if (a) b();", 0, [(0, 0)]) == [0, 0]


def test_what_is_no_decision_of_the_source():
    assert figures.counted("f(g());", 5, [(5, 2), (0, 0)]) == [5, 2]
    assert figures.counted("static const Category category;", 5, [(1, 4), (1, 0)]) == [1, 4]
    assert figures.counted("switch (state) {", 5, [(2, 3, 0)]) == [2, 3]
    assert figures.counted("return __builtin_cpu_supports(\"avx2\") ? a : b;", 5, [(5, 0)]) == []
    assert figures.counted("assert(p >= begin);", 5, [(5, 0)]) == []


def test_a_case_not_taken_is_missed():
    assert figures.counted("switch (state) {", 5, [(2, 0, 3)]) == [2, 0, 3]


def test_a_share_in_percent():
    assert str(figures.Share(1, 3)) == "33.3"
    assert str(figures.Share(0, 0)) == "-"
    assert figures.Share(1, 2) + figures.Share(1, 2) == figures.Share(2, 4)
