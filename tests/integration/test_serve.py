"""`rondel serve`: its configuration, its ready line, its signals, and its limits. How it speaks is in other files."""

import contextlib
import hashlib
import json
import pathlib
import re
import signal
import socket
import sqlite3
import ssl
import tempfile

import pytest
from harness.certificates import Authority
from harness.ports import LOOPBACK, listening_addresses
from harness.rondel import Rondel

EXAMPLE = pathlib.Path(__file__).parents[2] / "packaging/serve.toml"
HEADER = (
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{}' version='1.0'>"
)


class Serve(Rondel):
    """Started, with free ports, and ready."""

    def __init__(self, *arguments: str, at: tuple[str, ...] = ("--listen", f"{LOOPBACK}:0")):
        super().__init__("serve", "--json", *at, *arguments)
        line = self.wait_for_line(r'^\{"ports"')
        ready = json.loads(self.lines[line - 1])
        self.ports, self.pin = ready["ports"], ready["pin"]

    def connect(self, kind: str = "c2s") -> socket.socket:
        return socket.create_connection((LOOPBACK, self.ports[kind]), timeout=10)


def hear(connection: socket.socket, end: str | None = None) -> str:
    """What is said up to `end`, or to the end."""
    heard = ""
    while end is None or end not in heard:
        some = connection.recv(65536)
        if not some:
            break
        heard += some.decode()
    return heard


def refusal(*arguments: str) -> str:
    """The sentence with which it does not start."""
    with Rondel("serve", "--listen", f"{LOOPBACK}:0", *arguments) as program:
        assert program.wait() == 1, program.report()
        assert len(program.stderr) == 1, program.report()
        return program.stderr[0]


def test_ready_line():
    with Serve("--user", "romeo@localhost:secret") as serve:
        assert set(serve.ports) == {"c2s", "c2s_tls", "component", "http"}
        assert re.fullmatch("sha256:[0-9a-f]{64}", serve.pin)
        assert listening_addresses(serve.pid) == {(LOOPBACK, port) for port in serve.ports.values()}
        serve.signal(signal.SIGTERM)
        assert serve.wait() == 0, serve.report()
        assert len(serve.stdout) == 1


def test_people_read_where_it_listens():
    with Rondel("serve", "--listen", f"c2s={LOOPBACK}:0") as serve:
        serve.wait_for_line(r"clients \(STARTTLS\) +127\.0\.0\.1:\d+")
        serve.wait_for_line("self-signed: --tls-pin sha256:")


def test_every_kind_of_door_greets():
    doors = [part for kind in ("c2s", "c2s_tls", "component", "http", "http_plain") for part in ("--listen", f"{kind}={LOOPBACK}:0")]
    with Serve("--component", "echo.localhost:pass", at=tuple(doors)) as serve:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["xmpp-client"])
        with serve.connect() as client:
            client.sendall(HEADER.format("localhost").encode())
            assert "<required/>" in hear(client, "</stream:features>")
        with context.wrap_socket(serve.connect("c2s_tls")) as client:
            assert client.selected_alpn_protocol() == "xmpp-client"
            client.sendall(HEADER.format("localhost").encode())
            assert "SCRAM-SHA-256" in hear(client, "</stream:features>")
        with serve.connect("component") as component:
            component.sendall(HEADER.format("echo.localhost").replace("jabber:client", "jabber:component:accept").encode())
            assert "from='echo.localhost'" in hear(component, "'>")
        with serve.connect("http_plain") as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert "404" in hear(browser)


def test_shutdown_is_told():
    """R033."""
    with Serve() as serve, serve.connect() as client:
        client.sendall(HEADER.format("localhost").encode())
        hear(client, "</stream:features>")
        serve.signal(signal.SIGTERM)
        heard = hear(client)
        assert "<system-shutdown" in heard and heard.endswith("</stream:stream>")
        client.close()
        assert serve.wait() == 0, serve.report()


def test_second_signal_ends_at_once():
    with Serve() as serve, serve.connect() as client:
        client.sendall(HEADER.format("localhost").encode())
        hear(client, "</stream:features>")
        serve.signal(signal.SIGTERM)
        hear(client, "</stream:stream>")  # and we do not leave
        serve.signal(signal.SIGTERM)
        assert serve.wait(5) == 128 + signal.SIGTERM, serve.report()


