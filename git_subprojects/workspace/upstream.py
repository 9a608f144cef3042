"""What a series is based on, and how that lies to the branch that its project goes on in."""

from collections.abc import Collection, Sequence

from git_subprojects.git.process import Git
from git_subprojects.patches.model import Patch
from git_subprojects.workspace.facts import Upstream
from git_subprojects.workspace.urls import any_same_url


def upstream(
    git: Git, patches: Sequence[Patch], urls: Sequence[str], branch: str | None, others: Collection[str] = ()
) -> Upstream:
    """Return what ``patches``, commits of one line of history, oldest first, are based on.

    ``urls`` are the project's, ``branch`` is the one that its manifest names. ``others`` are commits that are on their
    way too, and do not count.
    """
    first, last = patches[0], patches[-1]
    ref = tracking(git, urls, branch, last.commit)
    merge_base = git.run("merge-base", ref, last.commit) if ref is not None else None
    if ref is None or merge_base is None or merge_base.returncode != 0:
        return Upstream(ref, first.base)
    base = merge_base.stdout.decode().strip()
    if base in {patch.commit for patch in patches}:
        return Upstream(ref, first.base, has_some=True)
    between = 0
    if first.base not in (None, base):
        listed = git.output("rev-list", f"{base}..{first.base}").decode().split()
        between = len(set(listed).difference(others))
    return Upstream(ref, base, between, int(git.output("rev-list", "--count", f"{base}..{ref}")))


def tracking(git: Git, urls: Sequence[str], branch: str | None, tip: str) -> str | None:
    """Return the full name of the remote-tracking branch in which a project goes on; None if there is none here.

    Of the remote whose URL is one of ``urls``, else of origin, or of the only one: what the current branch tracks,
    unless that has ``tip`` already, as where somebody has pushed a topic; else ``branch``, else the remote's HEAD.
    """
    remote = remote_of(git, urls)
    if remote is None:
        return None
    current = git.run("rev-parse", "--symbolic-full-name", "@{upstream}").stdout.decode("utf-8", "replace").strip()
    is_remotes = current.startswith(f"refs/remotes/{remote}/")
    if is_remotes and git.run("merge-base", "--is-ancestor", tip, current).returncode != 0:
        return current
    return _followed(git, remote, branch)


def goes_on_in(git: Git, urls: Sequence[str], branch: str | None) -> str | None:
    """Return the full name of the remote-tracking branch in which a project goes on, whatever is checked out.

    Remote and ``branch`` are as in ``tracking``; None if there is none here.
    """
    remote = remote_of(git, urls)
    return None if remote is None else _followed(git, remote, branch)


def _followed(git: Git, remote: str, branch: str | None) -> str | None:
    for name in [branch] if branch else ["HEAD", "main", "master"]:
        candidate = f"refs/remotes/{remote}/{name}"
        if git.commit(candidate) is not None:
            return git.symbolic_ref(candidate) or candidate
    return None


def remote_of(git: Git, urls: Sequence[str]) -> str | None:
    """Return the remote whose URL is one of ``urls``, else origin, or the only one; None if there is none of these."""
    settings = git.config(r"^remote\..*\.url$").settings
    remotes = {key.removeprefix("remote.").removesuffix(".url"): own for key, own in settings.items()}
    for name, own in remotes.items():
        if any_same_url(own, urls):
            return name
    return "origin" if "origin" in remotes else next(iter(remotes), None) if len(remotes) == 1 else None
