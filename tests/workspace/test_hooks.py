"""Hooks that are there go on as they were, beside ours, and are left as they were."""

import json
from pathlib import Path
from zlib import crc32

import pytest

from git_subprojects.workspace import hooks
from git_subprojects.workspace.hooks import CONDITIONS
from tests.support.commands import Command, config, run, shell
from tests.support.repositories import make_host

pytestmark = pytest.mark.slow

SH = '#!/bin/sh\nprintf "%s|" "$(basename "$0")" "$@"\n{}cat\nexit 3\n'
PYTHON = """#!/usr/bin/env python3
import sys
print(*(f"{word}|" for word in sys.argv[1:]), sep="", end=sys.stdin.read())
sys.exit(3)
"""


@pytest.fixture
def host(src: Path) -> Path:
    return make_host(src, 'schema = 1\n[host]\nname = "linux"\n')


def put(host: Path, content: str | bytes, mode: int = 0o755, name: str = "post-rewrite") -> Path:
    path = host / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return path


def on(host: Path, command: Command) -> None:
    ended = command("subprojects", "follow", "-q", cwd=host)
    assert (ended.code, ended.err) == (0, "")


def off(host: Path, command: Command) -> None:
    ended = command("subprojects", "follow", "--off", "-q", cwd=host)
    assert (ended.code, ended.err) == (0, "")


def states(host: Path, command: Command) -> dict[str, str]:
    found: dict[str, str] = json.loads(command("subprojects", "follow", "--status", "--json", cwd=host).out)["hooks"]
    return found


def everything(host: Path) -> dict[str, tuple[int, bytes]]:
    folder = host / ".git" / "hooks"
    return {one.name: (one.lstat().st_mode, one.read_bytes()) for one in folder.iterdir()} if folder.exists() else {}


HOOKS = {
    "sh": SH.format(""),
    "bash with options": SH.format("")
    .replace("/bin/sh", "/usr/bin/env bash")
    .replace("\n", "\nset -euo pipefail\n", 1),
    "sh -eu": SH.format("").replace("/bin/sh", "/bin/sh -eu"),
    "python": PYTHON,
}


@pytest.mark.parametrize("kind", HOOKS)
def test_a_hook_goes_on_to_run(host: Path, command: Command, kind: str) -> None:
    path = put(host, HOOKS[kind], 0o751)
    before = everything(host)
    alone = run(".git/hooks/post-rewrite", "amend", "two words", cwd=host, stdin="one\ntwo\n")
    assert (alone.code, alone.err) == (3, "")
    assert "amend|two words|" in alone.out
    on(host, command)
    assert everything(host) != before
    assert run(".git/hooks/post-rewrite", "amend", "two words", cwd=host, stdin="one\ntwo\n") == alone
    rebased = run(".git/hooks/post-rewrite", "rebase", cwd=host, stdin="one\ntwo\n")
    assert (rebased.code, rebased.err, rebased.out[-8:]) == (3, "", "one\ntwo\n")
    assert (host / ".git" / "subprojects").exists()
    on(host, command)
    off(host, command)
    assert everything(host) == before
    assert path.stat().st_mode & 0o777 == 0o751


def test_a_hook_that_ends_early_hides_ours_not(host: Path, command: Command) -> None:
    put(host, "#!/bin/sh\nexit 0\n", name="post-merge")
    on(host, command)
    assert run(".git/hooks/post-merge", "0", cwd=host).code == 0
    assert (host / ".git" / "subprojects").exists()


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (b"\x7fELF\0\xff not text", 0o755),
        (b"#!/bin/sh\necho never\n", 0o644),
        (b"#!/bin/sh", 0o755),
        (b"", 0o755),
        (b"#!/bin/sh\r\necho x\r\n", 0o755),
        (b"#!/usr/bin/fish\n", 0o700),
        (b"#!/bin/sh\n", 0o755),
    ],
)
def test_off_restores_every_byte(host: Path, command: Command, content: bytes, mode: int) -> None:
    for name in CONDITIONS:
        put(host, content, mode, name)
    before = everything(host)
    on(host, command)
    assert set(states(host, command).values()) == {"on"}
    off(host, command)
    assert everything(host) == before


def test_a_hook_that_is_not_executable_is_not_run(host: Path, command: Command) -> None:
    put(host, "#!/bin/sh\necho never\n", 0o644, "post-merge")
    on(host, command)
    assert run(".git/hooks/post-merge", cwd=host).out == ""


