"""The subcommands of git-subprojects(1): what each is for, its options, and which module does it."""

from __future__ import annotations

from git_subprojects.cli import parser as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Verb:
    """A subcommand.

    ``usage`` is what follows its name on the command line, ``about`` its line in a list, ``options`` what adds its
    own to a parser. ``run`` of the ``module`` in this package carries it out: (arguments, screen) → exit status.
    ``is_git``: it is git's of that name, so it has none of the options that others share, which git has too.
    """

    def __init__(
        self,
        module: str,
        usage: str,
        about: str,
        description: str,
        options: Callable[[common.Parser], None],
        *,
        is_git: bool = False,
    ) -> None:
        self.module, self.usage, self.about, self.description = module, usage, about, description
        self.options = options
        self.is_git = is_git


def _group(made: common.Parser) -> None:
    made.add_argument("--group", metavar="G", action="append", default=[], help="only those of this group")


def _jobs(made: common.Parser, help: str) -> None:  # noqa: A002 - as argparse calls it
    made.add_argument("-j", "--jobs", metavar="N", type=common.count, help=help)


def _projects(made: common.Parser) -> None:
    _group(made)
    made.add_argument("projects", metavar="PROJECT", nargs="*", help="their names; by default all that are cloned")


def _list(made: common.Parser) -> None:
    _group(made)
    made.add_argument("--format", metavar="markdown", choices=("markdown",), help="a table for a README")


def _info(made: common.Parser) -> None:
    made.add_argument("--guide", action="store_true", help="show its guide for contributors instead")
    made.add_argument(
        "project", metavar="PROJECT", nargs="?", help="its name, or host; by default the one of this tree"
    )


def _status(made: common.Parser) -> None:
    made.add_argument("--fetch", action="store_true", help="fetch before")
    _jobs(made, "how many fetch at the same time")
    made.add_argument("--porcelain", metavar="v1", choices=("v1",), help="a form for programs that stays as it is")
    _projects(made)


def _update(made: common.Parser) -> None:
    _jobs(made, "how many fetch at the same time")
    made.add_argument("--dry-run", action="store_true", help="show what would be done by what was last fetched")
    _projects(made)


def _selection(made: common.Parser) -> None:
    _group(made)
    made.add_argument("--project", metavar="P", action="append", default=[], help="only this one; may be repeated")
    made.passes_on = True


def _foreach(made: common.Parser) -> None:
    _jobs(made, "how many run at the same time; with 1, each has the terminal")
    made.add_argument("--interleave", action="store_true", help="show each line as it comes, with the name before it")
    _selection(made)


def _git(made: common.Parser) -> None:
    made.add_argument("--jobs", metavar="N", type=common.count, help="how many run at the same time")
    _selection(made)


def _doctor(made: common.Parser) -> None:
    made.add_argument("--online", action="store_true", help="ask each server whether it answers")


def _freeze(made: common.Parser) -> None:
    made.add_argument("-o", "--output", metavar="FILE", dest="file", help="write it to this file")


def _changes(made: common.Parser) -> None:
    made.add_argument("old", metavar="OLD", help="a frozen manifest: a file, or REV:PATH")
    made.add_argument("new", metavar="NEW", nargs="?", help="another; by default what is checked out now")


def _import(made: common.Parser) -> None:
    made.add_argument("--format", metavar="FORMAT", choices=FORMATS, help=f"one of {', '.join(FORMATS)}")
    made.add_argument("-o", "--output", metavar="FILE", dest="file", help="write it to this new file")
    made.add_argument("source", metavar="FILE", help="the other program's manifest")


def _export(made: common.Parser) -> None:
    made.add_argument("--format", metavar="FORMAT", choices=("repos", "west"), required=True, help="repos or west")
    made.add_argument("-o", "--output", metavar="FILE", dest="file", help="write it to this new file")


def _init(made: common.Parser) -> None:
    made.add_argument("-o", "--output", metavar="FILE", dest="file", help="write it to this new file, - to show it")


def _yes(made: common.Parser) -> None:
    made.add_argument("-y", "--yes", action="store_true", help="do not ask before the manifest is written")


def _add(made: common.Parser) -> None:
    made.add_argument("--name", metavar="NAME", help="what the project is called; by default what the URL ends in")
    made.add_argument("--description", metavar="TEXT", help="what it is, in a line")
    made.add_argument("--branch", metavar="BRANCH", help="the branch to follow; by default the remote's HEAD")
    made.add_argument("--directory", metavar="FOLDER", help="where it goes; by default its name")
    made.add_argument("--group", metavar="G", action="append", default=[], help="a group that it is in")
    _yes(made)
    made.add_argument("url", metavar="URL", help="where it can be cloned from")


def _remove(made: common.Parser) -> None:
    made.add_argument("--delete", action="store_true", help="delete its clone too")
    _yes(made)
    made.add_argument("project", metavar="PROJECT", help="its name")


def _follow(made: common.Parser) -> None:
    what = made.add_mutually_exclusive_group()
    for option, about in (
        ("off", "do so no more, and leave the hooks as they were before"),
        ("status", "say whether it is done, and how the last update went"),
        ("hook", "what the hooks run: have the clones updated in the background"),
        ("run", "what runs in the background: update where a hook has asked for it"),
    ):
        what.add_argument(f"--{option}", dest="action", action="store_const", const=option, help=about)


def _adopt(made: common.Parser) -> None:
    made.add_argument("--name", metavar="NAME", help="what a new project is called; by default as the folder")
    _yes(made)
    made.add_argument("folder", metavar="FOLDER", help="the clone")


