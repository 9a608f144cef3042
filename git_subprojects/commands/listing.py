"""Shows the projects, as ``git subprojects list`` and ``git clone-project --list`` do."""

import os
import shutil
from collections.abc import Sequence

from git_subprojects.cli.screen import Screen
from git_subprojects.context.context import current_context
from git_subprojects.errors import FAILED
from git_subprojects.output import forms
from git_subprojects.output import list as list_output
from git_subprojects.workspace import inspect
from git_subprojects.workspace.facts import Listing
from git_subprojects.workspace.plan import names_any, select
from git_subprojects.workspace.siblings import workspace


def show(manifest: str | None, groups: Sequence[str], excluded: Sequence[str], form: str, screen: Screen) -> int:
    """Answer with the projects of the manifest, or of its groups; return the exit status."""
    context = current_context(manifest, screen, outside=True)
    wanted, unknown = select(context.manifest, (), groups, excluded=excluded, everything=not names_any((), groups))
    projects = [context.manifest.projects[name] for name in wanted]
    states = inspect.short_states(context.host, context.manifest, projects, is_host=context.is_host)
    width = shutil.get_terminal_size().columns if screen.out.isatty() else None
    screen.show(forms.render(form, list_output, Listing(projects, states, width)))
    for project in projects:
        if context.host is not None and states[project.name] == "refused":
            path = os.path.join(workspace(context.host, context.manifest.directory), project.directory)
            refusal = inspect.refusal(context.host, path)
            if refusal is not None:
                screen.warning(f"{project.name}: {refusal.message}")
                screen.note(f"hint: {refusal.hint}")
    for refused in unknown:
        screen.error(refused.message, refused.hint)
    return FAILED if unknown else 0