def test_a_link_is_moved_not_written_through(host: Path, command: Command) -> None:
    script = host / "tools" / "hook"
    script.write_text(SH.format(""))
    script.chmod(0o755)
    link = host / ".git" / "hooks" / "post-merge"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("../../tools/hook")
    on(host, command)
    assert script.read_text() == SH.format("")
    assert run(".git/hooks/post-merge", "0", cwd=host).out == "post-merge.user|0|"
    off(host, command)
    assert link.is_symlink()
    assert str(link.readlink()) == "../../tools/hook"


def test_what_is_added_to_a_hook_later_stays(host: Path, command: Command) -> None:
    path = put(host, "#!/bin/sh\necho one\n", name="post-merge")
    on(host, command)
    path.write_text(path.read_text() + "echo two\n")
    with (host / ".git/hooks/post-checkout").open("a") as file:
        file.write("echo mine\n")
    off(host, command)
    assert path.read_text() == "#!/bin/sh\necho one\necho two\n"
    assert (host / ".git/hooks/post-checkout").read_text().endswith("takes it away.\necho mine\n")


def test_lines_of_ours_that_were_changed_are_left(host: Path, command: Command) -> None:
    on(host, command)
    path = host / ".git/hooks/post-merge"
    changed = path.read_text().replace("--hook", "--hook --verbose")
    path.write_text(changed)
    assert states(host, command)["post-merge"] == "changed"
    for words in ((), ("--off",)):
        ended = command("subprojects", "follow", *words, cwd=host)
        assert ended.code == (1 if words else 128)
        assert f"{path}: the lines of git subprojects follow in it are not as they were written\n" in ended.err
        assert "take them out by hand, from '# begin git-subprojects follow' to '# end" in ended.err
        assert path.read_text() == changed
    assert states(host, command) == {"post-merge": "changed", "post-rewrite": "off", "post-checkout": "off"}


@pytest.mark.parametrize("lost", ["begin", "end"])
def test_a_mark_that_was_lost(host: Path, command: Command, lost: str) -> None:
    on(host, command)
    path = host / ".git/hooks/post-merge"
    lines = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith(f"# {lost} ")]
    path.write_text("".join(lines))
    assert states(host, command)["post-merge"] == ("off" if lost == "begin" else "changed")


def test_lines_of_another_version_are_replaced(host: Path, command: Command) -> None:
    old = "git-subprojects follow --hook\n"
    path = put(
        host,
        f"#!/bin/sh\n# begin git-subprojects follow {crc32(old.encode()):08x}\n{old}# end git-subprojects follow\n"
        "echo x\n",
        name="post-merge",
    )
    on(host, command)
    assert path.read_text().count("# begin git-subprojects follow") == 1
    assert "command -v" in path.read_text()
    off(host, command)
    assert path.read_text() == "#!/bin/sh\necho x\n"


def test_nothing_in_the_way_is_overwritten(host: Path, command: Command) -> None:
    put(host, PYTHON, name="post-checkout")
    put(host, "mine", name="post-checkout.user")
    put(host, SH, name="post-merge")
    before = everything(host)
    ended = command("subprojects", "follow", cwd=host)
    assert ended.code == 128
    assert "post-checkout would be moved to " in ended.err
    assert everything(host) == before, "no other hook was changed"
    (host / ".git/hooks/post-checkout.user").unlink()
    (host / ".git/hooks/post-checkout").unlink()
    (host / ".git/hooks/post-checkout").mkdir()
    ended = command("subprojects", "follow", cwd=host)
    assert ended.code == 128
    assert "post-checkout is a folder" in ended.err


def test_a_folder_that_cannot_be_written(host: Path, command: Command) -> None:
    (host / ".git" / "hooks").mkdir(exist_ok=True)
    shell("rm -rf .git/hooks; ln -s /proc/self .git/hooks", host)
    ended = command("subprojects", "follow", cwd=host)
    assert ended.code == 128
    assert "not this repository's alone" in ended.err


def test_a_folder_of_hooks_that_is_a_file(host: Path, command: Command) -> None:
    shell("rm -rf .git/hooks; echo mine >.git/hooks", host)
    ended = command("subprojects", "follow", cwd=host)
    assert ended.code == 128
    assert ".git/hooks/post-merge: Not a directory" in ended.err
    assert (host / ".git" / "hooks").read_text() == "mine\n"
    assert shell("git config --get subprojects.follow || true", host) == ""


