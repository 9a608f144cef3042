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
            f"""
            [project.p{n}]
            description = "Project {n}"
            url = "https://example.org/p{n}.git"
            groups = ["g{n % 9}"]
            route.to = ["p{n}@example.org"]
            [[project.p{n}.rule]]
            paths = ["a/", "*.c"]
            cc = ["c{n}@example.org"]
            """
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
