"""What a URL refers to, without asking anybody. Pure."""


def resolve_url(base: str, url: str) -> str:
    """Return ``url``, where it is relative (``./``, ``../``) resolved against ``base`` as git-submodule(1) does.

    Raises:
        ValueError: it climbs above the top of ``base``.
    """
    if not url.startswith(("./", "../")):
        return url
    base = base.rstrip("/")
    rest = url
    while True:
        if rest.startswith("./"):
            rest = rest[2:]
        elif rest.startswith("../"):
            rest = rest[3:]
            base = _parent(base)
        else:
            return f"{base}{'' if base.endswith(':') else '/'}{rest}"


def _parent(base: str) -> str:
    scheme, found, rest = base.partition("://")
    if found:
        above, slash, _ = rest.rpartition("/")
        if slash:
            return f"{scheme}://{above}"
    else:
        above, slash, _ = base.rpartition("/")
        if slash and (above or base.startswith("/")):
            return above
        host, colon, path = base.rpartition(":")
        if colon and path:
            return f"{host}:"
    raise ValueError(f"'{base}' has no folder above it")


def same_url(one: str, other: str) -> bool:
    """Return whether two URLs name the same repository for all that their spelling tells."""
    return _bare_url(one) == _bare_url(other)


def _bare_url(url: str) -> str:
    rest = url.partition("://")[2] or url.replace(":", "/", 1)
    return rest.rpartition("@")[2].rstrip("/").removesuffix(".git").casefold()
