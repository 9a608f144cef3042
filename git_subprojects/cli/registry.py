"""The subcommands of git-subprojects(1): what each is for, and which module is it.

A verb is a module with ``DESCRIPTION``, a class ``Options`` and ``run(options, screen)``, which returns the exit
status. It is imported when it is asked for: at its top it imports only what declares options. Adding one takes the
module, a line here, and a test; help, manual and completion follow.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from git_subprojects.cli.options import Options
    from git_subprojects.cli.screen import Screen

    class Runnable(Protocol):
        """What a verb's module has."""

        DESCRIPTION: str
        Options: type[Options]
        run: Callable[[Any, Screen], int]


class Verb:
    """A subcommand: the dotted path of its module, and in a line what it does.

    With a colon and a name, the verb is what is called so in the module, which has several.
    """

    def __init__(self, module: str, summary: str) -> None:
        self.module = module
        self.summary = summary

    def load(self) -> Runnable:
        """Import it."""
        from importlib import import_module

        module, _, name = self.module.partition(":")
        loaded: Any = import_module(module)
        verb: Runnable = getattr(loaded, name) if name else loaded
        return verb


_PACKAGE = "git_subprojects.commands.subprojects"

VERBS = {
    "list": Verb(f"{_PACKAGE}.list", "show the projects"),
    "info": Verb(f"{_PACKAGE}.info", "show how a project takes patches"),
    "status": Verb(f"{_PACKAGE}.status", "show the state of each clone"),
    "update": Verb(f"{_PACKAGE}.update", "fetch and fast-forward the clones"),
    "follow": Verb(f"{_PACKAGE}.follow", "let git pull in the host update the clones"),
    "foreach": Verb(f"{_PACKAGE}.foreach", "run a command in each clone"),
    "grep": Verb(f"{_PACKAGE}.run_git:grep", "git grep in each clone"),
    "diff": Verb(f"{_PACKAGE}.run_git:diff", "git diff in each clone"),
    "log": Verb(f"{_PACKAGE}.run_git:log", "git log in each clone"),
    "freeze": Verb(f"{_PACKAGE}.freeze", "record the commit of each clone"),
    "changes": Verb(f"{_PACKAGE}.changes", "show commits added and removed since a freeze"),
    "check": Verb(f"{_PACKAGE}.check", "report every problem of the manifest"),
    "doctor": Verb(f"{_PACKAGE}.doctor", "find out why something does not work"),
    "init": Verb(f"{_PACKAGE}.init", "write a manifest to begin with"),
    "import": Verb(f"{_PACKAGE}.import_", "make a manifest from another program's"),
    "export": Verb(f"{_PACKAGE}.export", "write the manifest for another program"),
    "add": Verb(f"{_PACKAGE}.add", "add a project to the manifest"),
    "adopt": Verb(f"{_PACKAGE}.adopt", "register an existing clone as a project's"),
    "remove": Verb(f"{_PACKAGE}.remove", "remove a project from the manifest"),
}
