"""Whether the manifest, the siblings, the network and mail are as the commands need them."""

import os
import shlex
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from git_subprojects.cli.screen import Screen
from git_subprojects.commands.subprojects.doctor.guard import guarded
from git_subprojects.context.context import Context, current_context, here
from git_subprojects.context.network import transport
from git_subprojects.context.selection import look
from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.manifest.reader import ManifestError
from git_subprojects.manifest.values import STAGING_SUFFIX
from git_subprojects.plural import counted
from git_subprojects.sending import send_email
from git_subprojects.system import locks
from git_subprojects.workspace import siblings
from git_subprojects.workspace.diagnosis import Diagnosis
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.repository import NoRepositoryError, Repository, discover
from git_subprojects.workspace.strays import let_go, strays, unnamed
from git_subprojects.workspace.transport import TransferError
from git_subprojects.workspace.urls import project_urls

if TYPE_CHECKING:
    from git_subprojects.manifest.model import Host, Project

_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock")
_OLD = 60.0
"""Seconds after which a lock is taken for left over: git holds it for as long as it writes."""


def diagnoses(manifest: str | None, screen: Screen, *, online: bool) -> list[Diagnosis]:
    """Return how the repository here is, its siblings, the network (asked only if ``online``) and mail."""
    found = guarded("identity", _identity)
    try:
        discover(here())
    except NoRepositoryError as error:
        return [*found, Diagnosis("warning", "repository", error.message, error.hint)]
    except Error as error:
        return [*found, Diagnosis("problem", "repository", error.message, error.hint)]
    try:
        context = current_context(manifest, screen)
    except ManifestError as error:
        problems = [str(problem) for problem in error.problems[:3]]
        return [*found, Diagnosis("problem", "manifest", "\n".join(problems), "git subprojects check")]
    except Error as error:
        return [*found, Diagnosis("problem", "repository", error.message, error.hint)]
    host = context.the_host()
    found.append(Diagnosis("ok", "repository", _what(context)))
    found.append(Diagnosis("ok", "manifest", _which(context)))
    found += guarded("siblings", lambda: _siblings(context, host))
    found += guarded("siblings", lambda: _left_over(context, host))
    found += guarded("network", lambda: _network(context, online=online))
    found += guarded("mail", lambda: _mail(context))
    return found


def _identity() -> Iterator[Diagnosis]:
    ended = here().run("var", "GIT_AUTHOR_IDENT")
    if ended.returncode == 0:
        name = ended.stdout.decode("utf-8", "replace").rpartition(">")[0]
        yield Diagnosis("ok", "identity", f"{name}>")
        return
    fix = 'git config --global user.name "Your Name"\ngit config --global user.email you@example.org'
    yield Diagnosis("problem", "identity", "git does not know who you are, so nothing can be committed or sent", fix)


def _what(context: Context) -> str:
    host = context.the_host()
    if context.sibling is None:
        return f"{host.top or host.anchor}, a host"
    return f"{context.sibling.top}, the sibling {context.project} of the host {host.anchor}"


def _which(context: Context) -> str:
    """Return which manifest is in effect, and why."""
    number = counted(len(context.manifest.projects), "project")
    name = context.manifest_name
    if context.files.builtin:
        foreign = "" if context.is_host else ", which is not about this tree"
        return f"{name}{foreign}: there is no subprojects.toml here ({number})"
    local = ", with subprojects.local.toml" if context.files.local is not None else ""
    return f"{context.files.path or name}{local} ({number})"


def _siblings(context: Context, host: Repository) -> Iterator[Diagnosis]:
    projects = [project for project in context.manifest.projects.values() if not project.within]
    states = look(context, projects)
    for state in states:
        yield from _sibling(state, host)
    for stray in unnamed(strays(host, context.manifest), context.manifest, states):
        text = f"{stray.path} is a clone of {stray.project}, which the manifest no longer names"
        yield Diagnosis("warning", "siblings", text, let_go(stray))
    number = sum(state.sibling.is_own for state in states)
    base = _base(context, host)
    later = "" if os.path.lexists(base) else ", which the first clone creates"
    yield Diagnosis("ok", "siblings", f"{number} of {len(projects)} are cloned, in {base}{later}")


def _base(context: Context, host: Repository) -> str:
    return siblings.workspace(host, context.manifest.directory)


def _sibling(state: State, host: Repository) -> Iterator[Diagnosis]:
    name, sibling, path = state.name, state.sibling, shlex.quote(state.path)
    if state.problem is not None:
        yield Diagnosis("problem", "siblings", f"{name}: {state.problem}", state.hint)
    elif sibling.kind != "absent" and not sibling.is_own:
        fix = f"if that is your {name}: git subprojects adopt {path}\nif not, move it away"
        yield Diagnosis("warning", "siblings", f"{name}: {state.path} is {sibling.what}", fix)
    elif sibling.is_own:
        yield from _own(state, host)


