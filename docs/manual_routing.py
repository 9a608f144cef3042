"""What git-route-patch(1) says, and gitsubprojects(5) about the files that it reads."""

import manual_sending
import manual_twins
from page import Body, Page

from git_subprojects.registries import VENUES

_OPTIONS = {
    "REVISION": "Commits, as git log takes them, or patch files: see INPUT. With a project before them: see ONE CHANGE,"
    " SEVERAL PROJECTS.",
    "--explain": "Show every reason of every recipient: where the rule stands, and which path met which pattern.",
    "--to": "Only the addresses in To, one a line, for git send-email and b4. A destination that takes pull requests"
    " has none, and makes the exit status 1.",
    "--cc": "Only the addresses in Cc, one a line.",
    "--roles": "What get_maintainer.pl prints: address (role), a line each, in its order. Only MAINTAINERS and Fixes:"
    " count then; a project without that file has its recipients here, each with the plain name of the role.",
    "--uncovered": "Only the paths that no rule, no section and no owner covers, one a line, quoted as git does. A list"
    " that gets every patch (route.to, route.cc) covers a path only in a project without MAINTAINERS and CODEOWNERS.",
    "--lint": "Report what is wrong: with the MAINTAINERS files named, or with the MAINTAINERS and CODEOWNERS files"
    " that the manifest names or the repository has. They are read in the work tree, or at --rules-from.",
    "--per-patch": "Answer for each patch alone, under its name in brackets. Without, the answer is for the whole"
    " series: everybody who gets any of its patches.",
    "--stdin": "Read commit ids (or any names of commits) from standard input, one a line, and answer each with a"
    " line of JSON as soon as it is read. Rules are read once, at HEAD or at --rules-from. A word that names no"
    " commit is answered with an error in its line, and makes the exit status 1.",
    "--project": "The project that the patches are for: a sibling that is cloned (the command then works in its"
    " repository), host, or an in-tree project (then only its paths are answered for).",
    "--rules-from": "Read MAINTAINERS, CODEOWNERS, .mailmap and .get_maintainer.ignore at this revision, and nowhere"
    " else. Without: see HOW A RECIPIENT IS CHOSEN.",
    "--suppress-cc": "Trailers that bring nobody in: cc, reported-by, suggested-by, co-developed-by, acked-by,"
    " reviewed-by, tested-by, fixes, or all of these. May be given more than once, or with commas.",
    "--signers": "Of a commit that a Fixes: trailer names, add not only the author but also who signed it off,"
    " acked or reviewed it.",
    "--history": "Also add who has lately changed the same lines and files; of a patch file whose commit is not here,"
    " only the files count. Off by default: it is slow, and those people have not asked for mail.",
    "--history-since": "How far back --history looks, as git log --since takes it. Default: 1 year ago.",
    "--history-max": "How many people --history adds at most. Default: 5.",
    "--strict": "End with 1 where a rule is broken or a path is not covered, and with --lint where there is a warning."
    " Without, these are said, and no failure.",
}

_INPUT: Body = (
    "All operands are revisions, or all are files. A word that may be either is a revision; ./WORD is the file.",
    (
        "revisions",
        "What git log takes: HEAD~3.. or -3 or A..B. A word that excludes nothing, such as HEAD~2, is that one"
        " commit, not its history. Merges make no patches and are passed over, which is said.",
    ),
    (
        "patch files",
        "What git format-patch, git show, git log -p, git diff or hg export writes, with any prefixes or none; a"
        " mailbox with many patches; a folder, whose *.patch, *.eml and *.mbox files are read in the order of their"
        " names.",
    ),
    ("-", "Standard input, which holds any of these. It is read too where nothing is named and it is no terminal."),
    (
        "cover letters",
        "0000-cover-letter.patch, or any name that format-patch gives one, stands for the patches that lie beside"
        " it: so git send-email mails it to everybody who gets any of them.",
    ),
)

