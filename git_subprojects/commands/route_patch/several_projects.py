"""One change made of series for several projects: ``git route-patch linux:HEAD~2.. qemu:HEAD~3..``."""

from __future__ import annotations

import argparse
import os
import re
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from git_subprojects.commands.route_patch.prefetch import begin
from git_subprojects.commands.route_patch.session import answer_texts, route_once, tell_problems
from git_subprojects.context.context import here
from git_subprojects.errors import USAGE, Error
from git_subprojects.output import routes as render_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from git_subprojects.cli.screen import Screen
    from git_subprojects.commands.route_patch.session import Session
    from git_subprojects.patches.model import Patch

_Routed = tuple["Session", list["Patch"], argparse.Namespace]


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Carry the command out; return its exit status."""
    parts = _parts(arguments)
    if arguments.check or arguments.send or arguments.output is not None:
        from git_subprojects.commands.route_patch.send import look_over_and_send

        with TemporaryDirectory(prefix="route-patch-") as folder:
            return _with_all(parts, [], screen, lambda all_: look_over_and_send(all_, arguments, screen, folder))
    return _with_all(parts, [], screen, lambda found: _answer(found, arguments, screen))


def is_linked(words: Sequence[str]) -> bool:
    """Return whether operands name projects: ``NAME:REVISION``, where that is no file, here or at a revision."""
    like = [word for word in words if _split(word) is not None and not os.path.exists(word)]
    return any(here().run("rev-parse", "-q", "--verify", "--end-of-options", word).returncode != 0 for word in like)


def _split(word: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._+-]*):(.+)", word, re.DOTALL)
    return None if match is None else (match[1], match[2])


def _parts(arguments: argparse.Namespace) -> list[argparse.Namespace]:
    """Return the words for each project, in the order in which they are named. Raises Error where one names none."""
    for option in ("project", "twins", "twin", "onto", "port", "rules_from", "stdin", "uncovered"):
        if getattr(arguments, option):
            name = option.replace("_", "-")
            raise Error(f"--{name} is about one project, and the operands name several", "ask for one at a time", USAGE)
    found: dict[str, list[str]] = {}
    for word in arguments.revisions:
        split = _split(word)
        if split is None:
            raise Error(f"'{word}' names no project, and others do", f"such as NAME:{word}", USAGE)
        found.setdefault(split[0], []).append(split[1])
    return [
        argparse.Namespace(**{**vars(arguments), "project": name, "revisions": words}) for name, words in found.items()
    ]


def _with_all(
    parts: Sequence[argparse.Namespace],
    found: Sequence[_Routed],
    screen: Screen,
    carry_out: Callable[[Sequence[_Routed]], int],
) -> int:
    """Set up what routes the parts, one within the other, and ``carry_out`` with all of them; return its status."""
    if not parts:
        return carry_out(found)
    own, *others = parts
    return route_once(
        own,
        screen,
        begin(own),
        lambda session, patches: _with_all(others, [*found, (session, patches, own)], screen, carry_out),
    )


def _answer(found: Sequence[_Routed], arguments: argparse.Namespace, screen: Screen) -> int:
    status = 0
    texts = []
    routed = []
    for session, patches, own in found:
        destinations, text = answer_texts(own, session, patches)
        if text:
            texts.append(f"[{own.project}]\n{text}" if _has_headings(arguments) else text)
        routed.append((own.project, destinations))
    if arguments.json:
        screen.answer(render_routes.parts_json(routed))
    elif texts:
        screen.answer(("\n\n" if _has_headings(arguments) else "\n").join(texts))
    for (session, _, own), (_, destinations) in zip(found, routed, strict=True):
        status = max(status, tell_problems(destinations, own, session, screen))
    return status


def _has_headings(arguments: argparse.Namespace) -> bool:
    return not (arguments.to or arguments.cc or arguments.roles)
