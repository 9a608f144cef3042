"""Bytes and time of cloning a twin of a sibling that is there, against a plain clone; budget: a tenth of the bytes.

``python benchmarks/borrow.py REPOSITORY`` takes a bare repository and makes a twin of it with a few commits more.
"""

import argparse
import shutil
import socket
import subprocess
import threading
from functools import partial
from pathlib import Path

from common import compile_package, daemon, environment, scratch, timed


class Meter:
    """A TCP relay to ``port`` that counts the bytes that come back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.bytes = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            near, _ = self._server.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._relay, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(far, near, True), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, counted: bool) -> None:  # noqa: FBT001
        while chunk := source.recv(65536):
            self.bytes += len(chunk) if counted else 0
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


def main() -> None:
    """Run the benchmark."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("repository", type=Path)
    arguments = words.parse_args()
    compile_package()
    with scratch() as home:
        env = environment(home)
        served = home / "served"
        served.mkdir()
        git = {**env, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        subprocess.run(["git", "clone", "-q", "--bare", arguments.repository, served / "old.git"], check=True, env=git)
        subprocess.run(["git", "clone", "-q", "--bare", served / "old.git", served / "new.git"], check=True, env=git)
        script = """
        set -e
        export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
        for n in 1 2 3 4 5; do
            commit=$(git commit-tree -p HEAD -m "Commit $n" 'HEAD^{tree}')
            git update-ref "$(git symbolic-ref HEAD)" "$commit"
        done
        """
        subprocess.run(["sh", "-c", script], cwd=served / "new.git", check=True, env=env)
        with daemon(served) as port:
            meter = Meter(port)
            host = home / "src" / "host"
            subprocess.run(["git", "init", "-q", host], check=True, env=env)
            url = f"git://127.0.0.1:{meter.port}"
            (host / "subprojects.toml").write_text(
                f'schema = 1\n[project.old]\nurl = "{url}/old.git"\n'
                f'[project.new]\nurl = "{url}/new.git"\ntwins = ["old"]\n'
            )
            found = {}
            for name, command in {
                "git clone": ["git", "clone", "-q", f"{url}/new.git", str(home / "plain")],
                "git clone-project (the twin)": ["git", "clone-project", "-q", "old"],
                "git clone-project (borrowing)": ["git", "clone-project", "-q", "new"],
            }.items():
                meter.bytes = 0
                seconds = timed(partial(subprocess.run, command, cwd=host, env=env, check=True))
                found[name] = (meter.bytes, seconds)
            plain_bytes, plain_seconds = found["git clone"]
            for name, (count, seconds) in found.items():
                print(
                    f"{name:32} {count:12,} bytes ({count / plain_bytes:.4f})"
                    f"  {seconds:6.2f} s ({seconds / plain_seconds:.2f})"
                )
            shutil.rmtree(home / "src" / "old")
            subprocess.run(["git", "-C", home / "src" / "new", "fsck", "--connectivity-only"], check=True, env=env)
            print("the borrower is whole after the lender is gone")


if __name__ == "__main__":
    main()
