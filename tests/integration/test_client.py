"""The echo bot: our client host as a user of Prosody and ejabberd, and of our embedded server; slixmpp speaks to it."""

import collections
import os
import re
import signal

import pytest

from conftest import EVERY_SERVER
from harness.peers import Peer
from harness.proxy import Proxy
from harness.rondel import Rondel
from harness.servers import BOUND, CERTIFIED, GUESTS, MECHANISMS, Settings
from harness.tap import Tap, TappedLink

ACCOUNTS = {"juliet": "capulet", "echo": "a long password with blanks"}
CUTS = 30 if os.environ.get("RONDEL_SOAK") else 3  # ./test --long
RESTARTS = 10 if os.environ.get("RONDEL_SOAK") else 1
BOT = "echo@localhost/bot"
SERVERS = {name: server for name, server in EVERY_SERVER.items() if name != "rondel"}


def settings(**more) -> Settings:
    return Settings(clients=True, accounts=ACCOUNTS, **more)


@pytest.fixture(params=EVERY_SERVER, scope="module")
def server(request):
    with EVERY_SERVER[request.param](settings()) as running:
        yield running


@pytest.fixture(params=SERVERS, scope="module")
def foreign_server(request):
    with SERVERS[request.param](settings()) as running:
        yield running


@pytest.fixture(params=SERVERS, scope="module")
def server_with_tls_1_2(request):
    with SERVERS[request.param](settings(only_tls_1_2=True)) as running:
        yield running


@pytest.fixture
def juliet(server):
    with Peer.client(server, "juliet") as connected:
        yield connected


def bot(server, *more: str, resource: str = "bot", **options) -> Rondel:
    return Rondel.client(["echo"], server, f"echo@localhost/{resource}", *more, **options)


def address_of(echo: Rondel, *, session: int = 1) -> str:
    """What the server made of its resource. (With Bind 2, XEP-0386, a server adds something to it.)"""
    number = 0
    for _ in range(session):
        number = echo.wait_for_line(r"Connected to .* as echo@localhost/\S+\.", after=number)
    return re.search(r" as (\S+)\.$", echo.lines[number - 1]).group(1)


def ping(server, account: str, *more: str, **options) -> Rondel:
    """One session: asks the account's server for a pong, and leaves."""
    return Rondel.client(["ping", account.split("@")[-1]], server, account, *more, **options)


# -- ways to connect ---------------------------------------------------------------------------------------------------


def ways(server) -> dict[str, list[str]]:
    return {
        "starttls": ["--server", f"127.0.0.1:{server.client_port}"],
        "direct-tls": ["--server", f"127.0.0.1:{server.client_tls_port}", "--direct-tls"],
        "websocket": ["--server", server.websocket_url],
    }


@pytest.mark.parametrize("way", ["starttls", "direct-tls", "websocket"])
def test_echo(server, juliet, way):
    with bot(server, way=ways(server)[way], resource=way) as echo:
        address = address_of(echo)
        assert address.startswith(f"echo@localhost/{way}")
        assert juliet.ask_until_answered(address, "hello").startswith("echo: hello")
        assert juliet.ask("echo@localhost", "to the bare address, grüß dich 🦜") == "echo: to the bare address, grüß dich 🦜"
        bodies = [str(number) for number in range(300)]
        assert juliet.converse(address, bodies) == [f"echo: {body}" for body in bodies]


def test_signal_ends_orderly(server, juliet):
    with bot(server) as echo:
        juliet.ask_until_answered("echo@localhost")
        echo.signal(signal.SIGTERM)
        assert echo.wait() == 0, echo.report()


# -- who it is ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", MECHANISMS)
def test_mechanism(foreign_server, domain):
    """The domain offers this one only (and where the server can, its -PLUS)."""
    more = ["--allow-plain"] if MECHANISMS[domain] == "PLAIN" else []
    with ping(foreign_server, f"juliet@{domain}", *more) as session:
        assert session.wait() == 0, session.report()


