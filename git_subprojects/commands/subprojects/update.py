"""``git subprojects update``: updates clones, as far as that costs the user nothing."""

from __future__ import annotations

from git_subprojects.cli.options import flag, form, option, whole_number
from git_subprojects.commands.subprojects.options import OfProjects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Fetch, and fast-forward each clone where no local work is affected."


class Options(OfProjects):
    """Which clones are updated, and how."""

    jobs: int | None = option(
        "-j", "--jobs", metavar="N", read=whole_number, about="fetch in N clones at the same time"
    )
    rebase: bool = flag("--rebase", about="rebase commits of your own onto the upstream, in clean clones")
    prune: bool = flag("--prune", about="remove remote-tracking branches that are gone from the remote")
    dry_run: bool = flag("--dry-run", about="show what would be done with what was last fetched")
    form: str = form()


def run(options: Options, screen: Screen) -> int:
    """Update the clones, after an update in the background if one is running; return the exit status."""
    from git_subprojects.commands.updating import update_clones
    from git_subprojects.context.context import current_context
    from git_subprojects.workspace.follow import Background

    context = current_context(options.manifest, screen, use_cache=True)
    background = Background(context.the_host().common_dir)
    with background.alone(lambda: screen.say("waiting for the update in the background")):
        status = update_clones(
            context,
            screen,
            options.projects,
            options.group,
            options.exclude,
            jobs=options.jobs,
            dry_run=options.dry_run,
            rebase=options.rebase,
            prune=options.prune,
            form=options.form,
        )
        if not (options.dry_run or options.projects or options.group or options.exclude):
            # What is undone has just been said of all.
            background.forget()
    return status