def fingerprint(serve: Serve) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(serve.connect("c2s_tls")) as client:
        return client.getpeercert(binary_form=True)


def test_f17_certificate_is_made_kept_and_read_anew(tmp_path):
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    files = ("--certificate", str(chain), "--key", str(key))
    with Serve(*files) as serve:
        first = fingerprint(serve)
        assert key.stat().st_mode & 0o777 == 0o600
    with Serve(*files) as serve:
        assert fingerprint(serve) == first
        chain.unlink()
        key.unlink()
        serve.signal(signal.SIGHUP)
        serve.wait_for_line("New connections get the certificate sha256:")
        second = fingerprint(serve)
        assert second != first
        key.write_text("nonsense")
        serve.signal(signal.SIGHUP)
        serve.wait_for_line("The old certificate stays in use")
        assert fingerprint(serve) == second


def test_a_certificate_of_a_client_lets_it_in(tmp_path):
    """SASL EXTERNAL (XEP-0178), by STARTTLS and by direct TLS: no password is needed, and none is asked for."""
    authority = Authority(tmp_path)
    certificate, key = authority.for_client("romeo@localhost")
    with Serve("--client-ca", str(authority.file), "--user", "romeo@localhost:secret") as serve:
        for port, more in ((serve.ports["c2s"], ()), (serve.ports["c2s_tls"], ("--direct-tls",))):
            ping = Rondel(
                "ping", "localhost", "--client", "romeo@localhost", "--server", f"{LOOPBACK}:{port}",
                "--tls-pin", serve.pin, "--certificate", str(certificate), "--key", str(key), *more,
            )  # fmt: skip
            with ping:
                assert ping.wait() == 0


def test_the_example_of_a_configuration(tmp_path):
    """All that packaging/serve.toml holds is understood, with ports and files of our own."""
    text = EXAMPLE.read_text()
    for folder in ("/var/lib/rondel", "/etc/rondel"):
        text = text.replace(folder, str(tmp_path))
    text = re.sub(r"127\.0\.0\.1:53[0-9]+|127\.0\.0\.1(?!:)", f"{LOOPBACK}:0", text).replace(', "[::1]"', "")
    text = re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    text = text.replace('connect = "127.0.0.1:5348"', 'connect = "127.0.0.1:1"')
    for name in ("romeo", "echo", "old"):
        (tmp_path / name).write_text("secret\n")
        (tmp_path / name).chmod(0o600)
    Authority(tmp_path).file.rename(tmp_path / "clients.pem")
    (tmp_path / "serve.toml").write_text(text)
    with Serve("--config", str(tmp_path / "serve.toml"), at=()) as serve:
        assert set(serve.ports) == {"c2s", "c2s_tls", "component", "http", "http_plain"}
        assert (tmp_path / "data.sqlite").stat().st_mode & 0o777 == 0o600
        assert b"secret" not in (tmp_path / "data.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("domains = [", r"serve\.toml:1: "),
        ("\nlissten = 1", r'serve\.toml:2: there is no "lissten" here; known are .*listen'),
        ("domains = 3", r'serve\.toml:1: "domains" must be a text'),
        ("[limits]\nper_address = -1", r'serve\.toml:2: "per_address" must be a number that is not negative'),
        ("registration = 1", r'serve\.toml:1: "registration" must be true or false'),
        ("[user]\njid = 'a@localhost'", r'serve\.toml:\d: "user" must be written as \[\[user\]\], once for each'),
        ("\n[[user]]\njid = 'a@localhost'", r'serve\.toml:\d: a \[\[user\]\] needs a "password" or a "password_file"'),
        ("limits = 3", r'serve\.toml:1: "limits" must be a table, as in \[limits\]'),
        ("[limits]\nper_address = 99999999999", r'serve\.toml:2: "per_address" must be a number'),
        ("[limits]\nper_address = 'many'", r'serve\.toml:2: "per_address" must be a number'),
        ("user = [3]", r'serve\.toml:1: "user" must be a table'),
        ("[[user]]\npassword = 'x'", r'serve\.toml:\d: a \[\[user\]\] needs a "jid"'),
        ("[[component]]\nsecret = 'x'", r'serve\.toml:\d: a \[\[component\]\] needs a "domain"'),
        ("[[component]]\ndomain = 'e'", r'serve\.toml:\d: a \[\[component\]\] needs a "secret" or a "secret_file"'),
        ("[[user]]\njid = 'a@localhost'\npassword_file = '/nowhere'", r"serve\.toml:3: .*/nowhere"),
        ("[[user]]\njid = 'a@example.com'\npassword = 'x'", r"a@example\.com is not in a domain that is served here"),
        ("[[component]]\ndomain = 'localhost'\nsecret = 'x'", "localhost is a domain of users"),
        ("domains = ['a@b']", r'"a@b" is no domain'),
    ],
)
def test_a_wrong_configuration_is_told_with_file_and_line(tmp_path, text, sentence):
    (tmp_path / "serve.toml").write_text(text)
    assert re.search(sentence, refusal("--config", str(tmp_path / "serve.toml")))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--user", "romeo@localhost"), r'--user: "romeo@localhost" is not understood: expected JID:PASSWORD'),
        (("--user", "romeo:secret"), r'"romeo" is no address of a user'),
        (("--component", "echo.localhost"), "expected DOMAIN:SECRET"),
        (("--listen", "s2s=127.0.0.1"), "expected HOST"),
        (("--listen", "component=0.0.0.0:0"), "--allow-plaintext allows it"),
        (("--certificate", "/nowhere/c.pem"), "belong together"),
        (("--data", "/nowhere/data.sqlite"), "could not be made: No such file or directory"),
        (("--config", "/nowhere/serve.toml"), r"/nowhere/serve\.toml could not be read: No such file or directory"),
        (("--config", "/"), "The configuration / could not be read: Is a directory"),  # it was taken for an empty one
        (("--listen", "c2s=host.invalid"), "not a name but an address of this machine"),
        (("--domain", "a.example", "--domain", "a.example"), "is there twice"),
        (("--domain", "a.example", "--domain", "b.example", "--data", "/tmp/x.sqlite"), "several domains need a file each"),
    ],
)
def test_a_wrong_command_line_is_told(arguments, sentence):
    assert re.search(sentence, refusal(*arguments))


