"""A verb."""

from __future__ import annotations

from git_subprojects.cli.options import Common, form, operand, option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Greet a project."


class Options(Common):
    """What it takes."""

    word: str | None = option("-w", "--word", metavar="WORD", about="the word to greet with")
    form: str = form()
    project: str = operand("PROJECT", words="projects", about="the project")


def run(options: Options, screen: Screen) -> int:
    """Greet; return the exit status."""
    from git_subprojects.output.forms import render
    from tests.support.plugins import greeting

    screen.show(render(options.form, greeting, f"{options.word or 'hello'} {options.project}"))
    return 0
