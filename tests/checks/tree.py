#!/usr/bin/python3
"""What may not be in the repository: a path of somebody's machine, and a source of more than 600 lines."""

import re

import sources

HOMES = re.compile(r"/(?:home|Users)/[A-Za-z][\w.-]*/")
# Folders that stand on every machine say nothing about this one.
EVERYWHERE = {"/", "/tmp", "/var/tmp", "/srv", "/opt", "/home", "/root", "/usr/src", "/mnt", "/builds"}
LONGEST = 600
CODE = {".cpp", ".hpp", ".py", ".cmake", ".sh"}


def faults_of(name: str, text: str, folder_of_clone: str) -> list[str]:
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        for found in HOMES.finditer(line):
            faults.append(f"{name}:{number}: {found[0]} is a path of one machine.")
        if folder_of_clone not in EVERYWHERE and folder_of_clone + "/" in line:
            faults.append(f"{name}:{number}: {folder_of_clone} is a path of this machine.")
    return faults


def main() -> None:
    faults = []
    paths = sources.files()
    for path in paths:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # test data in octets
        name = str(path.relative_to(sources.ROOT))
        faults += faults_of(name, text, str(sources.ROOT.parent))
        lines = text.count("\n")
        if path.suffix in CODE and lines > LONGEST:
            faults.append(f"{name}: {lines} lines. Over {LONGEST} is a mistake: one idea per file.")
    sources.report(faults, f"{len(paths)} files: no path of a machine, no endless source.")


if __name__ == "__main__":
    main()
