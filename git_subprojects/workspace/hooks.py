"""Hooks that start a command of ours before they do what the user has them for.

What is ours are a few lines between two marks. A hook that is a shell script gets them below its first line, so that
its own name, folder, arguments, standard input and exit status stay as they were. Any other, and one that is a link or
not executable, is moved aside, and a script with these lines runs it.
"""

import os
import re
import stat
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from git_subprojects.errors import Error
from git_subprojects.workspace.facts import HookState
from git_subprojects.workspace.repository import Repository

ASIDE = ".user"
"""What is added to the name of a hook that is moved aside."""

CONDITIONS = {
    "post-merge": "",
    "post-rewrite": 'test "${1-}" = rebase && ',
    # A branch switch to another commit; a new work tree, or clone, comes from no commit at all.
    "post-checkout": 'test "${3-}" = 1 && test "$1" != "$2" && test "${1##*[!0]}" != "$1" && ',
}
"""The hooks, and in sh when each is to start the command."""

_BEGIN = b"# begin git-subprojects follow"
_END = b"# end git-subprojects follow\n"
_BLOCK = re.compile(rb"^%s ([0-9a-f]{8})\n(.*?)^%s" % (_BEGIN, _END), re.MULTILINE | re.DOTALL)
_SHELL = re.compile(rb"#![ \t]*(?:/\S*/(?:env[ \t]+)?)(?:ba|da|k|z|a)?sh(?:[ \t][^\n]*)?\n")
_HEAD = b"#!/bin/sh\n# Made by git subprojects follow; --off takes it away.\n"


class _Change(NamedTuple):
    """What is to be done with a hook: what it shall hold, its mode, and whether what is there is moved aside."""

    path: str
    content: bytes
    mode: int
    aside: bool = False


def folder(host: Repository) -> str:
    """Return the folder of the hooks that git runs in the work tree of ``host``, wherever that is."""
    git = host.git.elsewhere(host.top or host.anchor)
    return os.fsdecode(git.output("rev-parse", "--path-format=absolute", "--git-path", "hooks")).removesuffix("\n")


def own_folder(host: Repository) -> str:
    """Return the folder of the hooks, if it is this repository's and not in its history.

    Raises:
        Error: what is written there would be run, or committed, elsewhere too.
    """
    hooks = folder(host)
    real = os.path.realpath(hooks)
    if _is_inside(real, host.common_dir):
        return hooks
    hint = (
        "let its post-merge, post-rewrite and post-checkout run: git subprojects follow --hook\n"
        "and say that it is wanted in this repository: git config subprojects.follow true"
    )
    if host.top is None or not _is_inside(real, host.top):
        raise Error(f"core.hooksPath is {hooks}, and the hooks there are not this repository's alone", hint)
    example = os.path.join(hooks, next(iter(CONDITIONS)))
    if host.git.elsewhere(host.top).run("check-ignore", "-q", "--", example).returncode != 0:
        raise Error(f"core.hooksPath is {hooks}, and what is written there would be committed", hint)
    return hooks


def state(path: str) -> HookState:
    """Return whether a hook has our lines (on), none (off), or others than we have written (changed)."""
    content = _content(path)
    if content is None or _BEGIN not in content:
        return "off"
    return "changed" if _split(content) is None else "on"


def add(place: str) -> None:
    """Put our lines into the hooks in the folder ``place``, each as it needs.

    Raises:
        Error: one cannot be changed; then none is.
    """
    changes = [_addition(os.path.join(place, name), _block(name)) for name in CONDITIONS]
    os.makedirs(place, exist_ok=True)
    for change in changes:
        if change is not None:
            _carry_out(change)


def remove(place: str) -> list[Error]:
    """Take our lines out of the hooks in the folder ``place``, and put back what was moved aside.

    Return what is wrong with those that are left as they are, because somebody has changed our lines.
    """
    errors = []
    for name in CONDITIONS:
        path = os.path.join(place, name)
        try:
            _remove(path)
        except Error as error:
            errors.append(error)
    return errors


def _tail(path: str) -> bytes:
    """Return what runs a hook that was moved aside, also where another program has renamed the script that does it."""
    aside = f'"${{0%/*}}/{os.path.basename(path)}{ASIDE}"'
    return f'if test -x {aside}; then\n\texec {aside} "$@"\nfi\n'.encode()


def _remove(path: str) -> None:
    content = _content(path)
    if content is None or _BEGIN not in content:
        return
    rest = _split(content)
    if rest is None:
        raise _changed(path)
    aside = path + ASIDE
    if rest == _HEAD + _tail(path) and os.path.lexists(aside):
        os.replace(aside, path)
    elif rest in (_HEAD, _HEAD + _tail(path)):
        os.unlink(path)
    else:
        _carry_out(_Change(path, rest, stat.S_IMODE(os.stat(path).st_mode)))


def _addition(path: str, block: bytes) -> _Change | None:
    """Return what puts ``block`` into the hook; None: it is there. Raises Error where that cannot be."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return _Change(path, _HEAD + block, 0o755)
    if stat.S_ISDIR(mode):
        raise Error(f"{path} is a folder, and git would run a hook of that name", "move it away")
    content = _content(path)
    if content is not None and _BEGIN in content:
        rest = _split(content)
        if rest is None:
            raise _changed(path)
        if block in content:
            return None
        start = content.index(_BEGIN)
        return _Change(path, rest[:start] + block + rest[start:], stat.S_IMODE(mode))
    shebang = _SHELL.match(content or b"")
    if content is not None and shebang is not None and mode & stat.S_IXUSR:
        end = shebang.end()
        return _Change(path, content[:end] + block + content[end:], stat.S_IMODE(mode))
    if os.path.lexists(path + ASIDE):
        raise Error(f"{path} would be moved to {path + ASIDE}, and something is there", "move one of them away")
    return _Change(path, _HEAD + block + _tail(path), 0o755, aside=True)


def _carry_out(change: _Change) -> None:
    part = f"{change.path}.{os.getpid()}"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700), "wb") as file:
        file.write(change.content)
        os.fchmod(file.fileno(), change.mode)
    moved = False
    try:
        if change.aside:
            os.rename(change.path, change.path + ASIDE)
            moved = True
        os.replace(part, change.path)
    except OSError:
        with suppress(OSError):
            os.unlink(part)
        if moved:
            os.rename(change.path + ASIDE, change.path)
        raise


def _block(name: str) -> bytes:
    lines = (
        f"if {CONDITIONS[name]}command -v git-subprojects >/dev/null 2>&1; then\n"
        "\tgit-subprojects follow --hook </dev/null || :\n"
        "fi\n"
    ).encode()
    return b"%s %08x\n%s%s" % (_BEGIN, crc32(lines), lines, _END)


def _split(content: bytes) -> bytes | None:
    """Return a hook without our lines; None: they are not as we have written them."""
    block = _BLOCK.search(content)
    if block is None or int(block[1], 16) != crc32(block[2]) or content.count(_BEGIN) != 1:
        return None
    return content[: block.start()] + content[block.end() :]


def _changed(path: str) -> Error:
    return Error(
        f"{path}: the lines of git subprojects follow in it are not as they were written",
        f"take them out by hand, from '{_BEGIN.decode()}' to '{_END.decode().strip()}', then try again",
    )


def _content(path: str) -> bytes | None:
    """Return what a hook holds; None: it is no file of its own."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _is_inside(path: str, parent: str) -> bool:
    return path.startswith(os.path.realpath(parent) + os.sep)
