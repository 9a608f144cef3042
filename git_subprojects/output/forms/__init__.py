"""In which forms an answer can be had: text, JSON, and what else is registered.

An answer is a module of :mod:`git_subprojects.output`, such as ``status``, with a function for each form that it has::

    text(value) -> str         for people
    data(value) -> dict        for JSON, and any other generic form
    markdown(value) -> str     only if the form fits this answer
"""

from typing import Any, NamedTuple, Protocol

from git_subprojects.registries import FORMS


class Form(Protocol):
    """What the module of a form has.

    ``is_data``: it is written as it is, for programs; else it is made fit for people's eyes.
    """

    is_data: bool

    def write(self, answer: Any, value: Any) -> str:
        """Return the answer's ``value`` in this form."""


class Rendered(NamedTuple):
    """An answer in the form that was asked for; ``is_data`` as in :class:`Form`."""

    text: str
    is_data: bool


def render(form: str, answer: Any, value: Any) -> Rendered:
    """Return ``value`` as the module ``answer`` and the form of that name (a key of ``FORMS``) write it."""
    module: Any = FORMS[form].load()
    return Rendered(module.write(answer, value), module.is_data)
