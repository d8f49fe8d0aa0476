"""The echo component on slixmpp, as its documentation shows it ("Create and Run a Server Component").

    slixmpp_echo.py HOST PORT DOMAIN SECRET [uvloop]
"""

import asyncio
import sys

if sys.argv[5:] == ["uvloop"]:  # before slixmpp, which takes the loop that it finds
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())

from slixmpp import ComponentXMPP  # noqa: E402


class EchoComponent(ComponentXMPP):
    def __init__(self, host: str, port: int, domain: str, secret: str):
        super().__init__(domain, secret, host, port)
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0199")
        self.add_event_handler("message", self.message)

    def message(self, message):
        if message["type"] == "error" or not message["body"]:
            return
        reply = message.reply(message["body"])
        reply["id"] = message["id"]
        reply.send()


xmpp = EchoComponent(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
xmpp.connect()
xmpp.process(forever=False)
