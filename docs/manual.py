"""What the manual pages say beyond what the parsers and the manifest's keys say themselves."""

from manual_routing import ROUTE_PATCH
from page import Page

CONFIG = {
    "subprojects.manifest": "The manifest to use: a file, from the host's top level, or REV:PATH.",
    "subprojects.directory": "Where siblings go, from the host's top level; any folder, whatever the manifest says.",
    "subprojects.jobs": "How many clones run at the same time. Default: the cores, at least 4.",
    "subprojects.retries": "How often to try again when the network fails. Default: 2.",
    "subprojects.retryPause": "Seconds before the first new try; doubled each time. Default: 1.",
    "subprojects.stallTimeout": "Seconds of silence after which a transfer is given up; 0: never. Default: 120.",
    "subprojects.host": "In a sibling: the path of its host, from the sibling's top level. Written when it is cloned.",
    "subprojects.project": "In a sibling: the name by which the host's manifest knows it. Written when it is cloned.",
    "advice.subprojectsBuiltin": "Whether to say that the built-in manifest is used. Default: true.",
    "advice.subprojectsNext": "Whether to say what can be done with a new sibling. Default: true.",
    "protocol.file.allow": "git's own: only 'always' lets a manifest name local files as URLs.",
}
"""Every setting that is read, and what for."""

EXIT_STATUS = {
    "0": "All that was asked for is done.",
    "1": "Some of it failed; the messages say which, why, and what to try.",
    "128": "Nothing could be done.",
    "129": "The words of the command line are wrong.",
    "130, 143": "Interrupted, terminated: children are ended and temporary folders gone.",
}


PAGES = {
    "clone-project": Page(
        "clone the neighbours of a source tree",
        (
            "A host repository (a Linux tree, say) carries a manifest, subprojects.toml, that names its neighbours:"
            " the projects that are built, tested and changed together with it. This command clones them beside the"
            " host. A repository without a manifest gets the built-in one, which knows the neighbours of Linux.",
            "Each sibling stands on a branch that tracks its upstream, or, where the manifest pins a tag or commit for"
            " the host's version, on that, detached. The version is told by the host's tags. A sibling knows its host"
            " by its config, so these commands work in it too.",
            "A clone is made in a temporary folder beside its place and put there when it is complete and stands on"
            " the commit that was wanted; an interrupted one leaves nothing. When the canonical URL cannot be reached,"
            " the manifest's mirrors are tried in order, and that is said; origin names the canonical URL even so."
            " Objects that a related sibling or the host has already are taken from there instead of fetched, and"
            " nothing depends on that one afterwards.",
            "A manifest comes with a clone and is not trusted. It may choose URLs, folders and revisions; it cannot"
            " choose git's options, hooks or config, and its build commands run only with --build, shown first."
            " URLs may be https, ssh, git and http; a local one only if it is relative to the host's own, or made"
            " local by your own url.*.insteadOf, or if your config sets protocol.file.allow to always.",
            "Should git want a password, that is asked for after all other clones are done, one at a time.",
        ),
        (
            ("git clone-project systemtap", "Clone one project, at the revision that fits this tree."),
            ("git clone-project -j8 --group virt", "Clone a group of projects, eight at the same time."),
            ("git clone-project --build perf", "Build a project that lies in this tree."),
            ("git clone-project --dry-run --all", "Show what would be done, and why at which revision."),
            ("git clone-project --list --group trace", "Show the projects of a group and which are cloned."),
        ),
    ),
    "route-patch": ROUTE_PATCH,
    "subprojects": Page(
        "tend the clones of neighbour projects, and the manifest",
        (
            "list shows the projects of the manifest: as a table on a terminal, elsewhere a line each of name,"
            " description, groups and state, separated by tabs.",
            "info shows a project's process on one screen: how it is cloned and built, whether it takes mail or pull"
            " requests, from whom, in which form and checked by what, and its guide. Without a name it is about the"
            " project of the tree that it is run in; host names the host. With --guide it shows the guide itself, out"
            " of the project's own tree.",
            "status shows how it stands with each clone, on a line: its branch, or the pin it stands on; how it lies to"
            " its upstream; changed and untracked files, conflicts, stashes, and what has been begun (rebase, am,"
            " merge, cherry-pick, revert, bisect); branches with commits that no remote has; and the pin that fits the"
            " host today, where another revision is checked out. Nothing that is checked out changes; --fetch asks"
            " the remotes before, and -v names the commits by which a branch and its upstream differ: > its own, < its"
            " upstream's."
            " --porcelain=v1 has these fields, separated by tabs, - for none: name, kind (clone, absent, other,"
            " in-tree, problem), branch, commit, upstream, ahead, behind, changed, untracked, conflicted, stashes,"
            " operation, unpushed branches, pin, whether it is checked out (yes, no), path. More fields may follow one"
            " day.",
            "update fetches for all clones, several at a time, and brings each to what is new where that costs nothing:"
            " a branch to its upstream, if it has no commits of its own and no file is changed (git merge --ff-only); a"
            " clone on a pin of the manifest to the pin that fits the host today, or back to the branch. All else is"
            " left, and named with its reason and the command that would do it: branches that have gone apart, changed"
            " files, an operation in progress. A branch without an upstream, and a HEAD that you have detached, are"
            " yours and no failure. Nothing is ever merged, rebased or lost.",
            "check reads the manifest and reports all of its problems, each with file, line, key and what was"
            " expected. The other commands do the same, and act on nothing of a manifest that has a problem.",
            "adopt takes a clone that is there already for the project whose folder it stands in. Only two settings"
            " in the clone's config are written.",
        ),
        (
            ("git subprojects status", "How does it stand with all clones?"),
            ("git subprojects update", "Bring all clones to what is new."),
            ("git subprojects info qemu", "How does qemu take patches?"),
            ("git subprojects info --guide qemu", "Read what qemu says to contributors."),
            ("git subprojects check --manifest my.toml", "Check a manifest before it is committed."),
            ("git subprojects adopt ../qemu", "Take the clone of qemu that is there for the manifest's."),
        ),
    ),
}

MANIFEST_SUMMARY = "the manifest of a host's neighbour projects"

MANIFEST_PARAGRAPHS = (
    "A manifest is a TOML file, subprojects.toml, at the top of the host repository. The first of these is used: the"
    " one given with --manifest, the one that config subprojects.manifest names, the one in the work tree, the one at"
    " HEAD, and the one built into this program.",
    "subprojects.local.toml beside it, which is not tracked, overrides it field by field: tables are merged, all other"
    " values, lists too, replaced.",
    "Every problem of a manifest is reported at once, and nothing of it is used while it has any.",
    "A directory is relative, stays inside the workspace directory, is no symbolic link, is not inside the host, and"
    " does not nest with another project's; case does not tell two apart.",
    "Patterns are gitignore(5)'s, without '!'.",
)
