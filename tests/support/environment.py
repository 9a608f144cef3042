"""The sealed environment of every test, and of what the tests start for themselves."""

import os
import sys
from pathlib import Path

DATE = "2026-01-02T03:04:05+00:00"
SETTINGS = """\
[init]
	defaultBranch = main
	# No samples of hooks: they would be most of the files of a repository.
	templateDir =
[core]
	fsync = none
[gc]
	auto = 0
[maintenance]
	auto = false
[index]
	threads = 1
[pack]
	threads = 1
"""
KEPT = ("PATH", "LANG", "PYTHONPATH", "GIT_DEFAULT_REF_FORMAT")
KEPT_PREFIXES = ("PYTEST_", "COV_", "COVERAGE_")


def in_memory() -> str | None:
    """Return a folder in memory with room for the tests and their programs, if there is one."""
    place = "/dev/shm"
    if not os.access(place, os.W_OK):
        return None
    facts = os.statvfs(place)
    is_fit = facts.f_bavail * facts.f_frsize >= 1 << 30 and not facts.f_flag & os.ST_NOEXEC
    return place if is_fit else None


def sealed(home: Path) -> dict[str, str]:
    """Make a new home, and return an environment that nothing of the user's or the machine's settings reaches."""
    home.mkdir(parents=True)
    # fish would make completions from all manual pages, in a process that goes on for minutes after the test.
    (home / ".local" / "share" / "fish" / "generated_completions").mkdir(parents=True)
    (home / ".gitconfig").write_text(SETTINGS)
    kept = {key: value for key, value in os.environ.items() if key in KEPT or key.startswith(KEPT_PREFIXES)}
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        # Else git's words depend on what the folder of the tests is mounted on.
        "GIT_DISCOVERY_ACROSS_FILESYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_AUTHOR_NAME": "A. U. Thor",
        "GIT_AUTHOR_EMAIL": "author@example.org",
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_NAME": "C. O. Mitter",
        "GIT_COMMITTER_EMAIL": "committer@example.org",
        "GIT_COMMITTER_DATE": DATE,
        "GIT_EDITOR": "false",
        "GIT_TERMINAL_PROMPT": "0",
        "TERM": "dumb",
        "TZ": "UTC",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
