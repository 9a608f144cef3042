"""What becomes of patches elsewhere → text and JSON. Pure: values in, strings out."""

from collections.abc import Sequence

from git_subprojects.errors import without_credentials
from git_subprojects.output.routes import destination_object, patch_object, path_text, quoted
from git_subprojects.patches.model import Patch
from git_subprojects.plural import counted
from git_subprojects.routing.model import Destination
from git_subprojects.twins.verdicts import (
    ALREADY,
    CLEAN,
    CONFLICT,
    MISSING,
    Commit,
    FileVerdict,
    Ported,
    TargetVerdicts,
    Verdict,
)

_SHORT = 12
_OFFSET = "offset"


def twin(answer: TargetVerdicts, patches: Sequence[Patch]) -> str:
    """Return what became of the patches in a twin, a line each, and below it why they do not apply."""
    lines = [f"{answer.project} at {answer.revision} ({(answer.commit or '')[:_SHORT]}):"]
    for patch, verdict in zip(patches, answer.verdicts, strict=True):
        lines.append(f"  {verdict.kind:8}  {named(patch)}{_beside(verdict)}")
        lines += [f"      {text}" for text in _details(verdict)]
    return "\n".join(lines)


def table(answers: Sequence[TargetVerdicts], patches: Sequence[Patch]) -> str:
    """Return what became of the patches on other revisions: a table, and below it why some do not apply."""
    rows = list(zip(*(answer.verdicts for answer in answers), strict=True))
    cells = [[_cell(verdict) for verdict in row] for row in rows]
    names = [answer.revision or "" for answer in answers]
    widths = [max(map(len, [name, *(row[at] for row in cells)])) for at, name in enumerate(names)]
    lines = ["  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()]
    for patch, texts in zip(patches, cells, strict=True):
        lines.append(
            "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)) + f"  {named(patch)}"
        )
    for patch, row in zip(patches, rows, strict=True):
        details = [f"  {name}: {text}" for name, verdict in zip(names, row, strict=True) for text in _details(verdict)]
        if details:
            lines += ["", named(patch), *details]
    return "\n".join(lines)


def _cell(verdict: Verdict) -> str:
    return f"{verdict.kind} ({_OFFSET})" if _has_offset(verdict) else verdict.kind


def _has_offset(verdict: Verdict) -> bool:
    return verdict.kind == CLEAN and any(file.offsets for file in verdict.files)


def named(patch: Patch) -> str:
    """Return how a patch is called."""
    return f"{patch.name or patch.commit[:_SHORT]} {patch.subject}".rstrip()


def _beside(verdict: Verdict) -> str:
    """Return what stands behind a patch that applies, or is there already."""
    if verdict.by is not None and verdict.kind == ALREADY:
        return f" (by {_commit(verdict.by)})"
    if not _has_offset(verdict):
        return ""
    offsets = [offset for file in verdict.files for offset in file.offsets]
    furthest = max((offset.lines for offset in offsets), key=abs)
    fuzz = max(offset.fuzz for offset in offsets)
    texts = [f"{_OFFSET} {counted(abs(furthest), 'line')}" + (" up" if furthest < 0 else "")] if furthest else []
    texts += [f"{counted(fuzz, 'line')} of context changed"] if fuzz else []
    return f" ({', '.join(texts)})"


def _details(verdict: Verdict) -> list[str]:
    texts = [text for file in verdict.files for text in _file(file)]
    if verdict.is_picked:
        texts.append("git cherry-pick applies it: it compares whole trees, and finds what was renamed")
    if verdict.by is not None and verdict.reverted is not None:
        texts.append(f"was applied by {_commit(verdict.by)}, and reverted by {_commit(verdict.reverted)}")
    elif verdict.by is not None and verdict.kind != ALREADY:
        texts.append(f"was applied by {_commit(verdict.by)}: git am would make the change a second time")
    if verdict.after is not None:
        texts.append(f"perhaps for want of {_short(verdict.after)} above, which does not apply either")
    return texts


def _file(file: FileVerdict) -> list[str]:
    path = quoted(file.path)
    if file.kind == MISSING:
        return [_missing(file)]
    if file.kind != CONFLICT:
        return [] if file.renamed_to is None else [f"{path} is {quoted(file.renamed_to)} there"]
    what = f"{path} {file.why}" if file.why else path
    ranges = ["end" if end < 1 else str(end) if start >= end else f"{start}-{end}" for start, end in file.lines]
    if ranges:
        what += f":{','.join(dict.fromkeys(ranges))}"
    texts = [what if file.commit is None else f"{what}, last touched by {_commit(file.commit)}"]
    if file.needs is not None:
        texts.append(f"needs what came with {_commit(file.needs)}")
    return texts


def _missing(file: FileVerdict) -> str:
    by = "" if file.commit is None else f" by {_commit(file.commit)}"
    if file.renamed_to is None:
        return f"{quoted(file.path)} is not there" + (f": removed{by}" if by else "")
    new = quoted(file.renamed_to)
    what = f"is {new} there, renamed{by}" if by else f"is perhaps {new} there"
    return f"{quoted(file.path)} {what}; on that one: {file.there}"


def _short(key: str) -> str:
    return key[:_SHORT] if len(key) in (40, 64) else key


def _commit(commit: Commit) -> str:
    return f'{commit.id[:_SHORT]} "{commit.subject}" ({commit.author}, {commit.date})'


def data(
    routes: Sequence[tuple[Patch, Sequence[Destination]]],
    twins: Sequence[tuple[TargetVerdicts, Sequence[Sequence[Destination]]]] | None,
    onto: Sequence[TargetVerdicts] | None,
) -> dict[str, object]:
    """Return it all, patch by patch; ``twins`` come with who would get each patch there."""
    return {
        "patches": [
            {
                **patch_object(patch),
                "destinations": [destination_object(destination) for destination in destinations],
                **of_patch(number, twins, onto),
            }
            for number, (patch, destinations) in enumerate(routes)
        ]
    }


def port_data(
    answer: TargetVerdicts, ported: Sequence[Ported], branch: str | None, tip: str | None, worktree: str | None
) -> dict[str, object]:
    """Return what has become of patches in the twin that they were ported to; ``branch`` is None: nothing."""
    return {
        "project": answer.project,
        "revision": answer.revision,
        "base": answer.commit,
        "branch": branch,
        "tip": tip,
        "worktree": worktree,
        "patches": [
            {**patch_object(one.patch), "ported": one.commit, "tried": _object(answer, number)}
            for number, one in enumerate(ported)
        ],
    }


def of_patch(
    number: int,
    twins: Sequence[tuple[TargetVerdicts, Sequence[Sequence[Destination]]]] | None,
    onto: Sequence[TargetVerdicts] | None,
) -> dict[str, object]:
    """Return what became of one of the patches, counted from 0; arguments are as those of ``data``."""
    answer: dict[str, object] = {}
    if twins is not None:
        answer["twins"] = [
            {
                "project": there.project,
                **_object(there, number),
                "destinations": [destination_object(destination) for destination in routes[number]],
            }
            for there, routes in twins
        ]
    if onto is not None:
        answer["onto"] = [_object(there, number) for there in onto]
    return answer


def _object(answer: TargetVerdicts, number: int) -> dict[str, object]:
    verdict = answer.verdicts[number] if answer.verdicts else None
    files = () if verdict is None else verdict.files
    return {
        "revision": answer.revision,
        "commit": answer.commit,
        "verdict": None if verdict is None else verdict.kind,
        "error": None if answer.error is None else without_credentials(answer.error),
        "offset": [
            {"path": path_text(file.path), "line": one.line, "lines": one.lines, "fuzz": one.fuzz}
            for file in files
            for one in (file.offsets if verdict is not None and verdict.kind == CLEAN else ())
        ],
        "files": [_file_object(one) for one in files if one.kind in (CONFLICT, MISSING) or one.renamed_to is not None],
        "by": _commit_object(None if verdict is None else verdict.by),
        "reverted": _commit_object(None if verdict is None else verdict.reverted),
        "cherry_pick": verdict is not None and verdict.is_picked,
        "after": None if verdict is None else verdict.after,
    }


def _file_object(file: FileVerdict) -> dict[str, object]:
    return {
        "path": path_text(file.path),
        "verdict": file.kind,
        "lines": [list(lines) for lines in file.lines],
        "why": file.why or None,
        "commit": _commit_object(file.commit),
        "needs": _commit_object(file.needs),
        "renamed_to": None if file.renamed_to is None else path_text(file.renamed_to),
        "there": file.there,
    }


def _commit_object(commit: Commit | None) -> dict[str, object] | None:
    return None if commit is None else commit._asdict()


def summary(answer: TargetVerdicts) -> str:
    """Return how many patches do not apply."""
    name = answer.revision if answer.project is None else answer.project
    verb = "does" if answer.failing == 1 else "do"
    return f"{answer.failing} of {counted(len(answer.verdicts), 'patch', 'patches')} {verb} not apply to {name}"
