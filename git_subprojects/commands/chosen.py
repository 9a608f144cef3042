"""Which clones a subcommand is about."""

import shlex
from collections.abc import Sequence

from git_subprojects.commands.status import look
from git_subprojects.commands.surroundings import Surroundings
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.plan import Refused, select


def cloned(
    around: Surroundings, names: Sequence[str], groups: Sequence[str], *, is_brief: bool = True
) -> tuple[list[State], list[Refused]]:
    """Return the projects' own clones that are there, of those asked for, and why others cannot be had.

    Without any name or group all are asked for, and one that is not cloned is not missed.
    """
    wanted, refused = select(around.manifest, names, groups, everything=not (names or groups))
    named, _ = select(around.manifest, names)
    found = look(around, [around.manifest.projects[name] for name in wanted], is_brief=is_brief)
    refused += [_refused(one) for one in found if one.name in named and not one.sibling.is_own]
    return [one for one in found if one.sibling.is_own], refused


def _refused(one: State) -> Refused:
    if one.within:
        return Refused(one.name, f"{one.name} lies in this tree, in {' '.join(one.within)}")
    if one.problem is not None or one.sibling.kind != "absent":
        what = one.problem or f"{one.path} is {one.sibling.what}, not a clone of {one.name}"
        return Refused(one.name, what, f"if it is one, say so: git subprojects adopt {shlex.quote(one.path)}")
    return Refused(one.name, f"{one.name} is not cloned", f"git clone-project {one.name}")
