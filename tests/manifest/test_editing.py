"""Editing a manifest's text: only what is meant changes, and comments stay."""

import itertools

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.errors import Error
from git_subprojects.manifest import editing

TEXT = """# Who wrote this, and why.
schema = 1

# The host
[host]
name = "linux"   # for short

# Tracing
[project.systemtap]
url = "https://example.org/systemtap.git"   # mirrors?
description = '''
[project.fake]
# not a comment
'''

[[project.systemtap.pin]]
# old
host = "v1"

[project.systemtap.venue]
kind = "email"
# after it

# About perf
# in two lines
[project.perf]
within = ["tools/perf/"]

[[project.systemtap.rule]]
paths = ["*.c"]
"""


def test_what_is_added_stands_at_the_end() -> None:
    new = editing.added(TEXT, "qemu", {"url": "../qemu", "venue": {"kind": "gitlab"}})
    assert new == f'{TEXT}\n[project.qemu]\nurl = "../qemu"\n\n[project.qemu.venue]\nkind = "gitlab"\n'
    assert editing.added("", "a", {"url": "../a"}) == '[project.a]\nurl = "../a"\n'


def test_all_of_a_project_is_taken_out_and_comments_about_others_stay() -> None:
    new = editing.removed(TEXT, "systemtap")
    assert new == TEXT[: TEXT.index("[project.systemtap]")] + TEXT[TEXT.index("# About perf") : TEXT.rindex("\n[[")]
    assert editing.removed(TEXT, "perf") == TEXT.replace('[project.perf]\nwithin = ["tools/perf/"]\n\n', "")


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    new = editing.added(text, "qemu", {"url": "../qemu"})
    assert new == f'{text}\r\n[project.qemu]\r\nurl = "../qemu"\r\n'
    assert editing.removed(new, "qemu").rstrip() == text.rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "schema = 1\nproject.a.url = '../a' # a\nproject.b.url = '../b'\n",
        "schema = 1 # one\n[project]\na = { url = '../a' } # a\nb = { url = '../b' }\n",
        "schema = 1 # one\nproject = { a = { url = '../a' }, b = { url = '../b' } }\n",
        "[project.a]\nurl = '../a'\n[project]\nb.url = '../b'\n",
        "['project'.\"a\"]\nurl = '../a'\n[ project . b ]\nurl = '../b'",
    ],
)
def test_however_it_is_written(text: str) -> None:
    before = tomli.loads(text)["project"]
    new = editing.added(text, "c", {"url": "../c"})
    assert tomli.loads(new)["project"] == {**before, "c": {"url": "../c"}}
    new = editing.removed(text, "b")
    assert tomli.loads(new)["project"] == {"a": before["a"]}
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    assert all(comment in new for comment in comments)


def test_what_cannot_be_edited_is_said() -> None:
    with pytest.raises(Error, match="no way"):
        editing._first({"x": 1}, (lambda: "[broken", lambda: None, lambda: TEXT), Error("no way"))


NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)
COMMENTS = st.sampled_from(["", "# a comment", "\n# one\n\n# two\n", "\n\n"])


@pytest.mark.slow
@given(NAMES, st.lists(COMMENTS, min_size=20, max_size=20), st.data())
def test_any_order_of_tables_can_be_edited(names: list[str], comments: list[str], data: st.DataObject) -> None:
    headers = [f"[project.{name}]\nurl = '../{name}'" for name in names]
    headers += [f"[[project.{name}.rule]]\npaths = ['{name}']" for name in names if data.draw(st.booleans())]
    headers += ["[host]\nname = 'x'"]
    # A table may be defined after those in it, but an array may not stand before.
    first = headers[: len(names)]
    rest = data.draw(st.permutations(headers[len(names) :]))
    parts = itertools.chain.from_iterable(zip([*first, *rest], comments, strict=False))
    text = "schema = 1\n" + "\n".join(parts) + "\n"
    raw = tomli.loads(text)
    name = data.draw(st.sampled_from(names))
    new = editing.removed(text, name)
    del raw["project"][name]
    assert {"project": {}, **tomli.loads(new)} == raw
    before = iter(text.splitlines())
    assert all(line in before for line in new.splitlines()), "lines go, and none comes or moves"
    again = editing.added(new, name, {"url": "../again"})
    assert again.startswith(new.rstrip())
    assert tomli.loads(again)["project"][name] == {"url": "../again"}
