"""No setting of the user's changes what git am reads: each is tried, and the files are the same to the byte."""

import os
from pathlib import Path

import pytest

from git_subprojects.git.process import Git
from git_subprojects.sending import format_patch
from tests.support.commands import run, shell
from tests.support.repositories import made_once
from tests.support.send_email import needs_send_email
from tests.support.series import server
from tests.support.smtp import Server

__all__ = ["server"]

HISTORY = r"""
git init -q -b main .
seq 60 > f.c; seq 30 > old; printf 'a\r\nb\r\n' > crlf; printf 'a\0b' > bin; mkdir 'with space'; echo 1 > 'with space/ü'
printf 'a   \n\n\tb\n' > space; git add .; git commit -qm Begin
git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),module; git commit -qm 'Add a module'
git switch -qc topic
sed -i 's/^20$/twenty/; s/^26$/x/' f.c; git mv old new; sed -i 1d new; printf 'c\r\n' >> crlf; printf 'a\0c' > bin
echo 2 >> 'with space/ü'; printf '\n' >> space; chmod +x f.c; git add . ':!module'
git update-index --cacheinfo 160000,$(git rev-parse HEAD),module
git commit -q --author='Jürgen <j@example.org>' -F- <<'MESSAGE'
f: Größer machen

Ein Satz mit ß, and a line that is long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

Signed-off-by: A. U. Thor <author@example.org>
MESSAGE
sed -i s/^40$/forty/ f.c; git add f.c
printf 'f: Gr\366ssen\n\n\344ndern\n' | git -c i18n.commitEncoding=ISO-8859-1 commit -q -F-
git notes add -m 'a note' HEAD
"""

VALUES = {
    "i18n.commitEncoding": ["ISO-8859-1", "UTF-16", "EUC-JP"],
    "i18n.logOutputEncoding": ["ISO-8859-1", "UTF-16", "KOI8-R"],
    "diff.context": ["0", "1", "20"],
    "diff.interHunkContext": ["5", "40"],
    "diff.noprefix": ["true"],
    "diff.mnemonicPrefix": ["true"],
    "diff.srcPrefix": ["x/"],
    "diff.dstPrefix": ["y/"],
    "diff.relative": ["true"],
    "diff.renames": ["false", "true", "copies"],
    "diff.submodule": ["log", "diff", "short"],
    "diff.ignoreSubmodules": ["all", "dirty", "untracked", "none"],
    "submodule.module.ignore": ["all", "dirty"],
    "diff.external": ["false", "cat"],
    "diff.color": ["always"],
    "color.ui": ["always"],
    "color.diff": ["always"],
    "diff.colorMoved": ["zebra"],
    "diff.wsErrorHighlight": ["all"],
    "diff.wordRegex": ["."],
    "diff.dirstat": ["lines"],
    "diff.tool": ["vimdiff"],
    "diff.statGraphWidth": ["10"],
    "core.quotePath": ["true", "false"],
    "core.abbrev": ["4", "8", "40", "no"],
    "core.autocrlf": ["true", "input", "false"],
    "core.eol": ["crlf", "lf"],
    "core.whitespace": ["cr-at-eol", "-trailing-space", "tab-in-indent"],
    "core.fileMode": ["false"],
    "core.symlinks": ["false"],
    "core.ignoreCase": ["true"],
    "core.precomposeUnicode": ["true"],
    "core.pager": ["false"],
    "pager.format-patch": ["true", "false"],
    "core.commentChar": [";", "auto"],
    "core.notesRef": ["refs/notes/other"],
    "notes.displayRef": ["refs/notes/*"],
    "format.attach": ["true", "boundary"],
    "format.from": ["true", "false", "Other <other@example.org>"],
    "format.forceInBodyFrom": ["true"],
    "format.signOff": ["true", "false"],
    "format.headers": ["X-Mine: yes", "To: evil@example.org", "Subject: other"],
    "format.to": ["someone@example.org"],
    "format.cc": ["someone@example.org"],
    "format.subjectPrefix": ["OTHER", ""],
    "format.suffix": [".txt", ""],
    "format.numbered": ["true", "false", "auto"],
    "format.numberedFiles": ["true"],
    "format.thread": ["deep", "shallow", "false"],
    "format.coverLetter": ["true", "auto"],
    "format.coverFromDescription": ["subject", "message"],
    "format.outputDirectory": ["elsewhere"],
    "format.filenameMaxLength": ["20"],
    "format.useAutoBase": ["true", "whenAble"],
    "format.encodeEmailHeaders": ["false", "true"],
    "format.mboxrd": ["true"],
    "format.pretty": ["oneline", "raw", "format:%H"],
    "log.showSignature": ["true"],
    "log.mailmap": ["true", "false"],
    "log.decorate": ["full"],
    "log.date": ["iso"],
    "log.follow": ["true"],
    "log.diffMerges": ["first-parent"],
    "log.showRoot": ["false"],
    "log.abbrevCommit": ["true"],
    "apply.whitespace": ["fix", "error"],
    "am.keepcr": ["true"],
    "mailinfo.scissors": ["true"],
    "merge.conflictStyle": ["zdiff3"],
    "commit.template": ["nowhere"],
    "commit.gpgSign": ["true"],
    "trailer.sign.key": ["Signed-off-by: "],
    "user.useConfigOnly": ["true"],
    "feature.experimental": ["true"],
    "advice.detachedHead": ["false"],
}
SETTINGS = [(key, value) for key, values in VALUES.items() for value in values]


