"""Build the wheel, install it in an empty environment outside the checkout, run a short demo there.

Run by `make wheel`. What is imported, and which suite and guidelines are used, must come from the
wheel: the checkout is not on any path.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from platformdirs import user_cache_dir

from refcheck.refcloud.cloud import RefCloud
from tests.conftest import CLOUD

ROOT = Path(__file__).parents[2]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="refcheck-wheel-") as name:
        work = Path(name)
        wheel = build(work)
        python = install(wheel, work)
        prove_it_is_the_wheel(python, work)
        demo(python, work)
    print(f"{wheel.name}: built, installed, and its demo ran")


def build(work: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = work.glob("*.whl")
    return wheel


def install(wheel: Path, work: Path) -> Path:
    venv.create(work / "venv", with_pip=True)
    python = work / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    lock = ROOT / "requirements" / "run.lock"
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    return python


def prove_it_is_the_wheel(python: Path, work: Path) -> None:
    program = (
        "from refcheck.plugin import suite; from refcheck.guideline import library;"
        "print(suite.folder()); print(library.folder());"
        "assert len(suite.implemented(suite.folder())) > 30; assert '2020.06' in library.ids()"
    )
    told = subprocess.run(
        [str(python), "-c", program], cwd=work, check=True, capture_output=True, text=True
    ).stdout
    for folder in told.split():
        assert Path(folder).is_relative_to(work.resolve() / "venv"), folder


def demo(python: Path, work: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("OS_", "PYTHON"))}
    environ["REFCHECK_CACHE"] = os.environ.get("REFCHECK_CACHE", user_cache_dir("refcheck"))
    environ["HOME"] = str(work)
    was_up = RefCloud(CLOUD).is_up
    ended = subprocess.run(
        [str(python), "-m", "refcheck", "demo", "--target", "object", "--no-serve", "--cloud", CLOUD],
        cwd=work,
        env=environ,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    print(ended.stdout[-3000:])
    assert ended.returncode == 0, f"the demo ended with {ended.returncode}"
    assert "accepted" in ended.stdout, "the registry took no result"
    assert RefCloud(CLOUD).is_up is was_up, "the demo left the cloud other than it found it"


if __name__ == "__main__":
    main()
