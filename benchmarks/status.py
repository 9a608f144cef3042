"""``git subprojects status`` of many siblings; budget: a quarter of the fastest of vcs, west and tsrc.

``python benchmarks/status.py [--siblings N] [--peers FOLDER]``; FOLDER has the peers' programs (a virtual environment's
``bin``: ``pip install vcs2l west tsrc``). One that is not there is left out.
"""

import argparse
import resource
import subprocess
from functools import partial
from pathlib import Path

from common import BIN, compare, compile_package, environment, scratch

ROUNDS = 7


def make(home: Path, env: dict[str, str], number: int) -> Path:
    """Make a host with ``number`` siblings, known to each of the programs; return the folder of them all."""
    src = home / "src"
    script = f"""
        git init -q -b main {home}/upstream; cd {home}/upstream
        git config user.name A; git config user.email a@example.org
        for file in 1 2 3 4 5 6 7 8 9; do mkdir -p $file; echo $file > $file/$file; done; git add .; git commit -qm one
        mkdir -p {src}/linux; cd {src}/linux; git init -q -b main .
        git config user.name A; git config user.email a@example.org
        git clone -q {home}/upstream ../p0000; git -C ../p0000 config subprojects.host ../linux
        for n in $(seq -f %04g 1 {number - 1}); do cp -r ../p0000 ../p$n; done
        for n in $(seq -f %04g 0 {number - 1}); do git -C ../p$n config subprojects.project p$n; done
        """
    subprocess.run(["bash", "-ec", script], check=True, env=env)
    names = [f"p{n:04}" for n in range(number)]
    linux = src / "linux"
    (linux / "subprojects.toml").write_text(
        "schema = 1\n" + "".join(f'[project.{name}]\nurl = "https://example.org/{name}.git"\n' for name in names)
    )
    projects = "".join(f"    - name: {name}\n      url: {home}/upstream\n" for name in names)
    (linux / "west.yml").write_text(f"manifest:\n  projects:\n{projects}  self:\n    path: linux\n")
    subprocess.run("git add . && git commit -qm manifests", shell=True, check=True, cwd=linux, env=env)  # noqa: S602
    (src / ".west").mkdir()
    (src / ".west" / "config").write_text("[manifest]\npath = linux\nfile = west.yml\n")
    repos = "".join(f"- dest: {name}\n  url: {home}/upstream\n  branch: main\n" for name in names)
    manifest = home / "manifest"
    manifest.mkdir()
    (manifest / "manifest.yml").write_text(f"repos:\n{repos}")
    script = "git init -q -b main . && git add . && git -c user.name=A -c user.email=a@example.org commit -qm one"
    subprocess.run(script, shell=True, check=True, cwd=manifest, env=env)  # noqa: S602
    return src


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--siblings", type=int, default=100)
    parser.add_argument("--peers", type=Path, default=BIN)
    arguments = parser.parse_args()
    compile_package()
    with scratch() as home:
        env = environment(home)
        src = make(home, env, arguments.siblings)
        peers = arguments.peers.absolute()
        if (peers / "tsrc").exists():
            words = [peers / "tsrc", "init", "--branch", "main", f"file://{home}/manifest"]
            subprocess.run(words, cwd=src, check=True, env=env, stdout=subprocess.DEVNULL)
        commands = {
            "git subprojects status": (["git", "subprojects", "status"], src / "linux"),
            "vcs status": ([peers / "vcs", "status", "--nested", src], src),
            "west status": ([peers / "west", "status"], src),
            "tsrc status": ([peers / "tsrc", "status"], src),
            "xargs -P4 git status": (
                ["sh", "-c", "printf '%s\\n' p* | xargs -P4 -I{} git -C {} status --porcelain=v2 --branch"],
                src,
            ),
        }

        def run(command: list[str | Path], folder: Path) -> None:
            subprocess.run(
                command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )

        sides = {
            name: partial(run, words, folder)
            for name, (words, folder) in commands.items()
            if not isinstance(words[0], Path) or words[0].exists()
        }
        compare(sides, ROUNDS)
        # The largest of all children: the peers' interpreters, or git, may be it.
        print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
