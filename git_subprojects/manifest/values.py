"""What a single value of the manifest may be.

Every check takes the value as TOML gave it and returns None, or what was expected instead. All of them allow
by list and never block by list: a manifest arrives with a clone and is untrusted.
"""

import re
from collections.abc import Callable

Check = Callable[[object], str | None]

LONGEST_TEXT = 1000
LONGEST_NAME = 100
LONGEST_ADDRESS = 254
"""Bytes, together with the name."""

# Regular expressions stay text: the re module compiles and keeps each when it is first reached.
NAME = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
_SCP = r"(?:[A-Za-z0-9._+-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[^:].*"
_AUTHORITY = r"(?:(?P<user>[^/@]*)@)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?"
_LOCAL_PART = r"(?!-)[^\s()<>\[\]:;@\\,\"]{1,64}"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = rf"{_LOCAL_PART}@{_LABEL}(?:\.{_LABEL})*"
_NAMED_ADDRESS = rf"(?:(?:[^<>\"@,;:\\()\[\]]+|\"[^\"\\]+\") )?<(?P<address>{_ADDRESS})>"
FILTER = r"blob:none|blob:limit=[0-9]+[kmg]?|tree:[0-9]+"
_WINDOWS = r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?"
_GIT_IN_DISGUISE = r"\.git|git~[0-9]+"

TOP = "./"
"""The top of a tree, in a map of paths."""

STAGING_SUFFIX = ".clone-project"
"""Ends the name of the folder in which a clone is made; no project may claim such a name."""


def text(value: object) -> str | None:
    """One line of printable text."""
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        return f"text of 1 to {LONGEST_TEXT} characters"
    if not value.isprintable():
        return "printable text, without control, bidirectional or zero-width characters"
    return None


def flag(value: object) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "true or false"


def count(value: object) -> str | None:
    """A whole number from 1 up."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 2**31:
        return None
    return "a whole number from 1 up"


def name(value: object) -> str | None:
    """A project's or a group's name."""
    if (
        isinstance(value, str)
        and len(value) <= LONGEST_NAME
        and re.fullmatch(NAME, value)
        and not value.lower().endswith((".git", ".lock"))
    ):
        return None
    return (
        f"a name of letters, digits and '._+-', beginning with a letter or digit, at most {LONGEST_NAME}"
        " characters, not ending in '.git' or '.lock'"
    )


def group_choice(value: object) -> str | None:
    """A group's name, with a minus before it to leave its projects out."""
    expected = name(value.removeprefix("-") if isinstance(value, str) else value)
    return None if expected is None else f"{expected}, or '-' and such a name"


class OneOf:
    """A check for one of ``words``."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, value: object) -> str | None:
        """Return None, or what was expected."""
        return None if value in self.words else f"one of {', '.join(repr(word) for word in self.words)}"


class Many:
    """A check for a list of at least ``least`` values that each pass ``check``; ``what`` describes the list."""

    def __init__(self, check: Check, what: str, least: int = 0) -> None:
        self.check = check
        self.what = what
        self.least = least

    def __call__(self, value: object) -> str | None:
        """Return None, or what was expected."""
        if not isinstance(value, list) or len(value) < self.least:
            return self.what
        for item in value:
            expected = self.check(item)
            if expected is not None:
                return f"{self.what}, each {expected}"
        return None


def url(value: object) -> str | None:
    """A URL that git can clone: https, http, ssh, git, file, scp-like, or relative to the host's own."""
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT * 2:
        return "a URL"
    if not value.isprintable() or " " in value or re.search(r"%(?:[01][0-9A-Fa-f]|7[Ff])", value):
        return "a URL without white space or control characters, also as '%0a'"
    if "$" in value or "\\" in value:
        return "a URL without '$' or '\\'; nothing is expanded"
    if value.startswith("-"):
        return "a URL that does not begin with '-'"
    if value.startswith(("./", "../")):
        return None
    scheme, found, rest = value.partition("://")
    if found and "/" not in scheme:
        return _url_of_scheme(scheme, rest)
    return None if re.fullmatch(_SCP, value) else _URL_KINDS


def remotes(value: object) -> str | None:
    """Remotes beside origin, each with its URL; the names are of letters that need no quoting anywhere."""
    if not isinstance(value, dict) or not 0 < len(value) <= LONGEST_TEXT:
        return 'a table of remotes such as { fork = "https://example.org/fork.git" }'
    for key, there in value.items():
        if not re.fullmatch(_REMOTE, key) or key.endswith((".lock", ".")) or ".." in key:
            return f"names of remotes, of letters, digits, '.', '_' and '-', and not {key!r}"
        if key.casefold() == "origin":
            return "remotes beside origin, which is the project's url"
        expected = url(there)
        if expected is not None:
            return f"for {key} {expected}"
    return None


_REMOTE = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}"

_URL_KINDS = "a URL of kind https, http, ssh, git, file or host:path, or one that begins with './' or '../'"


def _url_of_scheme(scheme: str, rest: str) -> str | None:
    if scheme == "file":
        return None if rest.startswith("/") and len(rest) > 1 else "an absolute path after file://"
    if scheme not in ("https", "http", "ssh", "git"):
        return _URL_KINDS
    authority, _, path = rest.partition("/")
    match = re.fullmatch(_AUTHORITY, authority)
    if match is None or not path:
        return f"a host and a path after {scheme}://"
    if {".", ".."} & set(path.split("/")):
        # The user's own url.*.insteadOf may make a local path of it.
        return "a URL without '.' and '..' in its path"
    user = match["user"]
    if user is not None and (scheme != "ssh" or not re.fullmatch(NAME, user)):
        return "a URL without credentials; a git credential helper (gitcredentials(7)) keeps them for you"
    return None


