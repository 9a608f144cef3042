"""One project's clone, from nothing to a verified sibling in its place."""

import os
import shutil
from collections.abc import Callable

from git_subprojects.errors import Error
from git_subprojects.git.process import Git
from git_subprojects.workspace import placement, siblings
from git_subprojects.workspace.conditional_config import as_in_place
from git_subprojects.workspace.facts import Target
from git_subprojects.workspace.nested import enter
from git_subprojects.workspace.outcome import Outcome, present
from git_subprojects.workspace.plan import Clone, is_clone_of
from git_subprojects.workspace.progress import Progress
from git_subprojects.workspace.reference_objects import ObjectStore, can_link, link_objects, store_of
from git_subprojects.workspace.remotes import add_missing
from git_subprojects.workspace.revision import no_revision, target_of
from git_subprojects.workspace.shape import KEY
from git_subprojects.workspace.staging import staging
from git_subprojects.workspace.target import branch_option, is_part_of_id
from git_subprojects.workspace.transport import TransferError, Transport
from git_subprojects.workspace.unfinished import (
    SUBMODULES,
    UnfinishedError,
    checkout_failed,
    is_final,
    moved,
    stands_on,
    submodules_failed,
)


def clone(step: Clone, transport: Transport, link: Callable[[str], str], *, asks_later: bool = False) -> Outcome:
    """Carry out ``step``; ``link`` gives the value of ``subprojects.host`` for a sibling's path.

    With ``asks_later`` all is tried once more where a password is missing.

    Raises:
        UnfinishedError: all was transferred, and the clone is in its place, but something in it is still to be done.
        Error: nothing is left behind then.
    """
    if step.outer is not None:
        enter(step.outer, step.path)
    with staging(step.path, transport.wait, transport.say) as stage:
        if stage is None:
            raise TransferError("cancelled", "interrupted")
        there = siblings.inspect(transport.git, step.path, step.name, known_urls=step.urls)
        if is_clone_of(step.name, step.urls, there):
            return present(step.name, there, step.notes)
        if there.kind != "absent":
            raise Error(
                f"{step.path} has appeared meanwhile, and is {there.what}",
                f"look, then ask again: git clone-project {step.name}",
            )
        if transport.settings.has_conditions:
            transport = transport._replace(git=as_in_place(transport.git, step.path, stage.tree))
        transport = transport.in_folder(stage.folder)._replace(held=(stage.lock,))
        stores = _stores(step, transport)
        config = _config(step, link(step.path))
        url = _fetch(step, transport, stage.tree, config, stores)
        git = transport.git.elsewhere(stage.tree)
        inside = transport.for_url(url, relative=url in step.relative).in_folder(stage.tree)
        if stores:
            _keep_borrowed(inside, stores, os.path.join(stage.tree, ".git", "objects"))
        target = target_of(step, inside, url)
        strict = transport.in_folder(stage.tree).for_submodules()
        unfinished = _fill(step, inside, strict, target, asks_later=asks_later)
        if url != step.urls[0]:
            _point_to(git, step, url)
        add_missing(git, step.remotes, {})
        placement.keep(stage.tree, step, target.commit, target.branch)
        stage.publish()
    if unfinished is not None:
        raise unfinished
    return Outcome(
        step.name,
        "cloned",
        step.path,
        url=url,
        mirror=url != step.urls[0],
        branch=target.branch,
        commit=target.commit,
        revision=step.revision,
        pinned=step.pinned,
        because=step.because,
        borrowed=tuple(store.name for store in stores),
        notes=step.notes,
    )


def _config(step: Clone, link: str) -> dict[str, str]:
    """Return what a sibling's config says of it, and of what the manifest says of it today."""
    config = {"subprojects.project": step.name, "subprojects.host": link, "subprojects.url": step.urls[0]}
    config[KEY] = step.shape
    if step.revision is not None and not step.pinned:
        config["subprojects.branch"] = step.revision
    return config


def _stores(step: Clone, transport: Transport) -> list[ObjectStore]:
    if step.depth is not None or step.filter is not None:
        return []
    stores = []
    for source in step.donors:
        store = store_of(transport.git, source)
        if isinstance(store, ObjectStore):
            stores.append(store)
        else:
            transport.say(f"nothing borrowed from {source.name}: {store}")
    return stores


