"""What the integration tests stand on: real servers, peers that are not ours, and rondel as a process.

Every server and process is private to the test run: loopback only, free ports, a temporary folder, no system service.
"""
