"""``-h`` and one TAB against ``python3 -c pass``; budgets: 2.5 and 3.0. ``python benchmarks/startup.py``."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from common import BIN, compare, compile_package, environment, scratch

ROUNDS = 60


def main() -> None:
    """Run the benchmark."""
    compile_package()
    with scratch() as home:
        env = environment(home)
        host = home / "host"
        subprocess.run(["git", "init", "-q", host], check=True, env=env)

        def run(*words: str | Path, **more: str) -> Callable[[], object]:
            return partial(subprocess.run, words, env={**env, **more}, cwd=host, stdout=subprocess.DEVNULL)

        def tab(line: str, program: str) -> Callable[[], object]:
            return run(
                BIN / program,
                _ARGCOMPLETE="1" if line.startswith("git-") else "2",
                _ARGCOMPLETE_IFS="\v",
                _ARGCOMPLETE_STDOUT_FILENAME=str(home / "answer"),
                COMP_LINE=line,
                COMP_POINT=str(len(line)),
            )

        compare(
            {
                "python3 -c pass": run(sys.executable, "-c", "pass"),
                "git-clone-project -h": run(BIN / "git-clone-project", "-h"),
                "git-route-patch -h": run(BIN / "git-route-patch", "-h"),
                "TAB: git clone-project sy": tab("git clone-project sy", "git-clone-project"),
                "TAB: git clone-project --": tab("git clone-project --", "git-clone-project"),
                "TAB: git clone-project --group ": tab("git clone-project --group ", "git-clone-project"),
                "TAB: git route-patch ": tab("git route-patch ", "git-route-patch"),
            },
            ROUNDS,
        )


if __name__ == "__main__":
    main()
