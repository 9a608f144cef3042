"""Repositories that many tests begin with: made once in a run of the tests, then copied.

To make one takes up to thirty processes, to copy it none.
"""

import atexit
import functools
import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path

from tests.support import commands, repositories


def noise(count: int) -> str:
    """Return a script that makes the files 1, 2 … ``count`` of 100 kB, always the same, that cannot be compressed."""
    one = "open(str(n), 'wb').write(random.Random(n).randbytes(100_000))"
    return f'python3 -c "import random; [{one} for n in range(1, {count} + 1)]"\n'


ONE_COMMIT = "echo hello > file; git add .; git commit -qm first"


@functools.cache
def _shelf() -> Path:
    path = tempfile.mkdtemp(prefix="stock-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


@functools.cache
def _upstream(script: str) -> Path:
    number = len(list(_shelf().iterdir()))
    return repositories.upstream(_shelf() / f"{number}/served", "it", script)


@functools.cache
def _host(name: str) -> Path:
    return repositories.make_host(_shelf() / f"host-{name}", None, name=name)


def upstream(base: Path, name: str, script: str = ONE_COMMIT) -> Path:
    """Do as conftest's ``upstream``, without the work tree beside ``base``."""
    bare = base / f"{name}.git"
    shutil.copytree(_upstream(script), bare)
    return bare


def sibling(host: Path, url: str, name: str = "tool") -> Path:
    """Clone a project beside its host and mark it as git clone-project does, in a tenth of that one's time."""
    settings = {"project": name, "host": f"../{host.name}", "url": url}
    options = [f"--config=subprojects.{key}={value}" for key, value in settings.items()]
    path = host.parent / name
    subprocess.run(["git", "clone", "-q", *options, url, str(path)], check=True)
    return path


def make_host(src: Path, manifest: str | None, script: str = "", name: str = "linux") -> Path:
    """Do as conftest's ``make_host``."""
    top = src / name
    shutil.copytree(_host(name), top, dirs_exist_ok=True)
    if manifest is not None:
        (top / "subprojects.toml").write_text(textwrap.dedent(manifest))
        for words in (["add", "."], ["commit", "-qm", "Name the neighbours"]):
            subprocess.run(["git", *words], cwd=top, check=True)
    if script:
        commands.shell(script, top)
    return top


@functools.cache
def _clone(files: tuple[tuple[str, str], ...]) -> Path:
    top = _shelf() / f"clone-{len(list(_shelf().iterdir()))}" / "upstream"
    for name, content in files:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o755 if content.startswith("#!") else 0o644)
    script = "git init -q -b main .; git add .; git commit -qm 'all: begin'; git clone -q . ../linux"
    commands.shell(f"{script}; git -C ../linux switch -qc topic", top)
    return top.parent


def clone_to_work_on(src: Path, files: dict[str, str]) -> Path:
    """Return a clone ``linux`` on a branch ``topic``, of ``upstream`` beside it with one commit of ``files`` on main.

    A file that begins as a script can be run.
    """
    shutil.copytree(_clone(tuple(files.items())), src, dirs_exist_ok=True, symlinks=True)
    top = src / "linux"
    commands.run("git", "config", "remote.origin.url", src / "upstream", cwd=top)
    # The copies have other inodes than the index knows.
    commands.run("git", "update-index", "-q", "--refresh", cwd=top)
    return top
