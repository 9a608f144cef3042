"""What the manual pages say beyond what the parsers and the manifest's keys say themselves."""

from manual_routing import ROUTE_PATCH
from manual_tending import SUBPROJECTS
from page import Page

CONFIG = {
    "subprojects.manifest": "The manifest to use: a file, from the host's top level, or REV:PATH.",
    "subprojects.directory": "Where siblings go, from the host's top level; any folder, whatever the manifest says.",
    "subprojects.jobs": "How many transfers run at a time. Default: the cores, but at least 4 clones or 8 fetches.",
    "subprojects.baseRemote": "The remote of the host from whose URL relative URLs start. Default: origin.",
    "subprojects.retries": "How often to try again when the network fails. Default: 2.",
    "subprojects.retryPause": "Seconds before the first new try; doubled each time. Default: 1.",
    "subprojects.stallTimeout": "Seconds of silence after which a transfer is given up; 0: never. Default: 120.",
    "subprojects.host": "In a sibling: the path of its host, from the sibling's top level. Written when it is cloned.",
    "subprojects.project": "In a sibling: the name by which the host's manifest knows it. Written when it is cloned.",
    "subprojects.shape": (
        "In a sibling: the depth, filter, sparse checkout and submodules that the manifest wanted when it was cloned,"
        " as options of git clone."
    ),
    "subprojects.url": "In a sibling: the URL that the manifest gave when it was cloned or last updated.",
    "subprojects.branch": "In a sibling: the branch that the manifest gave when it was cloned or last updated.",
    "subprojects.follow": "Whether the hooks of git subprojects follow do anything. Written by it. Default: false.",
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
            " the commit that was wanted; an interrupted one leaves nothing. If all was transferred, and only the"
            " checkout (a filter such as Git LFS), a hook or a submodule fails, the clone is kept, and the hint names"
            " the command that completes it. When the canonical URL cannot be reached, the manifest's mirrors are tried"
            " in order, and that is said; origin names the canonical URL even so."
            " Objects that a related sibling or the host has already are taken from there instead of fetched, and"
            " nothing depends on that one afterwards.",
            "A manifest comes with a clone and is not trusted. It may choose URLs, folders and revisions; it cannot"
            " choose git's options, hooks or config, and its build commands run only with --build, shown first."
            " URLs may be https, ssh, git and http; a local one only if it is relative to the host's own, or made"
            " local by your own url.*.insteadOf, or if your config sets protocol.file.allow to always.",
            "A linked work tree of the host has the siblings of the main one. With --worktree it gets its own, beside"
            " it: linked work trees of the main one's siblings, which are cloned first where they are missing. So it"
            " must lie in another folder: git worktree add ../6.1/linux v6.1. As git lets a branch be checked out only"
            " once, such a sibling stands on a pin, detached, or on a branch of that folder's name, 6.1/master, which"
            " follows origin's. All commands know it by a file, subprojects-host, in git's folder of the work tree, and"
            " git worktree remove takes it away as any other.",
            "Should git want a password, that is asked for after all other clones are done, one at a time.",
        ),
        (
            ("git clone-project systemtap", "Clone one project, at the revision that fits this tree."),
            ("git clone-project -j8 --group virt", "Clone a group of projects, eight at the same time."),
            ("git clone-project --worktree qemu", "Give a linked work tree a qemu of its own."),
            ("git clone-project --build perf", "Build a project that lies in this tree."),
            ("git clone-project --dry-run --all", "Show what would be done, and why at which revision."),
            ("git clone-project --list --group trace", "Show the projects of a group and which are cloned."),
        ),
    ),
    "route-patch": ROUTE_PATCH,
    "subprojects": SUBPROJECTS,
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