def test_a_change_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "hooks"
    (folder / "post-merge" / "full").mkdir(parents=True)
    (folder / "post-rewrite").write_text("mine")
    (folder / "post-rewrite.user" / "full").mkdir(parents=True)
    before = sorted(folder.rglob("*"))
    for name, aside in (("post-merge", False), ("post-rewrite", True)):
        with pytest.raises(OSError, match="directory"):
            hooks._carry_out(hooks._Change(str(folder / name), b"ours", 0o755, aside=aside))
    assert sorted(folder.rglob("*")) == before
    assert (folder / "post-rewrite").read_text() == "mine"


def test_another_program_that_takes_our_hooks_over(host: Path, command: Command) -> None:
    put(host, PYTHON, name="post-merge")
    on(host, command)
    shell("cd .git/hooks; mv post-merge post-merge.legacy", host)
    assert run(".git/hooks/post-merge.legacy", "0", cwd=host).out == "0|"


def test_hooks_of_several_repositories_are_not_written(host: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "hooks").mkdir()
    config("core.hooksPath", "~/../hooks")
    ended = command("subprojects", "follow", cwd=host)
    assert ended.code == 128
    assert "the hooks there are not this repository's alone\n" in ended.err
    assert "hint: let its post-merge, post-rewrite and post-checkout run: git subprojects follow --hook\n" in ended.err
    assert not list((tmp_path / "hooks").iterdir())
    hook = tmp_path / "hooks" / "post-merge"
    hook.write_text("#!/bin/sh\ngit subprojects follow --hook\n")
    hook.chmod(0o755)
    shell(
        "git branch topic HEAD; git commit -q --allow-empty -m x; git branch -f topic; git reset -q --hard HEAD~", host
    )
    shell("git merge -q topic", host)
    assert not (host / ".git" / "subprojects").exists(), "nobody has said that it is wanted here"
    shell("git reset -q --hard HEAD~; git config subprojects.follow true; git merge -q topic", host)
    assert (host / ".git" / "subprojects").exists()


def test_hooks_in_the_history_are_not_written(host: Path, command: Command) -> None:
    shell("git config core.hooksPath .githooks; mkdir .githooks", host)
    ended = command("subprojects", "follow", cwd=host / "tools")
    assert ended.code == 128
    assert f"core.hooksPath is {host}/.githooks, and what is written there would be committed\n" in ended.err
    assert not list((host / ".githooks").iterdir())


def test_hooks_in_an_ignored_folder_of_the_work_tree(host: Path, command: Command) -> None:
    shell("git config core.hooksPath .husky/_; mkdir -p .husky/_; echo '*' >.husky/_/.gitignore", host)
    hook = host / ".husky" / "_" / "post-merge"
    hook.write_text('#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
    hook.chmod(0o755)
    (host / ".husky" / "_" / "h").write_text('echo "$(basename "$0") of husky"\n')
    on(host, command)
    assert shell("git status --porcelain", host) == ""
    assert run(".husky/_/post-merge", cwd=host).out == "post-merge of husky\n"
    assert not (host / ".git/hooks/post-merge").exists()
    off(host, command)
    assert hook.read_text() == '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n'


def test_off_finds_the_hooks_after_the_setting_has_changed(host: Path, command: Command) -> None:
    on(host, command)
    shell("git config core.hooksPath .githooks", host)
    off(host, command)
    assert not (host / ".git/hooks/post-merge").exists()


def test_the_hooks_of_a_linked_work_tree_are_shared(host: Path, command: Command) -> None:
    shell("git worktree add -q ../elsewhere/linked", host)
    linked = host.parent / "elsewhere" / "linked"
    on(linked, command)
    assert states(host, command)["post-merge"] == "on"
    off(host, command)
    assert states(linked, command)["post-merge"] == "off"


def test_the_config_cannot_be_written(host: Path, command: Command) -> None:
    on(host, command)
    (host / ".git" / "config.lock").touch()
    for words in ((), ("--off",)):
        ended = command("subprojects", "follow", *words, cwd=host)
        assert ended.code == 128
        assert "could not lock config file" in ended.err
