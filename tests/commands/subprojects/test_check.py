"""``git subprojects check``: what the trees do not bear out, what is not there far away, and forms for programs."""

import json
import shlex
from pathlib import Path

import pytest
import yaml

from tests.support.commands import Command, config, run, shell
from tests.support.daemon import Daemon
from tests.support.paths import ROOT
from tests.support.repositories import make_host, sibling
from tests.support.repositories import upstream as make_upstream

pytestmark = pytest.mark.slow

MANIFEST = """schema = 1
[host]
name = "linux"
versions = "v*"
venue = { kind = "email", guide = "docs/guide.rst", check = [["scripts/check", "x"], ["make"]] }
[[host.rule]]
paths = ["*.c", "no/such/", "tools/"]
except = ["*.nothing"]
to = ["a@example.org"]
[[host.rule]]
paths = ["tools/"]

[project.tool]
url = "{url}/tool.git"
branch = "stable"
mirrors = ["{url}/mirror.git"]
[project.tool.venue]
kind = "email"
guide = "https://example.org/guide"
[[project.tool.pin]]
host = "v6.1"
revision = "r1"
[[project.tool.pin]]
host = "v9"
revision = "r9"
[project.tool.route]
maintainers = "MAINTAINERS"
codeowners = "file"

[project.perf]
within = ["tools/perf/", "tools/none/"]
[project.gone]
url = "../gone"
venue = {{ kind = "email" }}
rule = [{{ paths = ["*"] }}]
"""

WARNINGS = """\
subprojects.toml:5: warning: host.venue.guide: the tree has no docs/guide.rst
subprojects.toml:5: warning: host.venue.check[0]: the tree has no scripts/check
subprojects.toml:7: warning: host.rule[0].paths[1]: 'no/such/' matches nothing in the tree
subprojects.toml:8: warning: host.rule[0].except[0]: '*.nothing' matches nothing in the tree
subprojects.toml:10: warning: host.rule[1]: it gives a patch to nobody: expected 'to' or 'cc'
subprojects.toml:24: warning: project.tool.pin[1].host: the host has no tag v9
subprojects.toml:25: warning: project.tool.pin[1].revision: the clone has no r9
subprojects.toml:27: warning: project.tool.route.maintainers: the tree has no MAINTAINERS
subprojects.toml:31: warning: project.perf.within[1]: the tree has no files in tools/none/
subprojects.toml:34: warning: project.gone.venue: it takes mail, and nobody gets any: expected a 'route'
subprojects.toml:35: warning: project.gone.rule[0]: it gives a patch to nobody: expected 'to' or 'cc'
"""


@pytest.fixture
def linux(src: Path, daemon: Daemon) -> Path:
    config("subprojects.retries", "0")
    make_upstream(daemon.base, "tool", "echo > file; git add .; git commit -qm one; git tag r1; git branch stable")
    top = make_host(src, MANIFEST.replace("{ k", "{{ k", 1).replace("]] }", "]] }}", 1).format(url=daemon.url))
    sibling(top, f"{daemon.url}/tool.git")
    return top


def test_what_the_trees_do_not_bear_out(linux: Path, command: Command) -> None:
    ended = command("subprojects", "check", cwd=linux)
    assert (ended.code, ended.out) == (0, WARNINGS)
    assert ended.err == "subprojects.toml: 3 projects, 11 warnings\n"
    assert command("subprojects", "check", "--strict", cwd=linux).code == 1
    assert command("subprojects", "check", cwd=linux / "tools").out == WARNINGS
    assert command("subprojects", "check", cwd=linux.parent / "tool").out == WARNINGS


def test_what_is_not_here_is_not_judged(linux: Path, tmp_path: Path, command: Command) -> None:
    shell("rm -rf tool", linux.parent)
    ended = command("subprojects", "check", cwd=linux)
    assert "revision" not in ended.out
    assert "tool.route" not in ended.out
    outside = tmp_path / "outside"
    outside.mkdir()
    ended = command("subprojects", "check", "--manifest", linux / "subprojects.toml", cwd=outside)
    assert ended.code == 0
    assert [line.partition("warning: ")[2].partition(":")[0] for line in ended.out.splitlines()] == [
        "host.rule[1]",
        "project.gone.venue",
        "project.gone.rule[0]",
    ]
    shell("git clone -q --bare linux bare.git", linux.parent)
    ended = command("subprojects", "check", cwd=linux.parent / "bare.git")
    assert "host.rule[0].paths[1]: 'no/such/' matches nothing" in ended.out
    shell("git init -q .", outside)
    ended = command("subprojects", "check", cwd=outside)
    assert ended.out == "", "the built-in manifest is not about this tree"


