"""The subcommands of git-subprojects(1): what each is for, its options, and which module does it."""

from __future__ import annotations

from git_subprojects.commands import common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


class Verb:
    """A subcommand.

    ``usage`` is what follows its name on the command line, ``about`` its line in a list, ``options`` what adds its
    own to a parser. ``run`` of the ``module`` in this package carries it out: (arguments, screen) → exit status.
    """

    def __init__(
        self, module: str, usage: str, about: str, description: str, options: Callable[[argparse.ArgumentParser], None]
    ) -> None:
        self.module, self.usage, self.about, self.description = module, usage, about, description
        self.options = options


def _group(made: argparse.ArgumentParser) -> None:
    made.add_argument("--group", metavar="G", action="append", default=[], help="only those of this group")


def _jobs(made: argparse.ArgumentParser, help: str) -> None:  # noqa: A002 - as argparse calls it
    made.add_argument("-j", "--jobs", metavar="N", type=common.count, help=help)


def _projects(made: argparse.ArgumentParser) -> None:
    _group(made)
    made.add_argument("projects", metavar="PROJECT", nargs="*", help="their names; by default all that are cloned")


def _info(made: argparse.ArgumentParser) -> None:
    made.add_argument("--guide", action="store_true", help="show its guide for contributors instead")
    made.add_argument(
        "project", metavar="PROJECT", nargs="?", help="its name, or host; by default the one of this tree"
    )


def _status(made: argparse.ArgumentParser) -> None:
    made.add_argument("--fetch", action="store_true", help="fetch before")
    _jobs(made, "how many fetch at the same time")
    made.add_argument("--porcelain", metavar="v1", choices=("v1",), help="a form for programs that stays as it is")
    _projects(made)


def _update(made: argparse.ArgumentParser) -> None:
    _jobs(made, "how many fetch at the same time")
    made.add_argument("--dry-run", action="store_true", help="show what would be done by what was last fetched")
    _projects(made)


def _adopt(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", metavar="FOLDER", help="the clone")


def _none(_made: argparse.ArgumentParser) -> None:
    pass


VERBS = {
    "list": Verb("listing", "[--group G...] [--json]", "show the projects", "Show the projects.", _group),
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
    "check": Verb(
        "check",
        "[--manifest FILE|REV:PATH] [--json]",
        "report every problem of the manifest",
        "Check the manifest.",
        _none,
    ),
    "adopt": Verb(
        "adopt",
        "[--json] FOLDER",
        "take a clone that is there for a project's",
        "Take a clone that is there for the project's whose folder it stands in. Only its config changes.",
        _adopt,
    ),
}


def add(made: common.Parser) -> None:
    """Add the subcommands to the parser of git-subprojects(1)."""
    verbs = made.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=made.prog)
    for name, verb in VERBS.items():
        one = common.verb(verbs, name, f"{made.prog} {name} {verb.usage}", verb.about, verb.description)
        verb.options(one)
        common.add_common(one)


def usage(name: str) -> str:
    """Return how the command ``name`` is used: a line for each subcommand."""
    return "\n   or: ".join(f"{name} {verb} {about.usage}" for verb, about in VERBS.items())
