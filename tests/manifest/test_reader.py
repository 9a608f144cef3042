"""The manifest's reader: what each key becomes, and what overrides what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_subprojects.manifest import stored
from git_subprojects.manifest.model import Host, Manifest, Pin, Project, Route, Rule, RuleFile, Twin, Venue
from git_subprojects.manifest.names import Names, names
from git_subprojects.manifest.reader import ManifestError, read
from git_subprojects.manifest.source import Source
from git_subprojects.twins.paths import mapped, twins_of
from tests.support.manifests import manifest, problems, with_project

EXAMPLE = """
#:schema https://example.org/subprojects.schema.json
schema = 1

[workspace]
directory = ".."

[host]
name = "linux"
versions = "v[0-9]*"
recognise = ["Kbuild", "init/main.c"]
build = [["make", "defconfig"], ["make"]]
twins = ["qemu"]
venue = { kind = "github", guide = "https://example.org/guide" }
route = { to = ["linux@example.org"], codeowners = ".github/CODEOWNERS" }

[[host.rule]]
paths = ["virt/"]
to = ["kvm@example.org"]

[project.qemu]
description = "Machine emulator and virtualizer"
url = "https://gitlab.com/qemu-project/qemu.git"
mirrors = ["https://github.com/qemu/qemu.git"]
directory = "emulators/qemu/"
groups = ["virt"]
branch = "master"
borrow = ["qemu-kvm", "host"]
twins = ["qemu-kvm"]
filter = "blob:none"
sparse = ["hw/", "target"]
submodules = true
build = [["./configure", "--target-list=x86_64-softmmu"], ["make", "-j{jobs}"]]
build-directory = "build"

[[project.qemu.pin]]
revision = "v4.0.0"
[[project.qemu.pin]]
host = "v3.10"

[project.qemu.venue]
kind = "email"
guide = "docs/devel/submitting-a-patch.rst"
prefix = "PATCH"
sign-off = true
check = [["scripts/checkpatch.pl", "--terse", "{patch}"]]
posting = "moderated"
archive = "https://lore.kernel.org/qemu-devel/"
roles = { maintainer = "cc", reviewer = "cc", list = "to" }
thread = "same"
size-limit = 100000

[project.qemu.route]
to = ["qemu-devel@nongnu.org"]
cc = ["A. Name <a@example.org>"]
maintainers = "MAINTAINERS"

[[project.qemu.rule]]
paths = ["hw/virtio/", "*.json"]
except = ["hw/virtio/README"]
to = []
cc = ["virtualization@lists.linux.dev"]
[[project.qemu.rule]]
paths = ["*"]

[project.perf]
within = ["tools/perf", "tools/lib/perf/"]

