"""Perl's regular expressions: what perl itself finds with them is what is found, and nothing is raised."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.perl_regex.characters import BadRegex
from git_subprojects.perl_regex.literals import required
from git_subprojects.perl_regex.translate import compiled

CHANGED = b"^[+-].*"

PERL = r"""
no warnings; $| = 1;
while (<STDIN>) {
    chomp;
    my ($verbose, $pattern, @texts) = split / /, $_, -1;
    $_ = pack "H*", $_ for $pattern, @texts;
    my @found = map { eval { $verbose ? m/$pattern/x : m/$pattern/ } ? 1 : $@ ? "refused" : 0 } @texts;
    print "@found\n";
}
"""

Perl = Callable[[bytes, Sequence[bytes], bool], list[bool] | None]


@pytest.fixture(scope="module")
def perl() -> Iterator[Perl]:
    """Ask one perl, which stays, in which texts it finds a pattern: ``perl(pattern, texts, verbose)``.

    None stands for a pattern that it refuses.
    """
    if shutil.which("perl") is None:
        pytest.skip("perl is missing")
    with subprocess.Popen(["perl", "-e", PERL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:

        def ask(pattern: bytes, some: Sequence[bytes], verbose: bool) -> list[bool] | None:
            assert process.stdin is not None
            assert process.stdout is not None
            words = [f"{verbose:d}", pattern.hex(), *(text.hex() for text in some)]
            process.stdin.write(" ".join(words).encode() + b"\n")
            answers = process.stdout.readline().decode().split()
            assert len(answers) == len(some)
            return None if "refused" in answers else [answer == "1" for answer in answers]

        yield ask


def found(pattern: bytes, some: Sequence[bytes], verbose: bool, prefix: bytes = b"") -> list[bool]:
    regex = compiled(pattern, prefix=prefix, verbose=verbose)
    return [regex.search(text) is not None for text in some]


REAL = [
    rb"\b(?i:clang|llvm)\b",
    rb"(?:\b|_)bpf(?:\b|_)",
    rb"phylink\.h|struct\s+phylink|>phylink_|phylink_(?:init|stop)",
    rb"bcm[9]?63138",
    rb"[^@]sifive",
    rb"(devm_)?hwmon_device_(un)?register(|_with_groups)",
    rb"^[+-].*(?i)pidfd",
    rb"^Subject:.*(?i)mips",
    rb"^Subject:.*(?i)s390x?",
    rb"\b(xsm|XSM)\b",
    rb"xsm_.*",
    rb"(?i)hi\x{74}h|\bof_(?:get|find)\b",
    rb"linux,(?:usable-memory|cma)",
    rb"\W(kvm|KVM)[_-]",
    rb"__(?:no_)?sanitize|__counted_by(?:_[lb]e)?",
    rb"fsl,imx[0-9]*|\bmx(?:cs|s)?_",
    rb"drivers/.*/(?!old)new\.[ch]$",
    rb"x{1,2}86 (?#both of them)",
]
SYNTAX = [
    *(rb"a(?i)b|c", rb"(a(?i)b|c)d", rb"(?i)a(?-i)b|B", rb"(?i:a(?-i)b)c", rb"(?^i:A)b", rb"(?i-i)A", rb"(?s)a.b"),
    *(rb"(?x) a b # c", rb"(?x: a b )c d", rb"(?-x) a", rb"(?ix:A b)", rb"(?i)[a-b]\x41", rb"(?)a", rb"(?:(?i)a|b)A"),
    *(rb"[[:alpha:]]", rb"[[:^digit:]_]", rb"[^[:space:]a]", rb"[[:upper:]]", rb"(?i)[[:upper:]]"),
    *(rb"(?i)[[:^lower:]]", rb"[[:punct:]]+[[:xdigit:]]", rb"[:alpha:]", rb"[[:word:]-]", rb"[[:cntrl:]]"),
    *(rb"[[:graph:][:blank:]]$", rb"^[]a]", rb"^[^]a]", rb"[a-\d]", rb"[\d-z]", rb"[\w.-]+@", rb"[[]"),
    *(rb"[a&&b~~c||+--]", rb"[ #]", rb"[\]\\]", rb"[\b]", rb"[\n\t]", rb"[\x41-\x43]", rb"[\101]", rb"[\18]"),
    *(rb"[\h]", rb"[^\H]", rb"[\V]", rb"[\y\_]", rb"[$@]", rb"\h+", rb"\Hb", rb"a\R", rb"\v", rb"^\V+$", rb"\N$"),
    *(rb"\A[+]", rb"b\z", rb"b\Z", rb"\Bb", rb"^\B", rb"\e|\a|\f", rb"\x41", rb"\x{62}", rb"\xg", rb"\o{101}"),
    *(rb"\0", rb"\012", rb"\N{U+41}", rb"\cA", rb"\c?", rb"\@\#\ \-\<", rb"(a)\1", rb"(a)\1 1", rb"(?<n>a)\k<n>"),
    *(rb"(?'n'.)\k'n'", rb"(?P<n>b)(?P=n)", rb"(b|a)\g{1}", rb"(a)(b)\g-1", rb"(?<n>a)\g{n}", rb"(?i)(a)\1"),
    *(rb"(a)|b\1", rb"\y\q\_", rb"(?#(a)b", rb"a(?#c)*b", rb"{b", rb"x{}", rb"}]", rb"^a ++b", rb"^a+ ?b"),
    *(rb"a {2} ?", rb"(?>a+)b", rb"a++b", rb"a?+b", rb"a{1,2}+b", rb"(a|b)*?$", rb"(|a)+b", rb"()", rb"(?<=a)b"),
    *(rb"(?<!a)b", rb"a(?!b)", rb"a(?=b)b", rb"(?m)^$", rb"(?m)^b$", rb"^$", rb"a$\n", rb"a|", rb"|a", rb"$|z", b" "),
    *(b"#a", b"a#\nb", b"a\\\nb", "é+".encode(), b"\\\xc3\xa9", b"[\xc3\xa9]\xa9", b"\x00", b"a\tb"),
]
TEXTS = [
    *(b"", b"\n", b"a", b"A", b"b", b"ab", b"aB", b"Ab", b"aab", b"aa1", b"abd", b"aBd", b"cd", b"cD", b"C", b"b\n"),
    *(b"a\nb", b"a\n", b"\nb\n", b"aabb", b"ba", b"B c d", b"a b", b"ab c d", b" a", b"#a", b"a b # c", b"-", b"a{"),
    *(b"x{}", b"}]", b"yq_", b"]", b"[", b"^", b"z", b"_", b"8", b"\x01", b"\b", b"\0g", b"\x7f", b"\x1b"),
    *(b"\t \r\n", b"$@", b"&~|", b"\\", b"@# -<", "é".encode(), "aéé".encode(), b"+ b", b"x@", b".-@f", b"0", b"l:"),
    *(b"ababab", b"A1", b"(a)", b"+#include <linux/phylink.h>", b"-struct  phylink *pl;", b"+\tpl->phylink_x"),
    *(b"bcm63138", b"bcm963138.dtsi", b"Clang, LLVM", b"clangd", b"-bpf_x", b"abpf", b"a@sifive", b"x sifive"),
    *(b"hwmon_device_register(", b"+ PIDFD", b"Subject: on Mips", b"subject: mips", b"Subject: S390", b"a xsm b"),
    *(b"a xsm_b", b"XSM", b"hith", b"x86", b"xx86", b"drivers/a/b/new.c", b"drivers/a/old/new.x", b"+kvm_x"),
    *(b" KVM-", b"__counted_by_le", b"fsl,imx", b"of_find "),
]


@pytest.mark.parametrize("verbose", [True, False])
def test_perl_finds_the_same(perl: Perl, verbose: bool) -> None:
    for pattern in REAL + SYNTAX:
        assert found(pattern, TEXTS, verbose) == perl(pattern, TEXTS, verbose), pattern


def test_perl_finds_the_same_with_a_prefix(perl: Perl) -> None:
    some = [*TEXTS, *(b"+" + text for text in TEXTS)]
    for pattern in REAL:
        assert found(pattern, some, True, CHANGED) == perl(CHANGED + pattern, some, True), pattern


def test_every_class_holds_what_it_holds_in_perl(perl: Perl) -> None:
    names = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit"
    classes = [f"{flag}[[:{no}{name}:]]" for flag in ("", "(?i)") for no in ("", "^") for name in names.split()]
    classes += [rf"[\{letter}]" for letter in "dDhHsSvVwW"] + [rf"\{letter}" for letter in "dDhHsSvVwWN"]
    some = [bytes([number]) for number in range(128)]
    for pattern in classes:
        assert found(pattern.encode(), some, False) == perl(pattern.encode(), some, False), pattern


def test_only_the_first_alternative_has_the_prefix() -> None:
    regex = compiled(b"foo|bar", prefix=CHANGED, verbose=True)
    assert regex.search(b"+foo")
    assert not regex.search(b" foo")
    assert regex.search(b" bar")


@pytest.mark.parametrize(
    ("text", "byte"), [("é", False), ("\N{WHITE SMILING FACE}", True), ("x\N{WHITE SMILING FACE}y", True)]
)
def test_a_character_beyond_a_byte_is_utf_8(text: str, byte: bool) -> None:
    assert bool(compiled(rb"\x{263a}+", verbose=True).search(text.encode())) is byte
    assert bool(compiled(rb"\N{U+263A}", verbose=True).search(text.encode())) is byte


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (b"", "empty"),
        (b"a" * 2001, "longer than 2,000 bytes"),
        (b"(a", "a '(' is not closed"),
        (b"a)", "a ')' closes nothing"),
        (b"[a", "a '[' is not closed"),
        (b"[]", "a '[' is not closed"),
        (b"a\\", r"a '\' ends it"),
        (b"[\\", r"a '\' ends it"),
        (b"*a", "nothing that '*' could repeat"),
        (b"a**", "nothing that '*' could repeat"),
        (b"^*", "nothing that '*' could repeat"),
        (b"(?i)+", "nothing that '+' could repeat"),
        (b"a{2}{3}", "nothing that '{3}' could repeat"),
        (b"a{,2}", "versions of Perl differ on such a '{…}'"),
        (b"a{ 1, 2 }", "versions of Perl differ on such a '{…}'"),
        (b"a{3,1}", "min repeat greater than max repeat"),
        (b"a{100001}", "repeats more than 100,000 times"),
        (b"(?:a{1000}b){101}", "repeats more than 100,000 times"),
        (b"((?:a{9})|b{99,}){99,1099}", "repeats more than 100,000 times"),
        (b"a{" + b"9" * 1900 + b"}", "repeats more than 100,000 times"),
        (b"[z-a]", "a range in a class goes backwards"),
        (b"[[:foo:]]", "no class is named 'foo'"),
        (b"[[.a.]]", "'[.' and '[=' are not supported"),
        (b"[\\x{263a}]", "a class holds a character beyond a byte"),
        (b"[\\777]", "a class holds a character beyond a byte"),
        (b"[\\R]", r"'\R' is not supported in a class"),
        (b"\\x{110000}", "no character has the number 0x110000"),
        (b"\\x{d800}", "no character has the number 0xd800"),
        (b"\\x{ffffffff}", "no character has the number 0xffffffff"),
        (b"\\b{wb}", r"'\b{' is not supported"),
        *(
            (b"a\\" + letter + b"{1}b", f"'\\{letter.decode()}' is not supported")
            for letter in (b"p", b"X", b"K", b"Q")
        ),
        *((b"\\" + letter, f"'\\{letter.decode()}' is not supported") for letter in (b"G", b"g", b"k", b"c", b"o")),
        (b"\\x{4g}", r"'\x' is not supported"),
        (b"\\1(a)", "refers to a group that is not before it"),
        (b"(a)\\2", "refers to a group that is not before it"),
        (b"(a)\\g{-2}", "refers to a group that is not before it"),
        (b"(a)\\10", "refers to a group that is not before it"),
        (b"(a\\1)", "cannot refer to an open group"),
        (b"\\k<n>", "no group before it is named 'n'"),
        (b"(?<n>a)(?<n>b)", "two groups are named 'n'"),
        (b"((a)|b*)++\\1", "references beside possessive repeats or '(?>' are not supported"),
        (b"(?<=a*)b", "look-behind requires fixed-width pattern"),
        (b"(?{1})", "'(?{1' is not supported"),
        (b"(?|a)", "'(?|a' is not supported"),
        (b"(?1)", "'(?1)' is not supported"),
        (b"(*FAIL)", "'(*FA' is not supported"),
        (b"(?xx:a)", "'(?xx:' is not supported"),
        (b"(?n)", "'(?n)' is not supported"),
        (b"(?#a", "'(?#a' is not supported"),
        (b"(?<\xff>a)", "'(?<\\\\xff' is not supported"),
        (b"(" * 900 + b")" * 900, "too deeply nested"),
    ],
)
def test_what_is_refused_and_why(pattern: bytes, why: str) -> None:
    with pytest.raises(BadRegex) as raised:
        compiled(pattern, verbose=True)
    assert str(raised.value) == why
    assert required(pattern, verbose=True) is None


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (rb"\b(?i:clang|llvm)\b", (b"clang", b"llvm")),
        (rb"(?:\b|_)bpf(?:\b|_)", (b"bpf",)),
        (rb"phylink\.h|struct\s+phylink|>phylink_", (b"phylink",)),
        (rb"bcm[9]?63138", (b"63138",)),
        (rb"[^@]sifive", (b"sifive",)),
        (rb"(devm_)?hwmon_device_(un)?register(|_with_groups)", (b"hwmon_device_",)),
        (rb"(?i)PidFD", (b"pidfd",)),
        (rb"[Kk][Vv]m", (b"kvm",)),
        (rb"fo{2}bar", (b"obar",)),
        (rb"fo(?:bar)+r", (b"bar",)),
        (rb"foo(?=x)(?!y)\bbar", (b"foobar",)),
        (rb"foo(bar|b)", (b"foob",)),
        (rb"(?>foo)b", (b"foob",)),
        (rb"(foo)x\1", (b"foox",)),
        (rb"ab  # cd", (b"ab",)),
        ("é".encode(), ("é".encode(),)),
        (rb"(?:foo)?|bar", None),
        (rb"foo|.", None),
        (rb"a*", None),
        (rb".", None),
        (rb"a", None),
        (rb"[ab]c", None),
        (rb"(?:ab)*", None),
        ("|".join(f"x{number}y" for number in range(16)).encode(), tuple(b"%dy" % number for number in range(10))),
        ("|".join(f"{letter}x" for letter in "abcdefghijklmnopq").encode(), None),
    ],
)
def test_literals_that_a_match_requires(pattern: bytes, literals: tuple[bytes, ...] | None) -> None:
    assert required(pattern, verbose=True) == literals


TOKENS = [
    *(rb"a", rb"b", rb"AB", rb"ab", rb"_", rb"1", rb"-", rb".", rb"\w", rb"\W", rb"\d", rb"\s", rb"\S", rb"[ab]"),
    *(rb"[^a]", rb"[[:alpha:]]", rb"[[:^lower:]]", rb"[^[:upper:]]", rb"[^\w]", rb"[A-b]", rb"\h", rb"\R", rb"\N"),
    *(rb"\v", rb"\x41", rb"\x{62}", rb"\n", rb"[ #]", rb" ", b"#x\n", rb"\#", rb"\<", rb"^", rb"$", rb"\b", rb"\B"),
    *(rb"\A", rb"\z", rb"\Z", rb"(?i)", rb"(?-i)", rb"(?x)", rb"(?-x)", rb"(?m)", rb"(?s)", rb"(?^)", rb"(?#c)"),
    *(rb"{", rb"}", rb"]", rb"\1", rb"(?=a)", rb"(?!b)", rb"(?<=a)", rb"(?<!b)", rb"(?=(?i)B|a)"),
]
# Perl 5.36 itself errs on repeats within a lookahead: those above have none.
REPEATS = [b"*", b"+", b"?", b"{2}", b"{1,2}", b"{2,}", b"*?", b"+?", b"??", b"*+", b"++", b"?+", b" +", b"{1} ?"]
OPENINGS = [b"(", b"(", b"(?:", b"(?i:", b"(?-i:", b"(?>", b"(?x:", b"(?^:", b"(?s-i:", b"(?<n>"]

tokens = st.builds(lambda token, repeat: token + repeat, st.sampled_from(TOKENS), st.sampled_from([b"", b"", *REPEATS]))
patterns = st.recursive(
    tokens,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(b"".join),
        st.lists(inner, min_size=2, max_size=3).map(b"|".join),
        st.builds(
            lambda opening, body, repeat: opening + body + b")" + repeat,
            st.sampled_from(OPENINGS),
            inner,
            st.sampled_from([b"", *REPEATS]),
        ),
    ),
    max_leaves=12,
)
noise = st.lists(st.sampled_from(b"()[]{}|*+?^$\\.-:=!<>#im12aB ,P'&~\n\xc3"), max_size=14).map(bytes)
texts = st.lists(st.sampled_from(b"aabABB_1- \n\n\r\t#x{]"), max_size=7).map(bytes)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(pattern=patterns | noise, some=st.lists(texts, min_size=6, max_size=6), verbose=st.booleans())
def test_perl_agrees_on_any_pattern(perl: Perl, pattern: bytes, some: list[bytes], verbose: bool) -> None:
    try:
        regex = compiled(pattern, verbose=verbose)
    except BadRegex:
        return
    matches = [regex.search(text) is not None for text in some]
    assert perl(pattern, some, verbose) in (matches, None)
    literals = required(pattern, verbose=verbose)
    matching = [text.lower() for text, match in zip(some, matches, strict=True) if match]
    assert literals is None or all(any(literal in text for literal in literals) for text in matching)


@settings(max_examples=200, deadline=None)
@given(pattern=st.binary(max_size=40), prefix=st.sampled_from([b"", CHANGED]), verbose=st.booleans())
def test_no_bytes_raise_anything_else(pattern: bytes, prefix: bytes, verbose: bool) -> None:
    literals = required(pattern, verbose=verbose)
    assert literals is None or 0 < len(literals) <= 16
    assert all(len(literal) >= 2 and literal == literal.lower() for literal in literals or ())
    try:
        compiled(pattern, prefix=prefix, verbose=verbose).search(b"+a")
    except BadRegex:
        assert prefix or literals is None