def test_it_is_about_the_overrides_too(linux: Path, command: Command) -> None:
    (linux / "subprojects.local.toml").write_text('[project.tool.route]\n\nmaintainers = "OWNERS"\n')
    ended = command("subprojects", "check", cwd=linux)
    assert "subprojects.local.toml:3: warning: project.tool.route.maintainers: the tree has no OWNERS\n" in ended.out


HEAD = 'schema = 1\n[project.lib]\nurl = "../lib"\n'

DEFINED = {
    "in a table": (
        HEAD + '[project.tool]\nurl = "../tool"\n[project.tool.route]\nmaintainers = "MAINTAINERS"\n',
        "[project.tool]\nbranch = 'main'\n",
        "subprojects.toml:7: warning: project.tool.route.maintainers: the tree has no MAINTAINERS",
    ),
    "in an array of tables": (
        HEAD + '[project.tool]\nurl = "../tool"\n[[project.tool.pin]]\n[[project.tool.pin]]\nhost = "v9"\n',
        "[project.tool]\nbranch = 'main'\n[project.tool.route]\nto = ['a@b']\n",
        "subprojects.toml:8: warning: project.tool.pin[1].host: the host has no tag v9",
    ),
    "by a dotted key": (
        HEAD + '[project]\ntool.url = "../tool"\ntool.route.codeowners = "OWNERS"\n',
        "project.tool.branch = 'main'\n",
        "subprojects.toml:6: warning: project.tool.route.codeowners: the tree has no OWNERS",
    ),
    "in a table of one line": (
        HEAD + 'project.tool = { url = "../tool" }\n[host]\nvenue = { kind = "email", guide = "none" }\n',
        "[host.venue]\nprefix = 'PATCH x'\n",
        "subprojects.toml:6: warning: host.venue.guide: the tree has no none",
    ),
    "in a table that the overrides only add to": (
        HEAD + '[project.tool]\nurl = "../tool"\n[project.tool.venue]\nkind = "email"\n',
        "[project.tool.venue]\nsign-off = true\n",
        "subprojects.toml:6: warning: project.tool.venue: it takes mail, and nobody gets any: expected a 'route'",
    ),
    "by the overrides, in a table": (
        HEAD + '[project.tool]\nurl = "../tool"\n[project.tool.route]\nto = ["a@b"]\n',
        "[project.tool.route]\n\nmaintainers = 'MAINTAINERS'\n",
        "subprojects.local.toml:3: warning: project.tool.route.maintainers: the tree has no MAINTAINERS",
    ),
    "by the overrides, in an array that replaces another": (
        HEAD + '[project.tool]\nurl = "../tool"\n[[project.tool.pin]]\nhost = "v8"\n',
        "[project.tool]\n[[project.tool.pin]]\nrevision = 'r1'\nhost = 'v9'\n",
        "subprojects.local.toml:4: warning: project.tool.pin[0].host: the host has no tag v9",
    ),
    "by the overrides alone": (
        HEAD,
        "[project.mine]\nwithin = ['none/']\n",
        "subprojects.local.toml:2: warning: project.mine.within[0]: the tree has no files in none/",
    ),
}


@pytest.mark.parametrize(("manifest", "overrides", "expected"), DEFINED.values(), ids=DEFINED)
def test_the_file_that_defines_a_key_is_named(
    linux: Path, command: Command, manifest: str, overrides: str, expected: str
) -> None:
    if "project.tool = {" in manifest:
        manifest = manifest.replace(HEAD, "schema = 1\nproject.lib.url = '../lib'\n\n")
    (linux / "subprojects.toml").write_text(manifest)
    (linux / "subprojects.local.toml").write_text(overrides)
    assert expected in command("subprojects", "check", cwd=linux).out.splitlines()
    file, line, rest = expected.split(":", 2)
    key, message = rest.removeprefix(" warning: ").split(": ", 1)
    answer = json.loads(command("subprojects", "check", "--json", cwd=linux).out)
    wanted = {"severity": "warning", "file": file, "line": int(line), "key": key, "message": message}
    assert wanted in answer["problems"]
    github = command("subprojects", "check", "--format=github", cwd=linux).out
    assert f"::warning file={file},line={line},title=git subprojects check::{key}: {message}\n" in github


