"""The fetch of one clone: from its remote, or else a mirror, with all that an update needs."""

import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from git_subprojects.errors import Error
from git_subprojects.git import refs
from git_subprojects.workspace import mirror
from git_subprojects.workspace.facts import State
from git_subprojects.workspace.pinned_tags import pinned_tags
from git_subprojects.workspace.remote_head import listed
from git_subprojects.workspace.remotes import keep_up
from git_subprojects.workspace.revision import FETCH, get
from git_subprojects.workspace.target import kept_ref, meaning
from git_subprojects.workspace.transport import TransferError, Transport
from git_subprojects.workspace.urls import ProjectUrls, any_same_url, same_url

REMOTE = "origin"
TRACKING = f"refs/remotes/{REMOTE}/"
_ALL_BRANCHES = f"+refs/heads/*:{TRACKING}*"
_NO_REF = "couldn't find remote ref"
_IN_THE_WAY = re.compile(rf"'({TRACKING}[^']+)' exists; cannot create '{TRACKING}")
_MOST_ATTEMPTS = 20


class Fetched(NamedTuple):
    """What came of a fetch: ``error`` is why it failed, or None.

    ``head`` is the branch that the remote's HEAD names, where that is known, and ``gone`` tells that the remote
    no longer has the branch that the one checked out follows. ``moved_from`` is the URL that origin had before the
    manifest named another. ``moved_tags`` are pins that are another object at the remote than here, ``pruned`` the
    remote-tracking branches that were removed.
    """

    state: State
    error: Error | None = None
    head: str | None = None
    gone: bool = False
    moved_from: str | None = None
    moved_tags: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()


class _Remote(NamedTuple):
    """What a remote has: the branch that its HEAD names, its branches, and the object that each tag of a pin is."""

    head: str | None
    branches: Mapping[str, str]
    tags: Mapping[str, str]


def moved_to(state: State) -> str | None:
    """Return the URL that the manifest gives now, where origin is what it gave before; None: origin stays."""
    origin, urls = state.sibling.origin, state.urls.urls
    if origin is None or origin != state.sibling.followed_url or not urls:
        return None
    return None if any_same_url([origin], urls) else urls[0]


def fetch_clone(
    state: State, urls: ProjectUrls, transport: Transport, *, rewrites: bool, prune: bool = False
) -> Fetched:
    """Fetch in a clone from origin, or the first of ``urls`` that serves.

    ``rewrites`` is as ``Transport.for_url`` has it, ``prune`` as ``fetch`` has it.

    Raises:
        Error: that is not possible.
    """
    return _Fetch(state, urls, transport, rewrites=rewrites, prune=prune).run()