def revision(value: object) -> str | None:
    """A branch, a tag, another ref or a commit id, as git check-ref-format(1) allows them."""
    if (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_TEXT
        and value.isprintable()
        and not value.startswith(("-", "/", "."))
        and not value.endswith(("/", ".", ".lock"))
        and not re.search(r"[ ~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock/", value)
        and value not in ("@", "HEAD", "FETCH_HEAD")
    ):
        return None
    return "the name of a branch, tag or other ref, or a commit id"


def commit(value: object) -> str | None:
    """A full commit id, of SHA-1 or SHA-256."""
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value):
        return None
    return "a full commit id"


def glob(value: object) -> str | None:
    """A pattern of tag names, as git describe --match takes it."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._/*?\[\]+-]{1,100}", value) and value[0] != "-":
        return None
    return "a pattern of tag names, such as 'v[0-9]*'"


def object_filter(value: object) -> str | None:
    """A filter of git clone --filter."""
    if isinstance(value, str) and re.fullmatch(FILTER, value):
        return None
    return "a filter such as 'blob:none', 'blob:limit=1m' or 'tree:0'"


def directory(value: object) -> str | None:
    """Where a sibling goes, inside the workspace directory."""
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        return "the path of a folder"
    for part in value.removesuffix("/").split("/"):
        expected = _component(part)
        if expected is not None:
            return expected
    return None


def _component(part: str) -> str | None:
    folded = part.casefold()
    if part in ("", ".", "..") or part.startswith("~"):
        return "a relative path without '.', '..', '~' or empty components"
    if not part.isprintable() or set(part) & set('\\:*?"<>|$'):
        return 'a path without control or zero-width characters and without any of \\ : * ? " < > | $'
    if part.startswith(("-", " ")) or part.endswith((".", " ")):
        return "a path whose components do not begin with '-' or a space, nor end in '.' or a space"
    if re.fullmatch(_GIT_IN_DISGUISE, folded) or folded.endswith((".git", ".lock", STAGING_SUFFIX)):
        return f"a path without components like '.git', or that end in '.git', '.lock' or '{STAGING_SUFFIX}'"
    if re.fullmatch(_WINDOWS, folded):
        return "a path without names that Windows reserves"
    if len(part.encode("utf-8", "surrogatepass")) > 200:
        return "a path whose components have at most 200 bytes"
    return None


def workspace_directory(value: object) -> str | None:
    """Where siblings go, from the host's top level; inside its parent folder."""
    if value == "..":
        return None
    if isinstance(value, str) and value.startswith("../") and directory(value[3:]) is None:
        return None
    return "'..' or a folder below it, such as '../neighbours'"


def tree_path(value: object) -> str | None:
    """A file or folder inside a project's tree."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and value.isprintable():
        parts = value.removesuffix("/").split("/")
        if not any(part in ("", ".", "..") for part in parts) and not value.startswith(("-", "~")):
            return None
    return "the path of a file or folder in the tree, without '.' or '..'"


def path_map(value: object) -> str | None:
    """Files and folders of one tree, and what they are called in another."""
    expected = "a table of paths such as { 'old/' = 'new/' }, either both files or both folders, './' for the top"
    if not isinstance(value, dict) or not 0 < len(value) <= LONGEST_TEXT:
        return expected
    for here, there in value.items():
        for path in (here, there):
            if path != TOP and tree_path(path) is not None:
                return expected
        assert isinstance(here, str)  # noqa: S101 - so says tree_path
        if here.endswith("/") != there.endswith("/"):
            return expected
        if any(re.fullmatch(_GIT_IN_DISGUISE, part.casefold()) for part in (*here.split("/"), *there.split("/"))):
            return "paths without '.git', which no tree may have"
    return None


def guide(value: object) -> str | None:
    """A file in the tree, or a web page."""
    if archive(value) is None:
        return None
    return None if tree_path(value) is None else "a path in the tree, or a URL that begins with https://"


def archive(value: object) -> str | None:
    """A web page; a site's first one has no path, which a repository always has."""
    if isinstance(value, str) and value.startswith("https://") and url(value + "/page") is None:
        return None
    return "a URL that begins with https://"


def pattern(value: object) -> str | None:
    """A gitignore pattern, gitignore(5)."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        return f"a gitignore pattern of 1 to {LONGEST_TEXT} printable characters"
    if value.startswith("!"):
        return "a pattern without '!'; what a rule leaves out goes to 'except'"
    if value.startswith("#"):
        return "a pattern; write '\\#' for a name that begins with '#'"
    return None


def address(value: object) -> str | None:
    """One mail address: ``a@b.example`` or ``Name <a@b.example>`` (RFC 5322, internationalised by RFC 6531)."""
    # Some mailers take an address that begins with '-' for an option, and all take '=?' for an encoded word.
    if isinstance(value, str) and value.isprintable() and len(value.encode()) <= LONGEST_ADDRESS and "=?" not in value:
        match = re.fullmatch(_NAMED_ADDRESS, value)
        bare = match["address"] if match else value
        if re.fullmatch(_ADDRESS, bare) and ".." not in bare.partition("@")[0]:
            return None
    return "one mail address, such as 'list@example.org' or 'A. Name <name@example.org>'"


def prefix(value: object) -> str | None:
    """What stands between the brackets of a patch's subject."""
    if isinstance(value, str) and 0 < len(value) <= 60 and value.isprintable() and not set(value) & set("[]"):
        return None
    return "what stands in the brackets of a subject, such as 'PATCH' or 'libvirt PATCH'"


command = Many(text, "an argument list such as ['make', '-j{jobs}']", least=1)
