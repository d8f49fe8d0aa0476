"""Somebody else's programs, as Debian installs them."""

import shutil


def program(name: str, package: str) -> str:
    """The path of an installed program. A server that is missing fails the test: it is never skipped."""
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert path, f"The program {name} is missing; install the Debian package {package} (./test does it)."
    return path
