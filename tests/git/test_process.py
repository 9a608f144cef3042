"""git as the other modules see it: config, files in revisions, and what another repository must not inherit."""

import os
from pathlib import Path

import pytest

from git_subprojects.errors import Error
from git_subprojects.git.config import Config
from git_subprojects.git.process import LOCAL_VARIABLES, FastGit, Git, GitError, LocalGit
from tests.support.commands import config, shell

OF_OTHER_GITS = {"GIT_INTERNAL_SUPER_PREFIX"}
"""Which git had until 2.39, and has no more."""


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Return git in a repository with some files and settings."""
    top = tmp_path / "top"
    shell(
        """
        git init -q .
        printf 'a\\0b\\n\\377' > binary; : > empty; mkdir sub; echo 1 > 'sub/with space'; echo 2 > $'tab\\there'
        echo 3 > $'caf\\xe9'; echo 4 > 'x blob'; echo 5 > 'x 12'; ln -s empty link; echo 6 > -x
        git add .; git commit -qm first; git tag v1; git rm -q empty; git commit -qm second
        """,
        top,
    )
    return Git(os.environ, str(top))


def test_the_local_variables_are_git_s_own(git: Git) -> None:
    named = set(git.output("rev-parse", "--local-env-vars").decode().split())
    of_the_user = {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"}
    assert named - of_the_user - OF_OTHER_GITS == LOCAL_VARIABLES - OF_OTHER_GITS
    assert named >= of_the_user


def test_elsewhere_nothing_points_back(git: Git, tmp_path: Path) -> None:
    shell("git init -q .; git config x.y other", tmp_path / "other")
    (tmp_path / "plain").mkdir()
    here = git._replace(
        environment={
            **os.environ,
            **dict.fromkeys(LOCAL_VARIABLES, f"{tmp_path}/top/.git"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "x.z",
            "GIT_CONFIG_VALUE_0": "of the user",
        }
    )
    there = here.elsewhere(f"{tmp_path}/other")
    assert there.config(r"^x\.") == Config({"x.y": ["other"], "x.z": ["of the user"]})
    assert there.elsewhere(f"{tmp_path}/plain").run("rev-parse", "--git-dir").returncode == 128
    shell("git init -q .", tmp_path)
    for folder in ("plain", "plain/", "plain//"):
        assert there.elsewhere(f"{tmp_path}/{folder}").run("rev-parse", "--git-dir").returncode == 128, (
            "not its parent's"
        )
    assert there.elsewhere("/").run("rev-parse", "--git-dir").returncode == 128


@pytest.mark.parametrize(
    ("revision", "path", "content"),
    [
        ("HEAD", "binary", b"a\0b\n\xff"),
        ("v1", "empty", b""),
        ("HEAD", "empty", None),
        ("HEAD", "sub/with space", b"1\n"),
        ("HEAD", "tab\there", b"2\n"),
        ("HEAD", "caf\udce9", b"3\n"),
        ("HEAD", "x blob", b"4\n"),
        ("HEAD", "x 12", b"5\n"),
        ("HEAD", "link", b"empty"),
        ("HEAD", "-x", b"6\n"),
        ("HEAD", "sub", None),
        ("HEAD", "sub/", None),
        ("HEAD", "no blob", None),
        ("HEAD", "no blob 12", None),
        ("HEAD", "no", None),
        ("HEAD", "/etc/passwd", None),
        ("HEAD", "binary\nHEAD:x 12", None),
        ("nonsense", "binary", None),
        ("-x", "binary", None),
        ("--batch-all-objects", "binary", None),
        ("a b", "binary", None),
    ],
)
def test_blob(git: Git, revision: str, path: str, content: bytes | None) -> None:
    assert git.blob(revision, path) == content


def test_a_path_out_of_the_repository_is_git_s_error(git: Git) -> None:
    with pytest.raises(GitError, match="is outside repository"):
        git.blob("HEAD", "../binary")


def test_blob_without_commits(tmp_path: Path) -> None:
    shell("git init -q .", tmp_path / "new")
    assert Git(os.environ, f"{tmp_path}/new").blob("HEAD", "x") is None
    with pytest.raises(GitError, match="not a git repository"):
        Git(os.environ, str(tmp_path)).blob("HEAD", "x")


def test_config(git: Git) -> None:
    config("a.b", "global")
    shell(
        """
        git config --add a.b local; git config --add a.b last
        git config A.camelCase 'two
        lines'; git config 'remote.With.Dots and.url' u; git config remote.two.url v; git config remote.two.fetch w
        printf '[flag]\\n\\tvalueless\\n\\tempty =\\n' >> .git/config; git config c.d $'caf\\xe9'
        """,
        Path(git.directory or ""),
    )
    found = git.config(r"^(a|remote|flag|c)\.")
    assert found.text("a.b") == "last"
    assert found.settings["a.b"] == ["global", "local", "last"]
    assert found.text("A.CAMELcase") == "two\nlines"
    assert found.text("remote.With.Dots and.URL") == "u"
    assert found.text("remote.with.dots and.url") is None, "a subsection's case matters"
    assert found.matching("remote.", ".url") == ["u", "v"]
    assert found.text("flag.valueless") == "true"
    assert found.text("flag.empty") == ""
    assert found.text("c.d") == "caf\udce9"
    assert found.text("a.c") is None
    assert git.config(r"^none\.") == Config({})


def test_config_of_a_broken_file(git: Git) -> None:
    (Path(git.directory or "") / ".git" / "config").write_text("[a")
    with pytest.raises(GitError, match="bad config line"):
        git.config("a")


@pytest.mark.parametrize(
    "value", ["true", "yes", "on", "1", "TRUE", "On", "2", "-1", "1k", "false", "no", "off", "0", "", "FALSE", "Off"]
)
def test_flags_are_read_as_git_reads_them(git: Git, value: str) -> None:
    shell(f"git config a.flag '{value}'", Path(git.directory or ""))
    expected = git.output("config", "--bool", "a.flag").strip() == b"true"
    for default in (True, False):
        assert git.config("^a").flag("a.flag", default=default) is expected
        assert git.config("^a").flag("a.other", default=default) is default


def test_numbers() -> None:
    bad = {f"a.bad{number}": [value] for number, value in enumerate(("-1", "x", "", "٣", "1k", "9" * 30))}
    settings = Config({"a.b": ["3"], "a.zero": ["0"], **bad})
    assert settings.number("a.b", 7) == 3
    assert settings.number("a.none", 7) == 7
    assert settings.number("a.zero", 7) == 0
    with pytest.raises(Error, match=r"config a.zero: expected a whole number from 1 up, found '0'"):
        settings.number("a.zero", 7, least=1)
    for key in bad:
        with pytest.raises(Error, match=f"config {key}: expected a whole number from 0 up"):
            settings.number(key, 7)


def test_an_error_is_in_git_s_words(git: Git) -> None:
    with pytest.raises(GitError) as caught:
        git.output("log", "nonsense", "--")
    assert caught.value.message == "bad revision 'nonsense'"
    assert caught.value.returncode == 128
    with pytest.raises(GitError, match="git rev-parse ended with status 1"):
        git.output("rev-parse", "--verify", "--quiet", "nonsense")


def test_messages_are_in_english(tmp_path: Path) -> None:
    where = Git({**os.environ, "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}, str(tmp_path))
    assert b"not a git repository" in where.run("rev-parse", "--git-dir").stderr


def test_where_git_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(Error, match="no such folder"):
        Git(os.environ, f"{tmp_path}/none").run("version")
    (tmp_path / "file").write_text("")
    with pytest.raises(Error, match="git version cannot be started: Not a directory"):
        Git(os.environ, f"{tmp_path}/file").run("version")


def test_standard_input_is_handed_on(git: Git) -> None:
    assert git.output("hash-object", "--stdin", stdin=b"x") == b"c1b0730e0133447badcfd47fd144e254807b06e1\n"


@pytest.mark.parametrize("kind", [Git, FastGit, LocalGit])
@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 3_000_000])
def test_standard_input_of_any_length_is_read(git: Git, kind: type[Git], size: int) -> None:
    asked = kind(git.environment, git.directory)
    # What comes back is as long, and neither side may wait for the other.
    assert asked.output("stripspace", stdin=b"x" * size).rstrip(b"\n") == b"x" * size
    assert asked.run("version", stdin=b"x" * size).returncode == 0, "it reads nothing of it"


def test_a_failure_is_told_once_more_by_fast_git_only(git: Git) -> None:
    words = ("log", "nonsense", "--")
    assert FastGit(git.environment, git.directory).run(*words).stderr == b"fatal: bad revision 'nonsense'\n"
    assert LocalGit(git.environment, git.directory).run(*words).stderr == b""
    assert type(FastGit(git.environment).elsewhere("/").plain()) is Git


@pytest.mark.parametrize("kind", [Git, FastGit, LocalGit])
def test_commit(git: Git, kind: type[Git]) -> None:
    asked = kind(git.environment, git.directory)
    head = git.output("rev-parse", "HEAD").decode().strip()
    shell("git tag -a -m x annotated; git branch -f 'odd name' HEAD 2>/dev/null || true", Path(git.directory or ""))
    for name in ("HEAD", head, head[:10], "annotated", "refs/tags/annotated", "HEAD~0"):
        assert asked.commit(name) == head
    for name in ("", "nonsense", "-x", "--all", "HEAD:binary", "HEAD^{tree}", "HEAD~9", "0" * 40, "HEAD..v1"):
        assert asked.commit(name) is None, name


def test_symbolic_ref(git: Git) -> None:
    shell("git switch -q -c topic/a", Path(git.directory or ""))
    assert git.symbolic_ref("HEAD") == "refs/heads/topic/a"
    assert git.symbolic_ref("refs/heads/topic/a") is None
    shell("git switch -q --detach", Path(git.directory or ""))
    assert git.symbolic_ref("HEAD") is None
