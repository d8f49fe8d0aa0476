#!/usr/bin/env python3
"""Counts the instructions that an echoed stanza costs, and fails if one costs 5 % more than is recorded.

    tests/instructions/count.py                 counts, with the programs in build/dev, and compares
    tests/instructions/count.py --write         counts, and records: after work that was meant to change the cost
    tests/instructions/count.py --build FOLDER  with the programs in another build

Time depends on the machine and on who else uses it; this number does not. Callgrind runs the program on a processor of
its own making, which is everywhere the same but for AVX2: so our AVX2 code is counted where there is AVX2, the portable
code everywhere (it is a program of its own, echo_path_portable), and glibc is told to use the versions of memcpy and
the like that every x86-64 has. The compiler does change the number: with another one than the recorded, nothing is
compared.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RECORD = HERE / "recorded.json"
ALLOWED = 1.05
SKIPPED = 77  # for ctest

COUNTS = [  # program, case, handler
    ("echo_path", "16", "plain"),
    ("echo_path", "16", "coroutine"),
    ("echo_path", "chat", "plain"),
    ("echo_path", "text", "plain"),
    ("echo_path", "ping", "plain"),
    ("echo_path_portable", "16", "plain"),
    ("echo_path_portable", "text", "plain"),
]
# What every x86-64 has, by the names of glibc 2.33 and later; what a glibc does not know it passes over.
OLD_PROCESSOR = ",".join(f"-{name}" for name in """
    AVX512F AVX512VL AVX512BW AVX512DQ AVX512CD AVX512ER AVX512PF AVX2 AVX BMI1 BMI2 LZCNT MOVBE POPCNT FMA RTM ERMS
    FSRM SSE4_2 SSE4_1 SSSE3 SSE3 XSAVE XSAVEC Prefer_No_VZEROUPPER AVX_Fast_Unaligned_Load Fast_Unaligned_Copy
    """.split())  # fmt: skip
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "LD_BIND_NOW": "1",
               "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={OLD_PROCESSOR}"}  # fmt: skip


def count(programs, program, case, handler):
    """(name, what the program says of itself, instructions per stanza)"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--toggle-collect=measured_echo", f"--callgrind-out-file={folder}/out",
             str(programs / program), case, handler],
            env=ENVIRONMENT, capture_output=True, text=True, timeout=240)  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{program} {case} {handler} failed with status {done.returncode}:\n{done.stdout}{done.stderr}")
    itself = json.loads(done.stdout)
    collected = int(re.search(r"Collected : (\d+)", done.stderr)[1])
    return f"{case}, {handler}, {itself['kernels']}", itself, round(collected / itself["stanzas"], 1)


def count_all(programs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda what: count(programs, *what), COUNTS))
    instructions = {}
    for (program, *_), (name, itself, number) in zip(COUNTS, done):
        if program == "echo_path" and itself["kernels"] == "portable":
            continue  # this processor has no AVX2
        instructions[name] = number
    return {"compiler": done[0][1]["compiler"], "instructions": instructions}


def compare(now, recorded):
    """Sentences about what is worse, and the lines of a table."""
    worse, lines = [], []
    for name, before in recorded["instructions"].items():
        after = now["instructions"].get(name)
        if after is None:
            lines.append(f"{name:24} {before:10.1f}  not counted: this processor has no AVX2")
            continue
        lines.append(f"{name:24} {before:10.1f} {after:10.1f} {after / before - 1:+8.1%}")
        if after > before * ALLOWED:
            worse.append(f"A stanza ({name}) costs {after:.0f} instructions; {before:.0f} are recorded.")
    for name in now["instructions"].keys() - recorded["instructions"].keys():
        worse.append(f"Nothing is recorded of {name}.")
    return worse, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    programs = arguments.build / "tests/instructions"
    if shutil.which("valgrind") is None:
        print("There is no valgrind: packaging/install-packages test brings it.")
        sys.exit(SKIPPED)

    now = count_all(programs)
    if arguments.write:
        RECORD.write_text(json.dumps(now, indent=2) + "\n")
        print(f"Recorded in {RECORD.relative_to(ROOT)}.")
    recorded = json.loads(RECORD.read_text())
    if now["compiler"] != recorded["compiler"]:
        print(f"Nothing to compare: recorded with g++ {recorded['compiler']}, built with {now['compiler']}.")
        sys.exit(SKIPPED)
    worse, lines = compare(now, recorded)
    print(f"{'instructions per stanza':24} {'recorded':>10} {'now':>10}", *lines, sep="\n")
    if worse:
        print(*worse, f"\nIf that is meant to be so: {HERE.relative_to(ROOT)}/count.py --write", sep="\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
