"""Objects that a related repository has already need not be fetched again."""

import os
import re

from git_subprojects.git.process import Git
from git_subprojects.workspace.plan import Donor
from git_subprojects.workspace.repository import at


class Lender:
    """A repository whose objects can be borrowed: ``path`` for ``git clone --reference``, ``objects`` its store."""

    def __init__(self, name: str, path: str, objects: str) -> None:
        self.name = name
        self.path = path
        self.objects = objects


def lender(git: Git, donor: Donor) -> Lender | str:
    """Return the donor's store, or why nothing can be borrowed from it.

    git itself refuses a repository that belongs to somebody else.
    """
    repository = at(git, donor.path)
    if repository is None:
        return f"{donor.path} is no repository that git trusts"
    if os.path.exists(os.path.join(repository.common_dir, "shallow")):
        return "it is a shallow clone"
    if repository.config.matching("remote.", ".promisor"):
        return "it is a partial clone"
    return Lender(donor.name, repository.common_dir, os.path.join(repository.common_dir, "objects"))


def can_link(lenders: list[Lender], folder: str) -> bool:
    """Return whether files of the lenders' stores can be hard-linked into ``folder`` and are all there is."""
    device = os.stat(folder).st_dev
    return all(
        os.stat(one.objects).st_dev == device and not os.path.exists(os.path.join(one.objects, "info", "alternates"))
        for one in lenders
    )


def link_objects(lenders: list[Lender], objects: str) -> None:
    """Hard-link every object of ``lenders`` into the store at ``objects``.

    A repack of a lender meanwhile moves objects from one pack to another: its listing is read again until it
    stays the same.

    Raises:
        OSError: a file cannot be linked; nothing is linked then.
    """
    linked: list[str] = []
    try:
        for one in lenders:
            before: set[str] = set()
            while (now := _files(one.objects)) != before:
                for name in sorted(now - before, key=lambda name: (name.endswith(".idx"), name)):
                    target = os.path.join(objects, name)
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    try:
                        os.link(os.path.join(one.objects, name), target)
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
