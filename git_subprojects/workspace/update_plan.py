"""What an update may do to a sibling, by its state; never a merge, a rebase, or the loss of a commit. Pure."""

import shlex
from typing import Literal, NamedTuple

from git_subprojects.plural import counted
from git_subprojects.workspace.facts import State

UpdateKind = Literal["nothing", "forward", "move", "switch", "left", "refused"]


class UpdateFacts(NamedTuple):
    """What an update depends on, beside the state of the clone.

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

    ``kind`` is "forward" (its branch, to its upstream), "move" (from a pin to ``target``, detached), "switch" (from a
    pin, or from the branch in which the project was developed, to the branch ``target``), "left" (the user has put it
    where it is) or what its name says. ``why`` says it in words; ``hint`` is the command that would do what is not.
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


def _update(state: State, kind: UpdateKind, why: str, hint: str | None = None, target: str = "") -> Update:
    return Update(state.name, state.path, kind, why, target, hint)


def nothing_new(state: State) -> Update:
    """Return what is to be done with a clone whose branch is where its upstream is: nothing."""
    return _update(state, "nothing", "nothing new")


def in_the_way(state: State) -> Update | None:
    """Return what there is to say of a place where anything but a clone of the project stands; None: nothing else."""
    sibling = state.sibling
    if state.within or sibling.is_own or (state.problem is None and sibling.kind == "absent"):
        return None
    if state.problem is not None:
        return _update(state, "refused", state.problem, f"git subprojects status {state.name}")
    why = f"alone: {state.path} is {sibling.what}, not a clone of {state.name}"
    return _update(state, "left", why, f"git subprojects adopt {shlex.quote(state.path)}")


def plan_update(state: State, facts: UpdateFacts) -> Update:
    """Return what is to be done with a clone."""
    look = f"git -C {shlex.quote(state.path)} status"
    if state.sibling.commit is None and state.sibling.branch is None:
        return _update(state, "refused", state.sibling.what, look)
    if state.sibling.commit is None:
        return _update(state, "left", "without commits", look)
    if state.operation:
        return _update(state, "refused", f"{state.operation} in progress", look)
    if state.sibling.branch is None:
        return _detached(state, facts)
    return _elsewhere(state, facts) if _is_elsewhere_now(state, facts) else _on_branch(state, facts)


def _on_branch(state: State, facts: UpdateFacts) -> Update:
    sibling, here = state.sibling, f"git -C {shlex.quote(state.path)}"
    if facts.gone:
        switch = f"{here} switch {shlex.quote(facts.branch or 'BRANCH')}"
        why = f"its upstream {sibling.upstream or sibling.branch} is gone from the remote"
        return _update(state, "refused", why, switch)
    if sibling.upstream is None:
        follow = f"{here} branch --set-upstream-to=origin/{shlex.quote(facts.branch or 'BRANCH')}"
        return _update(state, "left", f"on {sibling.branch}, which follows no branch", follow)
    if sibling.behind is None:
        return _update(state, "refused", f"its upstream {sibling.upstream} is gone", f"{here} branch --unset-upstream")
    if not sibling.behind:
        return nothing_new(state)
    if sibling.ahead:
        return _apart(state, facts)
    if sibling.changed:
        what = f"{counted(sibling.changed, 'changed file')}, and {counted(sibling.behind, 'commit')} to get"
        return _update(state, "refused", what, f"{here} stash; {here} merge --ff-only; {here} stash pop")
    why = f"{sibling.branch} by {counted(sibling.behind, 'commit')}"
    return _update(state, "forward", why, target=sibling.upstream)


def _is_elsewhere_now(state: State, facts: UpdateFacts) -> bool:
    """Return whether the clone stands on the branch in which the project was developed before, and no longer is."""
    return facts.branch is not None and state.sibling.branch == facts.followed != facts.branch and state.pin is None


def _elsewhere(state: State, facts: UpdateFacts) -> Update:
    sibling = state.sibling
    switch = f"git -C {shlex.quote(state.path)} switch {shlex.quote(facts.branch or '')}"
    why = f"from {sibling.branch}, for work goes on there"
    if sibling.ahead or sibling.changed:
        own = counted(sibling.ahead, "commit of its own", "commits of its own") if sibling.ahead else ""
        changed = counted(sibling.changed, "changed file") if sibling.changed else ""
        why = f"work goes on in {facts.branch}, and {sibling.branch} has {' and '.join(filter(None, (own, changed)))}"
        return _update(state, "refused", why, switch)
    return _update(state, "switch", why, target=facts.branch or "")


def _apart(state: State, facts: UpdateFacts) -> Update:
    sibling, here = state.sibling, f"git -C {shlex.quote(state.path)}"
    if facts.own is None:
        own, new = counted(sibling.ahead or 0, "commit"), counted(sibling.behind or 0, "commit")
        why = f"{sibling.branch} has {own} of its own, and {sibling.upstream} {new} more"
        return _update(state, "refused", why, f"{here} rebase {sibling.upstream}")
    if facts.own:
        why = f"{sibling.upstream} was rewritten, and {sibling.branch} has {counted(facts.own, 'commit')} of its own"
        return _update(state, "refused", why, f"{here} rebase --fork-point {sibling.upstream}")
    why = f"{sibling.upstream} was rewritten, and {sibling.branch} is what it was before"
    return _update(state, "refused", why, f"{here} reset --keep {sibling.upstream}")


def _detached(state: State, facts: UpdateFacts) -> Update:
    sibling, here = state.sibling, f"git -C {shlex.quote(state.path)}"
    if state.is_on_pin:
        return _update(state, "nothing", f"on {state.pin}, as pinned")
    commit = (sibling.commit or "")[:12]
    wanted = state.pin if state.pin is not None else facts.branch
    back = f"{here} {'checkout --detach' if state.pin is not None else 'switch'} {shlex.quote(wanted or 'BRANCH')}"
    if state.doubt is not None or wanted is None:
        why = f"no pin, for {state.doubt}" if state.doubt else "nothing tells which branch it goes on in"
        return _update(state, "refused", f"detached at {commit}; {why}", back)
    if facts.stands_on is None:
        return _update(state, "left", f"detached at {commit}, which is no pin of the manifest", back)
    if state.pin is not None and state.is_on_pin is None:
        return _update(state, "refused", f"there is no {state.pin} here", f"{here} fetch --tags")
    if sibling.changed:
        why = f"{counted(sibling.changed, 'changed file')}, and {wanted} fits this host"
        return _update(state, "refused", why, f"{here} stash; {back}; {here} stash pop")
    kind: UpdateKind = "move" if state.pin is not None else "switch"
    return _update(state, kind, f"from {facts.stands_on}", target=wanted)
