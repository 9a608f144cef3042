"""``python -m demo`` shows the commands in a new playground; ``python -m demo shell`` opens a shell in it."""

import argparse
import signal
import sys
from pathlib import Path

from demo import story
from demo.playground import Playground


def main() -> int:
    """Run the demo, or the shell; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("show", "shell"), default="show")
    parser.add_argument("--playground", metavar="FOLDER", type=Path, default=Path("playground"))
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    playground = Playground(arguments.playground.absolute())
    try:
        if arguments.what == "shell":
            playground.shell()
        else:
            story.show(playground)
    except story.UnexpectedError as error:
        sys.stdout.flush()
        print(f"\nThe demo has failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


sys.exit(main())
