"""What is to be run for a change at Gerrit."""

from tests.support.venues import destination, made


def test_gerrit() -> None:
    one = destination("gerrit", (), ("a@example.org", "b,r=c@example.org", "d%e@example.org"))
    found = made("gerrit", one)
    assert found.steps == (("git", "push", "--", "origin", f"{'1' * 40}:refs/for/main%r=a@example.org"),)
    assert found.page is None
    assert made("gerrit", own=None).missing == (
        "the project's own remote is not here", "git remote add gerrit https://gerrit.com/example/tool"
    )  # fmt: skip
    what, how = made("gerrit", target=None).missing or ("", "")
    assert "which branch" in what
    assert how == "git remote set-head origin --auto"
