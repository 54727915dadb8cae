"""From the options of `doctor` and `plan` to what they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from refcheck.cloud.discovery import Overrides, fingerprints
from refcheck.plugin import suite
from refcheck.plugin.calls import Recording
from refcheck.plugin.durations import Durations, learned
from refcheck.plugin.narrowing_options import narrowing_of
from refcheck.plugin.outlook import Outlook, Question, outlook
from refcheck.plugin.planning import Planner


def ask(
    *,
    os_cloud: str | None,
    os_cloud_alt: str | None,
    os_cloud_admin: str | None,
    guideline: str,
    target: str,
    image: str,
    flavor: str,
    guest_user: str,
    runs: str,
    **narrowed: Any,
) -> tuple[Outlook, Planner]:
    """Ask the cloud; as `refcheck.plugin.outlook.outlook`, with the same errors."""
    overrides = Overrides(image, flavor, guest_user)
    question = Question(
        os_cloud, guideline, target, overrides, os_cloud_alt, os_cloud_admin,
        narrowing_of(**narrowed),
    )  # fmt: skip
    found = outlook(question)
    cloud, _ = fingerprints(found.cloud, found.site.facts)
    tests = {card.id: card.recorded for card in found.cards_to_run if card.recorded}
    boot = found.site.facts.found.get("boot")
    slower = found.site.latency - Recording.load(suite.folder()).latency
    return found, Planner(
        tests, found.site.quotas, boot, Durations(learned(Path(runs), cloud), slower)
    )
