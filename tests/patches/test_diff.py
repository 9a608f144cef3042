"""Patch files, mailboxes and patch text: what each touches, says, and is called."""

import base64
import os
import quopri
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_subprojects.patches import diff as text
from git_subprojects.patches.model import Patch
from tests.support.commands import shell

ODD = [
    b"a b/c d",
    b'quo"te',
    b"tab\there",
    b"new\nline",
    b"back\\slash",
    b"caf\xc3\xa9",
    b"\xff\xfe",
    b"x b/x",
    b" lead",
]
ID = "0123456789abcdef0123456789abcdef01234567"
DIFF = "diff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-a\n+b\n"


def read(patch: bytes | str) -> list[Patch]:
    """Read patch text as a file would give it."""
    data = patch.encode() if isinstance(patch, str) else patch
    return list(text.read("p", data.splitlines(keepends=True) if b"\r" not in data else _lines(data)))


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.removesuffix(b"\n").split(b"\n")]


def _wrapped(data: bytes) -> bytes:
    """Fold base64 where no group of four ends."""
    return b"\n".join(data[at : at + 70] for at in range(0, len(data), 70)) + b"\n"


def paths(patch: bytes | str) -> tuple[bytes, ...]:
    (found,) = read(patch)
    return found.paths


def git(top: Path | str, *words: str | bytes) -> bytes:
    return subprocess.run(["git", *words], cwd=top, check=True, capture_output=True).stdout


def touched(top: Path, *words: str) -> tuple[bytes, ...]:
    """Return the paths that git itself says a diff touches."""
    fields = iter(git(top, "diff", "--name-status", "-z", *words).split(b"\0")[:-1])
    found: set[bytes] = set()
    for status in fields:
        found.update(next(fields) for _ in range(2 if status[:1] in b"RC" else 1))
    return tuple(sorted(found))


