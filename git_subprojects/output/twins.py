"""What becomes of patches elsewhere → text and JSON. Pure: values in, strings out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from git_subprojects.output.forms.json import document
from git_subprojects.output.routes import destination_object, patch_object, path_text, quoted
from git_subprojects.patches.model import Patch
from git_subprojects.plural import counted
from git_subprojects.routing.model import Destination
from git_subprojects.twins.verdicts import ALREADY, CLEAN, CONFLICT, MISSING, Commit, FileVerdict, Verdict

_SHORT = 12
_OFFSET = "offset"


class Column(NamedTuple):
    """What became of the patches in one place.

    ``project`` is None for a revision of their own project. ``verdicts`` are by the patches' keys; where there are
    none, ``error`` is why.
    """

    project: str | None
    revision: str | None
    commit: str | None
    verdicts: Mapping[str, Verdict]
    error: str | None = None


class Ported(NamedTuple):
    """A patch, and the commit that it has become; None where there is none."""

    patch: Patch
    commit: str | None


def key_of(patch: Patch) -> str:
    """Return what tells a patch from the others that are tried with it: its file's name, or its commit."""
    return patch.name or patch.commit


def twin(column: Column, patches: Sequence[Patch]) -> str:
    """Return what became of the patches in a twin, a line each, and below it why they do not apply."""
    head = f"{column.project} at {column.revision} ({(column.commit or '')[:_SHORT]}):"
    lines = [head]
    for patch in patches:
        verdict = column.verdicts[key_of(patch)]
        lines.append(f"  {verdict.verdict:8}  {named(patch)}{_beside(verdict)}")
        lines += [f"      {text}" for text in _details(verdict)]
    return "\n".join(lines)


