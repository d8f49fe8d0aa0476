"""`rondel demo`: the embedded server, the echo service and a prompt, all in one process."""

import signal

from harness.ports import LOOPBACK, listening_addresses
from harness.rondel import Rondel


def test_once():
    with Rondel("demo", "--once") as demo:
        assert demo.wait() == 0, demo.report()
        assert "echo: " in demo.text() and "urn:xmpp:ping" in demo.text()
        assert not demo.stderr, demo.report()


def test_prompt():
    with Rondel("demo") as demo:
        seen = demo.wait_for_line("Type a line")
        assert {address for address, _ in listening_addresses(demo.pid)} == {LOOPBACK}
        demo.write("parting is such sweet sorrow\n")
        seen = demo.wait_for_line("echo: parting is such sweet sorrow", after=seen)
        demo.write("a control character: \x1b[2J\n")  # refused, and never shown raw
        demo.write("still there?\n")
        demo.wait_for_line("echo: still there", after=seen)
        assert "\x1b" not in demo.text()
        demo.close_stdin()
        assert demo.wait() == 0, demo.report()


def test_signal():
    with Rondel("demo") as demo:
        demo.wait_for_line("Type a line")
        demo.signal(signal.SIGTERM)
        assert demo.wait() == 0, demo.report()
