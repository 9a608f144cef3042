"""A frozen manifest → its text, and data. Pure."""

from git_subprojects.manifest.frozen import Frozen


def text(frozen: Frozen) -> str:
    """Return the manifest."""
    return frozen.text.rstrip("\n")


def data(frozen: Frozen) -> dict[str, object]:
    """Return the commits of the host and of the projects."""
    return {
        "host": {"name": frozen.host, "commit": frozen.commit},
        "projects": [{"name": name, "path": path, "commit": commit} for name, path, commit in frozen.projects],
    }