def write(top: Path, files: dict[bytes, bytes]) -> None:
    for name, data in files.items():
        path = os.path.join(os.fsencode(top), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose second commit does to files all that can be done to them."""
    top = tmp_path / "r"
    shell("git init -q .; seq 40 > moved; seq 50 90 > copied; seq 9 > mode; echo x > gone; seq 8 > 'sp ace'", top)
    write(top, {b"d/bin": b"\0\1", **dict.fromkeys(ODD, b"1\n")})
    shell(
        """
        git add .; git commit -qm first
        git mv moved 'mo ved'; cp copied 'co pied'; echo >> copied; chmod +x mode; git rm -q gone; touch 'emp ty'
        printf '\\0\\2' > d/bin; echo >> 'sp ace'; ln -s mode link
        git update-index --add --cacheinfo 160000,0123456789abcdef0123456789abcdef01234567,module
        """,
        top,
    )
    write(top, dict.fromkeys(ODD, b"2\n"))
    shell("git add --ignore-errors -- ':!module'; git commit -qm 'second: all there is'", top)
    return top


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--no-prefix",),
        ("--src-prefix=x/", "--dst-prefix=longer/"),
        ("-c", "diff.mnemonicPrefix=true"),
        ("-c", "core.quotePath=false"),
        ("--binary",),
        ("-M", "-C", "--find-copies-harder"),
        ("-M", "-C", "--find-copies-harder", "--no-prefix"),
        ("-U0",),
        ("-R",),
        ("-D",),
    ],
    ids=" ".join,
)
def test_git_diff_names_what_git_says(repository: Path, options: tuple[str, ...]) -> None:
    config, options = (options, ()) if options[:1] == ("-c",) else ((), options)
    similar = [option for option in options if option[1] in "MC" or option.startswith("--find")] or ["--no-renames"]
    wanted = touched(repository, *similar, "HEAD~", "HEAD")
    diff = git(repository, *config, "diff", *dict.fromkeys((*similar, *options)), "HEAD~", "HEAD")
    assert set(ODD) < set(wanted)
    assert paths(diff) == wanted


@pytest.mark.parametrize(
    "options", [("format-patch", "-1", "--stdout"), ("show",), ("log", "-p", "-1"), ("show", "-m")]
)
def test_a_commit_is_read_from_what_git_makes_of_it(repository: Path, options: tuple[str, ...]) -> None:
    (patch,) = read(git(repository, *options, "-M"))
    assert patch.paths == touched(repository, "-M", "HEAD~", "HEAD")
    assert patch.commit == git(repository, "rev-parse", "HEAD").decode().strip()
    assert (patch.subject, patch.author, patch.parents) == (
        "second: all there is",
        "A. U. Thor <author@example.org>",
        1,
    )
    assert (patch.name, patch.base, patch.message) == ("p", None, "")


@pytest.mark.parametrize("options", [(), ("--attach",), ("--inline",)])
def test_a_mailbox_holds_a_patch_a_mail(tmp_path: Path, options: tuple[str, ...]) -> None:
    shell(
        """
        git init -q .; git commit -q --allow-empty -m root
        git config user.name 'Zoë, “Q”'; export GIT_AUTHOR_NAME='Zoë, Q'
        echo 1 > one; git add .; git commit -qm 'sub: first

        From here on Mon Sep 17
        commit 0123456789abcdef0123456789abcdef01234567

        Cc: Somebody <s@example.org>'
        echo 2 > two; git add .; git commit -qm "$(printf 'žluťoučký %s' $(seq 30))

        Not a name: naïve"
        git format-patch -q --base=HEAD~2 --cover-letter --subject-prefix='RFC PATCH v2' HEAD~2 -o ../out OPTIONS
        """.replace("OPTIONS", " ".join(options)),
        tmp_path / "r",
    )
    cover, one, two = read(b"".join(path.read_bytes() for path in sorted((tmp_path / "out").iterdir())))
    assert (cover.name, one.name, two.name) == ("p", "p#2", "p#3")
    assert (cover.paths, one.paths, two.paths) == ((), (b"one",), (b"two",))
    assert one.message == f"From here on Mon Sep 17\ncommit {ID}\n\nCc: Somebody <s@example.org>"
    assert two.message == "Not a name: naïve"
    assert one.subject == "sub: first"
    assert two.subject == git(tmp_path / "r", "log", "-1", "--format=%s").decode().strip()
    assert one.author == two.author == "Zoë, Q <author@example.org>"
    assert cover.base == git(tmp_path / "r", "rev-parse", "HEAD~2").decode().strip()
    assert two.text is not None
    assert b"+++ b/two\n@@ -0,0 +1 @@\n+2\n" in two.text.changes
    assert b"Subject: " in two.text.before


def test_several_commits_of_a_log(repository: Path) -> None:
    second, first = read(git(repository, "log", "-p", "--no-renames", "--root", "--stat", "--format=fuller"))
    assert second.paths == touched(repository, "--no-renames", "HEAD~", "HEAD")
    assert b"moved" in first.paths
    assert (first.subject, first.name) == ("first", "p#2")


def test_a_merge_has_the_paths_of_its_combined_diff(tmp_path: Path) -> None:
    shell(
        """
        git init -q .; printf '%s\\n' a b 'rename from z' > 'f g'; git add .; git commit -qm 1
        git checkout -qb side; sed -i 's/^/- /' 'f g'; git commit -qam 2; git checkout -q -
        sed -i 's/^/+ /' 'f g'; git commit -qam 3
        git merge -q side || sed -i 's/^.*[<>=].*$/-- a\\/x/' 'f g'; git commit -qam 'Merge it'
        """,
        tmp_path / "r",
    )
    for options in ((), ("-c",)):
        (patch,) = read(git(tmp_path / "r", "show", *options))
        assert (patch.paths, patch.parents, patch.subject) == ((b"f g",), 2, "Merge it")


def test_a_hunk_is_no_place_for_names() -> None:
    hunk = "--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,2 @@\n-x\n+y\n--- a/no\n+++ b/no\n@@ -9 +9 @@\n-a\n+b\n"
    assert paths(f"diff --git a/f.c b/f.c\n{hunk}") == (b"f.c",)
    assert paths(hunk) == (b"f.c",)


@pytest.mark.parametrize("count", [0, 1, 3, 10**6, 10**30])
def test_a_wrong_length_hides_nothing(count: int) -> None:
    broken = f"--- a/f.c\n+++ b/f.c\n@@ -1,{count} +1,{count} @@\n-a\n+b\n"
    assert paths(f"{broken}{DIFF.replace('f.c', 'g.c')}") == (b"f.c", b"g.c")
    assert paths(f"{broken}{broken.replace('f.c', 'g.c')}") == (b"f.c", b"g.c")


def test_crlf_is_no_part_of_a_name() -> None:
    mail = f"From {ID} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] s\n\nBody\n---\n{DIFF}-- \n2.39\n\n"
    one, two = read((mail + mail).replace("\n", "\r\n"))
    assert one == two._replace(name="p")
    assert (one.paths, one.subject, one.message, one.commit) == ((b"f.c",), "s", "Body", ID)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("a/x y.c\t", "b/x y.c\t", [b"x y.c"]),
        ("x.c.orig\t2020-01-01 00:00:00.000000000 +0000", "x.c\t2020-01-02 00:00:00.000000000 +0000", [b"x.c"]),
        ("linux-2.6.orig/mm/x.c\t2010", "linux-2.6/mm/x.c\t2010", [b"mm/x.c"]),
        ("a/mm/x.c.orig", "b/mm/x.c", [b"mm/x.c"]),
        ("/dev/null", "b/new.c", [b"new.c"]),
        ("a/old.c", "/dev/null\tThu Jan 01 00:00:00 1970 +0000", [b"old.c"]),
        ("mm/x.c\t(revision 1)", "mm/x.c\t(working copy)", [b"mm/x.c"]),
        ("a/one.c", "b/two.c", [b"one.c", b"two.c"]),
        ('"a/tab\\there"', '"b/tab\\there"', [b"tab\there"]),
        (".orig" * 5000, "x", [b".orig" * 5000, b"x"]),
    ],
)
def test_plain_diffs(old: str, new: str, wanted: list[bytes]) -> None:
    assert paths(f"Some words\n--- {old}\n+++ {new}\n@@ -1 +1 @@\n-a\n+b\n") == tuple(sorted(wanted))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_a_rename_tell_names_with_spaces_apart(end: str) -> None:
    moved = ["diff --git x y b/z w", "similarity index 100%", "rename from x y", "rename to b/z w", ""]
    copied = ["diff --git a/p b/q r", "copy from p", 'copy to "q\\tr"', ""]
    assert paths(end.join(moved) + end.join(copied)) == (b"b/z w", b"p", b"q\tr", b"x y")
    assert paths(f'diff --git "a/\\777" "b/\\377"{end}') == (b"\xff",)
    assert paths(f"diff --git a/x y b/x y{end}new file mode 100644{end}") == (b"x y",)


def test_quilt_keeps_the_message_before_the_diff() -> None:
    header = "Index: linux-2.6/mm/x.c\n" + "=" * 67 + "\n"
    (patch,) = read(
        f"Fix it\n\nCc: a@b\n\n{header}--- linux-2.6.orig/mm/x.c\n+++ linux-2.6/mm/x.c\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert (patch.paths, patch.message) == ((b"mm/x.c",), "Fix it\n\nCc: a@b")
    (patch,) = read(
        f"From: A <a@b>\nSubject: Fix it\n\nBecause\n{header}--- p/mm/x.c\n+++ q/mm/x.c\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert (patch.subject, patch.author, patch.message) == ("Fix it", "A <a@b>", "Because")


def test_files_named_without_hunks() -> None:
    properties = "Index: trunk/x y\n" + "=" * 67 + "\nCannot display: file marked as a binary type.\n"
    assert paths(properties) == (b"trunk/x y",)
    assert paths("diff -rN a/i and j b/i and j\nBinary files a/i and j and b/i and j differ\n") == (b"i and j",)


HG = f"""# HG changeset patch
# User Zoë <z@example.org>
# Date 1262304000 0
# Node ID {ID}
# Parent  {ID[::-1]}
sub: do it

At length
"""


def test_mercurial_exports() -> None:
    plain = "diff -r 0123 -r 4567 x y.c\n--- a/x y.c\tThu Jan 01 1970\n+++ b/x y.c\tFri\n@@ -1,1 +1,1 @@\n-a\n+b\n"
    binary = "diff -r 0123 bin\nBinary file bin has changed\n"
    moved = "diff --git a/old b/new\nrename from old\nrename to new\n"
    one, two = read(f"{HG}\n{plain}{binary}\n{HG.replace(ID, '0' * 40)}\n{moved}")
    assert (one.paths, two.paths) == ((b"bin", b"x y.c"), (b"new", b"old"))
    assert (one.commit, two.commit) == (ID, "")
    assert (one.subject, one.author, one.message) == ("sub: do it", "Zoë <z@example.org>", "At length")
    (mailed,) = read(f"From: List <l@example.org>\nSubject: [PATCH 1 of 2] x\n\n{HG}\n{plain}")
    assert mailed == one._replace(paths=(b"x y.c",), text=mailed.text)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("multipart", [False, True])
def test_transfer_encodings(encoding: str, *, multipart: bool) -> None:
    body = f"From: Žofie <z@example.org>\n\nBody = é\n---\n{DIFF.replace('f.c', 'dlouhé_' + 'x' * 90)}".encode()
    encoded = quopri.encodestring(body) if encoding == "quoted-printable" else _wrapped(base64.b64encode(body))
    kind = f"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    if multipart:
        other = b"--=_b\nContent-Type: text/html\n\n<p>\n" + DIFF.replace("f.c", "no").encode()
        top = b'Content-Type: multipart/mixed;\n boundary="=_b"\n\nignored\n'
        mail = top + other + b"--=_b\n" + kind + encoded.rstrip() + b"\n--=_b--\n"
    else:
        mail = kind + encoded
    (patch,) = read(b"From: List <l@example.org>\nSubject: Re: [x] [PATCH v2 1/3]\n  one: two\n" + mail)
    assert patch.paths == (("dlouhé_" + "x" * 90).encode(),)
    assert (patch.subject, patch.author, patch.message) == ("one: two", "Žofie <z@example.org>", "Body = é")
    assert patch.text is not None
    assert b"Body = \xc3\xa9" in patch.text.before
    assert patch.text.changes.endswith(b"@@ -1 +1 @@\n-a\n+b\n")


def test_a_folded_author_in_the_text_outranks_the_sender(tmp_path: Path) -> None:
    name = " ".join(["Žofie", "Długie", "Nazwisko"] * 4)
    top = tmp_path / "r"
    shell(f"git init -q .; echo > f; git add .; git commit -qm s --author='{name} <z@b.c>'", top)
    (patch,) = read(git(top, "format-patch", "--root", "--stdout", "--from=List <l@example.org>", "HEAD"))
    assert (patch.author, patch.paths) == (f"{name} <z@b.c>", (b"f",))


@pytest.mark.parametrize(
    ("header", "author"),
    [
        ("=?utf-8?q?Zo=C3?= =?utf-8?q?=AB_Q?= <z@b>", "Zoë Q <z@b>"),
        ("=?ISO-8859-1?B?Wm/r?= <z@b>", "Zoë <z@b>"),
        ('"Q, \\"Zed\\" Z" <z@b>', 'Q, "Zed" Z <z@b>'),
        ("=?utf-8?q?A=0D=0ABcc:_x?= <z@b>", "A Bcc: x <z@b>"),
        ("=?utf-8?q?A=1B[2J?= <z@b>", "A [2J <z@b>"),
        ("=?idna?q?=C3=AB.?= <z@b>", "=?idna?q?=C3=AB.?= <z@b>"),
        ("=?no-such?q?A?= <z@b>", "=?no-such?q?A?= <z@b>"),
        ("=?punycode?q?A?= =?utf-8?b?A?= <z@b>", "=?punycode?q?A?= =?utf-8?b?A?= <z@b>"),
    ],
)
def test_names_are_decoded(header: str, author: str) -> None:
    (patch,) = read(f"From: {header}\nSubject: s\n\n{DIFF}")
    assert patch.author.startswith(author)


def test_a_folded_line_at_the_top_of_the_text_and_no_mail_in_it() -> None:
    body = "From: Zoë\n Q <z@b>\n\nFrom x Mon Sep 17 00:00:00 2001\nno header"
    (patch,) = read(f"From: A <a@b>\nSubject: s\n\n{body}\n---\n{DIFF}")
    assert (patch.author, patch.message) == ("Zoë Q <z@b>", "From x Mon Sep 17 00:00:00 2001\nno header")


def test_text_is_parted_for_keywords() -> None:
    mail = "From: A <a@b>\nSubject: s\n\nFixes: 0123456\n---\n f.c | 2 +-\n\n"
    (patch,) = read(mail + DIFF + DIFF.replace("f.c", "g.c"))
    assert patch.text is not None
    assert patch.text.before == f"{mail}diff --git a/f.c b/f.c\n".encode()
    assert mail.encode() + (DIFF + DIFF.replace("f.c", "g.c")).encode() == patch.text.before + patch.text.changes
    assert not patch.text.cut


def test_text_beyond_the_limit_is_not_kept() -> None:
    size = 1 << 20
    added = "+" + "x" * (size - 2) + "\n"
    (patch,) = read(f"--- a/f.c\n+++ b/f.c\n@@ -0,0 +1,33 @@\n{added * 33}" + DIFF.replace("f.c", "g.c"))
    assert patch.text is not None
    assert (patch.paths, patch.text.cut) == ((b"f.c", b"g.c"), True)
    assert len(patch.text.before) + len(patch.text.changes) <= text.TEXT_LIMIT == 32 * size


@pytest.mark.parametrize(
    "nothing", ["", "\n\n", "hello\nworld\n", "From me to you\n", f"commit {ID}\n", "--- a\n+++ b\n"]
)
def test_no_patch_at_all(nothing: str) -> None:
    assert read(nothing) == []


def test_patches_come_while_the_rest_is_still_to_be_read() -> None:
    mails = (
        line for _ in iter(int, 1) for line in _lines(f"From x Mon Sep 17 00:00:00 2001\nFrom: A\n\n{DIFF}".encode())
    )
    found = text.read("p", mails)
    assert [next(found).name for _ in range(3)] == ["p", "p#2", "p#3"]


@pytest.mark.slow
def test_a_hundred_thousand_paths_take_linear_time() -> None:
    def seconds(number: int) -> float:
        lines = [line for n in range(number) for line in _lines(DIFF.replace("f.c", f"d/f{n}.c").encode())]
        began = time.process_time()
        (patch,) = text.read("p", lines)
        assert len(patch.paths) == number
        return time.process_time() - began

    assert seconds(20000) < 20 * max(seconds(4000), 0.01)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["=?a?q?", "a ", " a/", '\\"', '"', "1:11 2000 ", "[", "boundary=", " ", "=?"])
@pytest.mark.parametrize(
    "start", ["diff --git ", "From ", "From: ", "Subject: ", "@@ ", "--- ", "Binary files ", 'From: "']
)
def test_no_line_takes_for_ever(start: str, piece: str) -> None:
    began = time.process_time()
    read(f"{start}{piece * 20000}\nSubject: x\n\n--- x\n+++ y\n@@ -1 +1 @@\n")
    assert time.process_time() - began < 1


name = st.binary(min_size=1, max_size=12).filter(lambda b: not set(b) & {0, ord("/")} and b not in (b".", b".."))


@pytest.fixture(scope="module")
def blob(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return an empty repository and the id of a blob in it."""
    top = tmp_path_factory.mktemp("names")
    git(top, "init", "-q")
    (top / "f").write_text("x\n")
    return top, git(top, "hash-object", "-w", "f").decode().strip()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.lists(name, min_size=1, max_size=3).map(b"/".join), min_size=1, max_size=30))
