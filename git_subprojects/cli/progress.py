"""Progress of several transfers on a terminal."""

from typing import Protocol

from git_subprojects.cli.screen import Screen, clean


class Meter(Protocol):
    """Shows how far several transfers are; used from any thread."""

    def __enter__(self) -> "Meter":
        """Begin to show."""

    def __exit__(self, *exception: object) -> None:
        """Leave the screen as it was."""

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Show one transfer: in which phase, how far, and its bytes and speed in words."""

    def finish(self, name: str) -> None:
        """Show one transfer no more."""


class NoMeter:
    """For those who want quiet, and for where no terminal is."""

    def __enter__(self) -> "NoMeter":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Do nothing."""

    def finish(self, name: str) -> None:
        """Do nothing."""


class LiveMeter:
    """A line for each project, with phase, bar, objects, bytes and speed, and one for all of them."""

    def __init__(self, screen: Screen, names: list[str]) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskID,
            TextColumn,
            TimeElapsedColumn,
        )

        self._screen = screen
        self._console = Console(file=screen.err, highlight=False, emoji=False, markup=False)
        self._progress = Progress(
            TextColumn("{task.fields[project]}", markup=False),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rest]}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._phases: dict[str, str] = {}
        self._all = self._progress.add_task("projects", total=len(names), project="all", rest="")

    def __enter__(self) -> "LiveMeter":
        self._progress.start()
        self._screen.above = lambda text: self._console.print(text, soft_wrap=True)
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.above = None
        self._progress.stop()

    def show(self, name: str, phase: str, done: int, total: int | None, rest: str) -> None:
        """Show one transfer: in which phase, how far, and its bytes and speed in words."""
        if self._phases.get(name) != phase:
            # A line keeps the total it has had, and the next phase may have none.
            if name in self._phases:
                self._progress.remove_task(self._tasks[name])
            self._tasks[name] = self._progress.add_task(clean(phase), total=total, project=name, rest="")
            self._phases[name] = phase
        self._progress.update(self._tasks[name], completed=done, total=total, rest=clean(rest))

    def finish(self, name: str) -> None:
        """Take the project's line away and count it."""
        if self._phases.pop(name, None) is not None:
            self._progress.remove_task(self._tasks.pop(name))
        self._progress.advance(self._all)


def meter(screen: Screen, names: list[str]) -> Meter:
    """Return what shows the transfers of ``names`` on this screen."""
    return LiveMeter(screen, names) if names and screen.is_interactive and not screen.quiet else NoMeter()
