"""Options that several verbs take."""

from __future__ import annotations

from git_subprojects.cli.options import Options, WithManifest, flag, many, operand

GROUP = many(
    "--group", metavar="G", words="group", about="only projects of this group; with a minus (-G), without them"
)
EXCLUDE = many("--exclude", metavar="NAME", words="projects", about="leave this project out; may be repeated")


class OfProjects(WithManifest):
    """Which projects a verb is about, of all that are cloned."""

    group: tuple[str, ...] = GROUP
    exclude: tuple[str, ...] = EXCLUDE
    projects: tuple[str, ...] = operand(
        "PROJECT", count="*", words="projects", about="projects (default: all that are cloned)"
    )


class InClones(Options):
    """In which clones a command is run, of all that there are."""

    group: tuple[str, ...] = GROUP
    exclude: tuple[str, ...] = ()
    project: tuple[str, ...] = many(
        "--project", metavar="P", words="projects", about="only this project; may be repeated"
    )


class Confirmed(WithManifest):
    """Of a verb that asks before it writes."""

    yes: bool = flag("-y", "--yes", about="do not ask before the manifest is written")