def _check(made: common.Parser) -> None:
    made.add_argument("--online", action="store_true", help="ask whether each URL, branch and pin is there")
    _jobs(made, "how many are asked at the same time")
    made.add_argument("--strict", action="store_true", help="end with 1 for a warning too")
    made.add_argument(
        "--format", metavar="FORMAT", choices=("text", "github"), help="text, or github for its workflows"
    )


FORMATS = ("gitmodules", "repo", "repos", "west")
"""Other programs' manifests that can be read."""

VERBS = {
    "list": Verb(
        "list",
        "[--group G...] [--format=markdown | --json]",
        "show the projects",
        "Show the projects.",
        _list,
    ),
    "info": Verb(
        "info",
        "[--guide] [--json] [PROJECT]",
        "show how a project takes patches",
        "Show a project's process on one screen.",
        _info,
    ),
    "status": Verb(
        "status",
        "[--fetch [-j N]] [-v] [--group G...] [--porcelain=v1 | --json] [PROJECT...]",
        "show how it stands with the clones",
        "Show how it stands with each clone.",
        _status,
    ),
    "update": Verb(
        "update",
        "[-j N] [--dry-run] [--group G...] [--json] [PROJECT...]",
        "bring the clones to what is new",
        "Fetch, and bring each clone forward.",
        _update,
    ),
    "follow": Verb(
        "follow",
        "[--off | --status] [--json]",
        "let git pull in the host update the clones",
        "Let git pull, rebase and switch in the host update the clones too, in the background.",
        _follow,
    ),
    "foreach": Verb(
        "foreach",
        "[-j N] [--interleave] [--group G...] [--project P...] [--json] [--] COMMAND [ARGUMENT...]",
        "run a command in each clone",
        "Run a command in each clone.",
        _foreach,
    ),
    "grep": Verb(
        "run_git",
        "[--group G...] [--project P...] [--jobs N] GIT-GREP-WORDS...",
        "git grep in each clone",
        "Search each clone. All words from the first that is not listed below on are git grep's.",
        _git,
        is_git=True,
    ),
    "diff": Verb(
        "run_git",
        "[--group G...] [--project P...] [--jobs N] [GIT-DIFF-WORDS...]",
        "git diff in each clone",
        "Show what is changed in each clone. All words from the first that is not listed below on are git diff's.",
        _git,
        is_git=True,
    ),
    "log": Verb(
        "run_git",
        "[--group G...] [--project P...] [--jobs N] [GIT-LOG-WORDS...]",
        "git log in each clone",
        "Show the commits of each clone. All words from the first that is not listed below on are git log's.",
        _git,
        is_git=True,
    ),
    "freeze": Verb(
        "freeze",
        "[-o FILE] [--json]",
        "write down at which commit each clone is",
        "Write the manifest with every project at the commit that it has now, and that of this repository.",
        _freeze,
    ),
    "changes": Verb(
        "changes",
        "[--json] OLD [NEW]",
        "show what came and went since a freeze",
        "Show which commits came and went between two frozen manifests, or since one.",
        _changes,
    ),
    "check": Verb(
        "check",
        "[--online [-j N]] [--strict] [--format=(text|github) | --json]",
        "report every problem of the manifest",
        "Check the manifest, and whether the trees that are here bear it out.",
        _check,
    ),
    "doctor": Verb(
        "doctor",
        "[--online] [--json]",
        "say why something does not work",
        "Say how everything is that these commands need, and what mends it.",
        _doctor,
    ),
    "init": Verb(
        "init",
        "[-o FILE]",
        "write a manifest to begin with",
        "Write a manifest to begin with at the top of this repository.",
        _init,
    ),
    "import": Verb(
        "import_",
        "[--format=FORMAT] [-o FILE] [--json] FILE",
        "make a manifest out of another program's",
        "Make a manifest out of .gitmodules, a manifest of repo or west, or a .repos file.",
        _import,
    ),
    "export": Verb(
        "export",
        "--format=(repos|west) [-o FILE]",
        "write the manifest for another program",
        "Write the projects of the manifest, at what fits this repository today, as west.yml or a .repos file.",
        _export,
    ),
    "add": Verb(
        "add",
        "[--name NAME] [--description TEXT] [--branch BRANCH] [--directory FOLDER] [--group G...] [-y] [--json] URL",
        "name a project in the manifest",
        "Name a project in the manifest, and how it takes patches, as far as its tree tells.",
        _add,
    ),
    "adopt": Verb(
        "adopt",
        "[--name NAME] [-y] [--json] FOLDER",
        "take a clone that is there for a project's",
        "Take a clone that is there for the project's whose folder it stands in, or name it in the manifest. Of the"
        " clone, only its config changes.",
        _adopt,
    ),
    "remove": Verb(
        "remove",
        "[--delete] [-y] [--json] PROJECT",
        "take a project out of the manifest",
        "Take a project out of the manifest, unless there is work in its clone that is nowhere else.",
        _remove,
    ),
}


def add(made: common.Parser) -> None:
    """Add the subcommands to the parser of git-subprojects(1)."""
    verbs = made.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=made.prog)
    for name, verb in VERBS.items():
        one = common.verb(verbs, name, f"{made.prog} {name} {verb.usage}", verb.about, verb.description)
        verb.options(one)
        if not verb.is_git:
            common.add_common(one)


def usage(name: str) -> str:
    """Return how the command ``name`` is used: a line for each subcommand."""
    return "\n   or: ".join(f"{name} {verb} {about.usage}" for verb, about in VERBS.items())
