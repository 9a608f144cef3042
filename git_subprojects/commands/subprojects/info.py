"""``git subprojects info``: how a project takes patches, and its guide for contributors."""

from __future__ import annotations

import os

from git_subprojects.cli.options import WithManifest, flag, form, operand
from git_subprojects.errors import FAILED, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.manifest.model import Project
    from git_subprojects.workspace.facts import ProjectInfo, State

DESCRIPTION = "Show on one screen how a project takes patches."


class Options(WithManifest):
    """Of which project."""

    guide: bool = flag("--guide", about="show its guide for contributors instead")
    form: str = form()
    project: str | None = operand(
        "PROJECT", count="?", words="projects", about="its name, or host (default: the one of this tree)"
    )


def run(options: Options, screen: Screen) -> int:
    """Answer with what there is to know of a project, or with its guide; return the exit status.

    Raises:
        Error: there is no such project, or no such guide.
    """
    from git_subprojects.context.context import current_context
    from git_subprojects.context.target_project import own_project, unknown
    from git_subprojects.manifest.model import HOST
    from git_subprojects.output import forms, info

    context = current_context(options.manifest, screen)
    name = options.project or own_project(context) or HOST
    is_host = name in (HOST, context.manifest.host.name)
    project = None if is_host else context.manifest.projects.get(name)
    if project is None and not is_host:
        raise unknown(context, f"there is no project '{name}'", name)
    if options.guide:
        return _guide(context, name, project, screen)
    value = _of_host(context) if project is None else _of_project(context, project)
    screen.show(forms.render(options.form, info, value))
    return 0


def _of_host(context: Context) -> ProjectInfo:
    from git_subprojects.manifest.model import Project
    from git_subprojects.workspace.facts import ProjectInfo

    host = context.the_host()
    if not context.is_host:
        raise Error(f"{context.manifest_name} is not about this repository", "name one of its projects")
    about = context.manifest.host
    project = Project(
        about.name,
        "the host",
        venue=about.venue,
        route=about.route,
        rules=about.rules,
        build=about.build,
        twins=about.twins,
    )
    return ProjectInfo(project, os.path.relpath(host.top or host.anchor))


def _of_project(context: Context, project: Project) -> ProjectInfo:
    from git_subprojects.context.target_project import own_project
    from git_subprojects.output.status import state_of
    from git_subprojects.workspace.facts import ProjectInfo
    from git_subprojects.workspace.inspect import inspect
    from git_subprojects.workspace.plan import filled_in
    from git_subprojects.workspace.siblings import inspect as inspect_sibling

    host = context.the_host()
    inspected = inspect(host, context.manifest, [project.name], is_host=context.is_host)
    state = inspected.projects[project.name]
    if context.sibling is None and own_project(context) == project.name:
        # A clone that nobody has registered as a sibling.
        top = host.top or host.anchor
        state = state._replace(path=top, sibling=inspect_sibling(host.git, top, project.name, known_urls=project.urls))
    jobs = os.cpu_count() or 1
    project = project._replace(build=tuple(filled_in(command, jobs, inspected.host) for command in project.build))
    if project.within:
        return ProjectInfo(project, f"in this tree, in {' '.join(project.within)}")
    is_cloned = state.sibling.kind == "clone"
    place = "not cloned yet"
    if state.problem is not None:
        place = f"cannot be looked at: {state.problem}" + (f"\n{state.hint}" if state.hint else "")
    elif is_cloned:
        place = f"{os.path.relpath(state.path)}: {state_of(state.sibling)}"
    elif state.sibling.kind == "other":
        place = f"{os.path.relpath(state.path)}: {state.sibling.what}"
    clone = None if is_cloned or state.problem is not None else f"git clone-project {project.name}"
    return ProjectInfo(project, place, clone, _start(project, state))


def _start(project: Project, state: State) -> str:
    """Return in words on which revision work begins, and why."""
    branch = project.branch or "the remote's HEAD"
    pin = state.fit.pin
    if state.doubt is not None:
        return f"{branch}; no pin, for {state.doubt}"
    if pin is None or pin.revision is None:
        return branch
    return f"{pin.revision}, which fits this host" + (f" from {pin.host} on" if pin.host else "")


def _guide(context: Context, name: str, project: Project | None, screen: Screen) -> int:
    """Show the guide for contributors; return the exit status."""
    from git_subprojects.cli.pager import paged
    from git_subprojects.cli.screen import clean
    from git_subprojects.context.target_project import target_project

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
