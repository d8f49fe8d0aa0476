#!/usr/bin/python3
"""The mains of an example run one handler: they include the same file for it, and differ in the host alone.

In examples/NAME, component.cpp and client.cpp each enclose the statement that runs the host:

    // [host]
    return rondel::run(rondel::Component({…}, router));
    // [/host]

What is left must be the same to the letter, comments aside, and what they include must not know a host.
"""

import pathlib
import re

import sources

MAINS = {"component.cpp": "Component", "client.cpp": "Client"}
HOST = re.compile(r"^ *// \[host\]\n(.*?)^ *// \[/host\]\n", re.MULTILINE | re.DOTALL)
OWN_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
ANY_HOST = re.compile(r"\b(?:Component|Client)\b")


def halves(text: str) -> tuple[str, str] | None:
    """The statement of the host, and all that is not it, without comments; None unless there is one."""
    hosts = HOST.findall(text)
    if len(hosts) != 1:
        return None
    rest = re.sub(r"//[^\n]*", "", HOST.sub("", text))
    return hosts[0], re.sub(r"\n\s*\n+", "\n", rest).strip()


def faults_of(name: str, files: dict[str, str]) -> list[str]:
    """Of one example, whose files are given by their names."""
    faults = []
    rests = {}
    for main, host in MAINS.items():
        split = halves(files[main])
        if split is None:
            faults.append(f"{name}/{main}: enclose the one statement that runs the host in `// [host]` and `// [/host]`.")
            continue
        statement, rests[main] = split
        if f"rondel::{host}(" not in statement:
            faults.append(f"{name}/{main}: its host must be a rondel::{host}.")
    if len(set(rests.values())) > 1:
        faults.append(f"{name}: the mains differ in more than the host.")
    for include in sorted({one for main in MAINS for one in OWN_INCLUDE.findall(files[main])}):
        if include not in files:
            faults.append(f"{name}: {include} is not a file of the example, so it may be two.")
        elif ANY_HOST.search(sources.without_comments_and_strings(files[include])):
            faults.append(f"{name}/{include}: a handler must not know what carries it.")
    return faults


def main() -> None:
    folders = sorted(path.parent for path in (sources.ROOT / "examples").glob("*/component.cpp"))
    faults = []
    for folder in folders:
        name = str(folder.relative_to(sources.ROOT))
        files = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir() if path.suffix in {".cpp", ".hpp"}}
        if missing := MAINS.keys() - files.keys():
            faults.append(f"{name}: {', '.join(sorted(missing))} is missing.")
        else:
            faults += faults_of(name, files)
    if not folders:
        faults.append("examples: no example has a component.cpp.")
    sources.report(faults, f"{len(folders)} examples run one handler on both hosts.")


if __name__ == "__main__":
    main()
