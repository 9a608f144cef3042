"""A format of the tests' own: each line has the beginning of paths, and the address of who owns them."""

from collections.abc import Iterable, Sequence

from git_subprojects.manifest.model import RuleFile
from git_subprojects.patches.model import Patch
from git_subprojects.routing.model import Reason, Recipient
from git_subprojects.routing.rule_files.base import Answer, FileRules, LintTree, RuleProblem, SourceTree

READS = ()


class Owners(FileRules):
    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        words = ((number, line.split()) for number, line in enumerate(content.decode().splitlines(), 1))
        self.owned = [(number, line[0], line[-1]) for number, line in words if line]

    def covers(self, path: bytes) -> bool:
        return any(path.startswith(prefix.encode()) for _, prefix, _ in self.owned)

    def answer(self, patches: Sequence[Patch], paths: Iterable[bytes]) -> Answer:
        return Answer(
            Recipient(address, "", "owner", (Reason(f"{self.path}:{number}", path, prefix),))
            for path in paths
            for number, prefix, address in self.owned
            if path.startswith(prefix.encode())
        )

    def problems(self) -> list[RuleProblem]:
        return [
            RuleProblem(self.path, number, "error", "address", f"{address} is no address")
            for number, _, address in self.owned
            if "@" not in address
        ]


def load(file: RuleFile, tree: SourceTree, venue: str) -> Owners | None:
    content = tree.read(file.path)
    return None if content is None else Owners(file.path, content)


def find_problems(file: RuleFile, tree: LintTree, venue: str, *, alone: bool) -> tuple[list[RuleProblem], int] | None:
    content = tree.read(file.path)
    return None if content is None else (Owners(file.path, content).problems(), 1)
