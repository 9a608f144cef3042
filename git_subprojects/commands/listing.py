"""Shows the projects, as ``git subprojects list`` and ``git clone-project --list`` do."""

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


def show(manifest: str | None, groups: Sequence[str], excluded: Sequence[str], form: str, screen: Screen) -> int:
    """Answer with the projects of the manifest, or of its groups; return the exit status."""
    context = current_context(manifest, screen, outside=True)
    wanted, unknown = select(context.manifest, (), groups, excluded=excluded, everything=not names_any((), groups))
    projects = [context.manifest.projects[name] for name in wanted]
    states = inspect.short_states(context.host, context.manifest, projects, is_host=context.is_host)
    width = shutil.get_terminal_size().columns if screen.out.isatty() else None
    screen.show(forms.render(form, list_output, Listing(projects, states, width)))
    for refused in unknown:
        screen.error(refused.message, refused.hint)
    return FAILED if unknown else 0
