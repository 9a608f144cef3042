"""What an update may do to a sibling, by its state; never a merge, the loss of a commit, or a rebase unasked. Pure."""

import shlex
from typing import Literal, NamedTuple

from git_subprojects.plural import counted
from git_subprojects.workspace.facts import Placement, State, Target

UpdateKind = Literal["nothing", "forward", "rebase", "move", "switch", "submodules", "left", "refused"]


class UpdateFacts(NamedTuple):
    """What an update depends on, beside the state of the clone.

    ``wanted`` is what the pin means by what the clone has; None: it has nothing of that name, or there is no pin.
    ``branch`` is the remote's branch to follow, the pin's if that is one, and ``local`` the branch here that does;
    None where that is not known. ``put`` is where the clone was put last, as far as that is known. ``gone``: the remote
    has the upstream's branch no more. ``own`` counts the commits of the branch that its upstream never had, where that
    has been rewritten since; None: it has not been. ``rebases``: the user wants own commits rebased.
    """

    wanted: Target | None = None
    branch: str | None = None
    local: str | None = None
    put: Placement | None = None
    gone: bool = False
    own: int | None = None
    rebases: bool = False


class Update(NamedTuple):
    """What is to be done with one sibling.

    ``kind`` is "forward" (its branch, to its upstream), "rebase" (its branch, onto ``target``), "move" (to ``target``,
    detached), "switch" (to the branch ``target``), "submodules" (only these were moved), "left" (the user has put it
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
        return _update(state, "refused", state.problem, state.hint or f"git subprojects status {state.name}")
    why = f"alone: {state.path} is {sibling.what}, not a clone of {state.name}"
    return _update(state, "left", why, f"git subprojects adopt {shlex.quote(state.path)}")


def plan_update(state: State, facts: UpdateFacts) -> Update:
    """Return what is to be done with a clone."""
    look = f"git -C {shlex.quote(state.path)} status"
    if state.sibling.commit is None and state.sibling.branch is None:
        return _update(state, "refused", state.sibling.what, state.sibling.hint or look)
    if state.sibling.commit is None:
        return _update(state, "left", "without commits", look)
    if state.operation:
        return _update(state, "refused", f"{state.operation} in progress", look)
    if state.pin is not None:
        return _pinned(state, facts)
    if state.sibling.branch is None:
        return _detached(state, facts)
    is_elsewhere = facts.branch is not None and state.sibling.branch != facts.local
    return _followed(state, facts) if is_elsewhere and _is_where_put(state, facts) else _on_branch(state, facts)


def _is_where_put(state: State, facts: UpdateFacts) -> bool:
    """Return whether the clone is still where it was put: on that branch, or at that commit."""
    put, sibling = facts.put, state.sibling
    if put is None or sibling.branch != put.branch:
        return False
    return put.branch is not None or sibling.commit == put.commit


def _pinned(state: State, facts: UpdateFacts) -> Update:
    sibling, wanted, put = state.sibling, facts.wanted, facts.put
    if wanted is None:
        look = f"git -C {shlex.quote(state.path)} ls-remote --heads --tags origin"
        return _update(state, "refused", f"there is no {state.pin} here", look)
    if wanted.branch is None and sibling.branch is None and sibling.commit == wanted.commit:
        return _update(state, "nothing", f"on {state.pin}, as pinned")
    if wanted.branch is not None and sibling.branch == facts.local:
        return _on_branch(state, facts)
    if _is_where_put(state, facts):
        return _followed(state, facts)
    if put is not None and (put.revision != state.pin or (put.branch, put.commit) != (None, wanted.commit)):
        return _moved(state, facts, put)
    update = _on_branch(state, facts) if sibling.branch is not None else _left_detached(state, facts)
    if update.kind == "nothing":
        return _update(state, "left", f"on {sibling.branch}, and {state.pin} is pinned", _way(state, facts))
    return update


def _changed(state: State) -> int:
    """Return how many files are changed; what is in submodules is looked at where these change."""
    return state.sibling.changed - state.sibling.submodules


def _way(state: State, facts: UpdateFacts) -> str:
    """Return the command that takes the clone to where the manifest wants it."""
    here = f"git -C {shlex.quote(state.path)}"
    if facts.branch is None and state.pin is not None:
        return f"{here} checkout --detach {shlex.quote(state.pin)}"
    return f"{here} switch {shlex.quote(facts.local or facts.branch or 'BRANCH')}"


def _moved(state: State, facts: UpdateFacts, put: Placement) -> Update:
    """Return that a clone stays, because the user has moved it since, though the manifest says something new."""
    here = state.sibling.branch or (state.sibling.commit or "")[:12]
    news = f"{state.pin} is pinned" if state.pin is not None else f"{facts.branch} is to be followed"
    return _update(state, "refused", f"{news} now, and HEAD was moved from {put.name} to {here}", _way(state, facts))


def _followed(state: State, facts: UpdateFacts) -> Update:
    """Return how a clone that is where it was put follows the manifest, or the remote, to another place."""
    sibling, way = state.sibling, _way(state, facts)
    own = counted(sibling.ahead, "commit of its own", "commits of its own") if sibling.ahead else ""
    changed = counted(_changed(state), "changed file") if _changed(state) else ""
    news = f"{state.pin} is pinned" if state.pin is not None else f"the project is developed on {facts.branch} now"
    if own or changed:
        what = " and ".join(filter(None, (own, changed)))
        here = f"git -C {shlex.quote(state.path)}"
        hint = way if own else f"{here} stash; {way}; {here} stash pop"
        return _update(
            state, "refused", f"{f'{sibling.branch} has ' if sibling.branch else ''}{what}, and {news}", hint
        )
    why = f"from {facts.put.name if facts.put is not None else ''}"
    if facts.branch is None:
        return _update(state, "move", why, target=state.pin or "")
    if state.pin is None and sibling.branch is not None:
        why += f": {news}"
    return _update(state, "switch", why, target=facts.branch)


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
    if _changed(state):
        what = f"{counted(_changed(state), 'changed file')}, and {counted(sibling.behind, 'commit')} to get"
        return _update(state, "refused", what, f"{here} stash; {here} merge --ff-only; {here} stash pop")
    why = f"{sibling.branch} by {counted(sibling.behind, 'commit')}"
    return _update(state, "forward", why, target=sibling.upstream)


def _apart(state: State, facts: UpdateFacts) -> Update:
    sibling, here = state.sibling, f"git -C {shlex.quote(state.path)}"
    if facts.rebases and _changed(state):
        what = f"{counted(_changed(state), 'changed file')}, and commits to rebase onto {sibling.upstream}"
        return _update(state, "refused", what, f"{here} stash; {here} rebase {sibling.upstream}; {here} stash pop")
    if facts.rebases:
        number = sibling.ahead if facts.own is None else facts.own
        own = counted(number or 0, "commit of its own", "commits of its own")
        return _update(state, "rebase", f"{sibling.branch}, with {own},", target=sibling.upstream or "")
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
    """Return what is to be done with a clone that has no branch checked out, and no pin."""
    put = facts.put
    if state.doubt is not None or facts.branch is None:
        commit = (state.sibling.commit or "")[:12]
        why = f"no pin, because {state.doubt}" if state.doubt else "nothing tells which branch to follow"
        return _update(state, "refused", f"detached at {commit}; {why}", _way(state, facts))
    if _is_where_put(state, facts):
        return _followed(state, facts)
    return _left_detached(state, facts) if put is None or put.revision is None else _moved(state, facts, put)


def _left_detached(state: State, facts: UpdateFacts) -> Update:
    commit = (state.sibling.commit or "")[:12]
    return _update(state, "left", f"detached at {commit}, which is no pin of the manifest", _way(state, facts))
