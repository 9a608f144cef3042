"""The plan: facts in, steps out, and nothing touched. What is asked for, what is related, what a URL means."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.manifest.model import Host, Manifest, Pin, Project
from git_subprojects.workspace.facts import Fit, HostFacts, Sibling, State
from git_subprojects.workspace.plan import (
    Build,
    Clone,
    InTree,
    ObjectSource,
    Options,
    Present,
    Refused,
    Step,
    plan,
    relatives,
    select,
)
from git_subprojects.workspace.urls import ProjectUrls, any_same_url, project_urls, resolve_url, same_url
from git_subprojects.workspace.versions import is_newer

HOST = HostFacts("/src/linux", "/src/linux", "v6.1")
BASE_URL = "https://example.org/group/linux.git"
MAKE = (("make", "-j{jobs}", "KDIR={host}"),)
MADE = (("make", "-j3", "KDIR=/src/linux"),)


def manifest(*projects: Project, host: Host | None = None) -> Manifest:
    return Manifest("..", host or Host("linux"), {project.name: project for project in projects})


def project(name: str, **fields: Any) -> Project:
    return Project(name, url=f"https://example.org/{name}.git", directory=name)._replace(**fields)


def absent(name: str) -> State:
    return State(name, f"/src/{name}", sibling=Sibling("absent", f"/src/{name}"))


def there(name: str, **fields: Any) -> State:
    sibling = Sibling("clone", f"/src/{name}", "a clone", urls=(f"https://example.org/{name}.git",))
    return State(name, f"/src/{name}", urls=ProjectUrls(sibling.urls), sibling=sibling._replace(**fields))


def one_step(known: Project, facts: State, options: Options | None = None, *others: Project) -> Step:
    facts = facts._replace(urls=project_urls(known, BASE_URL))
    steps = plan(manifest(known, *others), HOST, [known.name], {known.name: facts}, options or Options())
    (step,) = steps
    return step


MANY = manifest(
    project("one", groups=("tools",)),
    project("two", groups=("tools", "virt")),
    project("three", groups=("virt",)),
    project("four"),
)


@pytest.mark.parametrize(
    ("names", "groups", "everything", "chosen"),
    [
        ([], [], False, []),
        (["two", "one"], [], False, ["two", "one"]),
        (["two,one", "two"], [], False, ["two", "one"]),
        ([",two,,one,"], [], False, ["two", "one"]),
        ([], ["virt"], False, ["two", "three"]),
        (["three"], ["tools,virt"], False, ["three", "one", "two"]),
        (["four"], ["virt"], True, ["four", "two", "three", "one"]),
    ],
)
def test_select(names: list[str], groups: list[str], everything: bool, chosen: list[str]) -> None:
    assert select(MANY, names, groups, everything=everything) == (chosen, [])


def test_select_offers_the_nearest_names() -> None:
    chosen, refused = select(MANY, ["Thre", "one", "Thre", "zzz"], ["tool"])
    assert chosen == ["one"]
    assert refused == [
        Refused("Thre", "the manifest has no project 'Thre'", "did you mean three?"),
        Refused("zzz", "the manifest has no project 'zzz'", "git clone-project --list shows what there is"),
        Refused("tool", "the manifest has no group 'tool'", "did you mean tools?"),
    ]


@given(st.lists(st.sampled_from(["one", "two", "three", "four", "on", ""]), max_size=6), st.booleans())
def test_select_yields_each_known_project_once(names: list[str], together: bool) -> None:
    chosen, refused = select(MANY, [",".join(names)] if together else names)
    assert chosen == list(dict.fromkeys(name for name in names if name in MANY.projects))
    assert {one.name for one in refused} == set(names) - {*MANY.projects, ""}
    assert len(refused) <= 1


def test_relatives_are_told_by_either_side() -> None:
    known = manifest(
        project("qemu", borrow=("edk2", "host")),
        project("edk2", twins=("qemu",)),
        project("qemu-kvm", borrow=("qemu",)),
        project("xen", twins=("qemu",)),
        project("git"),
        host=Host("linux", twins=("git",)),
    )
    assert relatives(known, known.projects["qemu"]) == ["edk2", "host", "qemu-kvm", "xen"]
    assert relatives(known, known.projects["edk2"]) == ["qemu"]
    assert relatives(known, known.projects["git"]) == ["host"]
    assert relatives(known, project("alone")) == []


def test_a_clone_has_all_that_the_manifest_says() -> None:
    known = project(
        "one",
        mirrors=("../one.git", "https://mirror.example/one"),
        branch="next",
        filter="blob:none",
        sparse=("lib",),
        submodules=True,
        build=MAKE,
        build_directory="out",
    )
    assert one_step(known, absent("one"), Options(build=True, jobs=3)) == Clone(
        "one",
        "/src/one",
        ("https://example.org/one.git", "https://example.org/group/one.git", "https://mirror.example/one"),
        revision="next",
        because="project.one.branch",
        filter="blob:none",
        sparse=("lib",),
        submodules=True,
        relative=("https://example.org/group/one.git",),
        shape="--filter=blob:none --sparse=lib --recurse-submodules",
        build=Build(MADE, "/src/one/out"),
    )


@pytest.mark.parametrize(
    ("options", "depth", "object_filter", "sparse"),
    [
        (Options(), 5, None, ("lib",)),
        (Options(depth=1), 1, None, ("lib",)),
        (Options(filter="tree:0"), None, "tree:0", ("lib",)),
        (Options(full=True), None, None, ()),
    ],
)
def test_how_much_is_cloned(
    options: Options, depth: int | None, object_filter: str | None, sparse: tuple[str, ...]
) -> None:
    step = one_step(project("one", depth=5, sparse=("lib",)), absent("one"), options)
    assert isinstance(step, Clone)
    assert (step.depth, step.filter, step.sparse) == (depth, object_filter, sparse)


PINS = (Pin(None, "old"), Pin("v6.0", "new"), Pin("v7.0"))


@pytest.mark.parametrize(
    ("fit", "options", "revision", "pinned", "because"),
    [
        (Fit(), Options(), "next", False, "project.one.branch"),
        (Fit(PINS[0]), Options(), "old", True, "project.one.pin[0]: the host is older than all other pins"),
        (Fit(PINS[1]), Options(), "new", True, "project.one.pin[1]: the host contains v6.0"),
        (Fit(PINS[2]), Options(), "next", False, f"project.one.pin: hosts from {PINS[2].host} on get the branch"),
        (Fit(PINS[1]), Options(revision="x"), "x", True, "asked for by --revision"),
    ],
)
def test_what_it_stands_on(fit: Fit, options: Options, revision: str, pinned: bool, because: str) -> None:
    step = one_step(project("one", branch="next", pins=PINS), absent("one")._replace(fit=fit), options)
    assert isinstance(step, Clone)
    assert (step.revision, step.pinned, step.because) == (revision, pinned, because)


@pytest.mark.parametrize(
    ("sibling", "is_there"),
    [
        ({}, True),
        ({"urls": ("git@EXAMPLE.org:one",)}, True),
        ({"urls": ("https://x.example/fork", "https://mirror.example/one.git")}, True),
        ({"urls": ("https://x.example/fork",)}, False),
        ({"urls": ("https://x.example/fork",), "project": "one"}, True),
        ({"project": "two"}, False),
        ({"kind": "other", "project": "one"}, False),
    ],
)
def test_whether_what_is_there_is_the_project(sibling: dict[str, object], is_there: bool) -> None:
    step = one_step(project("one", mirrors=("https://mirror.example/one",)), there("one", **sibling))
    assert isinstance(step, Present if is_there else Refused)


def test_what_is_present_can_be_built_and_keeps_its_notes() -> None:
    known = project("one", successor="two", tested="v6.0", build=MAKE)
    notes = ("work goes on in two: git clone-project two", "the host is v6.1; one is known to fit up to v6.0")
    facts = there("one")
    assert one_step(known, facts) == Present("one", "/src/one", facts.sibling, notes)
    assert one_step(known, facts, Options(build=True, jobs=3)) == Present(
        "one", "/src/one", facts.sibling, notes, Build(MADE, "/src/one")
    )


def test_what_is_present_is_left_alone_and_that_is_said() -> None:
    known = project("one", pins=PINS)
    facts = there("one")._replace(fit=Fit(PINS[1]))
    on_branch = facts._replace(sibling=facts.sibling._replace(branch="main"))

    def notes(facts: State, options: Options) -> str:
        step = one_step(known, facts, options)
        assert isinstance(step, Present)
        return "; ".join(step.notes)

    assert notes(facts, Options()) == "", "detached on purpose"
    assert f"git -C /src/one checkout {PINS[1].revision}" in notes(on_branch, Options())
    assert notes(facts, Options(revision="v9")).endswith("for what --revision asks: git -C /src/one checkout v9")
    for options in (Options(depth=1), Options(filter="tree:0"), Options(full=True)):
        assert notes(facts, options).startswith("its history is left as it is")


def test_in_tree() -> None:
    known = Project("perf", within=("tools/perf/", "tools/lib/"), build=MAKE)
    facts = State("perf", "/src/linux", known.within)
    assert one_step(known, facts, Options(build=True, jobs=3)) == InTree(
        "perf", "/src/linux", known.within, build=Build(MADE, "/src/linux")
    )
    assert one_step(known, facts._replace(missing=("tools/lib/",))) == Refused(
        "perf",
        "it lies in tools/perf/ tools/lib/ of linux, and /src/linux has no tools/lib/",
        "run this in a repository of linux",
    )


def test_a_place_that_cannot_be_used() -> None:
    facts = State("one", "", problem="inside the host", hint="move it")
    assert one_step(project("one"), facts) == Refused("one", "inside the host", "move it")


@pytest.mark.parametrize(
    ("wanted", "state", "donors", "after"),
    [
        (["kvm"], there("qemu"), ("host", "qemu"), ()),
        (["kvm"], absent("qemu"), ("host",), ()),
        (["qemu", "kvm"], absent("qemu"), ("host", "qemu"), ("qemu",)),
        (["kvm", "qemu"], absent("qemu"), ("host",), ()),
        (["qemu", "kvm"], there("qemu", project="other"), ("host",), ()),
        (["qemu", "kvm"], absent("qemu")._replace(problem="x"), ("host",), ()),
    ],
)
def test_who_lends(wanted: list[str], state: State, donors: tuple[str, ...], after: tuple[str, ...]) -> None:
    known = manifest(project("kvm", borrow=("host", "qemu")), project("qemu"))
    steps = plan(known, HOST, wanted, {"kvm": absent("kvm"), "qemu": state}, Options())
    step = next(step for step in steps if step.name == "kvm")
    assert isinstance(step, Clone)
    assert step.donors == tuple(
        ObjectSource(name, "/src/linux" if name == "host" else f"/src/{name}") for name in donors
    )
    assert step.after == after


@pytest.mark.parametrize(
    ("base", "url", "expected"),
    [
        ("https://h.example/a/b.git", "../c.git", "https://h.example/a/c.git"),
        ("https://h.example/a/b.git/", "../../c.git", "https://h.example/c.git"),
        ("https://h.example/a/b.git", "./c", "https://h.example/a/b.git/c"),
        ("git@h.example:a/b.git", "../c.git", "git@h.example:a/c.git"),
        ("git@h.example:b.git", "../c.git", "git@h.example:c.git"),
        ("/srv/git/b.git", "../c.git", "/srv/git/c.git"),
        ("/srv", "../c.git", "/c.git"),
        ("https://h.example/a/b.git", "https://other.example/c", "https://other.example/c"),
        ("https://h.example/b.git", "../../c", None),
        ("git@h.example:b.git", "../../c", None),
        ("/srv", "../../c", None),
        ("b.git", "../c", None),
    ],
)
def test_relative_urls(base: str, url: str, expected: str | None) -> None:
    if expected is not None:
        assert resolve_url(base, url) == expected
        return
    with pytest.raises(ValueError, match="has no folder above it"):
        resolve_url(base, url)


SAME = [
    [
        "https://h.example/a.git",
        "HTTPS://H.example/a/",
        "https://user@h.example/a",
        "https://user:pass@word@h.example/a.git/",
        "ssh://git@h.example/a",
        "git+ssh://h.example//a",
        "git@h.example:a.git",
        "h.example:a",
        "h.example:/a",
        "us@er@h.example:a",
    ],
    ["https://h.example/b", "h.example:b"],
    ["https://h.example/a@v2/r", "h.example:a@v2/r", "git@h.example:a@v2/r.git"],
    ["https://evil.example/y@v2/r", "git@evil.example:y@v2/r"],
    ["https://v2/r", "v2:r"],
    ["https://i.example/a"],
    ["https://h.example:8443/a", "https://user@h.example:8443/a.git"],
    ["https://evil.example?@h.example/a"],
    ["https://evil.example#@h.example/a"],
    ["ssh://git@[::1]/a", "git@[::1]:a", "[::1]:a.git"],
    ["ssh://git@[::1]:22/a"],
    ["/srv/x@v2/r", "/srv/x@v2/r.git", "file:///srv/x@v2/r/"],
    ["/srv/y@v2/r"],
    ["srv/x@v2/r"],
    ["../h.example:a"],
    ["./h.example:a"],
    ["/h.example:a"],
]
"""URLs and paths, those of one repository in one list."""


@pytest.mark.parametrize("urls", SAME)
def test_same_url(urls: list[str]) -> None:
    others = [url for group in SAME if group is not urls for url in group]
    assert all(same_url(url, other) for url in urls for other in urls)
    assert not any(same_url(url, other) or same_url(other, url) for url in urls for other in others)
    assert any_same_url([*others, urls[0]], [urls[-1]])
    assert not any_same_url(urls, others)


ORDER = ["v2.6.39", "v3.0-rc1", "v3.0-rc10", "v3.0", "v3.0.1", "v3.2", "v3.10-rc1", "v3.10", "v4.0"]


@pytest.mark.parametrize("later", range(len(ORDER)))
def test_versions_are_in_order(later: int) -> None:
    assert [is_newer(ORDER[later], other) for other in ORDER] == [index < later for index in range(len(ORDER))]


@pytest.mark.parametrize("version", ["next", "v3.0-rc1-17-gabcdef", "v3.x", ""])
def test_what_is_no_version_is_never_newer(version: str) -> None:
    assert not is_newer(version, "v2.0")
    assert not is_newer("v9.0", version)
