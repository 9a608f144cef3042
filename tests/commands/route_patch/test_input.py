"""Where ``git route-patch`` takes patches from: files, mailboxes, folders, standard input, and a stream of ids."""

import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import Command, Result, run, shell
from tests.support.inside import inside
from tests.support.limits import within
from tests.support.processes import alive, children, until
from tests.support.repositories import copy, made_once

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1
[host]
name = "linux"
[[host.rule]]
paths = ["*.c"]
to = ["c@example.org"]
[[host.rule]]
paths = ["*.py"]
to = ["py@example.org"]
[project.doc]
within = ["doc/"]
route.to = ["doc@example.org"]
"""

DIFF = """diff --git a/{0} b/{0}
--- a/{0}
+++ b/{0}
@@ -1 +1 @@
-1
+2
"""


def make_linux(src: Path) -> None:
    """Make a host with a root commit, one that changes a.c, one that changes b.py, a merge, and patches of them."""
    top = src / "linux"
    top.mkdir()
    (top / "subprojects.toml").write_text(MANIFEST)
    shell(
        """
        git init -q -b main .
        echo 1 > a.c; git add a.c; git commit -qm begin
        echo 2 > a.c; git commit -qam 'Change a'
        echo 1 > b.py; git add b.py; git commit -qm 'Add b'
        git format-patch -q -2 -o ../patches
        git switch -qc side HEAD~1; echo 1 > c.c; git add c.c; git commit -qm side
        git switch -q main; git merge -q --no-edit side
        """,
        top,
    )


@pytest.fixture
def linux(src: Path) -> Path:
    """Return the host, with the patches beside it."""
    copy(made_once(make_linux), src)
    return src / "linux"


@pytest.fixture
def patches(linux: Path) -> Path:
    return linux.parent / "patches"


A, B = "0001-Change-a.patch", "0002-Add-b.patch"
BOTH = "c@example.org\npy@example.org\n"


def routed(linux: Path, *words: str | Path, stdin: str = "") -> Result:
    """Ask for addresses, in a process of its own where standard input is read."""
    if words and not stdin and "-" not in words:
        return inside("route-patch", "--to", *words, cwd=linux)
    return run("git", "route-patch", "--to", *words, cwd=linux, stdin=stdin)


def to(linux: Path, *words: str | Path, stdin: str = "") -> str:
    """Return the addresses for some words, which must be all that is said."""
    ended = routed(linux, *words, stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def refused(linux: Path, *words: str | Path, stdin: str = "", code: int = 128) -> str:
    """Return what is said to words that get no answer."""
    ended = routed(linux, *words, stdin=stdin)
    assert (ended.code, ended.out) == (code, ""), ended
    assert "Traceback" not in ended.err
    return ended.err


# Patch files.


def test_files_and_folders(linux: Path, patches: Path) -> None:
    assert to(linux, patches / A) == "c@example.org\n"
    assert to(linux, patches / A, patches / B) == BOTH
    assert to(linux, patches) == BOTH
    assert to(linux, "../patches/") == BOTH
    assert run("git", "-C", linux, "route-patch", "--to", f"../patches/{B}").out == "py@example.org\n"
    (patches / "notes.txt").write_text(DIFF.format("x.c"))
    assert to(linux, patches) == BOTH


def test_a_mailbox(linux: Path, patches: Path) -> None:
    box = patches / "box"
    shell("git format-patch -q --stdout HEAD^1~2..HEAD^1 > ../patches/box", linux)
    assert to(linux, box) == BOTH
    ended = inside("route-patch", "--json", box, cwd=linux)
    (destination,) = json.loads(ended.out)["destinations"]
    assert [(one["file"], one["subject"]) for one in destination["patches"]] == [
        ("box", "Change a"),
        ("box#2", "Add b"),
    ]
    assert to(linux, patches / A, box) == BOTH


def test_standard_input(linux: Path, patches: Path) -> None:
    text = (patches / A).read_text() + (patches / B).read_text()
    assert to(linux, "-", stdin=text) == BOTH
    assert to(linux, stdin=text) == BOTH, "nothing named"
    assert to(linux, patches / A, "-", stdin=(patches / B).read_text()) == BOTH
    for text in (run("git", "show", "HEAD^1", cwd=linux).out, run("git", "diff", "HEAD~2", "HEAD^1", cwd=linux).out):
        assert "py@example.org\n" in to(linux, stdin=text)


@pytest.mark.parametrize("text", ["", "\n\n", "Good morning\n", "\0" * 1000, "From: a@b\nSubject: x\n\nno diff\n"])
def test_standard_input_without_a_patch(linux: Path, text: str) -> None:
    for words in ([], ["-"]):
        said = refused(linux, *words, stdin=text, code=1 if "Subject" in text else 128)
        if "Subject" in text:
            assert said == "error: -: no file is changed there: is it a cover letter, or the text of a mail?\n"
        else:
            assert said.startswith("fatal: standard input: there is no patch in it\nhint: give what git format-patch")


def test_no_standard_input_at_all(linux: Path) -> None:
    for words in ("", "-", "--stdin"):
        ended = run("bash", "-c", f"git-route-patch {words} <&-", cwd=linux)
        assert "Traceback" not in ended.err
        assert ended.code == (0 if words == "--stdin" else 128), ended
    ended = run("bash", "-c", "git-route-patch - 0> ../written", cwd=linux)
    assert (ended.code, ended.err) == (128, "fatal: Bad file descriptor\n")


def test_a_file_that_is_no_plain_one(linux: Path, patches: Path) -> None:
    ended = run("bash", "-c", f"git-route-patch --to <(cat {patches / A})", cwd=linux)
    assert (ended.code, ended.out) == (0, "c@example.org\n")
    assert "there is no patch in it" in refused(linux, "/dev/null")


def test_what_is_no_patch(linux: Path, patches: Path) -> None:
    (patches / "empty").write_text("")
    (patches / "text").write_text("Good morning\n")
    (patches / "none").mkdir()
    for name in ("empty", "text", "none"):
        said = refused(linux, f"../patches/{name}")
        assert said.startswith(f"fatal: ../patches/{name}: there is no patch in it\nhint: give what git format-patch")
    assert "0009-x.patch" in refused(linux, "../patches/0009-x.patch")
    shell("ln -s loop loop", patches)
    assert refused(linux, "../patches/loop").startswith("fatal: ")
    if os.geteuid() != 0:
        (patches / A).chmod(0)
        assert "Permission denied" in refused(linux, patches / A)


def test_a_cover_letter_stands_for_its_patches(linux: Path, patches: Path) -> None:
    shell(
        "git format-patch -q --cover-letter -v2 -2 HEAD^1 -o ../series; git format-patch -q -1 side -o ../series", linux
    )
    series = linux.parent / "series"
    (series / "v1-0001-old.patch").write_text(DIFF.format("doc/x"))
    cover = series / "v2-0000-cover-letter.patch"
    assert to(linux, cover) == BOTH
    assert (
        run("git", "route-patch", "--to", cover.name, cwd=series, GIT_DIR=f"{linux}/.git", GIT_WORK_TREE=str(linux)).out
        == BOTH
    )
    (series / "v2-0001-Change-a.patch").unlink()
    assert to(linux, cover) == "py@example.org\n"
    (series / "v2-0002-Add-b.patch").unlink()
    assert "is it a cover letter" in refused(linux, cover, code=1)
    shell("git format-patch -q --cover-letter --numbered-files -2 HEAD^1 -o ../numbers", linux)
    assert to(linux, "../numbers/1") == "c@example.org\n"


def test_a_file_with_the_name_of_a_revision(linux: Path, patches: Path) -> None:
    shell(f"cp ../patches/{B} side; cp ../patches/{B} HEAD", linux)
    assert to(linux, "side") == "c@example.org\n", "the branch"
    assert to(linux, "./side") == "py@example.org\n"
    assert to(linux, "HEAD^") == "py@example.org\n"


def test_files_and_revisions_are_not_mixed(linux: Path, patches: Path) -> None:
    for words in ((patches / A, "HEAD^1"), ("HEAD^1", patches / A), (patches, "-1"), ("-", "side")):
        said = refused(linux, *words, stdin=(patches / A).read_text())
        assert "give revisions or patch files, not both at once" in said


def test_crlf(linux: Path, patches: Path) -> None:
    text = (patches / A).read_bytes() + (patches / B).read_bytes()
    (patches / "crlf").write_bytes(text.replace(b"\n", b"\r\n"))
    assert to(linux, "../patches/crlf") == BOTH


def test_a_huge_line(linux: Path, patches: Path) -> None:
    huge = patches / "huge"
    huge.write_text(DIFF.format("a.c") + "-" + "x" * (40 << 20) + "\n" + DIFF.format("b.py") + "y" * (20 << 20))
    with within(10):
        assert to(linux, huge) == BOTH


def test_huge_names(linux: Path, patches: Path) -> None:
    name = "x/" * 5_000 + "a.c"
    shell("echo > MAINTAINERS; git add .; git commit -qm rules", linux)
    (linux / "subprojects.toml").write_text(MANIFEST.replace("[host]", "[host]\nroute.maintainers = 'MAINTAINERS'"))
    (patches / "wide").write_text("".join(DIFF.format(f"{number}{name}") for number in range(40)))
    with within(10):
        assert to(linux, "../patches/wide") == "c@example.org\n"


def test_the_base_that_a_patch_names(linux: Path, patches: Path) -> None:
    people = "A\nM:\told@example.org\nF:\t*\n"
    (linux / "MAINTAINERS").write_text(people)
    (linux / "subprojects.toml").write_text("schema = 1\n[host]\nname = 'x'\nroute.maintainers = 'MAINTAINERS'\n")
    shell("git add .; git commit -qm rules; echo 9 > a.c; git commit -qam 'Change a again'", linux)
    shell("git format-patch -q -1 --base=HEAD~1 -o ../based; git format-patch -q -1 -o ../free", linux)
    (linux / "MAINTAINERS").write_text(people.replace("old@", "new@"))
    shell("git commit -qam 'New rules'", linux)
    assert to(linux, "../based") == "old@example.org\n"
    assert to(linux, "../free") == "new@example.org\n", "those of HEAD, where it does not say"
    (patch,) = (linux.parent / "based").iterdir()
    base = shell("git rev-parse HEAD~2", linux).strip()
    for other in ("0" * 40, "f" * 40, shell("git rev-parse HEAD:a.c", linux).strip()):
        patch.write_text(patch.read_text().replace("From ", "From 1", 1).replace(base, other))
        assert to(linux, "../based") == "new@example.org\n", "a base that is not here"
        base = other


def test_a_patch_file_where_no_commit_is_yet(src: Path) -> None:
    shell("git init -q .; printf 'A\\nM:\\ta@example.org\\nF:\\t*.c\\n' > MAINTAINERS", src / "new")
    (src / "new" / "subprojects.toml").write_text("schema = 1\n[host]\nroute.maintainers = 'MAINTAINERS'\n")
    assert to(src / "new", stdin=DIFF.format("a.c")) == "a@example.org\n"


# Each patch alone.


def test_each_patch_alone(command: Command, linux: Path, patches: Path) -> None:
    commits = shell("git rev-list --reverse HEAD^1~2..HEAD^1", linux).split()
    for words in (patches, "HEAD^1~2..HEAD^1"):
        ended = command("route-patch", "--to", "--per-patch", words, cwd=linux)
        names = [f"[{commit[:12]}]" for commit in commits]
        if words == patches:
            names = [f"[{A}]", f"[{B}]"]
        assert (ended.code, ended.out) == (0, f"{names[0]}\nc@example.org\n\n{names[1]}\npy@example.org\n")
    ended = command("route-patch", "--json", "--per-patch", patches, cwd=linux)
    found = json.loads(ended.out)["patches"]
    assert [(one["file"], one["subject"], one["commit"] is None) for one in found] == [
        (A, "Change a", False),
        (B, "Add b", False),
    ]
    assert [[to["address"] for to in one["destinations"][0]["to"]] for one in found] == [
        ["c@example.org"],
        ["py@example.org"],
    ]
    ended = command("route-patch", "--roles", "--per-patch", "HEAD^1~2..HEAD^1", cwd=linux)
    assert ended.out == f"[{commits[0][:12]}]\nc@example.org (list)\n\n[{commits[1][:12]}]\npy@example.org (list)\n"


# A stream of commit ids.


def stream(linux: Path, text: str, *options: str) -> Result:
    ended = run("git", "route-patch", "--stdin", *options, cwd=linux, stdin=text)
    assert "Traceback" not in ended.err
    return ended


def test_a_stream(linux: Path) -> None:
    ids = shell("git rev-parse HEAD^1 HEAD^1~1 HEAD HEAD^1~2", linux).split()
    ended = stream(linux, "\n".join(ids))
    assert (ended.code, ended.err) == (0, "")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["commit"] for line in lines] == ids
    assert {line["version"] for line in lines} == {1}
    assert [line["subject"] for line in lines] == ["Add b", "Change a", "Merge branch 'side'", "begin"]
    assert [line["parents"] for line in lines] == [1, 1, 2, 0]
    assert [[to["address"] for one in line["destinations"] for to in one["to"]] for line in lines] == [
        ["py@example.org"],
        ["c@example.org"],
        [],
        ["c@example.org"],
    ]
    assert lines[0]["destinations"][0]["patches"][0]["paths"] == ["b.py"]
    assert "error" not in lines[0]


def test_a_stream_takes_whatever_names_a_commit(linux: Path) -> None:
    shell("git tag -am x v1 side", linux)
    full = shell("git rev-parse side", linux).strip()
    words = [full, full[:8], "side", "v1", "refs/heads/side", "main^2", f"{full} and more words", f"  {full}\r", "@^2"]
    ended = stream(linux, "\n".join(words) + "\n")
    assert (ended.code, ended.err) == (0, "")
    assert [json.loads(line)["commit"] for line in ended.out.splitlines()] == [full] * len(words)


def test_a_stream_of_anything(linux: Path) -> None:
    full = shell("git rev-parse side", linux).strip()
    blob = shell("git rev-parse side:a.c", linux).strip()
    bad = [
        "nonsense", "0" * 40, "f" * 64, "--all", "-p", full[:3] + "zz", full + "0", blob, "side:a.c", "HEAD..side",
        "^HEAD", "x" * 100_000, "\x01end", "\udcff", "ü", "\x1b[31m", '"', "side^{tree}", "HEAD\0side",
        "blob", "commit",
    ]  # fmt: skip
    text = "".join(f"{word}\n\n{full}\n" for word in bad)
    ended = stream(linux, text)
    assert (ended.code, ended.err) == (1, "")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert all(ended.out.isprintable() or line.isascii() for line in ended.out.splitlines())
    assert [line["commit"] for line in lines[1::2]] == [full] * len(bad)
    assert {line["error"] for line in lines[::2]} == {"there is no such commit"}
    assert {str(line["destinations"]) for line in lines[::2]} == {"[]"}
    assert [line["commit"] for line in lines[:2]] == ["nonsense", full]


def test_a_stream_of_nothing(linux: Path) -> None:
    for text in ("", "\n", "\n \n\r\n\n"):
        assert stream(linux, text) == (0, "", "")


def test_a_stream_takes_no_operands_and_needs_a_commit(linux: Path, src: Path) -> None:
    ended = stream(linux, "", "HEAD")
    assert (ended.code, ended.out) == (129, "")
    assert ended.err.startswith("error: --stdin takes no operands\n")
    ended = stream(linux, "side\n", "--rules-from=nonsense")
    assert (ended.code, ended.out) == (128, "")
    assert ended.err.startswith("fatal: nonsense is not a commit; rules are read from a commit\nhint: ")
    shell("git init -q .", src / "new")
    assert stream(src / "new", "HEAD\n").code == 128


def test_a_stream_that_cannot_be_read(linux: Path) -> None:
    ended = run("bash", "-c", "git-route-patch --stdin 0> ../written", cwd=linux)
    assert (ended.code, ended.out, ended.err) == (128, "", "fatal: Bad file descriptor\n")


def test_the_words_of_a_streamed_commit_count(linux: Path) -> None:
    (linux / "MAINTAINERS").write_text("A\nM:\ta@example.org\nK:\tm[a]gic\nF:\tnothing\n")
    (linux / "subprojects.toml").write_text("schema = 1\n[host]\nname = 'x'\nroute.maintainers = 'MAINTAINERS'\n")
    shell("git add .; git commit -qm rules; printf 'magic' > d.c; git add d.c; git commit -qm $'x\\n\\ny'", linux)
    lines = [json.loads(line) for line in stream(linux, "HEAD\nHEAD~1\nHEAD~2\nnothing\nHEAD~3\n").out.splitlines()]
    assert [[to["address"] for one in line["destinations"] for to in one["to"]] for line in lines] == [
        ["a@example.org"],
        [],
        [],
        [],
        [],
    ]
    assert [line.get("parents") for line in lines] == [1, 1, 2, None, 1]


@pytest.fixture
def waiting(linux: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a stream that waits for lines."""
    with subprocess.Popen(
        ["git-route-patch", "--stdin"],
        cwd=linux,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def ask(process: "subprocess.Popen[str]", word: str) -> str:
    """Return the answer to a word, which must come while the stream is still open."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], 60)
    assert ready, f"no answer to {word} within 60 s"
    return process.stdout.readline()


def test_each_id_is_answered_before_the_next_one_comes(waiting: "subprocess.Popen[str]") -> None:
    for word in ("side", "nonsense", "HEAD", "side"):
        answer = json.loads(ask(waiting, word))
        assert ("error" in answer) == (word == "nonsense")
    assert waiting.stdin is not None
    waiting.stdin.close()
    assert waiting.wait(60) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stream_that_is_ended_leaves_nothing_behind(waiting: "subprocess.Popen[str]", number: signal.Signals) -> None:
    ask(waiting, "side")
    started = children(waiting.pid)
    assert started
    waiting.send_signal(number)
    assert waiting.wait(60) in (130, 143)
    assert waiting.stderr is not None
    assert waiting.stderr.read() == ""
    until(lambda: not alive(started))


# Who reads the answer has seen enough.


def test_a_broken_pipe_ends_quietly(linux: Path) -> None:
    for command in (
        "yes side | git-route-patch --stdin | head -1",
        "git-route-patch --json HEAD^1 side | true",
        "git-route-patch --explain HEAD^1 side | true",
    ):
        ended = run("timeout", "60", "bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}", cwd=linux)
        assert ended.err == "", command
        assert ended.code in (0, 141), command


def test_who_waits_for_a_stream_is_not_kept_waiting_when_it_is_not_read(linux: Path) -> None:
    script = "{ echo side; sleep 0.3; echo side; sleep 600; } | git-route-patch --stdin | head -1; kill $(jobs -p)"
    process = subprocess.Popen(["bash", "-mc", script], cwd=linux, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b'{"version"')
    os.killpg(process.pid, signal.SIGKILL)
    process.stdout.close()
    process.wait()
