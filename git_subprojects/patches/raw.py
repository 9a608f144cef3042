"""What ``git log -z --raw`` and ``git diff-tree -z --raw`` write, read as it comes."""

from collections.abc import Iterable, Iterator

from git_subprojects.patches.model import Patch


def read(fields: Iterable[bytes]) -> Iterator[Patch]:
    """Yield the patches in the fields of such an output, which stand between its NULs, each with its paths in order.

    A path may look like anything: so the fields are counted, never guessed.
    """
    stream = iter(fields)
    patch: Patch | None = None
    paths: set[bytes] = set()
    for field in stream:
        # git ends the message with a line break.
        if field.lstrip(b"\n").startswith(b":"):
            names = 2 if field.rsplit(b" ", 1)[1][:1] in (b"R", b"C") else 1
            paths.update(next(stream, b"") for _ in range(names))
            continue
        _, mark, commit = field.partition(b"\x01")
        if mark:
            if patch is not None:
                yield patch._replace(paths=tuple(sorted(paths)))
            parents, author, subject, body = (next(stream, b"").decode("utf-8", "replace") for _ in range(4))
            ids = parents.split()
            base = ids[0] if ids else None
            patch = Patch(commit.decode(), subject, author, len(ids), (), base=base, message=body.rstrip())
            paths = set()
    if patch is not None:
        yield patch._replace(paths=tuple(sorted(paths)))
