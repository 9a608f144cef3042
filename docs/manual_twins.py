"""What git-route-patch(1) says about other places that patches may be meant for: twins, revisions, other projects."""

from page import Body

OPTIONS = {
    "--twins": "Try the patches on the project's twins, those that the manifest names either way round, and say who"
    " would get them there: see TWINS AND OTHER REVISIONS.",
    "--twin": "Try them on this project, twin or not; host is the host. May be given more than once.",
    "--onto": "Try them on this revision of their own project, such as a stable branch. May be given more than once;"
    " the answer is a table.",
    "--fetch": "Fetch the twins before. Without, what was last fetched counts.",
    "--clone": "Clone twins that are not there. Without, that is asked on a terminal, and said elsewhere.",
    "--first-parent": "With --twins, --twin, --onto, --port or --port-onto: a merge stands for all that it has"
    " brought to its first parent. Without, merges make no patches and are passed over.",
    "--port": "Make a branch of the patches in this project: see PORTING.",
    "--port-onto": "Make a branch of the patches on top of this revision of their own project, such as a stable branch:"
    " see PORTING.",
    "--branch": "With --port or --port-onto: the name of the new branch. Without: port/ and the words of the first"
    " subject.",
    "--origin": "With --port or --port-onto: add the line (cherry picked from commit ...), as git cherry-pick -x does.",
    "--conflicts": "With --port or --port-onto: where a patch does not apply, leave it, and those behind it, to git"
    " cherry-pick in a work tree of their own.",
}

_TWINS: Body = (
    "Each patch is applied in memory to the branch that the twin goes on in: of its remote, as last fetched, what the"
    " manifest names as branch, else the remote's HEAD; without a remote, HEAD. No work tree, index, ref or config"
    " changes, here or there. The patches of a range are applied one upon the other; one that does not apply is left"
    " out, and the rest go on without it. With --stdin each commit is tried alone. Patch files and mailboxes are"
    " tried as commits are: what they are based on is found by the ids in their index lines, here or in the twin, as"
    " git am -3 does.",
    (
        "clean",
        "It applies: file by file, by a three-way merge of what the patch is based on, what it makes of that, and what"
        " is there; or, where that conflicts, because all of its context is there, as git am has it. offset is told"
        " beside where hunks land elsewhere, and how many lines of their context are others.",
    ),
    (
        "already",
        "It would change nothing; or, where its lines have changed since, a commit there makes the same change by"
        " git-patch-id(1), and is named.",
    ),
    (
        "conflict",
        "The files, the lines as they are there, and the commit that has last touched them. Where the lines were never"
        " there, the commit is named too that has brought them where the patch is from: it may have to go first.",
    ),
    (
        "missing",
        "There is no such file. Its likely new name is told, by the history of either side or else by its name, and"
        " whether the patch would apply to that one. git am -3 would follow it; say so by paths in the manifest.",
    ),
    'Paths that are called otherwise in a twin are mapped by the manifest: twin = { qemu = { paths = { "old/" ='
    ' "new/" } } }. The map serves both ways round. See gitsubprojects(5).',
    "Objects are read by git itself, so partial clones, SHA-256 and any place of objects serve; a partial clone fetches"
    " what it lacks. Attributes that choose another way to merge, such as merge=union, are not heeded, nor are white"
    " space or ends of lines ever overlooked: where one side has CRLF, that is said.",
)

_PORTING: Body = (
    "--port makes a new branch on top of the twin's, with those of the patches that are not there already: author,"
    " date and message are kept, byte for byte. All commits are made first, the branch last. Where a patch does not"
    " apply, nothing is written and the answer is that of --twin. --port-onto makes the branch in the repository of the"
    " patches, on top of the revision that it names; the work tree stays on its own branch.",
    "With --conflicts the patches before the first that does not apply are on the branch, which is checked out in a new"
    " linked work tree beside the twin's own. git cherry-pick has begun there with the others: resolve, git add, git"
    " cherry-pick --continue, as ever; or --abort.",
)

_LINKED: Body = (
    "One change may need patches in several projects: git route-patch linux:HEAD~2.. qemu:HEAD~3.. names each project"
    " before the revisions, host or its name for the host, in the order in which they are to be sent. It may be typed"
    " in the host or in any of its siblings.",
    "Without further options, the routes of each part are told under its name. --check looks all parts over. --send"
    " sends each to its own destination, with a cover letter that names the others: their titles, where they go,"
    " their message ids and their pages in the archive. An error in any part stops all before anything is sent, and a"
    " part that cannot be sent stops those behind it; the same command goes on there. --description-file gives all"
    " cover letters the same words.",
)

SECTIONS: dict[str, Body] = {
    "TWINS AND OTHER REVISIONS": _TWINS,
    "PORTING": _PORTING,
    "ONE CHANGE, SEVERAL PROJECTS": _LINKED,
}

EXAMPLES = (
    ("git route-patch --twins HEAD~3..", "Say whether the last three commits apply to the twins too."),
    ("git route-patch --onto stable/linux-6.6.y --onto stable/linux-6.1.y -5", "Five patches on two stable branches."),
    ("git route-patch --port-onto stable/linux-6.6.y -x HEAD~3..", "Make a branch of them on top of a stable one."),
    ("git route-patch --port qemu -x HEAD~3..", "Make a branch of them in qemu, if all of them apply."),
    ("git route-patch --send linux:HEAD~2.. qemu:HEAD~3..", "Send two series that belong together."),
)

OUTPUT: Body = (
    (
        "with --twins, --twin, --onto",
        "version and patches: commit, file, subject, destinations, twins and onto. Of each twin: project, revision,"
        " commit, verdict (clean, already, conflict or missing; null with error), error, offset, files, by, reverted,"
        " cherry_pick, after and destinations. Of each revision of onto: the same without project and destinations.",
    ),
    ("offset[]", "path; line, where the hunk lands; lines, how much further down that is; fuzz."),
    (
        "files[]",
        "path, verdict, lines (first and last of each place), why, commit, needs, renamed_to and there, the verdict on"
        " the file of that name.",
    ),
    (
        "with --port, --port-onto",
        "version, project, revision, base, branch, tip, worktree and patches: commit, file, subject, ported, which is"
        " the new commit, and tried, as an element of onto.",
    ),
    ("with PROJECT:REVISION", "version and parts: project, as it was asked for, and destinations."),
)
