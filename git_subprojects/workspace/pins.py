"""Which version the host is, and which pin of a project fits it, by the host's tags."""

import os

from git_subprojects.manifest.model import Pin
from git_subprojects.workspace.facts import Fit
from git_subprojects.workspace.repository import Repository
from git_subprojects.workspace.versions import is_newer

MOST_PATTERNS = 100


class HostVersion:
    """What the host's tags say of its HEAD. Each question is put to git once, and only when asked."""

    def __init__(self, host: Repository, versions: str | None) -> None:
        self._git = host.git
        self._versions = versions
        self._shallow = os.path.exists(os.path.join(host.common_dir, "shallow"))
        self._contained: dict[str, bool] = {}
        self._existing: set[str] = set()
        self._tag: str | None = None
        self._tag_known = False

    def tag(self) -> str | None:
        """Return the newest tag before HEAD that names a version of the host; None if there is none."""
        if not self._tag_known and self._versions is not None:
            self._tag = self._nearest((self._versions,))
        self._tag_known = True
        return self._tag

    def fit(self, pins: tuple[Pin, ...]) -> Fit:
        """Return the last of ``pins`` whose tag HEAD contains, else the one for hosts older than all."""
        if not pins:
            return Fit()
        tags = [pin.host for pin in pins if pin.host is not None]
        if not tags:
            return Fit(pins[-1])
        if self._git.commit("HEAD") is None:
            return Fit(doubt="the host has no commits yet")
        if self._shallow:
            return Fit(doubt="the host is a shallow clone, so its version cannot be told")
        self._contain(tags)
        for pin in reversed(pins):
            if pin.host is not None and self._contains(pin.host):
                return Fit(pin)
        if not self._existing.intersection(tags) and self.tag() is None:
            return Fit(doubt="no tag tells the host's version")
        oldest = next((pin for pin in pins if pin.host is None), None)
        return Fit(oldest) if oldest is not None else Fit(doubt=f"the host is older than {tags[0]}")

    def _contain(self, tags: list[str]) -> None:
        """Learn which of ``tags`` exist, and the nearest of them along HEAD's first parents.

        That walk visits a hundredth of what an ancestry test visits in a kernel tree, and mostly answers at once.
        """
        new = [tag for tag in tags if tag not in self._contained]
        if not new:
            return
        # A command line holds only so many words.
        patterns = [f"refs/tags/{tag}" for tag in new] if len(new) <= MOST_PATTERNS else ["refs/tags/"]
        refs = self._git.output("for-each-ref", "--format=%(refname:strip=2)", *patterns)
        self._existing.update(refs.decode("utf-8", "replace").splitlines())
        nearest = self._nearest(tuple(tag for tag in new if tag in self._existing))
        if nearest is not None:
            self._contained[nearest] = True

    def _contains(self, tag: str) -> bool:
        contained = self._contained.get(tag)
        if contained is None and tag not in self._existing:
            # A tree fetched without its old tags: its own version has to tell.
            version = self.tag()
            contained = self._contained[tag] = version is not None and is_newer(version, tag)
        elif contained is None:
            result = self._git.run("merge-base", "--is-ancestor", f"refs/tags/{tag}", "HEAD")
            contained = self._contained[tag] = result.returncode == 0
        return contained

    def _nearest(self, patterns: tuple[str, ...]) -> str | None:
        if not patterns:
            return None
        matches = [f"--match={pattern}" for pattern in patterns]
        command = ("describe", "--tags", "--first-parent", "--candidates=1", "--abbrev=0", *matches, "HEAD")
        result = self._git.run(*command)
        return result.stdout.decode("utf-8", "replace").strip() if result.returncode == 0 else None