_HOW: Body = (
    (
        "1. Whose patch it is",
        "In a sibling, and in a clone of a URL that the manifest names, all paths are that project's. In the host, a"
        " path is the in-tree project's whose folder is the longest that holds it, else the host's. A repository that"
        " no manifest is about is routed by its own MAINTAINERS or CODEOWNERS.",
    ),
    (
        "2. What it touches",
        "Old and new name of a rename, or of a copy in a patch file, deletions, mode changes, binaries and submodules;"
        " and, for K: lines, its words: the message and the lines that it adds and removes.",
    ),
    (
        "3. The rules",
        "The manifest's route (every patch) and rules (by path). Then the MAINTAINERS file: F:, X:, N: and K: lines"
        " choose sections, whose M:, R: and L: lines name people and lists; a list for subscribers only is left out."
        " Then CODEOWNERS, where the last match wins: addresses get mail, accounts are named as reviewers of the pull"
        " request.",
    ),
    (
        "4. Trailers",
        "Cc:, Reported-by:, Suggested-by:, Co-developed-by:, Acked-by:, Reviewed-by: and Tested-by: name people."
        " Fixes: names a commit, whose author is added unless .get_maintainer.ignore names them.",
    ),
    (
        "5. To and Cc",
        "Maintainers go to To, all others to Cc, unless the venue's roles say otherwise. A rule of the manifest says"
        " itself which of the two. To is never empty while anybody is in Cc: the lists move there, or, without lists,"
        " all.",
    ),
    (
        "6. Who is left out",
        "Nobody is named twice: one person is told by name or address, after .mailmap. You are left out (user.email,"
        " GIT_AUTHOR_EMAIL) unless nobody else is left, and so are those whom the tree's own program always leaves out,"
        " such as Linus Torvalds, unless its files name nobody else.",
    ),
    "Rules in the tree are read at the commit that the patches are based on: the parent of the first one, or what"
    " base-commit: in a patch file names, else HEAD. A file that is not there is"
    " looked for at the last of the patches (for patch files: at HEAD), and then in the work tree. So a series does"
    " not choose its own recipients, and the answer depends neither on what is checked out nor on what is not yet"
    " committed.",
    "Regular expressions come with the tree and are not trusted. One that takes longer than half a second is passed"
    " over and named, and a patch has one second for all of them.",
    "A broken line of a file never hides the others. It is reported as a warning.",
)

_OUTPUT: Body = (
    "By default: a paragraph for each destination with To and Cc, the shortest reason of each, the patches, the paths"
    " that nothing covers, and the guide for contributors. All else goes to standard error.",
    "With --json: an object with version (1) and destinations. docs/route-patch.schema.json in the sources describes"
    " each form.",
    (
        "destinations[]",
        f"project; venue ({', '.join(VENUES)}); url, where patches are proposed, or null; guide, or null;"
        " to and cc, lists of recipients; reviewers; patches; uncovered, a list of paths.",
    ),
    (
        "to[], cc[]",
        "address; name, empty for a list; role: maintainer, reviewer, list, owner, the trailer that names them, fixes,"
        " signer, in file or history; title, which is what get_maintainer.pl prints for one of MAINTAINERS, else null;"
        " reasons.",
    ),
    (
        "reasons[]",
        "key, where it is written (MAINTAINERS:310, project.qemu.rule[0].to, Reported-by); pattern, what was matched"
        " there, or null; section, the title, the subject or the commit that it belongs to, or null; paths, those that"
        " matched.",
    ),
    ("reviewers[]", "account (@user, @org/team) and reasons."),
    ("patches[]", "commit and file, of which one is null at least; subject; paths, those that belong here."),
    (
        "with --per-patch",
        "patches in the place of destinations: commit, file, subject, and the destinations of that patch.",
    ),
    (
        "with --stdin",
        "A line for each id: version; commit, its full id; subject; parents, how many; destinations. Where there is no"
        " such commit: commit, the word as it came; error; and no destinations.",
    ),
    (
        "with --check",
        "version and findings: name, severity (error, warning or note), project, patch and subject, which are null"
        " where it is about the whole series, message, hint and output (what a checker has said), either of which may"
        " be null.",
    ),
    (
        "with --sent",
        "version and series: series, project, version, title, base, commits, to, cc, and messages, each with id,"
        " subject, sent (when, in UTC, or null) and url.",
    ),
    (
        "with --send, --output",
        "version, series as with --sent, and proposals: project, venue, url, commands, page, reviewers, guide.",
    ),
    (
        "with --lint",
        "version and problems: file, line, severity (error or warning), name, message, and section, which may be"
        " empty.",
    ),
    *manual_twins.OUTPUT,
    "Paths are text. A byte that is not UTF-8 is a lone surrogate from U+DC80 to U+DCFF.",
)

