"""What can be added to this program: venues, files of recipients, checks of patches, and forms of answers.

Each is named here once, with what must be known of it before its module is imported. The manifest's keys, the JSON
schemas, the manual pages, the values of options and their completion are made from these entries, so that adding one
takes a module, an entry here, and a test. Verbs are registered in :mod:`git_subprojects.cli.registry`.

Modules are named by their dotted paths, and imported when they are used: this module costs next to nothing, and no
arrow leads from it upwards.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


class Entry:
    """Something that is registered: the dotted path of its ``module``, and ``about``, a line that says what it is."""

    def __init__(self, module: str, about: str) -> None:
        self.module = module
        self.about = about

    def load(self) -> ModuleType:
        """Import the module. Raises ImportError where there is none."""
        from importlib import import_module

        return import_module(self.module)


class VenueKind(Entry):
    """A kind of place that takes patches; its module is a :class:`git_subprojects.venues.base.Venue`.

    ``site`` is what people call it, and ``noun`` what is proposed there: ``GitLab``, ``merge request``.
    ``takes_mail``: patches are sent by mail.
    """

    def __init__(self, module: str, about: str, *, site: str, noun: str, takes_mail: bool = False) -> None:
        super().__init__(module, about)
        self.site = site
        self.noun = noun
        self.takes_mail = takes_mail


class RuleFormat(Entry):
    """A format of files that say who gets patches; its module is a :class:`…rule_files.base.Format`.

    The entry's name is the key of the manifest's route. ``styles`` are its dialects, and ``places`` where a tree has
    such a file, in the order in which they are looked for.
    """

    def __init__(self, module: str, about: str, *, styles: tuple[str, ...], places: tuple[str, ...]) -> None:
        super().__init__(module, about)
        self.styles = styles
        self.places = places


VENUES = {
    "email": VenueKind("git_subprojects.venues.email", "Mail.", site="mail", noun="patch", takes_mail=True),
    "github": VenueKind("git_subprojects.venues.github", "GitHub's pull requests.", site="GitHub", noun="pull request"),
    "gitlab": VenueKind(
        "git_subprojects.venues.gitlab", "GitLab's merge requests.", site="GitLab", noun="merge request"
    ),
    "gerrit": VenueKind("git_subprojects.venues.gerrit", "Gerrit's changes.", site="Gerrit", noun="change"),
}
"""Where projects take patches, by ``venue.kind`` of the manifest."""

RULE_FORMATS = {
    "maintainers": RuleFormat(
        "git_subprojects.routing.rule_files.maintainers",
        "A MAINTAINERS file in the tree.",
        styles=("linux", "u-boot", "kvm-unit-tests", "qemu", "xen", "edk2"),
        places=("MAINTAINERS", "Maintainers.txt"),
    ),
    "codeowners": RuleFormat(
        "git_subprojects.routing.rule_files.codeowners",
        "A CODEOWNERS file in the tree.",
        styles=("github", "gitlab"),
        places=(".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ),
}
"""Files in a project's tree that say who gets its patches, by their keys in ``route`` of the manifest."""

CHECKS: dict[str, Entry] = {}
"""What is checked before patches are sent, by the names that ``--skip-check`` takes, in the order of the report."""
