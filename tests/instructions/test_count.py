import count

RECORDED = {"compiler": "12.2.0", "instructions": {"16, plain, avx2": 1000.0, "16, plain, portable": 2000.0}}


def now(**numbers):
    return {"compiler": "12.2.0", "instructions": {f"16, plain, {name}": float(n) for name, n in numbers.items()}}


def test_the_same_or_less_is_good():
    assert count.compare(now(avx2=1000, portable=2000), RECORDED)[0] == []
    assert count.compare(now(avx2=500, portable=1), RECORDED)[0] == []


def test_five_percent_more_are_let_be_and_six_are_not():
    assert count.compare(now(avx2=1050, portable=2100), RECORDED)[0] == []
    worse, lines = count.compare(now(avx2=1060, portable=2000), RECORDED)
    assert worse == ["A stanza (16, plain, avx2) costs 1060 instructions; 1000 are recorded."]
    assert "+6.0%" in lines[0]


def test_without_avx2_the_rest_still_counts():
    worse, lines = count.compare(now(portable=3000), RECORDED)
    assert len(worse) == 1 and "portable" in worse[0]
    assert "no AVX2" in lines[0]


def test_what_is_not_recorded_is_said():
    assert count.compare(now(avx2=1000, portable=2000, other=1), RECORDED)[0] == ["Nothing is recorded of 16, plain, other."]