def test_a_port_that_is_taken_is_told():
    with Serve() as serve:
        sentence = refusal("--listen", f"c2s={LOOPBACK}:{serve.ports['c2s']}")
        assert "nobody can listen at" in sentence and "in use" in sentence


def test_the_command_line_wins_over_the_configuration(tmp_path):
    """--certificate, --key and --data were passed over in silence where the file had its own; --tls-optional, too."""
    (tmp_path / "serve.toml").write_text(
        f"certificate = '{tmp_path}/c.pem'\nkey = '{tmp_path}/k.pem'\ndata = '{tmp_path}/file.sqlite'\ntls_optional = false\n"
    )
    ours = ("--certificate", f"{tmp_path}/ours.pem", "--key", f"{tmp_path}/ours.key", "--data", f"{tmp_path}/ours.sqlite")
    with Serve("--config", str(tmp_path / "serve.toml"), *ours, "--tls-optional") as serve, serve.connect() as client:
        client.sendall(HEADER.format("localhost").encode())
        assert "<required/>" not in hear(client, "</stream:features>")
    made = {path.name for path in tmp_path.iterdir()}
    assert {"ours.pem", "ours.key", "ours.sqlite"} <= made and not made & {"c.pem", "k.pem", "file.sqlite"}


def test_a_certificate_that_clients_will_refuse_is_told(tmp_path):
    certificate, key = Authority(tmp_path).for_client("romeo@localhost")
    key.chmod(0o600)
    with Serve("--certificate", str(certificate), "--key", str(key)) as serve:
        serve.wait_for_line("The certificate is not for localhost: who has an account there refuses it")


def test_a_command_that_is_not_known_is_told():
    with Rondel("ech") as program:
        assert program.wait() == 2
        assert re.fullmatch('rondel: there is no command "ech"; known are demo, echo, .*', program.stderr[0]), program.report()


