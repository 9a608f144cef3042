"""The answers of the trees' own get_maintainer.pl to hundreds of patches, and ours."""

import gzip
import json
from collections.abc import Iterator

import pytest

from git_subprojects.people.mailmap import parse
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.rule_files.maintainers.contacts import formatted
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.rules import MaintainersRules, TreeQueries
from tests.support.paths import SHARED

FOLDER = SHARED / "maintainers"

# QEMU's .mailmap is not in the folder: these are the lines of it that matter.
MAILMAP = """
Daniel P. Berrangé <berrange@redhat.com>
Stefan Berger <stefanb@linux.vnet.ibm.com> <stefanb@linux.ibm.com>
""".encode()

Ranks = dict[str, tuple[tuple[bool, int, int], set[str]]]


def tree_of(name: str) -> MaintainersRules:
    files = gzip.decompress((FOLDER / f"{name}.files.gz").read_bytes()).split(b"\n")
    folders = {file[:at] for file in files for at in range(len(file)) if file[at : at + 1] == b"/"}
    style = STYLES[name]
    index = Index.of([("MAINTAINERS", (FOLDER / f"{name}.MAINTAINERS").read_bytes())], style)
    tree = TreeQueries(folders.__contains__, lambda _: None, lambda _: None, parse(MAILMAP).mapped)
    return MaintainersRules(index, style, tree, Searcher())


def cases(name: str) -> Iterator[tuple[list[bytes], list[str]]]:
    for line in (FOLDER / f"{name}.jsonl").read_text().splitlines():
        case = json.loads(line)
        yield [path.encode() for path in case["paths"]], case["output"]


def ranks(rules: MaintainersRules, paths: list[bytes]) -> Ranks:
    """Return, by name or address, where somebody first appears and in which lines they may; ties stand together."""
    found: Ranks = {}
    for at, path in enumerate(sorted(paths)):
        for depth, hit in rules.index.matches(path, rules.searcher, rules.tree.is_folder):
            for contact in rules.contacts(hit.section):
                name, address = rules.tree.mapped(contact.name, contact.address)
                rank = (contact.kind == "list", at, -depth)
                known, lines = found.setdefault((name or address).lower(), (rank, set()))
                if known == rank:
                    lines.add(f"{formatted(name, address)} ({contact.role})")
    return found


def is_possible(lines: list[str], allowed: Ranks) -> bool:
    """Return whether sections of equal depth, in some order, could give these lines in this order."""
    by_line = {line: rank for rank, some in allowed.values() for line in some}
    order = [by_line.get(line) for line in lines]
    known = [rank for rank in order if rank is not None]
    return len(known) == len(lines) and known == sorted(known)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the answers are in ../shared, which is not here")
@pytest.mark.parametrize(("name", "number"), [("qemu", 500), ("xen", 300), ("kvm-unit-tests", 150)])
def test_the_answers_are_those_of_the_original(name: str, number: int) -> None:
    rules = tree_of(name)
    different = []
    asked = 0
    for paths, expected in cases(name):
        asked += 1
        lines = list(rules.gather([], paths).lines())
        shown = [line.partition(" (")[0] for line in lines] if name == "xen" else lines
        if shown != expected:
            allowed = ranks(rules, paths)
            if len(lines) != len(expected) or not is_possible(lines, allowed) or not is_possible(expected, allowed):
                different.append((paths, shown, expected))
    assert different == []
    assert asked == number
