#!/usr/bin/python3
"""The limits in SECURITY.md are those of the code: each row of the table names a header and what stands in it, and the
default in words is the same number."""

import re

import sources

PAGE = sources.ROOT / "SECURITY.md"
SOURCE = sources.ROOT / "src" / "rondel"
# | what it limits | 256 KiB | `xml/reader.hpp`: `stanza_bytes = 256 * 1024` |
ROW = re.compile(r"^\|[^|]+\|\s*(?P<words>[^|]+?)\s*\|\s*`(?P<file>[\w/.]+)`: `(?P<code>[^`]+)`[^|]*\|$", re.MULTILINE)
UNITS = {"": 1, "bytes": 1, "KiB": 1024, "MiB": 1 << 20, "s": 1, "min": 60, "h": 3600, "d": 86400}
CHRONO = {"milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600}
FEWEST = 30  # rows; a table that the expression above does not find is no table


def in_words(words: str) -> float:
    """'256 KiB', '10,000', '70 s', 'none'."""
    if words == "none":
        return 0
    match = re.fullmatch(r"([\d,.]+)(?: ([A-Za-z]+))?", words)
    if not match or (match[2] or "") not in UNITS:
        raise ValueError(f'"{words}" is no number with a unit that is known: {", ".join(filter(None, UNITS))}')
    return float(match[1].replace(",", "")) * UNITS[match[2] or ""]


def in_code(code: str) -> float:
    """What stands behind the equals sign."""
    value = code.split("=", 1)[1].strip()
    if value == "Duration::zero()":
        return 0
    scale = 1.0
    if match := re.fullmatch(r"std::chrono::(\w+)\((.*)\)", value):
        scale, value = CHRONO[match[1]], match[2]
    product = 1.0
    for factor in value.replace("'", "").split("*"):
        product *= float(factor)
    return product * scale


def agree(words: str, code: str) -> bool:
    """Several at once: '8 KiB; 32' and '{8 * 1024, 32}'."""
    if not code.startswith("{"):
        return abs(in_words(words) - in_code(code)) < 1e-9
    said, there = words.split("; "), code.strip("{}").split(", ")
    return len(said) == len(there) and all(agree(a, f"one = {b}") for a, b in zip(said, there))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def faults_of(page: str, source_of) -> list[str]:
    """`source_of(file)`: its text, or None."""
    faults = []
    rows = list(ROW.finditer(page))
    for row in rows:
        line = page.count("\n", 0, row.start()) + 1
        text = source_of(row["file"])
        if text is None:
            faults.append(f"SECURITY.md:{line}: there is no src/rondel/{row['file']}.")
        elif not re.search(r"(?<!\w)" + re.escape(flat(row["code"])) + r"(?![\w'(]| \*)", flat(text)):
            faults.append(f"SECURITY.md:{line}: `{row['code']}` does not stand in src/rondel/{row['file']}.")
        else:
            try:
                if not agree(row["words"], row["code"]):
                    faults.append(f"SECURITY.md:{line}: {row['words']} is not `{row['code']}`.")
            except (ValueError, KeyError) as error:
                faults.append(f"SECURITY.md:{line}: {error}")
    if len(rows) < FEWEST:
        faults.append(f"SECURITY.md: only {len(rows)} limits are found; a row is | what | 256 KiB | `file`: `name = 1` |.")
    return faults


def main() -> None:
    def source_of(name: str) -> str | None:
        path = SOURCE / name
        return path.read_text() if path.is_file() else None

    page = PAGE.read_text()
    sources.report(faults_of(page, source_of), f"{len(ROW.findall(page))} limits in SECURITY.md are those of the code.")


if __name__ == "__main__":
    main()
