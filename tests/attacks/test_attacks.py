"""Hostile manifests: nothing of one is acted on, and the message names the key that is at fault."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Command, config, run
from tests.support.traps import has_run, payload, unchanged

pytestmark = pytest.mark.slow

QEMU = '[project.qemu]\nurl = "https://qemu.example/qemu.git"\n'

# What a URL may not be. {payload} is a program that leaves a mark, {ran} the mark, SECRET what nobody may see again.
URLS = {
    "option upload-pack": "--upload-pack={payload}",
    "option upload-pack with a space": "--upload-pack=touch {ran};git-upload-pack",
    "option abbreviated": "--upload-p={payload}",
    "option u": "-u{payload}",
    "option config": "--config=core.fsmonitor={payload}",
    "helper ext": "ext::{payload}",
    "helper ext with a space": "ext::sh -c touch% {ran}",
    "helper ext in mixed case": "eXt::{payload}",
    "helper ext as a scheme": "ext://{payload}",
    "helper fd": "fd::7/x",
    "helper of any name": "payload::x",
    "scheme in capitals": "HTTPS://qemu.example/qemu.git",
    "scheme ftp": "ftp://qemu.example/qemu.git",
    "scheme with a path": "a/b://qemu.example/qemu.git",
    "ssh option for a host": "ssh://-oProxyCommand={payload}/y",
    "ssh option for a host, encoded": "ssh://%2doProxyCommand={payload}/y",
    "ssh option for a user": "ssh://-oProxyCommand={payload}@qemu.example/y",
    "scp option": "-oProxyCommand={payload}:path",
    "scp option after a user": "git@-oProxyCommand={payload}:path",
    "token": "https://SECRET@qemu.example/qemu.git",
    "password": "https://me:SECRET@qemu.example/qemu.git",
    "password with an at": "https://me:a@SECRET@qemu.example/qemu.git",
    "password for ssh": "ssh://git:SECRET@qemu.example/qemu.git",
    "variable": "https://qemu.example/$HOME/x",
    "variable in braces": "https://qemu.example/${{HOME}}/x",
    "final CR": "https://qemu.example/qemu.git\\r",
    "line break": "https://qemu.example/\\n[core]\\nfsmonitor={payload}",
    "line break, encoded": "https://qemu.example/%0ahost=other.example",
    "NUL": "https://qemu.example/\\u0000qemu.git",
    "tab": "https://qemu.example/\\tqemu.git",
    "escape sequence": "https://qemu.example/\\u001b[2Jqemu.git",
    "bidi": "https://qemu.example/\\u202egit.umeq",
    "zero width": "https://qemu\\u200b.example/qemu.git",
    "look-alike host": "https://q\\u0435mu.example/qemu.git",
    "backslash": "https://qemu.example\\\\@other.example/qemu.git",
    "local path": "/etc",
    "local path in a home": "~/qemu",
    "no host": "https:///qemu.git",
    "no path": "https://qemu.example/",
    "up": "https://qemu.example/../../home/me/secret",
    "empty": "",
    "relative without a dot": "qemu.git",
    "bundle": "file://relative.bundle",
    "too long": "https://qemu.example/" + "q" * 3000,
}

DIRECTORIES = {
    "above": "../../x",
    "beside": "../x",
    "up and down": "a/..",
    "up within": "a/../../x",
    "itself": ".",
    "empty": "",
    "absolute": "/tmp/x",
    "home": "~",
    "home of another": "~root/x",
    "git": ".git",
    "git inside": "a/.git/hooks",
    "GIT": ".GIT",
    "NTFS": "GIT~1",
    "HFS+": ".g\\u200cit",
    "bare": "foo.git",
    "alternate stream": ".git::$INDEX_ALLOCATION",
    "final dot": "foo.",
    "final space": "foo ",
    "option": "-foo",
    "Windows": "aux.c",
    "Windows, superscript": "COM\\u00b9",
    "backslash": "a\\\\b",
    "drive": "C:x",
    "variable": "$HOME",
    "final CR": "foo\\r",
    "line break": "foo\\nbar",
    "NUL": "foo\\u0000",
    "bidi": "foo\\u202eoof",
    "double slash": "a//b",
    "staging": ".foo.clone-project",
    "lock": "foo.lock",
    "long component": "f" * 201,
    "long": "f/" * 501 + "f",
}

NAMES = {
    "above": "../../x",
    "git": ".git",
    "empty": "",
    "itself": ".",
    "slash": "a/b",
    "option": "--all",
    "bare": "foo.git",
    "lock": "foo.lock",
    "host": "host",
    "long": "f" * 101,
    "line break": "foo\\nbar",
    "escape sequence": "foo\\u001b]0;x\\u0007",
    "bidi": "foo\\u202eoof",
    "look-alike": "q\\u0435mu",
    "comma": "foo,bar",
}

REVISIONS = {
    "option": "--upload-pack={payload}",
    "short option": "-f",
    "range": "a..b",
    "reflog": "HEAD@{{1}}",
    "expression": "master^{{/touch}}",
    "path": "HEAD:file",
    "HEAD": "HEAD",
    "refspec": "a:refs/heads/b",
    "star": "refs/heads/*",
    "final CR": "master\\r",
    "space": "master --force",
    "above": "../../config",
}

ADDRESSES = {
    "CR LF": "list@qemu.example\\r\\nBcc: all@evil.example",
    "LF in a name": "List\\nBcc: all@evil.example <list@qemu.example>",
    "NUL": "list@qemu.example\\u0000",
    "header": "Bcc: all@evil.example",
    "long name": "x" * 10_000 + " <list@qemu.example>",
    "encoded word": "=?utf-8?q?=0ABcc=3A_all=40evil.example?= <list@qemu.example>",
    "two": '\\"a\\" <b@qemu.example>, <d@evil.example>',
    "two bare": "b@qemu.example,d@evil.example",
    "option of a mailer": "-oQ/tmp@qemu.example",
    "option of a mailer, named": "List <-X/tmp/log@qemu.example>",
    "bidi": "list\\u202e@qemu.example",
    "zero width": "li\\u200bst@qemu.example",
    "no host": "list",
    "group": "undisclosed-recipients:;",
    "comment": "list@qemu.example (\\u0007)",
}

TREE_PATHS = {
    "above": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "up within": "a/../../b",
    "option": "--stdin",
    "home": "~/x",
    "line break": "a\\nb",
    "empty": "",
}

# (what it is, the key to be named, TOML)
ATTACKS = [
    *((f"url, {what}", "project.qemu.url", f'[project.qemu]\nurl = "{url}"') for what, url in URLS.items()),
    *((f"mirror, {what}", "project.qemu.mirrors", f'{QEMU}mirrors = ["{URLS[what]}"]') for what in list(URLS)[:8]),
    *((f"directory, {what}", "project.qemu.directory", f'{QEMU}directory = "{d}"') for what, d in DIRECTORIES.items()),
    *((f"name, {what}", "project.", f'[project."{n}"]\nurl = "https://a.example/x"') for what, n in NAMES.items()),
    *((f"group, {what}", "project.qemu.groups", f'{QEMU}groups = ["{NAMES[what]}"]') for what in ("option", "bidi")),
    *((f"branch, {what}", "project.qemu.branch", f'{QEMU}branch = "{r}"') for what, r in REVISIONS.items()),
    *((f"pin, {what}", f"project.qemu.pin[0].{key}", f'{QEMU}pin = [{{{{ {key} = "{REVISIONS[what]}" }}}}]')
      for key in ("revision", "host") for what in ("option", "short option", "path", "final CR")),
    *((f"recipient, {what}", "project.qemu.route.to", f'{QEMU}route.to = ["{a}"]') for what, a in ADDRESSES.items()),
    *((f"recipient by rule, {what}", "host.rule[0].cc", f'[[host.rule]]\npaths = ["*"]\ncc = ["{ADDRESSES[what]}"]')
      for what in ("CR LF", "option of a mailer")),
    *((f"sparse, {what}", "project.qemu.sparse", f'{QEMU}sparse = ["{path}"]') for what, path in TREE_PATHS.items()),
    *((f"{key}, {what}", f"project.qemu.{key}", f'{QEMU}{key} = "{TREE_PATHS[what]}"')
      for key in ("build-directory", "route.maintainers", "route.codeowners") for what in ("above", "absolute")),
    *((f"within, {what}", "project.perf.within", f'[project.perf]\nwithin = ["{path}"]')
      for what, path in TREE_PATHS.items()),
    *((f"workspace, {path}", "workspace.directory", f'[workspace]\ndirectory = "{path}"')
      for path in ("/tmp", "../..", "../../x", "~", ".", "", "a", "../.git", "../a/..", "../-x", "..\\r", "../$HOME")),
    *((f"filter, {text}", "project.qemu.filter", f'{QEMU}filter = "{text}"')
      for text in ("--upload-pack={payload}", "sparse:path=x", "blob:none\\n", "combine:blob:none", "")),
    *((f"depth, {number}", "project.qemu.depth", f"{QEMU}depth = {number}")
      for number in ("0", "-1", "true", '"1"', "1.5", "inf", "4294967296", "1979-05-27")),
    *((f"borrow, {name}", "project.qemu.borrow", f'{QEMU}borrow = ["{name}"]')
      for name in ("../secret", "/root/secret", "qemu", "unknown", "--reference", "")),
    ("twins, unknown", "project.qemu.twins[0]", f'{QEMU}twins = ["unknown"]'),
    ("successor, unknown", "project.qemu.successor", f'{QEMU}successor = "unknown"'),
    ("build, a shell's line", "project.qemu.build", f'{QEMU}build = "touch {{ran}}"'),
    ("build, lines", "project.qemu.build", f'{QEMU}build = ["touch {{ran}}"]'),
    ("build, a line break", "project.qemu.build", f'{QEMU}build = [["make\\n", "{{ran}}"]]'),
    ("build, nothing", "project.qemu.build", f"{QEMU}build = [[]]"),
    ("check, a shell's line", "project.qemu.venue.check", f'{QEMU}venue.check = "touch {{ran}}"'),
    ("prefix, a header", "project.qemu.venue.prefix", f'{QEMU}venue.prefix = "PATCH\\r\\nBcc: all@evil.example"'),
    ("prefix, brackets", "project.qemu.venue.prefix", f'{QEMU}venue.prefix = "PATCH] x [y"'),
    ("prefix, bidi", "project.qemu.venue.prefix", f'{QEMU}venue.prefix = "PATCH\\u202e"'),
    ("guide, a script", "project.qemu.venue.guide", f'{QEMU}venue.guide = "https://me:SECRET@qemu.example/x"'),
    ("archive, a file", "project.qemu.venue.archive", f'{QEMU}venue.archive = "file:///etc/passwd"'),
    ("description, an escape sequence", "project.qemu.description", f'{QEMU}description = "\\u001b[2J"'),
    ("description, bidi", "project.qemu.description", f'{QEMU}description = "\\u2066x"'),
    ("description, two lines", "project.qemu.description", f'{QEMU}description = "x\\nfatal: y"'),
    ("versions, an option", "host.versions", '[host]\nversions = "--exec-path={payload}"'),
    ("pattern, a bell", "host.rule[0].paths", '[[host.rule]]\npaths = ["\\u0007"]'),
    ("rule, a number", "project.qemu.rule[0]", f"{QEMU}rule = [1]"),
    ("pin, a number before a pin", "project.qemu.pin[0]", f'{QEMU}pin = [1, {{{{ revision = "x" }}}}]'),
    ("project, a list", "project", "project = [1]"),
    ("key of git's config", "project.qemu.config", f'{QEMU}config = {{{{ "core.fsmonitor" = "{{payload}}" }}}}'),
    ("key upload-pack", "project.qemu.upload-pack", f'{QEMU}upload-pack = "{{payload}}"'),
    ("key hooks", "project.qemu.hooks", f'{QEMU}hooks = "{{payload}}"'),
    *((f"{what} in one place", "project.two.directory",
       f'[project.one]\nurl = "https://a.example/1"\ndirectory = "{one}"\n'
       f'[project.two]\nurl = "https://a.example/2"\ndirectory = "{two}"')
      for what, one, two in (
          ("the same", "foo", "foo"), ("letters of either case", "FOO", "foo"), ("a folder in another", "a", "A/hooks"),
          ("a final slash", "foo", "foo/"), ("sharp s", "stra\u00dfe", "strasse"), ("a ligature", "file", "\ufb01le"),
          ("composed letters", "\u00e9", "e\u0301"),
      )),
]  # fmt: skip


def hostile(tmp_path: Path, toml: str) -> Path:
    """Return a host with a manifest, whose user has allowed git's riskiest protocol."""
    config("protocol.ext.allow", "always")
    host = tmp_path / "src" / "linux"
    run("git", "init", "-q", "--template=", host)
    filled_in = toml.format(payload=payload(tmp_path), ran=tmp_path / "ran")
    (host / "subprojects.toml").write_text(f"schema = 1\n{filled_in}\n")
    return host


