"""The people whom a YAML file names in itself, such as a device tree binding, as get_maintainer.pl finds them.

It looks for whatever might be an address with a name before it, and then tidies the name. Since Linux 6.8 it knows all
letters. Before, it read bytes, and took those from 0x80 to 0xc3 for letters, so that it cut names within a letter.
"""

import re
from collections.abc import Iterator

_LONGEST = 320
_MOST = 1000
_LETTER = r"[^\W\d_]"
_BYTE_OF_LETTER = r"[A-Za-z\x80-\xc3]"
_ADDRESS = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+"
_MUST_QUOTE = re.compile(r"[^\w \-]", re.ASCII)
_PUNCTUATION = re.compile(r"[',.+-]")
_SPACE = " \t\n\r\f\v"


def people_in(content: bytes, *, whole_letters: bool = False) -> list[tuple[str, str]]:
    """Return the (name, address) of everybody whom a file's content names, in its order, each once.

    ``whole_letters``: as the original does it since Linux 6.8. Even without that, a name that would be cut within a
    letter is read so, because nobody is called that.
    """
    if whole_letters:
        text = content.decode("utf-8", "replace")
        return list(dict.fromkeys((_tidy(name), address) for name, address in _mailboxes(text, _LETTER)))
    whole: dict[str, str] | None = None
    found: dict[tuple[str, str], None] = {}
    for raw, address in _mailboxes(content.decode("latin-1"), _BYTE_OF_LETTER):
        try:
            name = _tidy_bytes(raw).encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            if whole is None:
                whole = {address: name for name, address in reversed(people_in(content, whole_letters=True))}
            name = whole.get(address, "")
        found[name, address] = None
    return list(found)


def _mailboxes(text: str, letter: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before an address, as far as it might be a name, and the address."""
    mailbox = re.compile(rf"(?:{letter}|[\"' ,.+-])*\s*,*\s*[(<{{]?{_ADDRESS}\.[A-Za-z0-9]+[)>}}]?")
    end = asked = 0
    at = text.find("@")
    while at >= 0 and asked < _MOST:
        asked += 1
        # Around an @, because the expression takes quadratic time to find that there is none.
        start = max(end, at - _LONGEST)
        match = mailbox.search(text[start : at + _LONGEST])
        if match is not None:
            end = start + match.end()
            address = re.search(rf"[(<{{]?({_ADDRESS})[)>}}]?", match[0])
            if address is not None:
                yield match[0][: address.start()].strip(_SPACE).removeprefix('"').removesuffix('"'), address[1]
        at = text.find("@", max(at + 1, end))


def _tidy(name: str) -> str:
    """Return the last two words of a name, or three with initials, without lone punctuation."""
    words = _words(name, _LETTER)
    words = [word for word in words if not _PUNCTUATION.fullmatch(word)]
    name = _last_of(words) if len(words) > 2 else " ".join(words)
    name = name[:-1] if name.endswith((",", ".")) else name
    return (name[1:] if name.startswith((",", ".")) else name).strip(_SPACE)


def _tidy_bytes(name: str) -> str:
    """Return the same of a name whose characters stand for bytes; one of two words stays as it is."""
    if _MUST_QUOTE.search(name):
        name = f'"{name}"'
    words = _words(name, _BYTE_OF_LETTER)
    if len(words) > 2:
        name = _last_of(words)
    name = name.strip('"')
    name = name[:-1] if name.endswith((",", ".")) else name
    return (name[1:] if name.startswith((",", ".")) else name).strip(_SPACE)


def _words(name: str, letter: str) -> list[str]:
    """Return the words between all that is neither letter nor punctuation; as Perl's split, without empty last ones."""
    words = re.split(rf"(?!{letter}|[',.+-]).", name, flags=re.DOTALL)
    while words and not words[-1]:
        words.pop()
    return words


def _last_of(words: list[str]) -> str:
    first, middle, last = words[-3:]
    has_initial = (len(first) == 1 and first.isalpha()) or (len(first) == 2 and first.endswith("."))
    if has_initial or len(middle) == 1 or (len(middle) == 2 and middle.endswith(".")):
        return f"{first} {middle} {last}"
    return f"{middle} {last}"
