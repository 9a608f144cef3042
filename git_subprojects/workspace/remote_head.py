"""What a remote has: its HEAD, and other refs, asked of the remote."""

from collections.abc import Sequence

from git_subprojects.workspace.transport import TransferError, Transport


def remote_head(transport: Transport, urls: Sequence[str], relative: Sequence[str]) -> str | None:
    """Return the branch that HEAD names at the first of ``urls`` that answers, else the commit that it is.

    ``relative`` are those that the manifest gives relative to the host's own. None: it has no commits.

    Raises:
        TransferError: none of them can be reached.
    """
    for url in urls:
        asking = transport.for_url(url, relative=url in relative)
        try:
            refs, branch = listed(asking, url, ["HEAD"])
        except TransferError as error:
            if not error.is_unreachable or url == urls[-1]:
                raise
        else:
            return branch or refs.get("HEAD")
    return None


def listed(transport: Transport, where: str, patterns: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """Return which of ``patterns`` the remote has, each with its object, and the branch that its HEAD names.

    Without patterns: all refs that it has, and what tags stand for, by their names with ``^{}``.
    """
    answers: list[bytes] = []
    transport.retrying(
        lambda: answers.append(transport.read("ls-remote", "--quiet", "--symref", "--", where, *patterns)), where
    )
    there, head = {}, None
    for line in answers[-1].decode("utf-8", "surrogateescape").splitlines():
        what, _, name = line.partition("\t")
        if what.startswith("ref: refs/heads/") and name == "HEAD":
            head = what.removeprefix("ref: refs/heads/")
        elif name in patterns or not patterns:
            there[name] = what
    # git would take such a branch for an option.
    return there, None if head is not None and head.startswith("-") else head
