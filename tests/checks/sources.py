"""What the checks of the repository share: which files there are, and C++ without its comments and strings."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*folders: str, suffixes: tuple[str, ...] = ()) -> list[pathlib.Path]:
    """The files of the repository below `folders` (of all of it, without folders), in order."""
    return sorted(
        path
        for path in _all_files()
        if (not suffixes or path.suffix in suffixes)
        and (not folders or any(path.is_relative_to(ROOT / folder) for folder in folders))
    )


def _all_files() -> list[pathlib.Path]:
    git = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True,
    ) if (ROOT / ".git").exists() and _have_git() else None  # fmt: skip
    if git is not None and git.returncode == 0:
        return [path for name in git.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    skipped = {"build", ".git", ".cache", "__pycache__"}  # a source archive without git
    return [path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)]


def _have_git() -> bool:
    return any(pathlib.Path(folder, "git").exists() for folder in ("/usr/bin", "/bin", "/usr/local/bin"))


_NOT_CODE = re.compile(
    r"""//[^\n]* | /\*.*?\*/
      | R"(?P<delimiter>[^()\\\s]*)\(.*?\)(?P=delimiter)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'
    """,
    re.VERBOSE | re.DOTALL,
)


def without_comments_and_strings(text: str) -> str:
    """C++ with every comment gone and every string empty; lines keep their numbers."""

    def blank(match: re.Match) -> str:
        kept = '""' if match[0][0] in "\"R'" else " "
        return kept + "\n" * match[0].count("\n")

    return _NOT_CODE.sub(blank, text)


def report(faults: list[str], fine: str) -> None:
    """Prints the faults, or that there is none, and exits accordingly."""
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(f"{len(faults)} found.")
    print(fine)


def place(path: pathlib.Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
