"""The harness itself, without rondel: its servers, peers and proxy do what the other files rely on.

What is asserted about Prosody and ejabberd here are facts about them that rondel has to live with.
"""

import signal
import sys

import pytest
import slixmpp

from harness import loop
from harness.ejabberd import Ejabberd
from harness.peers import IqError, Peer
from harness.ports import LOOPBACK, is_listening, listening_addresses
from harness.processes import Process
from harness.prosody import Prosody
from harness.proxy import Proxy
from harness.raw import RawComponent
from harness.servers import Settings


def test_component_talks_to_component(server, peer):
    with Peer.component(server, "echo.localhost") as echo:
        echo.answer_with_echo()
        assert peer.ask_until_answered("echo.localhost", "hello").startswith("echo: hello")
        assert peer.ask("anyone@echo.localhost", "grüß dich 🦜") == "echo: grüß dich 🦜"


def test_a_late_answer_to_a_question_is_no_message():
    peer = Peer(slixmpp.ClientXMPP("nobody@localhost", ""))
    peer._unanswered.append("are you there? (1)")  # asked again, and then answered

    async def come() -> None:
        for body in ("echo: 0", "echo: are you there? (1)", "echo: 1", "echo: are you there? (1)"):
            peer._inbox.put_nowait({"type": "chat", "body": body})

    loop.wait(come())
    assert [peer.next_message()["body"] for _ in range(3)] == ["echo: 0", "echo: 1", "echo: are you there? (1)"]


def test_client_talks_to_component(server):
    with Peer.component(server, "other.localhost") as echo, Peer.client(server) as juliet:
        echo.answer_with_echo()
        assert juliet.ask_until_answered("other.localhost", "hello").startswith("echo: hello")
        juliet.ping("other.localhost")


def test_iqs_are_answered(server, peer):
    with Peer.component(server, "tool.localhost") as other:
        assert other.ping("peer.localhost") is None
        assert other.version("peer.localhost") == ("slixmpp peer", "1.2.3")
        assert "urn:xmpp:ping" in other.disco_info("peer.localhost").features
        assert other.disco_items("peer.localhost") == set()
        with pytest.raises(IqError) as error:
            other.request("peer.localhost", "get", "<query xmlns='urn:rondel:nobody-knows-it'/>")
        assert error.value.condition == "feature-not-implemented"  # what slixmpp says, where others say service-unavailable


def test_messages_come_in_order(server, peer):
    with Peer.component(server, "echo.localhost") as echo:
        echo.answer_with_echo()
        peer.ask_until_answered("echo.localhost")
        bodies = [f"{number}" for number in range(500)]
        assert peer.converse("echo.localhost", bodies) == [f"echo: {body}" for body in bodies]


def test_wrong_secret_is_refused(server):
    with pytest.raises(AssertionError, match="not-authorized"):
        Peer.component(server, "other.localhost", secret="wrong")


def test_unknown_component_is_refused(server):
    with RawComponent(server.component_port("echo.localhost")) as raw:
        if server.name == "prosody":
            raw.open("nobody.localhost")  # the answer to the header alone is host-unknown, under an empty id
            assert b"host-unknown" in raw.read_to_end()
        else:
            with pytest.raises(AssertionError, match="not-authorized"):
                raw.authenticate("nobody.localhost", "any")


def test_a_stanza_arrives_as_it_was_sent(server, peer):
    with RawComponent(server.component_port("other.localhost")) as raw:
        raw.authenticate("other.localhost", "other-secret")
        peer.say("other.localhost", "a < b & \"c\"")
        message = raw.next_stanza()
        assert message.tag == "{jabber:component:accept}message"
        assert message.findtext("{jabber:component:accept}body") == "a < b & \"c\""
        raw.send("<message from='me@other.localhost' to='peer.localhost'><body>raw</body></message>")
        assert peer.next_message()["body"] == "raw"


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_server_comes_back_on_the_same_ports(own_server, ending):
    ports = [own_server.component_port("echo.localhost"), own_server.client_port]
    with Peer.component(own_server, "echo.localhost"):
        getattr(own_server, ending)()
        assert not any(is_listening(port) for port in ports)
    own_server.start()
    with Peer.component(own_server, "echo.localhost") as echo, Peer.client(own_server) as juliet:
        echo.answer_with_echo()
        assert juliet.ask_until_answered("echo.localhost")
    assert ports == [own_server.component_port("echo.localhost"), own_server.client_port]


