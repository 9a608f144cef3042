"""Limits of what a piece of work may cost."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if it takes more processor time, that of children included; other work on the machine does not count."""
    before = os.times()
    yield
    after = os.times()
    assert sum(after[:4]) - sum(before[:4]) < seconds