def _fetch(
    step: Clone,
    transport: Transport,
    tree: str,
    config: dict[str, str],
    stores: list[ObjectStore],
) -> str:
    """Clone without checking out from the first URL that can be reached, and return that URL."""
    options = [f"--config={key}={value}" for key, value in config.items()]
    if step.depth is not None:
        options.append(f"--depth={step.depth}")
    if step.filter is not None:
        options.append(f"--filter={step.filter}")
    name = branch_option(step.revision)
    if name is not None:
        options.append(f"--branch={name}")
    options += [f"--reference={store.path}" for store in stores]
    for number, url in enumerate(step.urls):
        allowed = transport.for_url(url, relative=url in step.relative)
        command = (
            "clone",
            "--progress",
            "--no-local",
            "--no-checkout",
            "--origin=origin",
            *options,
            "--",
            url,
            tree,
        )

        def attempt(run: Callable[..., None] = allowed.run, command: tuple[str, ...] = command) -> None:
            shutil.rmtree(tree, ignore_errors=True)
            transport.show(Progress("Connecting"))
            run(*command)

        try:
            allowed.retrying(attempt, url)
        except TransferError as error:
            if error.kind == "revision" and is_part_of_id(name):
                # With all branches, there may be a commit whose id begins so.
                return _fetch(step._replace(revision=None), transport, tree, config, stores)
            if error.kind == "revision":
                raise no_revision(step, url) from None
            if not error.is_unreachable or url == step.urls[-1]:
                raise
            mirror = step.urls[number + 1]
            transport.say(f"{url}: {error.message.splitlines()[-1]}; trying the mirror {mirror}")
        else:
            return url
    raise AssertionError("a step has a URL")


def _keep_borrowed(transport: Transport, stores: list[ObjectStore], objects: str) -> None:
    """Give the clone what it has borrowed, so that it depends on nobody.

    What ``git clone --dissociate`` does takes minutes of silence for a kernel's objects; linking them takes none.
    """
    try:
        has_linked = can_link(stores, objects)
        if has_linked:
            link_objects(stores, objects)
    except OSError:
        # A file system need not allow links to other people's files, nor across what look like folders of it.
        has_linked = False
    if not has_linked:
        transport.patient().run("repack", "-a", "-d", "-q")
    os.unlink(os.path.join(objects, "info", "alternates"))


def _point_to(git: Git, step: Clone, mirror: str) -> None:
    """Let the remote be the canonical URL after a mirror has served, for submodules with relative URLs too.

    What a partial clone lacks can still be had from the mirror.
    """
    git.output("config", "remote.origin.url", step.urls[0])
    if step.filter is not None:
        settings = {"url": mirror, "promisor": "true", "partialclonefilter": step.filter, "skipFetchAll": "true"}
        for key, value in settings.items():
            git.output("config", f"remote.mirror.{key}", value)
    if step.submodules:
        git.output("submodule", "--quiet", "sync", "--recursive")


def _fill(
    step: Clone, transport: Transport, strict: Transport, target: Target, *, asks_later: bool
) -> UnfinishedError | None:
    """Check out the files and get the submodules; return what could not be done although the objects are there.

    ``strict`` is the transport for URLs that the project's own tree names.
    """
    git = transport.git
    try:
        _check_out(step, transport, target)
    except Error as error:
        if not isinstance(error, TransferError):
            return checkout_failed(step.path, git, target, error.message)
        # A partial clone gets files as they are checked out.
        if is_final(error, asks_later=asks_later):
            raise
        return checkout_failed(step.path, git, target, error.words)
    try:
        if step.submodules:
            depth = () if step.depth is None else (f"--depth={step.depth}",)
            strict.retrying(lambda: strict.run(*SUBMODULES, "--progress", *depth), "its submodules")
    except TransferError as error:
        if is_final(error, asks_later=asks_later):
            raise TransferError(error.kind, f"its submodules: {error.message}", error.hint) from None
        return submodules_failed(step.path, git, error.message)
    return None if stands_on(git, target) else moved(step.path, git, target)


def _check_out(step: Clone, transport: Transport, target: Target) -> None:
    git = transport.git
    if step.sparse:
        git.output("sparse-checkout", "set", "--cone", "--stdin", stdin="\n".join(step.sparse).encode())
    command = ["-c", "advice.detachedHead=false", "checkout", "--progress", "--no-guess"]
    if target.branch is None:
        # A branch may bear a commit's id for its name; with ^{commit} git does not take the one for the other.
        command += ["--detach", f"{target.commit}^{{commit}}"]
    else:
        # git clone --branch has made it, and let it track its upstream.
        command.append(target.branch)
    transport.run(*command, "--")
