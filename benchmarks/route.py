"""Routing: one patch and three against get_maintainer.pl, and many commits against ``git log --raw`` of the same.

``python benchmarks/route.py [--tree LINUX] [--history REPOSITORY] [--commits 10000]``

LINUX is a Linux source tree in git, with at least three commits; the patches are its last three. REPOSITORY is a
checkout of any project with a MAINTAINERS file and a long history, such as U-Boot's.
"""

import argparse
import os
import statistics
import subprocess
from functools import partial
from pathlib import Path

from common import compare, compile_package, environment, scratch

MEBIBYTE = 1024


def main() -> None:
    """Run the benchmark."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tree", type=Path)
    words.add_argument("--history", type=Path)
    words.add_argument("--commits", type=int, default=10_000)
    words.add_argument("--rounds", type=int, default=10)
    arguments = words.parse_args()
    compile_package()
    with scratch() as home:
        env = {**environment(home), "GIT_CONFIG_COUNT": "1"}
        env |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        if arguments.tree:
            against_perl(arguments.tree, arguments.rounds, home, env)
        if arguments.history:
            against_log(arguments.history, arguments.commits, max(arguments.rounds // 3, 1), env)


def against_perl(tree: Path, rounds: int, home: Path, env: dict[str, str]) -> None:
    run = partial(subprocess.run, cwd=tree, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = ["git", "format-patch", "-q", "-3", "-o", str(home)]
    run(made)
    patches = sorted(str(path) for path in home.glob("*.patch"))
    perl = ["perl", "scripts/get_maintainer.pl", "--nogit", "--nogit-fallback"]

    def each() -> None:
        for patch in patches:
            run([*perl, patch])

    compare(
        {
            "get_maintainer.pl, one patch": partial(run, [*perl, patches[-1]]),
            "git-route-patch --to HEAD": partial(run, ["git-route-patch", "--to", "HEAD"]),
            "git-route-patch --to FILE": partial(run, ["git-route-patch", "--to", patches[-1]]),
        },
        rounds,
    )
    compare(
        {
            "get_maintainer.pl, once a patch": each,
            "git-route-patch --to HEAD~3..": partial(run, ["git-route-patch", "--to", "HEAD~3.."]),
        },
        rounds,
    )


def against_log(repository: Path, number: int, rounds: int, env: dict[str, str]) -> None:
    listed = ["git", "rev-list", "--no-merges", f"-{number}", "HEAD"]
    ids = subprocess.run(listed, cwd=repository, env=env, check=True, capture_output=True).stdout
    sizes: list[int] = []

    def log() -> None:
        command = ["git", "log", "--raw", "--no-merges", f"-{number}"]
        subprocess.run(command, cwd=repository, env=env, check=True, stdout=subprocess.DEVNULL)

    def route() -> None:
        process = subprocess.Popen(
            ["git-route-patch", "--stdin"],
            cwd=repository,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        process.stdin.write(ids)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0
        process.returncode = 0
        sizes.append(usage.ru_maxrss)

    compare({f"git log --raw, {number:,} commits": log, "git-route-patch --stdin": route}, rounds)
    print(f"memory of git-route-patch: {statistics.median(sizes) / MEBIBYTE:.0f} MiB")


if __name__ == "__main__":
    main()
