"""The event loop that slixmpp's peers live on: one thread for the whole test run, so that tests read from top to bottom."""

import asyncio
import threading

_loop: asyncio.AbstractEventLoop | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    global _loop
    if _loop is None:
        _loop = asyncio.new_event_loop()

        def run() -> None:
            asyncio.set_event_loop(_loop)
            _loop.run_forever()

        threading.Thread(target=run, name="peers", daemon=True).start()
    return _loop


def wait(coroutine, timeout: float = 30):
    """Runs a coroutine on the loop of the peers, and returns what it returns.

    Raises AssertionError when that takes more than `timeout` seconds.
    """
    future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, timeout), event_loop())
    try:
        return future.result(timeout + 5)
    except asyncio.TimeoutError:
        raise AssertionError(f"{coroutine.__qualname__} is not done after {timeout} s.") from None
