"""A conversation script as read from its file: who takes part, and what happens."""

import dataclasses
import pathlib
import re

SERVERS = ("prosody", "ejabberd", "rondel")

# verb -> whether XML follows, or a word
_VERBS = {
    "connects": "nothing",
    "logs in": "nothing",
    "is let in": "nothing",
    "comes online": "nothing",
    "comes online:": "xml",
    "sends:": "xml",
    "gets:": "xml",
    "gets in any order:": "xml",
    "is refused:": "word",
    "ends:": "word",
    "closes": "nothing",
    "disconnects": "nothing",
    "asks for the roster": "nothing",
    "is friends with": "word",
}


class ScriptError(Exception):
    """The file is not a script; says where and why."""


@dataclasses.dataclass(frozen=True)
class Actor:
    name: str
    kind: str  # client, component
    jid: str


@dataclasses.dataclass
class Step:
    """One line: `actor verb argument`.

    `instead`: the steps for the servers that differ, and the name of the difference; `only`: this is one of them.
    """

    line: int
    actor: str
    verb: str
    argument: str = ""
    instead: dict[str, tuple[str, list["Step"]]] = dataclasses.field(default_factory=dict)
    only: dict[str, str] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"line {self.line}: {self.actor} {self.verb} {self.argument}"


@dataclasses.dataclass
class Script:
    path: pathlib.Path
    actors: dict[str, Actor]
    steps: list[Step]

    def steps_for(self, server: str) -> list[Step]:
        """What happens with this server."""
        chosen = []
        for step in self.steps:
            if not step.only or server in step.only:
                chosen += step.instead[server][1] if server in step.instead else [step]
        return chosen

    def differences(self) -> set[tuple[str, str]]:
        """(server, name of the difference) of each `except` and `also with`."""
        replaced = {(server, name) for step in self.steps for server, (name, _) in step.instead.items()}
        return replaced | {difference for step in self.steps for difference in step.only.items()}


def read(path: pathlib.Path) -> Script:
    return _Reader(path).script()


class _Reader:
    def __init__(self, path: pathlib.Path):
        self._path = path
        # (number, indentation, text) of every line that says something
        self._lines = [
            (number, len(line) - len(line.lstrip()), line.strip())
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if line.strip() and not line.lstrip().startswith("#")
        ]

    def script(self) -> Script:
        actors = self._cast()
        steps = self._steps(self._lines, set(actors))
        return Script(self._path, actors, steps)

    def _fail(self, number: int, why: str):
        raise ScriptError(f"{self._path}:{number}: {why}")

    def _cast(self) -> dict[str, Actor]:
        actors, name, kind = {}, "", ""
        while self._lines:
            number, _, text = self._lines.pop(0)
            if text == "---":
                return actors
            if match := re.fullmatch(r"\[(client|component)\] (\S+)", text):
                kind, name = match.groups()
            elif name and (match := re.fullmatch(r"jid: (\S+)", text)):
                actors[name] = Actor(name, kind, match.group(1))
            else:
                self._fail(number, f"Expected “[client] NAME”, “[component] NAME”, “jid: …” or “---”, and not “{text}”.")
        self._fail(1, "There is no line “---” between the cast and what happens.")

    def _steps(self, lines, names: set[str]) -> list[Step]:
        steps: list[Step] = []
        lines = list(lines)
        while lines:
            number, indentation, text = lines.pop(0)
            below = []
            while lines and lines[0][1] > indentation:
                below.append(lines.pop(0))
            if match := re.fullmatch(r"(except|also with) ([a-z, ]+) \(([a-z-]+)\):(.*)", text):
                self._difference(number, match, below, steps, names)
            else:
                steps.append(self._step(number, text, below, names))
        return steps

    def _difference(self, number: int, match: re.Match, below, steps: list[Step], names: set[str]) -> None:
        word, servers, difference, rest = match.groups()
        if word == "except" and not steps:
            self._fail(number, "“except” says what happens instead of the line above, and there is none.")
        if rest.strip():
            # What stands on this line itself has what is below it for its XML.
            differing = [] if rest.strip() == "nothing" else [self._step(number, rest.strip(), below, names)]
        else:
            differing = self._steps(below, names)
        common = [step for step in steps if not step.only]
        replaced = common[-1] if word == "except" else None
        for server in servers.split(", "):
            if server not in SERVERS:
                self._fail(number, f"There is no server “{server}”, only {', '.join(SERVERS)}.")
            if replaced:
                replaced.instead[server] = (difference, differing)
            for step in differing if not replaced else []:
                step.only[server] = difference
        if not replaced:
            steps += differing

    def _step(self, number: int, text: str, below, names: set[str]) -> Step:
        actor, _, rest = text.partition(" ")
        if actor not in names:
            self._fail(number, f"“{actor}” is not in the cast.")
        for verb, needs in sorted(_VERBS.items(), key=lambda item: -len(item[0])):
            if rest == verb or rest.startswith(verb + " "):
                argument = _joined([rest[len(verb):].strip(), *(line for _, _, line in below)])
                if (needs == "nothing") != (argument == ""):
                    self._fail(number, f"“{verb}” {'stands alone' if argument else 'needs something after it'}.")
                return Step(number, actor, verb.rstrip(":"), argument)
        self._fail(number, f"“{rest}” is nothing that {actor} could do.")


def _joined(lines: list[str]) -> str:
    """Lines are joined without what separates them, but where one ends inside a tag."""
    text = ""
    for line in lines:
        text += (" " if text and text.rfind("<") > text.rfind(">") else "") + line
    return text
