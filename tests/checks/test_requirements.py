"""What requirements.py finds, lets through, and writes."""

import pytest
import requirements

HEAD = "| Row | Rule | Who | Waits for | Tests |\n|---|---|---|---|---|\n"
TESTS = {"Reader.V06_T_BIGTOK_costs_linear_time", "Stream.R025_R028_errors", "Stream.ends", "fuzz_jid"}


def row(id: str, waits: str = "", tests: str = "") -> str:
    return f"| {id} | Something holds (§1) | all | {waits} | {tests} |\n"


def faults(*rows: str, tests: set[str] = TESTS, wanted: set[str] = {"V06"}) -> list[str]:
    return requirements.faults_of("r.md", HEAD + "".join(rows), tests, wanted)


LISTED = row("V06", tests="`Reader.V06_T_BIGTOK_costs_linear_time`")
R025 = row("R025", tests="`Stream.R025_R028_errors`")
R028 = row("R028", tests="`Stream.R025_R028_errors`<br>`fuzz_jid`")
ALL = {"V06", "R025", "R028"}


def test_nothing_to_say():
    assert not faults(LISTED, R025, R028, wanted=ALL)
    assert not faults(LISTED, row("R025", "client host", "`Stream.R025_R028_errors`"), R028, row("F07", "soaks"), wanted=ALL | {"F07"})


def test_neither_tests_nor_a_reason():
    assert faults(LISTED, R025, R028, row("F01"), wanted=ALL | {"F01"}) == [
        "r.md:6: F01 has no test named after it, and no reason to wait."
    ]


def test_rows_missing_twice_or_unknown():
    assert "r.md: row V06 is missing." in faults(R025, R028, wanted=ALL)
    assert "r.md:4: V06 is there twice." in faults(LISTED, LISTED, R025, R028, wanted=ALL)
    assert "r.md:6: V99 is no row of the requirements." in faults(LISTED, R025, R028, row("V99", "x"), wanted=ALL)


def test_tests_that_are_gone_or_not_listed():
    assert faults(LISTED, R025, row("R028", tests="`Stream.R028_gone`<br>`Stream.R025_R028_errors`"), wanted=ALL) == [
        "r.md:5: R028: there is no test Stream.R028_gone."
    ]
    assert faults(LISTED, R025, row("R028", "soaks"), wanted=ALL) == [
        "r.md:5: R028: Stream.R025_R028_errors is not listed; `requirements.py --write` adds it."
    ]
    assert faults(LISTED, R025, R028, tests=TESTS | {"Jid.V97_x"}, wanted=ALL) == [
        "r.md: Jid.V97_x is named after V97, which is no row."
    ]


def test_a_row_that_cannot_be_read():
    assert faults(LISTED, R025, R028, "| F01 | without its columns |\n", wanted=ALL) == [
        "r.md:6: this row is not of the form | id | rule | who | waits for | tests |."
    ]


def test_writing_keeps_what_was_added_by_hand():
    text = HEAD + row("V06", tests="`Reader.V06_gone`<br>`fuzz_jid`<br>`Stream.ends`") + row("R028", "soaks") + row("F07", "soaks")
    assert requirements.written(text, TESTS) == (
        HEAD
        + row("V06", tests="`Reader.V06_T_BIGTOK_costs_linear_time`<br>`Stream.ends`<br>`fuzz_jid`")
        + row("R028", "soaks", "`Stream.R025_R028_errors`")
        + row("F07", "soaks")
    )


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("Reader.V06_T_BIGTOK_x", {"V06"}),
        ("Stream.R019_R020_V44_x", {"R019", "R020", "V44"}),
        ("R082.is_written", {"R082"}),
        ("test_end.py::test_f11_drains", {"F11"}),
        ("test_r001.py::test_x", set()),
        ("Book.T_LEDGER_agrees", {"T-LEDGER"}),
        ("Jid.RFC7622_x", set()),
        ("Stream.R0191_x", set()),
        ("Stream.V1_x", set()),
    ],
)
def test_rows_of_a_name(name, rows):
    assert requirements.rows_of(name) == rows


def test_names_in_sources():
    cpp = "// TEST(No, comment)\nTEST(A, b) {}\nTEST_F(A,\n       c) { f(\"TEST(No, text)\"); }\nTEST_P(D, e) {}\n#define TEST_IT(x)\n"
    assert requirements.tests_in("src/a_test.cpp", cpp) == {"A.b", "A.c", "D.e"}
    assert requirements.tests_in("tests/test_a.py", "def test_b():\n    def test_c(): ...\ndef help(): ...\n") == {"test_a.py::test_b"}
    assert requirements.tests_in("tests/conversations/R011-close.chat", "") == {"R011-close.chat"}
    assert requirements.tests_in("src/a.hpp", "TEST(A, b)") == set()
    assert requirements.ctest_cases("tests/fuzz/xml_expat_fuzz.cpp") == {"fuzz_xml_expat"}
    assert requirements.ctest_cases("tests/checks/unguessable.py") == {"check_unguessable"}
    assert requirements.ctest_cases("tests/checks/test_tree.py") == set()
