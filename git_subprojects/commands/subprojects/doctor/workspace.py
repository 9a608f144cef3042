"""Whether the manifest, the siblings, the network and mail are as the commands need them."""

import argparse
import fcntl
import os
import shlex
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.subprojects.doctor.installation import Guard
from git_subprojects.context.context import Context, current_context, here
from git_subprojects.context.network import settings
from git_subprojects.context.selection import look
from git_subprojects.errors import Error
from git_subprojects.git import refs as layout
from git_subprojects.manifest.model import Host, Project
from git_subprojects.manifest.reader import ManifestError
from git_subprojects.manifest.values import STAGING_SUFFIX
from git_subprojects.output.doctor import OK, PROBLEM, WARNING, Finding
from git_subprojects.plural import counted
from git_subprojects.sending import send_email
from git_subprojects.workspace import siblings
from git_subprojects.workspace.facts import HostFacts, State
from git_subprojects.workspace.fetch import source_of
from git_subprojects.workspace.repository import Repository, discover
from git_subprojects.workspace.transport import TransferError, Transport

_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock")
_OLD = 60.0
"""Seconds after which a lock is taken for left over: git holds it for as long as it writes."""


def findings(arguments: argparse.Namespace, screen: Screen, guarded: Guard) -> list[Finding]:
    """Return what was found of the repository here, its siblings, the network (``--online``) and mail."""
    found = guarded("identity", _identity)
    try:
        discover(here())
    except Error as error:
        return [*found, Finding(WARNING, "repository", error.message, error.hint)]
    try:
        context = current_context(arguments.manifest, screen)
    except ManifestError as error:
        problems = [str(problem) for problem in error.problems[:3]]
        return [*found, Finding(PROBLEM, "manifest", "\n".join(problems), "git subprojects check")]
    except Error as error:
        return [*found, Finding(PROBLEM, "repository", error.message, error.hint)]
    host = context.the_host()
    found.append(Finding(OK, "repository", _what(context)))
    found.append(Finding(OK, "manifest", _which(context)))
    found += guarded("siblings", lambda: _siblings(context, host))
    found += guarded("siblings", lambda: _left_over(context, host))
    found += guarded("network", lambda: _network(context, online=getattr(arguments, "online", False)))
    found += guarded("mail", lambda: _mail(context))
    return found


def _identity() -> Iterator[Finding]:
    found = here().run("var", "GIT_AUTHOR_IDENT")
    if found.returncode == 0:
        name = found.stdout.decode("utf-8", "replace").rpartition(">")[0]
        yield Finding(OK, "identity", f"{name}>")
        return
    mend = 'git config --global user.name "Your Name"\ngit config --global user.email you@example.org'
    yield Finding(PROBLEM, "identity", "git does not know who you are, so nothing can be committed or sent", mend)


def _what(context: Context) -> str:
    host = context.the_host()
    if context.sibling is None:
        return f"{host.top or host.anchor}, a host"
    return f"{context.sibling.top}, the sibling {context.project} of the host {host.anchor}"


def _which(context: Context) -> str:
    """Return which manifest holds, and why."""
    number = counted(len(context.manifest.projects), "project")
    name = context.manifest_name
    if context.found.builtin:
        about = "" if context.is_host else ", which is not about this tree"
        return f"{name}{about}, for there is no subprojects.toml here ({number})"
    local = ", with subprojects.local.toml" if context.found.local is not None else ""
    return f"{context.found.path or name}{local} ({number})"


def _siblings(context: Context, host: Repository) -> Iterator[Finding]:
    projects = [one for one in context.manifest.projects.values() if not one.within]
    states = look(context, projects)
    for one in states:
        yield from _sibling(one, host)
    number = sum(one.sibling.is_own for one in states)
    yield Finding(OK, "siblings", f"{number} of {len(projects)} are cloned, in {_base(context, host)}")


def _base(context: Context, host: Repository) -> str:
    return siblings.workspace(host, context.manifest.directory)


def _sibling(one: State, host: Repository) -> Iterator[Finding]:
    sibling, path = one.sibling, shlex.quote(one.path)
    if one.problem is not None:
        yield Finding(PROBLEM, "siblings", f"{one.name}: {one.problem}")
    elif sibling.kind != "absent" and not sibling.is_own:
        mend = f"if that is your {one.name}: git subprojects adopt {path}\nif not, move it away"
        yield Finding(WARNING, "siblings", f"{one.name}: {one.path} is {sibling.what}", mend)
    elif sibling.is_own:
        yield from _own(one, host)


