"""The JSON schema of what git-route-patch(1) answers."""

from git_subprojects.output.forms.json import VERSION as JSON_VERSION
from git_subprojects.people.trailers import PEOPLE
from git_subprojects.registries import CHECKS, VENUES

Schema = dict[str, object]

ROLES = ["maintainer", "reviewer", "list", "owner", *PEOPLE, "fixes", "signer", "in file", "history"]


def record(description: str, keys: dict[str, Schema], sometimes: dict[str, Schema] | None = None) -> Schema:
    """Return the schema of an object that has all these ``keys``, those that it has ``sometimes``, and no others."""
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": list(keys),
        "properties": {**keys, **(sometimes or {})},
    }


def text(description: str) -> Schema:
    """Return the schema of a text."""
    return {"description": description, "type": "string"}


def maybe(schema: Schema) -> Schema:
    """Return a schema that null fits too."""
    return {**schema, "type": [schema["type"], "null"]}


def each(name: str, description: str) -> Schema:
    """Return the schema of a list of what is defined by that name."""
    return {"description": description, "type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def maybe_ref(name: str, description: str) -> Schema:
    """Return the schema of what is defined by that name, or null."""
    return {"description": description, "anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}


VERSION: Schema = {"description": "The version of this form.", "const": JSON_VERSION}
COMMIT: Schema = {**text("The commit's full id."), "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"}
OF_A_PATCH: dict[str, Schema] = {
    "commit": maybe({**COMMIT, "description": "The commit's full id; null where a patch file does not tell it."}),
    "file": maybe(text("The name of the file that the patch was read from; null for commits and standard input.")),
    "subject": text("The subject, without [PATCH] or the like."),
}
PATHS: Schema = {"type": "array", "items": {"$ref": "#/$defs/path"}}
DESTINATIONS = each("destination", "Where the patches go: a project each.")

ELSEWHERE: dict[str, Schema] = {
    "twins": each("twin", "What becomes of the patch in each twin; only with --twins or --twin."),
    "onto": each("tried", "What becomes of the patch on each revision; only with --onto."),
}
OF_A_TRIAL: dict[str, Schema] = {
    "revision": maybe(text("What the patch was tried on; null where a twin is not there.")),
    "commit": maybe({**COMMIT, "description": "The commit of that, null where there is none."}),
    "verdict": {
        "description": "null where it cannot be told.",
        "enum": ["clean", "already", "conflict", "missing", None],
    },
    "error": maybe(text("Why it cannot be told.")),
    "offset": each("offset", "The hunks that land elsewhere, of a patch that applies."),
    "files": each("tried-file", "The files for which it does not apply, and those that have another name there."),
    "by": maybe_ref(
        "told-commit",
        "The commit that makes the same change, where its lines have changed since, or it was reverted, or the patch"
        " applies once more.",
    ),
    "reverted": maybe_ref("told-commit", "The commit that reverts that one."),
    "cherry_pick": {
        "description": "Whether git cherry-pick applies what git am does not, as it finds more of what was renamed.",
        "type": "boolean",
    },
    "after": maybe(text("An earlier patch of the series, its commit or its file, with the same files, that fails.")),
}

DEFINITIONS: dict[str, Schema] = {
    "routes": record("git route-patch --json", {"version": VERSION, "destinations": DESTINATIONS}),
    "routes-by-patch": record(
        "git route-patch --json --per-patch",
        {"version": VERSION, "patches": each("routed-patch", "The patches that change any file, in their order.")},
    ),
    "parts": record(
        "git route-patch --json PROJECT:REVISION...",
        {"version": VERSION, "parts": each("linked-part", "The parts of the change, in their order.")},
    ),
    "elsewhere": record(
        "git route-patch --json with --twins, --twin or --onto",
        {"version": VERSION, "patches": each("tried-patch", "The patches that change any file, in their order.")},
    ),
    "ported": record(
        "git route-patch --json --port",
        {
            "version": VERSION,
            "project": maybe(text("Where they are ported to; null: onto a revision of their own project.")),
            "revision": text("The branch that they are put on."),
            "base": {**COMMIT, "description": "Its commit."},
            "branch": maybe(text("The new branch; null where nothing is written.")),
            "tip": maybe({**COMMIT, "description": "The last commit that was made, or the base."}),
            "worktree": maybe(text("The work tree with the conflicts, if there are any and they were asked for.")),
            "patches": each("ported-patch", "The patches, in their order."),
        },
    ),
    "line": record(
        "A line of git route-patch --stdin",
        {
            "version": VERSION,
            "commit": COMMIT,
            "subject": text("The commit's subject."),
            "parents": {"description": "How many parents it has.", "type": "integer", "minimum": 0},
            "destinations": {**DESTINATIONS, "description": "Where its patch goes; nowhere for a merge."},
        },
        ELSEWHERE,
    ),
    "line-of-error": record(
        "A line of git route-patch --stdin about a word that names no commit",
        {
            "version": VERSION,
            "commit": text("The word as it came."),
            "error": text("What is wrong with it."),
            "destinations": {"type": "array", "maxItems": 0},
        },
    ),
    "lint": record(
        "git route-patch --lint --json",
        {"version": VERSION, "problems": each("problem", "What is wrong, in the order of files and lines.")},
    ),
    "checked": record(
        "git route-patch --check --json",
        {"version": VERSION, "findings": each("finding", "What was found, patch by patch.")},
    ),
    "sent": record(
        "git route-patch --sent --json",
        {"version": VERSION, "series": each("series", "What was sent, the newest last.")},
    ),
    "sending": record(
        "git route-patch --send --json, with --dry-run and --output too",
        {
            "version": VERSION,
            "series": each("series", "What was, or would be, sent by mail."),
            "proposals": each("proposal", "What was, or would be, proposed where no mail is taken."),
        },
    ),
    "routed-patch": record("A patch and where it goes.", {**OF_A_PATCH, "destinations": DESTINATIONS}),
    "linked-part": record(
        "A part of a change.",
        {"project": text("The project, as it was asked for."), "destinations": DESTINATIONS},
    ),
    "tried-patch": {
        **record(
            "A patch, where it goes, and what becomes of it elsewhere.",
            {**OF_A_PATCH, "destinations": DESTINATIONS},
            ELSEWHERE,
        ),
        "anyOf": [{"required": [name]} for name in ELSEWHERE],
    },
    "ported-patch": record(
        "A patch, and what has become of it in another project.",
        {
            **OF_A_PATCH,
            "ported": maybe({**COMMIT, "description": "The commit there; null where there is none."}),
            "tried": {"$ref": "#/$defs/tried"},
        },
    ),
    "tried": record("What becomes of a patch on a revision.", OF_A_TRIAL),
    "twin": record(
        "What becomes of a patch in a twin, and who would get it there.",
        {
            "project": text("The twin."),
            **OF_A_TRIAL,
            "destinations": {**DESTINATIONS, "description": "Where it goes there; nowhere if it is there already."},
        },
    ),
    "offset": record(
        "A hunk that lands elsewhere.",
        {
            "path": {"$ref": "#/$defs/path"},
            "line": {"description": "Where it lands, from 1.", "type": "integer", "minimum": 1},
            "lines": {"description": "How much further down that is.", "type": "integer"},
            "fuzz": {"description": "How many lines of its context are others.", "type": "integer", "minimum": 0},
        },
    ),
    "tried-file": record(
        "A file for which a patch does not apply.",
        {
            "path": {"$ref": "#/$defs/path"},
            "verdict": {"enum": ["clean", "already", "conflict", "missing"]},
            "lines": {
                "description": "The first and the last line, from 1, of each place that a conflict is about; where"
                " the last is before the first, there is no line.",
                "type": "array",
                "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
            },
            "why": maybe(text("What a conflict is about that is about no lines.")),
            "commit": maybe_ref("told-commit", "Who has last touched those lines, or has taken the file away."),
            "needs": maybe_ref("told-commit", "The commit that has brought, where the patch is from, what lacks here."),
            "renamed_to": maybe(text("What a file is called there, or a missing one most likely is.")),
            "there": {
                "description": "What becomes of the patch on that one.",
                "enum": ["clean", "already", "conflict", "missing", None],
            },
        },
    ),
    "told-commit": record(
        "A commit.",
        {
            "id": COMMIT,
            "subject": text("Its subject."),
            "author": text("Its author's name."),
            "date": text("Its author's date, as YYYY-MM-DD."),
        },
    ),
    "destination": record(
        "A project's venue, and who gets patches there.",
        {
            "project": text("The project's name in the manifest."),
            "venue": {"description": "Mail, or the kind of site.", "enum": list(VENUES)},
            "url": maybe(text("Where the project is; where no mail is taken, the site.")),
            "guide": maybe(text("The guide for contributors: a file in the tree, or a web page.")),
            "to": each("recipient", "Who is in To; nobody only if Cc is empty, too."),
            "cc": each("recipient", "Who is in Cc."),
            "reviewers": each("reviewer", "The accounts that CODEOWNERS names."),
            "patches": each("part", "What goes there."),
            "uncovered": {**PATHS, "description": "The paths that no rule covers."},
        },
    ),
    "recipient": record(
        "Somebody, or a list.",
        {
            "address": text("The address alone."),
            "name": text("The name; empty for a list."),
            "role": {"description": "As what they get it; a trailer's name where one names them.", "enum": ROLES},
            "title": maybe(text("The role as get_maintainer.pl prints it; null where MAINTAINERS does not name them.")),
            "reasons": {**each("reason", "Every reason why."), "minItems": 1},
        },
    ),
    "reviewer": record(
        "An account at the site where patches are proposed.",
        {
            "account": {**text("@user, @organisation/team, or one of GitLab's roles."), "pattern": "^@"},
            "reasons": {**each("reason", "Every reason why."), "minItems": 1},
        },
    ),
    "reason": record(
        "A line of a file, a key of the manifest, or a trailer, and what met it.",
        {
            "key": text("Where it is written: MAINTAINERS:310, project.qemu.rule[0].to, or Reported-by."),
            "pattern": maybe(text("The pattern there; for history, what they have done.")),
            "section": maybe(text("The title of the section, or the subject, that the line belongs to.")),
            "paths": {**PATHS, "description": "The paths that met the pattern."},
        },
    ),
    "part": record(
        "A patch, and what of it belongs to the destination.",
        {**OF_A_PATCH, "paths": {**PATHS, "description": "Old and new names of what it touches."}},
    ),
    "path": text("From the repository's top level. A byte that is not UTF-8 is a lone surrogate, U+DC80 to U+DCFF."),
    "finding": record(
        "Something that was found before patches are sent.",
        {
            "name": {"description": "The check that has found it.", "enum": list(CHECKS)},
            "severity": {"enum": ["error", "warning", "note"]},
            "project": text("The project that the patches are for."),
            "patch": maybe(text("The patch's abbreviated commit, or its file; null where it is about all of them.")),
            "subject": maybe(text("The patch's subject.")),
            "message": text("What was found, and what it means."),
            "hint": maybe(text("What to do.")),
            "output": maybe(text("What a checker has said.")),
        },
    ),
    "series": record(
        "A version of a series.",
        {
            "series": text("Its name, which all its versions have."),
            "project": text("The project that it was sent to."),
            "version": {"description": "From 1.", "type": "integer", "minimum": 1},
            "title": text("The subject of its cover letter, or of its first patch."),
            "base": maybe({**COMMIT, "description": "The commit that it is based on."}),
            "commits": {"description": "Its patches, oldest first.", "type": "array", "items": COMMIT},
            "to": {"description": "All who are in To of any of it.", "type": "array", "items": {"type": "string"}},
            "cc": {"description": "All who are in Cc of any of it.", "type": "array", "items": {"type": "string"}},
            "messages": each("message", "Its mails, in their order."),
        },
    ),
    "message": record(
        "A mail.",
        {
            "id": text("Its Message-ID, without <>."),
            "subject": text("Its subject."),
            "sent": maybe(text("When it was sent, in UTC; null if it was not.")),
            "url": maybe(text("Where the list's archive shows it.")),
        },
    ),
    "proposal": record(
        "What is to be done where no mail is taken.",
        {
            "project": text("The project."),
            "venue": {
                "description": "The kind of site.",
                "enum": [name for name, kind in VENUES.items() if not kind.takes_mail],
            },
            "url": text("Where the project is."),
            "commands": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
            "page": maybe(text("The page on which a browser does the same.")),
            "reviewers": {"type": "array", "items": {"type": "string"}},
            "guide": maybe(text("The guide for contributors.")),
        },
    ),
    "problem": record(
        "Something that is wrong with a file of recipients.",
        {
            "file": text("The file."),
            "line": {"description": "The line, from 1.", "type": "integer", "minimum": 1},
            "severity": {"enum": ["error", "warning"]},
            "name": text("The kind of problem, in a word that stays the same."),
            "message": text("What is wrong."),
            "section": text("The title of the section; empty where there is none."),
        },
    ),
}
FORMS = (
    "routes",
    "routes-by-patch",
    "parts",
    "elsewhere",
    "ported",
    "line",
    "line-of-error",
    "lint",
    "checked",
    "sent",
    "sending",
)


def schema() -> Schema:
    """Return the schema of every answer."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "what git route-patch answers in JSON",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in FORMS],
        "$defs": DEFINITIONS,
    }