def test_a_password_for_no_account_is_told():
    """It looked for a server of that name, for ever, to log in without an account."""
    with Rondel("echo", "--client", "bot", "--password", "x") as program:
        assert program.wait() == 1
        assert program.stderr[-1] == 'There is a password, but "bot" names no account: expected NAME@DOMAIN.', program.report()


def test_accounts_are_kept(tmp_path):
    data = ("--data", str(tmp_path / "data.sqlite"))
    with Serve(*data, "--user", "romeo@localhost:secret"):
        pass
    with Serve(*data) as serve:
        with Rondel(
            "ping", "localhost", "--client", "romeo@localhost", "--server", f"{LOOPBACK}:{serve.ports['c2s']}",
            "--tls-pin", serve.pin, environment={"RONDEL_PASSWORD": "secret"},
        ) as ping:  # fmt: skip
            assert ping.wait() == 0, ping.report()


def test_a_password_in_the_environment_is_taken_out_of_it():
    with Serve("--user", "romeo@localhost:not to be seen") as serve:
        with Rondel(
            "echo", "--client", "romeo@localhost", "--server", f"{LOOPBACK}:{serve.ports['c2s']}", "--tls-pin", serve.pin,
            environment={"RONDEL_PASSWORD": "not to be seen"},
        ) as echo:  # fmt: skip
            echo.wait_for_line("Connected to")
            assert b"not to be seen" not in pathlib.Path(f"/proc/{echo.pid}/environ").read_bytes()
            assert "not to be seen" not in echo.text()


def test_a_client_has_one_address_only():
    with Rondel("ping", "localhost", "--client", "a@localhost", "--from", "b@localhost", "--password", "x") as ping:
        assert ping.wait() == 1 and "a client has one address only" in ping.text(), ping.report()


def test_a_password_on_the_command_line_gets_a_hint():
    with Serve("--user", "romeo@localhost:secret") as serve:
        with Rondel(
            "ping", "localhost", "--client", "romeo@localhost", "--server", f"{LOOPBACK}:{serve.ports['c2s']}",
            "--tls-pin", serve.pin, "--password", "secret",
        ) as ping:  # fmt: skip
            assert ping.wait() == 0, ping.report()
            assert "--password-file" in ping.text() and "secret" not in ping.text().replace("--password", "")


def test_a_component_is_called():
    with socket.create_server((LOOPBACK, 0)) as door:
        door.settimeout(20)
        port = door.getsockname()[1]
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            config.write(f"[[component]]\ndomain = 'echo.localhost'\nsecret = 'pass'\nconnect = '{LOOPBACK}:{port}'\n")
            config.flush()
            with Serve("--config", config.name):
                component, _ = door.accept()
                with component:
                    assert "jabber:component:connect" in hear(component, "'>")


