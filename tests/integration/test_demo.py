"""`rondel demo`: the embedded server, the echo service on three hosts and a prompt, all in one process."""

import re
import signal

from harness.ports import LOOPBACK, listening_addresses
from harness.rondel import Rondel


def test_once():
    with Rondel("demo", "--once") as demo:
        assert demo.wait() == 0, demo.report()
        for service in ("echo.localhost", "echo@localhost", "inside.localhost"):
            assert any(re.search(f"<- <message .*from='{service}(/demo)?'.*echo: Wherefore", line) for line in demo.lines), demo.report()
        assert "urn:xmpp:ping" in demo.text()
        assert not demo.stderr, demo.report()


def test_prompt():
    with Rondel("demo") as demo:
        seen = demo.wait_for_line("Type a line")
        assert {address for address, _ in listening_addresses(demo.pid)} == {LOOPBACK}
        demo.write("parting is such sweet sorrow\n")
        for service in ("echo.localhost", "echo@localhost", "inside.localhost"):
            demo.wait_for_line(f"^(you:  )?{service} +echo: parting is such sweet sorrow", after=seen)
        seen = demo.wait_for_line("echo: parting is such sweet sorrow", after=seen)
        demo.write("a control character: \x1b[2J\n")  # refused, and never shown raw
        demo.write("still there?\n")
        demo.wait_for_line("echo: still there", after=seen)
        assert "\x1b" not in demo.text()
        demo.close_stdin()
        assert demo.wait() == 0, demo.report()


def test_anybody_may_come():
    """It tells how to reach it with any client, and that is true."""
    with Rondel("demo") as demo:
        demo.wait_for_line("Type a line")
        told = dict(re.findall(r"^  (server|account|password) +(\S+)$", demo.text(), re.MULTILINE))
        pin = re.search("sha256:[0-9a-f]+", demo.text())[0]
        with Rondel(
            "ping", "inside.localhost", "--client", told["account"], "--server", told["server"], "--tls-pin", pin,
            environment={"RONDEL_PASSWORD": told["password"]},
        ) as ping:  # fmt: skip
            assert ping.wait() == 0, ping.report()
        assert {address for address, _ in listening_addresses(demo.pid)} == {LOOPBACK}


def test_signal():
    with Rondel("demo") as demo:
        demo.wait_for_line("Type a line")
        demo.signal(signal.SIGTERM)
        assert demo.wait() == 0, demo.report()
