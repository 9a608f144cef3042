"""Trailers: as git interpret-trailers reads the last paragraph, and wherever else kernel developers put them."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.people.mailbox import Mailbox
from git_subprojects.people.trailers import PEOPLE, Trailer, fixes, ignored, people, trailers
from tests.support.limits import within

MESSAGE = """\
The words before: these are prose.
See https://example.org/x and
https://example.org/y too.

    Cc: Indented <indented@example.org>

Reported-by: syzbot <syzbot+0a1b@syzkaller.appspotmail.com>
Closes: https://syzkaller.appspot.com/bug?extid=0a1b
Fixes: 54A4F0239F2E ("KVM: MMU: make kvm_mmu_zap_page() return
 the number of pages")
cc: <stable@vger.kernel.org> # 5.10+, needs a@b.example
CC: stable@vger.kernel.org # v4.19
Cc: "Other, Ann" <ann@example.org>, Bob <bob@example.org>,
\tJörg Müller <joerg@example.org>
Reported-and-tested-by: Tess <tess@example.org>
Signed-off-by: Me <me@example.org>
---
Cc: Below <below@example.org>

 a.c | 2 +-
"""


def test_people_of_a_kernel_patch() -> None:
    assert people(MESSAGE) == [
        ("Reported-by", Mailbox("syzbot", "syzbot+0a1b@syzkaller.appspotmail.com")),
        ("Cc", Mailbox("", "stable@vger.kernel.org")),
        ("Cc", Mailbox("Other, Ann", "ann@example.org")),
        ("Cc", Mailbox("Bob", "bob@example.org")),
        ("Cc", Mailbox("Jörg Müller", "joerg@example.org")),
        ("Reported-by", Mailbox("Tess", "tess@example.org")),
        ("Cc", Mailbox("Below", "below@example.org")),
    ]


def test_trailers_say_where_they_stand() -> None:
    found = trailers(MESSAGE)
    assert Trailer("Closes", "https://syzkaller.appspot.com/bug?extid=0a1b", 8) in found
    assert Trailer("Signed-off-by", "Me <me@example.org>", 16) in found
    assert [one.line for one in found if one.key == "Cc"] == [13, 18]
    assert [one for one in found if one.key.startswith("http")] == []


def test_every_key_in_any_case() -> None:
    for key in PEOPLE:
        for written in (key, key.upper(), key.lower()):
            assert people(f"{written}: a@b") == [(key, Mailbox("", "a@b"))]
    assert people("Signed-off-by: a@b\nLink: a@b\nNacked-and-by: a@b\nTested-and-nacked-by: c@d") == [
        ("Tested-by", Mailbox("", "c@d"))
    ]


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("<stable@vger.kernel.org> # 4.x: a@b, c@d", ["stable@vger.kernel.org"]),
        ("stable@vger.kernel.org\t# v5.10+", ["stable@vger.kernel.org"]),
        ('"Ann # 1" <a@b> # "x" <c@d>', ["a@b"]),
        ('"Ann <a@b> # 1', ["a@b"]),
        ("a#1@b, c@d", ["a#1@b", "c@d"]),
        ("Ann <a@b>\r", ["a@b"]),
        ("Ann <a@b>\x1b[31m", ["a@b"]),
        ("Ann\x1b[31m <a@b>, c@d", ["c@d"]),
        ("", []),
    ],
)
def test_addresses_of_a_value(value: str, addresses: list[str]) -> None:
    assert [one.address for _, one in people(f"Cc: {value}")] == addresses


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_folded_lines(end: str) -> None:
    message = end.join(["Cc:", " a@b,", "\tc@d", "  ", " e@f", "Cc : g@h", "", " i@j"])
    assert [(one.key, one.value, one.line) for one in trailers(message)] == [("Cc", "a@b, c@d", 1), ("Cc", "g@h", 6)]


@pytest.mark.parametrize(
    ("message", "ids"),
    [
        ('Fixes: 54a4f0239f2e ("KVM: MMU")', ["54a4f0239f2e"]),
        ("Fixes: 54A4F0", ["54a4f0"]),
        ("Fixes: commit 54a4f0239f2e", ["54a4f0239f2e"]),
        ("FIXES: 54a4f0 (x)\nfixes: abcdef01,\nFixes: 54A4F0", ["54a4f0", "abcdef01"]),
        (f"Fixes: {'a' * 64}", ["a" * 64]),
        (f"Fixes: {'a' * 65}", []),
        ("Fixes: 54a4f", []),
        ("Fixes: 54a4f0g", []),
        ("Fixes: #123456", []),
        ("Fixes: https://example.org/123456", []),
        ("This Fixes: 54a4f0239f2e", []),
    ],
)
def test_fixes(message: str, ids: list[str]) -> None:
    assert fixes(message) == ids


keys = st.sampled_from(["Cc", "Reported-by", "Fixes", "X-1", "link"])
values = st.text("ab <>@#,:é", max_size=12)
blocks = st.lists(
    st.builds(
        "{}{} {}{}".format, keys, st.sampled_from([":", " :"]), values, st.sampled_from(["", "\n more", "\n\ta@b\n c"])
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@given(blocks)
@settings(max_examples=80, deadline=None)
def test_agrees_with_git_on_the_last_paragraph(block: list[str]) -> None:
    message = "\n".join(block) + "\n"
    ended = subprocess.run(
        ["git", "interpret-trailers", "--parse", "--no-divider"],
        input=f"Subject\n\nText\n\n{message}".encode(),
        capture_output=True,
        check=True,
    )
    # git keeps white space before the end of a line that goes on.
    expected = [" ".join(line.split()) for line in ended.stdout.decode().split("\n")[:-1]]
    assert [" ".join(f"{one.key}: {one.value}".split()) for one in trailers(message)] == expected


@given(st.one_of(st.text(), st.text("Cc:Fixs <>@,#\"'()\r\n\t\0ab1\u202e\udce9")))
@settings(max_examples=100, deadline=None)
def test_takes_any_message(message: str) -> None:
    fixes(message)
    for _, one in people(message):
        assert one.name.isprintable()
        assert one.address.isprintable()


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["Cc: ", "Cc: \n", "Cc: a@b\n", "Cc: a\n ", 'a #"', "a-and-", " \t"])
def test_takes_no_more_than_linear_time(piece: str) -> None:
    message = "Cc: " + piece * ((1 << 16) // len(piece))
    with within(10):
        people(message)
        people(message.replace("Cc: ", "", 1) + "-by: x")
        fixes(message.replace("Cc", "Fixes"))


def test_a_file_of_addresses_to_ignore() -> None:
    content = "# nobody\nAnn Other <Ann@Example.org>\n\n  bob@bücher.example # left\r\nCarl\n\xff <dora@x>\n".encode(
        "latin-1"
    )
    assert ignored(content.replace(b"\xfc", "ü".encode())) == {
        "ann@example.org",
        "bob@xn--bcher-kva.example",
        "dora@x",
    }
