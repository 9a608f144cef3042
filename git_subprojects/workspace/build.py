"""Runs a project's own build commands: argument lists, without a shell, only when the user has asked."""

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping

from git_subprojects.errors import Error
from git_subprojects.git.process import without_repository
from git_subprojects.system.processes import end
from git_subprojects.workspace.plan import Build


def run(
    build: Build,
    environment: Mapping[str, str],
    *,
    top: str,
    say: Callable[[str], None],
    output: int | None = None,
) -> None:
    """Run the commands one after another, each shown before it runs; their output goes to ``output``.

    Raises:
        Error: one could not be started or failed; those after it were not run. Or a symbolic link leads out of ``top``.
    """
    inside = os.path.realpath(build.directory)
    if os.path.commonpath([inside, os.path.realpath(top)]) != os.path.realpath(top):
        raise Error(f"{build.directory}: a symbolic link leads to {inside}", "build it there yourself if that is meant")
    try:
        os.makedirs(build.directory, exist_ok=True)
    except OSError as error:
        raise Error(f"{build.directory}: {error.strerror}") from error
    clean = without_repository(environment)
    for command in build.commands:
        shown = shlex.join(command)
        say(f"in {build.directory}: {shown}")
        try:
            process = subprocess.Popen(command, cwd=build.directory, env=clean, stdout=output)
        except OSError as error:
            raise Error(f"{shown}: {error.strerror}", f"is {command[0]} installed?") from error
        try:
            status = process.wait()
        except BaseException:
            # make(1) ends its own children and removes half-made targets when it is asked to end.
            end(process, group=False)
            raise
        if status != 0:
            raise Error(
                f"{shown} ended with status {status}",
                f"its output is above; it ran in {build.directory}",
            )
