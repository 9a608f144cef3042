"""What git-subprojects(1) says beyond what its parser says."""

from page import Page

SUBPROJECTS = Page(
    "tend the clones of neighbour projects, and the manifest",
    (
        "list shows the projects of the manifest: as a table on a terminal, elsewhere a line each of name,"
        " description, groups and state, separated by tabs; with --format=markdown as a table for a README.",
        "info shows a project's process on one screen: how it is cloned and built, whether it takes mail or pull"
        " requests, from whom, in which form and checked by what, and its guide. Without a name it is about the"
        " project of the tree that it is run in; host names the host. With --guide it shows the guide itself, out of"
        " the project's own tree.",
        "status shows how it stands with each clone, on a line: its branch, or the pin it stands on; how it lies to"
        " its upstream; changed and untracked files, conflicts, stashes, and what has been begun (rebase, am, merge,"
        " cherry-pick, revert, bisect); branches with commits that no remote has; and the pin that fits the host"
        " today, where another revision is checked out. Nothing that is checked out changes; --fetch asks the"
        " remotes before, and -v names the commits by which a branch and its upstream differ: > its own, < its"
        " upstream's. --porcelain=v1 has these fields, separated by tabs, - for none: name, kind (clone, absent,"
        " other, in-tree, problem), branch, commit, upstream, ahead, behind, changed, untracked, conflicted,"
        " stashes, operation, unpushed branches, pin, whether it is checked out (yes, no), path. More fields may"
        " follow one day.",
        "update fetches for all clones, several at a time, and brings each to what is new where that costs nothing:"
        " a branch to its upstream, if it has no commits of its own and no file is changed (git merge --ff-only); a"
        " clone on a pin of the manifest to the pin that fits the host today, or back to the branch. All else is"
        " left, and named with its reason and the command that would do it: branches that have gone apart, changed"
        " files, an operation in progress. A branch without an upstream, and a HEAD that you have detached, are"
        " yours and no failure. Nothing is ever merged or lost. With --rebase, commits of your own are rebased onto the"
        " upstream where no file is changed; a branch that cannot be rebased, or has merges, stays as it was. With"
        " --prune, remote-tracking branches that are gone from origin are removed, never from what a mirror lacks. The"
        " manifest's further remotes are added and fetched; one that cannot be reached is named. Clones that"
        " workspace.groups in the manifest leaves out are updated where they, or a group of theirs, are named.",
        "What the manifest says otherwise since a clone was made is told by status, update and doctor, with the command"
        " that makes it so; nothing of it is done unasked. That is a depth, filter, sparse checkout or submodules; a"
        " URL that update cannot take over because origin is your own; and another folder or name of the project, or"
        " another folder of the workspace: then the clone is named where it is, the project fails, and is not cloned"
        " twice. A clone of a project that the manifest no longer names is named too. What git does not take for a"
        " repository of yours, because it belongs to another user or is damaged, is told in git's words with its"
        " command.",
        "Wherever projects are chosen, --group G takes those of a group, --group -G leaves them out, and --exclude NAME"
        " leaves out a project; log has none, because --exclude is git log's own there.",
        "follow lets git pull, rebase and switch in the host update the clones: the hooks post-merge, post-rewrite and"
        " post-checkout (of a switch to another commit) start an update in the background and return at once. It asks"
        " for nothing, outlives the terminal, and writes what it does to subprojects/follow.log in git's folder, of"
        " which the last 64 KiB are kept. What it leaves undone is said in a line by the next hook and by status, until"
        " an update has been seen to all. One runs at a time: a hook that comes meanwhile has it begin once more. It"
        " waits 3 seconds for a rebase or bisect to end, and else leaves the clones as they are. It updates by the"
        " manifest and the version of the work tree where the hook ran.",
        "A hook that is there goes on to run: a shell script gets a few marked lines below its first, and any other"
        " hook is moved to NAME.user and run from there. --off takes the lines out and moves that back; lines that"
        " have been changed are left, and named. Where core.hooksPath is a folder that is not this repository's alone,"
        " or whose files are in its history, nothing is written, and what to add there is said. A hook does nothing"
        " where git-subprojects is not on PATH, or subprojects.follow is not set.",
        "foreach runs a command in the top folder of each clone: one word is for the shell, several are a program"
        " and its arguments. Some run at the same time, and what each writes comes out in the manifest's order,"
        " below its name (not with -q); with --interleave line by line as it comes, the name before it; with -j1"
        " each has the terminal to itself. In the environment are SUBPROJECT_NAME, SUBPROJECT_PATH (the clone),"
        " SUBPROJECT_REVISION (the pin that fits the host today, else the branch that the project goes on in) and"
        " SUBPROJECT_HOST (the top of the host). The failures are told at the end, and make the exit status 1.",
        "grep, diff and log are git's own in each clone, with git's own words from the first on that is not an"
        " option of theirs: git subprojects grep --group virt -n -e foo -- '*.c'. Clones without output are left"
        " out. They end with 0 where git does: grep if any clone has what was looked for.",
        "freeze writes the manifest, with your subprojects.local.toml in it, so that every project is at the full"
        " commit id that its clone has now, and the host too. Projects that are not cloned are left out. git"
        " clone-project --manifest FILE --all makes the same again elsewhere; a host that stands on another commit"
        " is said. It warns of what others cannot get: changed files, commits that origin does not have, an origin"
        " that the manifest does not name. Where the clone cannot tell, origin is asked once whether a tag, a pull"
        " request or another ref has the commit; and whether a tag that is pinned was moved there.",
        "changes compares two frozen manifests, or one with what is checked out: it tells which commits came (>) and"
        " went (<) in each project. Who looks for compare finds it here.",
        "check reads the manifest and reports all of its problems, each with file, line, key and what was expected."
        " The other commands do the same, and act on nothing of a manifest that has a problem. It warns of what the"
        " trees that are here do not bear out: patterns that match nothing, files and folders that are not there,"
        " pins without their tag, rules and venues that give a patch to nobody. With --online each URL and mirror is"
        " asked once whether it is there, and has the branch and the pins, and a tag that was moved since the clone"
        " got it is warned of; what wants a password is asked once more in the end. --format=github writes workflow"
        " commands, by which GitHub shows each at its line; the repository of this program is one of pre-commit hooks"
        " too (subprojects-check).",
        "doctor looks at all that these commands need: git, Python and its libraries, PATH, manual pages, the"
        " completion of your SHELL, who you are, which manifest holds and why, the links between host and siblings,"
        " what interrupted runs have left, ssh keys, git send-email; with --online each server. What is wrong comes"
        " with the commands that mend it. It ends with 1 where there is a problem; a warning is none.",
        "init writes a manifest to begin with: what can be told of the repository itself, and what else there can"
        " be in comments. import makes one out of .gitmodules, the XML of repo, west.yml, or a .repos file of vcs;"
        " what cannot be taken over is said, and where that is a whole project, the exit status is 1. Files that the"
        " first one includes are read where they lie in its folder. Submodules are pinned to the commits that HEAD"
        " records; projects that repo, west and git leave out unless they are asked for (notdefault, group-filter,"
        " update = none) are so here by workspace.groups. export writes the projects as west.yml or .repos, each at"
        " what fits the host today: its pin, its branch, else the branch that the remote's HEAD names, which is asked"
        " where there is no clone.",
        "add names a project in the manifest. It asks the remote for its default branch and looks at the names of"
        " the files in its tree: MAINTAINERS, CODEOWNERS, .b4-config, .gitpublish, .gitreview, guides for"
        " contributors, scripts/checkpatch.pl. What they say of recipients, prefix and archive is taken over if a"
        " manifest may hold it; nothing that would be run is, but for the known checker. All is shown before it is"
        " written. adopt does the same for a clone that is there already, or takes it for the project whose folder"
        " it stands in. Of the clone, only two settings in its config are written.",
        "remove takes a project out of the manifest, and with --delete its clone away. It does neither while there"
        " is work in the clone that is nowhere else: changed or untracked files, stashes, commits and tags that no"
        " remote has, something begun and not ended, linked work trees.",
        "The manifest's file is edited in place: comments and all else in it stay as they are. If it was changed"
        " since it was read, or would have a problem after, nothing is written.",
    ),
    (
        ("git subprojects status", "How does it stand with all clones?"),
        ("git subprojects update", "Bring all clones to what is new."),
        ("git subprojects follow", "Let git pull here bring the clones along."),
        ("git subprojects foreach -- git status --short", "Run a command in all clones."),
        ("git subprojects grep -n virtio_net", "Look for a word in all clones."),
        ("git subprojects info qemu", "How does qemu take patches?"),
        ("git subprojects info --guide qemu", "Read what qemu says to contributors."),
        ("git subprojects freeze -o frozen.toml", "Write down at which commit everything is."),
        ("git subprojects changes frozen.toml", "What came since then?"),
        ("git subprojects changes v1.toml v2.toml", "Compare two states of all projects."),
        ("git subprojects check --manifest my.toml", "Check a manifest before it is committed."),
        ("git subprojects doctor", "Why does something not work?"),
        ("git subprojects init", "Write a manifest to begin with."),
        ("git subprojects import .gitmodules -o subprojects.toml", "Make one out of what there is."),
        ("git subprojects add https://example.org/tool.git", "Name a project in the manifest."),
        ("git subprojects adopt ../qemu", "Take the clone of qemu that is there for the manifest's."),
    ),
)
