"""Why a cloud does not tell what the harness itself has to know."""

from __future__ import annotations

from refcheck.cloud.exchange import Answer
from refcheck.cloud.signals import HarnessFault


def untold(what: str, answer: Answer) -> HarnessFault:
    """The fault to raise; `what` such as "flavors cannot be listed"."""
    said = f"{what}: {answer.call} answered {answer.status} {answer.message}".rstrip()
    if answer.status in (401, 403):
        return HarnessFault(f"credentials: {said}")
    return HarnessFault(f"cloud: {said}")
