"""Repositories to test on. What many tests begin with is made once in a run of the tests, then copied.

To make one takes up to thirty processes, to copy it none.
"""

import functools
import os
import shutil
import subprocess
import textwrap
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pygit2

from tests.support.commands import run, shell
from tests.support.environment import DATE, sealed
from tests.support.shelf import new_folder

ONE_COMMIT = "echo hello > file; git add .; git commit -qm first"
HOST = """
mkdir -p tools/perf && echo int > tools/perf/builtin.c
git add . && git commit -qm 'Linux 6.1' && git tag -am v6.1 v6.1
"""


def noise(count: int) -> str:
    """Return a script that makes the files 1, 2 … ``count`` of 100 kB, always the same, that cannot be compressed."""
    write = "open(str(n), 'wb').write(random.Random(n).randbytes(100_000))"
    return f'python3 -c "import random; [{write} for n in range(1, {count} + 1)]"\n'


@functools.cache
def made_once(make: Callable[[Path], object]) -> Path:
    """Return the folder that ``make`` has filled; it is called once in a run of the tests."""
    folder = new_folder()
    make(folder)
    return folder


def copy(source: Path, target: Path) -> None:
    """Copy a folder into another one, as it is."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def copy_repository(source: Path, target: Path) -> None:
    """Copy a repository; the copies of its files have other inodes than its index knows."""
    copy(source, target)
    run("git", "update-index", "-q", "--refresh", cwd=target)


@functools.cache
def _environment() -> dict[str, str]:
    """Return an environment in which no setting that a test has made counts."""
    return sealed(new_folder() / "home")


@functools.cache
def _made(script: str) -> Path:
    """Return a work tree with the history that ``script`` commits."""
    top = new_folder() / "it"
    # Packed, it is a few files: the cheaper are its copies.
    shell(f"git init -q -b master .\n{textwrap.dedent(script)}\ngit repack -adq", top, _environment())
    return top


@functools.cache
def _made_bare(script: str) -> Path:
    bare = _made(script).with_name("it.git")
    shell(f"git clone -q --bare . '{bare}'", _made(script), _environment())
    return bare


def upstream(base: Path, name: str, script: str = ONE_COMMIT) -> Path:
    """Make a bare repository ``base/name.git`` with the history that ``script`` commits; return its path."""
    bare = base / f"{name}.git"
    shutil.copytree(_made_bare(script), bare)
    return bare


def push(base: Path, name: str, script: str, refspec: str = "HEAD:master") -> None:
    """Let others work on ``base/name.git``: run a script in their clone, which stays, and push."""
    work = base.parent / f"{name}.work"
    if not work.exists():
        run("git", "clone", "-q", base / f"{name}.git", work)
    shell(f"{script}; git push -q --force --tags '{base}/{name}.git' {refspec}", work)


def _commit(top: Path, path: str, subject: str) -> None:
    """Commit a new file in the time that git takes to start."""
    repository = pygit2.Repository(str(top))
    repository.index.add(path)
    repository.index.write()
    now = int(datetime.fromisoformat(DATE).timestamp())
    author, committer = (
        pygit2.Signature(os.environ[f"GIT_{who}_NAME"], os.environ[f"GIT_{who}_EMAIL"], now, 0)
        for who in ("AUTHOR", "COMMITTER")
    )
    tree = repository.index.write_tree()
    repository.create_commit("HEAD", author, committer, f"{subject}\n", tree, [repository.head.target])


@functools.cache
def _host(manifest: str | None, script: str) -> Path:
    return make_host(new_folder(), manifest, script)


def make_host(src: Path, manifest: str | None, script: str = "", name: str = "linux", *, kept: bool = False) -> Path:
    """Make a host repository with a manifest and a tagged history; return its top.

    It is ``kept`` to be copied for other tests: then nothing in it may name its folder or what is around it.
    """
    top = src / name
    if kept:
        copy_repository(_host(manifest, script), top)
        return top
    copy(_made(HOST), top)
    if manifest is not None:
        (top / "subprojects.toml").write_text(textwrap.dedent(manifest))
        _commit(top, "subprojects.toml", "Name the neighbours")
    if script:
        shell(script, top)
    return top


@functools.cache
def _repository(files: tuple[tuple[str, str], ...], changes: str, options: str) -> Path:
    top = new_folder()
    for name, content in files:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(content)
    shell(f"git init -q -b main {options} .; git add .; git commit -qm begin --allow-empty", top)
    change(top, changes)
    return top


def make_repository(top: Path, files: dict[str, str], changes: str = "mm/slab.c", options: str = "") -> Path:
    """Make a repository of ``files``, and a commit that changes a file."""
    copy_repository(_repository(tuple(files.items()), changes, options), top)
    return top


def change(top: Path, name: str) -> None:
    """Commit one line more in a file."""
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    shell(f"echo 1 >> '{name}'; git add '{name}'; git commit -qm 'Change {name}'", top)


def sibling(host: Path, url: str, name: str = "tool") -> Path:
    """Clone a project beside its host and mark it as git clone-project does, in a tenth of that one's time."""
    settings = {"project": name, "host": f"../{host.name}", "url": url}
    options = [f"--config=subprojects.{key}={value}" for key, value in settings.items()]
    path = host.parent / name
    subprocess.run(["git", "clone", "-q", *options, url, str(path)], check=True)
    head = (path / ".git/HEAD").read_text().strip().removeprefix("ref: ")
    ref = path / ".git" / head
    if ref.is_file():
        branch = head.removeprefix("refs/heads/")
        (path / ".git/subprojects-placement").write_text(f"{ref.read_text().strip()} {branch} -\n")
    return path


@functools.cache
def _clone(files: tuple[tuple[str, str], ...]) -> Path:
    top = new_folder() / "upstream"
    for name, content in files:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o755 if content.startswith("#!") else 0o644)
    script = "git init -q -b main .; git add .; git commit -qm 'all: begin'; git clone -q . ../linux"
    shell(f"{script}; git -C ../linux switch -qc topic", top, _environment())
    return top.parent


def clone_to_work_on(src: Path, files: dict[str, str]) -> Path:
    """Return a clone ``linux`` on a branch ``topic``, of ``upstream`` beside it with one commit of ``files`` on main.

    A file that begins as a script can be run.
    """
    copy(_clone(tuple(files.items())), src)
    top = src / "linux"
    run("git", "config", "remote.origin.url", src / "upstream", cwd=top)
    run("git", "update-index", "-q", "--refresh", cwd=top)
    return top
