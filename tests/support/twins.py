"""A workspace with a project and its twin, which has gone its own way; what may not change, and what is answered."""

import json
from pathlib import Path

import pytest

from tests.support.commands import run, shell
from tests.support.repositories import copy, copy_repository, made_once, make_host, sibling, upstream

MANIFEST = """
schema = 1
[host]
name = "linux"
route.to = ["linux@example.org"]
[project.qemu]
url = "{base}/qemu.git"
twins = ["qemu-kvm"]
route.to = ["qemu@example.org"]
[project.qemu-kvm]
url = "{base}/qemu-kvm.git"
route.to = ["kvm@example.org"]
[[project.qemu-kvm.rule]]
paths = ["hw/"]
cc = ["hw@example.org"]
"""

BEGIN = """
mkdir hw
for n in $(seq 40); do echo "line $n of pc"; done > hw/pc.c
for n in $(seq 40); do echo "line $n of apic"; done > hw/apic.c
for n in $(seq 20); do echo "line $n of the readme"; done > README
git add .; git commit -qm 'begin'
"""

FORK = """
git mv hw/apic.c hw/lapic.c; git commit -qm 'hw: Rename the apic'
sed -i '16,40s/.*/& of the cpu/' hw/lapic.c
sed -i '5i one more\\nand one' hw/pc.c; sed -i 's/line 30 of pc/kvm has it its own way/' hw/pc.c
git commit -qam 'pc: Go our own way'
"""

TOPIC = """
sed -i 's/line 20 of pc/a better line/' hw/pc.c; git commit -qam 'pc: Better'
sed -i 's/line 30 of pc/qemu has it so/' hw/pc.c; git commit -qam 'pc: So'
sed -i 's/line 10 of apic/mended/' hw/apic.c; git commit -qam 'apic: Mend'
sed -i '3d' README; git commit -qam 'README: Shorter'
"""


def make_twins(folder: Path) -> None:
    base, src = folder / "served", folder / "src"
    upstream(base, "qemu", BEGIN)
    twin = upstream(base, "qemu-kvm", BEGIN + FORK + "sed -i '3d' README; git commit -qam 'README: Shorter'")
    host = make_host(src, MANIFEST.format(base=base.as_uri()))
    top = sibling(host, (base / "qemu.git").as_uri(), "qemu")
    sibling(host, twin.as_uri(), "qemu-kvm")
    shell(f"git switch -qc topic; {TOPIC}", top)


@pytest.fixture
def qemu(src: Path) -> Path:
    """Return a clone of qemu with a topic of four patches, beside its twin, which has gone its own way.

    All tests have the same upstreams; one that pushes takes its own first: ``own_upstream``.
    """
    made = made_once(make_twins) / "src"
    for name in ("linux", "qemu", "qemu-kvm"):
        copy_repository(made / name, src / name)
    return src / "qemu"


def state(top: Path) -> dict[str, str]:
    """Return all of a repository that nothing but what the user asks for may change."""
    index = top / ".git" / "index"
    return {
        "refs": run("git", "for-each-ref", cwd=top).out,
        "HEAD": (top / ".git" / "HEAD").read_text(),
        "index": index.read_bytes().hex(),
        "files": run("git", "status", "--porcelain=v2", "--ignored", "--branch", cwd=top).out,
        "config": (top / ".git" / "config").read_text(),
        "trees": run("git", "worktree", "list", "--porcelain", cwd=top).out,
        "folder": " ".join(sorted(path.name for path in (top / ".git").iterdir())),
    }


def own_upstream(top: Path) -> None:
    """Give a clone a copy of its upstream to push to."""
    url = run("git", "remote", "get-url", "origin", cwd=top).out.strip()
    own = top.parent.parent / "own" / f"{top.name}.git"
    copy(Path(url.removeprefix("file://")), own)
    run("git", "remote", "set-url", "origin", own.as_uri(), cwd=top)


def twin_of(top: Path) -> Path:
    """Return the clone of the twin."""
    return top.parent / "qemu-kvm"


def verdicts(answer: str, key: str = "twins") -> list[list[str | None]]:
    """Return the verdicts of each patch in an answer of JSON."""
    return [[twin["verdict"] for twin in patch[key]] for patch in json.loads(answer)["patches"]]
