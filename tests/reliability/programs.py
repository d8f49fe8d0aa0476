"""What prints the figures: for each, its command, and what has to be built for it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Program:
    command: str
    figures: tuple[str, ...]
    build: tuple[str, str] = ("", "")  # folder of build/, targets
    long_command: str = ""  # instead, with --long; without it the figures are of the short variant
    seconds: int = 300  # the most that it may take; ten times as long with --long


def _test(floor: str, only: str, *figures: str) -> Program:
    target = f"rondel_{floor}_test"
    return Program(f"build/dev/src/rondel/{target} --gtest_filter={only}", figures, ("dev", target))


PROGRAMS = [
    # What waits for more than a minute goes first, beside the others.
    Program(
        "tests/reliability/measure waits",
        ("seconds-before-authentication", "half-open-server-seconds", "half-open-program-seconds"),
        ("release", "rondel"),
    ),
    Program(
        "tests/reliability/measure before_authentication bounced ending",
        ("bytes-before-authentication", "elements-before-authentication", "bounced-within-1s", "sigterm-lost",
         "sigterm-seconds", "sigterm-told"),
        ("release", "rondel"),
    ),
    Program("tests/reliability/measure aborted", ("rss-after-aborted-connections",), ("release", "rondel")),
    Program(
        "build/release/bench/bombs", ("hostile-token-ms", "hostile-token-growth"), ("release", "bombs")
    ),
    Program(
        "build/release/tests/reliability/reliability_splits 120",
        ("stanzas-withheld",),
        ("release", "reliability_splits"),
        long_command="build/release/tests/reliability/reliability_splits 1000",
    ),
    Program(
        "build/release/tests/reliability/reliability_amplification tests/fuzz/corpus",
        ("memory-amplification",),
        ("release", "reliability_amplification"),
    ),
    Program(
        "build/dev/tests/xml/rondel_xml_judged_test --gtest_filter=Examples.V01_T_DIFF_*",
        ("expat-differences",),
        ("dev", "rondel_xml_judged_test"),
    ),
    Program(
        "env RONDEL_SOAK=20000 build/dev/tests/simulator/rondel_simulator_soak",
        ("unaccounted-stanzas",),
        ("dev", "rondel_simulator_soak"),
        long_command="build/dev/tests/simulator/rondel_simulator_soak",
    ),
    Program(
        "tests/fuzz/run build/fuzz xml_expat 20",
        ("fuzz-executions",),
        ("fuzz", "tests/fuzz/xml_expat_fuzz"),
        long_command="tests/fuzz/run build/fuzz xml_expat 3600",
    ),
    Program("build/dev/rondel conformance --quiet --limit 20", ("must-rows-passing",), ("dev", "rondel")),
    Program(
        "build/dev/tests/torture/rondel_torture_test --gtest_filter=*memory*",
        ("allocation-failures-survived",),
        ("dev", "rondel_torture_test"),
    ),
    _test("base", "Backoff.F24_*", "reconnect-peak"),
    _test("net", "CertificateTest.*:ClientFaultsTest.V31_*:ClientFaultsTest.V32_*", "bad-certificates-accepted",
          "bad-certificates-shown", "plaintext-credential-bytes"),
    _test("net", "SlowReaderTest.*", "stopped-reader-growth-mib", "stopped-reader-told"),
    _test("service", "Requesting.V17_*", "spoofs-honoured"),
    _test("xep", "RosterPush.V18_*:Carbons.V19_*", "spoofs-honoured"),
]  # fmt: skip
