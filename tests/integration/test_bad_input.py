"""Bad input stays local: it is refused before the socket, or answered, and the stream lives."""

import pytest

from harness.peers import Peer
from harness.proxy import Proxy
from harness.rondel import Rondel


def send(server, *arguments: str) -> Rondel:
    with Rondel.connected(["send", *arguments], server, "tool.localhost") as program:
        program.wait()
        return program


def test_send(server, peer):
    program = send(server, "peer.localhost", "hello < there & \"you\"")
    assert program.wait() == 0, program.report()
    message = peer.next_message()
    assert (message["body"], message["from"].domain) == ("hello < there & \"you\"", "tool.localhost")


@pytest.mark.parametrize(
    "jid, text",
    [
        ("peer.localhost", "a control character: \x01"),
        ("peer.localhost", "not a character: \ufffe"),
        ("@peer.localhost", "no local part"),
        ("a@b@peer.localhost", "two local parts"),
        ("peer.localhost/", "empty resource"),
        ("", "nobody"),
        ("peer.localhost", "x" * 100_000 + "\x02"),
    ],
    ids=["control", "noncharacter", "no-local", "two-locals", "no-resource", "empty", "late-control"],
)
def test_bad_text_and_addresses_are_refused_here(server, peer, jid, text):
    program = send(server, jid, text)
    assert program.wait() == 1, program.report()
    assert len(program.complaints()) == 1 and len(program.complaints()[0]) < 500, program.report()
    assert "\x01" not in program.text()
    peer.say(peer.jid, "the next")  # nothing came before it
    assert peer.next_message()["body"] == "the next"


def test_bad_utf8_on_the_command_line_is_refused_here(server, peer):
    program = send(server, "peer.localhost", "\udcff\udcfe")  # the octets FF FE
    assert program.wait() == 1, program.report()


ODD = [
    "<message to='echo.localhost' from='{jid}' type='no-such-type'><body>odd</body></message>",
    "<message to='echo.localhost' from='{jid}' type='chat'><body/></message>",
    "<message to='echo.localhost' from='{jid}' type='chat'><body xmlns='urn:other'>odd</body></message>",
    "<message to='echo.localhost' from='{jid}' type='error'/>",
    "<message to='echo.localhost' from='{jid}' type='chat'>" + "<deep xmlns='urn:deep'>" * 60 + "</deep>" * 60 + "</message>",
    "<iq to='echo.localhost' from='{jid}' type='get' id='1'/>",
    "<iq to='echo.localhost' from='{jid}' type='get' id='2'><a xmlns='urn:a'/><b xmlns='urn:b'/></iq>",
    "<iq to='echo.localhost' from='{jid}' type='result' id='nobody-asked'/>",
    "<iq to='echo.localhost' from='{jid}' type='error' id='nobody-asked'><error type='cancel'/></iq>",
    "<iq to='echo.localhost' from='{jid}' type='set' id='3'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq to='echo.localhost' from='{jid}' type='get' id='4'><query xmlns='http://jabber.org/protocol/disco#info' node=''/></iq>",
    "<presence to='echo.localhost' from='{jid}' type='subscribe'/>",
    "<presence to='echo.localhost' from='{jid}' type='no-such-type'/>",
    "<presence to='echo.localhost' from='{jid}'><priority>many</priority></presence>",
    "<message to='echo.localhost' from='{jid}' type='chat'><body>tab&#9;cr&#13;lf&#10;quote&quot;</body></message>",
    "<message to='&#x1F99C;@echo.localhost' from='{jid}' type='chat'><body>a parrot asks</body></message>",
    "<message to='echo.localhost' from='{jid}' type='chat'><body>" + "y" * 200_000 + "</body></message>",
]


def test_odd_stanzas_leave_the_stream_alive(server):
    with Proxy(server.component_port("echo.localhost")) as proxy, Rondel.echo(server, port=proxy.port) as echo:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
            for number, stanza in enumerate(ODD):
                peer.send_raw(stanza.format(jid=peer.jid))
                assert peer.ask_until_answered("echo.localhost", f"after odd {number}"), stanza[:200]
            assert peer.is_connected()
        assert len(proxy.links) == 1, echo.report()
        assert echo.is_running()