ROUTE_PATCH = Page(
    "say who must get a patch, look it over, and send it there",
    (
        "The answer names people and lists, in To or Cc, each with its reason. A project that takes pull requests gets"
        " no mail: the answer says where the pull request goes and who reviews it. A series that goes to several"
        " projects is split, and a patch that mixes them is said.",
    ),
    (
        ("git route-patch HEAD~3..", "Route the last three commits."),
        ("git route-patch --explain HEAD", "Say for each recipient which path met which pattern of which rule."),
        ("git -C ../systemtap route-patch --to -2", "The addresses for To of two commits in a sibling."),
        ("git route-patch --per-patch outgoing/", "Route each patch in a folder that git format-patch has filled."),
        ("git format-patch --stdout -1 | git route-patch -", "Route a patch on standard input."),
        ("git log --format=%H v6.1.. | git route-patch --stdin", "Route every commit since a tag, each in its line."),
        ("git route-patch --lint MAINTAINERS", "Look for patterns that match nothing, sections without anybody, ..."),
        (
            "git send-email --to-cmd='git route-patch --to' --cc-cmd='git route-patch --cc' outgoing/",
            "Mail patches to whom they concern.",
        ),
        *manual_sending.EXAMPLES,
        *manual_twins.EXAMPLES,
    ),
    sections={
        "INPUT": _INPUT,
        "HOW A RECIPIENT IS CHOSEN": _HOW,
        **manual_sending.SECTIONS,
        **manual_twins.SECTIONS,
        "OUTPUT": _OUTPUT,
        "FILES": (
            (
                "$XDG_CACHE_HOME/git-subprojects/ (default: ~/.cache/git-subprojects/)",
                "MAINTAINERS files and manifests in a form that is fast to read. Nothing there is used for a file whose"
                " content is another by now, and it may be removed at any time.",
            ),
            *manual_sending.FILES,
        ),
    },
    options=_OPTIONS | manual_sending.OPTIONS | manual_twins.OPTIONS,
    config={
        **manual_sending.CONFIG,
        "sendemail.toCmd, sendemail.ccCmd": "git send-email's own: set to 'git route-patch --to' and 'git route-patch"
        " --cc', each mail goes to whom its patch concerns, and the cover letter to all of them.",
        "b4.send-auto-to-cmd, b4.send-auto-cc-cmd": "b4's own: set to 'git route-patch --to -' and 'git route-patch"
        " --cc -', b4 prep --auto-to-cc fills in the cover letter by them.",
        "user.email": "git's own: your address, which is left out of the answer.",
    },
    exit_status={
        "0": "Every destination has somebody in To, or takes pull requests; with --lint or --check: there is no error;"
        " with --send: all was sent.",
        "1": "Some of it failed: a destination has nobody to send to; --to or --cc was asked of one that takes pull"
        " requests; no file is changed; with --stdin, a word names no commit; with --strict, a rule is broken or a"
        " path not covered; with --lint or --check, there is an error; with --send, not all was sent; with --twins,"
        " --twin, --onto, --port or --port-onto, a patch does not apply, or a twin is not there (with --stdin the lines"
        " tell that). The messages say what to do.",
    },
)

MANIFEST_SECTIONS: dict[str, Body] = {
    "FILES IN THE TREE": (
        "route.maintainers and route.codeowners name files in the project's tree (for an in-tree project: in the"
        " host's), which say who gets a patch. Each is a path, or a table of file and style:"
        ' maintainers = { file = "MAINTAINERS", style = "xen" }. Without a style it is recognised.',
        ("linux", "MAINTAINERS as in Linux. Also what is taken where nothing else is recognised."),
        ("u-boot", "The same without **, and all files of that name in the tree count. By .get_maintainer.conf."),
        ("kvm-unit-tests", "The same as linux without **. Only where it is named."),
        ("qemu", "# begins no comment, there is no N:, titles in roles are shorter. By the first line."),
        (
            "xen",
            "{a,b} in patterns; people of THE REST are left out where there are others. By a V: xen-maintainers- line.",
        ),
        ("edk2", "The patterns and the <default> of edk2. By the name Maintainers.txt."),
        ("github, gitlab", "The styles of CODEOWNERS. By the folder that the file is in, else by the venue's kind."),
    ),
    "ROLES": (
        "venue.roles says whether a role is in To or in Cc: maintainer (M: in MAINTAINERS), reviewer (R:), list (L:)."
        " By default maintainers are in To and all others in Cc. A rule of the manifest says itself where its"
        " recipients go, and whoever is in To by anything is not in Cc.",
    ),
}
