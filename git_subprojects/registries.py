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
    ``takes_mail``: patches are sent by mail, which the module ``sending`` does; there is no Venue then.
    ``needs_change_id``: each commit needs a Change-Id: line.

    ``hosts`` are the names of its servers; one that ends in a dot is what such names begin with. ``own_files`` are
    found only in trees of projects there, ``usual_files`` mostly. ``codeowners_style`` is the dialect of CODEOWNERS.
    """

    def __init__(
        self,
        module: str,
        about: str,
        *,
        site: str,
        noun: str,
        takes_mail: bool = False,
        needs_change_id: bool = False,
        hosts: tuple[str, ...] = (),
        own_files: tuple[str, ...] = (),
        usual_files: tuple[str, ...] = (),
        codeowners_style: str = "github",
    ) -> None:
        super().__init__(module, about)
        self.site = site
        self.noun = noun
        self.takes_mail = takes_mail
        self.needs_change_id = needs_change_id
        self.hosts = hosts
        self.own_files = own_files
        self.usual_files = usual_files
        self.codeowners_style = codeowners_style

    @property
    def way(self) -> str:
        """How patches get there: ``by mail``, ``as a GitHub pull request``."""
        return "by mail" if self.takes_mail else f"as a {self.site} {self.noun}"

    def has_host(self, host: str) -> bool:
        """Return whether a host name, in lower case, is known to be of this kind."""
        return any(host == name or (name.endswith(".") and host.startswith(name)) for name in self.hosts)

    def is_named_in(self, url: str) -> bool:
        """Return whether a URL, or a host name, looks like one of such a site."""
        return not self.takes_mail and any(word in url for word in (self.site.lower(), *self.hosts))


class RuleFormat(Entry):
    """A format of files that say who gets patches; its module is a :class:`…rule_files.base.Format`.

    The entry's name is the key of the manifest's route. ``styles`` are its dialects, and ``places`` where a tree has
    such a file, in the order in which they are looked for. A file without ``mark`` is not proposed: it only has the
    name.
    """

    def __init__(
        self, module: str, about: str, *, styles: tuple[str, ...], places: tuple[str, ...], mark: bytes = b""
    ) -> None:
        super().__init__(module, about)
        self.styles = styles
        self.places = places
        self.mark = mark


class Form(Entry):
    """A form of answers; its module is a :class:`git_subprojects.output.forms.Form`.

    ``option`` asks for it, with ``value`` if it takes one: ``--format=markdown``. ``is_generic``: it fits every answer;
    another fits those that have a function of its name.
    """

    def __init__(self, module: str, about: str, *, option: str, value: str = "", is_generic: bool = False) -> None:
        super().__init__(module, about)
        self.option = option
        self.value = value
        self.is_generic = is_generic

    @property
    def spelling(self) -> str:
        """How it is asked for."""
        return f"{self.option}={self.value}" if self.value else self.option


DEFAULT_VENUE = "email"
"""The kind of venue of a project whose manifest names none."""

VENUES = {
    DEFAULT_VENUE: VenueKind("git_subprojects.sending", "mail", site="mail", noun="patch", takes_mail=True),
    "github": VenueKind(
        "git_subprojects.venues.github",
        "a push to your fork, then gh pr create; where gh is not installed, a page to open in a browser",
        site="GitHub",
        noun="pull request",
        hosts=("github.com",),
    ),
    "gitlab": VenueKind(
        "git_subprojects.venues.gitlab",
        "a push to your fork, then glab mr create; where glab is not installed, a page to open in a browser",
        site="GitLab",
        noun="merge request",
        hosts=("gitlab.",),
        usual_files=(".gitlab-ci.yml",),
        codeowners_style="gitlab",
    ),
    "gerrit": VenueKind(
        "git_subprojects.venues.gerrit",
        "a push to refs/for/BRANCH",
        site="Gerrit",
        noun="change",
        needs_change_id=True,
        own_files=(".gitreview",),
    ),
}
"""Where projects take patches, by ``venue.kind`` of the manifest."""

RULE_FORMATS = {
    "maintainers": RuleFormat(
        "git_subprojects.routing.rule_files.maintainers",
        "A MAINTAINERS file in the tree.",
        styles=("linux", "u-boot", "kvm-unit-tests", "qemu", "xen", "edk2"),
        places=("MAINTAINERS", "Maintainers.txt"),
        mark=b"\nM:",
    ),
    "codeowners": RuleFormat(
        "git_subprojects.routing.rule_files.codeowners",
        "A CODEOWNERS file in the tree.",
        styles=("github", "gitlab"),
        places=(".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ),
}
"""Files in a project's tree that say who gets its patches, by their keys in ``route`` of the manifest."""

CHECKS = {
    name: Entry(f"git_subprojects.preflight.checks.{name.replace('-', '_')}", about)
    for name, about in {
        "sign-off": "a Signed-off-by: line by the author, where the project wants one",
        "subject": "the form of the subject",
        "author": "an author's address that nobody can answer to",
        "work-in-progress": "fixup!, WIP and the like",
        "size": "a message that is longer than the list takes",
        "change-id": "a Change-Id: line, where the site (Gerrit) needs one",
        "mixed": "a patch for several projects",
        "trailers": "people in trailers without an address",
        "round-trip": "whether git am makes the same commits of the patches",
        "whitespace": "whitespace errors, as git diff --check finds them",
        "checker": "the project's own checker",
        "recipients": "whether anybody gets the patches, and mail can reach them",
        "posting": "a list that is moderated, or for subscribers only",
        "uncovered": "paths that no rule covers",
        "base": "whether the project's branch has what the patches are based on",
        "detached": "commits that are on no branch",
        "long-series": "series of more than 15 patches",
        "too-soon": "a new version less than 24 hours after the last",
        "stable": "Cc: stable without Fixes: or a version",
        "merge-window": "the time between a release and the next -rc1",
        "rest": "the rest of a series of which one commit is named",
        "old-base": "patches against the old revision that the manifest pins",
    }.items()
}
"""What is checked before patches are sent, by the names that ``--skip-check`` takes, in the order of the report.

Each module is a :class:`git_subprojects.preflight.base.Check`, and is called as the check is.
"""

FORMS = {
    "text": Form("git_subprojects.output.forms.text", "text", option="--format", value="text"),
    "json": Form("git_subprojects.output.forms.json", "answer in JSON", option="--json", is_generic=True),
    "porcelain": Form(
        "git_subprojects.output.forms.porcelain", "a stable format for scripts", option="--porcelain", value="v1"
    ),
    "markdown": Form(
        "git_subprojects.output.forms.markdown", "a table for a README", option="--format", value="markdown"
    ),
    "github": Form(
        "git_subprojects.output.forms.github", "GitHub's workflow commands", option="--format", value="github"
    ),
}
"""In which forms answers can be had."""