def table(columns: Sequence[Column], patches: Sequence[Patch]) -> str:
    """Return what became of the patches on other revisions: a table, and below it why some do not apply."""
    cells = [[_cell(column.verdicts[key_of(patch)]) for column in columns] for patch in patches]
    names = [column.revision or "" for column in columns]
    widths = [max(map(len, [name, *(row[at] for row in cells)])) for at, name in enumerate(names)]
    lines = ["  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()]
    for patch, row in zip(patches, cells, strict=True):
        lines.append(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + f"  {named(patch)}"
        )
    for patch in patches:
        details = [(one.revision, _details(one.verdicts[key_of(patch)])) for one in columns]
        if any(texts for _, texts in details):
            lines += ["", named(patch)]
            lines += [f"  {name}: {text}" for name, texts in details for text in texts]
    return "\n".join(lines)


def _cell(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({_OFFSET})" if _has_offset(verdict) else verdict.verdict


def _has_offset(verdict: Verdict) -> bool:
    return verdict.verdict == CLEAN and any(one.offsets for one in verdict.files)


def named(patch: Patch) -> str:
    """Return how a patch is called."""
    return f"{patch.name or patch.commit[:_SHORT]} {patch.subject}".rstrip()


def _beside(verdict: Verdict) -> str:
    """Return what stands behind a patch that applies, or is there already."""
    if verdict.by is not None:
        return f" (by {_commit(verdict.by)})"
    if not _has_offset(verdict):
        return ""
    offsets = [one for file in verdict.files for one in file.offsets]
    furthest = max((one.lines for one in offsets), key=abs)
    fuzz = max(one.fuzz for one in offsets)
    texts = [f"{_OFFSET} {counted(abs(furthest), 'line')}" + (" up" if furthest < 0 else "")] if furthest else []
    texts += [f"{counted(fuzz, 'line')} of context changed"] if fuzz else []
    return f" ({', '.join(texts)})"


def _details(verdict: Verdict) -> list[str]:
    found = [text for one in verdict.files for text in _file(one)]
    if verdict.after is not None:
        found.append(f"perhaps for want of {_short(verdict.after)} above, which does not apply either")
    return found


def _file(one: FileVerdict) -> list[str]:
    path = quoted(one.path)
    if one.verdict == MISSING:
        return [_missing(one)]
    if one.verdict != CONFLICT:
        return []
    what = f"{path} {one.why}" if one.why else path
    ranges = ["end" if end < 1 else str(end) if start >= end else f"{start}-{end}" for start, end in one.lines]
    if ranges:
        what += f":{','.join(dict.fromkeys(ranges))}"
    found = [what if one.commit is None else f"{what}, last touched by {_commit(one.commit)}"]
    if one.needs is not None:
        found.append(f"needs what came with {_commit(one.needs)}")
    return found


def _missing(one: FileVerdict) -> str:
    by = "" if one.commit is None else f" by {_commit(one.commit)}"
    if one.renamed_to is None:
        return f"{quoted(one.path)} is not there" + (f": removed{by}" if by else "")
    new = quoted(one.renamed_to)
    what = f"is {new} there, renamed{by}" if by else f"is perhaps {new} there"
    return f"{quoted(one.path)} {what}; on that one: {one.there}"


def _short(key: str) -> str:
    return key[:_SHORT] if len(key) in (40, 64) else key


def _commit(one: Commit) -> str:
    return f'{one.id[:_SHORT]} "{one.subject}" ({one.author}, {one.date})'


def as_answer(
    rows: Iterable[tuple[Patch, Sequence[Destination]]],
    twins: Sequence[tuple[Column, Mapping[str, Sequence[Destination]]]] | None,
    onto: Sequence[Column] | None,
) -> str:
    """Return it all as JSON, patch by patch; ``twins`` come with who would get each patch there, by its key."""
    return document(
        patches=[
            {
                **patch_object(patch),
                "destinations": [destination_object(one) for one in destinations],
                **tried(patch, twins, onto),
            }
            for patch, destinations in rows
        ]
    )


def port_json(
    column: Column, ported: Sequence[Ported], branch: str | None, tip: str | None, worktree: str | None
) -> str:
    """Return as JSON what has become of patches in the twin that they were ported to; ``branch`` is None: nothing."""
    return document(
        project=column.project,
        revision=column.revision,
        base=column.commit,
        branch=branch,
        tip=tip,
        worktree=worktree,
        patches=[
            {
                **patch_object(one.patch),
                "ported": one.commit,
                "tried": _object(column, one.patch),
            }
            for one in ported
        ],
    )


def tried(
    patch: Patch,
    twins: Sequence[tuple[Column, Mapping[str, Sequence[Destination]]]] | None,
    onto: Sequence[Column] | None,
) -> dict[str, object]:
    """Return what became of one patch, as JSON has it."""
    found: dict[str, object] = {}
    if twins is not None:
        found["twins"] = [
            {
                "project": column.project,
                **_object(column, patch),
                "destinations": [destination_object(one) for one in destinations.get(key_of(patch), ())],
            }
            for column, destinations in twins
        ]
    if onto is not None:
        found["onto"] = [_object(column, patch) for column in onto]
    return found


def _object(column: Column, patch: Patch) -> dict[str, object]:
    verdict = column.verdicts.get(key_of(patch))
    files = () if verdict is None else verdict.files
    return {
        "revision": column.revision,
        "commit": column.commit,
        "verdict": None if verdict is None else verdict.verdict,
        "error": column.error,
        "offset": [
            {"path": path_text(file.path), "line": one.line, "lines": one.lines, "fuzz": one.fuzz}
            for file in files
            for one in (file.offsets if verdict is not None and verdict.verdict == CLEAN else ())
        ],
        "files": [_file_object(one) for one in files if one.verdict in (CONFLICT, MISSING)],
        "by": _commit_object(None if verdict is None else verdict.by),
        "after": None if verdict is None else verdict.after,
    }


def _file_object(one: FileVerdict) -> dict[str, object]:
    return {
        "path": path_text(one.path),
        "verdict": one.verdict,
        "lines": [list(lines) for lines in one.lines],
        "why": one.why or None,
        "commit": _commit_object(one.commit),
        "needs": _commit_object(one.needs),
        "renamed_to": None if one.renamed_to is None else path_text(one.renamed_to),
        "there": one.there,
    }


def _commit_object(one: Commit | None) -> dict[str, object] | None:
    return None if one is None else one._asdict()


def summary(column: Column) -> str | None:
    """Return how many patches do not apply, None where all do."""
    failing = sum(one.verdict not in (CLEAN, ALREADY) for one in column.verdicts.values())
    if not failing:
        return None
    name = column.revision if column.project is None else column.project
    verb = "does" if failing == 1 else "do"
    return f"{failing} of {counted(len(column.verdicts), 'patch', 'patches')} {verb} not apply to {name}"
