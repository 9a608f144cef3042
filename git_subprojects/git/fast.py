"""git started without subprocess, whose import takes as long as three gits.

``Brief`` is for a TAB, and says nothing of failures; ``Quick`` asks once more, with ``Git``, what has failed.
"""

import os
from collections.abc import Callable

from git_subprojects.git.process import Finished, Git


class Brief(Git):
    """git for small questions while a shell waits at TAB: soon there, and silent about failures.

    It does without subprocess, whose import takes as long as three gits, and never reaches for the network.
    """

    __slots__ = ()

    def run(self, *arguments: str, stdin: bytes = b"") -> Finished:
        """Run git to its end, whatever that is."""
        return self.begin(*arguments, stdin=stdin)()

    def begin(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Start git, and return what waits for its end. ``stdin`` must fit into a pipe: 4096 bytes."""
        # Without any protocol, a partial clone cannot fetch what it lacks.
        alone = self._replace(environment={**self.environment, "GIT_ALLOW_PROTOCOL": "none"})
        child, to, answers = alone._spawned(arguments)  # noqa: SLF001 - it is our own
        os.write(to, stdin)
        os.close(to)

        def finish() -> Finished:
            with open(answers, "rb") as stream:
                stdout = stream.read()
            _, status = os.waitpid(child, 0)
            return Finished(os.waitstatus_to_exitcode(status), stdout, b"")

        return finish


class Quick(Brief):
    """git for commands that must be quick: as Brief, but what fails is asked again, with its messages and a network."""

    __slots__ = ()

    def run(self, *arguments: str, stdin: bytes = b"") -> Finished:
        """Run git to its end, whatever that is, with messages in English."""
        return self.begin(*arguments, stdin=stdin)()

    def begin(self, *arguments: str, stdin: bytes = b"") -> Callable[[], Finished]:
        """Start git, and return what waits for its end. ``stdin`` must fit into a pipe: 4096 bytes."""
        finish = super().begin(*arguments, stdin=stdin)

        def finish_again() -> Finished:
            result = finish()
            # 1 is an answer: there is no such setting.
            return result if result.returncode in (0, 1) else Git.run(self, *arguments, stdin=stdin)

        return finish_again
