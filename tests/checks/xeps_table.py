#!/usr/bin/python3
"""docs/xeps.md and rondel.doap say what the first lines of the headers in src/rondel/xep say.

A module's header begins (the line may be wrapped):
    // XEP-0199 XMPP Ping 2.0.1. Left out: nothing.
    // XEP-0030 Service Discovery 2.5.0, with XEP-0128 Service Discovery Extensions 1.0.1. Left out: paging.
What other floors implement stands in the table alone; there the header must at least name the XEP.
"""

import re
import xml.etree.ElementTree
from typing import NamedTuple

import sources

ONE = r"XEP-(\d{4}) (.+?) (\d+(?:\.\d+)+)"
FIRST_LINE = re.compile(rf"{ONE}(?:, with {ONE})?\. Left out: (.+)\.")
ROW = re.compile(
    r"^\| \[(\d{4})\]\(https://xmpp\.org/extensions/xep-(\d{4})\.html\) \| ([^|]+) \| ([^|]+) \| `([^`|]+)` \| ([^|]+) \|$",
    re.MULTILINE,
)
DOAP = "{http://usefulinc.com/ns/doap#}"
XMPP = "{https://linkmauve.fr/ns/xmpp-doap#}"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


class Extension(NamedTuple):
    number: str
    name: str
    version: str
    where: str
    left_out: str


def of_header(where: str, text: str) -> list[Extension] | None:
    """What the first lines of a header declare; nothing where it is no module, None where they cannot be read."""
    comment = []
    for line in text.splitlines():
        if not line.startswith("// "):
            break
        comment.append(line[3:])
    words = " ".join(comment)
    if not words.startswith("XEP-"):
        return []
    found = FIRST_LINE.match(words)
    if found is None:
        return None
    number, name, version, number_2, name_2, version_2, left_out = found.groups()
    extensions = [Extension(number, name, version, where, left_out)]
    if number_2 is not None:
        extensions.append(Extension(number_2, name_2, version_2, where, left_out))
    return extensions


def of_table(text: str) -> list[Extension]:
    return [Extension(row[1], *(cell.strip() for cell in row.groups()[2:])) for row in ROW.finditer(text) if row[1] == row[2]]


def of_doap(text: str) -> list[tuple[str, str, str]]:
    """Number, version and status of each extension."""
    project = xml.etree.ElementTree.fromstring(text).find(f"{DOAP}Project")
    if project is None:
        return []
    return [
        (
            re.sub(r"\D", "", xep.find(f"{XMPP}xep").get(RESOURCE)),
            xep.findtext(f"{XMPP}version"),
            xep.findtext(f"{XMPP}status"),
        )
        for xep in project.iter(f"{XMPP}SupportedXep")
    ]


def faults_of(headers: dict[str, str], table: str, doap: str) -> list[str]:
    """`headers` are the texts by their names below src/rondel."""
    faults = []
    declared = []
    for where, text in headers.items():
        if not where.startswith("xep/"):
            continue
        extensions = of_header(where, text)
        if extensions is None:
            faults.append(f"{where}: its first line must be `// XEP-NNNN Name 1.2. Left out: ….`")
        declared += extensions or []

    rows = of_table(table)
    listed = [line for line in table.splitlines() if line.startswith("| [")]
    if len(rows) != len(listed):
        faults.append("docs/xeps.md: a row of the table cannot be read.")
    if rows != sorted(rows):
        faults.append("docs/xeps.md: the rows must be in the order of their numbers.")
    for extension in declared:
        if extension not in rows:
            faults.append(f"docs/xeps.md: no row says {extension}, as the header does.")
    for row in rows:
        if row.where.startswith("xep/"):
            if row not in declared:
                faults.append(f"docs/xeps.md: the header does not say {row}.")
        elif f"XEP-{row.number}" not in headers.get(row.where, ""):
            faults.append(f"docs/xeps.md: {row.where} does not speak of XEP-{row.number}.")

    wanted = [(row.number, row.version, "complete" if row.left_out == "nothing" else "partial") for row in rows]
    have = of_doap(doap)
    faults += [f"rondel.doap: XEP-{entry[0]} is missing or other than {entry[1:]}." for entry in wanted if entry not in have]
    faults += [f"rondel.doap: {entry} is not in docs/xeps.md." for entry in have if entry not in wanted]
    if len(have) != len(set(have)):
        faults.append("rondel.doap: something is said twice.")
    return faults


def main() -> None:
    headers = {
        str(path.relative_to(sources.ROOT / "src/rondel")): path.read_text()
        for path in sources.files("src/rondel", suffixes=(".hpp",))
    }
    table = (sources.ROOT / "docs/xeps.md").read_text()
    faults = faults_of(headers, table, (sources.ROOT / "rondel.doap").read_text())
    sources.report(faults, f"{len(of_table(table))} extensions: table, headers and DOAP file say the same.")


if __name__ == "__main__":
    main()