def test_the_file_that_contradicts_itself_is_named(linux: Path, command: Command) -> None:
    (linux / "subprojects.toml").write_text("schema = 1\n\n[project.x]\ndirectory = 'x'\n")
    (linux / "subprojects.local.toml").write_text("[project.x]\nbranch = 'main'\n")
    ended = command("subprojects", "check", "--format=github", cwd=linux)
    assert ended.out.startswith("::error file=subprojects.toml,line=3,title=git subprojects check::project.x: expected")
    (linux / "subprojects.toml").write_text("schema = 1\n[project.x]\nurl = '../x'\ndepth = 1\n")
    (linux / "subprojects.local.toml").write_text("[project.x]\n\nfilter = 'blob:none'\n")
    ended = command("subprojects", "check", "--format=github", cwd=linux)
    assert ended.out.startswith("::error file=subprojects.local.toml,line=3,")


def test_what_is_not_there_far_away(linux: Path, daemon: Daemon, command: Command) -> None:
    ended = command("subprojects", "check", "--online", cwd=linux)
    assert ended.code == 1
    errors = [line for line in ended.out.splitlines() if "warning" not in line]
    assert [line.partition(": error: ")[0] for line in errors] == [f"subprojects.toml:{line}" for line in (16, 25, 33)]
    assert f"project.tool.mirrors[0]: {daemon.url}/mirror.git: " in errors[0]
    assert errors[1].endswith(f"project.tool.pin[1].revision: {daemon.url}/tool.git has no r9")
    assert "project.gone.url: " in errors[2]
    assert ended.err.endswith("subprojects.toml: 3 projects, 3 errors, 11 warnings\n")
    text = (linux / "subprojects.toml").read_text().replace('"stable"', '"nothing"')
    (linux / "subprojects.toml").write_text(text)
    ended = command("subprojects", "check", "--online", "-j1", cwd=linux)
    assert "project.tool.branch: " in ended.out
    (linux / "subprojects.toml").write_text(text.replace("../gone", "../../../../../../../../../../../x"))
    assert (
        "project.gone.url: it cannot be resolved against" in command("subprojects", "check", "--online", cwd=linux).out
    )


def test_all_is_well_far_away(linux: Path, daemon: Daemon, command: Command) -> None:
    text = f'schema = 1\n[project.tool]\nurl = "{daemon.url}/tool.git"\nbranch = "stable"\n'
    (linux / "subprojects.toml").write_text(f'{text}pin = [{{ revision = "refs/tags/r1" }}]\n')
    ended = command("subprojects", "check", "--online", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (0, "", "subprojects.toml: 1 project, no problems\n")
    (linux / "subprojects.toml").write_text(f'schema = 1\n[project.tool]\nurl = "file://{daemon.base}/tool.git"\n')
    ended = command("subprojects", "check", "--online", cwd=linux)
    assert ended.code == 1, "a manifest may not have local files asked for"
    assert "transport 'file' not allowed" in ended.out


def test_for_github(linux: Path, command: Command) -> None:
    ended = command("subprojects", "check", "--format=github", cwd=linux)
    assert ended.out.splitlines()[2] == (
        "::warning file=subprojects.toml,line=7,title=git subprojects check"
        "::host.rule[0].paths[1]: 'no/such/' matches nothing in the tree"
    )
    shell("mv subprojects.toml 'a,b:%.toml'; git config subprojects.manifest 'a,b:%.toml'", linux)
    (linux / "a,b:%.toml").write_text("schema = 1\nx = '%'\n[project.a]\n")
    ended = command("subprojects", "check", "--format=github", cwd=linux)
    assert ended.code == 1
    first, second = ended.out.splitlines()
    assert first.startswith("::error file=a%2Cb%3A%25.toml,line=2,title=git subprojects check::x: ")
    assert second.startswith(
        "::error file=a%2Cb%3A%25.toml,line=3,title=git subprojects check::project.a: expected a 'url'"
    )


def test_in_json(linux: Path, command: Command) -> None:
    ended = command("subprojects", "check", "--json", cwd=linux)
    assert json.loads(ended.out)["problems"][2] == {
        "severity": "warning",
        "file": "subprojects.toml",
        "line": 7,
        "key": "host.rule[0].paths[1]",
        "message": "'no/such/' matches nothing in the tree",
    }


def test_as_a_pre_commit_hook(linux: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["pass_filenames"] is False
    assert run(*shlex.split(hook["entry"]), cwd=linux).code == 1
    (linux / "subprojects.toml").write_text("schema = 1\n")
    assert run(*shlex.split(hook["entry"]), cwd=linux).code == 0


def test_many_patterns_take_no_time(linux: Path, command: Command) -> None:
    patterns = ", ".join(f'"nothing-{number}"' for number in range(5000))
    rule = f'[[host.rule]]\npaths = [{patterns}]\nto = ["a@example.org"]\n'
    (linux / "subprojects.toml").write_text(f"schema = 1\n{rule}")
    assert command("subprojects", "check", cwd=linux).out.count("matches nothing") == 500
