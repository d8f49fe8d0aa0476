"""What the contestants are put through: one case is one way in which the feeder speaks."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    name: str  # on the command line, and in JSON
    title: str  # in tables
    feeder: tuple[str, ...]  # arguments of echo_feeder
    in_flight: int = 256
    quick: bool = False  # part of --quick
    latency: bool = False  # about time, not throughput
    short: str = ""  # the title where there is little room
    beside: str = ""  # the case that it is compared with, whose rounds take turns with its own

    def arguments(self) -> list[str]:
        flight = [] if "--burst" in self.feeder else ["--in-flight", str(self.in_flight)]
        return [*self.feeder, *flight]


CASES = (
    Case("16", "16 B", ("--case", "16"), quick=True),
    Case("1k", "1 KiB", ("--case", "1k")),
    Case("16k", "16 KiB", ("--case", "16k")),
    Case("chat", "chat, 7 payloads, 710 B", ("--case", "chat"), quick=True),
    Case("text", "1 KiB, entities and UTF-8", ("--case", "text")),
    Case("ping", "IQ ping", ("--case", "ping")),
    Case("mixed", "mixed kinds and sizes", ("--case", "mixed")),
    Case("one", "16 B, 1 in flight", ("--case", "16"), in_flight=1, quick=True, latency=True),
    Case("2048", "16 B, 2048 in flight, 16 KiB reads", ("--case", "16", "--read-size", "16384"), in_flight=2048,
         short="16 B, 2048 in flight"),
    Case("burst", "16 B, bursts of 4", ("--case", "16", "--burst", "4"), in_flight=4, latency=True),
    Case("sender", "16 B, 1 sender", ("--case", "16", "--senders", "1")),
    Case("million", "16 B, 1,000,000 senders", ("--case", "16", "--senders", "1000000"), beside="16"),
)


def case(name: str) -> Case:
    for one in CASES:
        if one.name == name:
            return one
    raise KeyError(f"There is no case '{name}', only {', '.join(one.name for one in CASES)}.")
