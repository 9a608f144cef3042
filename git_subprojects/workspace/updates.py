"""What an update may do to a sibling, by its state; never a merge, a rebase, or the loss of a commit. Pure."""

import shlex
from typing import NamedTuple

from git_subprojects.answers import counted
from git_subprojects.workspace.facts import State


class Update(NamedTuple):
    """What is to be done with one sibling.

    ``kind`` is nothing, forward (its branch, to its upstream), move (from a pin to ``target``, detached), switch (from
    a pin to the branch ``target``), left (the user has put it where it is) or refused. ``why`` says it in words;
    ``hint`` is the command that would do what is not done.
    """

    name: str
    path: str
    kind: str
    why: str
    target: str = ""
    hint: str | None = None


def nothing_new(one: State) -> Update:
    """Return what is to be done with a clone whose branch is where its upstream is: nothing."""
    return Update(one.name, one.path, "nothing", "nothing new")


def update(one: State, branch: str | None, stands_on: str | None) -> Update:
    """Return what is to be done with a clone.

    ``branch`` is the one that the project goes on in, where known; ``stands_on`` the pin of the manifest that is
    checked out, if HEAD is detached and there is one.
    """
    sibling, path = one.sibling, one.path
    here = f"git -C {shlex.quote(path)}"

    def made(kind: str, why: str, target: str = "", hint: str | None = None) -> Update:
        return Update(one.name, path, kind, why, target, hint)

    if sibling.commit is None:
        return made("left", "without commits", hint=f"{here} status")
    if one.operation:
        return made("refused", f"{one.operation} in progress", hint=f"{here} status")
    if sibling.branch is None:
        return _detached(one, branch, stands_on)
    if sibling.upstream is None:
        follow = f"{here} branch --set-upstream-to=origin/{branch or 'BRANCH'}"
        return made("left", f"on {sibling.branch}, which follows no branch", hint=follow)
    if sibling.behind is None:
        return made("refused", f"its upstream {sibling.upstream} is gone", hint=f"{here} branch --unset-upstream")
    if not sibling.behind:
        return nothing_new(one)
    if sibling.ahead:
        own, new = counted(sibling.ahead, "commit"), counted(sibling.behind, "commit")
        why = f"{sibling.branch} has {own} of its own, and {sibling.upstream} {new} more"
        return made("refused", why, hint=f"{here} rebase {sibling.upstream}")
    if sibling.changed:
        what = f"{counted(sibling.changed, 'changed file')}, and {counted(sibling.behind, 'commit')} to get"
        return made("refused", what, hint=f"{here} stash; {here} merge --ff-only; {here} stash pop")
    return made("forward", f"{sibling.branch} by {counted(sibling.behind, 'commit')}", sibling.upstream)


def _detached(one: State, branch: str | None, stands_on: str | None) -> Update:
    sibling, here = one.sibling, f"git -C {shlex.quote(one.path)}"
    if one.is_on_pin:
        return Update(one.name, one.path, "nothing", f"on {one.pin}, as pinned")
    commit = (sibling.commit or "")[:12]
    wanted = one.pin if one.pin is not None else branch
    back = f"{here} {'checkout --detach' if one.pin is not None else 'switch'} {wanted or 'BRANCH'}"
    if one.doubt is not None or wanted is None:
        why = f"no pin, for {one.doubt}" if one.doubt else "nothing tells which branch it goes on in"
        return Update(one.name, one.path, "refused", f"detached at {commit}; {why}", "", back)
    if stands_on is None:
        return Update(one.name, one.path, "left", f"detached at {commit}, which is no pin of the manifest", "", back)
    if one.pin is not None and one.is_on_pin is None:
        return Update(one.name, one.path, "refused", f"there is no {one.pin} here", "", f"{here} fetch --tags")
    if sibling.changed:
        why = f"{counted(sibling.changed, 'changed file')}, and {wanted} fits this host"
        return Update(one.name, one.path, "refused", why, "", f"{here} stash; {back}; {here} stash pop")
    kind = "move" if one.pin is not None else "switch"
    return Update(one.name, one.path, kind, f"from {stands_on}", wanted)
