"""A wrong command line is told in one sentence, before anything is connected to; test_serve.py has those of `rondel serve`."""

import re

import pytest

from harness.rondel import Rondel

SERVER = ("conformance", "--server", "127.0.0.1:1", "--domain", "d.example")
COMPONENT = ("conformance", "--component-listen")
BOT = ("echo", "--client")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("conformance", "--server", "127.0.0.1"), "--server needs --domain"),
        (("conformance", "--server", "unix:/tmp/x", "--domain", "d"), r'"unix:/tmp/x" is no HOST\[:PORT\]'),
        (("conformance", "--server", "127.0.0.1:99999", "--domain", "d"), r'"127\.0\.0\.1:99999" is no HOST'),
        ((*SERVER, "--user", "romeo"), r'"romeo" is not understood: expected JID:PASSWORD'),
        ((*SERVER, "--component", "echo.d.example:s"), "expected DOMAIN:SECRET@HOST:PORT"),
        ((*SERVER, "--component", "echo.d.example@127.0.0.1:1"), "expected DOMAIN:SECRET"),
        ((*SERVER, "--component", "echo.d.example:s@127.0.0.1:99999"), r'"127\.0\.0\.1:99999" is no HOST'),
        ((*SERVER, "--websocket", "http://d.example/"), r'"http://d\.example/" is no ws:// or wss://'),
        ((*COMPONENT, "127.0.0.1:0"), "--component-listen needs --as DOMAIN:SECRET"),
        ((*COMPONENT, "127.0.0.1:0", "--as", "echo.d.example"), "expected DOMAIN:SECRET"),
        ((*COMPONENT, "127.0.0.1:99999", "--as", "echo.d.example:s"), "--component-listen: expected HOST:PORT"),
        ((*COMPONENT, "unix:/tmp/x", "--as", "echo.d.example:s"), "--component-listen: expected HOST:PORT"),
        ((*COMPONENT, "host.invalid:0", "--as", "echo.d.example:s"), '"host.invalid" is no host'),
        ((*BOT, "a@d.example"), "password: there is none: give --password-file FILE"),
        ((*BOT, "a@d.example", "--password-file", "/nowhere"), "/nowhere: No such file or directory"),
        ((*BOT, "@", "--password-file", "{secret}"), '"@" is no address of an account'),
        ((*BOT, "d.example", "--password-file", "{secret}"), '"d.example" names no account'),
        (("echo", "--component", "echo.d.example"), "secret: there is none: give --secret-file FILE"),
        (("echo", "--component", "a@d.example", "--secret-file", "{secret}"), '"a@d.example"'),
    ],
)
def test_a_wrong_command_line_is_told(tmp_path, arguments, sentence):
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    with Rondel(*(argument.replace("{secret}", str(secret)) for argument in arguments)) as program:
        assert program.wait() in (1, 2), program.report()
        assert any(re.search(sentence, line) for line in program.stderr), program.report()
