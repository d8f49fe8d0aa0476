"""Peers made of slixmpp: someone else's code, as a component or as a client, that judges ours."""

import asyncio
import collections
import contextlib
import dataclasses
import itertools
import re
import ssl
import xml.etree.ElementTree as ET

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout

from . import loop
from .ports import LOOPBACK
from .servers import DOMAIN, Server

PLUGINS = ["xep_0012", "xep_0030", "xep_0092", "xep_0199", "xep_0202"]

# What a test asks of an error IQ.
__all__ = ["Peer", "DiscoInfo", "IqError", "IqTimeout"]


@dataclasses.dataclass(frozen=True)
class DiscoInfo:
    identities: set[tuple[str, str, str]]  # category, type, name
    features: set[str]


class _Component(slixmpp.ComponentXMPP):
    """slixmpp looks for the error of an error stanza in jabber:client only, and a component's stream is in another one."""

    def incoming_filter(self, xml):
        for error in xml.findall("{jabber:component:accept}error"):
            error.tag = "{jabber:client}error"
        return super().incoming_filter(xml)


# Questions of ask_until_answered, by who asked: never one twice, for an answer to it may be kept for the next test's session.
_numbers = itertools.count(1)
_unanswered: dict[str, list[str]] = collections.defaultdict(list)


