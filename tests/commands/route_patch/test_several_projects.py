"""One change made of series for several projects: ``git route-patch linux:HEAD~2.. qemu:HEAD~3..``."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import smtp
from tests.support.commands import Command, Result, config, shell
from tests.support.golden_files import assert_golden
from tests.support.inside import inside
from tests.support.repositories import make_host, sibling, upstream
from tests.support.send_email import needs_send_email
from tests.support.smtp import Server

pytestmark = pytest.mark.slow

MANIFEST = """
schema = 1
[host]
name = "linux"
route.to = ["linux@example.org"]
venue.archive = "https://lore.kernel.org/lkml/"
[project.perf]
within = ["tools/perf/"]
route.to = ["perf@example.org"]
[project.qemu]
url = "{base}/qemu.git"
route.to = ["qemu@example.org"]
venue.sign-off = true
venue.archive = "https://lists.example.org/pipermail/qemu/"
[project.strace]
url = "https://github.com/strace/strace"
venue.kind = "github"
"""

COMMIT = "git add .; git commit -q --trailer='Signed-off-by: A. U. Thor <author@example.org>' -m"
TOPIC = f"git switch -qc topic; echo 1 > kvm.c; {COMMIT} 'kvm: Offer it'; echo 2 > kvm.c; {COMMIT} 'kvm: And more'"


@pytest.fixture
def linux(src: Path, tmp_path: Path) -> Path:
    """Return a host with a series of two patches on ``topic``, beside siblings with a patch each."""
    base = tmp_path / "served"
    host = make_host(src, MANIFEST.format(base=base.as_uri()))
    shell(TOPIC, host)
    for name in ("qemu", "strace"):
        upstream(base, name)
        top = sibling(host, (base / f"{name}.git").as_uri(), name)
        shell(f"git switch -qc topic; echo 1 > {name}.c; {COMMIT} '{name}: Use it'", top)
    return host


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp.serving() as server:
        server.configure()
        config("sendemail.suppressCc", "all")
        config("sendemail.confirm", "never")
        yield server


def words(tmp_path: Path) -> list[str]:
    (tmp_path / "letter").write_text("kvm, qemu: A new feature\n\nAll of it.\n")
    return ["--description-file", str(tmp_path / "letter")]


def send(top: Path, *more: str) -> Result:
    return inside("route-patch", "--send", "--yes", *more, cwd=top)


def test_the_routes_of_each_part(linux: Path, command: Command) -> None:
    found = command("route-patch", "qemu:HEAD", "host:HEAD~2..", cwd=linux)
    assert (found.code, found.err) == (0, "")
    # The manifest names a temporary folder, and so the host's commits have other ids each time.
    assert_golden("route-patch-linked", re.sub(r"\b[0-9a-f]{12}\b", "ID", found.out))
    again = command("route-patch", "qemu:HEAD", "linux:HEAD~2..", cwd=linux.parent / "qemu")
    assert again.out == found.out.replace("[host]", "[linux]"), "from wherever it is asked"
    addresses = command("route-patch", "--to", "qemu:HEAD", "host:HEAD~2..", cwd=linux)
    assert addresses.out == "qemu@example.org\nlinux@example.org\n"
    answer = json.loads(command("route-patch", "--json", "host:HEAD~2..", "qemu:HEAD", cwd=linux).out)
    assert [(one["project"], one["destinations"][0]["project"]) for one in answer["parts"]] == [
        ("host", "linux"),
        ("qemu", "qemu"),
    ]


def test_several_words_for_one_part(linux: Path, command: Command) -> None:
    found = command("route-patch", "--json", "host:HEAD~1", "qemu:HEAD", "host:HEAD", cwd=linux)
    first, second = json.loads(found.out)["parts"]
    assert [one["subject"] for one in first["destinations"][0]["patches"]] == ["kvm: Offer it", "kvm: And more"]
    assert second["project"] == "qemu"


@pytest.mark.parametrize(
    ("operands", "said"),
    [
        (["qemu:HEAD", "HEAD"], "'HEAD' names no project, and others do"),
        (["qemo:HEAD"], "there is no project 'qemo' in subprojects.toml"),
        (["qemu:nothing.."], "nothing..: bad revision"),
        (["qemu:HEAD", "host:HEAD..HEAD"], "HEAD..HEAD: names no commits"),
        (["--twins", "qemu:HEAD"], "--twins is about one project, and the operands name several"),
        (["--project", "qemu", "qemu:HEAD"], "--project is about one project, and the operands name several"),
    ],
)
def test_words_that_are_no_parts(linux: Path, command: Command, operands: list[str], said: str) -> None:
    found = command("route-patch", *operands, cwd=linux)
    assert found.code != 0
    assert said in found.err


def test_a_file_is_a_file_and_a_revision_a_revision(linux: Path, command: Command) -> None:
    shell("git format-patch -q -1 --stdout > qemu:HEAD", linux)
    assert command("route-patch", "--to", "qemu:HEAD", cwd=linux).out == "linux@example.org\n"


def test_a_part_that_fails_its_checks_stops_all(linux: Path, command: Command, tmp_path: Path) -> None:
    shell("git commit -q --amend -m 'qemu: Use it'", linux.parent / "qemu")
    found = command("route-patch", "--check", "host:HEAD~2..", "qemu:HEAD", cwd=linux)
    assert (found.code, "sign-off" in found.out) == (1, True)
    found = command("route-patch", "--send", "--yes", *words(tmp_path), "host:HEAD~2..", "qemu:HEAD", cwd=linux)
    assert found.code != 0
    if "git send-email" not in found.err:
        assert "nothing is sent: 1 error" in found.err


@needs_send_email
def test_parts_name_each_other_and_go_in_their_order(linux: Path, server: Server, tmp_path: Path) -> None:
    found = send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..")
    assert found.code == 0, found.err
    assert [message.mail["Subject"] for message in server.messages] == [
        "[PATCH 0/1] kvm, qemu: A new feature",
        "[PATCH 1/1] qemu: Use it",
        "[PATCH 0/2] kvm, qemu: A new feature",
        "[PATCH 1/2] kvm: Offer it",
        "[PATCH 2/2] kvm: And more",
    ]
    qemu, _, kvm, *_ = server.messages
    assert [message.rcpt_tos for message in (qemu, kvm)] == [("qemu@example.org",), ("linux@example.org",)]
    ids = [message.mail["Message-ID"] for message in (qemu, kvm)]
    assert (
        "\nAll of it.\n\nThis is part 1 of 2 of one change. The other parts:\n\n"
        "  2. linux: [PATCH 0/2] kvm, qemu: A new feature\n     to linux@example.org\n"
        f"     Message-ID: {ids[1]}\n     https://lore.kernel.org/lkml/{ids[1].strip('<>')}/\n\n"
    ) in qemu.text
    assert (
        f"  1. qemu: [PATCH 0/1] kvm, qemu: A new feature\n     to qemu@example.org\n     Message-ID: {ids[0]}\n"
        in kvm.text
    )
    assert "https://lists.example.org/pipermail/qemu/\n" in kvm.text


@needs_send_email
def test_a_part_that_cannot_be_sent_stops_those_behind_it(linux: Path, server: Server, tmp_path: Path) -> None:
    server.refuse = {"qemu@example.org"}
    found = send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..")
    assert found.code == 1
    assert server.messages == []
    server.refuse = set()
    server.drop_after = 3
    found = send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..")
    assert (found.code, len(server.messages)) == (1, 3)
    server.drop_after = None
    found = send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..")
    assert found.code == 0, found.err
    assert "qemu: this series was sent already" in found.err
    subjects = [message.mail["Subject"] for message in server.messages]
    assert len(subjects) == len(set(subjects)) == 5
    assert server.messages[0].mail["Message-ID"] in server.messages[2].text


@needs_send_email
def test_an_amended_part_keeps_the_id_that_others_have_named(linux: Path, server: Server, tmp_path: Path) -> None:
    server.drop_after = 2
    assert send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..").code == 1
    named = re.findall(r"Message-ID: <(.*)>", server.messages[0].text)
    shell("git commit -q --amend -m 'kvm: And more' -m 'Better said.' -s", linux)
    server.drop_after = None
    found = send(linux, *words(tmp_path), "qemu:HEAD", "host:HEAD~2..")
    assert found.code == 0, found.err
    assert named == [server.messages[2].mail["Message-ID"].strip("<>")]
    assert server.messages[2].mail["Subject"] == "[PATCH 0/2] kvm, qemu: A new feature"


@needs_send_email
def test_what_cannot_be_proposed_lets_no_mail_out(linux: Path, server: Server, tmp_path: Path) -> None:
    found = send(linux, *words(tmp_path), "host:HEAD~2..", "strace:HEAD")
    assert (found.code, server.messages) == (1, []), found.err
    assert "error: strace: " in found.err


@needs_send_email
def test_one_that_is_no_mail_is_named_too(linux: Path, server: Server, tmp_path: Path) -> None:
    shell("git config remote.origin.url https://github.com/strace/strace", linux.parent / "strace")
    shell("git remote add fork https://github.com/author/strace", linux.parent / "strace")
    found = send(linux, "--dry-run", "--verbose", *words(tmp_path), "strace:HEAD", "host:HEAD")
    text = re.sub(r"\s+", " ", found.out)
    assert "1. strace: strace: Use it as a GitHub pull request to https://github.com/strace/strace" in text
    assert "  2. linux: [PATCH 0/1] kvm, qemu: A new feature\n     to linux@example.org\n     Message" in found.err
    assert "strace: what its description should say of the other parts:\nThis is part 1 of 2" in found.err
    assert server.messages == []


@needs_send_email
def test_without_a_cover_letter_the_first_patch_names_the_others(linux: Path, server: Server) -> None:
    found = send(linux, "--no-cover-letter", "qemu:HEAD", "host:HEAD")
    assert found.code == 0, found.err
    first, second = (message.text for message in server.messages)
    assert "\n---\nThis is part 1 of 2 of one change. The other parts:\n\n  2. linux: [PATCH] kvm: And more\n" in first
    assert "  1. qemu: [PATCH] qemu: Use it\n" in second


@needs_send_email
def test_parts_of_one_repository(linux: Path, server: Server, tmp_path: Path) -> None:
    shell(f"mkdir -p tools/perf; echo 1 > tools/perf/x; {COMMIT} 'perf: Show it'", linux)
    found = send(linux, *words(tmp_path), "host:HEAD~1", "perf:HEAD")
    assert found.code == 0, found.err
    assert [message.rcpt_tos for message in server.messages] == [("linux@example.org",)] * 2 + [
        ("perf@example.org",)
    ] * 2


@needs_send_email
def test_all_is_written_to_a_folder_with_one_for_each(linux: Path, server: Server, tmp_path: Path) -> None:
    found = inside(
        "route-patch", "-o", str(tmp_path / "out"), *words(tmp_path), "qemu:HEAD", "host:HEAD~2..", cwd=linux
    )
    assert found.code == 0, found.err
    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.patch"))
    assert written == [
        "linux/0000-cover-letter.patch", "linux/0001-kvm-Offer-it.patch", "linux/0002-kvm-And-more.patch",
        "qemu/0000-cover-letter.patch", "qemu/0001-qemu-Use-it.patch",
    ]  # fmt: skip
    assert "This is part 2 of 2" in (tmp_path / "out" / "linux" / "0000-cover-letter.patch").read_text()
