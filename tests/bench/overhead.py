"""What refcheck adds to tests that ask the cloud nothing, and how soon it can speak.

Usage: python -m tests.bench.overhead

Runs the ids of a whole guideline with empty bodies, once with refcheck (journal, broker, signed
result, all of it) and once with pytest alone; collects the suite; asks the doctor.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from refcheck.plugin import suite
from refcheck.refcloud import clouds_yaml
from refcheck.refcloud.cloud import RefCloud
from tests.bench.suite_vs_tempest import GUIDELINE, selected

_HEAD = "from refcheck.testing import idempotent_id\n"
_TEST = '\n\n@idempotent_id("{id}")\ndef test_{number}(): ...\n'
PER_TEST = 0.005
COLLECTION = 1.0
DOCTOR = 10.0
"""Limits in seconds."""


def timed(*command: str, cwd: Path, **environ: str) -> float:
    """Wall time of a command of this interpreter, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd,
            env={**as_installed(), **environ},
            capture_output=True,
            check=False,
        )
        best = min(best, time.perf_counter() - began)
    return best


def as_installed() -> dict[str, str]:
    """Our environment as whoever installs refcheck has it.

    Python keeps what it compiled, as it does by default, and pytest loads none of the plugins that
    refcheck's own tests need.
    """
    environ = {k: text for k, text in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def told(what: str, seconds: float, limit: float, beside: str) -> str:
    kept = "kept" if seconds <= limit else "MISSED"
    return f"{what:<44}{seconds * 1000:9.1f} ms  limit {limit * 1000:g} ms {kept}  ({beside})"


def main() -> None:
    """Measure and print."""
    cloud = RefCloud("bench")
    cloud.up()
    try:
        with tempfile.TemporaryDirectory(prefix="refcheck-bench-") as place:
            measure(cloud, Path(place))
    finally:
        cloud.down()


def measure(cloud: RefCloud, work: Path) -> None:
    """Print one line for each figure."""
    config = work / "clouds.yaml"
    clouds_yaml.write(config, clouds_yaml.dump(cloud.clouds_yaml()))
    environ = {"OS_CLIENT_CONFIG_FILE": str(config)}
    run = ("-p", "refcheck.plugin", "--refcheck", "--os-cloud", "refcloud")
    run += ("--guideline", GUIDELINE, "--target", "platform")
    ids = selected(sorted({p.name for p in suite.folder().iterdir() if p.is_dir()}))

    def empty(folder: str, tests: list[str]) -> str:
        (work / folder).mkdir()
        body = "".join(_TEST.format(id=key, number=n) for n, key in enumerate(tests))
        (work / folder / "test_empty.py").write_text(_HEAD + body)
        return folder

    many, one = empty("many", list(ids)), empty("one", list(ids)[:1])
    common = ("-q", "-p", "no:cacheprovider")
    ours = [timed("pytest", *common, *run, folder, cwd=work, **environ) for folder in (many, one)]
    plain = [timed("pytest", *common, folder, cwd=work) for folder in (many, one)]
    each, plain_each = ((a - b) / (len(ids) - 1) for a, b in (ours, plain))
    beside = f"pytest alone {plain_each * 1000:.1f} ms"
    print(told("a test that asks nothing, with all records", each, PER_TEST, beside))

    collect = ("pytest", "--collect-only", *common, *run, str(suite.folder()))
    bare = ("pytest", "--collect-only", *common, many)
    seconds, beside = timed(*collect, cwd=work), f"pytest alone {timed(*bare, cwd=work):.2f} s"
    print(told("collection of the suite, as a command", seconds, COLLECTION, beside))

    doctor = ("refcheck", "doctor", "--os-cloud", "refcloud", "--guideline", GUIDELINE)
    print(told("refcheck doctor", timed(*doctor, cwd=work, **environ), DOCTOR, "refcloud"))


if __name__ == "__main__":
    main()
