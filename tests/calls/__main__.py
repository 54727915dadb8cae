"""`python -m tests.calls`: run the whole suite on refcloud and write `capabilities/calls.json`.

`suite show`, `doctor` and `plan` tell from that file what a test asks of a cloud. Nobody edits it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
import yaml

from refcheck.plugin import suite
from refcheck.plugin.calls import file_of
from refcheck.refcloud.cloud import RefCloud
from tests.calls.making import record, written

CLOUD = "calls"
_SPOILT = frozenset({"failed", "error", "extra", "absent"})
"""Outcomes that cut a test short on a cloud that has everything."""


@click.command()
@click.option("--name", default=CLOUD, help="Which refcloud; started and ended when it is not up.")
def main(name: str) -> None:
    """Write the file anew, and say what came out."""
    cloud = RefCloud(name)
    was_up = cloud.is_up
    cloud.up()
    cloud.reset()
    try:
        with tempfile.TemporaryDirectory(prefix="refcheck-calls-") as work:
            clouds = Path(work) / "clouds.yaml"
            clouds.write_text(yaml.safe_dump(cloud.clouds_yaml()))
            notes = record(clouds, Path(work))
    finally:
        if not was_up:
            cloud.down()
    spoilt = [note for note in notes if note.get("outcome", "") in _SPOILT]
    for note in spoilt:
        click.echo(f"{note['outcome']}: {note['name']} {note['reason']}", err=True)
    if spoilt:
        click.echo("nothing is written: mend the cloud or the tests first", err=True)
        sys.exit(1)
    file = file_of(suite.folder())
    file.write_text(written(notes), encoding="utf-8")
    click.echo(f"{len(notes)} tests in {file}")
    missing = set(suite.implemented(suite.folder())) - {note["name"] for note in notes}
    for test_id in sorted(missing):
        click.echo(f"not run: {test_id}", err=True)
    sys.exit(bool(missing))


main()
