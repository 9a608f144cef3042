"""What a shell may offer where the user has pressed TAB, told in argcomplete's protocol.

There are two roads to the answer, because a TAB may cost three bare starts of Python at most and the import of
argcomplete alone costs nearly two. What the repository knows (projects, groups, revisions) is answered at once,
without argparse and argcomplete. argcomplete answers all else: options, commands, files, and lines with quotes, which
it can read; where it needs names or revisions, it asks the same functions.

The shells' part is in ``completions/``; it lets git itself enter the folder of ``git -C``.
"""

from __future__ import annotations

import os
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping
    from typing import NoReturn

    from git_subprojects.manifest.names import Names
    from git_subprojects.workspace.repository import Repository

_OPTIONS_WITH_VALUE = {
    "clone-project": ("--group", "--manifest", "--depth", "--filter", "--jobs", "-j", "--revision"),
    "route-patch": (
        "--branch",
        "--description-file",
        "--exclude",
        "--history-max",
        "--history-since",
        "--in-reply-to",
        "--manifest",
        "--onto",
        "--output",
        "-o",
        "--port",
        "--project",
        "--reroll-count",
        "--rules-from",
        "--setup",
        "--skip-check",
        "--subject-prefix",
        "--suppress-cc",
        "--twin",
    ),
    "subprojects check": ("--format", "--jobs", "-j", "--manifest"),
    "subprojects diff": ("--group", "--jobs", "--project"),
    "subprojects add": ("--branch", "--description", "--directory", "--group", "--manifest", "--name"),
    "subprojects adopt": ("--manifest", "--name"),
    "subprojects changes": ("--manifest",),
    "subprojects doctor": ("--manifest",),
    "subprojects export": ("--format", "--manifest", "--output", "-o"),
    "subprojects foreach": ("--group", "--jobs", "-j", "--manifest", "--project"),
    "subprojects freeze": ("--manifest", "--output", "-o"),
    "subprojects grep": ("--group", "--jobs", "--project"),
    "subprojects import": ("--format", "--manifest", "--output", "-o"),
    "subprojects info": ("--manifest",),
    "subprojects init": ("--manifest", "--output", "-o"),
    "subprojects list": ("--format", "--group", "--manifest"),
    "subprojects log": ("--group", "--jobs", "--project"),
    "subprojects remove": ("--manifest",),
    "subprojects status": ("--group", "--jobs", "-j", "--manifest", "--porcelain"),
    "subprojects update": ("--group", "--jobs", "-j", "--manifest"),
}
"""What must be known, without argparse, of the commands that are answered at once."""

_OPERANDS = {
    "clone-project": "projects",
    "route-patch": "revisions",
    "subprojects info": "projects",
    "subprojects remove": "projects",
    "subprojects status": "projects",
    "subprojects update": "projects",
}

_VALUES = {
    "--group": "group",
    "--onto": "revisions",
    "--port": "projects",
    "--project": "projects",
    "--rules-from": "revisions",
    "--twin": "projects",
}

_QUOTES = "'\"\\#"
"""A line with one of these is split into words by argcomplete only."""

_TO_BE_QUOTED = frozenset("\\();<>|&!`$*?[]{} \t\n\"':")
"""A word with one of these is brought into a form for the shell by argcomplete only."""

_KINDS = {"heads": "branch", "tags": "tag", "remotes": "remote branch"}


class _Wanted(NamedTuple):
    """What may stand at the cursor; ``kind`` is what the parser calls it.

    ``glued`` is the option in the same word (``--group=``), ``manifest`` the one that the line asks for, ``given``
    the words of the same kind before the cursor.
    """

    kind: str
    glued: str
    manifest: str | None
    given: list[str]


def complete(name: str, parser: Callable[[], argparse.ArgumentParser], environment: Mapping[str, str]) -> NoReturn:
    """Tell the shell what may stand at the cursor, and end the process.

    Where that cannot be known, as with a broken manifest, nothing is said: a message would appear in the midst of the
    line that is being typed.
    """
    import gc

    from git_subprojects.errors import Error

    gc.disable()  # So short a life ends before a collection, or an orderly end, could be of use.
    try:
        if not _answer_at_once(name, environment):
            _let_argcomplete_answer(parser(), environment)
    except (Error, OSError):
        pass
    os._exit(0)


