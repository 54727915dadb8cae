"""Run Tempest's tests of a guideline against refcloud and compare with what is expected.

Usage: python -m tests.witness.tempest [--guideline ID|FILE] [--concurrency N] [--output FILE]

Ends with 0 when every test passes except those that need a guest, else with 1.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import click

from refcheck.cli.refcloud_progress import interruptible, shown
from refcheck.errors import RefcheckError
from refcheck.guideline import library
from refcheck.guideline.model import Test
from refcheck.refcloud import folders, install
from refcheck.refcloud.cloud import RefCloud
from refcheck.refcloud.install import Environment
from tests.witness import configuration
from tests.witness.expectation import Outcome, by_id, chosen, counts, differences

HERE = Path(__file__).parent
CLOUD = "witness"


class Tempest:
    """An installed Tempest with a folder to work in."""

    def __init__(self, environment: Environment, work: Path) -> None:
        self._environment = environment
        self._work = work
        self._environ = {
            name: value for name, value in os.environ.items() if not name.startswith("OS_")
        } | {"HOME": str(work), "PYTHONWARNINGS": "ignore"}

    def list_tests(self) -> list[str]:
        """Return every test there is, each with its attributes in brackets."""
        self._call([self._environment.script("stestr"), "init"])
        listed = self._call(self._tempest("run", "--list-tests")).stdout.decode()
        return [line for line in listed.splitlines() if line.startswith("tempest.")]

    def run(self, tests: Collection[str], concurrency: int) -> None:
        """Run these tests, showing each as it ends; their outcomes decide, not the exit code."""
        chosen = self._work / "tests"
        chosen.write_text("".join(f"{name}\n" for name in tests))
        options = ("--load-list", str(chosen), "--concurrency", str(concurrency))
        command = self._tempest("run", *options)
        subprocess.run(command, cwd=self._work, env=self._environ, check=False)

    def outcomes(self) -> list[Outcome]:
        """Return what each test of the last run did."""
        stream = self._call([self._environment.script("stestr"), "last", "--subunit"]).stdout
        reader = [self._environment.python, HERE / "stream_outcomes.py"]
        read = json.loads(self._call(reader, stream).stdout)
        return [Outcome(name, said["status"], said["reason"]) for name, said in read.items()]

    def _call(
        self, command: list[str | Path], stdin: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            cwd=self._work,
            env=self._environ,
            input=stdin,
            stdout=subprocess.PIPE,
            check=True,
        )

    def _tempest(self, *arguments: str) -> list[str | Path]:
        script = self._environment.script("tempest")
        command, *options = arguments
        return [script, command, "--config-file", str(self._work / "tempest.conf"), *options]


def tests_of(guideline: str) -> dict[str, Test]:
    """Return every test of a guideline by its id, flagged ones too."""
    capabilities = library.load(guideline).capabilities.values()
    return {test.id: test for capability in capabilities for test in capability.tests if test.id}


def prepare(cloud: RefCloud, work: Path) -> Tempest:
    """Install what is missing, bring up a pristine cloud and configure Tempest for it."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with shown() as progress:
        environment = install.ensure(HERE / "requirements.lock", "witness", progress)
        cloud.up(progress)
        cloud.reset(progress)
    configuration.write(work / "tempest.conf", cloud.clouds_yaml()["clouds"]["refcloud-admin"])
    return Tempest(environment, work)


@click.command(help=__doc__)
@click.option("--guideline", default="2020.06", show_default=True)
@click.option("--concurrency", default=2, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Where the outcomes go, as JSON.")
def main(guideline: str, concurrency: int, output: Path | None) -> None:
    """Run and compare."""
    work = folders.cache_root() / "witness"
    cloud = RefCloud(CLOUD)
    wanted = tests_of(guideline)
    with interruptible("make tempest"):
        try:
            tempest = prepare(cloud, work)
            tests = chosen(tempest.list_tests(), wanted)
            began = time.monotonic()
            tempest.run(tests, concurrency)
            seconds = time.monotonic() - began
            outcomes = tempest.outcomes()
        finally:
            cloud.down()
    seen = by_id(outcomes)
    output = output or work / "outcomes.json"
    output.write_text(json.dumps({key: asdict(seen[key]) for key in sorted(seen)}, indent=1))
    click.echo(f"{len(tests)} tests of {guideline}: {counts(outcomes)}, in {seconds:.0f} s")
    click.echo(f"outcomes by id: {output}")
    unexpected = differences(wanted, seen)
    for sentence in unexpected:
        click.echo(f"not as expected: {sentence}", err=True)
    if unexpected:
        raise SystemExit(1)
    click.echo("as expected")


if __name__ == "__main__":
    try:
        main()
    except RefcheckError as error:
        click.echo(f"error: {error}\n next: {error.next_step}", err=True)
        raise SystemExit(error.exit_code) from error
