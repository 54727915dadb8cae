"""`pytest --refcheck`, without `refcheck run` before it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("dist", [[], ["--dist", "no"], ["--dist", "each"]])
def test_workers_that_would_run_all_tests_or_none_are_refused(tmp_path, dist):
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--refcheck", "--os-cloud", "any", "--tx", "popen", *dist],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR, ended.stderr
    assert f"--tx popen: --dist {dist[-1] if dist else 'no'} would run each test" in ended.stderr
    assert "Spread the tests over the workers with `--dist load`" in ended.stderr
    assert "Traceback" not in ended.stderr
