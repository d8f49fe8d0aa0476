"""What one_handler.py finds and lets through."""

import one_handler

HANDLER = "inline void echo(const rondel::Message&) {}\n"


def main_of(host: str, *, handler: str = "echo.hpp", before: str = "    router.on_message(echo);\n") -> str:
    return (
        f'// As a {host}.\n#include "{handler}"\n\nint main() {{\n{before}    // [host]\n'
        f"    return rondel::run(rondel::{host}({{}}, router));\n    // [/host]\n}}\n"
    )


def faults(component: str = main_of("Component"), client: str = main_of("Client"), **more: str) -> list[str]:
    return one_handler.faults_of("x", {"component.cpp": component, "client.cpp": client, "echo.hpp": HANDLER} | more)


def test_the_same_but_for_the_host():
    assert faults() == []


def test_another_handler_file():
    copied = {"copy.hpp": HANDLER}
    assert faults(client=main_of("Client", handler="copy.hpp"), **copied) == ["x: the mains differ in more than the host."]


def test_another_line():
    assert faults(client=main_of("Client", before="    router.on_message(other);\n")) == ["x: the mains differ in more than the host."]


def test_a_handler_from_elsewhere():
    elsewhere = "../echo.hpp"
    found = faults(main_of("Component", handler=elsewhere), main_of("Client", handler=elsewhere))
    assert found == ["x: ../echo.hpp is not a file of the example, so it may be two."]


def test_a_handler_that_knows_its_host():
    knowing = {"echo.hpp": "// for a Component\nvoid echo(rondel::Client&);\n"}
    assert faults(**knowing) == ["x/echo.hpp: a handler must not know what carries it."]


def test_the_wrong_host_and_none():
    assert "x/client.cpp: its host must be a rondel::Client." in faults(client=main_of("Component"))
    assert len(faults(client="int main() {}\n")) == 1
