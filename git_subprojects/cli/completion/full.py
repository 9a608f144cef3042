"""Completion of everything, by argcomplete."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from git_subprojects.cli.completion import Candidates


def answer(parser: argparse.ArgumentParser, candidates: Candidates, environment: Mapping[str, str]) -> None:
    """Let argcomplete answer; the ``words`` of an option or operand say what may stand there."""
    import argcomplete
    from argcomplete.completers import BaseCompleter

    after_cursor = environment["COMP_LINE"][int(environment["COMP_POINT"]) :].split()

    class Completer(BaseCompleter):
        """Offers what an option or an operand takes."""

        def __call__(
            self,
            *,
            prefix: str,
            action: argparse.Action,
            parser: argparse.ArgumentParser,  # noqa: ARG002 - argcomplete hands it in by this name
            parsed_args: argparse.Namespace,
        ) -> Iterable[str]:
            words = getattr(action, "words", "")
            if words in ("file", "folder"):
                return _files(prefix, folders_only=words == "folder")
            if words == "checks":
                from git_subprojects.registries import CHECKS

                return CHECKS
            if not words:
                return ()
            value = getattr(parsed_args, action.dest, ())
            given = {*(value if isinstance(value, list) else ()), *after_cursor}
            return candidates(words, prefix, getattr(parsed_args, "manifest", None), given, environment)

    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=Completer())


def _files(prefix: str, *, folders_only: bool) -> list[str]:
    """Return the files that begin so; argcomplete's own list of them is bash's."""
    folder = prefix[: prefix.rfind("/") + 1]
    with os.scandir(os.path.expanduser(folder) or ".") as entries:
        found = [(folder + entry.name, entry.is_dir()) for entry in entries if entry.name.isprintable()]
    hidden = folder + "."
    return [
        path + ("/" if is_folder else "")
        for path, is_folder in sorted(found)
        if path.startswith(prefix)
        and (is_folder or not folders_only)
        and (prefix.startswith(hidden) or not path.startswith(hidden))
    ]