def _own(state: State, host: Repository) -> Iterator[Diagnosis]:
    name, sibling, path = state.name, state.sibling, shlex.quote(state.path)
    if sibling.commit is None and sibling.branch is None:
        yield Diagnosis("problem", "siblings", f"{name}: {sibling.what}", sibling.hint)
    if sibling.project is None or sibling.host is None:
        text = f"{name}: {state.path} does not know whose sibling it is"
        yield Diagnosis("warning", "siblings", text, f"git subprojects adopt {path}")
    elif os.path.realpath(os.path.join(state.path, sibling.host)) != os.path.realpath(host.anchor):
        other = os.path.normpath(os.path.join(state.path, sibling.host))
        fix = f"git -C {path} config subprojects.host {siblings.link(state.path, host)}"
        yield Diagnosis("problem", "siblings", f"{name}: it is a sibling of {other}, not of this", fix)
    for what, command in state.differences:
        yield Diagnosis("warning", "siblings", f"{name}: {what}", command)
    folder = refs.git_dir(state.path)
    for lock in _LOCKS:
        place = os.path.join(folder, lock)
        if os.path.lexists(place) and time.time() - os.lstat(place).st_mtime > _OLD:
            fix = f"if no git runs there any more: rm {shlex.quote(place)}"
            yield Diagnosis("problem", "siblings", f"{name}: {place} was left over", fix)


def _left_over(context: Context, host: Repository) -> Iterator[Diagnosis]:
    """Yield what interrupted clones have left."""
    base = _base(context, host)
    if not os.path.lexists(base):
        return
    folders = sorted(entry.path for entry in os.scandir(base) if entry.is_dir(follow_symlinks=False))
    for path in folders:
        if path.endswith(STAGING_SUFFIX) and not _is_locked(os.path.join(path, "lock")):
            text = f"{path} was left by a clone that was killed; the next one clears it"
            yield Diagnosis("warning", "siblings", text, f"rm -rf {shlex.quote(path)}")


def _is_locked(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        is_free = locks.take(descriptor, path)
        if is_free:
            locks.release(path)
    finally:
        os.close(descriptor)
    return not is_free


def _network(context: Context, *, online: bool) -> Iterator[Diagnosis]:
    host = context.the_host()
    first: dict[str, tuple[str, bool]] = {}
    for project in context.manifest.projects.values():
        known = project_urls(project, host.base_url)
        for url in known.urls[:1]:
            first.setdefault(_server(url), (url, url in known.relative))
    if any(server.startswith("ssh ") for server in first) and not _has_key():
        fix = 'eval "$(ssh-agent)" && ssh-add'
        yield Diagnosis("warning", "network", "some URLs are for ssh, and there is no key and no agent", fix)
    if not online:
        yield Diagnosis("ok", "network", f"{counted(len(first), 'server')}; --online asks whether each is there")
        return
    for server, (url, relative) in first.items():
        yield _answers(context, server, url, relative=relative)


def _server(url: str) -> str:
    if "://" in url:
        parts = urlsplit(url)
        return f"{parts.scheme} {parts.hostname or url}"
    return f"ssh {url.partition(':')[0].rpartition('@')[2]}" if ":" in url.partition("/")[0] else f"file {url}"


def _has_key() -> bool:
    folder = os.path.expanduser("~/.ssh")
    names: Sequence[str] = os.listdir(folder) if os.path.isdir(folder) else ()
    return bool(os.environ.get("SSH_AUTH_SOCK")) or any(name.startswith("id_") for name in names)


def _answers(context: Context, server: str, url: str, *, relative: bool) -> Diagnosis:
    try:
        transport(context).for_url(url, relative=relative).run("ls-remote", "--quiet", "--", url, "HEAD")
    except TransferError as error:
        return Diagnosis("problem", "network", f"{url}: {error.message.splitlines()[-1]}", error.hint)
    return Diagnosis("ok", "network", f"{server.partition(' ')[2]} answers")


def _mail(context: Context) -> Iterator[Diagnosis]:
    owners: list[Host | Project] = [*context.manifest.projects.values()]
    owners += [context.manifest.host] if context.is_host else []
    if not any(owner.venue.takes_mail and (owner.route.to or owner.route.files) for owner in owners):
        yield Diagnosis("ok", "mail", "no project here takes patches by mail")
        return
    try:
        send_email.require(context.git, os.environ)
        send_email.require_server(context.git, os.environ, ())
    except Error as error:
        yield Diagnosis("warning", "mail", f"{error.message}, so patches cannot be sent", error.hint)
    else:
        yield Diagnosis("ok", "mail", "git send-email is there and knows how mail leaves this machine")
