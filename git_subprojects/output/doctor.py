"""What the commands need and how it is → text and data. Pure."""

from collections.abc import Sequence

from git_subprojects.workspace.diagnosis import Diagnosis


def text(diagnoses: Sequence[Diagnosis]) -> str:
    """Return a line for each, and below what is wrong the commands that fix it."""
    width = max((len(diagnosis.topic) for diagnosis in diagnoses), default=0)
    indent = " " * (width + 11)
    lines = []
    for diagnosis in diagnoses:
        first, *rest = diagnosis.text.split("\n")
        lines.append(f"{diagnosis.level:7}  {diagnosis.topic:{width}}  {first}")
        lines += [f"{indent}{line}" for line in rest]
        lines += [f"{indent}> {line}" for line in (diagnosis.fix or "").splitlines()]
    return "\n".join(lines)


def data(diagnoses: Sequence[Diagnosis]) -> dict[str, object]:
    """Return them all."""
    return {
        "findings": [
            {"level": level, "topic": topic, "text": text, "mend": fix} for level, topic, text, fix in diagnoses
        ]
    }
