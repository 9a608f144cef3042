"""What a manual page is made of."""

from collections.abc import Mapping
from typing import NamedTuple

Body = tuple[str | tuple[str, str], ...]
"""Paragraphs, and terms with what each means, as (term, text)."""


class Page(NamedTuple):
    """A manual page's own words: one line, paragraphs, and examples as (command, what it does).

    ``sections`` stand after the options, by their titles. ``options`` says of an option more than its help does;
    ``config`` names settings that only this page is about.
    """

    summary: str
    paragraphs: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    sections: Mapping[str, Body] = {}
    options: Mapping[str, str] = {}
    config: Mapping[str, str] = {}
    exit_status: Mapping[str, str] = {}
