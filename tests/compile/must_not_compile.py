#!/usr/bin/python3
"""Compiles a file as it is, which must work, and with each of its mistakes, which must fail with the sentence expected.

In the file, each mistake is a piece of its own, and the line that begins it says what the compiler must say:

    #if MISTAKE == 1  // decode<T>(): T must be default constructible
    …
    #endif

    must_not_compile.py FILE COMPILER [OPTION…]
"""

import os
import pathlib
import re
import subprocess
import sys

MISTAKE = re.compile(r"^#(?:el)?if MISTAKE == (\d+) +// (.+)$", re.MULTILINE)


def main() -> None:
    file = pathlib.Path(sys.argv[1])
    command = [*sys.argv[2:], "-std=c++20", "-fsyntax-only", str(file)]
    mistakes = MISTAKE.findall(file.read_text())
    if not mistakes:
        sys.exit(f"{file.name} has no mistakes.")

    def compile_with(number: str) -> subprocess.CompletedProcess:
        return subprocess.run([*command, f"-DMISTAKE={number}"], capture_output=True, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"})

    correct = compile_with("0")
    if correct.returncode != 0:
        sys.exit(f"{file.name} does not compile without a mistake:\n{correct.stderr}")
    for number, expected in mistakes:
        wrong = compile_with(number)
        if wrong.returncode == 0:
            sys.exit(f"{file.name}: mistake {number} compiles.")
        if expected not in wrong.stderr:
            sys.exit(f"{file.name}: mistake {number} does not say “{expected}”:\n{wrong.stderr}")
    print(f"{len(mistakes)} mistakes are told as expected.")


if __name__ == "__main__":
    main()
