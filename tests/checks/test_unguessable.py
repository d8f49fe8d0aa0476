"""What unguessable.py finds and lets through."""

import pytest
import unguessable


@pytest.mark.parametrize(
    "code",
    [
        "std::mt19937 engine;",
        "std::random_device device;",
        "int n = rand();",
        "srand (time(0));",
        "auto n = ::random();",
        "RAND_bytes(p, 4);",
        "getrandom(p, 4, 0);",
        "if (a.reveal() == b) {}",
        "return text != secret_.reveal();",
        "return text == options->secret.reveal();",
        "memcmp(a.data(), secret.reveal().data(), 4)",
    ],
)
def test_finds(code):
    assert [line for line, _ in unguessable.faults_of("src/rondel/net/x.cpp", "\n" + code)] == [2]


@pytest.mark.parametrize(
    "code",
    [
        "auto n = random_uniform();",
        "fill_random(bytes); random_token(); RandomIds ids;",
        "operand(x); strand(x);",
        '// mt19937 is not for ids\nlog("rand()");',
        "equal_in_constant_time(a.reveal(), b)",
        "sha1({id, secret.reveal()});",
    ],
)
def test_lets_through(code):
    assert not unguessable.faults_of("src/rondel/net/x.cpp", code)


def test_one_file_may_ask_openssl():
    assert not unguessable.faults_of(unguessable.OWNER, "RAND_bytes(p, 4);")
