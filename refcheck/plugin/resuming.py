"""Taking up a run that stopped: from its journal, with the same tests, facts and names.

What is decided stays decided. What the killed processes left in the cloud is removed first, so that
the rest of the run begins as a new one would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.discovery import Facts, Overrides, fingerprints
from refcheck.cloud.ledger import Ledger
from refcheck.cloud.sweeping import sweep
from refcheck.errors import BadResult, CloudConfigFault, WrongUse
from refcheck.guideline import library
from refcheck.guideline.model import Guideline
from refcheck.plugin import suite
from refcheck.plugin.attempting import Attempting
from refcheck.plugin.identities import Identities, Others, settle
from refcheck.plugin.preflight import Plan, Ready, prefix_of
from refcheck.result import signing
from refcheck.result.attempts import joined
from refcheck.result.events import Event, RunFinished, RunStarted, TestFinished
from refcheck.result.outcome import Outcome, TestOutcome


@dataclass(frozen=True, slots=True)
class Resumption:
    """What was asked for.

    Attributes:
        folder: of the run.
        os_cloud: where its cloud is in clouds.yaml, None for where the run had it.
        errors: whether tests that ended as `error` are run again, too.
    """

    folder: Path
    os_cloud: str | None = None
    key: Path | None = None
    errors: bool = False


def take_up(asked: Resumption, events: Sequence[Event]) -> Ready:
    """See that it is the same cloud, guideline and suite, and remove what was left behind.

    Args:
        events: the run's, so far.

    Raises:
        RefcheckError: whatever stands in the way, with the next step.
    """
    start = next((event for event in events if isinstance(event, RunStarted)), None)
    if start is None:
        raise BadResult(
            "the run had not begun",
            where=str(asked.folder),
            next_step="Start it anew with `refcheck run`.",
        )
    signing.usual_signer(asked.key)  # told now, and not when all has been run
    guideline = library.load(start.guideline_source or start.guideline_id)
    _check_unchanged(start, guideline, asked.folder)
    cloud = connect(asked.os_cloud or start.cloud_name)
    facts = Facts.from_json(start.facts)
    _check_cloud(start, cloud, facts)
    named = Others.from_json(start.facts.get("identities", {}))
    second = connect(named.second, cloud) if named.second else None
    others = settle(cloud, second, named.administrator or None)
    _remove_remains(asked.folder, cloud, others)
    plan = Plan(
        os_cloud=cloud.name,
        guideline=start.guideline_source,
        target=start.target,
        runs=asked.folder.parent,
        key=asked.key,
        overrides=Overrides(),
        attempting=Attempting(start.attempts, start.repeat),
    )
    made = _made(events, errors_again=asked.errors)
    prefix = prefix_of(start.run_id)
    return Ready(
        plan, guideline, cloud, second, others, facts, start.selected, start.run_id, asked.folder,
        prefix, made,
    )  # fmt: skip


def is_complete(events: Sequence[Event]) -> bool:
    """Whether the run ended by itself, the last time that it ended."""
    ends = [event for event in events if isinstance(event, RunFinished)]
    return bool(ends and ends[-1].complete)


def _made(events: Sequence[Event], *, errors_again: bool) -> dict[str, tuple[TestOutcome, ...]]:
    """Id → the attempts that count; an error that is to be tried again is none."""
    made: dict[str, tuple[TestOutcome, ...]] = {}
    for event in events:
        if isinstance(event, TestFinished):
            made[event.outcome.id] = (*made.get(event.outcome.id, ()), event.outcome)
    return {
        test_id: outcomes
        for test_id, outcomes in made.items()
        if not (errors_again and joined(outcomes).outcome is Outcome.ERROR)
    }


def _check_unchanged(start: RunStarted, guideline: Guideline, folder: Path) -> None:
    now = {"guideline": guideline.sha256, "suite of tests": suite.digest(suite.folder())}
    then = {"guideline": start.guideline_sha256, "suite of tests": start.suite_sha256}
    for what, digest in now.items():
        if digest != then[what]:
            raise WrongUse(
                f"the {what} is another one by now: outcomes of both would not be one result",
                where=str(folder),
                next_step=f"Use the one that the run began with (sha256 {then[what]}), or start"
                " anew with `refcheck run`.",
            )


def _check_cloud(start: RunStarted, cloud: Cloud, facts: Facts) -> None:
    fingerprint, _ = fingerprints(cloud, facts)
    project = start.facts.get("project", cloud.project_id)
    if fingerprint != start.cloud or cloud.project_id != project:
        what = "cloud" if fingerprint != start.cloud else "project"
        raise CloudConfigFault(
            f"the run was on another {what}",
            where=cloud.name,
            next_step="Name that one with --os-cloud, or start anew with `refcheck run`.",
        )


def _remove_remains(folder: Path, cloud: Cloud, others: Others) -> None:
    """What cannot be removed now stays in the ledger, and is tried again at the end of the run."""
    file = folder / "ledger.sqlite"
    if file.exists():
        sweep(
            Identities(others, lambda: cloud).service, Ledger(file, cloud.recorder.scrubber.scrub)
        )
    for lease in folder.glob("leases.sqlite*"):
        lease.unlink()
