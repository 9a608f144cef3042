"""Whitespace errors, as git diff --check finds them."""

from collections.abc import Iterator

from git_subprojects.git.process import Git
from git_subprojects.preflight.base import Facts, Finding, before
from git_subprojects.sending.outgoing import Outgoing, Written


def find(outgoing: Outgoing, facts: Facts) -> Iterator[Finding]:
    """Yield the patches that add whitespace errors."""
    for written in outgoing.written:
        output = _errors(written, facts)
        if output:
            hint = f"git rebase --whitespace=fix {before(written.patch)}"
            yield Finding("warning", "it adds whitespace errors", hint, written, output)


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
