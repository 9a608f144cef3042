"""What a single value of a manifest may be: good and bad ones, and what holds for all that are accepted."""

import os
import posixpath
import re
import subprocess
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.manifest import keys, values
from git_subprojects.manifest.values import Check
from git_subprojects.output.routes import mailbox
from git_subprojects.people.mailbox import mailboxes
from git_subprojects.routing.model import Recipient

ROOT = "/workspace"

GOOD: list[tuple[Check, list[object]]] = [
    (values.text, ["x", "one line, with ünïcode", "'quotes' and \\", "x" * 1000, "שלום"]),
    (values.flag, [True, False]),
    (values.count, [1, 8, 2**31 - 1]),
    (values.name, ["qemu", "qemu-kvm", "gtk+3.0", "0ad", "a_b", "A", "x" * 100]),
    (values.url, [
        "https://gitlab.com/qemu-project/qemu.git", "http://[::1]:8080/x", "https://example.org:8443/a/b",
        "git://git.kernel.org/x.git", "ssh://git@example.org/x", "ssh://example.org:22/~me/x",
        "git@example.org:me/x.git", "example.org:x", "file:///srv/git/x.git", "../x.git", "./x", "../../mirror/x.git",
        "https://example.org/ü", "https://example.org/a%20b", "https://example.org/@scope/x",
    ]),
    (values.revision, ["main", "v6.1", "release-5.1", "feature/x", "a" * 40, "refs/tags/v1", "x@y", "ünïcode"]),
    (values.glob, ["v[0-9]*", "release-*", "v?.?", "linux/v*"]),
    (values.object_filter, ["blob:none", "blob:limit=0", "blob:limit=10m", "tree:0"]),
    (values.directory, ["qemu", "tools/qemu", "qemu/", "with space", "ünïcode", "a.b", "console", "com10", "x" * 200]),
    (values.workspace_directory, ["..", "../neighbours", "../a/b"]),
    (values.tree_path, ["MAINTAINERS", "tools/perf/", "a b", ".github/CODEOWNERS", "..a"]),
    (values.path_map, [{"old/": "new/"}, {"./": "tools/perf/"}, {"tools/": "./"}, {"a.c": "b/c.c", "d/": "e/f/"}]),
    (values.guide, ["docs/guide.rst", "https://example.org", "https://example.org/", "https://example.org/x#y"]),
    (values.archive, ["https://lore.kernel.org/lkml/", "https://lists.example.org", "https://lists.example.org/"]),
    (values.pattern, ["*", "hw/virtio/", "\\!odd", "\\#odd", "a b", "[a-z]*.c", "/"]),
    (values.address, [
        "list@example.org", "A. Name <a.name@example.org>", '"Name, A." <a@example.org>', "a+b@example.org",
        "<a@example.org>", "Jörg <jörg@exämple.org>", "root@localhost", "x'y@example.org",
        '"<less>" <a@example.org>',
    ]),
    (values.prefix, ["PATCH", "libvirt PATCH", "PATCH net-next"]),
    (values.command, [["make"], ["./configure", "--target-list=x86_64-softmmu"], ["make", "-j{jobs}"], ["sh", "-c",
        "$x"]]),
    (values.OneOf("to", "cc"), ["to", "cc"]),
    (values.Many(values.flag, "a list"), [[], [True]]),
]  # fmt: skip

OTHER_KINDS: list[object] = [None, 1.5, -1, float("nan"), b"x", {}, {"a": 1}, object(), [[]], [None], (1,)]

