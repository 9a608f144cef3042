"""Finding the pin that fits a host, against an ancestry test of its tag.

``python benchmarks/pins.py REPOSITORY TAG…``
"""

import argparse
import subprocess
from functools import partial
from pathlib import Path

from common import compare, environment, scratch


def main() -> None:
    """Run the benchmark."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("repository", type=Path)
    words.add_argument("tag", nargs="+")
    arguments = words.parse_args()
    with scratch() as home:
        env = {**environment(home), "GIT_CONFIG_COUNT": "1"}
        env |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        near = ["git", "describe", "--tags", "--first-parent", "--candidates=1", "--abbrev=0"]
        for tag in arguments.tag:
            sides = {
                f"git merge-base --is-ancestor {tag}": ["git", "merge-base", "--is-ancestor", tag, "HEAD"],
                f"git describe … --match={tag}": [*near, f"--match={tag}", "HEAD"],
            }

            def run(command: list[str]) -> None:
                subprocess.run(command, cwd=arguments.repository, env=env, stdout=subprocess.DEVNULL, check=True)

            compare({name: partial(run, command) for name, command in sides.items()}, 5)


if __name__ == "__main__":
    main()