def _answer_at_once(name: str, environment: Mapping[str, str]) -> bool:
    """Answer, or return False where only argcomplete can."""
    line = environment["COMP_LINE"][: int(environment["COMP_POINT"])]
    if any(mark in line for mark in _QUOTES):
        return False
    words = line.split()
    typed = words.pop() if words and not line[-1].isspace() else ""
    wanted = _wanted(name, words[int(environment["_ARGCOMPLETE"]) :], typed)
    if wanted is None:
        return False
    found = _candidates(wanted, typed[len(wanted.glued) :], environment)
    if not _TO_BE_QUOTED.isdisjoint("".join(found)):
        return False
    _tell({wanted.glued + word: about for word, about in found.items()}, typed, environment)
    return True


def _wanted(name: str, words: list[str], typed: str) -> _Wanted | None:
    """Return what ``typed``, the word after ``words``, is the beginning of; None: only argcomplete can tell."""
    if name not in _OPTIONS_WITH_VALUE:
        name, words = " ".join([name, *words[:1]]), words[1:]
    if name not in _OPTIONS_WITH_VALUE:
        return None
    with_value = _OPTIONS_WITH_VALUE[name]
    read = _read(words, with_value)
    if read is None:
        return None
    values, option, operands_only = read
    glued = ""
    if typed.startswith("-") and not option and not operands_only:
        option, equals, _ = typed.partition("=")
        glued = option + equals
        if not equals or option not in with_value:
            return None
    kind = _VALUES.get(option) if option else _OPERANDS.get(name)
    if kind is None:
        return None
    return _Wanted(kind, glued, values.get("--manifest", [None])[-1], values.get(option, []))


def _read(words: list[str], with_value: tuple[str, ...]) -> tuple[dict[str, list[str]], str, bool] | None:
    """Return the values of each option and, under "", the operands; None: only argcomplete can tell.

    With them, the option whose value comes next, and whether ``--`` has made all that follows an operand.
    """
    values: dict[str, list[str]] = {}
    option = ""
    operands_only = False
    for word in words:
        if option and word.startswith("-"):
            return None  # An error, for all that is known here.
        if option or operands_only or not word.startswith("-"):
            values.setdefault(option, []).append(word)
            option = ""
        elif word == "--":
            operands_only = True
        elif word in with_value:
            option = word
        elif word.startswith("--"):
            key, _, value = word.partition("=")
            values.setdefault(key, []).append(value)
        elif word[:2] not in with_value and len(word) > 2:
            return None  # Short options in one word, of which the last may take a value.
    return values, option, operands_only


