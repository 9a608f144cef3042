"""What a foreign manifest comes to → the text of a manifest, and data. Pure."""

from git_subprojects.manifest.interchange.common import Imported


def text(imported: Imported) -> str:
    """Return the manifest."""
    return imported.text.rstrip("\n")


def data(imported: Imported) -> dict[str, object]:
    """Return its projects, the groups that are chosen by default, and what is left out."""
    return {"projects": imported.projects, "groups": imported.groups, "left_out": imported.left_out}
