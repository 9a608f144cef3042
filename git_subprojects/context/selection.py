"""Which clones a subcommand is about."""

import os
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from git_subprojects.context.context import Context
from git_subprojects.context.network import jobs
from git_subprojects.git.process import FastGit
from git_subprojects.manifest.model import Project
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.plan import Refused, names_any, select
from git_subprojects.workspace.status import states


def look(context: Context, projects: Sequence[Project], commits: int = 0, *, is_brief: bool = False) -> list[State]:
    """Return the states of projects; ``commits`` and ``is_brief`` as ``states`` takes them."""
    return states(
        context.the_host(),
        context.manifest,
        projects,
        FastGit(os.environ),
        is_host=context.is_host,
        jobs=jobs(None, context),
        commits=commits,
        is_brief=is_brief,
    )


class Chosen(NamedTuple):
    """The projects' own clones of those asked for, what else is at the places, and why some cannot be had."""

    clones: list[State]
    others: list[State]
    refused: list[Refused]

    @property
    def failures(self) -> list[Refused]:
        """What is refused, and of the others what cannot be looked at."""
        return self.refused + [_refused(state) for state in self.others if state.problem is not None]


def cloned(
    context: Context,
    names: Sequence[str],
    groups: Sequence[str],
    excluded: Sequence[str] = (),
    *,
    by_default: bool = False,
) -> Chosen:
    """Return the clones that are asked for, by a brief look.

    Without any name or group all are asked for, ``by_default`` those that ``workspace.groups`` chooses, and one that is
    not cloned is not missed.
    """
    wanted, refused = select(
        context.manifest,
        names,
        groups,
        excluded=excluded,
        everything=not names_any(names, groups),
        by_default=by_default,
    )
    named, _ = select(context.manifest, names)
    looked = look(context, [context.manifest.projects[name] for name in wanted], is_brief=True)
    others = [state for state in looked if not state.sibling.is_own]
    refused += [_refused(state) for state in others if state.name in named]
    clones = [state for state in looked if state.sibling.is_own]
    return Chosen(clones, [state for state in others if state.name not in named], refused)


def _refused(state: State) -> Refused:
    if state.within:
        return Refused(state.name, f"{state.name} lies in this tree, in {' '.join(state.within)}")
    if state.problem is not None:
        return Refused(state.name, f"{state.name}: {state.problem}", state.hint)
    if state.sibling.kind != "absent":
        what = f"{state.path} is {state.sibling.what}, not a clone of {state.name}"
        return Refused(state.name, what, f"if it is one, say so: git subprojects adopt {shlex.quote(state.path)}")
    return Refused(state.name, f"{state.name} is not cloned", f"git clone-project {state.name}")
