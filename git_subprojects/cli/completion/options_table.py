"""Which options take a value, and which words are offered there. Written by docs/generate.py."""

COMMANDS = {
    "clone-project": "projects --depth --exclude=projects --filter --group=group --jobs --manifest=file --revision -j",
    "route-patch": (
        "revisions --branch --description-file=file --exclude --history-max --history-since --in-reply-to "
        "--manifest=file --onto=revisions --output=folder --port=projects --port-onto=revisions "
        "--project=projects --reroll-count --resend-to --rules-from=revisions --setup --skip-check=checks "
        "--subject-prefix --suppress-cc --twin=projects -o=folder"
    ),
    "subprojects add": " --branch --description --directory --group=group --manifest=file --name",
    "subprojects adopt": "folder --manifest=file --name",
    "subprojects changes": "file --manifest=file",
    "subprojects check": " --format --jobs --manifest=file -j",
    "subprojects diff": " --exclude=projects --group=group --jobs --manifest=file --project=projects",
    "subprojects doctor": " --manifest=file",
    "subprojects export": " --format --manifest=file --output=file -o=file",
    "subprojects follow": "",
    "subprojects foreach": " --exclude=projects --group=group --jobs --manifest=file --project=projects -j",
    "subprojects freeze": " --manifest=file --output=file -o=file",
    "subprojects grep": " --exclude=projects --group=group --jobs --manifest=file --project=projects",
    "subprojects import": "file --format --output=file -o=file",
    "subprojects info": "projects --manifest=file",
    "subprojects init": " --output=file -o=file",
    "subprojects list": " --exclude=projects --format --group=group --manifest=file",
    "subprojects log": " --group=group --jobs --manifest=file --project=projects",
    "subprojects remove": "projects --manifest=file",
    "subprojects status": "projects --exclude=projects --group=group --jobs --manifest=file --porcelain -j",
    "subprojects update": "projects --exclude=projects --group=group --jobs --manifest=file -j",
}
"""By the command: what its operands are, then each option with a value, and what that is."""
