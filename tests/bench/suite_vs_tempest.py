"""The suite beside Tempest: same tests, same cloud, same number of workers, in one run.

Usage: python -m tests.bench.suite_vs_tempest [--workers 1,2,4] [--service NAME ...] [--rounds N]

Prints for each number of workers what both cost: wall time, clients' requests, new tokens and
processor time of the services. A run that is not counted comes first, so that neither pays for what
services do once after their start. Of several rounds the least counts, for each side: whatever else
a machine does only adds. The floor is the processor time of the busiest service in our run:
no schedule can end sooner than that service, which is one process, can answer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

import click

from refcheck.plugin import suite
from refcheck.refcloud import clouds_yaml, folders
from refcheck.refcloud.cloud import RefCloud
from tests.bench.meter import Cost, metered
from tests.witness import tempest
from tests.witness.expectation import chosen, id_of

GUIDELINE = "2020.06"
WITHOUT_COMPUTE = ("identity", "images", "networks", "volumes", "object_storage")
LIMIT = {"seconds": 1 / 3, "requests": 0.4, "processor": 0.4}
"""What we may need at most, as a part of what Tempest needs."""


def by_service() -> dict[str, set[str]]:
    """Folder of the suite → the ids of its tests."""
    ids: dict[str, set[str]] = {}
    for test_id, place in suite.implemented(suite.folder()).items():
        ids.setdefault(place.split("/")[0], set()).add(test_id)
    return ids


def run_refcheck(
    cloud: RefCloud,
    work: Path,
    services: Collection[str],
    workers: int,
    *plugins: str,
    auth_url: str = "",
) -> None:
    """Run our tests of these services as a user would, with pytest; at another address if given.

    Plugins of this development environment, which whoever installs refcheck does not have, are left
    out, as Tempest runs in an environment of its own.
    """
    work.mkdir(parents=True, exist_ok=True)
    config = work / "clouds.yaml"
    content = cloud.clouds_yaml()
    for entry in content["clouds"].values():
        entry["auth"]["auth_url"] = auth_url or entry["auth"]["auth_url"]
    clouds_yaml.write(config, clouds_yaml.dump(content))
    places = [str(suite.folder() / service) for service in services]
    options = [
        "-p",
        "refcheck.plugin",
        "-p",
        "xdist.plugin",
        "--refcheck",
        "--os-cloud",
        "refcloud",
        "--os-cloud-alt",
        "refcloud-alt",
    ]
    options += ["--guideline", GUIDELINE, "--target", "platform", "-n", str(workers), "-q"]
    options += [option for plugin in plugins for option in ("-p", plugin)]
    options += ["--refcheck-runs", str(work / "runs"), "-p", "no:cacheprovider"]
    environ = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(config)}
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # What Python compiled is kept, as it is by default, and as it is for an installed Tempest.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", *options, *places]
    with (work / "refcheck.log").open("wb") as log:
        subprocess.run(command, cwd=work, env=environ, stdout=log, stderr=log, check=False)


def told(name: str, cost: Cost) -> str:
    return (
        f"{name:<12}{cost.seconds:9.1f} s{cost.requests:10,} requests{cost.tokens:7} tokens"
        f"{cost.processor:9.1f} CPU-s"
    )


def compared(ours: Cost, theirs: Cost) -> str:
    """One line of ratios, each with whether its limit is kept."""
    parts = []
    for name, limit in LIMIT.items():
        ratio = getattr(ours, name) / getattr(theirs, name)
        parts.append(f"{name} {ratio:.2f} ({'kept' if ratio <= limit else 'MISSED'} {limit:.2f})")
    return f"{'ratio':<12}{', '.join(parts)}; above the floor {ours.seconds / ours.busiest:.2f} x"


def least(costs: Sequence[Cost]) -> Cost:
    """Of each figure the smallest."""
    return Cost(*(min(values) for values in zip(*map(astuple, costs), strict=True)))


def selected(names: Collection[str]) -> Mapping[str, tempest.Test]:
    """Tests of the guideline that our suite keeps in these folders."""
    ids = set().union(*(by_service()[name] for name in names))
    return {key: test for key, test in tempest.tests_of(GUIDELINE).items() if key in ids}


@click.command(help=__doc__)
@click.option("--workers", default="1,2,4", show_default=True)
@click.option("--service", "services", multiple=True, help="A folder of the suite; all of them.")
@click.option("--rounds", default=1, show_default=True, help="Runs of each, in turn.")
@click.option("--without", type=click.Choice(["tempest", "refcheck"]), help="Measure one alone.")
def main(workers: str, services: tuple[str, ...], rounds: int, without: str | None) -> None:
    """Measure and print."""
    names = services or (*WITHOUT_COMPUTE, "compute")
    work = folders.cache_root() / "bench"
    shutil.rmtree(work, ignore_errors=True)
    cloud = RefCloud("bench")
    try:
        witness = tempest.prepare(cloud, work / "tempest")
        wanted = selected(names)
        listed = chosen(witness.list_tests(), wanted)
        print(f"{len(wanted)} tests of {', '.join(names)}; {len({id_of(n) for n in listed})} of"
              " them in Tempest")  # fmt: skip
        run_refcheck(cloud, work / "warm", names, 2)
        for count in map(int, workers.split(",")):
            print(f"-- {count} workers")
            theirs: list[Cost] = []
            ours: list[Cost] = []
            for number in range(rounds):
                if without != "tempest":
                    cloud.reset()
                    with metered(cloud) as bill:
                        witness.run(listed, count)
                    theirs.append(bill.cost)
                    print(told("tempest", bill.cost), flush=True)
                if without != "refcheck":
                    cloud.reset()
                    with metered(cloud) as bill:
                        run_refcheck(cloud, work / f"refcheck-{count}-{number}", names, count)
                    ours.append(bill.cost)
                    print(told("refcheck", bill.cost), flush=True)
            if not without:
                print(compared(least(ours), least(theirs)), flush=True)
    finally:
        cloud.down()


if __name__ == "__main__":
    main()