BAD: list[tuple[Check, list[object]]] = [
    (values.text, ["", "x" * 1001, "a\nb", "a\tb", "a\0b", "\x1b[31m", "a\u200bb", "a\u202eb", "a\ud800", 1, [],
        True]),
    (values.flag, [0, 1, "true", "", []]),
    (values.count, [0, -1, True, False, 2**31, 1.0, "1"]),
    (values.name, [
        "", ".", "..", "-x", "+x", ".x", "_x", "a/b", "a b", "x.git", "X.GIT", "x.lock", "ü", "a\n", "x" * 101, "a:b",
        "../../x", "٣",
    ]),
    (values.url, [
        "", "x", "/srv/git", "C:\\x", "-utouch X", "--upload-pack=touch X;git-upload-pack", "-oProxyCommand=x:path",
        "ext::sh -c touch% X", "EXT::sh", "fd::7/x", "ftp://example.org/x", "HTTPS://example.org/x", "https://",
        "https:///x", "https://example.org", "https://example.org/", "https://user@example.org/x",
        "https://user:pw@example.org/x", "https://:pw@example.org/x", "git://user@example.org/x",
        "ssh://-oProxyCommand=touch/x", "ssh://git@-oX/y", "ssh://a:b@example.org/x", "ssh://$(x)@example.org/y",
        "a@-oProxyCommand=x:y", "https://example.org/$HOME/x", "https://example.org/a b", "https://example.org/a\n",
        "https://example.org/\\x", "https://example.org/%0a", "file://host/x", "file://", "file:///", "file://x",
        "https://exa_mple.org/x", "host::x", "host://x", "https://example.org:port/x", "x" * 2001, "a/b:c",
        "https://example.org/a/../b", "https://example.org/\u202ex", "http::https://example.org/x",
    ]),
    (values.revision, [
        "", "-x", "--upload-pack=x", "/x", "x/", ".x", "x.", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[",
        "a\\",
        "a@{1}", "a//b", "a/.b", "a.lock", "a.lock/b", "@", "HEAD", "FETCH_HEAD", "a\n", "x" * 1001,
    ]),
    (values.glob, ["", "-x", "a b", "v*\n", "$x", "x" * 101, "v{1,2}"]),
    (values.object_filter, ["", "blob", "sparse:oid=x", "combine:tree:0", "blob:none ", "blob:limit=", "tree:-1",
        "tree:1k"]),
    (values.directory, [
        "", ".", "..", "../x", "a/..", "a/../b", "/x", "//x", "a//b", "x//", "~", "~root", "a/~b", ".git", ".GIT",
        "a/.git/b",
        ".git.", ".git ", "GIT~1", "git~2", "x.git", "x.lock", "x.clone-project", "-x", "a/-b", " x", "x.", "a\\b",
        "a:b",
        "a*", "CON", "con.txt", "aux/x", "lpt1", "com¹", "a\nb", "a\r", "a\u200b", ".g\u200cit", "$HOME", "x" * 201,
        "ü" * 101,
        "x/" * 501,
    ]),
    (values.workspace_directory, ["", ".", "x", "../..", "../../x", "/", "/tmp", "../", "../.git", "~", "..\\x",
        "../x/.."]),
    (values.path_map, [{}, {"a/": "b"}, {"a": "b/"}, {"a": 1}, {"../a": "b"}, {"a": "/b"}, {"a/": "x/.git/hooks/"},
                       {"a": ".GIT/config"}, {"git~1/": "b/"}, {"./": "a"}, ["a"], {f"{n}": "a" for n in range(1001)}]),
    (values.tree_path, ["", "/etc/passwd", "..", "../x", "a/../b", "./x", "a//b", "-x", "~/x", "a\nb", "a\0",
        "x" * 1001]),
    (values.guide, ["http://example.org/", "https://", "https://user:pw@example.org/", "../x", ".."]),
    (values.archive, ["http://example.org/", "https://", "https://u:p@example.org/", "lists",
        "https://example.org/a b"]),
    (values.pattern, ["", " ", "!x", "#x", "a\nb", "x" * 1001, "a\u202e"]),
    (values.address, [
        "", "x", "@example.org", "x@", "a@b@c", "a b@example.org", "a@example.org\n", "a@example.org\r\nBcc: b@c",
        "a@example.org, b@example.org", "<a@b>, <c@d>", '"a" <b@c>, <d@e>', "a@example.org;b@c", "Bcc: <a@b>",
        "A <a@b", "a@b>", "A a@b", "a@b <c@d>", "a@-b", "a@b-", "a@b..c", "a..b@c", "-oQ/tmp@example.org",
        "A <-x@example.org>", "=?utf-8?q?x?= <a@b>", "x" * 65 + "@example.org", "A" * 250 + " <a@b>", 'a"b <a@b>',
        "a\u200b@example.org", "é" * 130 + " <a@b>", "A\u202e <a@b>", "undisclosed-recipients:;",
    ]),
    (values.prefix, ["", "a]b", "[a", "a\nb", "x" * 61]),
    (values.command, [[], "make", ["make", ""], ["make", 1], ["a\nb"], [["make"]]]),
    (values.OneOf("to", "cc"), ["", "To", "bcc", ["to"]]),
    (values.Many(values.flag, "a list", least=1), [[], True, [1], {}]),
]  # fmt: skip


def cases(table: list[tuple[Check, list[object]]]) -> list[object]:
    return [
        pytest.param(check, value, id=f"{getattr(check, '__name__', 'list')}-{ascii(value)[:40]}")
        for check, found in table
        for value in found
    ]


@pytest.mark.parametrize(("check", "value"), cases(GOOD))
def test_accepted(check: Check, value: object) -> None:
    assert check(value) is None


@pytest.mark.parametrize(("check", "value"), cases(BAD))
def test_refused_with_what_was_expected(check: Check, value: object) -> None:
    expected = check(value)
    assert expected
    assert expected.isprintable()


def checks_of_the_schema() -> list[Check]:
    """Return every check that some key of a manifest has."""
    found: dict[Check, None] = {}

    def visit(kind: object) -> None:
        if isinstance(kind, keys.Table):
            for key in kind.keys.values():
                visit(key.kind)
            if kind.short is not None:
                found[kind.short] = None
        elif isinstance(kind, keys.Tables | keys.Named):
            visit(kind.table)
        else:
            assert callable(kind)
            found[kind] = None

    visit(keys.MANIFEST)
    return list(found)


ALL = checks_of_the_schema()

PIECES = st.sampled_from([
    *"/\\.:@-~ $%?*[]<>\"',;#&=+\r\n\t\0\x7f\u200b\u202e\u2028\ufeff\ud800ü",
    "..", "../", "./", "//", "://", "::", ".git", ".lock", "https://", "ssh://", "git@", "ext::", "file:///", "--",
    "@{",
    "example", "a", "B", "1", "con", "git~1", "%0d", ".org",
])  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=40))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.times(), st.datetimes(), TEXTS)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)


