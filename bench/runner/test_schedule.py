import argparse

import cases
import contestants
import pytest
import results
import schedule
from contestants import Contestant
from measure import Pace, Run

LIMIT = Contestant("limit", "limit {port}", ours=True)
PEER = Contestant("gloox", "gloox {port}")


def test_everyone_takes_turns_within_a_case_and_the_others_in_each_second_round():
    plan = schedule.plan([cases.case("16"), cases.case("ping")], [LIMIT, PEER], 3)
    names = [(case.name, who.name, round_) for case, who, round_ in plan]
    of_16 = [("limit", 1), ("gloox", 1), ("limit", 2), ("limit", 3), ("gloox", 3), ("limit", 0), ("gloox", 0)]
    assert names == [("16", *one) for one in of_16] + [("ping", *one) for one in of_16]
    assert len(schedule.plan([cases.case("16")], [LIMIT], 2, counting=False)) == 2


def test_cases_that_are_compared_take_turns_too():
    plan = schedule.plan([cases.case("16"), cases.case("ping"), cases.case("million")], [LIMIT], 2)
    of_16 = [("16", 1), ("million", 1), ("16", 2), ("million", 2), ("16", 0), ("million", 0)]
    assert [(case.name, round_) for case, _, round_ in plan] == of_16 + [("ping", 1), ("ping", 2), ("ping", 0)]
    assert [case.name for case, _, _ in schedule.plan([cases.case("million")], [LIMIT], 1)] == ["million", "million"]


def test_by_turns_means_that_every_other_round_goes_backwards():
    names = [(who.name, round_) for who, round_ in schedule.by_turns([LIMIT, PEER], 3)]
    assert names == [("limit", 1), ("gloox", 1), ("gloox", 2), ("limit", 2), ("limit", 3), ("gloox", 3)]


def test_the_whole_table_takes_at_most_a_quarter_of_an_hour():
    everyone = [Contestant(str(at), "x", ours=at < 3) for at in range(9)]
    plan = schedule.plan(list(cases.CASES), everyone, 5)
    assert schedule.seconds(plan, Pace()) <= 15 * 60


def test_a_contestant_of_the_user():
    mine = contestants.from_option("mine=./my-echo --to {host}:{port} 'a b' {domain} {secret}")
    assert mine.words(5347, "echo.localhost", "$x") == ["./my-echo", "--to", "127.0.0.1:5347", "a b", "echo.localhost", "$x"]
    assert mine.ours
    for wrong in ("mine", "mine=", "=x {port}", "mine=./echo"):
        with pytest.raises((ValueError, argparse.ArgumentTypeError)):
            contestants.from_option(wrong)


def test_what_the_lock_file_of_npm_records_has_no_address():
    text = (contestants.PEERS / "xmppjs" / "package-lock.json").read_text()
    assert "http" not in text and '"resolved"' not in text


def test_every_case_has_its_own_name_and_arguments():
    assert len({case.name for case in cases.CASES}) == len(cases.CASES)
    assert cases.case("2048").arguments() == ["--case", "16", "--read-size", "16384", "--in-flight", "2048"]
    assert "--in-flight" not in cases.case("burst").arguments()
    with pytest.raises(KeyError):
        cases.case("17")


def test_results_come_back_from_a_file_and_pieces_become_one(tmp_path):
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    chat, old, new = (Run("chat", "limit", 1, "ok", per_second=1), Run("16", "limit", 1, "ok", per_second=2),
                      Run("16", "limit", 1, "ok", per_second=3))  # fmt: skip
    results.save(one, results.Results("2 cores.", "abc", [chat, old]))
    results.save(two, results.Results("2 cores.", "def", [new]))
    assert results.load([one]).runs == [old, chat]  # in the order of the table
    assert results.load([one, two]).runs == [new, chat]
    assert results.load([one, two]).commit == "def"
