"""What the integration tests stand on: real servers, peers that are not ours, and rondel as a process.

Every server and process is private to the test run: loopback only, free ports, a temporary folder, no system service.
./test runs them all. One file by hand, after a build:

    RONDEL=build/dev/rondel /usr/bin/python3 -m pytest tests/integration/test_echo.py -k prosody
"""
