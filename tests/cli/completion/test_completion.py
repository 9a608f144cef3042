"""The answer to a TAB, in argcomplete's protocol and without a shell."""

import argparse
import sys
import textwrap
from pathlib import Path

import pytest

from git_subprojects.cli.completion.options_table import COMMANDS
from git_subprojects.cli.registry import VERBS
from git_subprojects.commands import clone_project, route_patch, subprojects
from tests.support.commands import Result, config, run, shell
from tests.support.repositories import make_host
from tests.support.tab import BASH, FISH, MANIFEST, ZSH, offered, press

PARSERS: dict[str, argparse.ArgumentParser] = {
    "clone-project": clone_project.command().parser(),
    "route-patch": route_patch.command().parser(),
    "subprojects": subprojects.parser(),
    **{f"subprojects {name}": subprojects.parser_of(name, verb.load()) for name, verb in VERBS.items()},
}


@pytest.fixture
def host(src: Path) -> Path:
    """Return a host with a manifest of its own."""
    return make_host(src, MANIFEST, kept=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("git-clone-project sy", ["sysfoo", "sysbar"]),
        ("git clone-project sy", ["sysfoo", "sysbar"]),
        ("git clone-project sysf", ["sysfoo "]),
        ("git clone-project ", ["sysfoo", "sysbar", "other"]),
        ("git clone-project --build -j4 sysf", ["sysfoo "]),
        ("git clone-project -- sysf", ["sysfoo "]),
        ("git clone-project sysfoo sy", ["sysbar "]),
        ("git clone-project sy| sysfoo", ["sysbar "]),
        ("git clone-project 'sy", ["sysfoo", "sysbar"]),
        ("git clone-project no", []),
        ("git route-patch --project sy", ["sysfoo", "sysbar"]),
        ("git route-patch --to --project=sysf", ["sysfoo "]),
        ("git route-patch --rules-from HEA", ["HEAD "]),
        ("git route-patch 'x' --rules-from HEA", ["HEAD "]),
        ("git route-patch 'x' --project sysf", ["sysfoo "]),
        ("git clone-project --group ", ["boot", "trace"]),
        ("git clone-project --group trace --group ", ["boot "]),
        ("git clone-project --group=t", ["trace "]),
        ("git subprojects list --group t", ["trace "]),
        ("git clone-project --group -", ["-boot", "-trace"]),
        ("git clone-project --group -trace --group -b", ["-boot "]),
        ("git clone-project --all --exclude sysf", ["sysfoo "]),
        ("git clone-project --depth ", []),
        ("git clone-project --revision sy", []),
        ("git clone-project --dr", ["--dry-run "]),
        ("git clone-project --manifest sub", ["subprojects.toml "]),
        ("git subprojects ", list(VERBS)),
        ("git subprojects ado", ["adopt "]),
        ("git subprojects foreach --project sysf", ["sysfoo "]),
        ("git subprojects grep --group t", ["trace "]),
        ("git subprojects info sysf", ["sysfoo "]),
        ("git subprojects status sysfoo sy", ["sysbar "]),
        ("git subprojects status --group t", ["trace "]),
        ("git subprojects update -j 2 sysf", ["sysfoo "]),
        ("git route-patch --setup ", ["b4", "send-email"]),
        ("git route-patch --setup s", ["send-email "]),
        ("git route-patch --skip-check si", ["sign-off", "size"]),
        ("git route-patch --send v", ["v6.1 "]),
        ("git route-patch --output to", ["tools/"]),
        ("git route-patch -v 2 --subject-prefix PATCH v", ["v6.1 "]),
        ("git subprojects adopt t", ["tools/"]),
        ("git subprojects list ", []),
        ("git route-patch ", ["HEAD", "master", "v6.1"]),
        ("git route-patch v", ["v6.1 "]),
        ("git route-patch HEAD~3..v", ["HEAD~3..v6.1 "]),
        ("git route-patch HEAD...v", ["HEAD...v6.1 "]),
        ("git route-patch ^v", ["^v6.1 "]),
        ("git route-patch --to v", ["v6.1 "]),
        ("git route-patch --group ", ["HEAD", "master", "v6.1"]),
        ("git route-patch --twin sy", ["sysfoo", "sysbar"]),
        ("git route-patch --port=sysf", ["sysfoo "]),
        ("git route-patch --onto v", ["v6.1 "]),
        ("git route-patch --twins --onto master --onto v", ["v6.1 "]),
        ("git route-patch --branch v", []),
        ("git route-patch nothing:", []),
    ],
)
def test_what_is_offered(host: Path, line: str, expected: list[str]) -> None:
    assert offered(line, host) == expected


