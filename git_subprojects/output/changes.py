"""What came and went between two frozen manifests → text and data. Pure."""

from collections.abc import Sequence

from git_subprojects.plural import counted
from git_subprojects.workspace.changes import ProjectChanges


def text(changes: Sequence[ProjectChanges]) -> str:
    """Return a paragraph for each project that has changed."""
    return "\n".join(map(_paragraph, changes))


def _paragraph(project: ProjectChanges) -> str:
    name, old, new, commits, reason = project
    if old is None or new is None:
        return f"{name}: {f'new, at {new[:12]}' if new is not None else f'gone, was at {old}'}"
    line = f"{name}: {old[:12]}..{new[:12]}: "
    if commits is None:
        return line + reason
    came = sum(commit.mark == ">" for commit in commits)
    numbers = ((came, "came"), (len(commits) - came, "went"))
    line += ", ".join(f"{counted(number, 'commit')} {word}" for number, word in numbers if number)
    return "\n".join([line, *(f"  {commit.mark} {commit.commit[:12]} {commit.subject}" for commit in commits)])


def data(changes: Sequence[ProjectChanges]) -> dict[str, object]:
    """Return what became of each project."""
    return {
        "projects": [
            {
                "name": project.name,
                "old": project.old,
                "new": project.new,
                "came": _objects(project, ">"),
                "went": _objects(project, "<"),
                "reason": project.reason or None,
            }
            for project in changes
        ]
    }


def _objects(project: ProjectChanges, mark: str) -> list[dict[str, str]] | None:
    if project.commits is None:
        return None
    return [{"commit": commit.commit, "subject": commit.subject} for commit in project.commits if commit.mark == mark]
