#!/usr/bin/python3
"""Every random value comes from base/random.cpp, and secrets are compared in constant time (rows V49 and V27)."""

import re

import sources

GENERATOR = re.compile(
    r"\b(?:mt19937(?:_64)?|random_device|default_random_engine|minstd_rand0?|ranlux\w+|knuth_b|uniform_\w+_distribution"
    r"|s?rand(?:om)?(?=\s*\()|[dejlmn]rand48|rand_r|getrandom|getentropy|arc4random\w*|RAND_\w+)\b"
)
OWNER = "src/rondel/base/random.cpp"
COMPARISON = re.compile(r"reveal\(\)\s*(?:==|!=|<=>|\.compare\b)|(?:==|!=|<=>)\s*[\w.:>()-]*reveal\(\)|\bmemcmp\s*\([^;]*reveal\(\)")


def faults_of(name: str, text: str) -> list[tuple[int, str]]:
    """Line and sentence of each fault in a file."""
    code = sources.without_comments_and_strings(text)
    faults = []
    for found in GENERATOR.finditer(code) if name != OWNER else ():
        faults.append((found.start(), f"{found[0]} here; take random values from rondel/base/random.hpp."))
    for found in COMPARISON.finditer(code):
        faults.append((found.start(), "a secret compared in telling time; use equal_in_constant_time."))
    return [(code.count("\n", 0, start) + 1, sentence) for start, sentence in faults]


def main() -> None:
    files = [path for path in sources.files("src", "examples", suffixes=(".hpp", ".cpp")) if not path.name.endswith("_test.cpp")]
    faults = [
        f"{sources.place(path, line)}: {sentence}"
        for path in files
        for line, sentence in faults_of(str(path.relative_to(sources.ROOT)), path.read_text())
    ]
    sources.report(faults, f"{len(files)} files take random values from one place and compare secrets in constant time.")


if __name__ == "__main__":
    main()
