"""What reaches the terminal: no credentials, no control characters, and never a traceback."""

import os
import signal
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from git_subprojects.cli.run import Terminated, guarded
from git_subprojects.cli.screen import Screen, clean
from git_subprojects.errors import Error
from tests.support.commands import Command, run, shell
from tests.support.limits import within
from tests.support.repositories import make_host

URLS = {
    "https://me:s3cret@example.org/x": "https://example.org/x",
    "https://s3cret@example.org/x": "https://example.org/x",
    "https://:s3cret@example.org": "https://example.org",
    "HTTPS://me:s3cret@EXAMPLE.org/x": "HTTPS://EXAMPLE.org/x",
    "git+https://me:s3cret@example.org/x": "git+https://example.org/x",
    "https://me:s3@cret@example.org/x": "https://example.org/x",
    "https://me:s3'c\"r\\et@example.org/x": "https://example.org/x",
    "https://me:s3#cr?et@example.org/x": "https://example.org/x",
    "https://me:s3/cret@example.org/x": "https://example.org/x",
    "https://me:12/s3cret@example.org/x": "https://me:12/s3cret@example.org/x",
    "https://m%40e:s3%2fcret@example.org/x": "https://example.org/x",
    "http://me:s3cret@[::1]:8080/x": "http://[::1]:8080/x",
    "ssh://git@example.org/x": "ssh://git@example.org/x",
    "ssh://git:s3cret@example.org/x": "ssh://git@example.org/x",
    "git+ssh://git:s3cret@example.org/x": "git+ssh://git@example.org/x",
    "SSH://git:s3cret@example.org/x": "SSH://git@example.org/x",
    "unable to access 'https://me:s3cret@example.org/x/': failed": "unable to access 'https://example.org/x/': failed",
    "https://a:s3cret@x/ https://b:s3cret@y/,https://s3cret@z": "https://x/ https://y/,https://z",
    "ext::https://me:s3cret@example.org": "ext::https://example.org",
    "1https://me:s3cret@example.org": "1https://example.org",
    # and these hold none
    "https://example.org/me@x": "https://example.org/me@x",
    "https://example.org:8443/me@x": "https://example.org:8443/me@x",
    "http://[2001:db8::1]/me@x": "http://[2001:db8::1]/me@x",
    "git@example.org:x": "git@example.org:x",
    "A. Name <me@example.org>": "A. Name <me@example.org>",
    "see https://example.org: ask me@example.org": "see https://example.org: ask me@example.org",
    "https://example.org\nme@example.org": "https://example.org\nme@example.org",
}


@pytest.mark.parametrize(("text", "expected"), URLS.items())
def test_credentials_are_taken_out_of_urls(text: str, expected: str) -> None:
    assert clean(text) == expected


URL_CHARACTERS = "ABCxyz019-._~%!$&'()*+,;=:\"\\#?[]{}<>|^`ü@"
PASSWORDS = st.text(URL_CHARACTERS, min_size=1, max_size=20).map(lambda text: f"({text})")


@given(
    before=st.sampled_from(["", "fatal: '", "a@b https://example.org ", '{"url": "', "x\n"]),
    scheme=st.sampled_from(["https", "http", "git", "ssh", "ftp", "svn+ssh", "HTTPS", "x"]),
    user=st.text(URL_CHARACTERS.replace(":", ""), max_size=8),
    password=PASSWORDS,
    host=st.sampled_from(["example.org", "[::1]", "localhost:80"]),
    after=st.sampled_from(["", "/x", "/a@b", "/x': 403", "\n", " me@example.org"]),
)
@example("", "https", "", "(@)", "example.org", "")
def test_no_password_survives(before: str, scheme: str, user: str, password: str, host: str, after: str) -> None:
    shown = clean(f"{before}{scheme}://{user}:{password}@{host}{after}")
    assert password not in shown
    assert shown.startswith(before)
    assert shown.endswith(f"{host}{after}")


@pytest.mark.slow
@given(st.text())
def test_what_is_shown_is_printable(text: str) -> None:
    shown = clean(text)
    assert all(character.isprintable() or character in "\n\t" for character in shown)
    assert clean(shown) == shown
    if "://" not in text and all(character.isprintable() or character in "\n\t" for character in text):
        assert shown == text


def test_control_characters_are_shown_as_escapes() -> None:
    assert clean("\x1b[31mred\x07\r\n\tand \udce9 \u202e \x9b") == "\\x1b[31mred\\x07\\r\n\tand \\udce9 \\u202e \\x9b"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "://" * 300_000,
        "a://b:c" * 100_000,
        "https://me:" + "x" * 1_000_000,
        "@" * 1_000_000,
        "a:" * 500_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long_to_clean(text: str) -> None:
    with within(10):
        clean(text)


def screen(*, quiet: bool = False, verbose: bool = False) -> tuple[Screen, StringIO]:
    err = StringIO()
    return Screen(StringIO(), err, {}, quiet=quiet, verbose=verbose), err


def test_messages_begin_as_those_of_git() -> None:
    where, err = screen()
    where.warning("one\ntwo")
    where.error("three\nfour", "five\nsix")
    where.note("seven")
    where.detail("not shown")
    assert err.getvalue() == "warning: one\n         two\nerror: three\n       four\nhint: five\nhint: six\nseven\n"


