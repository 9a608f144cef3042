"""Makes the bare repositories that the playground's git daemon serves."""

import random
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from demo import trees
from git_subprojects.context.manifest_lookup import builtin
from git_subprojects.manifest.reader import read

LINUX = "git://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git"
"""Where the host comes from. All other URLs are those of the built-in manifest."""

NAMES = ("qemu", "qemu-kvm", "systemtap", "seabios", "e2fsprogs")
"""The projects of the founding mail, less perf, which lies in Linux itself."""


def instead_of(base: str) -> str:
    """Return the git config by which the real URLs lead to the repositories served at ``base``."""
    projects = read(builtin(), None).projects
    urls = {"linux": LINUX, **{name: projects[name].url for name in NAMES}}
    return "".join(f'[url "{base}/{name}.git"]\n\tinsteadOf = {url}\n' for name, url in urls.items())


def make_all(folder: Path, environment: Mapping[str, str]) -> None:
    """Make every repository in ``folder``."""
    linux(History(folder, "linux", environment))
    systemtap(History(folder, "systemtap", environment))
    qemu_and_its_fork(History(folder, "qemu", environment))
    for name, tree in (("seabios", trees.SEABIOS), ("e2fsprogs", trees.E2FSPROGS)):
        History(folder, name, environment).commit("Begin", tree, "2024-03-01")
    shutil.rmtree(folder / ".work")


def go_on(folder: Path, environment: Mapping[str, str]) -> None:
    """Let others work on some of the projects."""
    qemu, systemtap = (History.taken_up(folder, name, environment) for name in ("qemu", "systemtap"))
    qemu.commit("hw/intc: Mask level interrupts", {"hw/intc.c": "/* masked */\n"}, "2026-02-01")
    systemtap.commit("Release 5.5", trees.systemtap_version("5.5"), "2026-02-02", "release-5.5")
    shutil.rmtree(folder / ".work")


def go_on_once_more(folder: Path, environment: Mapping[str, str]) -> None:
    """Let others work on the host, and on qemu."""
    linux, qemu = (History.taken_up(folder, name, environment) for name in ("linux", "qemu"))
    linux.commit("Linux 6.2-rc1", trees.linux_version("6.2-rc1"), "2026-02-03", "v6.2-rc1")
    qemu.commit("hw/intc: Mask edges too", {"hw/intc.c": "/* all masked */\n"}, "2026-02-04")
    shutil.rmtree(folder / ".work")


class History:
    """A bare repository in ``folder``, and beside it, in ``.work``, the tree of its next commit."""

    def __init__(self, folder: Path, name: str, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._bare = folder / f"{name}.git"
        self._work = folder / ".work" / name
        # The same commits have the same names in every playground.
        names = {f"GIT_{who}_NAME": "U. Pstream" for who in ("AUTHOR", "COMMITTER")}
        addresses = {f"GIT_{who}_EMAIL": "upstream@example.org" for who in ("AUTHOR", "COMMITTER")}
        self._environment = {**environment, **names, **addresses}
        if not self._bare.exists():
            self._git("init", "-q", "--bare", str(self._bare))

    def commit(self, subject: str, changes: trees.Tree, day: str, tag: str | None = None) -> None:
        """Commit the files in ``changes`` on top of what is there, and tag that."""
        for name, content in changes.items():
            path = self._work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            if path.name in ("configure", "checkpatch.pl"):
                path.chmod(0o755)
        date = f"{day}T12:00:00+00:00"
        self._environment |= {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        inside = (f"--git-dir={self._bare}", f"--work-tree={self._work}")
        self._git(*inside, "add", "--all")
        self._git(*inside, "commit", "-q", "-m", subject)
        if tag is not None:
            self._git(*inside, "tag", "-a", "-m", tag, tag)

    @classmethod
    def taken_up(cls, folder: Path, name: str, environment: Mapping[str, str]) -> "History":
        """Return a repository that is there, to commit on top of what it has."""
        found = cls(folder, name, environment)
        found._work.mkdir(parents=True)
        found._git(f"--git-dir={found._bare}", f"--work-tree={found._work}", "checkout", "-q", "-f", "HEAD", "--", ".")
        return found

    def fork(self, name: str) -> "History":
        """Return another repository with this history."""
        shutil.copytree(self._bare, self._folder / f"{name}.git")
        shutil.copytree(self._work, self._folder / ".work" / name)
        return History(self._folder, name, self._environment)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, env=self._environment)


def linux(history: History) -> None:
    """Make the host: a few versions, which the manifest's pins refer to."""
    history.commit("Linux 2.6.32", trees.LINUX | trees.linux_version("2.6.32"), "2009-12-03", "v2.6.32")
    history.commit("Linux 3.10", trees.linux_version("3.10"), "2013-06-30", "v3.10")
    history.commit("Linux 6.1", trees.linux_version("6.1"), "2022-12-11", "v6.1")


def systemtap(history: History) -> None:
    """Make systemtap, with the releases that older kernels need."""
    history.commit("Release 4.1", trees.SYSTEMTAP | trees.systemtap_version("4.1"), "2019-05-07", "release-4.1")
    history.commit("Release 5.1", trees.systemtap_version("5.1"), "2024-04-26", "release-5.1")
    history.commit("Begin 5.5", trees.systemtap_version("5.5, PRERELEASE"), "2026-01-02")


def qemu_and_its_fork(qemu: History) -> None:
    """Make QEMU, and the fork for KVM, which has all but the latest of its commits: most bytes are in both."""
    firmware = random.Random("pc-bios")  # noqa: S311 - it need only be the same each time
    qemu.commit("Begin", trees.QEMU, "2009-12-15")
    for month in range(1, 13):
        blob: trees.Tree = {"pc-bios/bios.bin": firmware.randbytes(256 * 1024)}
        qemu.commit(f"pc-bios: update to SeaBIOS 0.{month}", blob, f"2010-{month:02}-15")
    fork = qemu.fork("qemu-kvm")
    fork.commit("Use the kernel's irqchip, on 16 CPUs at most", trees.OF_THE_FORK, "2010-12-20")
    qemu.commit("Take what qemu-kvm has", trees.KVM_ALL, "2012-12-03")
