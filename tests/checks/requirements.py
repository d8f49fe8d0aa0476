#!/usr/bin/python3
"""Every row of docs/requirements.md has a test named after it, or the reason why it waits.

The last column of the tables there is made from the names of the tests in the sources: a GoogleTest Suite.name, a
test_*.py::test_name, or a conversation in tests/conversations. A name belongs to each row that it holds: V01, R080,
F03, or T_LEDGER. What shows a row without being named after it (also fuzz_NAME and check_NAME, of ctest) is put into
the column by hand, and stays.

    requirements.py           checks
    requirements.py --write   writes the last column
"""

import dataclasses
import pathlib
import re
import sys

import sources

TABLE = sources.ROOT / "docs/requirements.md"
WANTED = {
    *(f"V{n:02}" for n in range(1, 51)),
    *(f"R{n:03}" for n in range(1, 131)),
    *(f"F{n:02}" for n in range(1, 27)),
    "T-LEDGER",
}
ROW = re.compile(r"^\| (?P<id>[VRF]\d+|T-\w+) \| (?P<rule>[^|]*) \| (?P<who>[^|]*) \| (?P<waits>[^|]*)\| (?P<tests>[^|]*)\|$", re.MULTILINE)
IDS = re.compile(r"(?<![A-Za-z0-9])(?:V\d\d|R\d{3}|F\d\d|T_LEDGER)(?![0-9A-Za-z])", re.IGNORECASE)
TEST = re.compile(r"\b(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)")
FUNCTION = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


def rows_of(test: str) -> set[str]:
    """The rows that a test is named after. A file's name counts for nothing."""
    return {found.upper().replace("_", "-") for found in IDS.findall(test.split("::")[-1])}


def tests_in(name: str, text: str) -> set[str]:
    """What a source calls its tests, as they stand in the table."""
    path = pathlib.PurePath(name)
    if path.suffix == ".cpp":
        return {f"{suite}.{case}" for suite, case in TEST.findall(sources.without_comments_and_strings(text))}
    if path.suffix == ".chat":
        return {path.name}
    if path.suffix == ".py" and path.name.startswith("test_"):
        return {f"{path.name}::{case}" for case in FUNCTION.findall(text)}
    return set()


def ctest_cases(name: str) -> set[str]:
    """The ctest cases that are made from files: fuzzers and checks."""
    path = pathlib.PurePath(name)
    if path.match("tests/fuzz/*_fuzz.cpp"):
        return {f"fuzz_{path.stem.removesuffix('_fuzz')}"}
    if path.match("tests/checks/*.py") and not path.name.startswith("test_"):
        return {f"check_{path.stem}"}
    return set()


@dataclasses.dataclass
class Row:
    id: str
    waits: str
    tests: list[str]
    line: int


def read(text: str) -> list[Row]:
    return [
        Row(row["id"], row["waits"].strip(), re.findall(r"`([^`]+)`", row["tests"]), text.count("\n", 0, row.start()) + 1)
        for row in ROW.finditer(text)
    ]


def faults_of(name: str, text: str, tests: set[str], wanted: set[str]) -> list[str]:
    rows = read(text)
    faults = []
    seen: set[str] = set()
    for row in rows:
        where = f"{name}:{row.line}: {row.id}"
        if row.id in seen:
            faults.append(f"{where} is there twice.")
        if row.id not in wanted:
            faults.append(f"{where} is no row of the requirements.")
        if not row.tests and not row.waits:
            faults.append(f"{where} has no test named after it, and no reason to wait.")
        faults += [f"{where}: there is no test {test}." for test in row.tests if test not in tests]
        missing = sorted(test for test in tests if row.id in rows_of(test) and test not in row.tests)
        faults += [f"{where}: {test} is not listed; `requirements.py --write` adds it." for test in missing]
        seen.add(row.id)
    faults += [f"{name}: row {row} is missing." for row in sorted(wanted - seen)]
    named = {row: test for test in sorted(tests) for row in rows_of(test)}
    faults += [f"{name}: {named[row]} is named after {row}, which is no row." for row in sorted(named.keys() - seen - wanted)]
    # A line that looks like a row and is not read as one would be passed over silently.
    lines = {row.line for row in rows}
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\|\s*(?:[VRF]\d|T-)", line) and number not in lines:
            faults.append(f"{name}:{number}: this row is not of the form | id | rule | who | waits for | tests |.")
    return faults


def written(text: str, tests: set[str]) -> str:
    """The text with the last column as it should be."""

    def rewrite(match: re.Match) -> str:
        by_hand = {test for test in re.findall(r"`([^`]+)`", match["tests"]) if not rows_of(test) & {match["id"]}}
        listed = sorted(by_hand | {test for test in tests if match["id"] in rows_of(test)})
        cell = "<br>".join(f"`{test}`" for test in listed)
        cells = (match["id"], match["rule"], match["who"], match["waits"].strip(), cell)
        return "".join(f"| {each} " for each in cells) + "|"

    return ROW.sub(rewrite, text)


def main() -> None:
    tests = set()
    for path in sources.files("src", "tests", "examples", suffixes=(".cpp", ".py", ".chat")):
        name = str(path.relative_to(sources.ROOT))
        if path.parent == sources.ROOT / "tests/checks":
            tests |= ctest_cases(name)
        else:
            tests |= tests_in(name, path.read_text()) | ctest_cases(name)
    text = TABLE.read_text()
    if sys.argv[1:] == ["--write"]:
        text = written(text, tests)
        TABLE.write_text(text)
    rows = read(text)
    shown = sum(bool(row.tests) for row in rows)
    sources.report(
        faults_of(str(TABLE.relative_to(sources.ROOT)), text, tests, WANTED),
        f"{len(rows)} rows: {shown} have tests named after them, {len(rows) - shown} wait and say for what.",
    )


if __name__ == "__main__":
    main()
