"""``git subprojects doctor``: why something does not work, and how to fix it."""

from __future__ import annotations

from git_subprojects.cli.options import WithManifest, flag, form
from git_subprojects.errors import FAILED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen

DESCRIPTION = "Check everything that these commands need, and say how to fix it."


class Options(WithManifest):
    """What is looked at."""

    online: bool = flag("--online", about="ask each server whether it answers")
    form: str = form()


def run(options: Options, screen: Screen) -> int:
    """Answer with how everything is that the commands need; return the exit status: FAILED where there is a problem."""
    from git_subprojects.commands.subprojects.doctor import installation, workspace
    from git_subprojects.output import doctor, forms
    from git_subprojects.plural import counted

    diagnoses = [*installation.diagnoses(), *workspace.diagnoses(options.manifest, screen, online=options.online)]
    screen.show(forms.render(options.form, doctor, diagnoses))
    levels = [diagnosis.level for diagnosis in diagnoses]
    problems, warnings = levels.count("problem"), levels.count("warning")
    screen.note(f"{counted(problems, 'problem')}, {counted(warnings, 'warning')}")
    return FAILED if problems else 0