class Peer:
    """One slixmpp entity that is connected.  Threads: use from one; slixmpp itself runs on the thread of `loop`.

    `Peer.component(…)` and `Peer.client(…)` connect; use as a context manager, or close().
    Everything here ends within its timeout: in an answer, or in an AssertionError, IqError or IqTimeout.
    """

    def __init__(self, stream: slixmpp.BaseXMPP):
        self._stream = stream
        self._inbox: asyncio.Queue = asyncio.Queue()
        self._unanswered = _unanswered[stream.boundjid.bare]
        self._presence: dict[str, str] = {}  # what came last from each full JID: available, unavailable
        self._presence_came = asyncio.Event()
        self.closed_because: str | None = None  # the condition of the stream error that the server sent

    # -- connecting ----------------------------------------------------------------------------------------------------

    @classmethod
    def component(cls, server: Server, domain: str = "peer.localhost", *, secret: str | None = None) -> "Peer":
        async def connect() -> Peer:
            stream = _Component(domain, secret or server.secret(domain))
            return await cls(stream)._connect(server.component_port(domain))

        return loop.wait(connect())

    @classmethod
    def client(cls, server: Server, account: str = "juliet", *, tls: str = "starttls", password: str = "",
               newest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> "Peer":
        """With Settings.clients inside TLS, `starttls` or `direct`; otherwise, without clients' settings, without TLS."""

        async def connect() -> Peer:
            stream = slixmpp.ClientXMPP(f"{account}@{DOMAIN}", password or server.settings.accounts[account])
            if server.settings.clients:
                stream.ca_certs = str(server.authority.file)
                stream.use_ssl = tls == "direct"
                stream.ssl_context.maximum_version = newest_tls
            port = server.client_tls_port if server.settings.clients and tls == "direct" else server.client_port
            peer = await cls(stream)._connect(port, tls=server.settings.clients)
            stream.get_roster()
            stream.send_presence()
            return peer

        return loop.wait(connect())

    async def _connect(self, port: int, *, tls: bool = False) -> "Peer":
        stream = self._stream
        for plugin in PLUGINS:
            stream.register_plugin(plugin)
        stream["xep_0092"].software_name, stream["xep_0092"].version = "slixmpp peer", "1.2.3"
        started = asyncio.get_running_loop().create_future()

        def lost(reason) -> None:
            if not started.done():
                started.set_exception(AssertionError(f"{stream.boundjid} was not let in: {self.closed_because or reason}"))

        stream.add_event_handler("session_start", lambda _: started.done() or started.set_result(True))
        stream.add_event_handler("stream_error", lambda error: setattr(self, "closed_because", error["condition"]))
        stream.add_event_handler("failed_all_auth", lambda _: lost("failed authentication"))
        stream.add_event_handler("disconnected", lost)
        stream.add_event_handler("presence_available", lambda presence: self._note(presence, "available"))
        stream.add_event_handler("presence_unavailable", lambda presence: self._note(presence, "unavailable"))
        stream.add_event_handler("message", self._inbox.put_nowait)
        stream.add_event_handler("message_error", self._inbox.put_nowait)
        if isinstance(stream, slixmpp.ComponentXMPP):
            stream.connect(LOOPBACK, port)
        else:
            stream.connect((LOOPBACK, port), use_ssl=stream.use_ssl, force_starttls=tls, disable_starttls=not tls)
        await started
        return self

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        async def disconnect() -> None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stream.disconnect(wait=2), 5)
            self._stream.cancel_connection_attempt()
            self._stream._run_out_filters.cancel()  # slixmpp leaves this task behind

        loop.wait(disconnect())

    @property
    def jid(self) -> str:
        return str(self._stream.boundjid)

    def mechanism(self) -> str:
        """The SASL mechanism by which a client has logged in."""
        return self._stream["feature_mechanisms"].mech.name

    def is_connected(self) -> bool:
        return self._stream.is_connected()

    # -- presence ------------------------------------------------------------------------------------------------------

    def _note(self, presence, what: str) -> None:
        self._presence[str(presence["from"])] = what
        self._presence_came.set()

    def subscribe(self, to: str) -> None:
        """Asks for a subscription. (slixmpp grants each that it is asked for, and asks back.)"""

        async def ask() -> None:
            self._stream.send_presence_subscription(pto=to)

        loop.wait(ask())

    def wait_for_presence(self, of: str, what: str = "available", timeout: float = 20) -> None:
        """Waits until the last presence that came from the full JID `of` is this."""

        async def come() -> None:
            while self._presence.get(of) != what:
                self._presence_came.clear()
                await self._presence_came.wait()

        loop.wait(come(), timeout)

    def roster_item(self, jid: str) -> str:
        """The state of the subscription, as the server's roster has it."""

        async def ask() -> str:
            await self._stream.get_roster()
            return self._stream.client_roster[jid]["subscription"]

        return loop.wait(ask())

    # -- messages ------------------------------------------------------------------------------------------------------

    def say(self, to: str, body: str, type: str = "chat") -> None:
        loop.wait(self._say(to, body, type))

    async def _say(self, to: str, body: str, type: str) -> None:
        self._stream.send_message(mto=to, mbody=body, mtype=type, mfrom=self._stream.boundjid)

    def next_message(self, timeout: float = 20) -> slixmpp.Message:
        """The next message that came, of whatever type; error messages are messages too. Answers to questions of
        ask_until_answered that it did not wait for are none: a server may keep a question, or the answer, for long."""

        async def come() -> slixmpp.Message:
            while True:
                message = await self._inbox.get()
                if message["type"] == "error" or not self._is_late(message["body"]):
                    return message

        return loop.wait(come(), timeout)

    def _is_late(self, body: str) -> bool:
        question = next((one for one in self._unanswered if one in body), None)
        if question is not None:
            self._unanswered.remove(question)  # a second answer to it would be a message
        return question is not None

    def ask(self, to: str, body: str, timeout: float = 20) -> str:
        """Sends one chat message, and returns the body of the message that `to` sends next."""
        self.say(to, body)
        reply = self.next_message(timeout)
        assert reply["type"] != "error", f"{to} answered {body!r} with an error: {reply}"
        assert reply["from"].bare == slixmpp.JID(to).bare, f"Expected a reply of {to}, got {reply}"
        return reply["body"]

    def ask_until_answered(self, to: str, body: str = "are you there?", timeout: float = 60) -> str:
        """Asks again and again, while the server says that `to` is not there yet, or while nothing comes."""
        return loop.wait(self._ask_until_answered(to, body), timeout)

    async def _ask_until_answered(self, to: str, body: str) -> str:
        for number in _numbers:
            question = f"{body} ({number})"
            self._unanswered.append(question)
            await self._say(to, question, "chat")
            patience = 1.0
            with contextlib.suppress(asyncio.TimeoutError):
                while True:
                    reply = await asyncio.wait_for(self._inbox.get(), patience)
                    if reply["type"] == "error":
                        patience = 0.2  # not there yet; ask again in a moment
                    elif question in reply["body"]:
                        self._unanswered.remove(question)
                        return reply["body"]
                    else:
                        self._is_late(reply["body"])

    def answer_with_echo(self) -> None:
        """From now on every message with a body is answered by `echo: <body>`, as rondel's echo service would do."""

        def answer(message: slixmpp.Message) -> None:
            if message["type"] in ("chat", "normal") and message["body"]:
                message.reply(f"echo: {message['body']}").send()

        self._stream.add_event_handler("message", answer)

    def converse(self, to: str, bodies: list[str], *, window: int = 64, timeout: float = 120,
                 ignoring: str = "(?!)") -> list[str]:
        """Sends all bodies in order, at most `window` unanswered at a time, and returns the replies' bodies in order.

        Replies that match `ignoring` answer what was said before: a server may have kept that for a while."""
        return loop.wait(self._converse(to, bodies, window, ignoring), timeout)

    async def _converse(self, to: str, bodies: list[str], window: int, ignoring: str) -> list[str]:
        replies: list[str] = []
        waiting = collections.deque(bodies)
        in_flight = 0
        while waiting or in_flight:
            while waiting and in_flight < window:
                await self._say(to, waiting.popleft(), "chat")
                in_flight += 1
            reply = await self._inbox.get()
            assert reply["type"] != "error", f"{to} answered with an error: {reply}"
            if re.match(ignoring, reply["body"]):
                continue
            replies.append(reply["body"])
            in_flight -= 1
        return replies

    # -- IQs -----------------------------------------------------------------------------------------------------------

    def ping(self, to: str, timeout: float = 20) -> None:
        self._plugin("xep_0199", "send_ping", to, timeout=timeout)

    def version(self, of: str, timeout: float = 20) -> tuple[str, str]:
        """Name and version of the software."""
        answer = self._plugin("xep_0092", "get_version", of, timeout=timeout)
        return answer["software_version"]["name"], answer["software_version"]["version"]

    def disco_info(self, of: str, node: str | None = None, timeout: float = 20) -> DiscoInfo:
        answer = self._plugin("xep_0030", "get_info", of, node=node, cached=False, timeout=timeout)
        identities = {(category, type_, name or "") for category, type_, _, name in answer["disco_info"]["identities"]}
        return DiscoInfo(identities, set(answer["disco_info"]["features"]))

    def disco_items(self, of: str, node: str | None = None, timeout: float = 20) -> set[tuple[str, str]]:
        """JID and node of each item."""
        answer = self._plugin("xep_0030", "get_items", of, node=node, timeout=timeout)
        return {(str(jid), item_node or "") for jid, item_node, _ in answer["disco_items"]["items"]}

    def _plugin(self, plugin: str, method: str, jid: str, *, timeout: float, **arguments):
        async def call():
            return await getattr(self._stream[plugin], method)(jid, ifrom=self._from(), timeout=timeout, **arguments)

        return loop.wait(call(), timeout + 1)

    def request(self, to: str, type: str, payload: str, timeout: float = 20) -> slixmpp.Iq:
        """Sends an IQ with `payload`, which is XML, and returns the result; IqError or IqTimeout otherwise."""

        async def send() -> slixmpp.Iq:
            iq = self._stream.make_iq(ito=to, ifrom=self._from(), itype=type)
            iq.append(ET.fromstring(payload))
            return await iq.send(timeout=timeout)

        return loop.wait(send(), timeout + 1)

    def send_raw(self, xml: str) -> None:
        """Puts `xml` on the stream as it is."""

        async def send() -> None:
            self._stream.send_raw(xml)

        loop.wait(send())

    def _from(self) -> slixmpp.JID | None:
        return self._stream.boundjid if self._stream.is_component else None
