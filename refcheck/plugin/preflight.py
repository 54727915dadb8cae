"""Everything that is settled before the first test: guideline, target, cloud, facts, selection."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from refcheck import __version__
from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.discovery import Facts, Overrides, discover, fingerprints
from refcheck.errors import CloudConfigFault, FolderFault
from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.plugin import suite
from refcheck.plugin.identities import Others, settle
from refcheck.plugin.selection import select
from refcheck.result.journal import RunStarted, Selected

ROOM = 32 << 20
"""Bytes that a run may write: with evidence of every failure, if all tests fail."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for."""

    os_cloud: str | None
    guideline: str
    target: str
    runs: Path
    key: Path | None
    overrides: Overrides
    os_cloud_alt: str | None = None
    os_cloud_admin: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that can start.

    Attributes:
        folder: the run's own folder; exists.
        prefix: begins the name of everything the run creates.
    """

    plan: Plan
    guideline: Guideline
    cloud: Cloud
    others: Others
    facts: Facts
    selected: tuple[Selected, ...]
    run_id: str
    folder: Path
    prefix: str

    def started(self) -> RunStarted:
        """The event that opens the journal."""
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
        )


def prepare(plan: Plan) -> Ready:
    """Check the plan against guideline and cloud, and make the run's folder.

    Raises:
        RefcheckError: whatever stands in the way of starting, with the next step.
    """
    guideline = library.load(plan.guideline)
    selected = select(guideline, plan.target, set(suite.implemented(suite.folder())))
    if not plan.os_cloud:
        raise CloudConfigFault(
            "no cloud is named", next_step="Name one of your clouds.yaml with --os-cloud."
        )
    cloud = connect(plan.os_cloud)
    others = settle(cloud, plan.os_cloud_alt, plan.os_cloud_admin)
    discovered = discover(cloud, plan.overrides)
    found = {**discovered.found, "identities": others.to_json()}
    facts = Facts(found, discovered.problems)
    token = secrets.token_hex(4)
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{token}"
    folder = plan.runs / run_id
    _make(folder)
    return Ready(plan, guideline, cloud, others, facts, selected, run_id, folder, f"rc-{token}")


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
