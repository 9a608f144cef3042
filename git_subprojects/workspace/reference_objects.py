"""Objects that a related repository has already need not be fetched again."""

import os
import re
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace.plan import ObjectSource
from git_subprojects.workspace.repository import at


class ObjectStore(NamedTuple):
    """A repository whose objects can be borrowed: ``path`` for ``git clone --reference``, ``objects`` its folder."""

    name: str
    path: str
    objects: str


def store_of(git: Git, source: ObjectSource) -> ObjectStore | str:
    """Return the store of a repository, or why nothing can be borrowed from it.

    git itself refuses a repository that belongs to somebody else.
    """
    try:
        repository = at(git, source.path)
    except Error as error:
        return error.message
    if repository is None:
        return f"{source.path} is no repository that git trusts"
    if os.path.exists(os.path.join(repository.common_dir, "shallow")):
        return "it is a shallow clone"
    if repository.config.matching("remote.", ".promisor"):
        return "it is a partial clone"
    return ObjectStore(source.name, repository.common_dir, os.path.join(repository.common_dir, "objects"))


def can_link(stores: list[ObjectStore], folder: str) -> bool:
    """Return whether files of the stores can be hard-linked into ``folder`` and are all there is."""
    device = os.stat(folder).st_dev
    return all(
        os.stat(store.objects).st_dev == device
        and not os.path.exists(os.path.join(store.objects, "info", "alternates"))
        for store in stores
    )


def link_objects(stores: list[ObjectStore], objects: str) -> None:
    """Hard-link every object of ``stores`` into the store at ``objects``.

    A repack of one of them meanwhile moves objects from one pack to another: its listing is read again until it
    stays the same.

    Raises:
        OSError: a file cannot be linked; nothing is linked then.
    """
    linked: list[str] = []
    try:
        for store in stores:
            before: set[str] = set()
            while (now := _files(store.objects)) != before:
                for name in sorted(now - before, key=lambda name: (name.endswith(".idx"), name)):
                    target = os.path.join(objects, name)
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    try:
                        os.link(os.path.join(store.objects, name), target)
                    except FileExistsError:
                        continue
                    except FileNotFoundError:
                        now.discard(name)
                    else:
                        linked.append(target)
                before = now
    except OSError:
        for target in linked:
            os.unlink(target)
        raise


def _files(objects: str) -> set[str]:
    """Return the packs with their indexes, and the loose objects, as paths below ``objects``."""
    names: set[str] = set()
    for folder in os.listdir(objects):
        if folder == "pack":
            wanted = r"pack-[0-9a-f]{40,64}\.(?:pack|idx|rev)"
        elif re.fullmatch(r"[0-9a-f]{2}", folder):
            wanted = r"[0-9a-f]{38,62}"
        else:
            continue
        names.update(
            f"{folder}/{name}" for name in os.listdir(os.path.join(objects, folder)) if re.fullmatch(wanted, name)
        )
    return names