def test_quiet_and_verbose() -> None:
    where, err = screen(quiet=True, verbose=True)
    where.note("one")
    where.detail("two")
    where.hint("three", "advice.x")
    where.error("four")
    assert err.getvalue() == "error: four\n"
    where, err = screen(verbose=True)
    where.detail("five")
    assert err.getvalue() == "five\n"


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Error("what", "try"), 128, "fatal: what\nhint: try\n"),
        (Error("what", code=1), 1, "error: what\n"),
        (Error("what", code=129), 129, "fatal: what\n"),
        (KeyboardInterrupt(), 130, ""),
        (Terminated(), 143, ""),
        (BrokenPipeError(), 141, ""),
        (OSError(28, "No space left on device"), 128, "fatal: No space left on device\n"),
        (PermissionError(13, "Permission denied", "/x"), 128, "fatal: /x: Permission denied\n"),
        (OSError("strange"), 128, "fatal: strange\n"),
    ],
)
def test_whatever_ends_a_command_early(error: BaseException, status: int, said: str) -> None:
    where, err = screen()
    before = signal.getsignal(signal.SIGTERM)
    assert guarded(raising(error), where) == status
    assert err.getvalue() == said
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(raising(ZeroDivisionError()), screen()[0])


@pytest.fixture
def linux(src: Path) -> Path:
    """Return a host with more projects than a pipe holds."""
    projects = "".join(f"project.p{number}.url = '../{'x' * 900}'\n" for number in range(300))
    return make_host(src, f"schema = 1\n{projects}")


@pytest.mark.parametrize(
    "words", ["clone-project --list", "clone-project --list --json", "subprojects list", "clone-project -h"]
)
def test_a_reader_that_has_seen_enough(linux: Path, words: str) -> None:
    ended = run("bash", "-c", f"git {words} | head -c 3; echo ${{PIPESTATUS[0]}}", cwd=linux)
    assert ended.err == ""
    assert ended.out.split("\n")[-2].endswith(("0", "141"))


def test_nobody_reads_at_all(linux: Path) -> None:
    ended = run("bash", "-c", "git clone-project --list | true; echo ${PIPESTATUS[0]}", cwd=linux)
    assert ended == (0, "141\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_an_answer_that_cannot_be_written(linux: Path) -> None:
    for words in ("--list", "--list --json"):
        ended = run("bash", "-c", f"git clone-project {words} > /dev/full", cwd=linux)
        assert ended == (128, "", "fatal: No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_without_standard_streams(linux: Path, closed: str) -> None:
    for words in ("clone-project --list", "clone-project -h", "subprojects check"):
        # Not by way of git, which opens what is missing before it starts another program.
        ended = run("bash", "-c", f"git-{words} {closed}", cwd=linux)
        assert ended.code == 0, ended
        assert "Traceback" not in ended.err
    ended = run("bash", "-c", f"git-route-patch HEAD {closed}", cwd=linux)
    assert ended.code == 1
    ended = run("bash", "-c", f"git-route-patch nonsense {closed}", cwd=linux)
    assert ended.code == 128
    assert "Traceback" not in ended.err


def test_characters_that_the_terminal_cannot_show(src: Path) -> None:
    top = make_host(src, "schema = 1\nproject.x = { url = '../x', description = 'Ünïcode' }")
    ended = run("git", "clone-project", "--list", cwd=top, PYTHONIOENCODING="ascii")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "x\t\\xdcn\\xefcode\t\t-\n"
    ended = run("git", "clone-project", "Ünï", cwd=top, PYTHONIOENCODING="ascii")
    assert ended.err.startswith("error: Ün\\xef: the manifest has no project".replace("Ün", "\\xdcn"))


@pytest.mark.slow
def test_a_folder_that_is_gone(linux: Path) -> None:
    for words in ("clone-project p1", "route-patch HEAD", "subprojects check --manifest x", "clone-project --list"):
        ended = run("bash", "-c", f"mkdir ../gone; cd ../gone; rmdir ../gone; git-{words}", cwd=linux)
        assert "Traceback" not in ended.err
        assert ended.code in (0, 128)


def test_git_is_not_there(linux: Path, tmp_path: Path) -> None:
    python = shell("command -v git-clone-project", linux).strip()
    (tmp_path / "bin").mkdir()
    ended = run(python, "--list", cwd=linux, PATH=str(tmp_path / "bin"))
    assert ended.code == 128
    assert ended.err == "fatal: git was not found on PATH\nhint: install git 2.39 or later\n"
    (tmp_path / "bin" / "git").write_text("")
    ended = run(python, "--list", cwd=linux, PATH=str(tmp_path / "bin"))
    assert ended.code == 128
    assert "Traceback" not in ended.err


def test_a_broken_config(command: Command, linux: Path) -> None:
    (linux / ".git" / "config").write_text("[broken")
    ended = command("route-patch", "HEAD", cwd=linux)
    assert ended.code == 128
    assert ended.err.startswith("fatal: bad config line ")


def opened_once_read(fifo: Path) -> int:
    """Return the writing end of a fifo, as soon as somebody reads it."""
    return os.open(fifo, os.O_WRONLY)


def test_ended_by_a_signal_while_git_runs(linux: Path) -> None:
    # The fifo keeps git busy: it waits for the end of the config that it includes.
    os.mkfifo(linux / "fifo")
    shell(f"git config include.path '{linux}/fifo'", linux)
    program = shell("command -v git-route-patch", linux).strip()
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        process = subprocess.Popen([program, "HEAD"], cwd=linux, stderr=subprocess.PIPE, start_new_session=True)
        writer = opened_once_read(linux / "fifo")
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
        os.close(writer)
        assert (process.returncode, said) == (status, b"")
