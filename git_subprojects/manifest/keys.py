"""Every table and key of the manifest, what each may hold and what it is for.

The checker, the JSON schema, the manual page and the nearest right key for a misspelt one all come from here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

from git_subprojects.manifest import values
from git_subprojects.manifest.model import Posting, SeriesRecipients, Thread
from git_subprojects.manifest.values import Check, Many, OneOf
from git_subprojects.registries import DEFAULT_VENUE, RULE_FORMATS, VENUES

SCHEMA = 1
"""The newest version of the manifest's schema that this program reads."""


class Table(NamedTuple):
    """A TOML table; ``short`` is a single value that may stand in its place."""

    keys: Mapping[str, "Key"]
    short: Check | None = None


class Tables(NamedTuple):
    """A TOML array of tables."""

    table: Table


class Named(NamedTuple):
    """A TOML table whose keys are names of projects, each a table; ``with_host``: "host" may be one of them."""

    table: Table
    with_host: bool = False


class Key(NamedTuple):
    """A key: what it holds, and what it is for."""

    kind: Check | Table | Tables | Named
    doc: str


_NAMES = Many(values.name, "a list of names")
_ADDRESSES = Many(values.address, "a list of mail addresses")
_COMMANDS = Many(values.command, "a list of argument lists")
_PATTERNS = Many(values.pattern, "a list of gitignore patterns", least=1)
_TREE_PATHS = Many(values.tree_path, "a list of paths in the tree", least=1)
_CHOICES = Many(values.group_choice, "a list of groups")
_ROLE = OneOf("to", "cc")


def _rule_file(styles: Sequence[str]) -> Table:
    return Table(
        {
            "file": Key(values.tree_path, "The path in the tree."),
            "style": Key(OneOf(*styles), "The dialect, where it is not recognised."),
        },
        short=values.tree_path,
    )


VENUE = Table(
    {
        "kind": Key(
            OneOf(*VENUES),
            f"How patches are taken: {', '.join(kind.way for kind in VENUES.values())}. Default: {DEFAULT_VENUE}.",
        ),
        "guide": Key(values.guide, "The guide for contributors: a file in the tree, or a web page."),
        "prefix": Key(values.prefix, "What stands in the brackets of the subject. Default: PATCH."),
        "sign-off": Key(values.flag, "Whether each patch needs a Signed-off-by line."),
        "check": Key(
            _COMMANDS,
            "The project's own checkers, run at its top with your leave; {patch} is the patch file, {base} the commit"
            " that the patches are based on. One with the word '-' has the patch on standard input; one with neither"
            " that nor {patch} is run once for all patches.",
        ),
        "posting": Key(OneOf(*get_args(Posting)), "Who may post to the list."),
        "archive": Key(values.archive, "Where the list's messages can be read."),
        "thread": Key(
            OneOf(*get_args(Thread)),
            "Where a new version of a series goes: a thread of its own, or an answer to the one before. Default: new.",
        ),
        "series": Key(
            OneOf(*get_args(SeriesRecipients)),
            "Whether everybody gets the whole series, or each patch goes to those whom it concerns. Default: whole"
            " below 15 patches.",
        ),
        "size-limit": Key(values.count, "How many bytes a message to the list may have."),
        "roles": Key(
            Table(
                {
                    "maintainer": Key(_ROLE, "Where maintainers go."),
                    "reviewer": Key(_ROLE, "Where reviewers go."),
                    "list": Key(_ROLE, "Where lists go."),
                }
            ),
            "To or Cc for each role. Default: maintainers to, the rest cc.",
        ),
    }
)

ROUTE = Table(
    {
        "to": Key(_ADDRESSES, "Recipients of every patch."),
        "cc": Key(_ADDRESSES, "Copies of every patch."),
        **{name: Key(_rule_file(entry.styles), entry.about) for name, entry in RULE_FORMATS.items()},
    }
)

RULE = Table(
    {
        "paths": Key(_PATTERNS, "The paths that the rule covers, as gitignore patterns."),
        "except": Key(_PATTERNS, "Paths that it does not cover after all."),
        "to": Key(_ADDRESSES, "Recipients of a patch that touches such a path."),
        "cc": Key(_ADDRESSES, "Copies of a patch that touches such a path."),
    }
)