def test_binds_by_tls_unique_below_tls_1_3(server_with_tls_1_2):
    """The only type that the two know, and nothing but -PLUS is offered there."""
    with ping(server_with_tls_1_2, f"juliet@{BOUND}") as session:
        assert session.wait() == 0, session.report()


@pytest.mark.parametrize("domain", MECHANISMS)
def test_mechanism_below_tls_1_3(server_with_tls_1_2, domain):
    more = ["--allow-plain"] if MECHANISMS[domain] == "PLAIN" else []
    with ping(server_with_tls_1_2, f"juliet@{domain}", *more) as session:
        assert session.wait() == 0, session.report()


def test_does_not_bind_by_tls_unique_under_tls_1_3(foreign_server):
    """V29, RFC 9266 §3. Prosody offers no -PLUS there; ejabberd does, and would take it: it knows no other type."""
    says = {"prosody": "No stream features", "ejabberd": f"did not let juliet@{BOUND} in: not-authorized"}
    with ping(foreign_server, f"juliet@{BOUND}") as session:
        assert session.wait() == 1, session.report()
        assert says[foreign_server.name] in session.text(), session.report()


def test_plain_needs_permission(foreign_server):
    with ping(foreign_server, "juliet@plain.localhost") as session:
        assert session.wait() == 1, session.report()
        assert "PLAIN" in session.text()


def test_external(foreign_server):
    certificate, key = foreign_server.authority.for_client(f"juliet@{CERTIFIED}")
    way = ["--server", f"127.0.0.1:{foreign_server.client_tls_port}", "--direct-tls"]
    more = ["--certificate", str(certificate), "--key", str(key)]
    with ping(foreign_server, f"juliet@{CERTIFIED}", *more, way=way) as session:
        assert session.wait() == 0, session.report()


def test_anonymous(foreign_server):
    with ping(foreign_server, GUESTS) as session:
        assert session.wait() == 0, session.report()


def test_wrong_password_is_final(server):
    with bot(server, password="wrong") as echo:
        assert echo.wait() == 1, echo.report()
        assert len(echo.complaints()) == 1 and "wrong" not in echo.text(), echo.report()


def test_untrusted_certificate_is_refused(server):
    with Rondel("ping", "localhost", "--client", "juliet@localhost", "--server", f"127.0.0.1:{server.client_port}",
                environment={"RONDEL_PASSWORD": "capulet"}) as session:  # fmt: skip
        assert session.wait() == 1, session.report()
        assert "certificate" in session.text() and "capulet" not in session.text()


# -- losses ------------------------------------------------------------------------------------------------------------


def delivered(echo: Rondel) -> list[str]:
    """The bodies that the server delivered to the bot, in that order: numbers only."""
    bodies = (re.search(r" <- <message .*<body>(\d+)</body>", line) for line in echo.lines)
    return [found.group(1) for found in bodies if found]


def body_of(stanza: str) -> str:
    found = re.search(r"<(?:\w+:)?body>(.*)</(?:\w+:)?body>", stanza)
    return found.group(1) if found else ""

def cut_again_and_again(juliet, proxy, address: str) -> tuple[list[str], list[str]]:
    """Under traffic. Returns what juliet said, and what she heard, until everything was answered."""
    replies, sent = [], 0
    for cut in range(CUTS):
        first = f"echo: {sent}"
        for _ in range(100):
            juliet.say(address, str(sent))
            sent += 1
        # So the session is back: who is cut off again and again while it logs in waits longer each time, and rightly.
        while first not in replies:
            replies.append(juliet.next_message(timeout=60)["body"])
        proxy.links[-1].drop_near()
        proxy.links[-1].drop_far()
        proxy.wait_for_links(cut + 2)
    while len(set(replies)) < sent:
        replies.append(juliet.next_message(timeout=60)["body"])
    return [str(number) for number in range(sent)], replies


