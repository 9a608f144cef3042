"""Whose a patch is, and who gets it: each once, with every reason, and nobody forgotten in silence."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.patches.model import Patch
from git_subprojects.people import mailmap
from git_subprojects.people.mailbox import mailboxes
from git_subprojects.perl_regex.search import Searcher
from git_subprojects.routing.model import Destination, Owner, Reason, Recipient, Role
from git_subprojects.routing.recipients import Recipients, unmapped
from git_subprojects.routing.router import People, Router
from git_subprojects.routing.rule_files.base import FileRules, FixedCommit, TreeRules
from git_subprojects.routing.rule_files.codeowners.parse import parse
from git_subprojects.routing.rule_files.maintainers.dialects import STYLES
from git_subprojects.routing.rule_files.maintainers.index import Index
from git_subprojects.routing.rule_files.maintainers.rules import MaintainersRules, TreeQueries
from tests.support.manifests import manifest

HOST_ONLY = """
schema = 1
[host]
name = "linux"
route.cc = ["lkml@example.org"]
[[host.rule]]
paths = ["mm/", "*.h"]
except = ["mm/README"]
to = ["mm@example.org"]
cc = ["akpm@example.org"]
[[host.rule]]
paths = ["*.h"]
to = ["headers@example.org"]
"""

NESTED = """
schema = 1
[project.outer]
within = ["tools/"]
route.to = ["outer@example.org"]
[project.inner]
within = ["tools/perf", "lib/perf/"]
route.to = ["inner@example.org"]
[project.innermost]
within = ["tools/perf/arch/x86/"]
route.to = ["innermost@example.org"]
[project.beside]
url = "../beside.git"
"""


def patch(*paths: str | bytes, commit: str = "c0") -> Patch:
    return Patch(
        commit, "A subject", "A <a@example.org>", 1, tuple(p if isinstance(p, bytes) else p.encode() for p in paths)
    )


def routed(
    text: str, *patches: Patch, project: str | None = None, own: frozenset[str] = frozenset(), is_host: bool = True
) -> list[Destination]:
    return Router(manifest(text), project, people=People(own), is_host=is_host).route(patches)


def only(found: list[Destination]) -> Destination:
    (one,) = found
    return one


def addresses(people: tuple[Recipient, ...]) -> list[str]:
    return [person.address for person in people]


def in_sibling(rules: str, *paths: str, own: frozenset[str] = frozenset()) -> Destination:
    """Return where patches to a sibling ``x`` with these rules go."""
    return only(routed(f"schema = 1\n[project.x]\nurl = '../x'\n{rules}", patch(*paths), project="x", own=own))


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("tools/perf/arch/x86/a.c", "innermost"),
        ("tools/perf/arch/x86", "inner"),
        ("tools/perf/arch/arm/a.c", "inner"),
        ("tools/perf", "outer"),
        ("tools/perf-2/a.c", "outer"),
        ("lib/perf/a.c", "inner"),
        ("tools", "host"),
        ("Tools/a.c", "host"),
        ("mm/tools/a.c", "host"),
        (b"tools/perf/caf\xe9\n\x01.c", "inner"),
    ],
)
def test_a_path_of_the_host_is_the_project_s_with_the_longest_within(path: str | bytes, owner: str) -> None:
    assert only(routed(NESTED, patch(path))).project == owner


def test_each_project_that_a_patch_touches_gets_its_part() -> None:
    first = patch("tools/perf/a.c", "mm/a.c", "tools/perf/b.c", commit="c1")
    second = patch("tools/x", "mm/b.c", commit="c2")
    found = routed(NESTED, first, second)
    assert {one.project: [(part.patch.commit, part.paths) for part in one.parts] for one in found} == {
        "inner": [("c1", (b"tools/perf/a.c", b"tools/perf/b.c"))],
        "host": [("c1", (b"mm/a.c",)), ("c2", (b"mm/b.c",))],
        "outer": [("c2", (b"tools/x",))],
    }
    assert [addresses(one.to) for one in found] == [["inner@example.org"], [], ["outer@example.org"]]
    assert [one.uncovered for one in found] == [(), (b"mm/a.c", b"mm/b.c"), ()]


def test_in_a_sibling_every_path_is_the_sibling_s() -> None:
    found = only(routed(NESTED, patch("tools/perf/a.c", "mm/a.c"), project="beside"))
    assert (found.project, found.url) == ("beside", "../beside")
    assert found.uncovered == (b"tools/perf/a.c", b"mm/a.c")


def test_a_manifest_about_another_host_says_nothing_of_this_one() -> None:
    found = only(routed(NESTED + "[host]\nroute.to = ['a@example.org']", patch("tools/perf/a.c"), is_host=False))
    assert (found.project, found.to, found.cc, found.uncovered) == ("host", (), (), (b"tools/perf/a.c",))


def test_no_patches_and_patches_without_paths_go_nowhere() -> None:
    assert routed(HOST_ONLY) == []
    assert routed(HOST_ONLY, patch()) == []


def test_rules_exceptions_and_what_goes_to_everybody() -> None:
    found = only(routed(HOST_ONLY, patch("mm/slab.c", "mm/slab.h", "mm/README", "fs/a.c")))
    assert found.project == "linux"
    assert found.to == (
        Recipient("mm@example.org", "", "list", (
            Reason("host.rule[0].to", b"mm/slab.c", "mm/"),
            Reason("host.rule[0].to", b"mm/slab.h", "mm/"),
        )),
        Recipient("headers@example.org", "", "list", (Reason("host.rule[1].to", b"mm/slab.h", "*.h"),)),
    )  # fmt: skip
    assert found.cc == (
        Recipient("lkml@example.org", "", "list", (Reason("host.route.cc"),)),
        Recipient("akpm@example.org", "", "list", (
            Reason("host.rule[0].cc", b"mm/slab.c", "mm/"),
            Reason("host.rule[0].cc", b"mm/slab.h", "mm/"),
        )),
    )  # fmt: skip
    assert found.uncovered == (), "what goes to everybody covers every path"


def test_a_path_that_no_rule_gives_to_anybody_is_told() -> None:
    rules = "[[project.x.rule]]\npaths = ['a/', 'b/']\nexcept = ['a/b/']\nto = ['l@example.org']\n"
    rules += "[[project.x.rule]]\npaths = ['c/']\n"
    found = in_sibling(rules, "a/x", "a/b/x", "c/x", "d")
    assert found.uncovered == (b"a/b/x", b"c/x", b"d")
    assert in_sibling(rules, "b/x").uncovered == ()


def test_a_path_touched_twice_is_one_reason() -> None:
    text = HOST_ONLY.replace('route.cc = ["lkml@example.org"]', "")
    found = only(routed(text, patch("mm/a.c", "x", commit="c1"), patch("mm/a.c", "x", commit="c2")))
    assert found.to[0].reasons == (Reason("host.rule[0].to", b"mm/a.c", "mm/"),)
    assert found.uncovered == (b"x",)


def test_to_is_never_empty_while_there_is_anybody() -> None:
    assert addresses(only(routed(HOST_ONLY, patch("fs/a.c"))).to) == ["lkml@example.org"]
    found = in_sibling(
        "route.cc = ['a@example.org', 'b@example.org']\nroute.to = ['me@example.org']",
        "x",
        own=frozenset({"me@example.org"}),
    )
    assert addresses(found.to) == ["a@example.org", "b@example.org"]
    assert found.cc == ()


def test_nobody_twice_and_to_outranks_cc() -> None:
    found = in_sibling(
        """
        route.cc = ["A. Name <a@example.org>", "l@example.org"]
        rule = [
            { paths = ["*"], to = ["A@EXAMPLE.org"], cc = ["l@example.org", "b@example.org"] },
            { paths = ["x"], cc = ['"Name, B." <B@example.org>', "C <b@example.org>"] },
        ]
        """,
        "x",
    )
    assert [(one.address, one.name) for one in found.to] == [("a@example.org", "A. Name")]
    assert [reason.key for reason in found.to[0].reasons] == ["project.x.route.cc", "project.x.rule[0].to"]
    assert [(one.address, one.name) for one in found.cc] == [("l@example.org", ""), ("b@example.org", "Name, B.")]
    assert [reason.key for reason in found.cc[1].reasons] == ["project.x.rule[0].cc", "project.x.rule[1].cc"]


def test_never_oneself_unless_alone() -> None:
    me = frozenset({"me@example.org", "i@example.org"})
    found = in_sibling("route.to = ['Me <ME@example.org>', 'a@example.org']\nroute.cc = ['i@example.org']", "x", own=me)
    assert (addresses(found.to), found.cc) == (["a@example.org"], ())
    found = in_sibling("route.cc = ['Me <ME@example.org>']", "x", own=me)
    assert (addresses(found.to), found.cc) == (["ME@example.org"], ())


@pytest.mark.parametrize(
    ("urls", "shown"),
    [
        ("url = 'https://gitlab.com/x/x.git'\nmirrors = ['https://github.com/x/y.git']", "https://github.com/x/y"),
        ("url = 'https://github.com/x/x'\nmirrors = ['https://gitlab.com/x/y']", "https://github.com/x/x"),
        ("url = 'https://example.org/x.git'", "https://example.org/x"),
        ("within = ['x/']", None),
    ],
)
def test_where_pull_requests_are_made(urls: str, shown: str | None) -> None:
    text = f"schema = 1\n[project.x]\n{urls}\nvenue.kind = 'github'\nvenue.guide = 'CONTRIBUTING'"
    found = only(routed(text, patch("x/a"), project="x"))
    assert (found.url, found.venue.kind, found.venue.guide) == (shown, "github", "CONTRIBUTING")


ADDED = st.lists(
    st.tuples(
        st.sampled_from(["a@x", "A@X", "N <a@x>", "b@x", "c@x", "me@x"]),
        st.sampled_from(["to", "cc"]),
        st.sampled_from(["list", "maintainer", "reviewer"]),
    )
)


@given(ADDED, st.sampled_from([frozenset(), frozenset({"me@x"}), frozenset({"me@x", "a@x"})]))
def test_whoever_is_added(added: list[tuple[str, str, Role]], own: frozenset[str]) -> None:
    found = Recipients()
    for number, (text, header, role) in enumerate(added):
        ((name, address),) = mailboxes(text)
        found.add(address, name, role, (Reason(str(number)),), header=header)
    to, cc = found.headers(own)
    asked = {mailboxes(text)[0].address.casefold() for text, _, _ in added}
    got = [one.address.casefold() for one in (*to, *cc)]
    assert len(got) == len(set(got)), "nobody twice"
    assert set(got) == (asked - own or asked), "nobody forgotten, and oneself only if alone"
    assert to or not asked, "To is never empty while there is anybody"
    reasons = [reason.key for one in (*to, *cc) for reason in one.reasons]
    wanted = [str(n) for n, (text, _, _) in enumerate(added) if mailboxes(text)[0].address.casefold() in got]
    assert sorted(reasons) == sorted(wanted), "every reason is kept"


def test_lists_move_to_an_empty_to_and_people_only_where_there_is_no_list() -> None:
    found = Recipients()
    found.add("m@example.org", "", "maintainer", (Reason("m"),), header="cc")
    to, cc = found.headers(frozenset())
    assert (addresses(to), addresses(cc)) == (["m@example.org"], [])
    found.add("l@example.org", "", "list", (Reason("l"),), header="cc")
    to, cc = found.headers(frozenset())
    assert (addresses(to), addresses(cc)) == (["l@example.org"], ["m@example.org"])


def test_of_two_projects_in_one_folder_the_first_has_it() -> None:
    text = "schema = 1\nproject.b.within = ['x']\nproject.a.within = ['x/']"
    assert only(routed(text, patch("x/a"))).project == "b"


MAINTAINERS = b"""
MEMORY
M:	M. Maintainer <mm@example.org>
R:	R. Reviewer <reviewer@example.org>
L:	linux-mm@example.org
S:	Maintained
F:	mm/

