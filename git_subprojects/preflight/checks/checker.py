"""The project's own checker, which runs only if the user allows it."""

from collections.abc import Iterator

from git_subprojects.preflight import checker
from git_subprojects.preflight.base import AMEND, Facts, Finding
from git_subprojects.sending.outgoing import Outgoing


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield where the project's checker fails, or why it was not run."""
    commands = outgoing.destination.venue.check
    if not commands or facts.top is None:
        return
    refusal = facts.refusal(commands)
    if refusal is not None:
        yield Finding("note", f"not run: {refusal}", "--allow-checker lets it run, now and from now on")
        return
    base = None if outgoing.upstream is None else outgoing.written[0].patch.base
    for ran in checker.run(commands, outgoing.written, facts.top, facts.git.environment, base):
        if ran.cannot_run:
            hint = "install what it needs, or leave it out: --skip-check checker"
            yield Finding("note", f"{ran.command} cannot run here", hint, output=ran.output)
        elif ran.status:
            message = f"{ran.command} ended with status {ran.status}"
            yield Finding("warning", message, AMEND, ran.written, ran.output)