def _candidates(wanted: _Wanted, prefix: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the words of that kind that begin with ``prefix``, with a description each."""
    if wanted.kind == "revisions":
        project, colon, rest = prefix.partition(":")
        if not colon or ".." in project:
            return _revisions(prefix, environment)
        found = _revisions(rest, environment, _place(project, wanted.manifest, environment))
        return {f"{project}:{word}": about for word, about in found.items()}
    names, _ = _names(wanted.manifest, environment)
    known: Mapping[str, str] = names.projects
    if wanted.kind != "projects":
        known = dict.fromkeys(sorted(names.groups), "")
    after_cursor = environment["COMP_LINE"][int(environment["COMP_POINT"]) :].split()
    there = {*wanted.given, *after_cursor}
    return {word: about for word, about in known.items() if word.startswith(prefix) and word not in there}


def _place(project: str, asked: str | None, environment: Mapping[str, str]) -> str:
    """Return the folder of a project, or of the host. Raises Error where there is none."""
    from git_subprojects.errors import Error
    from git_subprojects.manifest.model import HOST
    from git_subprojects.workspace.siblings import place, workspace

    names, host = _names(asked, environment)
    if host is None or project not in (*names.projects, HOST, names.host):
        raise Error(f"there is no project {project}")
    if project in names.directories:
        return place(host, workspace(host, names.workspace), names.directories[project])
    return host.top or host.anchor


def _names(asked: str | None, environment: Mapping[str, str]) -> tuple[Names, Repository | None]:
    """Return the names in the manifest that holds here, and the host. Raises Error where there is none to read."""
    from git_subprojects.errors import Error
    from git_subprojects.git.config import Config
    from git_subprojects.git.fast import Brief
    from git_subprojects.workspace.repository import discovering

    git = Brief(environment)
    discovered = discovering(git)
    # While git looks around, Python can load what reads manifests.
    from git_subprojects.context import host as hosts
    from git_subprojects.manifest.names import names

    try:
        here = discovered()
    except Error:
        host = None
        found = hosts.manifest_of(None, asked, git, Config({}))
    else:
        host = hosts.locate(here).host
        found = hosts.manifest_of(host, asked, git, here.config)
    return names(found.source, found.local), host


def _revisions(prefix: str, environment: Mapping[str, str], place: str | None = None) -> dict[str, str]:
    """Return the refs, here or in the repository at ``place``, at either end of a range."""
    from git_subprojects.git.fast import Brief

    before = prefix[: prefix.rfind("..") + 2] if ".." in prefix else prefix[: prefix.startswith("^")]
    git = Brief(environment) if place is None else Brief(environment).elsewhere(place)
    output = git.output("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes")
    found = {"HEAD": "what is checked out"}
    for ref in output.decode("utf-8", "replace").splitlines():
        _, kind, name = ref.split("/", 2)
        if "\ufffd" not in name:
            found.setdefault(name, _KINDS[kind])
    return {before + name: about for name, about in found.items() if (before + name).startswith(prefix)}


def _files(prefix: str, *, folders_only: bool) -> list[str]:
    """Return the files that begin so; argcomplete's own list of them is bash's."""
    folder = prefix[: prefix.rfind("/") + 1]
    with os.scandir(os.path.expanduser(folder) or ".") as entries:
        found = [(folder + entry.name, entry.is_dir()) for entry in entries if entry.name.isprintable()]
    hidden = folder + "."
    return [
        path + ("/" if is_folder else "")
        for path, is_folder in sorted(found)
        if path.startswith(prefix)
        and (is_folder or not folders_only)
        and (prefix.startswith(hidden) or not path.startswith(hidden))
    ]


def _tell(found: Mapping[str, str], typed: str, environment: Mapping[str, str]) -> None:
    """Write the answer as argcomplete does."""
    # bash replaces only what stands after the last of the characters at which it breaks words.
    breaks = environment.get("_ARGCOMPLETE_COMP_WORDBREAKS", "")
    start = 1 + max((typed.rfind(mark) for mark in breaks), default=-1)
    end = " " if len(found) == 1 and environment.get("_ARGCOMPLETE_SUPPRESS_SPACE") != "1" else ""
    separator = environment.get("_ARGCOMPLETE_DFS") or (":" if environment.get("_ARGCOMPLETE_SHELL") == "zsh" else "")
    words = [word[start:] + end + (separator and separator + about) for word, about in found.items()]
    answer = environment.get("_ARGCOMPLETE_IFS", "\013").join(words)
    file: str | int = environment.get("_ARGCOMPLETE_STDOUT_FILENAME", 8)
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(answer)


def _let_argcomplete_answer(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    import argcomplete
    from argcomplete.completers import BaseCompleter

    class Completer(BaseCompleter):
        """Whatever an option or an operand takes, by what the parser calls it."""

        def __call__(
            self,
            *,
            prefix: str,
            action: argparse.Action,
            parser: argparse.ArgumentParser,  # noqa: ARG002 - argcomplete hands it in by this name
            parsed_args: argparse.Namespace,
        ) -> Iterable[str]:
            if action.dest in ("manifest", "folder", "output", "description_file", "file", "old", "new", "source"):
                return _files(prefix, folders_only=action.dest in ("folder", "output"))
            if action.dest == "skip_check":
                from git_subprojects.registries import CHECKS

                return CHECKS
            kind = _VALUES.get(f"--{action.dest.replace('_', '-')}", action.dest)
            if kind in ("projects", "group", "revisions"):
                manifest = getattr(parsed_args, "manifest", None)
                given = getattr(parsed_args, action.dest, None)
                there = given if isinstance(given, list) else []
                return _candidates(_Wanted(kind, "", manifest, there), prefix, environment)
            return ()

    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=Completer())
