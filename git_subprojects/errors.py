"""What a user is told when something cannot be done, and what nobody is told."""

import re

USAGE = 129
FATAL = 128
FAILED = 1
INTERRUPTED = 130

_CREDENTIALS = r"(?P<kind>(?:ssh)?://)(?P<user>[^\s/]*|[^\s/@:\[]*:(?![0-9]*(?:[/\s]|$))\S{0,500})@"
"""What stands before the last ``@`` of a URL's authority; or of the URL, where a password may hold a ``/``."""


class Error(Exception):
    """An error to show to the user; never a bug.

    ``message`` says what was asked and what was found, ``hint`` what to try, ``code`` is the exit status.
    Both texts are without the credentials of any URL: they may be shown, logged and put into JSON.
    """

    def __init__(self, message: str, hint: str | None = None, code: int = FATAL) -> None:
        super().__init__(message)
        self.message = without_credentials(message)
        self.hint = None if hint is None else without_credentials(hint)
        self.code = code


def without_credentials(text: str) -> str:
    """Return ``text`` with the passwords and tokens taken out of all URLs in it."""
    return re.sub(_CREDENTIALS, _without_password, text, flags=re.IGNORECASE)


def _without_password(match: "re.Match[str]") -> str:
    # The user of an ssh URL is part of the address; of others it may be a token.
    kind, user = match["kind"], match["user"].partition(":")[0]
    return kind if kind == "://" else f"{kind}{user}@"
