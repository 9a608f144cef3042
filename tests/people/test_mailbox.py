"""Mailboxes: written and read again they are the same, nobody is made up, and nothing hostile comes through."""

import email.utils
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_subprojects.people.mailbox import Mailbox, format_mailbox, is_address, mailboxes, same_key
from tests.support.limits import within

MEGABYTE = 1 << 20

ATOM = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789!#$%&'*+-/=?^_`{|}~éüñжд漢字"
printable = st.characters(exclude_categories=["C", "Z"])
atoms = st.text(ATOM, min_size=1, max_size=12).filter(lambda text: not text.startswith("-") and "=?" not in text)
domains = st.lists(st.text("abcdeéü漢0123456789-", min_size=1, max_size=8), min_size=1, max_size=3).map(".".join)
addresses = st.builds("{}@{}".format, st.lists(atoms, min_size=1, max_size=3).map(".".join), domains).filter(is_address)
names = st.lists(st.text(printable | st.sampled_from('()<>[]:;@\\,."=?'), min_size=1), max_size=4).map(" ".join)
pieces = st.sampled_from(
    [
        *(
            "a",
            "b@c",
            "@",
            "<",
            ">",
            ",",
            ";",
            ":",
            '"',
            "\\",
            "(",
            ")",
            "[",
            "]",
            " ",
            "\t",
            "\r",
            "\n",
            "\0",
            "\u202e",
        ),
        *("=?utf-8?q?", "?=", "=?utf-8?b?", "=C3=BC", "w7w=", "=0A", "é", "\udce9", "a@[1.2.3.4]", '"a b"@c', "<a@b>"),
    ]
)
hostile = st.one_of(st.text(), st.lists(pieces, max_size=20).map("".join))


@given(st.lists(st.tuples(names, addresses), max_size=4))
@example([('O"Brien, \\ (Jr.) <x@y>', "a@b"), ("=?utf-8?q?x?=", "a@b"), ("Jörg Müller", "jörg@bücher.example")])
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read_again(written: list[tuple[str, str]]) -> None:
    text = ", ".join(format_mailbox(name, address) for name, address in written)
    assert mailboxes(text) == [Mailbox(*pair) for pair in written]


@given(hostile)
@settings(max_examples=120, deadline=None)
def test_whatever_is_read_can_stand_in_a_header(text: str) -> None:
    for name, address in mailboxes(text):
        assert name.isprintable()
        assert address.isprintable()
        assert is_address(address)
        assert mailboxes(format_mailbox(name, address)) == [Mailbox(name, address)]


@given(hostile, hostile)
@settings(max_examples=120, deadline=None)
def test_nothing_unprintable_is_written_and_nobody_added(name: str, address: str) -> None:
    written = format_mailbox(name, address)
    assert written.isprintable()
    assert len(mailboxes(format_mailbox(name, "a@b"))) == 1
    same_key(address)


ordinary_names = st.sampled_from(
    [
        *(
            "Ann",
            "Ann Other",
            '"Other, Ann"',
            '"Ann \\"the\\" Other"',
            "Jörg Müller",
            "H. Peter Anvin",
            "Ann (Company)",
        ),
        *("O'Brien", "Ann-Marie van der Berg", "'Ann'", '""', "漢字"),
    ]
)


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(ordinary_names, addresses, st.sampled_from(["{0} <{1}>", "{0} <{1}> ", "<{1}>", "{1}"])), max_size=5
    )
)
@settings(max_examples=80, deadline=None)
def test_agrees_with_the_email_package_on_ordinary_input(written: list[tuple[str, str, str]]) -> None:
    text = ", ".join(form.format(name, address) for name, address, form in written)
    assert [tuple(one) for one in mailboxes(text)] == (email.utils.getaddresses([text]) if text else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("<a@b>", [("", "a@b")]),
        ("a@b (Ann (Jr.) Other)", [("Ann (Jr.) Other", "a@b")]),
        ("<a@b> (Ann)", [("Ann", "a@b")]),
        ("Ann Other <a@b> (Company)", [("Ann Other", "a@b")]),
        ("Ann (Company) <a@b>", [("Ann (Company)", "a@b")]),
        ('"a" <b@c>, <d@e>', [("a", "b@c"), ("", "d@e")]),
        ('"Na, me" <a@b>', [("Na, me", "a@b")]),
        ('"a <x@y>, b" <c@d>', [("a <x@y>, b", "c@d")]),
        ("x: a@b, Ann <c@d>; e@f", [("", "a@b"), ("Ann", "c@d"), ("", "e@f")]),
        ("undisclosed-recipients:;", []),
        ("a@b; c@d", [("", "a@b"), ("", "c@d")]),
        ("mailto:a@b", [("", "a@b")]),
        ("Ann Other a@b", [("Ann Other", "a@b")]),
        ("Ann\u00a0Other <a@b>", [("Ann Other", "a@b")]),
        ("user@bücher.example", [("", "user@bücher.example")]),
        ("Ünal <ünal@bücher.example>", [("Ünal", "ünal@bücher.example")]),
        ('"john doe"@b', [("", '"john doe"@b')]),
        ("a@[IPv6:2001:db8::1]", [("", "a@[IPv6:2001:db8::1]")]),
        ("stable@vger.kernel.org [5.4+]", [("", "stable@vger.kernel.org")]),
    ],
)
def test_forms(text: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(one) for one in mailboxes(text)] == expected


