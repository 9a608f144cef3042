"""Encoded words (RFC 2047), and the charsets that mail comes in.

Python knows codecs that are no charsets of mail, that are slow, or that raise whatever they are told about errors, and
it looks for a module of any other name: so charsets are allowed by list.
"""

import re
from itertools import groupby

# Regular expressions stay text: the re module compiles and keeps each when it is first reached.
_CHARSET = (
    r"us-ascii|utf-?8|iso-?8859-\d\d?|iso-2022-(?:jp|kr)|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030|big5"
    r"|euc-(?:jp|kr)|shift_jis"
)
ENCODED_WORD = r"=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?="
_RUN = rf"{ENCODED_WORD}(?:\s+{ENCODED_WORD})*"
_PARTS = r"=\?([^?*\s]*)[^?\s]*\?([bqBQ])\?([^?\s]*)\?="


def charset_named(name: str) -> str | None:
    """Return the charset of mail that has this name; None if it is none, or Python does not know it."""
    if re.fullmatch(_CHARSET, name.lower()) is None:
        return None
    try:
        b"".decode(name)
    except LookupError:
        return None
    return name.lower()


def decoded(text: str) -> str:
    """Return the text of a header with its encoded words decoded; those that cannot be decoded stay as they are."""
    return re.sub(_RUN, _of_run, text) if "=?" in text else text


def _of_run(run: "re.Match[str]") -> str:
    """Return the text of words that follow each other, between which white space does not count."""
    from binascii import a2b_base64, a2b_qp

    words: list[tuple[str, bytes]] = []
    try:
        for name, encoding, text in re.findall(_PARTS, run[0]):
            charset = charset_named(name)
            if charset is None:
                return run[0]
            words.append((charset, a2b_qp(text, header=True) if encoding in "qQ" else a2b_base64(f"{text}==")))
        # Mailers split a character's bytes over two words.
        return "".join(
            b"".join(content for _, content in group).decode(charset)
            for charset, group in groupby(words, lambda word: word[0])
        )
    except ValueError:
        return run[0]