@pytest.mark.parametrize("check", ALL, ids=lambda check: getattr(check, "__name__", getattr(check, "what", "one of")))
def test_other_kinds_of_value_are_refused(check: Check) -> None:
    for value in OTHER_KINDS:
        assert check(value), value


@given(ANYTHING)
@settings(deadline=None)
def test_no_check_fails_whatever_it_is_given(value: object) -> None:
    for check in ALL:
        expected = check(value)
        assert expected is None or (expected and expected.isprintable())


def near(*seeds: str) -> st.SearchStrategy[list[str]]:
    """Return texts of which some are good: ``seeds`` with something put in."""
    cut_in = st.tuples(st.sampled_from(seeds), st.integers(0, 30), PIECES | st.text(max_size=2))
    one = cut_in.map(lambda found: found[0][: found[1]] + found[2] + found[0][found[1] :])
    return st.lists(one, min_size=10, max_size=10)


def accepted(check: Check, candidates: list[str]) -> list[str]:
    return [value for value in candidates if check(value) is None]


@given(near("qemu", "tools/qemu", "a/b/c"))
@settings(deadline=None)
def test_an_accepted_directory_stays_inside(candidates: list[str]) -> None:
    for directory in accepted(values.directory, candidates):
        path = posixpath.normpath(posixpath.join(ROOT, directory))
        assert path.startswith(f"{ROOT}/")
        assert path == posixpath.join(ROOT, directory.removesuffix("/")), "nothing in it is resolved away"
        assert os.path.expanduser(directory) == os.path.expandvars(directory) == directory
        for part in directory.removesuffix("/").split("/"):
            assert not part.startswith("-")
            assert not part.endswith((" ", "."))
            # What a file system that ignores case, or some characters, would take for it.
            seen = "".join(c for c in part if unicodedata.category(c) != "Cf").casefold()
            assert seen not in (".git", "git~1", "con")


