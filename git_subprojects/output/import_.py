"""What a foreign manifest comes to → the text of a manifest, and data. Pure."""

from git_subprojects.manifest.interchange.common import Imported


def text(imported: Imported) -> str:
    """Return the manifest."""
    return imported.text.rstrip("\n")


def data(imported: Imported) -> dict[str, object]:
    """Return its projects, and what is left out."""
    return {"projects": imported.projects, "left_out": imported.left_out}
