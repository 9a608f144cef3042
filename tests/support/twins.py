"""A workspace with a project and its twin, which has gone its own way; what may not change, and what is answered."""

import json
from pathlib import Path

import pytest

from tests.support.commands import run, shell
from tests.support.repositories import make_host, sibling, upstream

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
sed -i '5i one more\\nand one' hw/pc.c; sed -i 's/line 30 of pc/kvm has it its own way/' hw/pc.c
git commit -qam 'pc: Go our own way'
"""

TOPIC = """
sed -i 's/line 20 of pc/a better line/' hw/pc.c; git commit -qam 'pc: Better'
sed -i 's/line 30 of pc/qemu has it so/' hw/pc.c; git commit -qam 'pc: So'
sed -i 's/line 10 of apic/mended/' hw/apic.c; git commit -qam 'apic: Mend'
sed -i '3d' README; git commit -qam 'README: Shorter'
"""


@pytest.fixture
def qemu(src: Path, tmp_path: Path) -> Path:
    """Return a clone of qemu with a topic of four patches, beside its twin, which has gone its own way."""
    base = tmp_path / "served"
    upstream(base, "qemu", BEGIN)
    twin = upstream(base, "qemu-kvm", BEGIN + FORK + "sed -i '3d' README; git commit -qam 'README: Shorter'")
    host = make_host(src, MANIFEST.format(base=base.as_uri()))
    top = sibling(host, (base / "qemu.git").as_uri(), "qemu")
    sibling(host, twin.as_uri(), "qemu-kvm")
    shell(f"git switch -qc topic; {TOPIC}", top)
    return top


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


def twin_of(top: Path) -> Path:
    """Return the clone of the twin."""
    return top.parent / "qemu-kvm"


def verdicts(answer: str, key: str = "twins") -> list[list[str | None]]:
    """Return the verdicts of each patch in an answer of JSON."""
    return [[twin["verdict"] for twin in patch[key]] for patch in json.loads(answer)["patches"]]
