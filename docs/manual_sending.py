"""What git-route-patch(1) says about looking patches over, sending them, and setting other programs up."""

from page import Body

from git_subprojects.registries import CHECKS, VENUES

OPTIONS = {
    "--check": "Look the patches over, as is done before they are sent: see CHECKS. All findings are told at once. With"
    " --json, as JSON.",
    "--send": "Send each patch to whom its destination's rules name, in the form that the project wants: see SENDING."
    " What follows -- is for git send-email. For a project that takes pull requests: see PULL REQUESTS.",
    "--sent": "Show what was sent from this repository: version, base, recipients, and each message with its page in"
    " the list's archive, where the venue names one; else with its id.",
    "--setup": "Write the settings with which git send-email or b4 ask this program for recipients, and b4 for checks,"
    " into the repository's own config. They are shown first, and a setting that is there with another value is never"
    " changed.",
    "--remove": "With --setup: remove the settings that --setup writes.",
    "--output": "Write the mails to this folder instead of sending them, with all their header fields; of several"
    " destinations, each to a folder of its own in it. No file is written over. git send-email --no-thread"
    " --to-cmd=true FOLDER sends them.",
    "--dry-run": "With --send: show who would get which mail, or which commands would run, and do nothing. The cover"
    " letter is shown whole, and with --verbose each patch too.",
    "--yes": "Do not ask before patches with warnings are sent, before a pull request is made, or before config is"
    " written. git send-email still asks what it asks, and a checker still needs --allow-checker.",
    "--reroll-count": "The version of the series; -v N and -vN are the same. Without, it is counted by what was sent.",
    "--subject-prefix": "What stands in the brackets of the subjects, instead of the venue's prefix, or PATCH.",
    "--no-cover-letter": "Whether to write a cover letter. Without, where there are several patches.",
    "--description-file": "Take the subject and the text of the cover letter from this file: a line, a blank line, and"
    " paragraphs.",
    "--in-reply-to": "Make the first mail an answer to the message of this id.",
    "--exclude": "Leave this address out, everywhere and always. May be given more than once.",
    "--skip-check": "Skip a check, by its name in CHECKS. May be given more than once, or with commas.",
    "--terse": "With --check: errors and warnings in a line each, as checkpatch.pl --terse has them, for b4.",
    "--allow-checker": "Let the project's own checker run without asking, now and from now on: until the command, a"
    " file at the top that it names, or the repository's place is another.",
}

_CHECKS: Body = (
    "--check runs all of these, and so does --send before it sends anything. An error stops --send; a warning makes it"
    " ask, on a terminal; a note is only shown. --skip-check skips one.",
    *((name, check.about) for name, check in CHECKS.items()),
    "The project's own checker is the venue's check: argument lists, run at the top of its tree on each patch as it"
    " would be sent. It comes with a manifest and is not trusted: it is shown, and runs only when you have said so."
    " That is remembered outside of the repository, by a hash of the command, of the files that it names, and of the"
    " place.",
)

_SENDING: Body = (
    (
        "1. One series for each destination",
        "A range that goes to several projects becomes a series for each of them, with its own numbers, cover letter"
        " and thread. git format-patch writes the patches, with the venue's prefix and a base-commit: of what the"
        " project's branch has.",
    ),
    (
        "2. Recipients",
        "Each patch goes to those whom it concerns, the cover letter to all of them. They stand in the mails' own"
        " header fields.",
    ),
    (
        "3. The cover letter",
        "Its words come from --description-file, the version before, or git branch --edit-description, and on a"
        " terminal the editor opens with them. What is written is offered again as long as nothing was sent.",
    ),
    (
        "4. Versions",
        "A series is known again by its commits and by their subjects. After it was sent and changed it is the next"
        " version: -v counts by itself, and a range-diff against the one before stands in the cover letter, or below"
        " the --- of a single patch. It begins a thread of its own, or answers the one before where the venue's thread"
        ' is "same".',
    ),
    (
        "5. git send-email",
        "It sends the mails with your sendemail.* settings, identities and credentials, and asks what it asks as ever."
        " As soon as a message has gone, that is remembered. Where it was stopped half-way, the same command sends the"
        " rest, with the same message ids.",
    ),
    (
        "6. What is remembered",
        "refs/subprojects/sent/SERIES/vN, an annotated tag on the last commit of each version. git push does not push"
        " it, and git update-ref -d forgets it.",
    ),
)

_PULL_REQUESTS: Body = (
    "For a project that takes no mail, --send shows the commands that propose the patches, with their"
    " reviewers, by the kind of its venue:",
    *((name, f"{kind.about[0].upper()}{kind.about[1:]}.") for name, kind in VENUES.items() if not kind.takes_mail),
    "Your fork is the remote at the same site and of the same name, or the one that branch.NAME.pushRemote or"
    " remote.pushDefault names.",
    "None of these commands is run before you have agreed: on a terminal it asks, elsewhere it wants --yes.",
)

SECTIONS: dict[str, Body] = {"CHECKS": _CHECKS, "SENDING": _SENDING, "PULL REQUESTS": _PULL_REQUESTS}

EXAMPLES = (
    ("git route-patch --check main..", "Look a branch over before it is sent."),
    ("git route-patch --send main..", "Send it where it belongs."),
    ("git route-patch --send --dry-run main..", "Show who would get what."),
    ("git route-patch --send main.. -- --identity=work", "Send it with another identity of git send-email's."),
    ("git route-patch --sent", "Show what was sent, and where it can be read."),
    ("git route-patch --setup b4", "Let b4 ask for recipients and checks."),
)

FILES: Body = (
    (
        "$XDG_STATE_HOME/git-subprojects/trusted (default: ~/.local/state/git-subprojects/trusted)",
        "The checkers that you have let run, a hash a line. Without it you are asked again.",
    ),
)

CONFIG = {
    "subprojects.series": "Who gets the patches of a series: whole (everybody all) or per-patch. Default: as the venue"
    " says, else whole below 15 patches.",
    "subprojects.subscribed": "The address of a list that you are subscribed to, or that knows you; may be there more"
    " than once. Nothing is said of it then.",
    "sendemail.*": "git send-email's own: how mail leaves this machine.",
}
