"""How git is asked for patches; nothing of the user's own config shall change the answer."""

_ALWAYS = ("--no-color", "--no-ext-diff", "--ignore-submodules=none", "-O/dev/null", "--no-relative")

_COMMON = ("-M", "--root", "--encoding=UTF-8", *_ALWAYS)

RAW = ("-z", "--raw", "--no-abbrev", *_COMMON, "--format=%x01%H%x00%P%x00%an <%ae>%x00%s%x00%b%x00")
"""Each commit's id, parents, author, subject and message, and the paths that it touches; see ``raw.read``."""

CHANGES = ("-z", "--raw", "--no-abbrev", "--always", *_COMMON)
"""What each commit does to files; see ``changes.of_patches``."""

TREES = ("-z", "--raw", "--no-abbrev", *_ALWAYS)
"""How two trees differ; see ``changes.between``."""

TEXT = (
    "--pretty=email",
    "--stat=72",
    "--patch",
    "-U3",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    *_COMMON,
)
"""Each commit as git-format-patch(1) writes it."""
