"""Options that several verbs take."""

from __future__ import annotations

from git_subprojects.cli.options import Options, WithManifest, flag, many, operand


class OfProjects(WithManifest):
    """Which projects a verb is about, of all that are cloned."""

    group: tuple[str, ...] = many("--group", metavar="G", words="group", about="only projects of this group")
    projects: tuple[str, ...] = operand(
        "PROJECT", count="*", words="projects", about="projects (default: all that are cloned)"
    )


class InClones(Options):
    """In which clones a command is run, of all that there are."""

    group: tuple[str, ...] = many("--group", metavar="G", words="group", about="only projects of this group")
    project: tuple[str, ...] = many(
        "--project", metavar="P", words="projects", about="only this project; may be repeated"
    )


class Confirmed(WithManifest):
    """Of a verb that asks before it writes."""

    yes: bool = flag("-y", "--yes", about="do not ask before the manifest is written")
