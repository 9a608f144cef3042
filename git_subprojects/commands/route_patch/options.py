"""The modes of ``git route-patch``: what each is asked for by, and which options mean something in it."""

from __future__ import annotations

from git_subprojects.cli.modes import Mode
from git_subprojects.cli.options import (
    Common,
    WithManifest,
    after,
    flag,
    form,
    many,
    operand,
    option,
    switch,
    whole_number,
)


class Routing(WithManifest):
    """What decides who gets patches."""

    project: str | None = option(
        "--project", metavar="NAME", words="projects", about="the project that the patches are for"
    )
    rules_from: str | None = option(
        "--rules-from", metavar="REV", words="revisions", about="read MAINTAINERS and CODEOWNERS at this revision"
    )
    exclude: tuple[str, ...] = many("--exclude", metavar="ADDRESS", about="leave this recipient out")
    suppress_cc: tuple[str, ...] = many(
        "--suppress-cc", metavar="WHAT", about="trailers whose people are not added: cc, fixes, all"
    )
    signers: bool = flag("--signers", about="also who signed a commit that Fixes: names")
    history: bool = flag("--history", about="also who has lately changed the same lines and files")
    history_since: str = option(
        "--history-since", metavar="DATE", default="1 year ago", needs=("history",), about="how far back that looks"
    )
    history_max: int = option(
        "--history-max",
        metavar="N",
        default=5,
        read=whole_number,
        needs=("history",),
        about="how many people it adds",
    )
    strict: bool = flag("--strict", about="fail where a rule is broken or a path not covered")


class Patches(Routing):
    """What routes patches that are named on the command line."""

    revisions: tuple[str, ...] = operand(
        "REVISION",
        count="*",
        words="revisions",
        shown="REVISION... | PATCHFILE... | -",
        about="commits, as git log takes them, or patch files",
    )


class Show(Patches):
    """Who gets patches."""

    explain: bool = flag("--explain", exclusive="answer", about="show every reason of every recipient")
    to: bool = flag("--to", exclusive="answer", about="only the addresses in To, one a line")
    cc: bool = flag("--cc", exclusive="answer", about="only the addresses in Cc, one a line")
    roles: bool = flag("--roles", exclusive="answer", about="what get_maintainer.pl prints: address (role)")
    uncovered: bool = flag("--uncovered", exclusive="answer", about="only the paths that no rule covers")
    form: str = form(exclusive="answer")
    per_patch: bool = flag("--per-patch", about="answer for each patch alone")


class Checked(Patches):
    """What looks for faults of patches."""

    skip_check: tuple[str, ...] = many("--skip-check", metavar="NAME", words="checks", about="skip the named check")
    allow_checker: bool = flag("--allow-checker", about="let the project's own checker run from now on")
    form: str = form()


class Check(Checked):
    """Whether patches are fit to be sent."""

    check: bool = flag("--check", about="check the patches, as --send does")
    terse: bool = flag("--terse", about="with --check: one line per finding, without notes")


class Send(Checked):
    """Sends patches, or writes the mails to a folder."""

    send: bool = flag("--send", exclusive="way", about="send them: by git send-email, or as a pull request")
    output: str | None = option(
        "-o",
        "--output",
        metavar="DIR",
        words="folder",
        exclusive="way",
        about="write the mails there instead of sending them",
    )
    dry_run: bool = flag("--dry-run", needs=("send",), about="with --send: show all, and send nothing")
    yes: bool = flag("-y", "--yes", about="do not prompt before sending, pushing or writing")
    reroll_count: int | None = option(
        "--reroll-count", metavar="N", read=whole_number, about="the version of the series; -vN for short"
    )
    resend: bool = flag("--resend", about="send what was sent once more, with RESEND before the prefix")
    resend_to: tuple[str, ...] = many(
        "--resend-to", metavar="ADDRESS", about="send what was sent once more, to this address alone"
    )
    rfc: bool = flag("--rfc", about="send for comments: RFC before the prefix")
    subject_prefix: str | None = option(
        "--subject-prefix", metavar="PREFIX", about="use PREFIX instead of the project's subject prefix"
    )
    cover_letter: bool | None = switch(
        "--cover-letter", about="whether to write one; by default where there are several patches"
    )
    description_file: str | None = option(
        "--description-file", metavar="FILE", words="file", about="take the words of the cover letter from this file"
    )
    whole_series: bool = flag(
        "--whole-series", exclusive="recipients", about="let everybody get all patches; usual below 15"
    )
    per_patch_recipients: bool = flag(
        "--per-patch-recipients", exclusive="recipients", about="let each patch go to those whom it concerns"
    )
    in_reply_to: str | None = option(
        "--in-reply-to", metavar="ID", about="make the series a reply to the message with this ID"
    )
    revisions: tuple[str, ...] = operand(
        "REVISION", count="*", words="revisions", shown="REVISION...", about="commits, as git log takes them"
    )
    send_email_options: tuple[str, ...] = after("git send-email options", about="options for git send-email")


