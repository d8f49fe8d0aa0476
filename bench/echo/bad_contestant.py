"""bad_contestant.py FAULT WHEN HOST PORT DOMAIN SECRET: echoes, but for what it does wrong with the answer number WHEN."""

import hashlib
import re
import socket
import sys
import time

fault, when, (host, port, domain, secret) = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
server = socket.create_connection((host, int(port)))
server.sendall(f"<stream:stream xmlns='jabber:component:accept' to='{domain}' "
               "xmlns:stream='http://etherx.jabber.org/streams'>".encode())  # fmt: skip
header = b""
while not (found := re.search(rb" id='([^']*)'>", header)):
    header += server.recv(4096)
digest = hashlib.sha1(found[1] + (b"wrong" if fault == "wrong-secret" else secret.encode())).hexdigest()
server.sendall(f"<handshake>{digest}</handshake>".encode())
assert server.recv(len(b"<handshake/>"), socket.MSG_WAITALL) in (b"<handshake/>", b"<stream:error") or exit()

MESSAGE = re.compile(rb"<message from='([^']*)' to='([^']*)' type='chat' id='([^']*)'>(.*?)</message>")
answered = 0
kept = b""  # to come too late


def answer(message):
    global kept
    them, us, id, content = message.groups()
    good = b"<message from='%s' to='%s' type='chat' id='%s'>%s</message>" % (us, them, id, content)
    if fault == "odd-style":  # another one each time
        blanks = b" " * (answered % 7)
        good = b"<message  id=\"%s\"%s from='%s' to='%s' type='chat'>%s%s</message>" % (
            id, blanks, us, them, b"<x xmlns='x'/>" * (answered % 2), content)  # fmt: skip
    good, kept = good + kept, b""
    if answered != when:
        return good
    match fault:
        case "lose":
            return b""
        case "duplicate":
            return good + good
        case "reorder":
            kept = good
            return b""
        case "corrupt":
            return good.replace(b"hi.", b"ho.")
        case "wrong-address":
            return good.replace(b"from='echo", b"from='ecco")
        case "stop":
            time.sleep(60)
        case "hang-up":
            sys.exit()
        case "end":
            return b"</stream:stream>"
    return good


text = b""
while block := server.recv(65536):
    text += block
    out, end = b"", 0
    for message in MESSAGE.finditer(text):
        answered += 1
        out, end = out + answer(message), message.end()
    text = text[end:]
    if fault == "reorder" and kept and not out:
        continue
    server.sendall(out)
