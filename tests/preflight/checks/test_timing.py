"""What a list wants of a series: not too long, not too soon, not in the merge window; and what stable trees need."""

from pathlib import Path

import pytest

from git_subprojects.sending.outgoing import Written
from tests.support.checks import found, going_out, patch
from tests.support.commands import config, run, shell
from tests.support.repositories import clone_to_work_on


@pytest.mark.parametrize(("number", "findings"), [(15, 0), (16, 1)])
def test_a_long_series(number: int, findings: int) -> None:
    outgoing = going_out(patch())._replace(written=tuple(Written(patch(), "x", 1) for _ in range(number)))
    assert len(found("long-series", outgoing)) == findings


@pytest.mark.parametrize(("hours", "findings"), [(None, 0), (23.5, 1), (24.5, 0)])
def test_a_version_that_comes_soon(hours: float | None, findings: int) -> None:
    assert len(found("too-soon", going_out(patch()), hours_since_last=lambda _: hours)) == findings


@pytest.mark.parametrize(
    ("lines", "findings"),
    [
        ("Cc: stable@vger.kernel.org", 1),
        ("Cc: <Stable@vger.kernel.org>", 1),
        ("Cc: <stable@vger.kernel.org> # 6.1+", 0),
        ('Fixes: 1234567890ab ("x")\nCc: stable@vger.kernel.org', 0),
        ("Cc: other@example.org", 0),
    ],
)
def test_for_stable_trees(lines: str, findings: int) -> None:
    assert len(found("stable", going_out(patch(message=f"body\n\n{lines}")))) == findings


@pytest.mark.parametrize(
    ("tags", "findings"), [("v6.1-rc1 v6.1", 1), ("v6.1-rc1", 0), ("v6.1", 0), ("v9.0.0-rc1 v9.0.0", 0)]
)
def test_the_merge_window(src: Path, tags: str, findings: int) -> None:
    config("user.email", "author@example.org")
    manifest = 'schema = 1\n[host]\nname = "linux"\nroute.to = ["list@example.org"]\n'
    top = clone_to_work_on(src, {"subprojects.toml": manifest, "f": "1\n"})
    for tag in tags.split():
        shell(f"git -C ../upstream commit -q --allow-empty -m {tag}; git -C ../upstream tag -am {tag} {tag}", top)
    shell("git fetch -q --tags; git rebase -q origin/main; echo 2 > f; git commit -qam 'f: two'", top)
    ended = run("git", "route-patch", "--check", "HEAD", cwd=top)
    assert ended.out.count("merge-window: ") == findings