def test_revisions_of_another_project(host: Path) -> None:
    shell("git init -q -b theirs .; git commit -q --allow-empty -m x; git branch topic", host.parent / "sysfoo")
    assert offered("git route-patch sysfoo:", host) == ["HEAD", "theirs", "topic"], "bash puts it behind the colon"
    assert offered("git route-patch sysfoo:to", host, FISH) == ["sysfoo:topic\tbranch"]
    assert offered("git route-patch sysfoo:HEAD..to", host, FISH) == ["sysfoo:HEAD..topic\tbranch"]
    assert offered("git route-patch sysfoo:topic", host, ZSH) == [r"sysfoo\:topic:branch"]
    assert offered("git route-patch host:v", host, FISH) == ["host:v6.1\ttag"]
    assert offered("git route-patch sysbar:", host) == [], "it is not cloned"


def test_each_shell_gets_its_own_form(host: Path) -> None:
    line = "git clone-project s"
    assert offered(line, host, ZSH) == ["sysfoo:Watches what the system does", "sysbar:Bars: many of them"]
    assert offered(line, host, FISH) == ["sysfoo\tWatches what the system does", "sysbar\tBars: many of them"]
    assert offered("git clone-project o", host, ZSH) == ["other:"]
    assert offered("git route-patch v", host, FISH) == ["v6.1\ttag"]
    assert offered("git subprojects li", host, FISH) == ["list\tshow the projects"]


