"""The people whom a YAML file names in itself, such as a device tree binding, as get_maintainer.pl finds them.

It looks for whatever might be an address with a name before it, and then tidies the name.
"""

import re

# Letters with accents are two bytes in UTF-8; of those the original takes the ones from 0x80 to 0xc3.
_LETTER = rb"A-Za-z\x80-\xc3"
_LONGEST = 320
_MAILBOX = re.compile(
    rb"[" + _LETTER + rb"\"' ,.+-]*\s*,*\s*[(<{]?[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9]+[)>}]?",
)
_ADDRESS = re.compile(rb"[(<{]?([A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+)[)>}]?")
_BETWEEN_WORDS = re.compile(rb"[^" + _LETTER + rb"',.+-]")
_ODD = re.compile(rb"[^\w \-]")


def people_in(content: bytes) -> list[tuple[str, str]]:
    """Return the (name, address) of everybody whom a file's content names, in its order, each once."""
    found: dict[tuple[str, str], None] = {}
    end = 0
    at = content.find(b"@")
    while at >= 0:
        # Around an @, for the expression takes quadratic time to find that there is none.
        start = max(end, at - _LONGEST)
        match = _MAILBOX.search(content[start : at + _LONGEST])
        if match is not None:
            end = start + match.end()
            person = _tidy(match[0])
            if person is not None:
                found[person] = None
        at = content.find(b"@", max(at + 1, end))
    return list(found)


def _tidy(text: bytes) -> tuple[str, str] | None:
    match = _ADDRESS.search(text)
    if match is None:
        return None
    name = text[: match.start()].strip().removeprefix(b'"').removesuffix(b'"')
    if _ODD.search(name):
        name = b'"' + name + b'"'
    words = _BETWEEN_WORDS.split(name)
    while words and not words[-1]:
        words.pop()
    if len(words) > 2:
        first, middle, last = words[-3:]
        initial = (len(first) == 1 and first.isalpha()) or (len(first) == 2 and first.endswith(b"."))
        if initial or len(middle) == 1 or (len(middle) == 2 and middle.endswith(b".")):
            name = b" ".join((first, middle, last))
        else:
            name = b" ".join((middle, last))
    name = name.strip(b'"')
    name = name[:-1] if name.endswith((b",", b".")) else name
    name = name[1:] if name.startswith((b",", b".")) else name
    return name.strip().decode("utf-8", "surrogateescape"), match[1].decode("ascii")
