"""The live badge of a cloud: what stands now. It carries no claim, and so proves nothing."""

from __future__ import annotations

from refcheck.claim.badge import draw
from refcheck_server.publication.wording import guideline_name, statement
from refcheck_server.results.models import StoredVerdict


def render(verdict: StoredVerdict | None) -> str:
    """The badge for the verdict that says most about a cloud."""
    said = statement(verdict)
    label = "OpenStack"
    if verdict is not None:
        label += f" {guideline_name(verdict.guideline_id, verdict.guideline_status)}"
    return draw(label, said.short, said.tone)
