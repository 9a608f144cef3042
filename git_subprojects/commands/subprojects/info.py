"""``git subprojects info``: a project's process on one screen, and its guide."""

import argparse
import os

from git_subprojects.cli.pager import paged
from git_subprojects.cli.screen import Screen, clean
from git_subprojects.context.context import Context, current_context
from git_subprojects.context.target_project import own_project, target_project, unknown
from git_subprojects.errors import FAILED, Error
from git_subprojects.manifest.model import HOST, Project
from git_subprojects.output import clone as render
from git_subprojects.output import info as render_info
from git_subprojects.workspace import inspect as gather
from git_subprojects.workspace.facts import Facts
from git_subprojects.workspace.plan import filled_in
from git_subprojects.workspace.siblings import inspect


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Answer with what there is to know of a project, or with its guide; return the exit status.

    Raises:
        Error: there is no such project, or no such guide.
    """
    context = current_context(arguments.manifest, screen)
    name = getattr(arguments, "project", None) or own_project(context) or HOST
    is_host = name in (HOST, context.manifest.host.name)
    project = None if is_host else context.manifest.projects.get(name)
    if project is None and not is_host:
        raise unknown(context, f"there is no project '{name}'", name)
    if getattr(arguments, "guide", False):
        return _guide(context, name, project, screen)
    info = _of_host(context) if project is None else _of_project(context, project)
    screen.answer(render_info.as_answer(info) if arguments.json else render_info.text(info))
    return 0


def _of_host(context: Context) -> render_info.Info:
    host = context.the_host()
    if not context.is_host:
        raise Error(f"{context.manifest_name} is not about this repository", "name one of its projects")
    return render_info.of_host(context.manifest.host, os.path.relpath(host.top or host.anchor))


def _of_project(context: Context, project: Project) -> render_info.Info:
    host = context.the_host()
    gathered = gather.facts(host, context.manifest, [project.name], is_host=context.is_host)
    known = gathered.projects[project.name]
    if context.sibling is None and own_project(context) == project.name:
        # A clone that nobody has told whose sibling it is.
        here = host.top or host.anchor
        known = known._replace(path=here, sibling=inspect(host.git, here, known_urls=project.urls))
    jobs = os.cpu_count() or 1
    project = project._replace(build=tuple(filled_in(command, jobs, gathered.host) for command in project.build))
    if project.within:
        return render_info.of_project(project, f"in this tree, in {' '.join(project.within)}", None, None)
    is_there = known.sibling.kind == "clone"
    place = "not cloned yet"
    if is_there:
        place = f"{os.path.relpath(known.path)}: {render.state_of(known.sibling)}"
    elif known.sibling.kind == "other":
        place = f"{os.path.relpath(known.path)}: {known.sibling.what}"
    clone = None if is_there else f"git clone-project {project.name}"
    return render_info.of_project(project, place, clone, _start(project, known))


def _start(project: Project, known: Facts) -> str:
    branch = project.branch or "the remote's HEAD"
    pin = known.fit.pin
    if known.fit.doubt is not None:
        return f"{branch}; no pin, for {known.fit.doubt}"
    if pin is None or pin.revision is None:
        return branch
    return f"{pin.revision}, which fits this host" + (f" from {pin.host} on" if pin.host else "")


def _guide(context: Context, name: str, project: Project | None, screen: Screen) -> int:
    guide = context.manifest.host.venue.guide if project is None else project.venue.guide
    if guide is None:
        screen.error(f"{context.manifest_name} names no guide of {name}")
        return FAILED
    if guide.startswith("https://"):
        screen.answer(guide)
        return 0
    git = target_project(context, name).git
    content = git.blob("HEAD", guide)
    if content is None:
        screen.error(f"{name} has no {guide} at its HEAD", f"git subprojects info {name} says what else there is")
        return FAILED
    with paged(git) as stream:
        # What comes from a tree is not trusted with the terminal.
        stream.write(clean(content.decode("utf-8", "replace").rstrip("\n") + "\n").encode("utf-8", "backslashreplace"))
        stream.flush()
    return 0