def test_resumption(server, juliet):
    """The connection is cut again and again under traffic: nothing is lost, nothing doubled, and all is in order."""
    if server.name == "ejabberd":
        return resumption_at_ejabberd(server, juliet)
    with Proxy(server.client_port) as proxy, bot(server, "--log-traffic", port=proxy.port) as echo:
        address = address_of(echo)
        juliet.ask_until_answered(address)
        said, replies = cut_again_and_again(juliet, proxy, address)
        assert delivered(echo) == said
        assert replies == [f"echo: {body}" for body in said]
        assert juliet.ask(address, "nothing more") == "echo: nothing more"
        assert echo.is_running()


def said_again_as_told(links: list[TappedLink]) -> list[list[str]]:
    """The stanzas on each link, once it was in session. On each the bot must go on behind the `h` of <resumed/>: with
    what the server says that it has not taken, all of it, in the order in which it was said, and nothing else."""
    in_session = [link.stanzas() for link in links]
    so_far: list[str] = []
    for link, said in zip(links, in_session):
        h = link.resumed_behind()
        if h is None and so_far:
            assert not said, "It spoke before its session was resumed."
            continue
        again = so_far[h or 0 :]
        assert said[: len(again)] == again[: len(said)], f"The server had taken {h}; said were {len(so_far)}."
        so_far = so_far[: h or 0] + said + again[len(said) :]
    return in_session


def resumption_at_ejabberd(server, juliet):
    """ejabberd itself delivers some of what came while a session was resumed behind what came later, and routes some of
    what it had read from the old connection though the `h` of its <resumed/> does not count it, so that it comes twice
    (docs/servers.md). So the wire is read: what we said is to be right to the stanza, and nothing may be doubled that
    was not said on two connections, as the server wanted."""
    with Tap(server) as proxy:
        way = ["--server", f"127.0.0.1:{proxy.port}", "--direct-tls"]
        with bot(server, "--log-traffic", way=way) as echo:
            address = address_of(echo)
            juliet.ask_until_answered(address)
            said, replies = cut_again_and_again(juliet, proxy, address)
            came = delivered(echo)
            assert sorted(came, key=int) == said
            place = {f"echo: {body}": number for number, body in enumerate(came)}
            on_links = [[body_of(stanza) for stanza in link] for link in said_again_as_told(proxy.links)]
            for bodies in on_links:
                answers = [body for body in bodies if body in place]
                assert answers == sorted(answers, key=place.get), "On one connection, not in the order of delivery."
            times_said = collections.Counter(body for bodies in on_links for body in set(bodies))
            times_heard = collections.Counter(replies)
            doubled = {body for body, times in times_heard.items() if times > 1}
            print(f"\nFIGURE resumption-doubled-by-the-server {len(doubled)} of {len(said)}, {CUTS} cuts, {server.name}")
            assert all(times_heard[body] <= times_said[body] for body in doubled), "Doubled, and said on one connection."
            assert [body for body in replies if body not in doubled] == [body for body in place if body not in doubled]
            assert juliet.ask(address, "nothing more") == "echo: nothing more"
            assert echo.is_running()


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_server_is_restarted_under_traffic(server, ending):
    with bot(server) as echo:
        for _ in range(RESTARTS):
            with Peer.client(server, "juliet") as juliet:
                juliet.ask_until_answered("echo@localhost")
                for number in range(200):
                    juliet.say("echo@localhost", f"unanswered {number}")
                getattr(server, ending)()
            server.start()
        with Peer.client(server, "juliet") as juliet:
            juliet.ask_until_answered("echo@localhost", timeout=90)
            bodies = [str(number) for number in range(300)]
            # What was asked while the bot was away may be kept, and answered now (ejabberd: after what came later).
            replies = juliet.converse("echo@localhost", bodies, ignoring="echo: (are you there|unanswered)")
            assert replies == [f"echo: {body}" for body in bodies]
        assert echo.is_running()


def test_two_with_one_address(foreign_server):
    """A second program with the same full address ends the first: it does not come back, or both would fight."""
    with bot(foreign_server) as first, Peer.client(foreign_server, "juliet") as juliet:
        juliet.ask_until_answered(BOT)
        with bot(foreign_server) as second:
            assert first.wait() == 1, first.report()
            assert "took over the address" in first.text()
            juliet.ask_until_answered(BOT)
            assert second.is_running()