SHELLS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "git-clone-project sy"),
        ("fish", "git-clone-project "),
        ("zsh", "git-clone-project sy"),
        ("bash", "git-clone-project --build --depth 3 sysb"),
        ("bash", "git-clone-project -j 3 sysfoo sysb"),
        ("bash", "git-clone-project -nj "),
        ("bash", "git-clone-project -nj 3 sy"),
        ("bash", "git-clone-project --group --build sy"),
        ("zsh", "git-clone-project --group=trace --manifest=../other.toml "),
        ("bash", "git-clone-project --manifest ../other.toml --group "),
        ("bash", "git-clone-project --manifest HEAD:subprojects.toml -- o"),
        ("bash", "git-clone-project --group trace --group=b"),
        ("zsh", "git-clone-project --group trace --group=b"),
        ("fish", "git-clone-project --group trace --group=b"),
        ("bash", "git-subprojects list --group "),
        ("fish", "git-subprojects list --manifest=../other.toml --group new"),
        ("bash", "git-subprojects list s"),
        ("bash", "git-route-patch "),
        ("zsh", "git-route-patch --json HEAD.."),
        ("fish", "git-route-patch HEAD v"),
    ],
)
def test_both_roads_lead_to_the_same_words(host: Path, shell: str, line: str) -> None:
    (host.parent / "other.toml").write_text(textwrap.dedent(MANIFEST).replace("trace", "newer"))
    command, _, rest = line.partition(" ")
    # With a quote in it the line goes to argcomplete, which has "None" where there is no description.
    by_argcomplete = offered(f'"{command}" {rest}', host, SHELLS[shell])
    assert offered(line, host, SHELLS[shell]) == [word.removesuffix("None") for word in by_argcomplete]


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep coverage, which imports much, out of the commands."""
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


def modules_for(line: str, cwd: Path) -> set[str]:
    """Return the modules that are imported to answer a line."""
    answer = press(line, cwd, python=("-X", "importtime"))
    assert answer.out
    return {row.rpartition("|")[2].strip() for row in answer.err.splitlines()}


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    "line",
    [
        "git clone-project sy",
        "git clone-project -n --group t",
        "git subprojects list --group=t",
        "git route-patch HEAD..",
    ],
)
def test_what_the_repository_knows_is_answered_at_once(host: Path, line: str) -> None:
    slow = {"argparse", "argcomplete", "subprocess", "git_subprojects.manifest.reader", "pygit2", "rich", "threading"}
    assert not slow & modules_for(line, host)


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    "line", ["git clone-project -", "git clone-project 'sy", "git subprojects ", "git route-patch 'H"]
)
def test_argcomplete_answers_without_what_no_answer_needs(host: Path, line: str) -> None:
    modules = modules_for(line, host)
    assert "argcomplete" in modules
    assert not {"pygit2", "rich", "git_subprojects.manifest.reader", "git_subprojects.cli.screen"} & modules


@pytest.mark.slow
@pytest.mark.parametrize("line", PARSERS)
def test_every_option_is_offered(host: Path, line: str) -> None:
    options = {option for action in PARSERS[line]._actions for option in action.option_strings}
    assert set(offered(f"git {line} -", host)) == options
    assert set(offered(f"git {line} --", host)) == {option for option in options if option.startswith("--")}


@pytest.mark.parametrize("line", COMMANDS)
def test_options_with_values_are_those_of_the_parsers(line: str) -> None:
    with_value = [action for action in PARSERS[line]._actions if action.option_strings and action.nargs != 0]
    assert {option for action in with_value for option in action.option_strings} == {
        entry.partition("=")[0] for entry in COMMANDS[line].split(" ")[1:]
    }


def test_after_two_dashes_nothing_is_an_option(host: Path) -> None:
    assert offered("git clone-project -- -", host) == []
    assert offered("git clone-project -- --group s", host) == ["sysfoo", "sysbar"]


def test_outside_any_repository_the_built_in_names_are_offered(tmp_path: Path) -> None:
    assert offered("git clone-project sys", tmp_path) == ["systemtap "]
    assert offered("git clone-project 'sys", tmp_path) == ["systemtap"]
    assert "founding" in offered("git clone-project --group ", tmp_path)
    assert offered("git route-patch ", tmp_path) == []


def test_a_sibling_and_the_users_settings_are_heeded(host: Path) -> None:
    sibling = host.parent / "sysfoo"
    shell("git init -q . && git config subprojects.host ../linux && git config subprojects.project sysfoo", sibling)
    assert offered("git clone-project o", sibling) == ["other "]
    (host / "subprojects.local.toml").write_text('[project.otter]\ndescription = "Swims"\n')
    assert offered("git clone-project ot", host) == ["other", "otter"]
    (host.parent / "mine.toml").write_text("[project.oak]\n")
    config("subprojects.manifest", "../mine.toml")
    assert offered("git clone-project o", host) == ["oak "]


BROKEN = {
    "no TOML": b"[project.sysfoo\n",
    "no UTF-8": b"[project.sysfoo]\ndescription = '\xff'\n",
    "nested": b"a = " + b"[" * 2000,
    "other types": b"project = [1]\n",
    "hostile names": b'[project."sy$(touch ran)"]\n[project."sy`touch ran`"]\n[project."sy\\nx"]\n[project."-sy"]\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_manifest_is_met_with_silence(host: Path, content: bytes) -> None:
    (host / "subprojects.toml").write_bytes(content)
    for line in ("git clone-project ", "git clone-project 's", "git clone-project --group "):
        assert press(line, host) == Result(0, "", "")
    assert offered("git clone-project --dr", host) == ["--dry-run "]


def test_what_is_right_in_a_faulty_manifest_is_offered(host: Path) -> None:
    (host / "subprojects.toml").write_text(
        '[project.one]\ngroups = 5\n[project.two]\ngroups = [[], "good", "b d"]\ndescription = "a\\nb"\n'
    )
    assert offered("git clone-project ", host, ZSH) == ["one:", "two:"]
    assert offered("git clone-project --group ", host) == ["good "]


@pytest.mark.slow
def test_what_cannot_be_read_is_met_with_silence(host: Path) -> None:
    (host / "subprojects.toml").unlink()
    (host / "subprojects.toml").mkdir()
    assert press("git clone-project s", host) == Result(0, "", "")
    assert press("git clone-project --manifest no-such-file s", host) == Result(0, "", "")
    orphan = host.parent / "orphan"
    shell("git init -q . && git config subprojects.host ../gone && git config subprojects.project sysfoo", orphan)
    assert press("git clone-project s", orphan) == Result(0, "", "")
    assert press("git clone-project 's", orphan) == Result(0, "", "")


def test_without_git_or_a_listener_there_is_silence(host: Path) -> None:
    assert press("git clone-project s", host, {**BASH, "PATH": ""}) == Result(0, "", "")
    line = {"COMP_LINE": "git-clone-project s", "COMP_POINT": "19", "_ARGCOMPLETE": "1"}
    assert run(sys.executable, host / ".programs" / "git-clone-project", cwd=host, **line) == Result(0, "", "")


def test_names_that_need_quotes_are_quoted_for_the_shell(host: Path) -> None:
    shell("git branch 'fea(x)' && git branch plain", host)
    assert offered("git route-patch f", host) == ["fea\\(x\\) "]
    assert offered("git route-patch f", host, FISH) == ["fea(x)\tbranch"]
    assert offered("git route-patch p", host) == ["plain "]


def test_refs_of_every_kind_are_offered_once(host: Path) -> None:
    shell(
        r"""
        git branch v6.1 && git update-ref refs/remotes/origin/next HEAD && git update-ref refs/stash HEAD
        git update-ref "$(printf 'refs/heads/caf\351')" HEAD
        """,
        host,
    )
    assert offered("git route-patch ", host, FISH) == [
        "HEAD\twhat is checked out",
        "master\tbranch",
        "v6.1\tbranch",
        "origin/next\tremote branch",
    ]


@pytest.mark.slow
def test_files_are_offered_as_they_are_named(host: Path) -> None:
    for name in ("with blank.toml", ".hidden.toml", "caf\udce9.toml", "line\nbreak.toml", "home/mine.toml"):
        (host / name).parent.mkdir(exist_ok=True)
        (host / name).touch()
    assert offered("git clone-project --manifest ", host) == [
        "home/",
        "subprojects.toml",
        "tools/",
        "with\\ blank.toml",
    ]
    assert offered("git clone-project --manifest .h", host) == [".hidden.toml "]
    assert offered("git clone-project --manifest=home/", host) == ["home/mine.toml "]
    assert offered("git clone-project --manifest ~/m", host, {**FISH, "HOME": str(host / "home")}) == ["~/mine.toml\t"]
    assert offered("git subprojects adopt ", host) == ["home/", "tools/"]
    assert offered("git subprojects adopt no/such/", host) == []


def test_a_partial_clone_fetches_nothing(host: Path) -> None:
    shell("git -C linux config uploadpack.allowFilter true", host.parent)
    shell("git clone -q --bare --filter=blob:none file://$PWD/linux bare", host.parent)
    bare = host.parent / "bare"
    missing = "git rev-list --objects --all --missing=print | grep -c '^?'"
    before = shell(missing, bare)
    assert press("git clone-project s", bare) == Result(0, "", "")
    assert shell(missing, bare) == before
    assert before != "0\n"


def test_a_file_may_take_the_answer(host: Path) -> None:
    answer = host.parent / "answer"
    assert press("git clone-project o", host, {**BASH, "_ARGCOMPLETE_STDOUT_FILENAME": str(answer)}).out == ""
    assert answer.read_text() == "other "