@pytest.mark.parametrize(
    ("name", "decoded"),
    [
        ("=?utf-8?q?J=C3=B6rg?= X", "Jörg X"),
        ("=?UTF-8?B?SsO2cmc=?= =?utf-8?q?_X?=", "Jörg X"),
        ("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=", "Jörg"),
        ("=?iso-8859-1?Q?J=F6rg?= =?utf-8?q?=C3=B6?=", "Jörgö"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?utf-8?q?M=C3=BCller,_Hans?=", "Müller, Hans"),
        ('"=?utf-8?q?a?="', "=?utf-8?q?a?="),
        ('=?utf-8?q?a?="b"', "=?utf-8?q?a?=b"),
        ("=?utf-8?q?=FF?=", "=?utf-8?q?=FF?="),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("=?unicode-escape?q?=5Cx41?=", "=?unicode-escape?q?=5Cx41?="),
    ],
)
def test_encoded_words(name: str, decoded: str) -> None:
    assert mailboxes(f"{name} <a@b>") == [Mailbox(decoded, "a@b")]


@pytest.mark.parametrize(
    "text",
    [
        *("", "Ann", "@", "a@", "@b", "<>", "<a>", "Ann <@b>", "a@b@c", "Ann <a@b@c>", "a@b.", "a@.b"),
        *("a@b\nBcc: c@d", "a@b\r\n c@d", "a\0@b", "Ann\x1b[31m <a@b>", "Ann\u202e <a@b>", "a\u200b@b", "a\udce9@b"),
        *("=?utf-8?q?a=0ABcc:?= <a@b>", "-oQ/tmp@b", "=?utf-8?q?a?=@b", "<a b>@c", f"{'a' * 319}@b", f"{'é' * 160}@b"),
    ],
)
def test_what_is_no_mailbox(text: str) -> None:
    assert mailboxes(text) == []


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ('"Ann <a@b>', "Ann", "a@b"),
        ("Ann (Company <a@b>", "Ann Company", "a@b"),
        ("Ann <a@b", "Ann", "a@b"),
        ("Ann <<a@b>>", "Ann", "a@b"),
        ("Ann [x <a@b>", "Ann [x", "a@b"),
        (f"{'n' * 1000} <a@b>", "n" * 1000, "a@b"),
        (f"{'n' * 1001} <a@b>", "", "a@b"),
        (f"{'a' * 318}@b", "", f"{'a' * 318}@b"),
    ],
)
def test_broken_or_large(text: str, name: str, address: str) -> None:
    assert mailboxes(text) == [Mailbox(name, address)]


@pytest.mark.parametrize("broken", ['"Ann <a@b>, Bob <c@d>', "Ann (x <a@b>, Bob <c@d>", "Ann <a@b, Bob <c@d>"])
def test_what_never_ends_takes_nobody_along(broken: str) -> None:
    assert [one.address for one in mailboxes(broken)] == ["a@b", "c@d"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ['"\\', "(", "<", "a@", "=?", "=?x?q?y", "[a", '"a"', "a@b,", "\\", '(")', "=?utf-8?q?a?= "]
)
def test_takes_no_more_than_linear_time(piece: str) -> None:
    with within(10):
        mailboxes(piece * (MEGABYTE // 16 // len(piece)))


@pytest.mark.parametrize(
    ("name", "address", "written"),
    [
        ("", "a@b", "a@b"),
        ("Ann Other", "a@b", "Ann Other <a@b>"),
        ("H. Peter Anvin", "a@b", '"H. Peter Anvin" <a@b>'),
        ('Ann "x" \\', "a@b", '"Ann \\"x\\" \\\\" <a@b>'),
        ("Jörg", "jörg@bücher.example", "Jörg <jörg@bücher.example>"),
        ("Müller, Jörg", "a@b", '"Müller, Jörg" <a@b>'),
        ("a\r\nBcc: x@y", "a@b", '"a Bcc: x@y" <a@b>'),
        ("a\u202eb", "a@b\n>, <c@d", "a b <a@b, c@d>"),
    ],
)
def test_how_it_is_written(name: str, address: str, written: str) -> None:
    assert format_mailbox(name, address) == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A@B.Example", "a@b.example"),
        ("a@bücher.example", "A@XN--BCHER-KVA.example"),
        ("a@BÜCHER.Example", "a@bücher.example"),
        ("ÉMILE@x", "émile@x"),
    ],
)
def test_the_same_address(one: str, other: str) -> None:
    assert same_key(one) == same_key(other)


@pytest.mark.parametrize("address", ["", "a", "é", "a@é..x", f"a@{'é' * 64}.x", f"a@{'é.' * 400}", "a@\udce9"])
def test_a_domain_that_idna_cannot_take_stays(address: str) -> None:
    assert same_key(address) == address


def test_different_addresses() -> None:
    assert len({same_key(address) for address in ("a@b", "b@b", "a@c", "a@bücher.example", "a@bucher.example")}) == 5


def test_start_up_loads_no_mail_package() -> None:
    code = "import sys; before = {*sys.modules}; import git_subprojects.people.trailers;"
    code += "print({'email', 'encodings.idna', 'binascii'} & ({*sys.modules} - before))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
