"""A manifest to begin with, with comments that say what else there can be. Pure."""

from collections.abc import Mapping
from typing import Any

_TEXT = """\
# The neighbours of this repository: git clone-project NAME clones one beside it, git route-patch says who gets a patch.
# man 5 gitsubprojects describes every key, and git subprojects check reports every problem.
schema = 1

{host}
# git subprojects add URL names a project, with what its tree tells. By hand it looks like this:
#
# [project.libfrob]
# description = "The library under it"
# url = "https://git.example.org/libfrob.git"   # or "../libfrob.git", from this repository's own URL on
# groups = ["libs"]                             # for git clone-project --group libs
# build = [["make", "-j{{jobs}}"]]                # argument lists, run only with --build
#
# [[project.libfrob.pin]]                       # the last one whose tag is in this repository's HEAD
# host = "{tag}"
# revision = "libfrob-2.3"
#
# [project.libfrob.route]
# to = ["libfrob-devel@lists.example.org"]      # gets every patch
#
# [[project.libfrob.rule]]
# paths = ["docs/"]                             # gitignore patterns
# cc = ["Doc Writer <docs@example.org>"]
"""


def text(name: str, versions: str | None, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the text of a manifest for a host.

    ``name`` is what it is called, ``versions`` the pattern of its tags (None: a comment says what they are for), and
    ``tables`` how it takes patches: ``venue`` and ``route``.
    """
    import tomlkit

    named = f'[host]\nname = "{name}"\n'
    if versions is None:
        named += '# versions = "v[0-9]*"    # the tags that name the versions, for pins\n'
    else:
        named += f'versions = "{versions}"    # the tags that name the versions, for pins\n'
    rest = tomlkit.dumps({"host": {key: dict(table) for key, table in tables.items()}}) if tables else ""
    host = f"{named}\n{rest}" if rest else named
    tag = (versions or "v[0-9]*").replace("[0-9]*", "1.0")
    return _TEXT.format(host=host, tag=tag)