class _Fetch:
    def __init__(self, state: State, urls: ProjectUrls, transport: Transport, *, rewrites: bool, prune: bool) -> None:
        self._prunes = prune
        self._state = state._replace(urls=urls)
        self._transport = transport.in_folder(state.path)
        self._git = self._transport.git
        self._rewrites = rewrites
        self._is_shallow = os.path.exists(os.path.join(refs.common_dir(state.path), "shallow"))
        depth = 1 if state.project is None or state.project.depth is None else state.project.depth
        self._depth = depth if self._is_shallow else None

    def run(self) -> Fetched:
        origin = self._state.sibling.origin
        if origin is None:
            raise Error(f"it has no remote {REMOTE}", f"git -C {self._state.path} remote add {REMOTE} URL")
        new = moved_to(self._state)
        project = self._state.project
        tags = {} if project is None else pinned_tags(self._git, project)
        remote = self._first_that_serves(origin, new, tags)
        if new is not None:
            for key in (f"remote.{REMOTE}.url", "subprojects.url"):
                self._git.output("config", key, new)
        if self._state.urls.remotes:
            keep_up(self._transport, self._state.urls.remotes, self._state.path, rewrites=self._rewrites)
        moved_from = None if new is None else origin
        if remote is None:
            return Fetched(self._state, moved_from=moved_from)
        follows = self._state.follows
        return Fetched(
            self._state,
            head=remote.head,
            gone=follows is not None and bool(remote.branches) and follows not in remote.branches,
            moved_from=moved_from,
            moved_tags=tuple(name for name, tag in remote.tags.items() if tag != tags.get(name, tag)),
            pruned=self._pruned(),
        )

    def _pruned(self) -> tuple[str, ...]:
        """Remove the remote-tracking branches that are gone from origin, if that is wanted; return them."""
        if not self._prunes:
            return ()
        url = self._state.sibling.origin or REMOTE
        transport = self._transport.for_url(url, relative=True, rewrites=self._rewrites)
        # Where the config fetches to tags or branches, git would prune those too, also the user's own.
        said = transport.read("remote", "prune", "--dry-run", REMOTE).decode("utf-8", "surrogateescape")
        gone = re.findall(r"(?m)^ \* \[would prune\] (?!refs/)(.*)$", said)
        lines = "".join(f"delete refs/remotes/{name}\n" for name in gone)
        self._git.output("update-ref", "--no-deref", "--stdin", stdin=lines.encode("utf-8", "surrogateescape"))
        return tuple(gone)

    def _first_that_serves(self, origin: str, new: str | None, tags: Mapping[str, str]) -> _Remote | None:
        """Fetch from the first URL that can be reached; return what it has, None where that is a mirror."""
        urls = self._state.urls.urls
        if new is None:
            is_ours = any_same_url([origin], urls)
            urls = (origin, *(url for url in urls if is_ours and not same_url(origin, url)))
        for number, url in enumerate(urls):
            is_origin = new is None and not number
            where = REMOTE if is_origin else url
            # The user has cloned from there before: a local path is no manifest's word.
            relative = is_origin or url in self._state.urls.relative
            transport = self._transport.for_url(url, relative=relative, rewrites=self._rewrites)
            try:
                remote = None
                if number:
                    mirror.take(transport, url, self._state.sibling.refspecs or (_ALL_BRANCHES,), TRACKING)
                elif self._is_narrow():
                    remote = self._narrowly(transport, where, tags)
                else:
                    remote = self._fully(transport, where, tags)
                self._get_pin(transport, where)
            except TransferError as error:
                if not error.is_unreachable or url == urls[-1]:
                    raise
                if not error.is_offline:
                    reason = error.message.splitlines()[-1]
                    transport.say(f"{url}: {reason}; trying the mirror {urls[number + 1]}")
            else:
                return remote
        raise AssertionError("there is an origin")

    def _is_narrow(self) -> bool:
        """Return whether origin is fetched ref by ref, as in a clone of one branch."""
        refspecs = self._state.sibling.refspecs
        return bool(refspecs) and not any("*" in refspec for refspec in refspecs)

    def _fully(self, transport: Transport, where: str, tags: Mapping[str, str]) -> _Remote:
        """Fetch as the config says, what the pin names beyond it, and HEAD, which tells whether the branch changes."""
        wanted = self._state.sibling.refspecs
        more = {}
        if wanted:
            kept = kept_ref(self._state.pin)
            if kept is not None and self._state.pin is not None:
                more[self._state.pin] = f"+{self._state.pin}:{kept}"
            more |= {"HEAD": "HEAD"} | {f"refs/tags/{name}": f"refs/tags/{name}" for name in tags}
        elif where != REMOTE:
            wanted = (_ALL_BRANCHES,)
        while True:
            try:
                self._run(transport, where, *wanted, *more.values())
            except TransferError as error:
                lines = error.message.splitlines()
                missing = next((ref for ref in more if any(line.endswith(f"{_NO_REF} {ref}") for line in lines)), None)
                if missing is None:
                    raise
                del more[missing]
                if missing != "HEAD":
                    transport.say(f"{where} has no {missing} any more")
            else:
                break
        commit, branches, fetched_tags = refs.fetched(self._state.path)
        return _Remote(self._head(transport, commit, branches), branches, fetched_tags)

    def _narrowly(self, transport: Transport, where: str, tags: Mapping[str, str]) -> _Remote:
        """Fetch the refs that the config names, and the branch of the project where that is another now.

        A ref that the remote no longer has is fetched no more.
        """
        project, refspecs = self._state.project, self._state.sibling.refspecs
        sources = {refspec.removeprefix("+").partition(":")[0]: refspec for refspec in refspecs}
        branch = None if project is None or project.branch is None else project.branch.removeprefix("refs/heads/")
        asked = ["HEAD", *sources, *(f"refs/tags/{name}" for name in tags)]
        asked += [] if branch is None else [f"refs/heads/{branch}"]
        there, head = listed(transport, where, asked)
        wanted = branch or head
        new = None
        if self._state.pin is None and wanted is not None and (wanted == head or f"refs/heads/{wanted}" in there):
            new = None if f"refs/heads/{wanted}" in sources else f"+refs/heads/{wanted}:{TRACKING}{wanted}"
        self._keep_refspecs([refspec for source, refspec in sources.items() if source not in there], new)
        # A tag that is here already stays what it is, though it may be forced.
        kept = [refspec for source, refspec in sources.items() if source in there and not self._has_tag(source)]
        if kept:
            self._run(transport, where, *kept)
        if new is not None:
            self._run(transport, where, new, depth=True)
        kept_pin = kept_ref(self._state.pin)
        if kept_pin is not None:
            self._run(transport, where, f"+{self._state.pin}:{kept_pin}", depth=True)
        if head is not None and self._git.commit(f"{TRACKING}{head}") is not None:
            self._git.output("remote", "set-head", REMOTE, head)
        heads, tag_prefix = "refs/heads/", "refs/tags/"
        return _Remote(
            head,
            {name.removeprefix(heads): commit for name, commit in there.items() if name.startswith(heads)},
            {name.removeprefix(tag_prefix): tag for name, tag in there.items() if name.startswith(tag_prefix)},
        )

    def _has_tag(self, ref: str) -> bool:
        return ref.startswith("refs/tags/") and self._git.commit(ref) is not None

    def _keep_refspecs(self, gone: Sequence[str], new: str | None) -> None:
        """Let the config name what is fetched from now on: ``gone`` no more, and ``new``."""
        key = f"remote.{REMOTE}.fetch"
        if new is not None:
            self._git.output("config", "--add", key, new)
        if new is not None or len(gone) < len(self._state.sibling.refspecs):
            for refspec in gone:
                self._git.output("config", "--fixed-value", "--unset-all", key, refspec)

    def _get_pin(self, transport: Transport, where: str) -> None:
        """Fetch what the pin names, if the clone still lacks it."""
        pin = self._state.pin
        if pin is None or kept_ref(pin) is not None or meaning(self._git, pin) is not None:
            return
        get(transport, where, pin, self._depth)
        target = meaning(self._git, pin)
        if target is not None and target.branch is not None and self._is_narrow():
            self._keep_refspecs((), f"+refs/heads/{target.branch}:{TRACKING}{target.branch}")

    def _run(self, transport: Transport, where: str, *refspecs: str, depth: bool = False) -> None:
        """Fetch; a remote-tracking branch that stands where a new one is to have a folder, or the reverse, goes."""
        extent = (f"--depth={self._depth}",) if depth and self._depth is not None else ()
        words = (*FETCH, *extent, "--", where, *refspecs)
        for left in range(_MOST_ATTEMPTS, -1, -1):
            try:
                transport.retrying(partial(transport.run, *words), where)
            except TransferError as error:
                in_the_way = set(_IN_THE_WAY.findall(error.message))
                if not in_the_way or not left:
                    raise
                for ref in sorted(in_the_way):
                    commit = self._git.commit(ref)
                    self._git.output("update-ref", "-d", ref)
                    name = ref.removeprefix("refs/remotes/")
                    transport.say(f"removed {name}, which was at {(commit or '')[:12]}: a new branch needs its place")
            else:
                return

    def _head(self, used: Transport, commit: str | None, branches: Mapping[str, str]) -> str | None:
        """Return the branch that the remote's HEAD names, by its ``commit``, and keep it where it is another."""
        last = refs.remote_head(used.git, self._state.path, REMOTE)
        candidates = [name for name, at in branches.items() if at == commit and not name.startswith("-")]
        if commit is None or last in candidates or not candidates:
            return last
        if len(candidates) == 1:
            used.git.output("remote", "set-head", REMOTE, candidates[0])
            return candidates[0]
        try:
            used.run("remote", "set-head", REMOTE, "--auto")
        except TransferError:
            return last
        return refs.remote_head(used.git, self._state.path, REMOTE)
