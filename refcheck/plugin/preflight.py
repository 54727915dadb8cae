"""Everything that is settled before the first test: guideline, target, cloud, facts, selection."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from refcheck import __version__
from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.discovery import Facts, Overrides, discover, fingerprints, locate
from refcheck.errors import CloudConfigFault, FolderFault
from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.plugin import suite
from refcheck.plugin.attempting import Attempting
from refcheck.plugin.calls import Recording
from refcheck.plugin.identities import Others, settle
from refcheck.plugin.narrowing import (
    Narrowing,
    changes_since,
    narrow,
    narrow_to_changed,
    take_shard,
)
from refcheck.plugin.selection import select
from refcheck.result import signing
from refcheck.result.events import RunStarted, Selected
from refcheck.result.outcome import TestOutcome

ROOM = 32 << 20
"""Bytes that a run may write: with evidence of every failure, if all tests fail."""
BOOT_BUDGET = 300.0
"""Seconds that a server may take to boot, or to get to another state, unless the run is told."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for.

    Attributes:
        boot_budget: seconds that a server may take to boot.
    """

    os_cloud: str | None
    guideline: str
    target: str
    runs: Path
    key: Path | None
    overrides: Overrides
    os_cloud_alt: str | None = None
    os_cloud_admin: str | None = None
    attempting: Attempting = Attempting()  # noqa: RUF009 - frozen
    narrowing: Narrowing = Narrowing()  # noqa: RUF009 - frozen
    boot_budget: float = BOOT_BUDGET


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that can start.

    Attributes:
        second: the second identity's connection, if one is named.
        folder: the run's own folder; exists.
        prefix: begins the name of everything the run creates.
        made: id → attempts that the run made before it was resumed; None for a new run.
    """

    plan: Plan
    guideline: Guideline
    cloud: Cloud
    second: Cloud | None
    others: Others
    facts: Facts
    selected: tuple[Selected, ...]
    run_id: str
    folder: Path
    prefix: str
    made: Mapping[str, tuple[TestOutcome, ...]] | None = None

    @property
    def due(self) -> tuple[Selected, ...]:
        """The tests that are still to be run."""
        made = self.made or {}
        again = self.plan.attempting.again
        return tuple(
            test
            for test in self.selected
            if test.due and again([one.outcome for one in made.get(test.id, ())])
        )

    def started(self, workers: int, expected: Mapping[str, float]) -> RunStarted:
        """The event that opens the journal; arguments as its attributes."""
        cloud, deployment = fingerprints(self.cloud, self.facts)
        return RunStarted(
            at=now(),
            run_id=self.run_id,
            cloud_name=self.cloud.name,
            cloud=cloud,
            deployment=deployment,
            guideline_id=self.guideline.id,
            guideline_sha256=self.guideline.sha256,
            target=self.plan.target,
            tool_version=__version__,
            suite_sha256=suite.digest(suite.folder()),
            selected=self.selected,
            facts=self.facts.to_json(),
            guideline_source=_lasting(self.plan.guideline),
            workers=workers,
            attempts=self.plan.attempting.attempts,
            repeat=self.plan.attempting.repeat,
            expected=expected,
        )


def prepare(plan: Plan) -> Ready:
    """Check the plan against guideline and cloud, and make the run's folder.

    Raises:
        RefcheckError: whatever stands in the way of starting, with the next step.
    """
    signing.usual_signer(plan.key)  # told now, and not when all has been run
    guideline = library.load(plan.guideline)
    selected = select(guideline, plan.target, set(suite.implemented(suite.folder())))
    selected = narrow(selected, plan.narrowing, guideline)
    if not plan.os_cloud:
        raise CloudConfigFault(
            "no cloud is named", next_step="Name one of your clouds.yaml with --os-cloud."
        )
    cloud = connect(plan.os_cloud)
    second = connect(plan.os_cloud_alt, cloud) if plan.os_cloud_alt else None
    others = settle(cloud, second, plan.os_cloud_admin)
    discovered = discover(cloud, plan.overrides)
    if second:
        locate(second, cloud.addresses)
    told = {"identities": others.to_json(), "boot_budget": plan.boot_budget}
    found = {**discovered.found, **told}
    selected, changes = narrow_there(selected, plan.narrowing, found)
    facts = Facts({**found, **changes}, discovered.problems)
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    folder = plan.runs / run_id
    _make(folder)
    prefix = prefix_of(run_id)
    return Ready(plan, guideline, cloud, second, others, facts, selected, run_id, folder, prefix)


def narrow_there(
    selected: tuple[Selected, ...], told: Narrowing, found: Mapping[str, Any]
) -> tuple[tuple[Selected, ...], dict[str, Any]]:
    """Leave out what the cloud as it is now, and then what the other shards leave out.

    Args:
        found: the cloud's facts.

    Returns:
        the tests, and the facts to keep of it.
    """
    changes = {}
    if told.changed:
        then = told.changed.facts or {}
        changed = changes_since(then, found, {test.service for test in selected})
        selected = narrow_to_changed(selected, told, changed)
        changes = {"changes": {"since": told.changed.name, "services": changed}}
    tests = Recording.load(suite.folder()).tests
    return take_shard(selected, told.shard, {i: one.seconds for i, one in tests.items()}), changes


def prefix_of(run_id: str) -> str:
    """Begins the name of everything that this run creates."""
    return f"rc-{run_id.rpartition('-')[2]}"


def _lasting(guideline: str) -> str:
    """How to name the guideline from another folder, too."""
    file = Path(guideline)
    return str(file.resolve()) if file.is_file() else guideline


def _make(folder: Path) -> None:
    """Make the run's folder, where there is room for what it will hold."""
    try:
        folder.mkdir(parents=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise CloudConfigFault(
            f"the run's folder cannot be made ({error.strerror})",
            where=str(folder),
            next_step="Name a folder that you may write to.",
        ) from error
    if free < ROOM:
        folder.rmdir()
        raise FolderFault(
            f"{free >> 20} MiB are free, and a run may take {ROOM >> 20}",
            where=str(folder.parent),
            next_step="Free some space, or name another folder with --runs.",
        )


def now() -> str:
    """This moment in RFC 3339, UTC."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
