"""``git clone-project --list`` of 1,000 projects; budget: 0.5 s. ``python benchmarks/listing.py``."""

import subprocess
import sys
from functools import partial

from common import compare, compile_package, environment, scratch

PROJECTS = 1000


def main() -> None:
    """Run the benchmark."""
    compile_package()
    with scratch() as home:
        env = environment(home)
        host = home / "src" / "host"
        subprocess.run(["git", "init", "-q", host], check=True, env=env)
        tables = [
            f'[project.p{n}]\ndescription = "Project {n}"\nurl = "https://example.org/p{n}.git"\n'
            f'groups = ["g{n % 9}"]\n[project.p{n}.route]\nto = ["p{n}@example.org"]\n[[project.p{n}.rule]]\npaths = ["a/", "*.c"]\n'
            f'cc = ["c{n}@example.org"]\n'
            for n in range(PROJECTS)
        ]
        (host / "subprojects.toml").write_text("schema = 1\n" + "".join(tables))
        sides = {
            "python3 -c pass": [sys.executable, "-c", "pass"],
            f"--list of {PROJECTS} projects": ["git", "clone-project", "--list"],
        }

        def run(command: list[str]) -> None:
            subprocess.run(command, cwd=host, env=env, stdout=subprocess.DEVNULL, check=True)

        compare({name: partial(run, command) for name, command in sides.items()}, 15)


if __name__ == "__main__":
    main()
