"""Programs run with a venue, a check and a format of rule files of the tests' own in the registries."""

import sys
from pathlib import Path

from tests.support.commands import Result, run
from tests.support.paths import ROOT

REGISTER = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "docs")!r}]
from git_subprojects.registries import CHECKS, RULE_FORMATS, VENUES, Entry, RuleFormat, VenueKind
VENUES["forgejo"] = VenueKind(
    "tests.support.plugins.forgejo", "a push to your fork", site="Forgejo", noun="pull request", hosts=("codeberg.org",)
)
CHECKS["spelling"] = Entry("tests.support.plugins.spelling", "words that are misspelt")
RULE_FORMATS["owners"] = RuleFormat(
    "tests.support.plugins.owners", "An OWNERS file in the tree.", styles=("plain", "fancy"), places=("OWNERS",)
)
"""


def command(name: str, *words: str, cwd: Path) -> Result:
    """Run one of the suite's commands."""
    module = name.replace("-", "_")
    program = f"{REGISTER}from git_subprojects.commands.{module} import main; sys.exit(main(sys.argv[1:]))"
    return run(sys.executable, "-c", program, *words, cwd=cwd)


def generated(name: str) -> str:
    """Return a file of ``docs/`` as it would be generated."""
    program = f"{REGISTER}import generate; print(generate.files()[generate.DOCS / sys.argv[1]])"
    ended = run(sys.executable, "-c", program, name)
    assert ended.code == 0, ended.err
    return ended.out
