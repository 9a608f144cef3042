"""Paths that no rule covers. Pure."""

from collections.abc import Iterator

from git_subprojects.preflight.base import Facts, Finding
from git_subprojects.sending.outgoing import Outgoing

_MOST_SHOWN = 5


def find(outgoing: Outgoing, _: Facts) -> Iterator[Finding]:
    """Yield the paths that no rule covers, all at once."""
    paths = [path.decode("utf-8", "replace") for path in outgoing.destination.uncovered]
    if paths:
        more = f" and {len(paths) - _MOST_SHOWN} more" if len(paths) > _MOST_SHOWN else ""
        yield Finding(
            "warning",
            f"no rule covers {', '.join(paths[:_MOST_SHOWN])}{more}: is there somebody else who should see this?",
            "git route-patch --history shows who has changed them lately",
        )