@pytest.mark.parametrize("told_by", ["option", "file"])
def test_a_component_takes_the_place_of_its_old_connection(tmp_path, told_by):
    (tmp_path / "serve.toml").write_text("replace_components = true\n")
    told = ("--replace-components",) if told_by == "option" else ("--config", str(tmp_path / "serve.toml"))
    with Serve("--component", "echo.localhost:pass", *told) as serve:
        old, new = (open_component(serve, "echo.localhost", "pass") for _ in range(2))
        with old, new:
            heard = hear(old)
            assert "<conflict" in heard and heard.endswith("</stream:stream>")
            new.sendall(b"<iq type='get' id='1' from='echo.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
            assert "type='result'" in hear(new, "/>")


def test_a_component_is_refused_while_it_has_a_connection():
    with Serve("--component", "echo.localhost:pass") as serve, open_component(serve, "echo.localhost", "pass") as old:
        with pytest.raises(AssertionError, match="<conflict"):
            open_component(serve, "echo.localhost", "pass")
        old.sendall(b"<iq type='get' id='1' from='echo.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
        assert "type='result'" in hear(old, "/>")


def test_f13_another_program_has_the_lock_of_the_database():
    """What must be written is refused, one by one; everything else goes on, and is not even late (that is measured by
    tests/reliability/locked); and when the lock is gone it writes again."""
    message = "<message type='chat' id='m{}.' from='one.localhost' to='romeo@localhost'><body>x</body></message>"
    ping = "<iq type='get' id='p{}.' from='two.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
    components = ("--component", "one.localhost:pass", "--component", "two.localhost:pass")
    with tempfile.TemporaryDirectory() as folder:
        file = folder + "/data.sqlite"
        with Serve("--user", "romeo@localhost:secret", "--data", file, *components) as serve:
            writer, asker = (open_component(serve, f"{name}.localhost", "pass") for name in ("one", "two"))
            with writer, asker, contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                writer.sendall("".join(message.format(i) for i in range(100)).encode())
                for i in range(100):
                    asker.sendall(ping.format(i).encode())
                    assert "type='result'" in hear(asker, f"id='p{i}.'")
                heard = ""
                while heard.count("</message>") < 100:
                    heard += hear(writer, "</message>")
                assert heard.count("<internal-server-error") == 100
                assert re.findall("id='m(.*?)[.]'", heard) == [str(i) for i in range(100)]
                assert "is locked by another program" in "\n".join(serve.stderr)
                other.execute("ROLLBACK")
                writer.sendall(message.format("last").encode())
                writer.sendall(ping.format("last").replace("two.localhost", "one.localhost").encode())
                assert "<error" not in hear(writer, "id='plast.'")
                assert other.execute("SELECT count(*) FROM offline").fetchone() == (1,)


def figures(file: pathlib.Path) -> dict[str, int]:
    """What a file for Prometheus says, of one entity: outcomes by their own name."""
    found = {}
    for line in file.read_text().splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP rondel_\w+ .+|TYPE rondel_\w+ (counter|gauge))", line), line
            continue
        name, labels, value = re.fullmatch(r"rondel_(\w+)\{(.*)\} (\d+)", line).groups()
        assert 'entity="echo.localhost"' in labels, line
        outcome = re.search('outcome="(.*?)"', labels)
        found[outcome.group(1) if outcome else name] = int(value)
    return found


def test_t_ledger_the_books_of_a_program_are_in_a_file_for_prometheus(tmp_path):
    file = tmp_path / "echo.prom"
    with Serve("--component", "echo.localhost:pass", "--component", "one.localhost:pass") as serve:
        place = f"{LOOPBACK}:{serve.ports['component']}"
        echo = ("echo", "--component", "echo.localhost", "--server", place, "--secret", "pass", "--metrics", str(file))
        with Rondel(*echo) as program, open_component(serve, "one.localhost", "pass") as one:
            program.wait_for_line("Connected to")
            one.sendall(
                b"<message type='chat' from='one.localhost' to='echo.localhost'><body>Hi</body></message>"
                b"<iq type='get' id='1' from='one.localhost' to='echo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
                b"<iq type='get' id='2' from='one.localhost' to='echo.localhost'><no xmlns='urn:example'/></iq>"
            )
            heard = hear(one, "</message>")
            while heard.count("<iq") < 2 or not heard.endswith(">"):
                heard += hear(one, ">")
            assert figures(file).keys() >= {"stanzas_issued_total", "stanzas_open", "acked"}  # it is there from the start
            program.signal(signal.SIGTERM)
            assert program.wait() == 0, program.report()
    found = figures(file)
    assert found["stanzas_issued_total"] == 3 and found["stanzas_open"] == 0 and found["acked"] == 3, found
    assert found["queries_received_total"] == found["queries_replied_total"] == 2, found
    assert not list(tmp_path.glob("*.new"))


def open_component(serve: Serve, domain: str, secret: str) -> socket.socket:
    """A component of our own hand (XEP-0114 §3)."""
    component = serve.connect("component")
    component.sendall(HEADER.format(domain).replace("jabber:client", "jabber:component:accept").encode())
    heard = hear(component, "'>")  # and all that follows at once, where the domain is taken
    stream_id = re.search(r" id='([^']+)'", heard).group(1)
    component.sendall(f"<handshake>{hashlib.sha1((stream_id + secret).encode()).hexdigest()}</handshake>".encode())
    while "<handshake/>" not in heard:
        some = component.recv(65536).decode()
        if not some:
            component.close()
            raise AssertionError(heard)
        heard += some
    return component
