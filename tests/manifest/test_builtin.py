"""The manifest that comes with the program: Linux and its neighbours."""

import re

import pytest

from git_subprojects.manifest.model import Manifest, Pin, Project
from git_subprojects.manifest.reader import read
from git_subprojects.manifest.source import Source
from tests.support.paths import ROOT

FILE = str(ROOT / "subprojects.toml")
FOUNDING = {"qemu-kvm", "qemu", "systemtap", "seabios", "e2fsprogs", "perf"}
KERNEL_ORG = "git.kernel.org/pub/scm"

# name → URL (or folder of an in-tree project), and the list that every patch goes to (or kind of venue)
FACTS = {
    "binutils-gdb": ("https://sourceware.org/git/binutils-gdb.git", "by rules"),
    "bpftrace": ("https://github.com/bpftrace/bpftrace", "github"),
    "crash": ("https://github.com/crash-utility/crash", "devel@lists.crash-utility.osci.io"),
    "e2fsprogs": (f"https://{KERNEL_ORG}/fs/ext2/e2fsprogs.git", "linux-ext4@vger.kernel.org"),
    "edk2": ("https://github.com/tianocore/edk2.git", "github"),
    "gcc": ("https://gcc.gnu.org/git/gcc.git", "gcc-patches@gcc.gnu.org"),
    "git": (f"git://{KERNEL_ORG}/git/git.git", "git@vger.kernel.org"),
    "iproute2": (f"git://{KERNEL_ORG}/network/iproute2/iproute2.git", "netdev@vger.kernel.org"),
    "iproute2-next": (f"git://{KERNEL_ORG}/network/iproute2/iproute2-next.git", "netdev@vger.kernel.org"),
    "kmod": (f"https://{KERNEL_ORG}/utils/kernel/kmod/kmod.git", "github"),
    "kvm": (f"git://{KERNEL_ORG}/virt/kvm/kvm.git", "kvm@vger.kernel.org"),
    "kvm-unit-tests": ("https://gitlab.com/kvm-unit-tests/kvm-unit-tests.git", "kvm@vger.kernel.org"),
    "libvirt": ("https://gitlab.com/libvirt/libvirt.git", "devel@lists.libvirt.org"),
    "perf": ("tools/perf/", "linux-perf-users@vger.kernel.org"),
    "qemu": ("https://gitlab.com/qemu-project/qemu.git", "qemu-devel@nongnu.org"),
    "qemu-kvm": (f"git://{KERNEL_ORG}/virt/kvm/qemu-kvm.git", "kvm@vger.kernel.org"),
    "seabios": ("https://git.seabios.org/seabios.git", "seabios@seabios.org"),
    "strace": ("https://github.com/strace/strace.git", "github"),
    "systemtap": ("https://sourceware.org/git/systemtap.git", "systemtap@sourceware.org"),
    "trace-cmd": (f"git://{KERNEL_ORG}/utils/trace-cmd/trace-cmd.git", "linux-trace-devel@vger.kernel.org"),
    "u-boot": ("https://git.u-boot-project.org/u-boot/u-boot.git", "u-boot@lists.u-boot-project.org"),
    "util-linux": (f"git://{KERNEL_ORG}/utils/util-linux/util-linux.git", "github"),
}

UNVERIFIED = {
    ("host.venue", "archive"),
    ("project.binutils-gdb.rule", "paths"),
    ("project.e2fsprogs.venue", "posting"),
    ("project.iproute2-next.venue", "archive"),
    ("project.iproute2.venue", "archive"),
    ("project.kvm-unit-tests.venue", "archive"),
    ("project.kvm.venue", "archive"),
    ("project.perf", "build"),
    ("project.perf.venue", "check"),
    ("project.qemu-kvm.route", "to"),
}


@pytest.fixture(scope="module")
def text() -> str:
    with open(FILE, encoding="utf-8") as file:
        return file.read()


@pytest.fixture(scope="module")
def manifest(text: str) -> Manifest:
    return read(Source("subprojects.toml", text.encode()))


def test_holds_the_expected_projects_and_the_founding_six(manifest: Manifest) -> None:
    assert set(manifest.projects) == set(FACTS)
    assert {name for name, project in manifest.projects.items() if "founding" in project.groups} == FOUNDING
    assert manifest.host.name == "linux"
    assert manifest.host.recognise == ("Kbuild", "MAINTAINERS", "init/main.c")
    assert manifest.host.route.cc == ("linux-kernel@vger.kernel.org",)


@pytest.mark.parametrize("name", FACTS)
def test_where_a_project_is_and_where_its_patches_go(manifest: Manifest, name: str) -> None:
    place, destination = FACTS[name]
    project = manifest.projects[name]
    assert place in (project.url, *project.within)
    assert destination == _destination(project)
    assert project.description
    assert project.groups


def _destination(project: Project) -> str:
    if project.venue.kind != "email":
        assert not project.route.to, "a pull request gets no mail"
        return project.venue.kind
    if project.route.to:
        (only,) = project.route.to
        return only
    assert all(rule.to for rule in project.rules)
    assert any(rule.paths == ("*",) for rule in project.rules)
    return "by rules"


def test_each_path_of_binutils_gdb_belongs_to_exactly_one_rule(manifest: Manifest) -> None:
    everything, *others = manifest.projects["binutils-gdb"].rules
    assert sorted(everything.exclude) == sorted(path for rule in others for path in rule.paths)


def test_pins(manifest: Manifest) -> None:
    systemtap, bpftrace = manifest.projects["systemtap"], manifest.projects["bpftrace"]
    assert systemtap.pins == (Pin("v2.6.18", "release-4.1"), Pin("v2.6.32", "release-5.1"), Pin("v3.10"))
    assert systemtap.tested == "v7.2-rc6"
    assert bpftrace.pins == (Pin(None, "v0.22.1"), Pin("v5.15", "v0.25.1"), Pin("v6.1"))


def test_what_was_not_verified_says_so_and_nothing_else_does(text: str) -> None:
    table, key, marked = "", "", set()
    for line in text.splitlines():
        table = match[1] if (match := re.match(r"\[+([^\]]+)\]", line)) else table
        key = match[1] if (match := re.match(r"([\w-]+) *=", line)) else key
        if line.endswith("  # unverified"):
            marked.add((table, key))
    assert marked == UNVERIFIED