ALONE
M:	Linus Torvalds <torvalds@linux-foundation.org>
S:	Maintained
F:	alone/
"""

CODEOWNERS = b"""
mm/ @memory
fs/ @org/files fs@example.org
fs/free
"""

FIXED = FixedCommit(
    "54a4f0239f2e" + "0" * 28,
    "F. Author <author@example.org>",
    "Break it\n\nSigned-off-by: S. Igner <signer@example.org>\nReviewed-by: No <no@example.org>\n",
)

WITH_FILES = "schema = 1\n[project.x]\nurl = '../x'\n"


def fixed(commit_id: str) -> FixedCommit | None:
    return FIXED if FIXED.id.startswith(commit_id) else None


def rules(maintainers: bytes = b"", owners: bytes = b"", mapped: bytes = b"") -> TreeRules:
    """Return what a tree says with these files in it; it has one commit, and no@example.org wants no mail."""
    names = mailmap.parse(mapped).mapped if mapped else unmapped
    ignored = frozenset({"no@example.org"})
    style = STYLES["linux"]
    tree = TreeQueries(lambda _: False, lambda _: None, fixed, names, ignored)
    maintained = MaintainersRules(Index.of([("MAINTAINERS", maintainers)], style), style, tree, Searcher())
    files: list[FileRules] = [maintained] if maintainers else []
    files += [parse(owners, style="github")] if owners else []
    return TreeRules(tuple(files), names, ignored, fixed)


def by_tree(
    tree: TreeRules, *paths: str, more: str = "", message: str = "", people: People | None = None
) -> Destination:
    """Return where one patch to a sibling with this tree goes; ``more`` is of its manifest."""
    router = Router(manifest(WITH_FILES + more), "x", lambda _: tree, people)
    return only(router.route([patch(*paths)._replace(message=message)]))


def test_each_role_goes_where_the_venue_says() -> None:
    tree = rules(MAINTAINERS)
    found = by_tree(tree, "mm/a.c")
    assert addresses(found.to) == ["mm@example.org"]
    assert addresses(found.cc) == ["reviewer@example.org", "linux-mm@example.org"]
    found = by_tree(tree, "mm/a.c", more="venue.roles = { maintainer = 'cc', list = 'to' }")
    assert addresses(found.to) == ["linux-mm@example.org"]
    assert addresses(found.cc) == ["mm@example.org", "reviewer@example.org"]
    assert found.to[0].reasons == (Reason("MAINTAINERS:7", b"mm/a.c", "F: mm/", "MEMORY"),)


def test_a_chief_is_left_out_unless_alone() -> None:
    tree = rules(MAINTAINERS)
    assert addresses(by_tree(tree, "alone/a.c").to) == ["torvalds@linux-foundation.org"]
    found = by_tree(tree, "alone/a.c", "mm/a.c")
    assert "torvalds@linux-foundation.org" not in addresses((*found.to, *found.cc))


def test_accounts_review_and_addresses_get_mail() -> None:
    found = by_tree(rules(owners=CODEOWNERS), "fs/a.c", "mm/a.c", "fs/b.c")
    assert [one.account for one in found.reviewers] == ["@org/files", "@memory"]
    assert found.reviewers[0].reasons == (
        Reason("CODEOWNERS:3", b"fs/a.c", "fs/"),
        Reason("CODEOWNERS:3", b"fs/b.c", "fs/"),
    )
    assert [(one.address, one.role) for one in (*found.to, *found.cc)] == [("fs@example.org", "owner")]


@pytest.mark.parametrize(
    ("suppressed", "names"),
    [
        (set(), ["r@example.org", "t@example.org"]),
        ({"reported-by"}, ["t@example.org"]),
        ({"reported-by", "tested-by"}, []),
    ],
)
def test_trailers_bring_people_in_unless_suppressed(suppressed: set[str], names: list[str]) -> None:
    message = "Reported-by: R <r@example.org>\nTested-by: T <t@example.org>\nSigned-off-by: S <s@example.org>"
    found = by_tree(
        TreeRules(), "a", more="route.to = ['l@example.org']", message=message,
        people=People(suppressed=frozenset(suppressed)),
    )  # fmt: skip
    assert addresses(found.cc) == names
    assert all(one.reasons == (Reason(one.role, section="A subject"),) for one in found.cc)


@pytest.mark.parametrize(
    ("message", "people", "found"),
    [
        ('Fixes: 54a4f0239f2e ("Break it")', People(), [("author@example.org", "fixes")]),
        (
            'Fixes: 54a4f0239f2e ("Break it")',
            People(signers=True),
            [("author@example.org", "fixes"), ("signer@example.org", "signer")],
        ),
        ('Fixes: 54a4f0239f2e ("Break it")', People(suppressed=frozenset({"fixes"}), signers=True), []),
        ('Fixes: 0123456789ab ("Not here")', People(signers=True), []),
    ],
)
def test_who_made_what_is_fixed(message: str, people: People, found: list[tuple[str, str]]) -> None:
    one = by_tree(rules(), "a", more="route.to = ['l@example.org']", message=message, people=people)
    assert [(person.address, person.role) for person in one.cc] == found
    assert all(person.reasons == (Reason("Fixes", section="54a4f0239f2e Break it"),) for person in one.cc)


def test_the_author_of_what_is_fixed_may_have_a_comma_in_the_name() -> None:
    commit = FIXED._replace(author="Author, F. <author@example.org>")
    tree = rules()._replace(commit=lambda _: commit)
    one = by_tree(tree, "a", more="route.to = ['l@example.org']", message="Fixes: 54a4f0239f2e")
    assert [(person.name, person.address) for person in one.cc] == [("Author, F.", "author@example.org")]


def test_somebody_with_two_addresses_is_one_by_name_or_mailmap() -> None:
    message = "Cc: m. maintainer <home@example.org>\nCc: Other <old@example.org>\nReported-by: Other <new@example.org>"
    tree = rules(MAINTAINERS, mapped=b"Other <new@example.org> <old@example.org>\n")
    found = by_tree(tree, "mm/a.c", message=message)
    assert addresses(found.to) == ["mm@example.org"]
    assert [reason.key for reason in found.to[0].reasons][-1] == "Cc"
    assert addresses(found.cc) == ["reviewer@example.org", "linux-mm@example.org", "new@example.org"]


def test_what_the_tree_s_files_do_not_cover_is_told() -> None:
    more = "route.to = ['l@example.org']"
    assert by_tree(rules(MAINTAINERS), "mm/a.c", "other/a.c", more=more).uncovered == (b"other/a.c",)
    assert by_tree(rules(owners=CODEOWNERS), "fs/a.c", "fs/free", "x", more=more).uncovered == (b"fs/free", b"x")
    assert by_tree(rules(MAINTAINERS, CODEOWNERS), "fs/a.c", "alone/a", more=more).uncovered == ()
    assert by_tree(TreeRules(), "x", more=more).uncovered == ()


def test_only_one_project_s_part_is_answered() -> None:
    touched = patch("tools/perf/a.c", "tools/x", "mm/a.c")
    router = Router(manifest(NESTED), None, only="inner")
    assert [(one.project, one.parts[0].paths) for one in router.route([touched])] == [("inner", (b"tools/perf/a.c",))]
    assert router.route([patch("mm/a.c")]) == []


def test_history_is_asked_for_the_part_s_paths_and_ignores_who_wants_no_mail() -> None:
    asked = []

    def history(owner: Owner, patches: Sequence[Patch], paths: Sequence[bytes]) -> list[tuple[str, str, str]]:
        asked.append((owner.name, [one.commit for one in patches], paths))
        return [("H", "h@example.org", "wrote all"), ("No", "NO@example.org", "wrote nothing")]

    found = by_tree(rules(), "a", "b", more="route.to = ['l@example.org']", people=People(history=history))
    assert [(one.address, one.role) for one in found.cc] == [("h@example.org", "history")]
    assert asked == [("x", ["c0"], [b"a", b"b"])]