@given(near("..", "../neighbours", "../a/b"))
@settings(deadline=None)
def test_an_accepted_workspace_stays_inside_the_parent_of_the_host(candidates: list[str]) -> None:
    for directory in accepted(values.workspace_directory, candidates):
        path = posixpath.normpath(posixpath.join("/src/linux", directory))
        assert path == "/src" or path.startswith("/src/")


@given(near("MAINTAINERS", "tools/perf/", "a/b"))
@settings(deadline=None)
def test_an_accepted_path_stays_inside_the_tree(candidates: list[str]) -> None:
    for path in accepted(values.tree_path, candidates):
        assert posixpath.normpath(posixpath.join(ROOT, path)).startswith(f"{ROOT}/")
        assert not path.startswith("-")
        assert path.isprintable()


@given(near("https://example.org/x.git", "ssh://git@example.org/x", "git@example.org:x", "../x", "file:///x"))
@settings(deadline=None)
def test_an_accepted_url_is_no_option_no_helper_and_no_secret(candidates: list[str]) -> None:
    for url in accepted(values.url, candidates):
        assert not url.startswith("-")
        assert not re.match(r"[A-Za-z0-9+.-]*::", url), "git would run a remote helper"
        assert url.isprintable()
        assert not set(url) & set(" $\\")
        scheme, found, rest = url.partition("://")
        if found and "/" not in scheme:
            assert scheme in ("https", "http", "ssh", "git", "file")
            user, at, host = rest.partition("/")[0].rpartition("@")
            assert not host.startswith("-")
            assert ":" not in user
            assert not at or scheme == "ssh"
        elif not url.startswith("."):
            host = url.partition(":")[0].rpartition("@")[2]
            assert re.match(r"[A-Za-z0-9]", host)


@given(near("list@example.org", "A. Name <a@example.org>", '"N, A" <a@example.org>'))
@settings(max_examples=50, deadline=None)
def test_an_accepted_address_is_one_mailbox_and_nothing_else(candidates: list[str]) -> None:
    for address in accepted(values.address, candidates):
        assert not set(address) & set("\r\n\0")
        bare = address.rpartition("<")[2].removesuffix(">")
        assert not set(bare) & set(' ,;:<>"()[]\\')
        assert bare.count("@") == 1
        assert not bare.startswith("-")
        assert [found for _, found in mailboxes(address)] == [bare]
        if bare.isascii():
            message = EmailMessage(policy=SMTP)
            ((name, _),) = mailboxes(address)
            message["To"] = mailbox(Recipient(bare, name, "list", ()))
            assert [one.addr_spec for one in message["To"].addresses] == [bare]
            header = message.as_bytes().split(b"\r\n\r\n")[0]
            assert all(line.startswith((b"To: ", b" ")) for line in header.split(b"\r\n"))


@given(near("PATCH", "PATCH net-next"))
def test_an_accepted_prefix_stays_in_its_brackets(candidates: list[str]) -> None:
    for prefix in accepted(values.prefix, candidates):
        assert not set(prefix) & set("[]\r\n\0")


@given(near("main", "feature/x", "v6.1"))
@settings(max_examples=20, deadline=None)
def test_an_accepted_revision_is_a_name_to_git(candidates: list[str]) -> None:
    for revision in accepted(values.revision, candidates):
        assert not revision.startswith("-")
        ended = subprocess.run(["git", "check-ref-format", f"refs/heads/{revision}"])
        assert ended.returncode == 0, revision


@given(near("*", "hw/virtio/", "[a-z]*.c"))
def test_an_accepted_pattern_is_one_line_that_is_neither_comment_nor_negation(candidates: list[str]) -> None:
    for pattern in accepted(values.pattern, candidates):
        assert not pattern.startswith(("!", "#"))
        assert len(pattern.splitlines()) == 1
        assert pattern.strip()
