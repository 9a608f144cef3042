"""The modes of ``git clone-project``: cloning, and the list of what can be cloned."""

from __future__ import annotations

from git_subprojects.cli.modes import Mode
from git_subprojects.cli.options import WithManifest, flag, form, many, operand, option, whole_number

_GROUP = many(
    "--group", metavar="G", words="group", about="every project of this group; with a minus (-G), none of them"
)
_EXCLUDE = many("--exclude", metavar="NAME", words="projects", about="leave this project out; may be repeated")


class Clone(WithManifest):
    """Clones projects."""

    jobs: int | None = option(
        "-j",
        "--jobs",
        metavar="N",
        read=whole_number,
        about="clone N at the same time; in a build, {jobs} is N",
    )
    build: bool = flag("--build", about="then run each project's build commands")
    dry_run: bool = flag("-n", "--dry-run", about="show what would be done instead of doing it")
    depth: int | None = option(
        "--depth", metavar="N", read=whole_number, exclusive="extent", about="clone only the last N commits"
    )
    filter: str | None = option(
        "--filter", metavar="SPEC", exclusive="extent", about="clone without some objects, such as blob:none"
    )
    full: bool = flag("--full", exclusive="extent", about="full clone: ignore depth and filter in the manifest")
    revision: str | None = option("--revision", metavar="REV", about="check out REV instead of the pinned revision")
    worktree: bool = flag("--worktree", about="in a linked work tree: give it siblings of its own, linked too")
    form: str = form()
    all: bool = flag("--all", about="every project of the manifest, or as workspace.groups says")
    group: tuple[str, ...] = _GROUP
    exclude: tuple[str, ...] = _EXCLUDE
    projects: tuple[str, ...] = operand("PROJECT", count="*", words="projects", about="a project of the manifest")


class List(WithManifest):
    """Shows what can be cloned."""

    list: bool = flag("--list", about="show the projects instead of cloning")
    group: tuple[str, ...] = _GROUP
    exclude: tuple[str, ...] = _EXCLUDE
    form: str = form()


MODES = (
    Mode(("list",), List, "git_subprojects.commands.clone_project.list"),
    Mode((), Clone, "git_subprojects.commands.clone_project.run"),
)
