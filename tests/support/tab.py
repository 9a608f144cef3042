"""Press TAB without a shell: what the files in completions/ tell the commands, and what the commands answer."""

import shutil
import sys
from pathlib import Path

from tests.support.commands import Result, run
from tests.support.paths import ROOT

COMMANDS = ("clone-project", "route-patch", "subprojects")
MANIFEST = """
    schema = 1
    [project.sysfoo]
    description = "Watches what the system does"
    url = "https://example.org/sysfoo.git"
    groups = ["trace"]
    [project.sysbar]
    description = "Bars: many of them"
    url = "https://example.org/sysbar.git"
    groups = ["trace", "boot"]
    [project.other]
    url = "https://example.org/other.git"
"""
FISH = {
    "_ARGCOMPLETE_SHELL": "fish",
    "_ARGCOMPLETE_DFS": "\t",
    "_ARGCOMPLETE_IFS": "\n",
    "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
}
ZSH = {"_ARGCOMPLETE_SHELL": "zsh", "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
BASH = {"_ARGCOMPLETE_SHELL": "bash", "_ARGCOMPLETE_COMP_WORDBREAKS": " \t\n\"'><=;|&(:@"}
"""What the files in completions/ set for each shell."""


def programs(folder: Path) -> None:
    """Make the executables as an installer would, for the code that is being tested."""
    folder.mkdir()
    for name in COMMANDS:
        program = folder / f"git-{name}"
        program.write_text(
            f"#!{sys.executable}\n"
            "import sys\n"
            f"sys.path.insert(0, {str(ROOT)!r})\n"
            f"from git_subprojects.commands.{name.replace('-', '_')} import main\n"
            "sys.exit(main())\n"
        )
        program.chmod(0o755)


def press(line: str, cwd: Path, shell: dict[str, str] = BASH, *, python: tuple[str, ...] = ()) -> Result:
    """Press TAB at the ``|`` of a line, or at its end; the answer is ``out``, anything else written is ``err``."""
    programs_in = cwd / ".programs"
    if not programs_in.exists():
        programs(programs_in)
    before, _, after = line.partition("|")
    words = before.replace('"', "").replace("'", "").split()
    start = 2 if words[0] == "git" else 1
    return run(
        shutil.which("bash") or "bash",
        "-c",
        'exec "$@" 8>&1 9>/dev/null >&2',
        "bash",
        sys.executable,
        *python,
        programs_in / f"git-{words[start - 1].removeprefix('git-')}",
        cwd=cwd,
        **{"COMP_LINE": before + after, "COMP_POINT": str(len(before)), "_ARGCOMPLETE": str(start), **shell},
    )


def offered(line: str, cwd: Path, shell: dict[str, str] = BASH) -> list[str]:
    """Return the words that are offered at the ``|`` of a line, or at its end."""
    answer = press(line, cwd, shell)
    assert (answer.code, answer.err) == (0, "")
    words = answer.out.split(shell.get("_ARGCOMPLETE_IFS", "\v"))
    return [] if words == [""] else words
