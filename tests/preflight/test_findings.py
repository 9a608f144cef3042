"""What is found in patches by what they say themselves."""

import pytest

from git_subprojects.manifest.model import Venue
from git_subprojects.patches.model import Patch
from git_subprojects.preflight import of_patch
from git_subprojects.preflight import of_series as as_a_whole
from git_subprojects.preflight.findings import Finding
from git_subprojects.preflight.of_patch import Areas
from git_subprojects.routing.model import Destination, Part, Recipient
from git_subprojects.sending.outgoing import Written
from git_subprojects.workspace.facts import Upstream

SIGNED = "body\n\nSigned-off-by: A. U. Thor <author@example.org>"


def patch(subject: str = "mm: fix it", author: str = "A. U. Thor <author@example.org>", message: str = SIGNED) -> Patch:
    return Patch("1234567890abcdef", subject, author, 1, (b"mm/slab.c",), message=message)


def to(*addresses: str, role: str = "list") -> tuple[Recipient, ...]:
    return tuple(Recipient(address, "", role, ()) for address in addresses)


def destination(
    venue: Venue, people: tuple[Recipient, ...] | None = None, uncovered: tuple[bytes, ...] = ()
) -> Destination:
    found = patch()
    recipients = to("list@example.org") if people is None else people
    return Destination("linux", venue, None, recipients, (), (Part(found, found.paths),), uncovered)


def of(one: Patch, venue: Venue | None = None, *, size: int = 100, areas: Areas | None = None) -> list[Finding]:
    return list(of_patch.all_findings(Written(one, "0001.patch", size), destination(venue or Venue()), areas))


def names(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.name) for one in found]


def test_nothing_is_wrong_with_a_good_patch() -> None:
    assert of(patch(), Venue(sign_off=True, size_limit=100), areas=Areas(100, 100)) == []


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("body", "no Signed-off-by: line, and linux takes no patch without one"),
        ("", "no Signed-off-by: line"),
        ("Signed-off-by: Other <other@example.org>", "signed off by other@example.org, and not by its author"),
    ],
)
def test_a_sign_off_is_wanted_and_by_the_author(message: str, part: str) -> None:
    (found,) = of(patch(message=message), Venue(sign_off=True))
    assert (found.severity, found.name) == ("error", "sign-off")
    assert part in found.message
    assert "git rebase --signoff 1234567890ab^" in (found.hint or "")
    assert of(patch(message=message)) == [], "where none is wanted, none is missed"


@pytest.mark.parametrize("trailer", ["signed-off-by: a. u. <AUTHOR@example.org>", SIGNED + "\nSigned-off-by: B <b@c>"])
def test_a_sign_off_is_known_by_its_address(trailer: str) -> None:
    assert of(patch(message=trailer), Venue(sign_off=True)) == []


@pytest.mark.parametrize(
    "subject",
    ["fixup! mm: x", "squash! x", "amend! x", "WIP: x", "[wip] x", "wip x", "DO NOT MERGE: x", "mm: do not merge",
     "mm: x (not for merge)", "tmp", "Draft: x"],
)  # fmt: skip
def test_work_in_progress_is_held_back(subject: str) -> None:
    assert ("error", "work-in-progress") in names(of(patch(subject)))


@pytest.mark.parametrize("subject", ["mm: wipe the page", "tmpfs: fix", "drafts: x", "mm: fix WIPs", "xxxfs: x"])
def test_words_that_only_look_like_it_are_not(subject: str) -> None:
    assert of(patch(subject)) == []


@pytest.mark.parametrize(
    "address",
    ["1+me@users.noreply.github.com", "noreply@example.org", "no-reply@example.org", "me@localhost", "me@box",
     "me@box.local", "me@box.localdomain", "root@box.(none)", "do-not-reply@example.org"],
)  # fmt: skip
def test_an_author_must_be_within_reach(address: str) -> None:
    (found,) = of(patch(author=f"A. U. Thor <{address}>"))
    assert (found.severity, found.name) == ("error", "author")


@pytest.mark.parametrize(
    "address", ["me@example.org", "reply@example.org", "norepl@example.org", "noreplyer@localhost.org"]
)
def test_most_authors_are(address: str) -> None:
    assert of(patch(author=f"A. U. Thor <{address}>")) == []


