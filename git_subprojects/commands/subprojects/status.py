"""``git subprojects status``: the state of each clone, on a line each."""

from __future__ import annotations

from git_subprojects.cli.options import flag, form, option, whole_number
from git_subprojects.commands.subprojects.options import OfProjects
from git_subprojects.errors import FAILED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.context.context import Context
    from git_subprojects.manifest.model import Project

DESCRIPTION = "Show the state of each clone."

_MOST_COMMITS = 10


class Options(OfProjects):
    """Of which projects, and how."""

    fetch: bool = flag("--fetch", about="fetch first")
    jobs: int | None = option(
        "-j", "--jobs", metavar="N", read=whole_number, needs=("fetch",), about="fetch in N clones at the same time"
    )
    form: str = form("porcelain")
    verbose: bool = flag("-v", "--verbose", about="also show the commits by which a branch and its upstream differ")


def run(options: Options, screen: Screen) -> int:
    """Answer with the states of the projects; return the exit status.

    Without names and groups: of all that are cloned, or in the way.
    """
    from git_subprojects.context.context import current_context
    from git_subprojects.context.selection import look
    from git_subprojects.output import forms, status
    from git_subprojects.workspace.follow import Background
    from git_subprojects.workspace.plan import names_any, select
    from git_subprojects.workspace.strays import let_go, strays, unnamed

    context = current_context(options.manifest, screen, use_cache=True)
    everything = not names_any(options.projects, options.group)
    wanted, unknown = select(
        context.manifest, options.projects, options.group, excluded=options.exclude, everything=everything
    )
    projects = [context.manifest.projects[name] for name in wanted]
    failed = options.fetch and _fetch(context, projects, options.jobs, screen)
    states = look(context, projects, _MOST_COMMITS if screen.verbose else 0)
    if everything:
        states = [state for state in states if state.kind not in ("absent", "in-tree")]
    screen.show(forms.render(options.form, status, states))
    if not states and options.form == "text":
        screen.note("no project is cloned; git subprojects list shows what there is")
    for refused in unknown:
        screen.error(refused.message, refused.hint)
    if everything:
        for stray in unnamed(strays(context.the_host(), context.manifest), context.manifest, states):
            screen.warning(f"{stray.path} is a clone of {stray.project}, which the manifest no longer names")
            screen.note(f"hint: {let_go(stray)}")
    undone = Background(context.the_host().common_dir).undone()
    if undone is not None:
        screen.warning(undone)
    return FAILED if unknown or failed or any(state.problem is not None for state in states) else 0


def _fetch(context: Context, projects: Sequence[Project], jobs: int | None, screen: Screen) -> bool:
    """Fetch in all that are cloned; return whether any could not be."""
    from git_subprojects.commands.fetching import fetch_all, report_failures
    from git_subprojects.context.selection import look

    # Only what is known to be a project's sibling is entered.
    clones = [state for state in look(context, projects, is_brief=True) if state.sibling.is_own]
    fetches = list(fetch_all(context, clones, jobs, screen, follow=False))
    failed = [fetched for fetched in fetches if fetched.error is not None]
    report_failures(failed, len(fetches) - len(failed), screen)
    return bool(failed)