def _make(top: Path) -> None:
    shell(HISTORY, top / "it")


@pytest.fixture
def top() -> Path:
    return made_once(_make) / "it"


def written(top: Path, folder: Path, settings: list[tuple[str, str]], **more: str) -> list[bytes]:
    """Return what is written of the two commits under these settings, without the signature."""
    environment = {**os.environ, "GIT_CONFIG_COUNT": str(len(settings)), **more}
    for number, (key, value) in enumerate(settings):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    commits = shell("git rev-list --reverse -2 HEAD", top).split()
    git = Git(environment, str(top))
    files = format_patch.write(git, commits, str(folder), prefix="PATCH", version=1, base=None, cover=False)
    return [Path(path).read_bytes().rpartition(b"\n-- \n")[0] for path in files.patches]


def test_each_setting_alone_changes_nothing(top: Path, tmp_path: Path) -> None:
    assert len(SETTINGS) >= 120
    plain = written(top, tmp_path / "plain", [])
    different = [
        (key, value)
        for number, (key, value) in enumerate(SETTINGS)
        if written(top, tmp_path / str(number), [(key, value)]) != plain
    ]
    assert different == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("GIT_DIFF_OPTS", "-u0"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_PAGER", "false"),
        ("GIT_NOTES_REF", "refs/notes/x"),
    ],
)
def test_no_variable_changes_anything(top: Path, tmp_path: Path, key: str, value: str) -> None:
    assert written(top, tmp_path / "other", [], **{key: value}) == written(top, tmp_path / "plain", [])


def test_notes_and_signatures_are_the_users_and_change_no_commit(top: Path, tmp_path: Path) -> None:
    settings = [("format.notes", "true"), ("format.signature", "Yours"), ("notes.displayRef", "refs/notes/*")]
    for found, plain in zip(written(top, tmp_path / "a", settings), written(top, tmp_path / "b", []), strict=True):
        assert found.partition(b"\n---\n")[0] == plain.partition(b"\n---\n")[0]
        assert found.partition(b"\ndiff --git")[2] == plain.partition(b"\ndiff --git")[2]


SENDING = [
    [("sendemail.transferEncoding", "base64"), ("sendemail.assume8bitEncoding", "UTF-8")],
    [("sendemail.transferEncoding", "quoted-printable"), ("sendemail.xmailer", "false"), ("diff.context", "0")],
    [("sendemail.transferEncoding", "8bit"), ("format.from", "true"), ("sendemail.from", "Me <me@example.org>")],
    [("sendemail.chainReplyTo", "true"), ("sendemail.thread", "true"), ("sendemail.suppressFrom", "true")],
    [(key, values[-1]) for key, values in VALUES.items() if key.split(".")[0] in ("diff", "core", "format", "i18n")],
]


@pytest.mark.slow
@needs_send_email
@pytest.mark.parametrize("settings", SENDING)
def test_what_arrives_is_what_was_committed(
    top: Path, src: Path, server: Server, settings: list[tuple[str, str]]
) -> None:
    linux = src / "linux"
    run("git", "clone", "-q", "--no-local", top, linux)
    (linux / "subprojects.toml").write_text('schema = 1\n[host]\nname = "x"\nroute.to = ["list@example.org"]\n')
    for key, value in settings:
        shell(f"git config --add {key} '{value}'", linux)
    skipped = "--skip-check=base,subject,whitespace,round-trip"
    ended = run("git", "route-patch", "--send", "--yes", "--no-cover-letter", skipped, "-2", cwd=linux)
    assert ended.code == 0, ended.err
    shell("git clone -q --no-checkout . ../received; git -C ../received checkout -q HEAD~2", linux)
    received = linux.parent / "received"
    for number, message in enumerate(server.messages):
        (received / f"../mail.{number}").write_bytes(message.content.replace(b"\r\n", b"\n"))
    shell("git am -q ../mail.*", received)
    facts = "git log -2 --encoding=UTF-8 --format='%T %an <%ae>%n%B'"
    assert shell(facts, received) == shell(facts, linux)
