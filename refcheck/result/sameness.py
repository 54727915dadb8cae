"""In what two results are not about the same thing."""

from __future__ import annotations

from collections.abc import Mapping

from refcheck.result.document import Result

_DIGITS = 12


def differing(one: Result, other: Result) -> Mapping[str, tuple[str, str]]:
    """What differs of guideline, target, cloud, deployment, suite and refcheck → how it is in both.

    The deployment is the cloud with the versions of its APIs: it changes when that is upgraded.
    """
    aspects = {
        "guideline": (_guideline(one), _guideline(other)),
        "target": (one.target, other.target),
        "cloud": (one.cloud[:_DIGITS], other.cloud[:_DIGITS]),
        "deployment": (one.deployment[:_DIGITS], other.deployment[:_DIGITS]),
        "suite": (one.suite_sha256[:_DIGITS], other.suite_sha256[:_DIGITS]),
        "refcheck": (one.tool_version, other.tool_version),
    }
    return {name: both for name, both in aspects.items() if both[0] != both[1]}


def _guideline(result: Result) -> str:
    return f"{result.guideline_id} ({result.guideline_sha256[:_DIGITS]})"