def test_server_listens_on_its_own_loopback_ports_only(server):
    ports = {server.component_port(domain) for domain in server.settings.components} | {server.client_port}
    assert listening_addresses(server.process.pid) == {(LOOPBACK, port) for port in ports}


def test_second_connection_of_a_component():
    def both(server) -> tuple[str | None, str | None]:
        """The stream errors that the first and the second connection get."""
        with RawComponent(server.component_port("echo.localhost")) as first:
            first.authenticate("echo.localhost", "echo-secret")
            with RawComponent(server.component_port("echo.localhost")) as second:
                try:
                    second.authenticate("echo.localhost", "echo-secret")
                except AssertionError as refused:
                    return None, str(refused)
                if server.settings.newcomer_wins:
                    return first.read_to_end().decode(), None
                return None, None

    with Prosody() as server:
        first, second = both(server)
        assert first is None and "conflict" in second
    with Prosody(Settings(newcomer_wins=True)) as server:
        first, second = both(server)
        assert "conflict" in first and second is None
    with Ejabberd() as server:
        assert both(server) == (None, None)


@pytest.mark.parametrize("kind", [Prosody, Ejabberd])
def test_max_stanza_size(kind):
    with kind(Settings(max_stanza_size=20_000)) as server, RawComponent(server.component_port("echo.localhost")) as raw:
        raw.authenticate("echo.localhost", "echo-secret")
        raw.send(f"<message from='echo.localhost' to='peer.localhost'><body>{'x' * 30_000}</body></message>")
        assert b"stream:error" in raw.read_to_end()


def test_tls_on_the_component_port_of_ejabberd():
    with Ejabberd(Settings(component_tls=True)) as server:
        with RawComponent(server.component_port("echo.localhost"), tls=True) as raw:
            raw.authenticate("echo.localhost", "echo-secret")


def test_prosody_does_not_notice_a_half_dead_connection():
    with Prosody() as server, Proxy(server.component_port("echo.localhost")) as proxy:
        with RawComponent(proxy.port) as first:
            first.authenticate("echo.localhost", "echo-secret")
            proxy.links[0].drop_near()
            assert first.read() == b""
        with RawComponent(proxy.port) as second, pytest.raises(AssertionError, match="conflict"):
            second.authenticate("echo.localhost", "echo-secret")
        proxy.links[0].drop_far()
        proxy.wait_for_links(2)
        retry_until_let_in(proxy.port)


def retry_until_let_in(port: int) -> None:
    for _ in range(200):
        with RawComponent(port) as raw:
            try:
                return raw.authenticate("echo.localhost", "echo-secret")
            except AssertionError:
                continue
    raise AssertionError("Prosody still says conflict after 200 attempts.")


def test_process_reports_lines_status_and_signals():
    script = "import sys; print('first'); print('second', file=sys.stderr, flush=True); sys.stdin.read(); sys.exit(3)"
    process = Process("script", [sys.executable, "-u", "-c", script])
    process.wait_for_line("second")
    process.wait_for_line("first")
    assert (process.stdout, process.stderr) == (["first"], ["second"])
    process.close_stdin()
    assert process.wait() == 3
    with pytest.raises(AssertionError, match="ended without a line"):
        process.wait_for_line("third")
    endless = Process("endless", ["/bin/cat"])
    endless.kill()
    assert endless.wait() == -signal.SIGKILL