def _own(one: State, host: Repository) -> Iterator[Finding]:
    sibling, path = one.sibling, shlex.quote(one.path)
    if sibling.commit is None and sibling.branch is None:
        yield Finding(PROBLEM, "siblings", f"{one.name}: {sibling.what}", f"git -C {path} fsck")
    if sibling.project is None or sibling.host is None:
        text = f"{one.name}: {one.path} does not know whose sibling it is"
        yield Finding(WARNING, "siblings", text, f"git subprojects adopt {path}")
    elif os.path.realpath(os.path.join(one.path, sibling.host)) != os.path.realpath(host.anchor):
        text = f"{one.name}: it is a sibling of {os.path.normpath(os.path.join(one.path, sibling.host))}, not of this"
        yield Finding(
            PROBLEM, "siblings", text, f"git -C {path} config subprojects.host {siblings.link(one.path, host)}"
        )
    folder = layout.git_dir(one.path)
    for lock in _LOCKS:
        place = os.path.join(folder, lock)
        if os.path.lexists(place) and time.time() - os.lstat(place).st_mtime > _OLD:
            mend = f"if no git runs there any more: rm {shlex.quote(place)}"
            yield Finding(PROBLEM, "siblings", f"{one.name}: {place} was left over", mend)


def _left_over(context: Context, host: Repository) -> Iterator[Finding]:
    """Yield what interrupted clones have left, and siblings that the manifest does not name any more."""
    base = _base(context, host)
    folders = sorted(entry.path for entry in os.scandir(base) if entry.is_dir(follow_symlinks=False))
    for path in folders:
        if path.endswith(STAGING_SUFFIX) and not _is_locked(os.path.join(path, "lock")):
            mend = f"rm -rf {shlex.quote(path)}"
            yield Finding(
                WARNING, "siblings", f"{path} was left by a clone that was killed; the next one clears it", mend
            )
    clones = [path for path in folders if os.path.isdir(os.path.join(path, ".git"))]
    configs = layout.configs(host.git, [os.path.join(path, ".git") for path in clones])
    for path in clones:
        config = configs.get(os.path.join(path, ".git"))
        name = None if config is None else config.text("subprojects.project")
        if config is None or name is None or name in context.manifest.projects:
            continue
        of = os.path.realpath(os.path.join(path, config.text("subprojects.host") or "."))
        if of == os.path.realpath(host.anchor):
            let_go = f"git -C {shlex.quote(path)} config --remove-section subprojects"
            mend = f"git subprojects adopt {shlex.quote(path)}\nor let it go: {let_go}"
            yield Finding(WARNING, "siblings", f"{path} is a sibling {name}, which the manifest does not name", mend)


def _is_locked(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _network(context: Context, *, online: bool) -> Iterator[Finding]:
    host = context.the_host()
    about = HostFacts(host.anchor, host.base_url)
    first: dict[str, tuple[Project, str]] = {}
    for project in context.manifest.projects.values():
        for url in source_of(project, about).urls[:1]:
            first.setdefault(_server(url), (project, url))
    if any(server.startswith("ssh ") for server in first) and not _has_key():
        mend = 'eval "$(ssh-agent)" && ssh-add'
        yield Finding(WARNING, "network", "some URLs are for ssh, and there is no key and no agent", mend)
    if not online:
        yield Finding(OK, "network", f"{counted(len(first), 'server')}; --online asks whether each is there")
        return
    for server, (project, url) in first.items():
        yield _asked(context, server, project, url, about)


def _server(url: str) -> str:
    if "://" in url:
        parts = urlsplit(url)
        return f"{parts.scheme} {parts.hostname or url}"
    return f"ssh {url.partition(':')[0].rpartition('@')[2]}" if ":" in url.partition("/")[0] else f"file {url}"


def _has_key() -> bool:
    folder = os.path.expanduser("~/.ssh")
    names: Sequence[str] = os.listdir(folder) if os.path.isdir(folder) else ()
    return bool(os.environ.get("SSH_AUTH_SOCK")) or any(name.startswith("id_") for name in names)


def _asked(context: Context, server: str, project: Project, url: str, about: HostFacts) -> Finding:
    transport = Transport(context.git, settings(context), lambda _: None, lambda _: None, lambda _: False)
    transport = transport.for_url(url, relative=url in source_of(project, about).relative)
    try:
        transport.run("ls-remote", "--quiet", "--", url, "HEAD")
    except TransferError as error:
        return Finding(PROBLEM, "network", f"{url}: {error.message.splitlines()[-1]}", error.hint)
    return Finding(OK, "network", f"{server.partition(' ')[2]} answers")


def _mail(context: Context) -> Iterator[Finding]:
    owners: list[Host | Project] = [*context.manifest.projects.values()]
    owners += [context.manifest.host] if context.is_host else []
    if not any(one.venue.takes_mail and (one.route.to or one.route.maintainers) for one in owners):
        yield Finding(OK, "mail", "no project here takes patches by mail")
        return
    try:
        send_email.require(context.git, os.environ)
        send_email.require_server(context.git, os.environ, ())
    except Error as error:
        yield Finding(WARNING, "mail", f"{error.message}, so patches cannot be sent", error.hint)
    else:
        yield Finding(OK, "mail", "git send-email is there and knows how mail leaves this machine")