[project.qemu-kvm]
url = "../qemu-kvm.git"
successor = "qemu"
depth = 1
tested = "v7.2-rc6"
route.maintainers = { file = "MAINTAINERS", style = "xen" }
route.codeowners = { file = "CODEOWNERS" }
"""


def test_every_table_and_key_is_read() -> None:
    assert manifest(EXAMPLE) == Manifest(
        directory="..",
        host=Host(
            name="linux",
            versions="v[0-9]*",
            recognise=("Kbuild", "init/main.c"),
            build=(("make", "defconfig"), ("make",)),
            twins=("qemu",),
            venue=Venue(kind="github", guide="https://example.org/guide"),
            route=Route(to=("linux@example.org",), files=(RuleFile("codeowners", ".github/CODEOWNERS"),)),
            rules=(Rule("host.rule[0]", ("virt/",), to=("kvm@example.org",)),),
        ),
        projects={
            "qemu": Project(
                name="qemu",
                description="Machine emulator and virtualizer",
                url="https://gitlab.com/qemu-project/qemu.git",
                mirrors=("https://github.com/qemu/qemu.git",),
                directory="emulators/qemu",
                groups=("virt",),
                branch="master",
                borrow=("qemu-kvm", "host"),
                twins=("qemu-kvm",),
                filter="blob:none",
                sparse=("hw/", "target"),
                submodules=True,
                build=(("./configure", "--target-list=x86_64-softmmu"), ("make", "-j{jobs}")),
                build_directory="build",
                pins=(Pin(None, "v4.0.0"), Pin("v3.10", None)),
                venue=Venue(
                    kind="email",
                    guide="docs/devel/submitting-a-patch.rst",
                    prefix="PATCH",
                    sign_off=True,
                    check=(("scripts/checkpatch.pl", "--terse", "{patch}"),),
                    posting="moderated",
                    archive="https://lore.kernel.org/qemu-devel/",
                    roles={"maintainer": "cc", "reviewer": "cc", "list": "to"},
                    thread="same",
                    size_limit=100_000,
                ),
                route=Route(
                    to=("qemu-devel@nongnu.org",),
                    cc=("A. Name <a@example.org>",),
                    files=(RuleFile("maintainers", "MAINTAINERS"),),
                ),
                rules=(
                    Rule(
                        key="project.qemu.rule[0]",
                        paths=("hw/virtio/", "*.json"),
                        exclude=("hw/virtio/README",),
                        cc=("virtualization@lists.linux.dev",),
                    ),
                    Rule(key="project.qemu.rule[1]", paths=("*",)),
                ),
            ),
            "perf": Project(name="perf", directory="perf", within=("tools/perf/", "tools/lib/perf/")),
            "qemu-kvm": Project(
                name="qemu-kvm",
                url="../qemu-kvm.git",
                directory="qemu-kvm",
                successor="qemu",
                depth=1,
                tested="v7.2-rc6",
                route=Route(
                    files=(RuleFile("maintainers", "MAINTAINERS", "xen"), RuleFile("codeowners", "CODEOWNERS"))
                ),
            ),
        },
    )


def test_the_least_that_a_manifest_may_say() -> None:
    assert manifest("schema = 1") == Manifest("..", Host(), {})
    assert manifest(with_project("")).projects == {"x": Project("x", url="https://example.org/x", directory="x")}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_and_line_ends(mark: bytes, end: bytes) -> None:
    assert manifest(mark + EXAMPLE.encode().replace(b"\n", end)) == manifest(EXAMPLE)
    assert problems(mark + with_project("foo = 1").encode().replace(b"\n", end))[0].startswith(
        "m.toml:4: project.x.foo: unknown"
    )


def test_toml_1_1_is_read() -> None:
    found = manifest(
        with_project("description = 'x'\nvenue = {\n  sign-off = true, # and a comment\n  prefix = \"\\x41\",\n}")
    )
    assert found.projects["x"].venue == Venue(sign_off=True, prefix="A")


def test_overrides_go_field_by_field() -> None:
    local = """
    [workspace]
    directory = "../neighbours"
    [project.qemu]
    url = "https://github.com/qemu/qemu.git"
    venue.prefix = "QEMU"
    [[project.qemu.rule]]
    paths = ["mine/"]
    [project.mine]
    url = "../mine"
    borrow = ["qemu"]
    """
    before, after = manifest(EXAMPLE), manifest(EXAMPLE, local)
    qemu = before.projects["qemu"]
    assert after.directory == "../neighbours"
    assert after.host == before.host
    assert after.projects["qemu"] == qemu._replace(
        url="https://github.com/qemu/qemu.git",
        venue=qemu.venue._replace(prefix="QEMU"),
        rules=(Rule("project.qemu.rule[0]", ("mine/",)),),
    )
    assert after.projects["mine"] == Project("mine", url="../mine", directory="mine", borrow=("qemu",))
    assert list(after.projects) == [*before.projects, "mine"]


def test_an_override_may_replace_one_kind_of_value_by_another() -> None:
    found = manifest(
        EXAMPLE, "[project.qemu.route.maintainers]\nfile = 'M'\n[project.qemu-kvm.route]\nmaintainers = 'N'"
    )
    assert found.projects["qemu"].route.files == (RuleFile("maintainers", "M"),)
    assert found.projects["qemu-kvm"].route.files[0] == RuleFile("maintainers", "N")


VALUE = st.sampled_from(
    ["1", "true", "''", "'x'", "[]", "['x']", "[1]", "[[]]", "[{}]", "{}", "{ x = 1 }", "1.5", "07:32:00"]
)
KEY = st.sampled_from([
    "schema", "workspace", "workspace.directory", "host", "host.rule", "host.twins", "host.route", "project", "x",
    "project.x", "project.x.url", "project.x.rule", "project.x.pin", "project.x.venue", "project.x.venue.roles",
    "project.x.route", "project.x.route.maintainers", "project.x.within", "project.x.borrow", "project.x.twins",
    "project.x.successor", "project.x.directory", "project.x.groups", "project.x.description", "project.y.url",
    "project.y.directory",
])  # fmt: skip
DOCUMENT = st.dictionaries(KEY, VALUE, max_size=6).map(
    lambda found: "schema = 1\n" + "".join(f"{key} = {value}\n" for key, value in found.items() if key != "schema")
)


@given(DOCUMENT, st.none() | DOCUMENT)
@settings(max_examples=300, deadline=None)
def test_whatever_is_where_a_manifest_is_read_or_reported(text: str, local: str | None) -> None:
    source, override = Source("m.toml", text.encode()), None if local is None else Source("local.toml", local.encode())
    offered = names(source, override)
    assert all(isinstance(name, str) for name in [*offered.projects, *offered.projects.values(), *offered.groups])
    try:
        found = read(source, override)
    except ManifestError:
        return
    assert set(found.projects) == set(offered.projects)


def test_names_for_completion() -> None:
    text = "[project]\na = { description = 'A', groups = ['g', 'h', 1, 'b d'] }\n'b c' = {}\n"
    text += "d.description = 1\ne = 1\nf = {}"
    local = Source(
        "l", b"[project]\nf = { groups = 'fg', directory = '../f' }\ng = { groups = ['i'], directory = 'other' }"
    )
    text += "\n[host]\nname = 'linux'\n[workspace]\ndirectory = '../src'\n"
    found = names(Source("m", text.encode()), local)
    assert (found.projects, found.groups) == ({"a": "A", "d": "", "f": "", "g": ""}, {"g", "h", "i"})
    assert (found.workspace, found.host) == ("../src", "linux")
    assert found.directories == {"a": "a", "d": "d", "g": "other"}
    for broken in (b"project = 1", b"[", b"\xff", b"[" * 100_000):
        assert names(Source("m", broken)) == Names({}, set(), "..", {})


def test_twins_with_other_paths() -> None:
    text = """
        schema = 1
        [host]
        twins = ["b"]
        [project.a]
        url = "../a"
        twin = { b = { paths = { "old/" = "new/", "x" = "y" } }, host = {} }
        [project.b]
        url = "../b"
        """
    found = read(Source("m", text.encode()))
    a = found.projects["a"]
    assert a.twins == ("b", "host")
    assert a.mapped == (Twin("b", (("old/", "new/"), ("x", "y"))), Twin("host"))
    assert twins_of(found, "a") == {"b": ((b"old/", b"new/"), (b"x", b"y")), "host": ()}
    assert twins_of(found, "b") == {"host": (), "a": ((b"new/", b"old/"), (b"y", b"x"))}
    assert twins_of(found, None) == {"b": (), "a": ()}
    assert stored.loaded(stored.dumped(found, Source("m", b""), None), Source("m", b""), None) == found


RENAMED = [(b"old/a", b"new/a"), (b"old/deep/a", b"other/a"), (b"x", b"y")]
THE_SAME = [(path, path) for path in (b"olden", b"old", b"x/a")]


@pytest.mark.parametrize(("path", "expected"), RENAMED + THE_SAME)
def test_the_longest_path_that_fits_holds(path: bytes, expected: bytes) -> None:
    paths = (("old/", "new/"), ("old/deep/", "other/"), ("x", "y"))
    project = Project("a", twins=("b",), mapped=(Twin("b", paths),))
    manifest = Manifest("..", Host(), {"a": project, "b": Project("b")})
    assert mapped(path, twins_of(manifest, "a")["b"]) == expected
    assert mapped(expected, twins_of(manifest, "b")["a"]) == path


def test_the_top_may_be_a_folder_there() -> None:
    project = Project("a", twins=("b",), mapped=(Twin("b", (("./", "tools/"), ("include/", "inc/"))),))
    manifest = Manifest("..", Host(), {"a": project, "b": Project("b")})
    there, back = twins_of(manifest, "a")["b"], twins_of(manifest, "b")["a"]
    assert [mapped(path, there) for path in (b"a.c", b"include/x.h")] == [b"tools/a.c", b"inc/x.h"]
    assert [mapped(path, back) for path in (b"tools/a.c", b"inc/x.h", b"other")] == [b"a.c", b"include/x.h", b"other"]
