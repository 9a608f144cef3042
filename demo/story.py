"""The commands of the demo in their order, each with the sentence of the founding mail that it answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

from demo import upstreams
from demo.playground import Playground

PATIENCE = 60.0
"""Seconds that something in the background may take."""


class UnexpectedError(Exception):
    """A command did not end as it should."""


def show(playground: Playground) -> None:
    """Make the playground anew and run the commands in it.

    Raises:
        UnexpectedError: one ended with another status than it should.
    """
    _tell("A playground: small stand-ins for Linux and its neighbours, served on loopback by git daemon. The commands,")
    _tell("the URLs and the manifest are the real ones. In quotes: Andrea Arcangeli to linux-kernel, 19 March 2010.")
    playground.make()
    with playground.served():
        terminal = Terminal(playground)
        clone(terminal)
        fix(terminal)
        ask(terminal)
        tend(terminal)
        try_elsewhere(terminal)
        if terminal.can_send:
            send(terminal)
    _tell("")
    _tell(f"Now you: make playground opens a shell in {os.path.relpath(playground.src / 'linux')}. Try there:")
    _tell("    git clone-project --build e2fsprogs")
    _tell("    git clone-project --dry-run --group founding")
    _tell("    git route-patch --json HEAD")
    _tell("    git subprojects info systemtap")
    _tell("    git subprojects doctor")
    _tell("    git log --format=%H | git route-patch --stdin")
    _tell(f"make clean removes it with all that make has made; rm -rf {os.path.relpath(playground.folder)}, it alone.")


def clone(terminal: "Terminal") -> None:
    """Get the neighbours."""
    terminal.tell('"git clone linux; cd linux": as ever.')
    terminal.run(f"git clone -q {upstreams.LINUX}")
    terminal.cd("linux")
    terminal.tell('"annoying to go on web, find url to clone": the manifest knows who is there, and where.')
    terminal.run("git clone-project --list")
    terminal.run("git config --global advice.subprojectsBuiltin false")
    terminal.tell('"tools/clone-project ... systemtap": next door, on the branch that fits this kernel.')
    terminal.run("git clone-project systemtap")
    terminal.tell('"there is only 1 url and not 2": qemu-kvm lives on in qemu, which takes the objects of its fork.')
    terminal.run("git clone-project qemu-kvm qemu")
    terminal.tell("The packs of the fork are shared; what is counted for qemu had to come over the network.")
    terminal.run("du -sh ../qemu-kvm/.git/objects ../qemu/.git/objects")
    terminal.tell('"tools/clone-project ... perf": nothing to clone, for it lies in this tree.')
    terminal.run("git clone-project perf")
    terminal.tell('"you\'ve only to run make": not even that.')
    terminal.run("git clone-project --build seabios")
    terminal.tell("Asking again does no harm: what is there is left as it is.")
    terminal.run("git clone-project systemtap")
    terminal.tell('"new userland might not work so well with older kernel": an old one gets a release that fits.')
    terminal.run("git clone -q -c advice.detachedHead=false --branch v2.6.32 . ../old/linux")
    terminal.run("git -C ../old/linux clone-project systemtap")


def fix(terminal: "Terminal") -> None:
    """Mend a bug next door and one in the tree, and ask where the patches go."""
    terminal.tell("A bug next door, in systemtap. In an editor:")
    terminal.cd("../systemtap")
    terminal.edit("staprun/staprun.c", "size < 1 && size > 4095", "size < 1 || size > 4095")
    terminal.run("git diff --unified=0")
    terminal.run("git commit --quiet --all --signoff --message 'staprun: refuse a wrong buffer size'")
    terminal.tell('"learning the process of other projects is time consuming": whom it goes to, and which guide holds.')
    terminal.run("git route-patch HEAD")
    terminal.tell("Another one in perf, in the tree of Linux:")
    terminal.cd("../linux")
    terminal.edit("tools/perf/builtin-list.c", "ARRAY_SIZE(events) - 1", "ARRAY_SIZE(events)")
    terminal.run("git diff --unified=0")
    terminal.run("git commit --quiet --all --signoff --message 'perf list: Show the last event too'")
    terminal.run("git route-patch @{upstream}..")
    terminal.tell('"a git-send-email or similar command that would ... send it to the right list": for its --to.')
    terminal.run("git route-patch --to HEAD")


def ask(terminal: "Terminal") -> None:
    """Ask who gets a patch for the kernel itself in every way, and what is wrong with its MAINTAINERS."""
    terminal.tell("And one in the kernel. What it touches has nobody of its own, but it speaks of a tracepoint:")
    terminal.edit("kernel/fork.c", "fork(current, current)", "fork(current, p)")
    terminal.run("git diff --unified=0")
    terminal.run(
        "git commit --quiet --all --signoff --message 'fork: Trace the child' "
        "--trailer 'Reported-by: T. Ester <t.ester@example.org>'"
    )
    terminal.run("git route-patch HEAD")
    terminal.tell("Why each of them, by file, line and pattern:")
    terminal.run("git route-patch --explain HEAD")
    terminal.tell("The same as Linux' own scripts/get_maintainer.pl would say it:")
    terminal.run("git route-patch --roles HEAD")
    terminal.tell("A patch need not be committed here: one in a mail will do.")
    terminal.run("git format-patch --stdout -1 | git route-patch --cc -")
    terminal.tell("MAINTAINERS itself grows old, too: ext3 went into ext4.")
    terminal.run("git route-patch --lint MAINTAINERS")


def tend(terminal: "Terminal") -> None:
    """Keep the neighbours up to date, by hand and with git pull, and write down what fits together."""
    terminal.tell("What fits together can be written down, to be made again elsewhere:")
    terminal.run("git subprojects freeze --output frozen.toml")
    terminal.run("tail -n 8 frozen.toml")
    terminal.tell("Meanwhile others have worked on qemu and systemtap. How does it stand with the neighbours?")
    upstreams.go_on(terminal.playground.upstream, terminal.playground.environment())
    terminal.run("git subprojects status --fetch")
    terminal.tell(
        "What costs nothing is brought forward; the rest comes with the reason, and the command that does it."
    )
    terminal.run("git subprojects update", status=1)
    terminal.run("git -C ../systemtap rebase --quiet origin/master")
    terminal.run("git subprojects status systemtap qemu")
    terminal.tell('"fetch silently hidden in a single pull": git pull brings the neighbours along, if it is asked to.')
    terminal.run("git subprojects follow")
    upstreams.go_on_once_more(terminal.playground.upstream, terminal.playground.environment())
    terminal.run("git pull --quiet --rebase")
    terminal.tell("The update has gone on in the background. This is its log:")
    terminal.wait_for(".git/subprojects/follow.log", "nothing new")
    terminal.run("cat .git/subprojects/follow.log")
    terminal.run("git subprojects follow --off")
    terminal.tell("What has come since all was written down?")
    terminal.run("git subprojects changes frozen.toml")
    terminal.tell("One command for all:")
    terminal.run("git subprojects foreach -- git log -1 --format=%s")


def try_elsewhere(terminal: "Terminal") -> None:
    """Find out whether patches apply to a twin too, and bring them there."""
    terminal.tell("\"every time I've to send a patch I've to check if it also applies to qemu\": two patches for qemu.")
    terminal.cd("../qemu")
    terminal.run("git switch --quiet --create cpus")
    terminal.edit("vl.c", "reset(void)", "reset(int why)")
    terminal.run("git commit --quiet --all --signoff --message 'vl: Say why the machine is reset'")
    terminal.edit("vl.c", "255", "288")
    terminal.run("git commit --quiet --all --signoff --message 'vl: Allow 288 CPUs'")
    terminal.tell("Do they apply to qemu as it was last fetched, and to its twin? Nothing but memory is touched.")
    terminal.run("git route-patch --twins --onto origin/master origin/master..", status=1)
    terminal.tell('"then I cross fingers and I hope": this one need not.')
    terminal.run("git route-patch --port qemu-kvm HEAD~1")
    terminal.run("git -C ../qemu-kvm show --format='%an: %s' port/vl-say-why-the-machine-is-reset")
    terminal.tell("Both, with the conflict left in a work tree of its own, where git itself goes on with it:")
    terminal.run("git route-patch --port qemu-kvm --branch cpus --conflicts origin/master..", status=1)
    terminal.cd("../qemu-kvm-cpus")
    terminal.run("git diff")
    terminal.run(
        "git checkout --quiet --theirs vl.c && git add vl.c && git cherry-pick --continue --no-edit >/dev/null"
    )
    terminal.run("git log --format='%an: %s' origin/master..")
    terminal.run("git -C ../qemu switch --quiet master")
    terminal.cd("../linux")


def send(terminal: "Terminal") -> None:
    """Look patches over, mend them, and send them to a mail server of the playground's own."""
    terminal.tell('"learning the process of other projects is time consuming": so it is told on one screen.')
    terminal.run("git subprojects info qemu")
    terminal.tell("A bug in qemu, mended in a hurry:")
    terminal.cd("../qemu")
    terminal.edit("kvm-all.c", "int kvm_init(void);", "int kvm_init(void *machine); ")
    terminal.run("git commit --quiet --all --message 'kvm: Tell kvm_init() the machine'")
    terminal.tell("What would the list say? Its own checker runs only because it is allowed to.")
    terminal.run("git route-patch --check --allow-checker HEAD", status=1)
    terminal.edit("kvm-all.c", "machine); ", "machine);")
    terminal.run("git commit --quiet --all --amend --no-edit --signoff")
    terminal.run("git route-patch --check HEAD")
    terminal.tell('"a git-send-email or similar command that would do the right thing and send it to the right list":')
    terminal.run("git route-patch --send --yes HEAD")
    terminal.tell("This has arrived at the mail server (here, one of the playground's own):")
    terminal.run("cat ../../mail/0001.eml")
    terminal.tell("Somebody wants it another way. The next version counts by itself, and tells what has changed:")
    terminal.edit("kvm-all.c", "void *machine", "const void *machine")
    terminal.run("git commit --quiet --all --amend --no-edit")
    terminal.run("git route-patch --send --yes HEAD >/dev/null")
    terminal.run("sed -n '/^Subject/,/^$/p; /^---/,/^diff/p' ../../mail/0002.eml")
    terminal.tell("The two patches in the tree of Linux are for two projects, and become two series:")
    terminal.cd("../linux")
    terminal.run("git route-patch --send --yes @{upstream}.. >/dev/null")
    terminal.run("grep -E '^(To|Cc|\t|Subject)' ../../mail/0003.eml ../../mail/0004.eml")
    terminal.tell('"a new feature in kvm also requires ... a qemu-kvm side patch": two series that name each other.')
    terminal.edit("kernel/fork.c", "fork(current, p)", "fork(current, p, cpus)")
    terminal.run("git commit --quiet --all --signoff --message 'fork: Tell the CPUs'")
    terminal.run("printf 'More CPUs\\n\\nFor large guests.\\n' >../more-cpus")
    terminal.run("git route-patch --send --yes --description-file ../more-cpus host:HEAD qemu:cpus~2..cpus >/dev/null")
    terminal.run("sed -n '/^To/p; /^Subject/,/^--/p' ../../mail/0007.eml")
    terminal.tell("What was sent from here, and where it can be read:")
    terminal.run("git route-patch --sent")


