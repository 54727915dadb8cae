"""Do outcomes stay the same whatever the circumstances?

Usage: python -m tests.witness.steadiness [--guideline ID] [--seed N]

Runs the whole suite on one refcloud: with one worker, in random order, with four workers, with
sixteen in random order (more than cores, and than the quotas have room for), and twice at once in
one project; lists each outcome that is not as in the first run, and whatever is left in
the cloud. Ends with 1 when there is any.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from refcheck.cloud.connection import connect
from refcheck.refcloud import clouds_yaml, folders
from refcheck.refcloud.cloud import RefCloud
from refcheck.result.load import load_file
from tests.faults.leftovers import leftovers

Outcomes = Mapping[str, str]


class Runs:
    """Starts runs of the suite, and reads what came of them."""

    def __init__(self, config: Path, work: Path, guideline: str, seed: str) -> None:
        self._work = work
        self._options = ["--refcheck", "--os-cloud", "refcloud", "--os-cloud-alt", "refcloud-alt"]
        self._options += ["--os-cloud-admin", "refcloud-admin", "--guideline", guideline]
        self._options += ["--target", "platform", "-p", "no:cacheprovider", "-q"]
        self._environ = {
            **os.environ,
            "OS_CLIENT_CONFIG_FILE": str(config),
            "SHUFFLE_SEED": seed,
        }

    def start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        """Begin a run in the background."""
        runs = ["--refcheck-runs", str(self._work / name)]
        command = [sys.executable, "-m", "pytest", *self._options, *runs, *options]
        with (self._work / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, env=self._environ, stdout=log, stderr=log)

    def outcomes(self, name: str) -> Outcomes:
        """What each test of a finished run came to."""
        (result,) = (self._work / name).glob("*/result.json")
        return {one.id: str(one.outcome) for one in load_file(result).outcomes}


def circumstances(runs: Runs) -> Iterator[tuple[str, Outcomes]]:
    """Each way of running, by name, with its outcomes."""
    for name, options in (
        ("one worker", ("-n", "0")),
        ("random order", ("-n", "2", "-p", "tests.witness.shuffled")),
        ("four workers", ("-n", "4")),
        ("sixteen workers", ("-n", "16", "-p", "tests.witness.shuffled")),
    ):
        runs.start(name, *options).wait()
        yield name, runs.outcomes(name)
    both = ("beside another run", "beside it")
    for process in [runs.start(name, "-n", "1") for name in both]:
        process.wait()
    yield from ((name, runs.outcomes(name)) for name in both)


@click.command(help=__doc__)
@click.option("--guideline", default="2020.06", show_default=True)
@click.option("--seed", default=lambda: secrets.token_hex(4), help="Of the random order.")
def main(guideline: str, seed: str) -> None:
    """Run and compare."""
    work = folders.cache_root() / "steadiness"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    cloud = RefCloud("steady")
    differences = []
    try:
        cloud.up()
        cloud.reset()
        config = work / "clouds.yaml"
        clouds_yaml.write(config, clouds_yaml.dump(cloud.clouds_yaml()))
        first: Outcomes | None = None
        for name, outcomes in circumstances(Runs(config, work, guideline, seed)):
            first = outcomes if first is None else first
            differing = [key for key in first if outcomes.get(key) != first[key]]
            click.echo(f"{name}: {len(outcomes)} outcomes, {len(differing)} differ")
            differences += [f"{name}: {k} {first[k]}, {outcomes.get(k)}" for k in differing]
        os.environ["OS_CLIENT_CONFIG_FILE"] = str(config)
        for user in ("refcloud", "refcloud-alt"):
            differences += [f"left behind: {what}" for what in leftovers(connect(user))]
    finally:
        cloud.down()
    click.echo(f"random order: seed {seed}")
    for sentence in differences:
        click.echo(sentence, err=True)
    raise SystemExit(bool(differences))


if __name__ == "__main__":
    main()
