"""``git route-patch --check``: what is wrong with patches, as it is found before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.outgoing import check
from git_subprojects.commands.route_patch.several_projects import sessions
from git_subprojects.errors import FAILED
from git_subprojects.output import findings as output
from git_subprojects.output.forms.json import document
from git_subprojects.system.scratch import scratch_folder

if TYPE_CHECKING:
    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.options import Check


def run(options: Check, screen: Screen) -> int:
    """Show what is found; return the exit status: FAILED where there is an error, or with --strict a warning."""
    with scratch_folder() as folder, sessions(options, screen, folder) as routed:
        checked = check(routed, options, screen, folder)
    findings = checked.findings
    if options.form == "json":
        screen.data(document(**output.data(findings)))
    elif text := output.terse(findings) if options.terse else output.text(findings):
        screen.answer(text)
    screen.note(output.summary(findings))
    severities = {finding.severity for finding in findings}
    strict = options.strict and (checked.has_problems or "warning" in severities)
    return FAILED if strict or "error" in severities else 0
