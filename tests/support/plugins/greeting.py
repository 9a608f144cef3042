"""An answer."""


def text(greeting: str) -> str:
    """Return it for people."""
    return f"{greeting}!"


def data(greeting: str) -> dict[str, object]:
    """Return it for programs."""
    return {"greeting": greeting}
