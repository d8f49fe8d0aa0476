"""The runner against feeders and contestants of a few lines: what matters is that no run hangs, and none is left over."""

import dataclasses
import json
import os
import pathlib
import stat
import sys
import time

import cases
import contestants
import measure
import pytest
from contestants import Contestant
from measure import Pace

SHORT = Pace(warm_up=0.0, seconds=0.2, patience=0.0, wait_for=1.0)
RESULT = {"verdict": "ok", "why": "", "replies": 1000, "replies_per_second": 5000.0, "feeder_cpu_share": 0.5,
          "latency_us": {"p50": 1.0, "p99": 2.0, "p99_9": 3.0}, "allocations_per_reply": 0.25, "writes_per_reply": 0.5}  # fmt: skip
SLEEPS = Contestant("sleeps", f"{sys.executable} -c 'import time; time.sleep(60)' {{port}}")


@pytest.fixture
def build(tmp_path: pathlib.Path):
    """A build folder whose feeder is the given Python."""

    def with_feeder(text: str) -> pathlib.Path:
        feeder = tmp_path / "bench/echo/echo_feeder"
        feeder.parent.mkdir(parents=True)
        feeder.write_text(f"#!{sys.executable}\nimport json, sys, time\n"
                          f"def say(what): print(json.dumps(what), flush=True)\nsay({{'port': 1}})\n{text}\n")  # fmt: skip
        feeder.chmod(feeder.stat().st_mode | stat.S_IXUSR)
        return tmp_path

    return with_feeder


def run(build: pathlib.Path, who: Contestant = SLEEPS, round_: int = 1, pace: Pace = SHORT) -> measure.Run:
    return measure.run(build, cases.case("16"), who, round_, pace)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_good_run(build):
    at = build(f"say({{'phase': 'measuring'}})\nsay({{'phase': 'measured'}})\nsay({RESULT})")
    got = run(at)
    assert (got.verdict, got.per_second, got.p50, got.p99_9) == ("ok", 5000.0, 1.0, 3.0)
    assert got.rss > 0 and got.cpu >= 0
    assert got.allocations is None


def test_a_counted_run_takes_no_times_and_preloads_the_library(build):
    at = build("say({'phase': 'measuring'})\nsay({'phase': 'measured'})\n"
               "assert '--counters' in sys.argv\n" + f"say({RESULT})")  # fmt: skip
    got = run(at, round_=0)
    assert (got.allocations, got.writes, got.per_second) == (0.25, 0.5, None)


def test_what_the_processor_counted_is_told_for_one_stanza(build, monkeypatch):
    class Counting:
        said = []

        def __init__(self, process, events):
            assert pathlib.Path(f"/proc/{process}").exists() and events == ("cycles:u",)

        def begin(self):
            self.said.append("begin")

        def end(self):
            self.said.append("end")

        def counts(self):
            return {"cycles:u": 6e5}

        def stop(self):
            self.said.append("stop")

    monkeypatch.setattr(measure, "Counting", Counting)
    at = build(f"say({{'phase': 'measuring'}})\nsay({{'phase': 'measured'}})\nsay({RESULT})")
    got = measure.run(at, cases.case("16"), SLEEPS, 1, SHORT, ("cycles:u",))
    assert got.processor == {"cycles:u": 600} and Counting.said == ["begin", "end", "stop"]
    assert run(at).processor is None


def test_what_the_feeder_found_wrong_is_the_verdict_with_the_contestants_last_words(build):
    at = build(f"time.sleep(0.3)\nsay({dict(RESULT, verdict='corrupt', why='id 1 became 2.')})")
    who = Contestant("x", f"{sys.executable} -c 'print(\"last words\", flush=True); import time; time.sleep(60)' {{port}}")
    got = run(at, who)
    assert (got.verdict, got.why) == ("corrupt", "id 1 became 2. last words")


def test_a_program_that_is_one_file_runs_from_a_copy_of_its_own(build, tmp_path):
    at = build(f"time.sleep(0.3)\nsay({dict(RESULT, verdict='corrupt', why='Odd.')})")
    file = tmp_path / "echo"
    file.write_text('#!/bin/sh\necho "I am $0, $3 $4"\nexec sleep 60\n')
    file.chmod(0o755)
    first, second = (run(at, contestants.program("x", file)).why for _ in range(2))
    assert first.startswith("Odd. I am /") and first.endswith("/copy-of-echo, echo.localhost bench-secret")
    assert first != second and str(file) not in first


def test_the_feeder_may_quote_half_a_character(build):
    line = json.dumps(dict(RESULT, verdict="corrupt", why="It wrote X")).encode().replace(b"X", b"\xd1")
    got = run(build(f"sys.stdout.buffer.write({line!r} + b'\\n')"))
    assert (got.verdict, got.why) == ("corrupt", "It wrote \ufffd")


def test_a_contestant_that_ends_at_once_is_not_waited_for(build):
    began = time.monotonic()
    got = run(build("time.sleep(60)"), Contestant("x", f"{sys.executable} -c 'raise SystemExit(7)' {{port}}"))
    assert got.verdict == "absent" and "status 7" in got.why
    assert time.monotonic() - began < 20


def test_a_command_that_is_not_there(build):
    assert run(build("time.sleep(60)"), Contestant("x", "./there-is-no-such-program {port}")).verdict == "absent"


def test_a_feeder_that_hangs_is_given_up_and_both_are_ended(build, tmp_path):
    at = build("import os\nopen(sys.argv[0] + '.pid', 'w').write(str(os.getpid()))\ntime.sleep(60)")
    pace = dataclasses.replace(SHORT, wait_for=-4.5)  # so that longest() is half a second
    assert run(at, pace=pace).verdict == "stuck"
    assert gone(int((tmp_path / "bench/echo/echo_feeder.pid").read_text()))


def test_a_feeder_that_ends_without_a_result(build):
    assert "without a result" in run(build("")).why


def test_each_has_its_core_where_there_are_two():
    feeder, contestant = measure.cores()
    assert feeder in os.sched_getaffinity(0)
    assert feeder != contestant or len(os.sched_getaffinity(0)) == 1


def test_times_and_memory_of_a_process():
    before = measure.cpu_seconds(os.getpid())
    sum(range(300_000))
    assert measure.cpu_seconds(os.getpid()) > before
    assert measure.peak_memory(os.getpid()) > 1
