"""The jobs in docs/how-to/ci, run step by step as their systems run them, against the real cloud."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml

from refcheck.result.load import load_file
from refcheck.result.outcome import Outcome
from tests.faults.exchange import Forward, Reply, Request

pytestmark = pytest.mark.journey

CI = Path(__file__).parents[2] / "docs/how-to/ci"
FEW = ("compute/test_flavors_list.py", "images/test_v2_list.py")
"""Tests that only read: a run of them takes seconds."""


@dataclass(frozen=True)
class Job:
    """What a snippet has a machine do: scripts, each in a shell of its own, and its environment.

    The shell is the one that the system runs a script with unless it is told otherwise.
    """

    scripts: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    shell: tuple[str, ...] = ("bash", "-eo", "pipefail", "-c")


def github() -> Job:
    tree = yaml.safe_load((CI / "github-actions.yml").read_text())
    steps = tree["jobs"]["gate"]["steps"]
    scripts = tuple(step["run"] for step in steps if "run" in step)
    return Job(scripts, tree["env"], ("bash", "-e", "-c"))


def gitlab() -> Job:
    job = yaml.safe_load((CI / "gitlab-ci.yml").read_text())["interoperability"]
    # GitLab runs all lines in one shell.
    return Job(("\n".join([*job["before_script"], *job["script"]]),), job["variables"])


def jenkins() -> Job:
    text = (CI / "Jenkinsfile").read_text()
    scripts = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    told = dict(re.findall(r"^ {8}(\w+) = '(.*)'$", text, re.MULTILINE))
    return Job(tuple(map(textwrap.dedent, scripts)), told, ("sh", "-xe", "-c"))


def zuul() -> Job:
    (play,) = yaml.safe_load((CI / "zuul-playbook.yaml").read_text())
    shells = [task["ansible.builtin.shell"]["cmd"] for task in play["tasks"] if len(task) == 2]
    plain = {k: v for k, v in play["environment"].items() if "{{" not in v}
    return Job(tuple(shells), plain, ("sh", "-c"))


JOBS = {"github": github, "gitlab": gitlab, "jenkins": jenkins, "zuul": zuul}


@pytest.mark.parametrize("system", JOBS)
def test_a_job_asks_for_a_guideline_and_a_target_and_has_all_its_steps(system):
    job = JOBS[system]()
    told = {
        name: job.environment[f"REFCHECK_{name}"] for name in ("GUIDELINE", "TARGET", "BASELINE")
    }
    assert told == {"GUIDELINE": "2020.06", "TARGET": "platform", "BASELINE": "ci/baseline.json"}
    commands = re.findall(r"^\s*refcheck (\w+)", "\n".join(job.scripts), re.MULTILINE)
    assert commands == ["doctor", "run", "report", "report", "gate"]


@pytest.fixture
def carry_out(tmp_path, behind):
    """Run a job in a fresh checkout; give its exit status and what it said."""
    home = tmp_path / "home"
    checkout = tmp_path / "checkout"
    (checkout / "ci").mkdir(parents=True)
    home.mkdir()
    guideline = behind.guideline(FEW)

    def carry_out(job: Job, clouds: Path, baseline: Path) -> tuple[int, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OS_", "REFCHECK_K"))}
        environment = {
            **kept,
            **job.environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "OS_CLOUD": "refcloud",
            "REFCHECK_GUIDELINE": str(guideline),
            "REFCHECK_BASELINE": str(baseline),
            **_description(job, clouds),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "PIP_NO_INDEX": "1",  # it is installed: nothing is to be fetched
        }
        told = ""
        for script in job.scripts:
            ended = subprocess.run(
                [*job.shell, script], cwd=checkout, env=environment,
                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            told += f"$ {script}\n{ended.stdout}"
            if ended.returncode:
                return ended.returncode, told
        return 0, told

    return carry_out


def _description(job: Job, clouds: Path) -> dict[str, str]:
    """Where the system's own secrets put the description of the cloud."""
    if any("CLOUDS_YAML" in script for script in job.scripts):
        return {"CLOUDS_YAML": clouds.read_text()}
    return {"OS_CLIENT_CONFIG_FILE": str(clouds)}


@pytest.fixture(scope="module")
def kept_baseline(tmp_path_factory):
    return tmp_path_factory.mktemp("baseline") / "baseline.json"


@pytest.fixture
def baseline(kept_baseline, behind, clouds_yaml):
    """The result of a run on the cloud as it should be."""
    if not kept_baseline.exists():
        ran = behind.run(clouds_yaml, *FEW)
        assert ran.outcomes() == {"passed"}, ran.ended.told
        kept_baseline.write_bytes((ran.folder / "result.json").read_bytes())
    return kept_baseline


@pytest.mark.parametrize("system", JOBS)
def test_a_cloud_as_it_was_passes_and_leaves_its_reports(
    carry_out, baseline, clouds_yaml, tmp_path, system
):
    code, told = carry_out(JOBS[system](), clouds_yaml, baseline)
    assert code == 0, told
    assert "Gate passed: nothing fails that is new" in told
    (junit,) = tmp_path.rglob("junit.xml")
    assert {one.outcome for one in load_file(junit).outcomes} == {Outcome.PASSED}
    (sarif,) = tmp_path.rglob("refcheck.sarif")
    assert json.loads(sarif.read_text())["version"] == "2.1.0"


def without_flavors(request: Request, forward: Forward) -> Reply:
    """A cloud that lists no flavor any more."""
    reply = forward(request)
    if request.service == "nova" and request.path.partition("?")[0].endswith("/flavors"):
        return replace(reply, body=b'{"flavors": []}')
    return reply


@pytest.mark.parametrize("system", JOBS)
def test_a_test_that_newly_fails_stops_the_build(carry_out, baseline, behind, system):
    with behind.proxy(without_flavors) as proxy:
        code, told = carry_out(JOBS[system](), behind.clouds(proxy), baseline)
    assert code == 1, told
    assert "Gate refused: " in told
    assert "new" in told.partition("refcheck gate")[2]
    assert "compute-flavors-list" in told.partition("refcheck gate")[2]
