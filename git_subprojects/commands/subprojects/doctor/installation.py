"""Whether this program and what it needs are installed so that git, man and the shell find them."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from git_subprojects.commands.subprojects.doctor.guard import guarded
from git_subprojects.context.context import here
from git_subprojects.system.processes import captured
from git_subprojects.workspace.diagnosis import Diagnosis

COMMANDS = ("git-clone-project", "git-route-patch", "git-subprojects")
OLDEST_GIT = (2, 39)
OLDEST_PYTHON = (3, 11)
_LIBRARIES = ("pygit2", "argcomplete", "rich", "tomli", "tomlkit", "yaml")


def diagnoses() -> list[Diagnosis]:
    """Return how the installation is."""
    looks = (("git", _git), ("python", _python), ("PATH", _path), ("man", _man), ("completion", _completion))
    return [diagnosis for topic, look in looks for diagnosis in guarded(topic, look)]


def _git() -> Iterator[Diagnosis]:
    text = here().output("version").decode("utf-8", "replace").strip()
    found = re.search(r"(\d+)\.(\d+)", text)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        yield Diagnosis("problem", "git", f"{text}, and {oldest} or later is needed", "install a newer git")
    else:
        yield Diagnosis("ok", "git", text)


def _python() -> Iterator[Diagnosis]:
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if sys.version_info < OLDEST_PYTHON:
        yield Diagnosis("problem", "python", f"{version}, and {'.'.join(map(str, OLDEST_PYTHON))} or later is needed")
    elif missing:
        install = f"{shlex.quote(sys.executable)} -m pip install {' '.join(missing)}"
        yield Diagnosis("problem", "python", f"{version}, without {' '.join(missing)}", install)
    else:
        yield Diagnosis("ok", "python", f"{version}, {sys.executable}")


def _path() -> Iterator[Diagnosis]:
    programs = os.path.dirname(os.path.realpath(sys.argv[0]))
    for name in COMMANDS:
        path = shutil.which(name)
        if path is None:
            add = f'export PATH="{programs}:$PATH"'
            yield Diagnosis("problem", "PATH", f"{name} is not found, so git {name[4:]} is no command", add)
        elif os.path.dirname(os.path.realpath(path)) != programs:
            yield Diagnosis("warning", "PATH", f"{name} is that of another installation: {path}", f"which -a {name}")
        else:
            yield Diagnosis("ok", "PATH", path)


def _man() -> Iterator[Diagnosis]:
    if shutil.which("man") is None:
        yield Diagnosis(
            "warning", "man", "man is not installed: git clone-project --help shows no page", "use -h instead"
        )
        return
    pages = _shared("man")
    for name in COMMANDS:
        status, page = captured(["man", "-w", name], None, os.environ)
        if status == 0:
            yield Diagnosis("ok", "man", page.decode("utf-8", "replace").strip())
            continue
        fix = f'export MANPATH="{pages}:$MANPATH"' if pages else "install git-subprojects with its pages: pipx install"
        yield Diagnosis("warning", "man", f"man does not find {name}, so git {name[4:]} --help shows nothing", fix)


def _shared(folder: str) -> str | None:
    """Return the folder under ``share`` where this program is installed, if it is there."""
    path = os.path.join(sys.prefix, "share", folder)
    return path if os.path.isdir(path) else None


def _completion() -> Iterator[Diagnosis]:
    shell = os.path.basename(os.environ.get("SHELL", ""))
    if shell not in ("bash", "zsh", "fish"):
        yield Diagnosis("warning", "completion", f"there is none for {shell or 'a shell that SHELL does not name'}")
        return
    files = {
        "bash": [f"bash-completion/completions/{name}" for name in COMMANDS],
        "zsh": [f"zsh/site-functions/_{name}" for name in COMMANDS],
        "fish": [f"fish/vendor_completions.d/{name}.fish" for name in COMMANDS],
    }[shell]
    missing = [file for file in files if not any(os.path.exists(path) for path in _places(shell, file))]
    if missing:
        ours = _shared(os.path.dirname(missing[0]))
        fix = _linking(shell, ours) if ours else "see docs/completion.md"
        names = " ".join(os.path.basename(file) for file in missing)
        yield Diagnosis("warning", "completion", f"{shell} is not seen to find {names}", fix)
    else:
        yield Diagnosis("ok", "completion", f"{shell} finds it")


def _places(shell: str, file: str) -> Iterator[str]:
    """Yield where a shell looks for a file that lies so under ``share``."""
    home = os.path.expanduser("~")
    name = os.path.basename(file)
    bases = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    bases.insert(0, os.environ.get("XDG_DATA_HOME", os.path.join(home, ".local", "share")))
    yield from (os.path.join(base, file) for base in bases)
    if shell == "zsh":
        # FPATH is seldom exported: these are where the guide and most set-ups put it.
        folders = [*os.environ.get("FPATH", "").split(":"), os.path.join(home, ".zfunc"), os.path.join(home, ".zsh")]
        yield from (os.path.join(folder, name) for folder in folders if folder)
    if shell == "fish":
        settings = os.environ.get("XDG_CONFIG_HOME", os.path.join(home, ".config"))
        yield from (os.path.join(settings, "fish", folder, name) for folder in ("completions", "conf.d"))


def _linking(shell: str, ours: str) -> str:
    """Return the commands that let a shell find our files, as docs/completion.md has them."""
    folder, pattern, rest = {
        "bash": ("~/.local/share/bash-completion/completions", "git-*", ""),
        "zsh": ("~/.zfunc", "_git-*", "\nand in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)"),
        "fish": ("~/.config/fish/completions", "git-*.fish", ""),
    }[shell]
    return f"mkdir -p {folder} && ln -s {shlex.quote(ours)}/{pattern} {folder}/{rest}"
