"""The check of the floors finds an include that climbs."""

import floors
import sources


def faults(floor: str, include: str) -> int:
    return len(floors.faults_of(floor, sources.ROOT / "src/rondel" / floor / "x.cpp", f"\n#include {include}\n"))


def asio_faults(*files: tuple[str, str, str]) -> int:
    return len(
        floors.asio_faults(
            [(floor, sources.ROOT / "src/rondel" / floor / name, f"#include <{include}>") for floor, name, include in files]
        )
    )


def test_floors():
    assert faults("xml", '"rondel/base/jid.hpp"') == 0
    assert faults("xml", '"rondel/xml/reader.hpp"') == 0
    assert faults("xml", '"rondel/stanza/message.hpp"') == 1
    assert faults("stream", '"rondel/service/entity.hpp"') == 1
    assert faults("service", '"rondel/stream/event.hpp"') == 1
    assert faults("xep", "<rondel/net/run.hpp>") == 1
    assert faults("tool", '"rondel/net/run.hpp"') == 0
    assert faults("base", '"jid.hpp"') == 1
    assert faults("base", '"tests/support/bytes.hpp"') == 0


def test_asio():
    assert asio_faults(("net", "a.cpp", "boost/asio/post.hpp")) == 0
    assert asio_faults(("xep", "ping.hpp", "boost/asio/awaitable.hpp")) == 1
    assert asio_faults(("service", "task.hpp", "boost/asio/awaitable.hpp")) == 0
    assert asio_faults(("service", "task.hpp", "boost/asio/co_spawn.hpp")) == 1
    assert asio_faults(("service", "a.cpp", "boost/asio/co_spawn.hpp")) == 0
    assert asio_faults(("service", "a.cpp", "boost/asio/co_spawn.hpp"), ("service", "b.cpp", "boost/asio/post.hpp")) == 1
    assert asio_faults(("service", "a_test.cpp", "boost/asio/io_context.hpp")) == 0