@pytest.mark.parametrize(("key", "toml"), [pytest.param(key, toml, id=what) for what, key, toml in ATTACKS])
def test_nothing_of_a_hostile_manifest_is_acted_on(key: str, toml: str, tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, toml)
    with unchanged(tmp_path):
        ended = command("clone-project", "--all", cwd=host)
    assert (ended.code, ended.out) == (128, "")
    assert f": {key}" in ended.err
    assert "Traceback" not in ended.err
    assert "SECRET" not in ended.err
    assert all(line.isprintable() for line in ended.err.split("\n"))


@pytest.mark.parametrize(
    "words", ["clone-project --list", "clone-project --dry-run qemu", "route-patch HEAD", "subprojects list"]
)
def test_no_command_uses_what_is_right_in_it(words: str, tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, f'{QEMU}[project.evil]\nurl = "ext::{{payload}}"')
    with unchanged(tmp_path):
        ended = command(*words.split(), cwd=host)
    assert ended.code == 128
    assert ended.out == ""
    assert "subprojects.toml:5: project.evil.url: expected a URL of kind" in ended.err


def test_the_executables_refuse_it_too(tmp_path: Path) -> None:
    urls = [url for url in URLS.values() if "{payload}" in url or "{ran}" in url]
    host = hostile(tmp_path, "\n".join(f'[project.x{number}]\nurl = "{url}"' for number, url in enumerate(urls)))
    with unchanged(tmp_path):
        ended = run("git", "clone-project", "--all", cwd=host)
    assert ended.code == 128
    accepted = [url for number, url in enumerate(urls) if f"project.x{number}.url: expected " not in ended.err]
    assert accepted == []


