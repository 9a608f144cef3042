"""A real TAB in the three real shells, each with its own completion of git."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.commands import config, needs_fish, needs_zsh, run, shell
from tests.support.paths import ROOT
from tests.support.repositories import make_host
from tests.support.tab import MANIFEST, programs

pytestmark = pytest.mark.slow

COMPLETIONS = ROOT / "completions"
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
RC = {
    ".bashrc": f"""
        PS1='ready> '
        source {BASH_COMPLETION}
        bind 'set show-all-if-ambiguous on'
        bind 'set page-completions off'
        bind 'set enable-bracketed-paste off'
        bind -x '"\\C-x\\C-l": printf "<%s>" "$READLINE_LINE"'
    """,
    ".zshrc": f"""
        PS1='ready> '
        fpath=({shlex.quote(str(COMPLETIONS))}/zsh $fpath)
        autoload -Uz compinit && compinit -u -D
        show-line() {{ print -rn -- "<$BUFFER>" }}
        zle -N show-line && bindkey '^X^L' show-line
    """,
    ".config/fish/config.fish": """
        function fish_prompt; echo -n 'ready> '; end
        set -g fish_greeting
        set -g fish_autosuggestion_enabled 0
        bind \\cx\\cl 'printf "<%s>" (commandline)'
    """,
}
"""The start-up files. Ctrl-X Ctrl-L shows the line as it stands."""

SHELLS = [
    pytest.param("bash", marks=pytest.mark.skipif(not BASH_COMPLETION.exists(), reason="needs bash-completion")),
    pytest.param("zsh", marks=needs_zsh),
    pytest.param("fish", marks=needs_fish),
]


class Terminal:
    """A shell at a terminal."""

    def __init__(self, name: str, cwd: Path) -> None:
        self.name = name
        self.appeared = ""
        self._child: pexpect.spawn[str] = pexpect.spawn(
            name,
            ["-i"],
            cwd=str(cwd),
            env={**os.environ, "TERM": "xterm", "ZDOTDIR": os.environ["HOME"]},
            dimensions=(40, 150),
            encoding="utf-8",
            timeout=60,
        )
        self._child.expect_exact("ready> ")

    def offers(self, line: str, *expected: str) -> str:
        """Press TAB after a line, and return all that has appeared by the time that ``expected`` has."""
        self._child.send(f"{line}\t")
        seen = ""
        while not all(text in seen for text in expected):
            seen = _without_escapes(seen + self._child.read_nonblocking(4096, 60))
        self._cancel()
        return seen

    def run(self, line: str) -> None:
        """Run a line that writes nothing."""
        self._child.sendline(line)
        self._child.expect_exact("ready> ")

    def completes(self, line: str) -> str:
        """Press TAB after a line, and return what it has become; ``appeared`` is all that was to be seen."""
        self._child.send(f"{line}\t\x18\x0c")
        self._child.expect("<([^>]*)>")
        assert isinstance(self._child.match, re.Match)
        became = str(self._child.match[1])
        self.appeared = _without_escapes(str(self._child.before))
        self._cancel()
        return became

    def _cancel(self) -> None:
        self._child.send("\x15\x18\x0c")
        self._child.expect_exact("<>")

    def close(self) -> None:
        """End the shell."""
        self._child.close(force=True)


def _without_escapes(text: str) -> str:
    return re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>]|\([A-Z])", "", text)


@pytest.fixture(params=SHELLS)
def terminal(request: pytest.FixtureRequest, tmp_path: Path, src: Path) -> Iterator[Terminal]:
    """Start a shell in the folder of a host, with completion installed as docs/completion.md says."""
    home = tmp_path / "home"
    for name, content in RC.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content)
    (home / ".local/share/bash-completion").mkdir(parents=True)
    (home / ".local/share/bash-completion/completions").symlink_to(COMPLETIONS / "bash")
    if request.param == "fish":
        forwards = "3.6.0" not in run("fish", "--version").out
        (home / ".config/fish" / ("completions" if forwards else "conf.d")).symlink_to(COMPLETIONS / "fish")
    programs(tmp_path / "bin")
    os.environ["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    config("alias.near", "clone-project")
    make_host(src, MANIFEST)
    terminal = Terminal(request.param, src)
    yield terminal
    terminal.close()


def test_the_name_of_a_project(terminal: Terminal, src: Path) -> None:
    (src / "a b").symlink_to("linux")
    for line in (
        "git -C linux clone-project sysf",
        "git -C 'a b' clone-project --build other sysf",
        "git -C a\\ b clone-project sysf",
        "git -C ~/../src/linux clone-project sysf",
        "git --git-dir=linux/.git --work-tree=linux clone-project sysf",
        "echo -C nowhere; git -C linux clone-project sysf",
    ):
        assert terminal.completes(line) == f"{line}oo "
    terminal.run("cd linux")
    for command in ("git clone-project", "git-clone-project", "git near"):
        assert terminal.completes(f"{command} sysf") == f"{command} sysfoo "


def test_outside_any_repository_the_built_in_names(terminal: Terminal) -> None:
    for command in ("git clone-project", "git-clone-project"):
        assert terminal.completes(f"{command} sys") == f"{command} systemtap "


def test_other_words(terminal: Terminal, src: Path) -> None:
    shell("touch 'with blank.toml'", src / "linux")
    terminal.run("cd linux")
    for typed, rest in (
        ("git clone-pro", "ject "),
        ("git clone-project --group b", "oot "),
        ("git clone-project --dry", "-run "),
        ("git clone-project --manifest with", "\\ blank.toml "),
        ("git clone-project --manifest=sub", "projects.toml "),
        ("git route-patch v6", ".1 "),
        ("git route-patch HEAD~1..v6", ".1 "),
        ("git subprojects ado", "pt "),
        ("git subprojects adopt ../lin", "ux/"),
    ):
        assert terminal.completes(typed) == typed + rest


def test_several_words_are_shown_with_what_is_known_of_them(terminal: Terminal) -> None:
    shown = terminal.offers("git -C linux clone-project sys", "sysfoo", "sysbar", "\n")
    if terminal.name != "bash":
        assert "Watches what the system does" in shown
        assert "Bars: many of them" in shown
    assert "other" not in shown
    terminal.offers("git -C linux route-patch ", "HEAD", "master", "v6.1")
    terminal.offers("git subprojects ", "adopt", "check", "list")
    assert "None" not in terminal.offers("git clone-project --manifest=linux/", "/subprojects.toml", "/tools/")


def test_where_nothing_is_known_nothing_appears(terminal: Terminal, src: Path) -> None:
    (src / "linux" / "sysfile").touch()
    terminal.run("cd linux")
    assert terminal.completes("git clone-project sysfi") == "git clone-project sysfi"
    (src / "linux" / "subprojects.toml").write_text("[project.sysfoo\n")
    for line in ("git clone-project sysf", "git-clone-project sysf", "git clone-project --group "):
        assert terminal.completes(line) == line
        assert not re.search("rror|Traceback|expected|toml", terminal.appeared)
