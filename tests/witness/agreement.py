"""Does Tempest agree? Both suites on the same healthy refcloud, compared id by id.

Usage: python -m tests.witness.agreement [--guideline ID ...] [--workers N] [--output FILE]

Writes a table with every difference explained. Ends with 1 when a difference has no explanation.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from refcheck.plugin import suite
from refcheck.refcloud import clouds_yaml, folders
from refcheck.refcloud.cloud import RefCloud
from refcheck.result.load import load_file
from tests.witness import tempest
from tests.witness.expectation import Outcome, by_id, chosen, explanation

OUTPUT = Path("docs/explanation/agreement.md")
_AGREEING = {"passed": "success", "failed": "fail"}


@dataclass(frozen=True, slots=True)
class Row:
    """What both said of one test."""

    id: str
    place: str
    theirs: str
    ours: str

    @property
    def agrees(self) -> bool:
        return _AGREEING.get(self.ours) == self.theirs

    @property
    def why(self) -> str:
        """Why they differ, "" when nobody knows."""
        return "" if self.agrees else explanation(self.id)


def refcheck_outcomes(
    cloud: RefCloud, work: Path, guidelines: Iterable[str], workers: int
) -> dict[str, str]:
    """Run our suite for each guideline's platform, as a user would. Returns outcomes by id."""
    config = work / "clouds.yaml"
    clouds_yaml.write(config, clouds_yaml.dump(cloud.clouds_yaml()))
    seen: dict[str, str] = {}
    for guideline in guidelines:
        runs = work / f"runs-{guideline}"
        options = ["--os-cloud", "refcloud", "--os-cloud-alt", "refcloud-alt"]
        options += ["--os-cloud-admin", "refcloud-admin", "--guideline", guideline]
        options += ["--runs", str(runs), "-n", str(workers)]
        command = [sys.executable, "-m", "refcheck", "run", *options]
        environ = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(config)}
        subprocess.run(command, env=environ, check=False)
        (result,) = runs.glob("*/result.json")
        seen |= {one.id: str(one.outcome) for one in load_file(result).outcomes}
    return seen


def rows(theirs: Mapping[str, Outcome], ours: Mapping[str, str]) -> list[Row]:
    """One row per test of our suite that was run, in the order of the suite."""
    places = suite.implemented(suite.folder())
    return [
        Row(key, place, theirs[key].status if key in theirs else "not there", ours[key])
        for key, place in sorted(places.items(), key=lambda item: item[1])
        if key in ours
    ]


def page(table: list[Row], guidelines: Iterable[str]) -> str:
    """The table as a page of the documentation."""
    agreeing = sum(row.agrees for row in table)
    lines = [
        "# Agreement with Tempest",
        "",
        "<!-- written by `make agreement`; do not edit -->",
        "",
        (
            f"Tempest and refcheck, each with all tests of {' and '.join(guidelines)} (Platform), on the"
            " same healthy refcloud."
        ),
        f"{len(table)} tests: on {agreeing} both say the same.",
        "",
    ]
    differing = [row for row in table if not row.agrees]
    if differing:
        lines += ["## Differences", "", "| test | Tempest | refcheck | why |", "|---|---|---|---|"]
        lines += [
            f"| `{row.place}` `{row.id}` | {row.theirs} | {row.ours} | {row.why or '**unknown**'} |"
            for row in differing
        ]
        lines.append("")
    lines += ["## Every test", "", "| id | test | Tempest | refcheck |", "|---|---|---|---|"]
    lines += [f"| `{row.id}` | `{row.place}` | {row.theirs} | {row.ours} |" for row in table]
    return "\n".join(lines) + "\n"


@click.command(help=__doc__)
@click.option("--guideline", "guidelines", multiple=True, default=("2020.06", "2022.11"))
@click.option("--workers", default=2, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=OUTPUT, show_default=True)
def main(guidelines: tuple[str, ...], workers: int, output: Path) -> None:
    """Run both and compare."""
    work = folders.cache_root() / "agreement"
    cloud = RefCloud("witness")
    try:
        witness = tempest.prepare(cloud, work)
        wanted = {key: test for name in guidelines for key, test in tempest.tests_of(name).items()}
        witness.run(chosen(witness.list_tests(), wanted), workers)
        theirs = by_id(witness.outcomes())
        cloud.reset()
        ours = refcheck_outcomes(cloud, work, guidelines, workers)
    finally:
        cloud.down()
    table = rows(theirs, ours)
    output.write_text(page(table, guidelines))
    unexplained = [row for row in table if not row.agrees and not row.why]
    click.echo(f"{len(table)} tests, {sum(row.agrees for row in table)} agree: {output}")
    for row in unexplained:
        click.echo(f"unexplained: {row.place}: {row.theirs} and {row.ours}", err=True)
    raise SystemExit(bool(unexplained))


if __name__ == "__main__":
    main()