class Sent(Common):
    """What was sent."""

    sent: bool = flag("--sent", about="show what was sent")
    form: str = form()


class Setup(WithManifest):
    """Lets another program ask this one."""

    form: str = form()
    setup: str = option(
        "--setup",
        metavar="b4|send-email",
        choices=("b4", "send-email"),
        about="configure that program to get its recipients from route-patch",
    )
    remove: bool = flag("--remove", about="with --setup: undo it")
    yes: bool = flag("-y", "--yes", about="do not prompt before sending, pushing or writing")
    project: str | None = option(
        "--project", metavar="NAME", words="projects", about="the project that the patches are for"
    )


class Twins(Routing):
    """What tries patches elsewhere."""

    twins: bool = flag("--twins", about="try them on the project's twins, and route them there")
    twin: tuple[str, ...] = many("--twin", metavar="PROJECT", words="projects", about="try them on this project")
    onto: tuple[str, ...] = many("--onto", metavar="REV", words="revisions", about="try them on this revision")
    fetch: bool = flag("--fetch", needs=("twins", "twin"), about="fetch the twins first")
    clone: bool = flag("--clone", needs=("twins", "twin"), about="clone twins that do not exist")
    first_parent: bool = flag(
        "--first-parent", needs=("twins", "twin", "onto"), about="treat a merge as the changes it brought in"
    )


class Apply(Twins, Patches):
    """Whether patches apply elsewhere, and who gets them there."""

    explain: bool = flag("--explain", exclusive="answer", about="show every reason of every recipient")
    form: str = form(exclusive="answer")


class Stream(Twins):
    """Answers for commits as their ids come."""

    stdin: bool = flag("--stdin", about="read commit ids from standard input; print one JSON line each")


class Port(Patches):
    """Makes a branch of patches in another project, or on another revision of their own."""

    port: str | None = option(
        "--port", metavar="PROJECT", words="projects", exclusive="where", about="make a branch of them in this project"
    )
    port_onto: str | None = option(
        "--port-onto",
        metavar="REV",
        words="revisions",
        exclusive="where",
        about="make a branch of them on top of this revision",
    )
    branch: str | None = option("--branch", metavar="NAME", about="name of the branch that --port or --port-onto makes")
    origin: bool = flag("-x", "--origin", about="when porting: append '(cherry picked from …)', as git cherry-pick -x")
    conflicts: bool = flag("--conflicts", about="when porting: leave conflicts to be resolved")
    fetch: bool = flag("--fetch", needs=("port",), about="fetch the twins first")
    clone: bool = flag("--clone", needs=("port",), about="clone twins that do not exist")
    first_parent: bool = flag("--first-parent", about="treat a merge as the changes it brought in")
    form: str = form()


class Lint(WithManifest):
    """What is wrong with the files of recipients."""

    lint: bool = flag("--lint", about="report what is wrong with MAINTAINERS and CODEOWNERS")
    rules_from: str | None = option(
        "--rules-from", metavar="REV", words="revisions", about="read MAINTAINERS and CODEOWNERS at this revision"
    )
    strict: bool = flag("--strict", about="fail where a rule is broken or a path not covered")
    project: str | None = option(
        "--project", metavar="NAME", words="projects", about="the project that the patches are for"
    )
    form: str = form()
    revisions: tuple[str, ...] = operand("FILE", count="*", words="file", shown="[FILE...]", about="files to look at")


_PACKAGE = "git_subprojects.commands.route_patch"

MODES = (
    Mode(("lint",), Lint, f"{_PACKAGE}.lint"),
    Mode(("setup",), Setup, f"{_PACKAGE}.setup"),
    Mode(("sent",), Sent, f"{_PACKAGE}.sent"),
    Mode(("send", "output"), Send, f"{_PACKAGE}.send"),
    Mode(("check",), Check, f"{_PACKAGE}.check"),
    Mode(("port", "port_onto"), Port, f"{_PACKAGE}.port"),
    Mode(("stdin",), Stream, f"{_PACKAGE}.stream"),
    Mode(("twins", "twin", "onto"), Apply, f"{_PACKAGE}.apply"),
    Mode(("explain", "to", "cc", "roles", "uncovered", "form", "per_patch"), Show, f"{_PACKAGE}.show"),
)
