"""The names that a repository knows, for completion: projects, groups, revisions.

Nothing here is checked beyond what is returned, and git is asked as little as possible: a TAB has a budget.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from git_subprojects.manifest.names import Names
    from git_subprojects.workspace.repository import Repository

_KINDS = {"heads": "branch", "tags": "tag", "remotes": "remote branch"}


def candidates(
    kind: str, prefix: str, manifest: str | None, given: Collection[str], environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the words of a kind that begin with ``prefix``, with a description each.

    ``kind`` is projects, group or revisions; ``manifest`` the one that the command line names, ``given`` the words of
    the same kind that are in it.

    Raises:
        Error: there is no manifest to read, or no such repository.
    """
    if kind == "revisions":
        project, colon, rest = prefix.partition(":")
        if not colon or ".." in project:
            return _revisions(prefix, environment)
        revisions = _revisions(rest, environment, _folder(project, manifest, environment))
        return {f"{project}:{word}": about for word, about in revisions.items()}
    names, _ = _names(manifest, environment)
    if kind == "group" and prefix.startswith("-"):
        return {f"-{group}": "" for group in sorted(names.groups) if f"-{group}".startswith(prefix)}
    known: Mapping[str, str] = names.projects if kind == "projects" else dict.fromkeys(sorted(names.groups), "")
    return {word: about for word, about in known.items() if word.startswith(prefix) and word not in given}


def _folder(project: str, manifest: str | None, environment: Mapping[str, str]) -> str:
    """Return the folder of a project, or of the host. Raises Error where there is none."""
    from git_subprojects.errors import Error
    from git_subprojects.manifest.model import HOST
    from git_subprojects.workspace.siblings import place, workspace

    names, host = _names(manifest, environment)
    if host is None or project not in (*names.projects, HOST, names.host):
        raise Error(f"there is no project {project}")
    if project in names.directories:
        base = workspace(host, names.workspace)
        outers = {f"{base}/{directory}" for directory in names.directories.values()}
        return place(host, base, names.directories[project], outers)
    return host.top or host.anchor


def _names(manifest: str | None, environment: Mapping[str, str]) -> tuple[Names, Repository | None]:
    """Return the names in the manifest in effect, and the host. Raises Error where there is none to read."""
    from git_subprojects.errors import Error
    from git_subprojects.git.config import Config
    from git_subprojects.git.process import LocalGit
    from git_subprojects.workspace.repository import start_discover

    git = LocalGit(environment)
    discovered = start_discover(git)
    # While git looks around, Python can load what reads manifests.
    from git_subprojects.context.host import locate
    from git_subprojects.context.manifest_lookup import manifest_files
    from git_subprojects.manifest.names import names

    try:
        repository = discovered()
    except Error:
        host = None
        files = manifest_files(None, manifest, git, Config({}))
    else:
        host = locate(repository).host
        files = manifest_files(host, manifest, git, repository.config)
    return names(files.source, files.local), host


def _revisions(prefix: str, environment: Mapping[str, str], folder: str | None = None) -> dict[str, str]:
    """Return the refs, here or in the repository at ``folder``, at either end of a range."""
    from git_subprojects.git.process import LocalGit

    before = prefix[: prefix.rfind("..") + 2] if ".." in prefix else prefix[: prefix.startswith("^")]
    git = LocalGit(environment) if folder is None else LocalGit(environment).elsewhere(folder)
    output = git.output("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes")
    refs = {"HEAD": "what is checked out"}
    for ref in output.decode("utf-8", "replace").splitlines():
        _, kind, name = ref.split("/", 2)
        if "\ufffd" not in name:
            refs.setdefault(name, _KINDS[kind])
    return {before + name: about for name, about in refs.items() if (before + name).startswith(prefix)}
