"""Cloning projects from a local git daemon, against ``xargs -P4 git clone`` of the same.

``python benchmarks/clone.py FOLDER`` takes the bare repositories in FOLDER, named as they are served; budget: 1.05.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

from common import compare, compile_package, daemon, environment, scratch


def main() -> None:
    """Run the benchmark."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path, help="bare repositories")
    words.add_argument("--rounds", type=int, default=3)
    arguments = words.parse_args()
    names = sorted(path.name for path in arguments.folder.iterdir())
    compile_package()
    with scratch() as home, daemon(arguments.folder) as port:
        env = environment(home)
        host = home / "src" / "host"
        subprocess.run(["git", "init", "-q", host], check=True, env=env)
        urls = {name.removesuffix(".git"): f"git://127.0.0.1:{port}/{name}" for name in names}
        tables = [f'[project."{name}"]\nurl = "{url}"' for name, url in urls.items()]
        (host / "subprojects.toml").write_text("\n".join(["schema = 1", *tables]))
        lines = "".join(f"{url} {home}/plain/{name}\n" for name, url in urls.items())

        def clean() -> None:
            shutil.rmtree(home / "plain", ignore_errors=True)
            for name in urls:
                shutil.rmtree(home / "src" / name, ignore_errors=True)
            (home / "plain").mkdir()

        def plain() -> None:
            command = ["xargs", "-P4", "-L1", "git", "clone", "-q"]
            subprocess.run(command, input=lines, text=True, check=True, env=env)

        def ours() -> None:
            subprocess.run(["git", "clone-project", "-q", "-j4", "--all"], cwd=host, check=True, env=env)

        print(f"{len(names)} repositories: {', '.join(urls)}")
        compare({"xargs -P4 git clone": plain, "git clone-project -j4 --all": ours}, arguments.rounds, before=clean)


if __name__ == "__main__":
    main()
