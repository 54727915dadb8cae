"""The report of a run as one self-contained HTML file; readable without JavaScript."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from refcheck.report.page import remainder
from refcheck.report.page.failures import anchors, failures
from refcheck.report.page.matrix import matrix
from refcheck.report.page.summary import summary
from refcheck.report.page.timeline import timeline
from refcheck.report.story import Story

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def render(story: Story) -> bytes:
    """The page, UTF-8."""
    where = anchors(story)
    page = _environment().get_template("report.html.j2").render(
        summary=summary(story, where),
        matrix=matrix(story, where),
        failures=failures(story),
        timeline=timeline(story, where),
        steadiness=remainder.steadiness(story, where),
        left_out=remainder.left_out(story),
        leaks=remainder.leaks(story),
        facts=remainder.facts(story),
        slowest=remainder.slowest(story, where),
        provenance=remainder.provenance(story),
    )  # fmt: skip
    return page.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("refcheck.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _printable(value: Any) -> Any:
    """Words of others without what no page may hold, such as terminal codes."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value