def test_an_author_without_address_is_named() -> None:
    (found,) = of(patch(author="nobody <>"))
    assert found.message == "'nobody <>' is no address"


@pytest.mark.parametrize(
    ("subject", "severity", "part"),
    [
        ("", "error", "no subject"),
        ("mm: " + "x" * 80, "warning", "84 characters"),
        ("mm: fix it.", "warning", "full stop"),
        ("[x] mm: fix it", "warning", "git am takes away"),
        ("fix it", "warning", "such as 'mm:'"),
    ],
)
def test_a_subject_has_a_form(subject: str, severity: str, part: str) -> None:
    (found,) = of(patch(subject), areas=Areas(100, 90, "mm:"))
    assert (found.severity, found.name) == (severity, "subject")
    assert part in found.message


def test_subjects_are_as_those_before_them() -> None:
    usual = of_patch.areas_of(["mm: a", "net: x: y", "mm: b", "x86/kvm: c", "ARM: dts: d"] * 4)
    assert usual == Areas(20, 20, "mm:")
    assert usual.are_usual
    assert not of_patch.areas_of(["Fix a", "mm: b"] * 10).are_usual
    assert not of_patch.areas_of(["mm: b"] * 9).are_usual, "too few to tell"
    assert of(patch("fix it"), areas=of_patch.areas_of(["Fix a"] * 20)) == []


def test_a_message_may_be_too_long_for_the_list() -> None:
    (found,) = of(patch(), Venue(size_limit=100_000), size=100_001)
    assert (found.severity, found.name) == ("error", "size")
    assert "100,001 bytes, and the list takes 100,000" in found.message
    assert of(patch(), Venue(kind="github", size_limit=1), size=2) == []


def test_gerrit_knows_a_change_by_its_id() -> None:
    assert names(of(patch(), Venue(kind="gerrit"))) == [("error", "change-id")]
    assert of(patch(message="Change-Id: I0123"), Venue(kind="gerrit")) == []


def of_series(one: Destination, upstream: Upstream | None = None, *subscribed: str) -> list[Finding]:
    return list(as_a_whole.all_findings(one, upstream, subscribed))


def test_somebody_must_get_it_and_be_reached() -> None:
    assert names(of_series(destination(Venue(), ()))) == [("error", "recipients")]
    (found,) = of_series(destination(Venue(), to("müller@example.org")))
    assert "SMTPUTF8" in found.message
    assert of_series(destination(Venue(kind="github"), ())) == []


@pytest.mark.parametrize("posting", ["subscribers", "moderated"])
def test_a_list_may_be_closed(posting: str) -> None:
    one = destination(Venue(posting=posting))
    (found,) = of_series(one)
    assert (found.severity, found.name) == ("note", "posting")
    assert "to list@example.org" in found.message
    assert "git config --global --add subprojects.subscribed list@example.org" in (found.hint or "")
    assert of_series(one, None, "list@example.org") == []
    assert of_series(destination(Venue(posting="open"))) == []


def test_paths_without_a_rule_are_said() -> None:
    (found,) = of_series(destination(Venue(), uncovered=tuple(b"f%d" % number for number in range(8))))
    assert (found.severity, found.name) == ("warning", "uncovered")
    assert "f0, f1, f2, f3, f4 and 3 more" in found.message


@pytest.mark.parametrize(
    ("upstream", "part"),
    [
        (Upstream(), "no branch of the project's here"),
        (Upstream("refs/remotes/origin/main"), "nothing in common with origin/main"),
        (Upstream("refs/remotes/origin/main", "abc", has_some=True), "origin/main has some of these patches already"),
        (Upstream("refs/remotes/origin/main", "abc", between=2), "based on 2 commits that origin/main does not have"),
    ],
)
def test_what_patches_are_based_on_should_be_there(upstream: Upstream, part: str) -> None:
    (found,) = of_series(destination(Venue()), upstream)
    assert (found.severity, found.name) == ("warning", "base")
    assert part in found.message


def test_a_good_base_is_not_mentioned() -> None:
    assert of_series(destination(Venue()), Upstream("refs/remotes/origin/main", "abc", behind=7)) == []