@pytest.mark.parametrize("url", ["--upload-pack={payload}", "--upload-p={payload}", "-c", "ext::{payload}"])
def test_the_payloads_do_run_where_nothing_stops_them(url: str, tmp_path: Path) -> None:
    """Without this the tests above would prove nothing."""
    host = hostile(tmp_path, "")
    words = ["-c", "protocol.ext.allow=always", "ls-remote", url.format(payload=payload(tmp_path)), str(host)]
    if url == "-c":
        words = ["-c", f"core.fsmonitor={payload(tmp_path)}", "-C", str(host), "status"]
    run("git", *words)
    assert has_run(tmp_path)


def test_the_check_names_every_key(tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, "".join(f'[project.p{n}]\nurl = "{url}"\n' for n, url in enumerate(URLS.values())))
    with unchanged(tmp_path):
        ended = command("subprojects", "check", "--json", cwd=host)
    assert ended.code == 1
    assert "SECRET" not in ended.out + ended.err
    assert [one["key"] for one in json.loads(ended.out)["problems"]] == [f"project.p{n}.url" for n in range(len(URLS))]


def test_a_committed_local_manifest_has_no_more_rights(tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, QEMU)
    (host / "subprojects.local.toml").write_text(
        f'[project.qemu]\nurl = "ext::{payload(tmp_path)}"\n[workspace]\ndirectory = "/tmp"\n'
    )
    with unchanged(tmp_path):
        ended = command("clone-project", "--all", cwd=host)
    assert ended.code == 128
    assert "subprojects.local.toml:2: project.qemu.url: expected a URL" in ended.err
    assert "subprojects.local.toml:4: workspace.directory: expected '..'" in ended.err


