"""As rondel_bad.cpp, on slixmpp. Its texts are of characters, so bad UTF-8 is a surrogate that stands alone."""

import sys

from slixmpp import ComponentXMPP

BAD = {"bad fffe": "x\ufffey", "bad utf8": "x\udcc3y", "bad nul": "x\0y", "bad control": "x\x01y"}

xmpp = ComponentXMPP(sys.argv[3], sys.argv[4], sys.argv[1], int(sys.argv[2]))


def answer(message):
    if message["body"]:
        message.reply(BAD.get(message["body"], message["body"])).send()


xmpp.add_event_handler("message", answer)
xmpp.connect()
xmpp.process(forever=False)
