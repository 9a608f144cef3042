"""``git subprojects update`` of many siblings with nothing new, against ``xargs -P4 git fetch``; budget: 1.0.

``python benchmarks/update.py [--siblings N]``.
"""

import argparse
import subprocess

from common import compare, compile_package, daemon, environment, scratch

ROUNDS = 5


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--siblings", type=int, default=100)
    number = parser.parse_args().siblings
    compile_package()
    with scratch() as home, daemon(home) as port:
        env = environment(home)
        src = home / "src"
        script = f"""
            git config --global user.name A; git config --global user.email a@example.org
            git init -q -b main {home}/work; cd {home}/work
            for file in 1 2 3 4 5 6 7 8 9; do echo $file > $file; done; git add .; git commit -qm one
            git clone -q --bare . {home}/tool.git
            mkdir -p {src}/linux; cd {src}/linux; git init -q -b main .
            git clone -q git://127.0.0.1:{port}/tool.git ../p0000; git -C ../p0000 config subprojects.host ../linux
            for n in $(seq -f %04g 1 {number - 1}); do cp -r ../p0000 ../p$n; done
            for n in $(seq -f %04g 0 {number - 1}); do git -C ../p$n config subprojects.project p$n; done
            """
        subprocess.run(["bash", "-ec", script], check=True, env=env)
        url = f"git://127.0.0.1:{port}/tool.git"
        tables = "".join(f'[project.p{n:04}]\nurl = "{url}"\n' for n in range(number))
        (src / "linux" / "subprojects.toml").write_text(f"schema = 1\n{tables}")

        def run(command: list[str]) -> None:
            subprocess.run(command, cwd=src / "linux", env=env, check=True, stderr=subprocess.DEVNULL)

        compare(
            {
                "xargs -P4 git fetch": lambda: run(
                    ["sh", "-c", "printf '%s\\n' ../p* | xargs -P4 -I{} git -C {} fetch -q"]
                ),
                "git subprojects update": lambda: run(["git", "subprojects", "update"]),
                "git subprojects update -j4": lambda: run(["git", "subprojects", "update", "-j4"]),
            },
            ROUNDS,
        )


if __name__ == "__main__":
    main()
