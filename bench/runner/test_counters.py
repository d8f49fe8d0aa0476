"""Against a perf of a few lines: the machine need not have one, and what it has may not be allowed to count."""

import os
import pathlib
import sys
import time

import counters
import pytest

OBEYS = """
control = next(word for word in sys.argv if word.startswith("fd:"))[3:].split(",")
def answer(*_):
    print("Events enabled\\n5,,cycles:u,1000,100.00,,\\n,,,,0.5,insn per cycle", file=sys.stderr)
    sys.exit()
signal.signal(signal.SIGINT, answer)
for order in open(int(control[0])):
    heard.write(order)
    heard.flush()
    os.write(int(control[1]), b"ack\\n")
"""
REFUSES = "sys.exit('No permission to enable cycles:u event.')"
HANGS = "signal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)"


@pytest.fixture
def perf(tmp_path: pathlib.Path, monkeypatch):
    """Makes the given Python the only perf there is; what it is told comes into the file that is returned."""

    def of(text: str) -> pathlib.Path:
        heard = tmp_path / "heard"
        program = tmp_path / "perf"
        program.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\nheard = open({str(heard)!r}, 'w')\n{text}\n")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(counters, "PATIENCE", 0.5 if text == HANGS else 30)
        return heard

    return of


def test_the_lines_of_perf():
    said = ("Events disabled\n414594,,cycles:u,14968357,100.00,,\n113592,,instructions:u,14968357,100.00,0.27,insn per cycle\n"
            ",,,,2.03,stalled cycles per insn\n<not supported>,,stalled-cycles-frontend:u,0,100.00,,\n")  # fmt: skip
    assert counters.read(said) == {"cycles:u": 414594, "instructions:u": 113592}


def test_it_counts_between_two_moments(perf):
    heard = perf(OBEYS)
    counting = counters.Counting(os.getpid(), ("cycles:u",))
    assert heard.read_text() == "disable\n"
    counting.begin()
    counting.end()
    assert heard.read_text() == "disable\nenable\ndisable\n"
    assert counting.counts() == {"cycles:u": 5}


def test_a_perf_that_may_not_count_is_no_fault_of_the_run(perf):
    perf(REFUSES)
    assert counters.available() == ((), "perf cannot count " + ", ".join(counters.EVENTS.values()) + " here, or must not.")
    counting = counters.Counting(os.getpid(), ("cycles:u",))
    counting.begin()
    counting.end()
    assert counting.counts() == {}


def test_a_perf_that_hangs_is_ended(perf):
    perf(HANGS)
    began = time.monotonic()
    counting = counters.Counting(os.getpid(), ("cycles:u",))
    counting.begin()
    assert counting.counts() == {}
    assert time.monotonic() - began < 20


def test_where_there_is_no_perf_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    events, why = counters.available()
    assert events == () and "linux-perf" in why
