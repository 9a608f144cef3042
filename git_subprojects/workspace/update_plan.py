"""What an update may do to a sibling, by its state; never a merge, a rebase, or the loss of a commit. Pure."""

import shlex
from typing import Literal, NamedTuple

from git_subprojects.plural import counted
from git_subprojects.workspace.facts import State

UpdateKind = Literal["nothing", "forward", "move", "switch", "left", "refused"]


class Known(NamedTuple):
    """What there is to know of a clone for an update, beside its state.

    ``branch`` is the one that the project goes on in, and ``followed`` the one that it went on in before; None where
    that is not known. ``stands_on`` is the pin of the manifest that is checked out. ``gone``: the remote has the
    upstream's branch no more. ``own`` counts the commits of the branch that its upstream never had, where that has been
    rewritten since; None: it has not been.
    """

    branch: str | None = None
    followed: str | None = None
    stands_on: str | None = None
    gone: bool = False
    own: int | None = None


class Update(NamedTuple):
    """What is to be done with one sibling.

    ``kind`` is nothing, forward (its branch, to its upstream), move (from a pin to ``target``, detached), switch (from
    a pin, or from the branch that the project went on in, to the branch ``target``), left (the user has put it where it
    is) or refused. ``why`` says it in words; ``hint`` is the command that would do what is not done.
    """

    name: str
    path: str
    kind: UpdateKind
    why: str
    target: str = ""
    hint: str | None = None


class UpdateOutcome(NamedTuple):
    """What was decided of a sibling, and what went wrong, if anything, as (message, hint)."""

    update: Update
    error: tuple[str, str | None] | None = None


def nothing_new(one: State) -> Update:
    """Return what is to be done with a clone whose branch is where its upstream is: nothing."""
    return Update(one.name, one.path, "nothing", "nothing new")


def in_the_way(one: State) -> Update | None:
    """Return what there is to say of a place without a clone of the project's; None: there is nothing, or it is one."""
    sibling = one.sibling
    if one.within or sibling.is_own or (one.problem is None and sibling.kind == "absent"):
        return None
    if one.problem is not None:
        return Update(one.name, one.path, "refused", one.problem, hint=f"git subprojects status {one.name}")
    why = f"alone: {one.path} is {sibling.what}, not a clone of {one.name}"
    return Update(one.name, one.path, "left", why, hint=f"git subprojects adopt {shlex.quote(one.path)}")


def update(one: State, known: Known) -> Update:
    """Return what is to be done with a clone."""
    look = f"git -C {shlex.quote(one.path)} status"
    if one.sibling.commit is None and one.sibling.branch is None:
        return Update(one.name, one.path, "refused", one.sibling.what, "", look)
    if one.sibling.commit is None:
        return Update(one.name, one.path, "left", "without commits", "", look)
    if one.operation:
        return Update(one.name, one.path, "refused", f"{one.operation} in progress", "", look)
    if one.sibling.branch is None:
        return _detached(one, known)
    return _elsewhere(one, known) if _is_elsewhere_now(one, known) else _on_branch(one, known)


def _on_branch(one: State, known: Known) -> Update:
    sibling, here = one.sibling, f"git -C {shlex.quote(one.path)}"

    def made(kind: UpdateKind, why: str, hint: str | None = None, target: str = "") -> Update:
        return Update(one.name, one.path, kind, why, target, hint)

    if known.gone:
        switch = f"{here} switch {shlex.quote(known.branch or 'BRANCH')}"
        return made("refused", f"its upstream {sibling.upstream or sibling.branch} is gone from the remote", switch)
    if sibling.upstream is None:
        follow = f"{here} branch --set-upstream-to=origin/{shlex.quote(known.branch or 'BRANCH')}"
        return made("left", f"on {sibling.branch}, which follows no branch", follow)
    if sibling.behind is None:
        return made("refused", f"its upstream {sibling.upstream} is gone", f"{here} branch --unset-upstream")
    if not sibling.behind:
        return nothing_new(one)
    if sibling.ahead:
        return _apart(one, known)
    if sibling.changed:
        what = f"{counted(sibling.changed, 'changed file')}, and {counted(sibling.behind, 'commit')} to get"
        return made("refused", what, f"{here} stash; {here} merge --ff-only; {here} stash pop")
    return made("forward", f"{sibling.branch} by {counted(sibling.behind, 'commit')}", target=sibling.upstream)


def _is_elsewhere_now(one: State, known: Known) -> bool:
    """Return whether the clone stands on the branch that the project went on in before, and does no more."""
    return known.branch is not None and one.sibling.branch == known.followed != known.branch and one.pin is None


def _elsewhere(one: State, known: Known) -> Update:
    sibling = one.sibling
    switch = f"git -C {shlex.quote(one.path)} switch {shlex.quote(known.branch or '')}"
    why = f"from {sibling.branch}, for work goes on there"
    if sibling.ahead or sibling.changed:
        own = counted(sibling.ahead, "commit of its own", "commits of its own") if sibling.ahead else ""
        changed = counted(sibling.changed, "changed file") if sibling.changed else ""
        why = f"work goes on in {known.branch}, and {sibling.branch} has {' and '.join(filter(None, (own, changed)))}"
        return Update(one.name, one.path, "refused", why, "", switch)
    return Update(one.name, one.path, "switch", why, known.branch or "")


def _apart(one: State, known: Known) -> Update:
    sibling, here = one.sibling, f"git -C {shlex.quote(one.path)}"
    if known.own is None:
        own, new = counted(sibling.ahead or 0, "commit"), counted(sibling.behind or 0, "commit")
        why = f"{sibling.branch} has {own} of its own, and {sibling.upstream} {new} more"
        return Update(one.name, one.path, "refused", why, "", f"{here} rebase {sibling.upstream}")
    if known.own:
        why = f"{sibling.upstream} was rewritten, and {sibling.branch} has {counted(known.own, 'commit')} of its own"
        return Update(one.name, one.path, "refused", why, "", f"{here} rebase --fork-point {sibling.upstream}")
    why = f"{sibling.upstream} was rewritten, and {sibling.branch} is what it was before"
    return Update(one.name, one.path, "refused", why, "", f"{here} reset --keep {sibling.upstream}")


def _detached(one: State, known: Known) -> Update:
    sibling, here = one.sibling, f"git -C {shlex.quote(one.path)}"
    if one.is_on_pin:
        return Update(one.name, one.path, "nothing", f"on {one.pin}, as pinned")
    commit = (sibling.commit or "")[:12]
    wanted = one.pin if one.pin is not None else known.branch
    back = f"{here} {'checkout --detach' if one.pin is not None else 'switch'} {shlex.quote(wanted or 'BRANCH')}"
    if one.doubt is not None or wanted is None:
        why = f"no pin, for {one.doubt}" if one.doubt else "nothing tells which branch it goes on in"
        return Update(one.name, one.path, "refused", f"detached at {commit}; {why}", "", back)
    if known.stands_on is None:
        return Update(one.name, one.path, "left", f"detached at {commit}, which is no pin of the manifest", "", back)
    if one.pin is not None and one.is_on_pin is None:
        return Update(one.name, one.path, "refused", f"there is no {one.pin} here", "", f"{here} fetch --tags")
    if sibling.changed:
        why = f"{counted(sibling.changed, 'changed file')}, and {wanted} fits this host"
        return Update(one.name, one.path, "refused", why, "", f"{here} stash; {back}; {here} stash pop")
    kind: UpdateKind = "move" if one.pin is not None else "switch"
    return Update(one.name, one.path, kind, f"from {known.stands_on}", wanted)
