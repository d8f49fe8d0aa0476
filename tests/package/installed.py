"""An installed rondel can be used: by find_package(rondel), and by pkg-config.

installed.py BUILD_DIR CXX FLAGS…: installs what BUILD_DIR has built into a folder of its own, and builds user/ with it.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

USER = pathlib.Path(__file__).parent / "user"


def run(*command: str | pathlib.Path, **environment: str) -> str:
    done = subprocess.run([str(word) for word in command], env=os.environ | environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[:4000]}")
    return done.stdout


def main(build: str, compiler: str, *flags: str) -> None:
    with tempfile.TemporaryDirectory(prefix="rondel-package-") as folder:
        there = pathlib.Path(folder)
        prefix = there / "installed"
        run("cmake", "--install", build, "--prefix", prefix)

        run("cmake", "-G", "Ninja", "-S", USER, "-B", there / "by-cmake", f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={shlex.join(flags)}")
        run("cmake", "--build", there / "by-cmake")
        by_cmake = run(there / "by-cmake/user")

        places = ":".join(str(place.parent) for place in prefix.rglob("*.pc"))
        words = run("pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs", "rondel",
                    PKG_CONFIG_PATH=places).split()
        run(compiler, *flags, USER / "main.cpp", "-o", there / "by-pkg-config", *words)
        by_pkg_config = run(there / "by-pkg-config")

        for said in (by_cmake, by_pkg_config):
            if said != "echo: Wherefore?\n":
                sys.exit(f"The program that uses the installed library said: {said!r}")
        text = "\n".join(file.read_text() for file in prefix.rglob("*.cmake"))
        if build in text:
            sys.exit(f"The installed package speaks of the folder that it was built in, {build}.")
        print("An installed rondel can be used by find_package and by pkg-config.")


if __name__ == "__main__":
    main(*sys.argv[1:])
