"""Whitespace errors, as git diff --check finds them."""

import re
from collections.abc import Iterator

from git_subprojects.git.process import Git
from git_subprojects.preflight.base import Facts, Finding, before
from git_subprojects.sending.outgoing import Outgoing, Written


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield the patches that add whitespace errors."""
    for written in outgoing.written:
        # In a file whose lines end so, a carriage return is no error, and is not to be removed.
        keeps = _has_carriage_returns(written)
        git = facts.git.with_config([("core.whitespace", "cr-at-eol")]) if keeps else facts.git
        output = _errors(written, facts._replace(git=git))
        if output:
            command = "git -c core.whitespace=cr-at-eol" if keeps else "git"
            hint = f"{command} rebase --whitespace=fix {before(written.patch)}"
            yield Finding("warning", "it adds whitespace errors", hint, written, output)


def _has_carriage_returns(written: Written) -> bool:
    """Return whether lines that the patch keeps or removes end with a carriage return, so those of the file do."""
    with open(written.path, "rb") as file:
        return re.search(rb"(?m)^[ -][^\n]*\r$", file.read()) is not None


def _errors(written: Written, facts: Facts) -> str:
    git, commit = facts.git, written.patch.commit
    if not written.patch.name:
        words = ("diff-tree", "--check", "--root", "-r", "-M", "--no-commit-id", "--no-color", commit)
        return git.run(*words).stdout.decode("utf-8", "replace").rstrip()
    # With --numstat nothing is applied; errors are still reported, but only at the top level for all files.
    at_top = Git(git.environment, facts.top or git.directory)
    stderr = at_top.run("apply", "--numstat", "--whitespace=warn", "--", written.path).stderr.decode("utf-8", "replace")
    lines = stderr.replace(f"{written.path}:", "line ").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("error: ", "warning: ")))