class Terminal:
    """Shows commands as they would be typed, and runs them."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self._folder = playground.src
        self._environment = playground.environment() | {"GIT_PAGER": "cat"}

    @property
    def can_send(self) -> bool:
        """Whether git send-email is installed."""
        found = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
        return (Path(found.stdout.strip()) / "git-send-email").exists()

    def tell(self, text: str) -> None:
        """Say what comes next, as a comment."""
        print(flush=True)
        _tell(text)

    def cd(self, folder: str) -> None:
        """Go to another folder."""
        print(f"$ cd {folder}", flush=True)
        self._folder = Path(os.path.normpath(self._folder / folder))

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a line of a file."""
        path = self._folder / name
        text = path.read_text()
        if text.count(old) != 1:
            raise UnexpectedError(f"{path} should have '{old}' once")
        path.write_text(text.replace(old, new))

    def wait_for(self, name: str, text: str) -> None:
        """Wait until a file has a text in it."""
        path = self._folder / name
        deadline = time.monotonic() + PATIENCE
        while not path.exists() or text not in path.read_text():
            if time.monotonic() > deadline:
                raise UnexpectedError(f"{path} should have '{text}' by now")
            time.sleep(0.05)

    def run(self, command: str, *, status: int = 0) -> None:
        """Show a command and let the shell run it, to end with ``status``; what it writes is shown as it comes."""
        print(f"$ {command}", flush=True)
        ended = subprocess.run(
            ["sh", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stderr=sys.stdout.fileno(),
        )
        if ended.returncode != status:
            raise UnexpectedError(f"'{command}' ended with status {ended.returncode} in {self._folder}")


def _tell(text: str) -> None:
    print(f"# {text}".rstrip() if text else "", flush=True)