PIN = Table(
    {
        "host": Key(values.revision, "The tag of the host from which on this pin holds. Without: for all older hosts."),
        "revision": Key(
            values.revision,
            "A tag, a branch, another ref of the remote (refs/pull/1/head), or a commit id. Without: the branch.",
        ),
    }
)

TWIN = Table(
    {
        "paths": Key(
            values.path_map,
            "Where files are there that have other names: path here = path there; a folder ends in a slash, and './' is"
            " the top. The longest that fits holds; the twin need not say it again.",
        ),
    }
)

_BUILD = Key(_COMMANDS, "Argument lists that build it, run only when asked; {jobs} and {host} are filled in.")
_TWINS = Key(_NAMES, "Projects that share history with this one.")
_TWIN = Key(Named(TWIN, with_host=True), "A twin, and how its paths differ.")
_VENUE = Key(VENUE, "Where and how patches are taken.")
_ROUTE = Key(ROUTE, "Who gets every patch.")
_RULES = Key(Tables(RULE), "Who gets the patches that touch certain paths.")

PROJECT = Table(
    {
        "description": Key(values.text, "One line."),
        "url": Key(values.url, "The one canonical URL. A relative one is resolved against the host's own."),
        "mirrors": Key(Many(values.url, "a list of URLs"), "Tried in order, and said, when the URL cannot be reached."),
        "remotes": Key(
            values.remotes, "More remotes of its clone, by name, which update adds and fetches. origin is the URL."
        ),
        "directory": Key(
            values.directory,
            "Its folder in the workspace directory, which may lie inside that of another project. Default: the name.",
        ),
        "groups": Key(_NAMES, "Names for --group."),
        "branch": Key(values.revision, "The branch to follow. Default: the remote's HEAD."),
        "borrow": Key(_NAMES, "Projects, or 'host', whose objects are taken instead of fetched."),
        "twins": _TWINS,
        "twin": _TWIN,
        "successor": Key(values.name, "The project where work goes on."),
        "within": Key(_TREE_PATHS, "The folders of the host that hold it: an in-tree project, with nothing to clone."),
        "depth": Key(values.count, "Clone only so many commits."),
        "filter": Key(values.object_filter, "Clone without some objects (git clone --filter)."),
        "sparse": Key(_TREE_PATHS, "Check out only these folders."),
        "submodules": Key(values.flag, "Whether to clone its submodules."),
        "build": _BUILD,
        "build-directory": Key(values.tree_path, "The folder in which to build, made if missing. Default: the top."),
        "pin": Key(Tables(PIN), "Which revision fits which version of the host; the last that fits wins."),
        "tested": Key(values.revision, "The newest version of the host known to fit."),
        "venue": _VENUE,
        "route": _ROUTE,
        "rule": _RULES,
    }
)

HOST = Table(
    {
        "name": Key(values.name, "What the host is called."),
        "versions": Key(values.glob, "The tags that name the host's versions."),
        "url": Key(
            values.url, "Its one canonical URL, to which pull requests go. Default: that of its branch's remote."
        ),
        "recognise": Key(
            _TREE_PATHS,
            "Files that all must be there for a repository without a manifest of its own to be taken for this host.",
        ),
        "revision": Key(values.commit, "In a frozen manifest: the commit that the host stood on."),
        "build": _BUILD,
        "twins": _TWINS,
        "twin": _TWIN,
        "venue": _VENUE,
        "route": _ROUTE,
        "rule": _RULES,
    }
)

MANIFEST = Table(
    {
        "schema": Key(values.count, f"The version of this format: {SCHEMA}."),
        "workspace": Key(
            Table(
                {
                    "directory": Key(
                        values.workspace_directory,
                        "Where siblings go, from the host's top level. Default: ..",
                    ),
                    "groups": Key(
                        _CHOICES,
                        "What --all and update choose by default: the projects of these groups, or all, without those"
                        " of groups with a minus, such as '-heavy'.",
                    ),
                }
            ),
            "Where siblings go, and which there are by default.",
        ),
        "host": Key(HOST, "The repository that carries this manifest."),
        "project": Key(Named(PROJECT), "The projects, by name."),
    }
)
