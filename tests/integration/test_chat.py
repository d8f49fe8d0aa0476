"""The player of conversations itself: reading, comparing; and that each difference between servers is explained."""

import pathlib
import re

import pytest

from harness.chat import pattern, script

ROOT = pathlib.Path(__file__).parents[2]
SCRIPTS = [script.read(path) for path in sorted((ROOT / "tests/conversations/servers").glob("*.chat"))]

CAST = "[client] romeo\n    jid: romeo@localhost/orchard\n[component] echo\n    jid: echo.localhost\n---\n"


def read(tmp_path, text: str) -> script.Script:
    path = tmp_path / "example.chat"
    path.write_text(text)
    return script.read(path)


def said(steps: list[script.Step]) -> list[str]:
    return [f"{step.actor} {step.verb}" + (f": {step.argument}" if step.argument else "") for step in steps]


def test_lines_are_read(tmp_path):
    played = read(tmp_path, CAST + "# a comment\nromeo connects\nromeo gets:\n    <a\n        b='1'>\n    <c/></a>\necho is refused: conflict\n")
    assert played.actors["romeo"] == script.Actor("romeo", "client", "romeo@localhost/orchard")
    assert said(played.steps) == ["romeo connects", "romeo gets: <a b='1'><c/></a>", "echo is refused: conflict"]


def test_servers_differ(tmp_path):
    played = read(
        tmp_path,
        CAST
        + "romeo gets: <a/>\nalso with prosody (more): romeo gets: <b/>\n"
        + "except ejabberd (other):\n    romeo gets: <c/>\n    romeo gets:\n        <d/>\nexcept prosody (none): nothing\n",
    )
    assert said(played.steps_for("rondel")) == ["romeo gets: <a/>"]
    assert said(played.steps_for("ejabberd")) == ["romeo gets: <c/>", "romeo gets: <d/>"]
    assert said(played.steps_for("prosody")) == ["romeo gets: <b/>"]
    assert played.differences() == {("prosody", "more"), ("ejabberd", "other"), ("prosody", "none")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[client] romeo\n    jid: romeo@localhost\n", "no line “---”"),
        (CAST + "tybalt connects\n", "“tybalt” is not in the cast"),
        (CAST + "romeo dances\n", "nothing that romeo could do"),
        (CAST + "romeo gets:\n", "needs something after it"),
        (CAST + "romeo connects quickly\n", "stands alone"),
        (CAST + "except prosody (why): nothing\n", "there is none"),
        (CAST + "romeo connects\nexcept openfire (why): nothing\n", "no server “openfire”"),
    ],
)
def test_what_is_no_script(tmp_path, text, why):
    with pytest.raises(script.ScriptError, match=why):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("expected", "came", "same"),
    [
        ("<a b='1' c='2'/>", '<a c="2" b="1"></a>', True),
        ("<a b='1'/>", "<a b='2'/>", False),
        ("<a/>", "<a b='1'/>", False),
        ("<a b='1'/>", "<a/>", False),
        ("<a><b/><c/></a>", "<a><c/><b/></a>", True),
        ("<a><b/></a>", "<a><b/><c/></a>", False),
        ("<a><b/><etc/></a>", "<a><b/><c/></a>", True),
        ("<a><b/><b/></a>", "<a><b/></a>", False),
        ("<a>text</a>", "<a>other</a>", False),
        ("<x:a xmlns:x='urn:x'/>", "<a xmlns='urn:x'/>", True),
        ("<a xmlns='urn:y'/>", "<a xmlns='urn:x'/>", False),
        ("<a b='{v}' c='{v}'/>", "<a b='1' c='1'/>", True),
        ("<a b='{v}' c='{v}'/>", "<a b='1' c='2'/>", False),
        ("<a b='x/{v}'/>", "<a b='y/1'/>", False),
        ("<message/>", "<message to='me@localhost/here' from='me@localhost' xml:lang='en'/>", True),
        ("<message from='me@localhost'/>", "<message/>", True),
        ("<message/>", "<message from='you@localhost'/>", False),
        ("<message from='you@localhost'/>", "<message/>", False),
        ("<message to='me@localhost'/>", "<message to='me@localhost/here'/>", False),
        ("<message type='error'><error type='wait'/></message>", "<message type='error'><body/><error type='wait' code='5'/></message>", True),
        ("<message type='error'><error type='wait'/></message>", "<message type='error'><error type='cancel'/></message>", False),
    ],
)  # fmt: skip
def test_comparing(expected, came, same):
    reason = pattern.why_not(pattern.parse(expected)[0], pattern.parse(came)[0], "me@localhost/here", {})
    assert (reason is None) == same, reason


def test_a_failed_comparison_binds_nothing():
    bound = {}
    assert pattern.why_not(pattern.parse("<a b='{v}'/>")[0], pattern.parse("<a b='1' c='2'/>")[0], "me", bound)
    assert bound == {}
    assert pattern.why_not(pattern.parse("<a b='{v}'/>")[0], pattern.parse("<a b='1'/>")[0], "me", bound) is None
    assert bound == {"v": "1"}


def test_every_xml_is_well_formed():
    for played in SCRIPTS:
        for step in [*played.steps, *(inner for step in played.steps for _, steps in step.instead.values() for inner in steps)]:
            if step.argument.startswith("<") and played.path.stem != "not-well-formed":
                pattern.parse(step.argument)


def test_differences_are_explained():
    """docs/servers.md has a row for each difference that a script names, with the servers that have it, and no other rows."""
    text = (ROOT / "docs/servers.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \|", text, re.MULTILINE)
    explained = {(server, name) for name, servers in rows for server in servers.split(", ")}
    told = {difference for played in SCRIPTS for difference in played.differences()}
    assert told == explained
