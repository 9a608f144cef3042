"""Whether patches apply to twins: ``git route-patch --twins`` against a work tree and ``git am -3`` in each; 1/10.

``python benchmarks/twins.py [--files N] [--repository DIR --range RANGE --onto REV]``: of a tree of the size of Linux
that is made for it, one patch on one twin and 20 on three; or a range of a real repository on another revision.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from common import BIN, compare, compile_package, environment, scratch

from git_subprojects.plural import counted

ROUNDS = 5
PATCHES = 20
TWINS = ("one", "two", "three")
CONFLICTS = 2
"""So many of the patches meet other changes, in each twin."""

MEBIBYTE = 1024 * 1024 if sys.platform == "darwin" else 1024


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=79_000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--range", default="HEAD~20..")
    parser.add_argument("--onto", default="HEAD~200")
    asked = parser.parse_args()
    compile_package()
    with scratch() as home:
        env = environment(home)
        for key in ("name", "email"):
            subprocess.run(["git", "config", "--global", f"user.{key}", "a@example.org"], env=env, check=True)
        if asked.repository is not None:
            real(asked.repository.resolve(), asked.range, asked.onto, home, env)
            return
        made(asked.files, home, env)


def made(files: int, home: Path, env: Mapping[str, str]) -> None:
    """Try patches of a made tree on its twins."""
    source = Maker(files, home, env).make()
    for number, twins in ((1, TWINS[:1]), (PATCHES, TWINS)):
        trial(source, number, twins, home, env)


def trial(source: Path, number: int, twins: Sequence[str], home: Path, env: Mapping[str, str]) -> None:
    """Try so many patches on twins, in both ways."""
    folder = home / f"patches-{number}"
    words = ["git", "format-patch", "-q", "--full-index", f"-{number}", "-o", str(folder)]
    subprocess.run(words, cwd=source, env=env, check=True)
    named = [word for name in twins for word in ("--twin", name)]
    words = [str(BIN / "git-route-patch"), *named, "--json", f"HEAD~{number}..HEAD"]

    def by_git() -> None:
        for name in twins:
            am(source.parent / name, "origin/HEAD", sorted(folder.iterdir()), home, env)

    print(f"{counted(number, 'patch', 'patches')}, {counted(len(twins), 'twin')}:")
    compare(
        {
            "git worktree add, git am -3": by_git,
            "git route-patch --twin": lambda: quiet(words, source, env),
            "python3 -c pass": lambda: quiet([sys.executable, "-c", "pass"], source, env),
        },
        ROUNDS,
    )
    print(f"memory of git-route-patch: {memory(words, source, env):.0f} MiB")


def real(repository: Path, patches: str, onto: str, home: Path, env: Mapping[str, str]) -> None:
    """Try a range of a real repository on another of its revisions."""
    top = home / "clone"
    subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", repository, top], env=env, check=True)
    subprocess.run(
        ["git", "format-patch", "-q", "--full-index", patches, "-o", f"{home}/p"], cwd=top, env=env, check=True
    )
    words = [str(BIN / "git-route-patch"), "--onto", onto, "--json", patches]
    compare(
        {
            "git worktree add, git am -3": lambda: am(top, onto, sorted((home / "p").iterdir()), home, env),
            "git route-patch --onto": lambda: quiet(words, top, env),
        },
        ROUNDS,
    )


def am(top: Path, revision: str, patches: list[Path], home: Path, env: Mapping[str, str]) -> None:
    """Apply patches as a maintainer would, in a work tree that is made for it, leaving out what does not apply."""
    place = home / "worktree"
    subprocess.run(["git", "worktree", "add", "-q", "--detach", place, revision], cwd=top, env=env, check=True)
    for patch in patches:
        if quiet(["git", "am", "-3", "-q", str(patch)], place, env) != 0:
            quiet(["git", "am", "--skip"], place, env)
    subprocess.run(["git", "worktree", "remove", "--force", place], cwd=top, env=env, check=True)


def quiet(words: list[str], cwd: Path, env: Mapping[str, str]) -> int:
    """Run a program to its end, whatever that is, and return its status."""
    return subprocess.run(words, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def memory(words: list[str], cwd: Path, env: Mapping[str, str]) -> float:
    """Return the most that a program, or any that it has started, has had in memory, in MiB; of the median of runs."""
    sizes = []
    for _ in range(ROUNDS):
        process = subprocess.Popen(words, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        sizes.append(usage.ru_maxrss / MEBIBYTE)
    return statistics.median(sizes)


class Maker:
    """Makes a project of so many files, and twins of it that have gone their own way."""

    def __init__(self, files: int, home: Path, env: Mapping[str, str]) -> None:
        self._home = home
        self._env = env
        self._random = random.Random(1)  # noqa: S311 - it need only be the same each time
        self._names = [f"d{number // 400}/e{number // 20}/f{number}.c" for number in range(files)]
        self._marks = 0

    def make(self) -> Path:
        """Return the clone that the patches are in, beside those of the twins."""
        names = self._names[:: len(self._names) // PATCHES][:PATCHES]
        lines = {name: [f"line {number} of {name}\n" for number in range(400)] for name in names}
        stream = [
            self._commit("refs/heads/main", None, {name: lines.get(name, [f"{name}\n"] * 20) for name in self._names})
        ]
        for twin in TWINS:
            # Most of the files have moved on in each twin, two of them where the patches are.
            own = {name: ["more\n", *text] for name, text in lines.items()}
            for name in names[-1:] + names[: CONFLICTS - 1]:
                own[name] = [*lines[name][:200], f"{twin} has its own\n", *lines[name][201:]]
            stream.append(self._commit(f"refs/heads/{twin}", 1, own))
        parent = 1
        for name in names:
            stream.append(
                self._commit("refs/heads/topic", parent, {name: [*lines[name][:200], "better\n", *lines[name][201:]]})
            )
            parent = self._marks
        bare = self._home / "bare.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], env=self._env, check=True)
        subprocess.run(
            ["git", "fast-import", "--quiet"], cwd=bare, input="".join(stream).encode(), env=self._env, check=True
        )
        tables = ""
        for name in TWINS:
            self._clone(bare, name, name)
            tables += f'[project.{name}]\nurl = "https://example.org/{name}"\nroute.to = ["{name}@example.org"]\n'
        source = self._clone(bare, "source", "topic")
        (source / "subprojects.toml").write_text(f'schema = 1\nhost.route.to = ["a@example.org"]\n{tables}')
        return source

    def _clone(self, bare: Path, name: str, branch: str) -> Path:
        place = self._home / "src" / name
        words = ["git", "clone", "-q", "--no-checkout", "--single-branch", "-b", branch, str(bare), str(place)]
        subprocess.run(words, env=self._env, check=True)
        subprocess.run(["git", "remote", "set-head", "origin", branch], cwd=place, env=self._env, check=True)
        return place

    def _commit(self, ref: str, parent: int | None, files: Mapping[str, list[str]]) -> str:
        self._marks += 1
        out = f"commit {ref}\nmark :{self._marks}\ncommitter A <a@example.org> {1_700_000_000 + self._marks} +0000\n"
        out += f"data 2\n{self._marks % 10}\n\n" + ("" if parent is None else f"from :{parent}\n")
        for name, lines in files.items():
            text = "".join(lines)
            out += f"M 100644 inline {name}\ndata {len(text)}\n{text}\n"
        return out + "\n"


if __name__ == "__main__":
    main()