def test_the_commands_of_a_manifest_do_not_run_unasked(tmp_path: Path, command: Command) -> None:
    run_it = f'[["{payload(tmp_path)}"]]'
    host = hostile(tmp_path, f'[project.perf]\nwithin = ["a/"]\nbuild = {run_it}\nvenue.check = {run_it}\n')
    (host / "a").mkdir()
    with unchanged(tmp_path):
        assert command("clone-project", "--all", cwd=host).code == 0
        shown = command("clone-project", "--all", "--build", "--dry-run", cwd=host).out
        assert f"then in {host}: {payload(tmp_path)}" in shown
    ended = command("clone-project", "--all", "--build", cwd=host)
    assert f"perf: in {host}: {payload(tmp_path)}" in ended.err
    assert has_run(tmp_path)


def test_words_of_a_build_are_no_shell_s(tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, """[project.perf]\nwithin = ["a/"]\nbuild = [["printf", "%s", "$HOME;touch {ran}"]]""")
    (host / "a").mkdir()
    ended = command("clone-project", "perf", "--build", cwd=host)
    assert ended.code == 0
    assert f"$HOME;touch {tmp_path}/ran" in ended.out
    assert not has_run(tmp_path)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--revision", "--upload-pack=x"), ("--revision", "a..b"), ("--filter", "sparse:oid=x"), ("--depth", "-1")],
)
def test_the_command_line_may_not_say_it_either(option: str, value: str, tmp_path: Path, command: Command) -> None:
    host = hostile(tmp_path, QEMU)
    with unchanged(tmp_path):
        ended = command("clone-project", "qemu", f"{option}={value}", cwd=host)
    assert ended.code == 129
    assert value in ended.err