def test_any_path_survives_format_patch(blob: tuple[Path, str], names: set[bytes]) -> None:
    top, blob_id = blob
    files = {n for n in names if not any(other.startswith(n + b"/") for other in names)}
    files = {n for n in files if b".git" not in n.lower() and b"git~" not in n.lower()}
    info = b"".join(b"100644 %s\t%s\0" % (blob_id.encode(), n) for n in files)
    git(top, "read-tree", "--empty")
    subprocess.run(["git", "update-index", "-z", "--index-info"], cwd=top, input=info, check=True)
    tree = git(top, "write-tree").decode().strip()
    commit = git(top, "commit-tree", "-m", "s", tree).decode().strip()
    (patch,) = text.read("p", git(top, "format-patch", "--root", "--stdout", commit).splitlines(keepends=True)) or (
        None,
    )
    assert patch is not None
    assert patch.paths == tuple(sorted(files))


FRAGMENTS = [
    b"From x Mon Sep 17 00:00:00 2001", b"From: A <a@b>", b"Subject: =?utf-8?q?=FF?=", b"", b"---", b"-- ",
    b"diff --git a/x b/x", b'diff --git "a/\\777" b/x', b"diff --cc x", b"diff -r 12 x", b"--- a/x", b"+++ b/x",
    b"@@ -1,2 +1,2 @@", b"@@@ -1 -1 +1 @@@", b"rename from x", b"copy to ", b"Index: ", b"Binary files  and  differ",
    b"-x", b" x", b"\\", b"commit " + ID.encode(), b"Author: x", b"# HG changeset patch", b"# User x", b"    m", b"\r",
    b"Content-Type: multipart/x; boundary=b", b"Content-Transfer-Encoding: base64", b"--b", b"--b--", b"--- ",
    b"Content-Type: text/plain; charset=iso-2022-zz", b"Content-Transfer-Encoding: quoted-printable", b"=", b"Q=Q=",
    b"diff --git ", b"+++ ", b"+x", b"base-commit: 12",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=9)), max_size=25),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_nothing_raises(lines: list[bytes], end: bytes) -> None:
    found = list(text.read("p", [line + end for line in lines]))
    assert all(path not in (b"", b"/dev/null") for patch in found for path in patch.paths)
