"""What to run, and which page to open, to propose patches where no mail is taken. Pure."""

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from git_subprojects.manifest.model import Command
from git_subprojects.routing.model import Destination

PROGRAMS = {"github": "gh", "gitlab": "glab"}
"""The program with which each kind of site is asked from a command line."""

_ACCOUNT = r"@?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:/[A-Za-z0-9._-]+)*"
_PLAIN_ADDRESS = r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*"
_LONGEST_NAME = 50
_PUSH = ("git", "push", "--force-with-lease", "--")


class Site(NamedTuple):
    """A repository at a site: ``github.com`` and ``qemu/qemu``."""

    host: str
    path: str


class Facts(NamedTuple):
    """What a proposal depends on.

    ``remote`` is the name of the project's own remote here, ``fork`` that of the user's copy of it; None: there is
    none. ``target`` is the branch that the project goes on in, where known, ``branch`` the one that HEAD is on.
    ``program`` tells whether the site's own program is installed.
    """

    site: Site | None = None
    remote: str | None = None
    fork: str | None = None
    fork_site: Site | None = None
    target: str | None = None
    branch: str | None = None
    program: bool = False


class Proposal(NamedTuple):
    """``steps`` are commands to run one after the other; ``page`` is where the same is done in a browser.

    ``lacking`` says why there are no steps, as (what, what to do).
    """

    project: str
    kind: str
    where: str
    steps: tuple[Command, ...]
    page: str | None
    reviewers: tuple[str, ...]
    guide: str | None
    lacking: tuple[str, str] | None = None


def proposal(one: Destination, facts: Facts, title: str, body: str) -> Proposal:
    """Return what is to be done with the patches of a destination, the last of which is what is pushed.

    ``title`` and ``body`` are the pull request's.
    """
    kind = one.venue.kind
    where = one.url or one.project
    made = Proposal(one.project, kind, where, (), None, _reviewers(one), one.venue.guide)
    if kind == "gerrit":
        return _at_gerrit(one, facts, made)
    branch = _branch(one, facts)
    if facts.site is None:
        return made._replace(lacking=(f"{where} is at no site", "give the project a URL that tells its site"))
    if facts.fork is None or facts.fork_site is None:
        return made._replace(lacking=_no_fork(kind, facts.site))
    push = (*_PUSH, facts.fork, f"{one.parts[-1].patch.commit}:refs/heads/{branch}")
    ask, page = (_github if kind == "github" else _gitlab)(facts, facts.site, facts.fork_site, branch, made.reviewers)
    asking = ((*ask, f"--title={title}", f"--{'body' if kind == 'github' else 'description'}={body}"),)
    return made._replace(steps=(push, *(asking if facts.program else ())), page=page)


def _branch(one: Destination, facts: Facts) -> str:
    """Return the name to push to: that of the branch, unless that is the project's own, or there is none."""
    if facts.branch is not None and facts.branch != facts.target:
        return facts.branch
    words = re.sub(r"[^a-z0-9]+", "-", one.parts[0].patch.subject.lower())
    return words[:_LONGEST_NAME].strip("-") or "patches"


def _no_fork(kind: str, there: Site) -> tuple[str, str]:
    if kind == "github":
        how = f"gh repo fork --remote --remote-name=fork {there.path}"
    else:
        how = f"fork it at https://{there.host}/{there.path}"
    own = f"git remote add fork https://{there.host}/YOU/{there.path.rpartition('/')[2]}.git"
    return "there is no remote here that is your own copy to push to", f"{how}\n{own}"


def _github(
    facts: Facts, there: Site, fork: Site, branch: str, reviewers: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    owner = fork.path.partition("/")[0]
    repository = there.path if there.host == "github.com" else f"{there.host}/{there.path}"
    command = ["gh", "pr", "create", f"--repo={repository}", f"--head={owner}:{branch}"]
    if facts.target:
        command.append(f"--base={facts.target}")
    if reviewers:
        command.append(f"--reviewer={','.join(reviewers)}")
    base = f"{quote(facts.target, safe='')}..." if facts.target else ""
    page = f"https://{there.host}/{there.path}/compare/{base}{quote(owner)}:{quote(branch, safe='')}?expand=1"
    return tuple(command), page


def _gitlab(
    facts: Facts, there: Site, fork: Site, branch: str, reviewers: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    command = ["glab", "mr", "create", f"--repo=https://{there.host}/{there.path}", f"--head={fork.path}"]
    command.append(f"--source-branch={branch}")
    asked = {"merge_request[source_branch]": branch}
    if facts.target:
        command.append(f"--target-branch={facts.target}")
        asked["merge_request[target_branch]"] = facts.target
    # Groups cannot be asked.
    people = [name for name in reviewers if "/" not in name]
    if people:
        command.append(f"--reviewer={','.join(people)}")
    return (*command, "--yes"), f"https://{fork.host}/{fork.path}/-/merge_requests/new?{urlencode(asked)}"


def _at_gerrit(one: Destination, facts: Facts, made: Proposal) -> Proposal:
    if facts.remote is None:
        return made._replace(lacking=("the project's own remote is not here", f"git remote add gerrit {made.where}"))
    if facts.target is None:
        return made._replace(
            lacking=("nothing tells which branch it is for", f"git remote set-head {facts.remote} --auto")
        )
    people = [person.address for person in (*one.to, *one.cc) if person.role != "list"]
    asked = [f"r={address}" for address in people if re.fullmatch(_PLAIN_ADDRESS, address)]
    options = f"%{','.join(asked)}" if asked else ""
    push = ("git", "push", "--", facts.remote, f"{one.parts[-1].patch.commit}:refs/for/{facts.target}{options}")
    return made._replace(steps=(push,))


def _reviewers(one: Destination) -> tuple[str, ...]:
    """Return the accounts that CODEOWNERS names, as the sites' programs take them: without ``@``."""
    found = [reviewer.account for reviewer in one.reviewers if re.fullmatch(_ACCOUNT, reviewer.account)]
    return tuple(account.removeprefix("@") for account in found)


def text(one: Proposal) -> str:
    """Return a proposal as text; its commands can be pasted into a shell."""
    lines = [f"{one.project}: as a {'change' if one.kind == 'gerrit' else one.kind + ' pull request'} to {one.where}"]
    lines += [f"  run: {shlex.join(step)}" for step in one.steps]
    if one.page is not None:
        has_program = any(step[0] in PROGRAMS.values() for step in one.steps)
        lines.append(f"  {'or open' if has_program else 'open'}: {one.page}")
    lines += [f"  reviewer: {account}" for account in one.reviewers]
    if one.guide is not None:
        lines.append(f"  guide: {one.guide}")
    return "\n".join(lines)


def as_object(one: Proposal) -> dict[str, object]:
    """Return a proposal as JSON has it."""
    return {
        "project": one.project,
        "venue": one.kind,
        "url": one.where,
        "commands": [list(step) for step in one.steps],
        "page": one.page,
        "reviewers": list(one.reviewers),
        "guide": one.guide,
    }
