"""Where a message can be read in a list's archive."""

from base64 import b32encode
from hashlib import sha1
from urllib.parse import quote


def link(archive: str, message_id: str) -> str:
    """Return the page of a message, whose id is without ``<>``; where that is not known, the archive's own.

    public-inbox (lore.kernel.org) has a page for each id. HyperKitty's pages are named by a hash of the id
    (Mailman 3, ``X-Message-ID-Hash``), Pipermail's by numbers that nobody knows beforehand.
    """
    base = archive.rstrip("/") + "/"
    if "/pipermail/" in base:
        return archive
    if "/hyperkitty/list/" in base or "/archives/list/" in base:
        digest = sha1(message_id.encode(), usedforsecurity=False).digest()
        return f"{base}message/{b32encode(digest).decode()}/"
    return f"{base}{quote(message_id, safe='@.+=-_')}/"
