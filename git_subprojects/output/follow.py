"""Whether ``git pull`` in the host updates the clones → text and data. Pure."""

from git_subprojects.workspace.facts import FollowState


def text(state: FollowState) -> str:
    """Return that, how the last update went, and where its log is, on a line each."""
    lines = [f"on, by the hooks in {state.folder}" if state.follows else "off"]
    if state.running:
        lines.append("an update is running")
    elif state.last is not None:
        date, status = state.last
        lines.append(f"the last update began {date} and {'did all' if status == 0 else 'left something'}")
    if state.has_log:
        lines.append(f"log: {state.log}")
    return "\n".join(lines)


def data(state: FollowState) -> dict[str, object]:
    """Return all that is known."""
    return {
        "follows": state.follows,
        "folder": state.folder,
        "hooks": state.hooks,
        "running": state.running,
        "last": None if state.last is None else {"date": state.last[0], "status": state.last[1]},
        "log": state.log,
    }
