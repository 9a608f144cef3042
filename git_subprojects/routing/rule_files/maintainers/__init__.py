"""MAINTAINERS: a format of rule files that get_maintainer.pl reads, in the dialects of several trees."""

from collections.abc import Sequence

from git_subprojects.manifest.model import RuleFile
from git_subprojects.routing.rule_files.base import LintTree, RuleProblem, SourceTree, UnreadableError
from git_subprojects.routing.rule_files.maintainers.dialects import SETTINGS, STYLES, Style, recognised
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.rules import MaintainersRules, TreeQueries

_SCRIPT = "scripts/get_maintainer.pl"
_LARGEST = 16 * 1024 * 1024
"""Bytes of all MAINTAINERS files together; those of Linux have less than a megabyte."""

READS = (_SCRIPT, SETTINGS)


def load(file: RuleFile, tree: SourceTree, venue: str) -> MaintainersRules | None:  # noqa: ARG001
    """Return the rules of a file or, in some dialects, of all files of its name. Raises UnreadableError."""
    if file.style is not None:
        style = STYLES[file.style]
    else:
        content = tree.read(file.path)
        if content is None:
            return None
        style = recognised(file.path, content, tree.content(SETTINGS.encode()) or b"")
    index = _index(file.path, style, tree)
    if index is None:
        return None
    program = tree.content(_SCRIPT.encode())
    return MaintainersRules(
        index,
        style,
        TreeQueries(tree.is_folder, tree.content, tree.commit, tree.mailmap(exact=True), tree.ignored),
        tree.searcher,
        # The program made a role of the status up to Linux 6.16, and knows letters outside ASCII since 6.8.
        says_supporter=program is None or b'"supporter"' in program,
        whole_letters=program is not None and rb"\p{L}" in program,
    )


def find_problems(
    file: RuleFile,
    tree: LintTree,
    venue: str,  # noqa: ARG001
    *,
    alone: bool,
) -> tuple[list[RuleProblem], int] | None:
    """Return what is wrong with a file or, unless it is to be ``alone``, with all files that its dialect reads."""
    from git_subprojects.routing.rule_files.maintainers.lint import lint

    content = tree.read(file.path)
    if content is None:
        return None
    style = STYLES[file.style] if file.style else recognised(file.path, content, tree.read(SETTINGS) or b"")
    files = [(file.path, content)]
    if style.whole_tree and not alone:
        name = file.path.rpartition("/")[2].encode()
        paths = (path.decode("utf-8", "surrogateescape") for path in tree.paths if path.rpartition(b"/")[2] == name)
        files += [(path, tree.read(path) or b"") for path in paths if path != file.path]
    return lint(files, style, tree.paths, tree.searcher), len(files)


def _index(path: str, style: Style, tree: SourceTree) -> Index | None:
    """Return the index of the files to read, a stored one where they were read before; None if there are none."""
    files = tree.blobs(path, everywhere=style.whole_tree)
    if not files:
        content = tree.read(path)
        return None if content is None else _made([(path, content)], style)

    def make() -> bytes:
        contents = tree.contents([blob_id for _, blob_id in files])
        return _made([(name, content) for (name, _), content in zip(files, contents, strict=True)], style).dumped()

    return Index.loaded(tree.stored(_key(files, style), make))


def _made(files: Sequence[tuple[str, bytes]], style: Style) -> Index:
    size = sum(len(content) for _, content in files)
    if size > _LARGEST:
        raise UnreadableError(f"{files[0][0]} has {size:,} bytes, and no more than {_LARGEST:,} are read")
    return Index.of(files, style)


def _key(files: Sequence[tuple[str, str]], style: Style) -> str:
    if len(files) == 1:
        return f"{style.name}-{files[0][1]}"
    import hashlib

    listed = "\0".join(f"{path}\0{blob_id}" for path, blob_id in files)
    return f"{style.name}-{hashlib.sha1(listed.encode('utf-8', 'surrogateescape'), usedforsecurity=False).hexdigest()}"
